import type { StackManifest } from "./synthesis";

/** A stack, as a job of a pipeline takes it. */
export interface PipelineStack {
  readonly stack: string;
  /** Whose identity its jobs need; `none` where no cloud's is. */
  readonly cloud: "gcp" | "aws" | "none";
}

/** Every stack of a synthesis, each after those that it depends on. */
export function pipelineStacks(manifests: readonly StackManifest[]): PipelineStack[] {
  const placed: StackManifest[] = [];
  const place = (one: StackManifest, path: readonly string[]): void => {
    if (path.includes(one.id)) {
      throw new Error(`the stacks depend on each other in a circle: ${[...path, one.id].join(", ")}`);
    }
    if (!placed.includes(one)) {
      for (const other of manifests.filter(({ id }) => one.dependencies.includes(id))) {
        place(other, [...path, one.id]);
      }
      placed.push(one);
    }
  };
  for (const one of manifests) {
    place(one, []);
  }
  return placed.map(({ id, configuration }) => ({ stack: id, cloud: cloudOf(configuration) }));
}

/** A stack of a release alone has no provider of a cloud: it logs in to the cluster by a cloud's program. */
function cloudOf({ provider = {}, terraform }: StackManifest["configuration"]): PipelineStack["cloud"] {
  const commands = JSON.stringify([provider.kubernetes, provider.helm]) ?? "";
  const backend = Object.keys(terraform?.backend ?? {})[0];
  if (provider.google || commands.includes('"gke-gcloud-auth-plugin"')) {
    return "gcp";
  }
  if (provider.aws || commands.includes('"command":"aws"')) {
    return "aws";
  }
  return backend === "gcs" ? "gcp" : backend === "s3" ? "aws" : "none";
}
