import type { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { ServiceV1 } from "@cdktf/provider-kubernetes/lib/service-v1";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { literal, literals } from "../internal/hcl";
import { suffixed } from "../internal/names";
import type { IMilvusService } from "../milvus/milvus-service";
import { StackMarker } from "./stack-marker";

export interface FrontServiceProps {
  readonly milvus: IMilvusService;
  /** The Service's name. */
  readonly name: string;
  /**
   * Which of the pods' ports it leads to.
   *
   * @default "grpc"
   */
  readonly entrance?: Entrance;
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

/** What clients of a load balancer speak to Milvus. */
export type Entrance = "grpc" | "rest";

/** What our ports are called; the first as the guides call it. */
export const FRONT_PORT_NAMES: Readonly<Record<Entrance, string>> = { grpc: "milvus", rest: "rest" };

/** The name of the one that leads to the gRPC port, from the Ingress' name. */
export function frontServiceName(ingress: string): string {
  return suffixed(ingress, "-l7");
}

/**
 * The Service that a load balancer's Ingress points at: one of our own, so that nothing of the Helm release is edited and
 * the Layer-4 Service lives on. It has one port: 9091 is for health checks and is no entrance.
 */
export class FrontService extends Construct {
  readonly resource: ServiceV1;
  readonly name: string;
  /** The Service's port, the same as the pods'. */
  readonly port: number;

  constructor(scope: Construct, id: string, props: FrontServiceProps) {
    super(scope, id);
    const { milvus, entrance = "grpc", foreignAnnotations = [] } = props;
    this.name = props.name;
    this.port = milvus.ports[entrance];
    const marker = entrance === "grpc" ? this.marker(props) : undefined;
    this.resource = new ServiceV1(this, "Resource", {
      provider: props.kubernetesProvider,
      dependsOn: props.dependsOn,
      metadata: {
        name: literal(props.name),
        namespace: literal(milvus.namespace),
        annotations: marker ? { ...props.annotations, ...marker.annotations } : props.annotations,
      },
      spec: {
        type: "ClusterIP",
        selector: literals(milvus.selector),
        // A number, not the container port's name: a controller opens the firewall for it before there is an endpoint.
        port: [{ name: FRONT_PORT_NAMES[entrance], port: this.port, targetPort: String(this.port), protocol: "TCP" }],
      },
      waitForLoadBalancer: false,
      lifecycle: {
        // The Ingress leads elsewhere before it goes.
        createBeforeDestroy: true,
        ignoreChanges: foreignAnnotations.map((key) => `metadata[0].annotations["${key}"]`),
        ...(marker ? { precondition: marker.preconditions } : {}),
      },
    });
  }

  /** The one that is always there. */
  private marker({ name, milvus, kubernetesProvider }: FrontServiceProps): StackMarker {
    return new StackMarker(this, "stack", { service: name, milvus, kubernetesProvider });
  }
}
