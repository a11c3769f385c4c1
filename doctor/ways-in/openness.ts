import { BlockList, isIP } from "node:net";
import type { Cloud } from "../../config/schema";
import { PREFIX as ALB } from "../../constructs/aws/load-balancer";
import { INGRESS_ANNOTATIONS } from "../../constructs/gke/load-balancer";
import { isAllowList } from "../../constructs/internal/public-exposure";
import type { KubernetesObject, Untyped } from "../cluster";
import { listed } from "../finding";
import { shortened } from "../programs";

/** How open a way in is, as far as kubectl can see. */
export interface Openness {
  /**
   * `public`: to the whole internet. `limited`: to a list of clients, or to the networks around. `unseen`: firewalls or
   * a load balancer that is not in the cluster decide.
   */
  readonly how: "public" | "limited" | "unseen";
  readonly says: string;
}

interface Front {
  readonly scheme: "public" | "internal" | "unknown";
  readonly addresses: readonly string[];
  /** What lets in some clients only; empty where nothing does. */
  readonly restrictions: readonly string[];
  /** What would be there if something did. */
  readonly missing: string;
}

export function openness({ scheme, addresses, restrictions, missing }: Front): Openness {
  const known = addresses.length > 0 && addresses.every(isInternal) ? "internal" : scheme;
  const limits = restrictions.length > 0 ? listed(restrictions) : `no ${missing}`;
  switch (known) {
    case "public":
      return { how: restrictions.length > 0 ? "limited" : "public", says: `internet-facing, ${limits}` };
    case "internal":
      return { how: "limited", says: `internal, ${limits}` };
    case "unknown":
      return addresses.some((address) => isIP(address) !== 0 && !isInternal(address))
        ? openness({ scheme: "public", addresses, restrictions, missing })
        : { how: restrictions.length > 0 ? "limited" : "unseen", says: `internal or internet-facing, ${limits}` };
  }
}

/** The addresses in the status of a Service, an Ingress or a Gateway. */
export function addressesOf({ status }: KubernetesObject): string[] {
  const ingresses: readonly Untyped[] = status?.loadBalancer?.ingress ?? [];
  const addresses: readonly Untyped[] = status?.addresses ?? [];
  return [...ingresses.map(({ hostname, ip }) => hostname ?? ip), ...addresses.map(({ value }) => value)]
    .filter(Boolean)
    .map((address) => shortened(String(address)));
}

const PRIVATE = new BlockList();
for (const [network, bits] of [
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["100.64.0.0", 10],
] as const) {
  PRIVATE.addSubnet(network, bits, "ipv4");
}
PRIVATE.addSubnet("fc00::", 7, "ipv6");

/** AWS' names of internal load balancers, but for Network Load Balancers', begin so. */
function isInternal(address: string): boolean {
  const version = isIP(address);
  return version === 0 ? address.startsWith("internal-") : PRIVATE.check(address, version === 6 ? "ipv6" : "ipv4");
}

/** Ranges, with what else lets clients in; nothing restricts where the ranges are no allow-list. */
export function restricting(ranges: readonly string[], others: readonly string[] = []): string[] {
  return ranges.length > 0 && !isAllowList(ranges) ? [] : [...ranges.map((range) => shortened(range)), ...others];
}

export function wordsOf(list: unknown): string[] {
  return String(list ?? "")
    .split(",")
    .map((word) => word.trim())
    .filter(Boolean);
}

export function annotationsOf({ metadata }: KubernetesObject): Readonly<Record<string, string>> {
  return metadata.annotations ?? {};
}

/** JSON of an annotation; nothing where it is none. */
export function parsed(json: string | undefined): Untyped {
  try {
    return JSON.parse(json ?? "null");
  } catch {
    return undefined;
  }
}

export function ingressClass(ingress: KubernetesObject): string | undefined {
  return annotationsOf(ingress)[INGRESS_ANNOTATIONS.class] || ingress.spec?.ingressClassName;
}

