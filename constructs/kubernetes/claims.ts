import type { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import type { Claim } from "../internal/claims";

/** The way out of names that are made of the Ingress' name. */
export const OWN_NAME: Pick<Claim, "path" | "allowed" | "fix"> = {
  path: "name",
  allowed: "names that nothing else has",
  fix: "set another name in one of the two: it is the name of the Ingress, and all other names begin with it",
};

/** An object of a namespace, whose name is made of the Ingress' name. */
export function objectClaim(kind: string, namespace: string, name: string, cluster: string): Claim {
  return { ...OWN_NAME, what: `${kind} ${namespace}/${name}`, where: cluster };
}

/** A DNS record that two load balancers point at themselves, each with its own apply. */
export function recordClaims(hosts: readonly string[], zone: string | undefined, where: string): Claim[] {
  return zone === undefined
    ? []
    : hosts.map((host, index) => ({
        path: `hosts[${index}]`,
        what: `the DNS record ${host} in zone ${zone}`,
        where,
        allowed: "a host that one load balancer's DNS records have",
        fix: "use another host, or remove dnsZone, in one of the two",
      }));
}

/** The cluster, as the constructs of one stack tell clusters apart. */
export function clusterOf({ kubernetesProvider }: { readonly kubernetesProvider?: KubernetesProvider }): string {
  return kubernetesProvider?.fqn ?? "kubernetes";
}
