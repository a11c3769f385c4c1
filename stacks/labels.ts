import { Aspects, type TerraformStack } from "cdktf";
import { googleLabels, hasPrefix, kubernetesLabels, type Labels } from "../constructs/internal/labels";
import type { Problem } from "../constructs/internal/problem";
import { ResourceLabels } from "../constructs/kubernetes/resource-labels";

/** A config's `labels`: on both clouds of the Kubernetes objects, on GKE of Google's resources as well. */
interface LabelsOfStack {
  readonly cloud: "gcp" | "aws";
  readonly labels?: Labels;
}

export function validateLabels(config: LabelsOfStack): Problem[] {
  const ofObjects = kubernetesLabels("labels", config.labels);
  const known = new Set(ofObjects.map(({ path }) => path));
  return [...ofObjects, ...googleLabels("labels", ofGoogle(config)).filter(({ path }) => !known.has(path))];
}

export function labelEverything(stack: TerraformStack, config: LabelsOfStack): void {
  Aspects.of(stack).add(new ResourceLabels({ kubernetes: config.labels, google: ofGoogle(config) }));
}

/** Google's keys have no prefix: one that has is for Kubernetes. */
function ofGoogle({ cloud, labels }: LabelsOfStack): Labels | undefined {
  return cloud === "gcp" && labels !== undefined
    ? Object.fromEntries(Object.entries(labels).filter(([key]) => !hasPrefix(key)))
    : undefined;
}
