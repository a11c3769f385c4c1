import type { Untyped } from "./terraform-json";

/** What a picture shows of one load balancer, on either cloud. */
export interface Entrance {
  /** Whose load balancer, and where. */
  readonly cloud: string;
  /** Whose cluster, and which. */
  readonly cluster: string;
  readonly namespace: string;
  readonly hosts: readonly string[];
  /** The zone and its records; none where DNS is not this stack's. */
  readonly dns?: readonly string[];
  readonly address: readonly string[];
  readonly loadBalancer: readonly string[];
  /** How clients come in. */
  readonly listener: string;
  /** Certificates, access lists and whatever else is part of the load balancer. */
  readonly attached: readonly Attached[];
  readonly fronts: readonly Front[];
}

export interface Attached {
  readonly lines: readonly string[];
  /** What it has to do with the load balancer. */
  readonly as: string;
}

/** A front Service, and what the load balancer sends there. */
export interface Front {
  readonly service: string;
  readonly port: number;
  /** What clients speak: gRPC or REST. */
  readonly api: string;
  /** The paths of its calls; all others where there are none. */
  readonly paths: readonly string[];
  /** What the load balancer speaks to the pods. */
  readonly protocol: string;
  /** What it asks the pods to see whether they are well. */
  readonly healthCheck: readonly string[];
  /** The pods' labels. */
  readonly selector: Readonly<Record<string, string>>;
  /** How the pods' addresses reach the load balancer. */
  readonly endpoints: string;
}

/** The rules of an Ingress that lead to Services of this stack, by Service. */
export function pathsByService(ingress: Untyped): Map<string, string[]> {
  const paths = new Map<string, string[]>();
  for (const { http } of ingress.spec.rules.slice(0, 1)) {
    for (const { path, backend } of http.paths) {
      const { name, port } = backend.service;
      if (port.number !== undefined) {
        paths.set(name, [...(paths.get(name) ?? []), path]);
      }
    }
  }
  return paths;
}

export function hostsOf(ingress: Untyped): string[] {
  return ingress.spec.rules.map(({ host }: Untyped) => host);
}
