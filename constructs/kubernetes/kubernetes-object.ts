import { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import type { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { literal } from "../internal/hcl";
import { ImportBlock } from "../internal/import-block";
import { notOfHelm } from "./helm-object";

export interface KubernetesObjectProps {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  /** @default - none of ours */
  readonly annotations?: Readonly<Record<string, string>>;
  readonly spec: Readonly<Record<string, unknown>>;
  /**
   * Fields whose value the API server decides, beside labels and annotations.
   *
   * @default - none
   */
  readonly computedFields?: readonly string[];
  /**
   * Whether the object exists already: it is imported and changed.
   *
   * @default false
   */
  readonly adoptExisting?: boolean;
  /**
   * Whether another object names it: that one is changed before this one is destroyed.
   *
   * @default false
   */
  readonly inUseByOthers?: boolean;
  /**
   * Whether every plan that would delete it is refused.
   *
   * @default false
   */
  readonly preventDestroy?: boolean;
  /** @default - nothing */
  readonly dependsOn?: ITerraformDependable[];
  /** @default - the stack's provider without alias */
  readonly kubernetesProvider?: KubernetesProvider;
}

/**
 * A Kubernetes object by server-side apply under a field manager of our own: it takes back what somebody else changed of
 * the fields that are ours, and leaves alone what a controller adds.
 *
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/
 */
export function kubernetesObject(scope: Construct, id: string, props: KubernetesObjectProps): Manifest {
  const { apiVersion, kind, name, namespace, annotations, spec, computedFields, dependsOn, kubernetesProvider } = props;
  const { inUseByOthers, preventDestroy } = props;
  const object = new Manifest(scope, id, {
    provider: kubernetesProvider,
    dependsOn,
    manifest: {
      apiVersion,
      kind,
      metadata: { name: literal(name), namespace: literal(namespace), ...(annotations ? { annotations } : {}) },
      spec,
    },
    fieldManager: { name: "cdktf-milvus-l7", forceConflicts: true },
    // What is given takes the place of the provider's default, which is the first two.
    computedFields: computedFields && ["metadata.labels", "metadata.annotations", ...computedFields],
    ...(inUseByOthers || preventDestroy ? { lifecycle: { createBeforeDestroy: inUseByOthers, preventDestroy } } : {}),
  });
  if (props.adoptExisting) {
    const precondition = [notOfHelm(scope, `helm-${id}`, props)];
    object.lifecycle = { ...object.lifecycle, precondition };
    new ImportBlock(scope, `import-${id}`, {
      to: object,
      id: literal(`apiVersion=${apiVersion},kind=${kind},namespace=${namespace},name=${name}`),
      provider: kubernetesProvider,
    });
  }
  return object;
}
