import type { Assertion } from "../internal/check-block";
import { hclExpression } from "../internal/hcl";
import {
  affectedRanges,
  flawsOf,
  KNOWN_FLAWS,
  type KnownFlaw,
  type VersionRange,
  versionToNumber,
} from "./known-flaws";

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
export function flawsOfImage(image: string): KnownFlaw[] {
  return flawsOf(versionOf(image));
}

/** Whether the image's next minor version can't be reached by a rolling upgrade while TLS is on. */
export function cantRollWithTls(image: string): boolean {
  const version = versionToNumber(versionOf(image));
  return version >= NO_ROLLING_WITH_TLS.first && version < NO_ROLLING_WITH_TLS.end;
}

/** Empty where the image's tag is no version. */
function versionOf(image: string): string {
  const [, ...parts] = new RegExp(VERSION_OF_IMAGE).exec(image) ?? [];
  return parts.join(".");
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
  const flaws = KNOWN_FLAWS.map((flaw) => {
    const affected = affectedRanges(flaw.fixedIn).map((range) => `(${isIn(version, range)})`);
    return { condition: `\${!(${affected.join(" || ")})}`, errorMessage: flawText(`\${${image}}`, flaw) };
  });
  return tls ? [...flaws, rollingUpgrade(version, image)] : flaws;
}

function rollingUpgrade(version: string, image: string): Assertion {
  return {
    condition: `\${!(${isIn(version, NO_ROLLING_WITH_TLS)})}`,
    errorMessage: rollingUpgradeText(`\${${image}}`),
  };
}

/** @see https://github.com/milvus-io/milvus/issues/48224 */
const NO_ROLLING_WITH_TLS: VersionRange = { first: versionToNumber("2.5.0"), end: versionToNumber("2.6.0") };

function isIn(version: string, { first, end }: VersionRange): string {
  return `${version} >= ${hclExpression(first)} && ${version} < ${hclExpression(end)}`;
}
