import { isIP } from "node:net";

/** Address ranges in CIDR notation, and how much of the internet they add up to. */

export type Family = "IPv4" | "IPv6";

/** Every address. */
export const EVERYBODY: readonly string[] = ["0.0.0.0/0", "::/0"];

/**
 * A range that no client connects from. CloudFormation's documentation uses it for a security group that allows nothing.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroup.html
 */
export const NOBODY = "127.0.0.1/32";

/** Prefix lengths, by family. */
export type PrefixLengths = Readonly<Record<Family, number>>;

/** More public addresses than one such range has: 1/256 of all addresses, of IPv6 of the global unicast addresses. */
export const MUCH: PrefixLengths = { IPv4: 8, IPv6: 11 };
/** More public addresses than one such range has is no allow-list: 1/16. */
export const TOO_MUCH: PrefixLengths = { IPv4: 4, IPv6: 7 };

const BITS: PrefixLengths = { IPv4: 32, IPv6: 128 };

interface Range {
  readonly family: Family;
  readonly first: bigint;
  readonly last: bigint;
}

/** The family of a range; of a value that only Terraform knows, or that is no range, none. */
export function familyOf(range: string): Family | undefined {
  return parsed(range)?.family;
}

/** Whether all addresses of a range are in others, in one of them or in several together. */
export function isCovered(range: string, others: readonly string[]): boolean {
  const inner = parsed(range);
  return inner === undefined
    ? others.includes(range)
    : united(others, inner.family).some(({ first, last }) => first <= inner.first && inner.last <= last);
}

/** The families of which ranges together have more public addresses than one range of that prefix length. */
export function familiesBeyond(lengths: PrefixLengths, ranges: readonly string[]): Family[] {
  return FAMILIES.filter((family) => publicAddresses(ranges, family) > 1n << BigInt(BITS[family] - lengths[family]));
}

/** The families of which ranges together have every public address. */
export function familiesOfEverybody(ranges: readonly string[]): Family[] {
  return FAMILIES.filter((family) => publicAddresses(ranges, family) === publicAddresses(EVERYBODY, family));
}

/** As `more than a /4 of the public IPv4 addresses`. */
export function moreThan(lengths: PrefixLengths, families: readonly Family[]): string {
  const parts = families.map((family) => `a /${lengths[family]} of the public ${family} addresses`);
  return `more than ${parts.join(" and ")}`;
}

const FAMILIES: readonly Family[] = ["IPv4", "IPv6"];

/**
 * The addresses of the internet, and those among them that no client on the internet has.
 *
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry
 */
const INTERNET: Readonly<Record<Family, { readonly all: string; readonly without: readonly string[] }>> = {
  IPv4: {
    all: "0.0.0.0/0",
    without: [
      "0.0.0.0/8",
      "10.0.0.0/8",
      "100.64.0.0/10",
      "127.0.0.0/8",
      "169.254.0.0/16",
      "172.16.0.0/12",
      "192.0.0.0/24",
      "192.0.2.0/24",
      "192.168.0.0/16",
      "198.18.0.0/15",
      "198.51.100.0/24",
      "203.0.113.0/24",
      "224.0.0.0/3",
    ],
  },
  IPv6: { all: "2000::/3", without: ["2001:db8::/32", "3fff::/20"] },
};

function publicAddresses(ranges: readonly string[], family: Family): bigint {
  const { all, without } = INTERNET[family];
  const spans = united(ranges, family);
  return inCommon(spans, [all]) - inCommon(spans, without);
}

/** How many addresses of disjoint ranges are in other disjoint ones. */
function inCommon(spans: readonly Range[], others: readonly string[]): bigint {
  return others
    .flatMap((other) => parsed(other) ?? [])
    .flatMap((other) => spans.map((span) => least(span.last, other.last) - most(span.first, other.first) + 1n))
    .reduce((sum, size) => (size > 0n ? sum + size : sum), 0n);
}

/** The ranges of a family with no two that overlap or touch, in their order. */
function united(ranges: readonly string[], family: Family): Range[] {
  const ofFamily = ranges.flatMap((range) => parsed(range) ?? []).filter((range) => range.family === family);
  const united: Range[] = [];
  for (const range of ofFamily.sort((a, b) => (a.first < b.first ? -1 : 1))) {
    const before = united.at(-1);
    if (before === undefined || range.first > before.last + 1n) {
      united.push(range);
    } else {
      united[united.length - 1] = { ...before, last: most(before.last, range.last) };
    }
  }
  return united;
}

function parsed(range: string): Range | undefined {
  const [address = "", length, ...rest] = String(range).split("/");
  const version = isIP(address);
  // isIP takes the zone of a link-local address, which is no part of a range.
  if (version === 0 || rest.length > 0 || address.includes("%")) {
    return undefined;
  }
  const family = version === 4 ? "IPv4" : "IPv6";
  const prefix = length === undefined ? BITS[family] : Number(length);
  if ((length !== undefined && !/^(0|[1-9]\d{0,2})$/.test(length)) || prefix > BITS[family]) {
    return undefined;
  }
  const hostBits = BigInt(BITS[family] - prefix);
  const first = ((version === 4 ? ofIpv4(address) : ofIpv6(address)) >> hostBits) << hostBits;
  return { family, first, last: first + (1n << hostBits) - 1n };
}

function ofIpv4(address: string): bigint {
  return address.split(".").reduce((value, byte) => value * 256n + BigInt(byte), 0n);
}

function ofIpv6(address: string): bigint {
  // The last 32 bits may be written as an IPv4 address.
  const [head = "", tail] = address.replace(/[^:]+\.[^:]+$/, asGroups).split("::");
  const [left, right] = [groupsOf(head), groupsOf(tail ?? "")];
  const zeros = Array<string>(8 - left.length - right.length).fill("0");
  return [...left, ...zeros, ...right].reduce((value, group) => value * 65_536n + BigInt(`0x${group}`), 0n);
}

function groupsOf(part: string): string[] {
  return part === "" ? [] : part.split(":");
}

function asGroups(ipv4: string): string {
  const value = ofIpv4(ipv4);
  return `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function most(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
