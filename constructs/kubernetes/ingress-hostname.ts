import { DataKubernetesIngressV1 } from "@cdktf/provider-kubernetes/lib/data-kubernetes-ingress-v1";
import type { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import type { TimeProvider } from "@cdktf/provider-time/lib/provider";
import { Sleep } from "@cdktf/provider-time/lib/sleep";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { literal } from "../internal/hcl";

export interface IngressHostnameProps {
  readonly name: string;
  readonly namespace: string;
  /** The Ingress itself. */
  readonly ingress: ITerraformDependable;
  /** How long its controller is given for the load balancer, in seconds. */
  readonly waitSec: number;
  /** Settings that lead to another load balancer, which has to be waited for again. */
  readonly triggers: Readonly<Record<string, string>>;
  /** @default - the stack's provider without alias */
  readonly kubernetesProvider?: KubernetesProvider;
  /** @default - the stack's provider without alias */
  readonly timeProvider?: TimeProvider;
}

/**
 * The hostname that a controller gives an Ingress' load balancer. The Ingress is not what waits for it: a wait that runs
 * out would mark it for replacement, and one that the API server interrupts would lose it from the state. An apply that
 * comes too early stops here, with everything that it made kept, and the next one goes on.
 */
export class IngressHostname extends Construct {
  readonly hostname: string;
  /** The reading of it: what depends on this waits for an address that is there. */
  readonly resource: ITerraformDependable;

  constructor(scope: Construct, id: string, props: IngressHostnameProps) {
    super(scope, id);
    const { name, namespace, ingress, waitSec, triggers, kubernetesProvider, timeProvider } = props;
    const wait = new Sleep(this, "wait", {
      provider: timeProvider,
      dependsOn: [ingress],
      createDuration: `${waitSec}s`,
      triggers: { ingress: literal(`${namespace}/${name}`), ...triggers },
    });
    const status = new DataKubernetesIngressV1(this, "status", {
      provider: kubernetesProvider,
      dependsOn: [ingress, wait],
      metadata: { name: literal(name), namespace: literal(namespace) },
      lifecycle: {
        postcondition: [
          {
            condition: "${try(length(self.status[0].load_balancer[0].ingress[0].hostname) > 0, false)}",
            errorMessage: literal(
              `The load balancer of Ingress ${namespace}/${name} has no address yet. Nothing is lost: apply again in a ` +
                `minute. If it stays so, 'kubectl describe ingress ${name} -n ${namespace}' says what its controller lacks.`,
            ),
          },
        ],
      },
    });
    const address = `data.${DataKubernetesIngressV1.tfResourceType}.${status.friendlyUniqueId}`;
    this.resource = status;
    // 'terraform import' goes on after a failed postcondition, and stops at an expression that fails.
    this.hostname = `\${try(${address}.status[0].load_balancer[0].ingress[0].hostname, "")}`;
  }
}
