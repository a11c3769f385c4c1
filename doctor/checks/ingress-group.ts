import type { AwsStackConfig } from "../../config/types";
import { PREFIX, writtenRanges } from "../../constructs/aws/load-balancer";
import { fullName } from "../../constructs/milvus/chart";
import type { KubernetesObject } from "../cluster";
import { type Finding, Group } from "../finding";
import { shortened } from "../programs";
import { wordsOf } from "../ways-in/openness";

/** The other Ingresses of an ALB's group, and what they make of who gets in. */

const loadBalancer = new Group("load balancer");

/** What both say of access, as the controller reads it. */
interface Access {
  readonly scheme?: string;
  /** Nothing where the annotation is absent, which is something else than an empty one. */
  readonly securityGroups?: readonly string[];
  readonly ranges: readonly string[];
  readonly prefixLists: readonly string[];
  /** Protocols, by port. */
  readonly listeners: Readonly<Record<string, string>>;
}

interface OurAccess extends Access {
  /** By its ARN. */
  readonly hasWebAcl: boolean;
}

interface TheirAccess extends Access {
  /**
   * It outranks every ARN.
   *
   * @see https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/v3.5.0/pkg/ingress/model_build_load_balancer_addons.go
   */
  readonly webAclName?: string;
}

/** @param ingresses those of all namespaces */
export function groupFindings(
  ingresses: readonly KubernetesObject[],
  config: AwsStackConfig,
  group: string,
): Finding[] {
  const { namespace } = config.release;
  const name = config.name ?? fullName(config.release);
  const others = ingresses.filter(
    ({ metadata }) =>
      metadata.annotations?.[`${PREFIX}/group.name`]?.trim() === group &&
      !(metadata.namespace === namespace && metadata.name === name),
  );
  const findings = others.flatMap((other) => memberFindings(other, ourAccess(config), group));
  return findings.length > 0
    ? findings
    : [loadBalancer.ok("group", `${group}: ${others.length} other Ingresses, and none lets in other clients`)];
}

function memberFindings(other: KubernetesObject, ours: OurAccess, group: string): Finding[] {
  const { metadata } = other;
  const title = `Ingress ${shortened(`${metadata.namespace}/${metadata.name}`)} of the group ${group}`;
  const theirs = accessOf(other);
  const next =
    `look at 'kubectl get ingress ${shortened(metadata.name)} -n ${shortened(String(metadata.namespace))} -o yaml', and give ` +
    "both Ingresses the same value or take one out of the group";
  const refused = conflicts(theirs, ours);
  const problem = (seen: string, means: string) =>
    loadBalancer.problem("group", `${title} ${shortened(seen)}`, { means, next });
  if (refused.length > 0) {
    return [
      problem(
        `says otherwise of ${refused.join(" and of ")}`,
        "the controller refuses the whole group and changes nothing more: its load balancer stays as open as it is. An Ingress " +
          "that an older version has deployed may be opened by the other one",
      ),
    ];
  }
  // What they say of prefix lists is for their ports alone.
  const isMerged = ours.securityGroups === undefined && sharedPorts(theirs, ours).length > 0;
  const added = isMerged ? theirs.prefixLists.filter((list) => !ours.prefixLists.includes(list)) : [];
  const ports = Object.keys(theirs.listeners).filter((port) => ours.listeners[port] === undefined);
  return [
    ...(added.length > 0
      ? [
          problem(
            `adds the prefix lists ${added.join(", ")}`,
            "the controller lets in their networks too, beside inboundCidrs",
          ),
        ]
      : []),
    ...(theirs.webAclName && ours.hasWebAcl
      ? [
          problem(
            `says wafv2-acl-name (${theirs.webAclName})`,
            "the controller takes that web ACL, or with none no web ACL, in the place of the one of webAcl",
          ),
        ]
      : []),
    ...(ports.length > 0
      ? [
          loadBalancer.warning("group", `${title} listens on other ports too: ${shortened(ports.join(", "))}`, {
            means: "the load balancer answers there for that Ingress' hosts; this deploy has no rule there",
            next,
          }),
        ]
      : []),
  ];
}

/**
 * The annotations that make the controller refuse the group. Ranges and prefix lists that are empty are no statement.
 *
 * @see https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/v3.5.0/pkg/ingress/model_builder.go (mergeListenPortConfigs)
 * @see https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/v3.5.0/pkg/ingress/model_build_load_balancer.go
 */
function conflicts(theirs: Access, ours: Access): string[] {
  const shared = sharedPorts(theirs, ours);
  const differ = (a: readonly string[], b: readonly string[]) =>
    shared.length > 0 && a.length > 0 && b.length > 0 && sorted(a) !== sorted(b);
  const said = (name: string, values: readonly string[]) => `${name} (${values.join(", ") || "empty"})`;
  return [
    ...(theirs.scheme !== undefined && theirs.scheme !== ours.scheme ? [said("scheme", [theirs.scheme])] : []),
    // Their order counts.
    ...(theirs.securityGroups !== undefined && theirs.securityGroups.join() !== (ours.securityGroups ?? []).join()
      ? [said("security-groups", theirs.securityGroups)]
      : []),
    ...(differ(theirs.ranges, ours.ranges) ? [said("inbound-cidrs", theirs.ranges)] : []),
    ...(differ(theirs.prefixLists, ours.prefixLists) ? [said("security-group-prefix-lists", theirs.prefixLists)] : []),
    ...shared
      .filter((port) => theirs.listeners[port] !== ours.listeners[port])
      .map((port) => said("listen-ports", [`${theirs.listeners[port]} ${port}`])),
  ];
}

function sharedPorts(theirs: Access, ours: Access): string[] {
  return Object.keys(theirs.listeners).filter((port) => ours.listeners[port] !== undefined);
}

function sorted(values: readonly string[]): string {
  return [...new Set(values)].sort().join();
}

function ourAccess(config: AwsStackConfig): OurAccess {
  const { scheme = "internet-facing", securityGroups, inboundCidrs, prefixLists = [], httpsRedirect, webAcl } = config;
  return {
    scheme,
    securityGroups: securityGroups?.ids,
    ranges: securityGroups ? [] : writtenRanges(inboundCidrs, prefixLists),
    prefixLists,
    listeners: { "443": "HTTPS", ...(httpsRedirect ? { "80": "HTTP" } : {}) },
    hasWebAcl: webAcl?.kind === "created" || webAcl?.kind === "existing",
  };
}

function accessOf({ metadata }: KubernetesObject): TheirAccess {
  const value = (name: string) => metadata.annotations?.[`${PREFIX}/${name}`];
  const list = (name: string) => wordsOf(value(name));
  const byDefault: Record<string, string> = value("certificate-arn") ? { "443": "HTTPS" } : { "80": "HTTP" };
  return {
    scheme: value("scheme"),
    webAclName: value("wafv2-acl-name"),
    securityGroups: value("security-groups") === undefined ? undefined : list("security-groups"),
    ranges: list("inbound-cidrs"),
    prefixLists: list("security-group-prefix-lists"),
    listeners: value("listen-ports") === undefined ? byDefault : listenersIn(String(value("listen-ports"))),
  };
}

/** What is no JSON the controller refuses by itself. */
function listenersIn(json: string): Record<string, string> {
  try {
    const entries = (JSON.parse(json) as Record<string, number>[]).flatMap((one) => Object.entries(one));
    return Object.fromEntries(entries.map(([protocol, port]) => [String(port), protocol]));
  } catch {
    return {};
  }
}
