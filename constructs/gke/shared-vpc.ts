import { type Problem, within } from "../internal/problem";
import { cidr, eachOf } from "../internal/rules";
import type { GkeScheme } from "./placement";
import { projectId, resourceName } from "./resource-name";

/** A network of another project, whose firewall the cluster may not open. */
export interface GkeSharedVpc {
  /** The host project's id. */
  readonly hostProject: string;
  /** The network's name in it. */
  readonly network: string;
  /**
   * The network tags of the cluster's nodes.
   *
   * @default - the rule is for every machine of the network
   */
  readonly nodeTags?: readonly string[];
  /**
   * The range of the region's proxy-only subnet, which an internal load balancer sends from.
   *
   * @default - an external load balancer sends from Google's own ranges
   */
  readonly proxyOnlySubnetCidr?: string;
}

/** Every problem of it, with paths inside of it. */
export function validateSharedVpc(vpc: GkeSharedVpc | undefined, scheme: GkeScheme): Problem[] {
  if (vpc === undefined) {
    return [];
  }
  const { proxyOnlySubnetCidr } = vpc;
  return within("sharedVpc", [
    ...projectId("hostProject", vpc.hostProject),
    ...networkName("network", vpc.network),
    ...eachOf(nodeTag)("nodeTags", vpc.nodeTags),
    ...cidr("proxyOnlySubnetCidr", proxyOnlySubnetCidr),
    ...(scheme === "internal" && proxyOnlySubnetCidr === undefined ? [PROXY_RANGE_MISSING] : []),
    ...(scheme === "external" && proxyOnlySubnetCidr !== undefined ? [proxyRangeUnused(proxyOnlySubnetCidr)] : []),
  ]);
}

const PROXY_RANGE_MISSING: Problem = {
  path: "proxyOnlySubnetCidr",
  given: "nothing",
  allowed: "the range of the region's proxy-only subnet with scheme internal: calls come from there",
  fix: "add it, as 'gcloud compute networks subnets list --filter=purpose=REGIONAL_MANAGED_PROXY' prints it",
};

function proxyRangeUnused(range: string): Problem {
  return {
    path: "proxyOnlySubnetCidr",
    given: `"${range}"`,
    allowed: "only with scheme internal: an external load balancer sends from Google's own ranges",
    fix: "remove it",
  };
}

/**
 * The command that opens the host project's firewall, for somebody who may.
 *
 * @param ports what the load balancer sends calls and health checks to
 * @see https://cloud.google.com/load-balancing/docs/https#firewall-rules
 * @see https://cloud.google.com/kubernetes-engine/docs/concepts/ingress#shared_vpc
 */
export function firewallCommand(name: string, vpc: GkeSharedVpc, ports: readonly number[]): string {
  const sources = [...GOOGLE_RANGES, ...(vpc.proxyOnlySubnetCidr ? [vpc.proxyOnlySubnetCidr] : [])];
  return [
    `gcloud compute firewall-rules create ${name}`,
    `--project=${vpc.hostProject}`,
    `--network=${vpc.network}`,
    "--direction=INGRESS --action=ALLOW",
    `--rules=${ports.map((port) => `tcp:${port}`).join(",")}`,
    `--source-ranges=${sources.join(",")}`,
    ...(vpc.nodeTags ? [`--target-tags=${vpc.nodeTags.join(",")}`] : []),
  ].join(" ");
}

/** Where Google's load balancers and health checks send from. */
const GOOGLE_RANGES = ["130.211.0.0/22", "35.191.0.0/16"];

const networkName = resourceName("gcloud compute networks list");

const nodeTag = resourceName("gcloud compute instances describe");
