import type { Assertion } from "../internal/check-block";
import { hclExpression } from "../internal/hcl";

/** Where versions begin to have something, e.g. a fix: in each release line of these, and in every later line. */
type FixedIn = readonly string[];

export interface KnownFlaw {
  readonly name: string;
  /** Who can do what through which port. */
  readonly effect: string;
  /** The first version of each release line that has the fix. Older lines have none, later ones all have it. */
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

/**
 * The expression of a version as one number that grows with it, 0 where the image's tag is none.
 *
 * @param image the expression of the image's name
 */
export function versionNumber(image: string): string {
  const parts = `regex("${VERSION_OF_IMAGE}", ${image})`;
  return `try([for part in [${parts}] : tonumber(part[0]) * 1000000 + tonumber(part[1]) * 1000 + tonumber(part[2])][0], 0)`;
}

const VERSION_OF_IMAGE = ":v?([0-9]+)[.]([0-9]+)[.]([0-9]+)[^:/]*$";

/** The flaws of an image, by the version in its tag; none where that is no version. */
export function flawsOf(image: string): KnownFlaw[] {
  return KNOWN_FLAWS.filter(({ fixedIn }) => flawedRanges(fixedIn).some((range) => isInRange(image, range)));
}

/** Whether the image's next minor version can't be reached by a rolling upgrade while TLS is on. */
export function cantRollWithTls(image: string): boolean {
  return isInRange(image, NO_ROLLING_WITH_TLS);
}

/** What there is to say of a flaw. */
function flawText(image: string, { name, effect, fixedIn }: KnownFlaw): string {
  return `${image} has ${name}: ${effect}. It is fixed in ${fixedIn.join(" and ")}: upgrade Milvus.`;
}

/** What there is to say of an upgrade while TLS is on. */
function rollingUpgradeText(image: string): string {
  return (
    `${image} can't be upgraded to Milvus 2.6 by a rolling upgrade while TLS is on: the old and the new proxies ` +
    "forward to each other in plaintext. Upgrade before TLS is turned on, or turn it off for the upgrade (tls: disabled)."
  );
}

/**
 * What there is to say of a version.
 *
 * @param version the expression of its number
 * @param image the expression of the image's name
 */
export function versionAssertions(version: string, image: string, tls: boolean): Assertion[] {
  const flaws = KNOWN_FLAWS.map((flaw) => ({
    condition: `\${!(${isBefore(version, flaw.fixedIn)})}`,
    errorMessage: flawText(`\${${image}}`, flaw),
  }));
  return tls ? [...flaws, rollingUpgrade(version, image)] : flaws;
}

function rollingUpgrade(version: string, image: string): Assertion {
  return {
    condition: `\${!(${isBetween(version, NO_ROLLING_WITH_TLS)})}`,
    errorMessage: rollingUpgradeText(`\${${image}}`),
  };
}

/** From the first version on, up to the second without it. */
type VersionRange = readonly [first: string, end: string];

/** @see https://github.com/milvus-io/milvus/issues/48224 */
const NO_ROLLING_WITH_TLS: VersionRange = ["2.5.0", "2.6.0"];

/** The known versions that are older than the fix of their line. */
function flawedRanges(fixedIn: FixedIn): VersionRange[] {
  return fixedIn.map((fix, index) => [index === 0 ? "0.0.1" : lineOf(fix), fix]);
}

function isBefore(version: string, fixedIn: FixedIn): string {
  return flawedRanges(fixedIn)
    .map((range) => `(${isBetween(version, range)})`)
    .join(" || ");
}

function isBetween(version: string, [first, end]: VersionRange): string {
  return `${version} >= ${hclExpression(numberOf(first))} && ${version} < ${hclExpression(numberOf(end))}`;
}

function isInRange(image: string, [first, end]: VersionRange): boolean {
  const [, ...parts] = new RegExp(VERSION_OF_IMAGE).exec(image) ?? [];
  const version = numberOf(parts.join("."));
  return version >= numberOf(first) && version < numberOf(end);
}

function lineOf(version: string): string {
  return version.replace(/\d+$/, "0");
}

function numberOf(version: string): number {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  return major * 1_000_000 + minor * 1000 + patch;
}
