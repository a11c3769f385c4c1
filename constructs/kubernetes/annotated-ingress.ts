import { Annotations } from "@cdktf/provider-kubernetes/lib/annotations";
import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import type { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { literal } from "../internal/hcl";
import { kubernetesObject } from "./kubernetes-object";

export interface AnnotatedIngressProps {
  readonly name: string;
  readonly namespace: string;
  /** The annotations that are ours. The controller's own stay beside them. */
  readonly annotations: Readonly<Record<string, string>>;
  /**
   * Those of them that are written once the Ingress is there or changed, together with all others that change.
   *
   * @default - none
   */
  readonly writtenLast?: readonly string[];
  /** The Ingress' `spec`. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** What has to be there before it, and is destroyed after it. */
  readonly dependsOn: ITerraformDependable[];
  /**
   * Whether it exists already: it is imported and changed.
   *
   * @default false
   */
  readonly adoptExisting?: boolean;
  /**
   * Whether every plan that would delete it is refused.
   *
   * @default false
   */
  readonly preventDestroy?: boolean;
  /** @default - the stack's provider without alias */
  readonly kubernetesProvider?: KubernetesProvider;
}

/**
 * An Ingress that a cloud's controller works on as well: its finalizer and its annotations survive every edit of ours, and
 * a change that somebody makes to one of our annotations is shown by the next plan and repaired.
 *
 * It takes two resources to have both: a server-side apply of the whole object, which counts annotations as the server's
 * business, and one of the annotations alone. Nothing here waits for the load balancer: an API server that is away for
 * a moment meanwhile would cost the Ingress its place in the state.
 */
export class AnnotatedIngress extends Construct {
  /** The Ingress. */
  readonly resource: Manifest;

  constructor(scope: Construct, id: string, props: AnnotatedIngressProps) {
    super(scope, id);
    const { name, namespace, annotations, spec, adoptExisting, preventDestroy, dependsOn, kubernetesProvider } = props;
    const { writtenLast = [] } = props;
    const first = Object.entries(annotations).filter(([key]) => !writtenLast.includes(key));
    // A server-side apply leaves alone what it doesn't name: without this a certificate that was named here before would
    // go on being served. The API server drops the empty list, so that its value is the server's to say.
    const dropTls = adoptExisting && !("tls" in spec);
    this.resource = kubernetesObject(this, "Resource", {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      name,
      namespace,
      annotations: Object.fromEntries(first),
      spec: dropTls ? { tls: [], ...spec } : spec,
      computedFields: dropTls ? ["spec.tls"] : undefined,
      adoptExisting,
      preventDestroy,
      dependsOn,
      kubernetesProvider,
    });
    new Annotations(this, "annotations", {
      provider: kubernetesProvider,
      dependsOn: [this.resource],
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { name: literal(name), namespace: literal(namespace) },
      annotations,
      fieldManager: "cdktf-milvus-l7-annotations",
      force: true,
    });
  }
}
