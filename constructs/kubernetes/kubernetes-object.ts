import { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import type { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { literal } from "../internal/hcl";

export interface KubernetesObjectProps {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  /** @default - none of ours */
  readonly annotations?: Readonly<Record<string, string>>;
  readonly spec: Readonly<Record<string, unknown>>;
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
  const { apiVersion, kind, name, namespace, annotations, spec, dependsOn, kubernetesProvider } = props;
  return new Manifest(scope, id, {
    provider: kubernetesProvider,
    dependsOn,
    manifest: {
      apiVersion,
      kind,
      metadata: { name: literal(name), namespace: literal(namespace), ...(annotations ? { annotations } : {}) },
      spec,
    },
    fieldManager: { name: "cdktf-milvus-l7", forceConflicts: true },
  });
}