/**
 * @param policies the Cloud Armor policies of what it leads to
 */
export function ingressOpenness(ingress: KubernetesObject, cloud: Cloud, policies: readonly string[]): Openness {
  const annotations = annotationsOf(ingress);
  const addresses = addressesOf(ingress);
  const name = ingressClass(ingress);
  if (cloud === "aws" && (name === "alb" || Object.keys(annotations).some((key) => key.startsWith(`${ALB}/`)))) {
    const restrictions = albRestrictions((suffix) => annotations[`${ALB}/${suffix}`]);
    const scheme = annotations[`${ALB}/scheme`] === "internet-facing" ? "public" : "internal";
    return openness({ scheme, addresses, restrictions, missing: "inbound-cidrs, no web ACL" });
  }
  // One that names no class is Google's as well.
  if (cloud === "gcp" && /^gce(-|$)/.test(name ?? "gce")) {
    const scheme = name === "gce-internal" ? "internal" : "public";
    return openness({ scheme, addresses, restrictions: policies, missing: "Cloud Armor policy" });
  }
  // Each controller has its own name for the list, and no two spell it alike.
  const lists = Object.entries(annotations).filter(([key]) => /(white|allow)-?list|source-ranges?$/i.test(key));
  const restrictions = restricting(lists.flatMap(([, list]) => wordsOf(list)));
  return openness({ scheme: "unknown", addresses, restrictions, missing: "list of source ranges that is known here" });
}

/** @see https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/main/pkg/ingress/model_build_load_balancer.go */
function albRestrictions(annotation: (suffix: string) => string | undefined): string[] {
  const groups = wordsOf(annotation("security-groups"));
  const webAcl = [annotation("wafv2-acl-arn"), annotation("wafv2-acl-name"), annotation("waf-acl-id")].find(
    (name) => name !== undefined && name !== "" && name !== "none",
  );
  // Named security groups replace the controller's, with its ranges.
  return [
    ...(groups.length > 0
      ? groups.map((group) => `security group ${shortened(group)}`)
      : restricting(wordsOf(annotation("inbound-cidrs")), prefixLists(annotation("security-group-prefix-lists")))),
    ...(webAcl ? [`web ACL ${shortened(webAcl)}`] : []),
  ];
}

/** @see https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/main/pkg/service/model_build_managed_sg.go */
export function prefixLists(list: unknown): string[] {
  return wordsOf(list).map((id) => `prefix list ${shortened(id)}`);
}

/**
 * @param configuration the AWS Load Balancer Controller's settings of the Gateway
 * @see https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/main/pkg/gateway/model/model_build_loadbalancer.go
 */
export function gatewayOpenness(
  gateway: KubernetesObject,
  policies: readonly string[],
  configuration: KubernetesObject | undefined,
): Openness {
  const addresses = addressesOf(gateway);
  const name = String(gateway.spec?.gatewayClassName ?? "");
  if (name.startsWith("gke-l7-")) {
    const scheme = /rilb|internal/.test(name) ? "internal" : "public";
    return openness({ scheme, addresses, restrictions: policies, missing: "Cloud Armor policy" });
  }
  const { scheme, sourceRanges, securityGroups = [], securityGroupPrefixes = [], wafV2 } = configuration?.spec ?? {};
  const lists = prefixLists(securityGroupPrefixes.join(","));
  const restrictions = [
    ...securityGroups.map((group: unknown) => `security group ${shortened(String(group))}`),
    // Beside the default of the ranges, which is everybody, prefix lists restrict nobody.
    ...(securityGroups.length === 0 && sourceRanges ? restricting(sourceRanges, lists) : []),
    ...(wafV2?.webACL ? [`web ACL ${shortened(String(wafV2.webACL))}`] : []),
  ];
  return openness({
    scheme: scheme === "internet-facing" ? "public" : configuration === undefined ? "unknown" : "internal",
    addresses,
    restrictions,
    missing: "list of source ranges that is known here",
  });
}
