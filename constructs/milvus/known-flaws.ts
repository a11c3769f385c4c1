/** The first version of each release line that has a fix. Older lines have none, later ones all have it. */
export type FixedIn = readonly string[];

export interface KnownFlaw {
  readonly name: string;
  /** Who can do what through which port. */
  readonly effect: string;
  readonly fixedIn: FixedIn;
}

/**
 * Holes of Milvus that whoever puts it behind a load balancer should know of.
 *
 * @see https://github.com/milvus-io/milvus/security/advisories/GHSA-mhjq-8c7m-3f7p
 * @see https://github.com/milvus-io/milvus/security/advisories/GHSA-7ppg-37fh-vcr6
 */
export const KNOWN_FLAWS: readonly KnownFlaw[] = [
  {
    name: "CVE-2025-64513",
    effect: "whoever reaches the client port, through a load balancer too, is an administrator without a password",
    fixedIn: ["2.4.24", "2.5.21", "2.6.5"],
  },
  {
    name: "CVE-2026-26190",
    effect: "whoever reaches port 9091, which is no entrance of the load balancer, controls Milvus without a password",
    fixedIn: ["2.5.27", "2.6.10"],
  },
];

/** The flaws of a version as a server names it, such as `v2.5.9`; none where it isn't a release's. */
export function flawsOf(version: string): KnownFlaw[] {
  const number = /^v?(\d+\.\d+\.\d+)(?![\d.])/.exec(version)?.[1];
  return number === undefined ? [] : KNOWN_FLAWS.filter(({ fixedIn }) => isAffected(versionToNumber(number), fixedIn));
}

function isAffected(version: number, fixedIn: FixedIn): boolean {
  return affectedRanges(fixedIn).some(({ first, end }) => version >= first && version < end);
}

/** Versions as numbers: from `first` on, before `end`. */
export interface VersionRange {
  readonly first: number;
  readonly end: number;
}

/** The versions without a fix. */
export function affectedRanges(fixedIn: FixedIn): VersionRange[] {
  return fixedIn.map((fix, index) => ({
    first: versionToNumber(index === 0 ? "0.0.1" : fix.replace(/\d+$/, "0")),
    end: versionToNumber(fix),
  }));
}

/** A version as one number that grows with it. */
export function versionToNumber(version: string): number {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  return major * 1_000_000 + minor * 1000 + patch;
}
