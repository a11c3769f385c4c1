import type { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { ServiceV1 } from "@cdktf/provider-kubernetes/lib/service-v1";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { literal } from "../internal/hcl";
import type { IMilvusService } from "../milvus/milvus-service";

export interface FrontServiceProps {
  readonly milvus: IMilvusService;
  /** The Service's name. */
  readonly name: string;
  /** @default - none */
  readonly annotations?: Readonly<Record<string, string>>;
  /**
   * Annotations that the cloud's controller writes on it, and that are its own business.
   *
   * @default - none
   */
  readonly foreignAnnotations?: readonly string[];
  /** @default - nothing but what its own arguments refer to */
  readonly dependsOn?: ITerraformDependable[];
  /** @default - the stack's provider without alias */
  readonly kubernetesProvider?: KubernetesProvider;
}

/** What our port is called, as the guides call it. */
export const FRONT_PORT_NAME = "milvus";

/**
 * The Service that a load balancer's Ingress points at: one of our own, so that nothing of the Helm release is edited and
 * the Layer-4 Service lives on. It has the gRPC port only: 9091 is for health checks and is no entrance.
 */
export class FrontService extends Construct {
  readonly resource: ServiceV1;
  readonly name: string;
  /** The Service's port, the same as the pods'. */
  readonly port: number;

  constructor(scope: Construct, id: string, props: FrontServiceProps) {
    super(scope, id);
    const { milvus, foreignAnnotations = [] } = props;
    this.name = props.name;
    this.port = milvus.ports.grpc;
    this.resource = new ServiceV1(this, "Resource", {
      provider: props.kubernetesProvider,
      dependsOn: props.dependsOn,
      metadata: { name: literal(props.name), namespace: literal(milvus.namespace), annotations: props.annotations },
      spec: {
        type: "ClusterIP",
        selector: Object.fromEntries(Object.entries(milvus.selector).map(([label, value]) => [label, literal(value)])),
        // A number, not the container port's name: a controller opens the firewall for it before there is an endpoint.
        port: [{ name: FRONT_PORT_NAME, port: this.port, targetPort: String(milvus.ports.grpc), protocol: "TCP" }],
      },
      waitForLoadBalancer: false,
      lifecycle: {
        ignoreChanges: foreignAnnotations.map((key) => `metadata[0].annotations["${key}"]`),
      },
    });
  }
}
