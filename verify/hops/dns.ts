import { BlockList, isIP } from "node:net";
import { failed, type Outcome, passed, type Route, warned } from "../hop";
import type { Lookup, Resolved } from "../lookup";
import { listed } from "../text";

/** Whether the name leads to the load balancer. */
export async function dns(route: Route, lookup: Lookup): Promise<Outcome> {
  const { host, address, goByAddress } = route.target;
  const found = await lookup(host, route.signal);
  if (address === undefined) {
    route.addresses = found.addresses;
    return found.addresses.length > 0 ? passed(leads(host, found)) : failed("dns-unknown", leads(host, found));
  }
  const balancer = await lookup(address, route.signal);
  if (balancer.addresses.length === 0) {
    return failed("dns-unknown", `the load balancer's name ${leads(address, balancer)}`);
  }
  const common = found.addresses.filter((one) => balancer.addresses.some((other) => isSame(one, other)));
  // A load balancer with a name has more addresses than a resolver tells at a time.
  const isThere = isIP(address) === 0 ? common.length > 0 : common.length === found.addresses.length;
  if (isThere && common.length > 0) {
    route.addresses = common;
    return passed(`${leads(host, found)}, the load balancer's`);
  }
  route.addresses = balancer.addresses;
  const cause = found.addresses.length === 0 ? "dns-unknown" : "dns-elsewhere";
  const at = isIP(address) === 0 ? `${address} (${listed(balancer.addresses)})` : address;
  const seen = `${leads(host, found)}; the load balancer is at ${at}`;
  return goByAddress ? warned(seen, [{ cause, seen: `${seen}, and by that it goes on` }]) : failed(cause, seen);
}

function leads(name: string, { addresses, error }: Resolved): string {
  return addresses.length > 0
    ? `${name} is ${listed(addresses)}`
    : `${name} does not resolve (${error ?? "no address"})`;
}

/** Two ways to say this machine are one place. */
function isSame(one: string, other: string): boolean {
  return one === other || (isLoopback(one) && isLoopback(other));
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

function isLoopback(address: string): boolean {
  return LOOPBACK.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}
