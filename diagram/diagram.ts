import { albEntrance } from "./alb";
import type { Entrance, Front } from "./entrance";
import { type Arrow, type Box, type Direction, type Frame, mermaid } from "./flowchart";
import { gkeEntrance } from "./gke";
import { type PicturedRelease, releasesOf, type StackJson } from "./release";
import { manifests, plainText, shortList } from "./terraform-json";

export interface PictureProps {
  readonly stack: StackJson;
  /**
   * The stack of its release.
   *
   * @default - the release has no stack of its own
   */
  readonly releaseStack?: StackJson;
  /** @default "LR" */
  readonly direction?: Direction;
}

/** The way of a call through a synthesised stack, as Mermaid; nothing where the stack has no part of that. */
export function picture({ stack, releaseStack, direction = "LR" }: PictureProps): string | undefined {
  const entrances = manifests(stack.json, "Ingress").flatMap(
    (ingress) => gkeEntrance(stack.json, ingress) ?? albEntrance(stack.json, ingress) ?? [],
  );
  const releases = releasesOf(stack, releaseStack);
  if (entrances.length + releases.length === 0) {
    return undefined;
  }
  const drawings = entrances.map((entrance, index) => drawEntrance(entrance, suffix(index)));
  const pods = drawings.flatMap((drawing) => drawing.pods);
  const around = releases.map((release, index) => drawRelease(release, suffix(index), pods));
  return mermaid({
    direction,
    parts: [
      ...(entrances.length > 0 ? [client(entrances)] : []),
      ...drawings.flatMap(({ frames }) => frames),
      ...around.flatMap(({ boxes }) => boxes),
    ],
    arrows: [...drawings, ...around].flatMap(({ arrows }) => arrows),
  });
}

/** Sets the boxes of a second one apart. */
function suffix(index: number): string {
  return index === 0 ? "" : `_${index + 1}`;
}

function client(entrances: readonly Entrance[]): Box {
  const apis = new Set(entrances.flatMap(({ fronts }) => fronts.map(({ api }) => api)));
  return { id: "client", lines: ["Milvus client", [...apis].join(" and ")] };
}

/** The pods behind a load balancer, for whatever else leads to them. */
interface Pods {
  readonly id: string;
  readonly namespace: string;
  /** The release that they are of. */
  readonly release?: string;
}

/** The client's way through one load balancer to the pods, and what is on both sides of it. */
function drawEntrance(entrance: Entrance, own: string) {
  const id = (name: string) => name + own;
  const { hosts, dns, attached, fronts } = entrance;
  const inCloud: Box[] = [
    ...(dns ? [{ id: id("dns"), lines: dns }] : []),
    { id: id("address"), lines: entrance.address },
    { id: id("balancer"), lines: entrance.loadBalancer },
    ...attached.map(({ lines }, index) => ({ id: id(`attached${index + 1}`), lines })),
  ];
  const pods: Pods = { id: id("pods"), namespace: entrance.namespace, release: releaseOf(fronts) };
  const frontId = (index: number) => id(`front${index + 1}`);
  const inCluster: Box[] = [
    ...fronts.map((front, index) => ({
      id: frontId(index),
      lines: ["front Service", front.service, `${front.api} ${front.port}`, front.endpoints],
    })),
    { id: pods.id, lines: podLines(fronts) },
  ];
  const names = hosts.map(plainText);
  const arrows: Arrow[] = [
    dns
      ? { from: "client", to: id("dns"), lines: [shortList(names)], kind: "call" }
      : { from: "client", to: id("address"), lines: [shortList(names), "DNS is yours"], kind: "call" },
    ...(dns ? [{ from: id("dns"), to: id("address"), kind: "call" } as const] : []),
    { from: id("address"), to: id("balancer"), lines: [entrance.listener], kind: "call" },
    ...fronts.flatMap((front, index): Arrow[] => [
      { from: id("balancer"), to: frontId(index), lines: callLines(front), kind: "call" },
      { from: frontId(index), to: pods.id, lines: [String(front.port)], kind: "call" },
    ]),
    ...attached.map(
      ({ as }, index): Arrow => ({ from: id(`attached${index + 1}`), to: id("balancer"), lines: [as], kind: "about" }),
    ),
    ...healthChecks(fronts).map((lines): Arrow => ({ from: id("balancer"), to: pods.id, lines, kind: "about" })),
  ];
  const frames: Frame[] = [
    { id: id("cloud"), title: entrance.cloud, boxes: inCloud },
    { id: id("cluster"), title: plainText(entrance.cluster), boxes: inCluster },
  ];
  return { frames, arrows, pods: [pods] };
}

function callLines({ api, paths, protocol }: Front): string[] {
  return [`${api}${paths.length > 0 ? ` ${paths.join(", ")}` : ""}`, protocol];
}

/** One where all Services have the same. */
function healthChecks(fronts: readonly Front[]): string[][] {
  const [first, ...others] = fronts;
  const same = others.every(({ healthCheck }) => healthCheck.join() === first?.healthCheck.join());
  return first && same
    ? [["health check", ...first.healthCheck]]
    : fronts.map(({ api, healthCheck }) => [`health check of ${api}`, ...healthCheck]);
}

function podLines([front]: readonly Front[]): string[] {
  const { component, ...labels } = front?.selector ?? {};
  const kind = component ?? labels["app.kubernetes.io/component"];
  const instance = labels["app.kubernetes.io/instance"];
  return [
    kind ? `Milvus' ${plainText(kind)} pods` : "Milvus' pods",
    ...(instance ? [`of ${plainText(instance)}`] : []),
  ];
}

function releaseOf([front]: readonly Front[]): string | undefined {
  return front?.selector["app.kubernetes.io/instance"];
}

/** A release and what it changes, beside the pods that a load balancer leads to, or pods of its own. */
function drawRelease(release: PicturedRelease, own: string, known: readonly Pods[]) {
  const { namespace, name, lines, changes } = release;
  const id = `release${own}`;
  const pods = known.find((one) => one.namespace === namespace && one.release === name)?.id;
  const to = pods ?? `pods_of_${id}`;
  return {
    boxes: [{ id, lines }, ...(pods ? [] : [{ id: to, lines: ["Milvus' pods"] }])],
    arrows: [{ from: id, to, lines: changes, kind: "about" } satisfies Arrow],
  };
}
