/** What the logical id of an adopted release says, and that of its guard: the two have the same. */
export interface ReleaseId {
  /** Tells two clusters of one stack apart; most releases have none. */
  readonly clusterKey?: string;
  readonly namespace: string;
  readonly releaseName: string;
}

/**
 * Reads `milvus_<clusterKey_?><namespace>_<release>`, as MilvusTlsRelease makes it: '_' is in none of the parts, and each
 * '.' of the release's name is '__'.
 */
export function parseReleaseId(logicalId: string): ReleaseId | undefined {
  const parts = /^milvus_(?:([^_]+)_)?([^_]+)_([^_]+)$/.exec(logicalId.replaceAll("__", "."));
  if (parts === null) {
    return undefined;
  }
  const [, clusterKey, namespace = "", releaseName = ""] = parts;
  return { clusterKey, namespace, releaseName };
}

/** As people name it: `namespace/name`, with `clusterKey/` before it where it was adopted with one. */
export function releaseTitle({ clusterKey, namespace, releaseName }: ReleaseId): string {
  return [...(clusterKey ? [clusterKey] : []), namespace, releaseName].join("/");
}
