import type { Cluster, KubernetesObject } from "../cluster";
import { Reading, type Unread } from "../reading";
import type { Subject } from "../subject";
import { type WayKind, wayKinds } from "./kinds";

/** The objects of a kind. */
export interface Listed {
  readonly found: Reading<readonly KubernetesObject[]>;
  /**
   * Why those of other namespaces were not read.
   *
   * @default - they were, or can't lead to the release's pods
   */
  readonly elsewhere?: Unread;
}

/** What may lead to the pods that answer clients. */
export interface WayFacts {
  /** The names of the custom resource definitions. */
  readonly definitions: Reading<readonly string[]>;
  /** By resource; a kind that the cluster doesn't have isn't there. */
  readonly objects: Readonly<Record<string, Listed>>;
}

export async function readWaysIn(
  cluster: Cluster,
  { config, release: { namespace } }: Subject,
  definitions: Reading<readonly string[]>,
): Promise<WayFacts> {
  const installed = Reading.isRead(definitions) ? definitions.value : [];
  const kinds = wayKinds(config.cloud).filter(({ custom, resource }) => !custom || installed.includes(resource));
  const lists = kinds.map(async (kind) => [kind.resource, await listed(cluster, kind, namespace)] as const);
  return { definitions, objects: Object.fromEntries(await Promise.all(lists)) };
}

/** In all namespaces, or in the release's if that is all that may be read. */
async function listed(cluster: Cluster, { resource, everywhere }: WayKind, namespace: string): Promise<Listed> {
  if (everywhere) {
    const found = await cluster.list(resource, undefined);
    if (Reading.isRead(found)) {
      return { found };
    }
    return { found: await cluster.list(resource, undefined, namespace), elsewhere: found };
  }
  return { found: await cluster.list(resource, undefined, namespace) };
}
