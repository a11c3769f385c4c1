import { GRPC_PORT, HEALTH_PORT, podSelector } from "../../constructs/milvus/chart";
import type { KubernetesObject, Untyped } from "../cluster";
import type { Subject } from "../subject";

/** A port of the pods; the name of one that no container declares. */
export type PodPort = number | string;

/** A port of a Service, and the pods' port that it leads to. */
export interface ServicePort {
  readonly port: number;
  readonly name?: string;
  readonly pod: PodPort;
  readonly nodePort?: number;
}

/** An object's namespace and name, as kubectl takes them. */
export function placeOf({ metadata: { name, namespace } }: KubernetesObject): { name: string; namespace: string } {
  // They stand in commands that somebody pastes.
  if (!/^[\w.-]+$/.test(name) || !/^[\w.-]+$/.test(String(namespace))) {
    throw new Error("no name that an API server gives");
  }
  return { name, namespace: String(namespace) };
}

export function titleOf(object: KubernetesObject): string {
  const { name, namespace } = placeOf(object);
  return `${namespace}/${name}`;
}

/** The pods that answer clients, as Services and routes see them. */
export class MilvusPods {
  /** The Services that lead to them, whoever made them. */
  readonly services: readonly KubernetesObject[];
  private readonly aliases: readonly KubernetesObject[];
  private readonly labels: Readonly<Record<string, string>>;
  private readonly containers: readonly Untyped[];
  readonly hostNetwork: boolean;
  /** Whether their Deployment was found. */
  readonly areSeen: boolean;

  /**
   * @param deployment theirs, where it was found
   * @param services of any namespace
   * @param slices the EndpointSlices of the release's namespace
   */
  constructor(
    private readonly subject: Subject,
    deployment: KubernetesObject | undefined,
    services: readonly KubernetesObject[],
    slices: readonly KubernetesObject[],
  ) {
    const template = deployment?.spec?.template;
    this.areSeen = deployment !== undefined;
    this.labels = template?.metadata?.labels ?? podSelector(subject.release);
    this.containers = template?.spec?.containers ?? [];
    this.hostNetwork = template?.spec?.hostNetwork === true;
    const near = services.filter(({ metadata }) => metadata.namespace === subject.release.namespace);
    const selecting = near.filter((service) => this.isSelectedBy(service));
    const slicesOf = (service: KubernetesObject) =>
      slices.filter(({ metadata }) => metadata.labels?.["kubernetes.io/service-name"] === service.metadata.name);
    const addresses = new Set(selecting.flatMap(slicesOf).flatMap(addressesOf));
    // One without a selector leads to whatever its slices name.
    const listing = near.filter(
      (service) =>
        service.spec?.selector === undefined &&
        slicesOf(service).some((slice) => addressesOf(slice).some((address) => addresses.has(address))),
    );
    this.services = [...selecting, ...listing];
    // A name is no way in, but the controllers of some Ingresses route to it.
    this.aliases = services.filter(({ spec }) => this.byDnsName(String(spec?.externalName ?? "")) !== undefined);
  }

  /** The Service that an object of a namespace means by a name, if it leads to the pods. */
  service(namespace: string, name: string): KubernetesObject | undefined {
    const alias = this.aliases.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
    return alias === undefined
      ? (this.byDnsName(name) ?? this.direct(namespace, name))
      : this.byDnsName(String(alias.spec?.externalName));
  }

  portsOf(service: KubernetesObject): ServicePort[] {
    const ports: readonly Untyped[] = service.spec?.ports ?? [];
    return ports.map(({ port, name, targetPort, nodePort }) => ({
      port,
      name,
      pod: this.podPort(targetPort ?? port),
      nodePort,
    }));
  }

  /** Where a port of a Service leads, by its number or its name; all of them where none is said. */
  podPorts(service: KubernetesObject, port: unknown): PodPort[] {
    const ports = this.portsOf(service);
    const named = ports.filter((one) => String(one.port) === String(port) || one.name === port);
    return (port === undefined ? ports : named).map(({ pod }) => pod);
  }

  /** Ports that are open on the nodes that the pods run on. */
  hostPorts(): PodPort[] {
    const ports: readonly Untyped[] = this.containers.flatMap(({ ports = [] }) => ports);
    return ports.filter(({ hostPort }) => this.hostNetwork || hostPort).map(({ containerPort }) => containerPort);
  }

  /** Ports as a sentence has them, with what Milvus does there. */
  described(ports: readonly PodPort[]): string {
    const { rest } = this.subject.milvus.ports;
    const known: Readonly<Record<PodPort, string>> = {
      [rest]: `${rest} (REST)`,
      [GRPC_PORT]: `${GRPC_PORT} (gRPC)`,
      [HEALTH_PORT]: `${HEALTH_PORT} (metrics and management)`,
    };
    return [...new Set(ports)].map((port) => known[port] ?? String(port)).join(", ") || "none that is known";
  }

  private isSelectedBy({ spec }: KubernetesObject): boolean {
    const selector = Object.entries(spec?.selector ?? {});
    return (
      spec?.type !== "ExternalName" &&
      selector.length > 0 &&
      selector.every(([label, value]) => this.labels[label] === value)
    );
  }

  private direct(namespace: string, name: string): KubernetesObject | undefined {
    return this.services.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
  }

  private byDnsName(host: string): KubernetesObject | undefined {
    const [, name, namespace] = /^([^.]+)\.([^.]+)(\.svc(\..*)?)?$/.exec(host) ?? [];
    return name === undefined || namespace === undefined ? undefined : this.direct(namespace, name);
  }

  private podPort(target: PodPort): PodPort {
    const ports: readonly Untyped[] = this.containers.flatMap(({ ports = [] }) => ports);
    const declared = ports.find(({ name }) => name === target)?.containerPort;
    return declared ?? CHART_PORTS[target] ?? target;
  }
}

/** What the chart's containers call their ports, where the Deployment could not be read. */
const CHART_PORTS: Readonly<Record<PodPort, number>> = { milvus: GRPC_PORT, metrics: HEALTH_PORT };

function addressesOf(slice: Untyped): string[] {
  return (slice.endpoints ?? []).flatMap((endpoint: Untyped) => endpoint?.addresses ?? []);
}
