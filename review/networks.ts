import { BlockList, isIP } from "node:net";
import { interrupted, listed, opened, type Said } from "./finding";

export const EVERYBODY = ["0.0.0.0/0", "::/0"];

/** What another list of networks that are let in means. */
export function otherNetworks(before: readonly string[], after: readonly string[]): Said[] {
  const [more, fewer] = [beyond(after, before), beyond(before, after)];
  const everybody = more.some((network) => EVERYBODY.includes(network)) ? ": everybody" : "";
  return [
    ...(more.length > 0 ? [opened(`lets in clients of ${listed(more)}${everybody}`)] : []),
    ...(fewer.length > 0
      ? [interrupted(`shuts out clients of ${listed(fewer)}, but for those that another network has`)]
      : []),
  ];
}

/** The networks that aren't inside one of the others. */
export function beyond(networks: readonly string[], others: readonly string[]): string[] {
  return spelledOut(networks).filter((network) => !spelledOut(others).some((other) => isInside(network, other)));
}

/** Google writes everybody as `*`. */
function spelledOut(networks: readonly string[]): string[] {
  return networks.flatMap((network) => (network === "*" ? EVERYBODY : [network.trim()]));
}

function isInside(network: string, other: string): boolean {
  const [inner, outer] = [parsed(network), parsed(other)];
  if (inner === undefined || outer === undefined) {
    return network === other;
  }
  if (inner.family !== outer.family || inner.bits < outer.bits) {
    return false;
  }
  const list = new BlockList();
  list.addSubnet(outer.address, outer.bits, outer.family);
  return list.check(inner.address, inner.family);
}

function parsed(network: string): { address: string; bits: number; family: "ipv4" | "ipv6" } | undefined {
  const [address = "", bits] = network.split("/");
  const version = isIP(address);
  const longest = version === 4 ? 32 : 128;
  const length = bits === undefined ? longest : Number(bits);
  return version === 0 || !Number.isInteger(length) || length < 0 || length > longest
    ? undefined
    : { address, bits: length, family: version === 4 ? "ipv4" : "ipv6" };
}
