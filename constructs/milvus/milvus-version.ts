import type { Assertion } from "../internal/check-block";
import { hclExpression } from "../internal/hcl";

/** Where versions begin to have something, e.g. a fix: in each release line of these, and in every later line. */
type FixedIn = readonly string[];

interface KnownFlaw {
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

/**
 * What there is to say of a version.
 *
 * @param version the expression of its number
 * @param image the expression of the image's name
 */
export function versionAssertions(version: string, image: string, tls: boolean): Assertion[] {
  const flaws = KNOWN_FLAWS.map(({ name, effect, fixedIn }) => ({
    condition: `\${!(${isBefore(version, fixedIn)})}`,
    errorMessage: `\${${image}} has ${name}: ${effect}. It is fixed in ${fixedIn.join(" and ")}: upgrade Milvus.`,
  }));
  return tls ? [...flaws, rollingUpgrade(version, image)] : flaws;
}

/** @see https://github.com/milvus-io/milvus/issues/48224 */
function rollingUpgrade(version: string, image: string): Assertion {
  return {
    condition: `\${!(${isBetween(version, "2.5.0", "2.6.0")})}`,
    errorMessage:
      `\${${image}} can't be upgraded to Milvus 2.6 by a rolling upgrade while TLS is on: the old and the new proxies ` +
      "forward to each other in plaintext. Upgrade before TLS is turned on, or turn it off for the upgrade (tls: disabled).",
  };
}

/** Whether a known version is older than the fix of its line. */
function isBefore(version: string, fixedIn: FixedIn): string {
  const ranges = fixedIn.map((fix, index) => isBetween(version, index === 0 ? "0.0.1" : lineOf(fix), fix));
  return ranges.map((range) => `(${range})`).join(" || ");
}

function isBetween(version: string, first: string, end: string): string {
  return `${version} >= ${numberOf(first)} && ${version} < ${numberOf(end)}`;
}

function lineOf(version: string): string {
  return version.replace(/\d+$/, "0");
}

function numberOf(version: string): string {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  return hclExpression(major * 1_000_000 + minor * 1000 + patch);
}
