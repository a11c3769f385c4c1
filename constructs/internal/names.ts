import { createHash } from "node:crypto";
import { Token } from "cdktf";

/** The longest name that a Kubernetes Service and a Google Cloud resource take. */
const LONGEST = 63;

/** `base` with a suffix, kept within 63 characters; where it has to be cut, a hash keeps two long names apart. */
export function suffixed(base: string, suffix: string): string {
  const whole = base + suffix;
  if (whole.length <= LONGEST) {
    return whole;
  }
  const hash = shortHash(base);
  return `${base.slice(0, LONGEST - suffix.length - hash.length - 1)}-${hash}${suffix}`;
}

/** Eight hex digits that stand for a text. */
export function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}

/** A number of at least 1 that changes with the text: a revision for what Terraform must not remember. */
export function revisionOf(text: string): number {
  return Number.parseInt(shortHash(text).slice(0, 7), 16) + 1;
}

/** What stands for one host of several in ids and names: the host itself, or its place where only Terraform knows it. */
export function hostKey(host: string, index: number): string {
  return Token.isUnresolved(host) ? String(index) : host;
}
