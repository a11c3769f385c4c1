import { DataKubernetesIngressV1 } from "@cdktf/provider-kubernetes/lib/data-kubernetes-ingress-v1";
import { type TerraformResourceLifecycle, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { type BackendConfig, releaseStackId, type StackConfig } from "../config/types";
import { CheckBlock } from "../constructs/internal/check-block";
import { literal } from "../constructs/internal/hcl";
import { frontServiceName } from "../constructs/kubernetes/front-service";
import { adoptedOnce } from "../constructs/kubernetes/stack-marker";
import { MilvusTlsRelease, type MilvusTlsReleaseProps } from "../constructs/milvus";
import { fullName } from "../constructs/milvus/chart";
import { configureBackend } from "./backend";
import { type ReleaseDefaults, releaseOfOwnStack } from "./release";
import { requireTerraform } from "./terraform-version";

export interface ReleaseStackProps {
  readonly release: MilvusTlsReleaseProps;
  /** The id of the stack with the load balancer. */
  readonly loadBalancerStack: string;
  /** The Ingress' name. */
  readonly ingress?: string;
  readonly backend: BackendConfig;
  /** Makes the providers of the cluster. */
  readonly connect: (stack: TerraformStack) => void;
}

/**
 * An adopted release in a stack of its own: in an incident the load balancer's stack can be destroyed without a thought
 * for Milvus. Neither stack depends on the other in cdktf's eyes, which would have it insist on both.
 */
export class ReleaseStack extends TerraformStack {
  constructor(
    scope: Construct,
    id: string,
    { release, loadBalancerStack, ingress, backend, connect }: ReleaseStackProps,
  ) {
    super(scope, id);
    requireTerraform(this);
    configureBackend(this, backend, "-release");
    connect(this);
    const { resource } = new MilvusTlsRelease(this, "release", release);
    const name = ingress ?? fullName(release);
    const once = adoptedOnce(this, { release, ours: loadBalancerStack, service: frontServiceName(name) });
    const { precondition = [], ...lifecycle } = (resource.lifecycle ?? {}) as TerraformResourceLifecycle;
    resource.lifecycle = { ...lifecycle, precondition: [...precondition, once] };
    if (cutsClientsOff(release)) {
      this.warnOfNoLoadBalancer(loadBalancerStack, release.namespace, name);
    }
  }

  /** A release that is changed first leaves clients without an entrance for longer. */
  private warnOfNoLoadBalancer(stack: string, namespace: string, name: string): void {
    const ingress = new DataKubernetesIngressV1(this, "ingress", {
      metadata: { name: literal(name), namespace: literal(namespace) },
    });
    const status = `data.${DataKubernetesIngressV1.tfResourceType}.${ingress.friendlyUniqueId}.status`;
    new CheckBlock(this, "load-balancer", [
      {
        condition: `\${try(length(${status}[0].load_balancer[0].ingress) > 0, false)}`,
        errorMessage: literal(
          `The Ingress ${namespace}/${name} has no load balancer yet: clients that this stack cuts off have nowhere to ` +
            `go. Deploy ${stack} first.`,
        ),
      },
    ]);
  }
}

/** On the way back to plaintext the load balancer may be gone. */
function cutsClientsOff({ tls, serviceType = "LoadBalancer" }: MilvusTlsReleaseProps): boolean {
  return tls === "enabled" || serviceType !== "LoadBalancer";
}

/** Makes the stack of a config's release, where it says that there is one. */
export function buildReleaseStack(
  scope: Construct,
  id: string,
  { release, name, backend }: StackConfig,
  defaults: ReleaseDefaults,
  connect: (stack: TerraformStack) => void,
): void {
  const adopted = releaseOfOwnStack(release, defaults);
  if (adopted !== undefined) {
    new ReleaseStack(scope, releaseStackId(id), {
      release: adopted,
      loadBalancerStack: id,
      ingress: name,
      backend,
      connect,
    });
  }
}
