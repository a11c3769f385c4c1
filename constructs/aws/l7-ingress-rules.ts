import type { Family } from "../internal/address-ranges";
import { isLost } from "../internal/labels";
import { type Problem, pathTo, shown, within } from "../internal/problem";
import { exposureWarnings, type Reach } from "../internal/public-exposure";
import { eachOf, integerBetween, kubernetesSubdomain, notEmpty, type Rule, rule } from "../internal/rules";
import { validateL7Ingress } from "../kubernetes/l7-ingress-props";
import { certificateArnRule } from "./arn";
import { dnsZoneRule } from "./dns-zone";
import { validateHealthCheck } from "./health-check";
import type { AlbL7IngressProps } from "./l7-ingress-props";
import { beyondLimits, quotaWarnings } from "./limits";
import type { AlbAlgorithm, AlbGroup, AlbIpAddressType, AlbScheme, AlbSecurityGroups } from "./load-balancer";
import { validateLogs } from "./logs";
import { restrictsClients, validateMutualTls } from "./mutual-tls";
import { validateAlbAnnotations } from "./user-annotations";
import { validateWebAcl } from "./web-acl";

export const DEFAULT_SCHEME: AlbScheme = "internet-facing";

/** The rules for the load balancer's own settings; its certificate has its own. */
export function validateLoadBalancer(props: AlbL7IngressProps): Problem[] {
  return [
    ...validateL7Ingress(props, reachOf(props)),
    ...beyondLimits(props),
    ...ownGroupsLetEverybodyIn(props),
    ...eachOf(certificateArnRule)("additionalCertificates", props.additionalCertificates),
    ...adoptExistingRule("adoptExisting", props.adoptExisting),
    ...schemeRule("scheme", props.scheme),
    ...ipAddressTypeRule("ipAddressType", props.ipAddressType),
    ...publicAddresses(props),
    ...kubernetesSubdomain("ingressClassName", props.ingressClassName),
    ...sslPolicyRule("sslPolicy", props.sslPolicy),
    ...within("mutualTls", validateMutualTls(props.mutualTls)),
    ...notEmpty("prefixLists", props.prefixLists),
    ...eachOf(prefixListRule)("prefixLists", props.prefixLists),
    ...within("securityGroups", validateSecurityGroups(props.securityGroups)),
    ...eitherGroupsOrRanges(props),
    ...eachOf(subnetRule)("subnets", props.subnets),
    ...twoSubnets("subnets", props.subnets),
    ...within("group", validateGroup(props.group)),
    ...loadBalancerNameRule("loadBalancerName", props.loadBalancerName),
    ...validateTags(props.tags),
    ...dnsZoneRule("dnsZone", props.dnsZone),
    ...integerBetween(1, 4000)("idleTimeoutSec", props.idleTimeoutSec),
    ...integerBetween(0, 3600)("deregistrationDelaySec", props.deregistrationDelaySec),
    ...algorithmRule("algorithm", props.algorithm),
    ...slowStartRule("slowStartSec", props.slowStartSec),
    ...slowStartByTurns(props),
    ...within("healthCheck", validateHealthCheck(props.healthCheck)),
    ...within("webAcl", validateWebAcl(props.webAcl)),
    ...within("logs", validateLogs(props.logs)),
    ...validateAlbAnnotations(props.annotations),
    ...integerBetween(0, 3600)("addressWaitSec", props.addressWaitSec),
  ];
}

/** What of these props is allowed, and probably not meant. */
export function loadBalancerWarnings(props: AlbL7IngressProps): string[] {
  return [...exposureWarnings(props, reachOf(props)), ...quotaWarnings(props)];
}

function reachOf(props: AlbL7IngressProps): Reach {
  return {
    isPublic: isPublic(props),
    restrictedElsewhere: isRestrictedElsewhere(props),
    families: familiesOf(props.ipAddressType ?? "ipv4", isPublic(props)),
  };
}

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#ip-address-type */
function familiesOf(type: AlbIpAddressType, isPublic: boolean): readonly Family[] {
  if (type === "ipv4") {
    return ["IPv4"];
  }
  return type === "dualstack-without-public-ipv4" && isPublic ? ["IPv6"] : ["IPv4", "IPv6"];
}

function isPublic({ scheme = DEFAULT_SCHEME }: AlbL7IngressProps): boolean {
  return scheme === "internet-facing";
}

/** Whether something that lets only clients in stands behind the address ranges. */
function isRestrictedInside({ webAcl, mutualTls }: AlbL7IngressProps): boolean {
  return restrictsClients(mutualTls) || (webAcl?.kind === "existing" && webAcl.restrictsClients === true);
}

function isRestrictedElsewhere(props: AlbL7IngressProps): boolean {
  const { securityGroups, prefixLists = [], inboundCidrs } = props;
  const byPrefixLists = prefixLists.length > 0 && inboundCidrs === undefined;
  // What their rules let in is asked in ownGroupsLetEverybodyIn.
  return isRestrictedInside(props) || byPrefixLists || securityGroups !== undefined;
}

function ownGroupsLetEverybodyIn(props: AlbL7IngressProps): Problem[] {
  const { securityGroups, authorizationEnabled, acceptPublicUnauthenticated } = props;
  return isPublic(props) &&
    securityGroups?.restrictsClients === false &&
    !isRestrictedInside(props) &&
    !authorizationEnabled &&
    !acceptPublicUnauthenticated
    ? [
        {
          path: "securityGroups.restrictsClients",
          given: shown(false),
          allowed:
            "true, unless authorizationEnabled: true states that Milvus asks for a password, or " +
            "acceptPublicUnauthenticated: true that everybody may read and drop every collection",
          fix: "let only your clients' networks in by these groups, and set it to true",
        },
      ]
    : [];
}

/** @see https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/main/pkg/ingress/model_build_load_balancer.go */
function eitherGroupsOrRanges({ securityGroups, inboundCidrs, prefixLists }: AlbL7IngressProps): Problem[] {
  return Object.entries({ inboundCidrs, prefixLists }).flatMap(([path, value]) =>
    securityGroups === undefined || value === undefined
      ? []
      : [
          {
            path,
            given: shown(value),
            allowed: "nothing beside securityGroups: the controller passes by it then, and their rules say who gets in",
            fix: "remove it, or remove securityGroups",
          },
        ],
  );
}

const adoptExistingRule = eachOf(
  rule<string>("ingress", "write ingress, or remove it", (object) => ["ingress"].includes(object)),
);

const schemeRule = rule<AlbScheme>("internet-facing or internal", "leave it out for internet-facing", (scheme) =>
  ["internet-facing", "internal"].includes(scheme),
);

const ipAddressTypeRule = rule<AlbIpAddressType>(
  "ipv4, dualstack or dualstack-without-public-ipv4",
  "leave it out for ipv4",
  (type) => ["ipv4", "dualstack", "dualstack-without-public-ipv4"].includes(type),
);

/** @see https://aws.amazon.com/blogs/networking-and-content-delivery/introducing-dual-stack-without-public-ipv4-application-load-balancer/ */
function publicAddresses(props: AlbL7IngressProps): Problem[] {
  return props.ipAddressType === "dualstack-without-public-ipv4" && !isPublic(props)
    ? [
        {
          path: "ipAddressType",
          given: shown(props.ipAddressType),
          allowed: "ipv4 or dualstack, where scheme is internal: it has no public address",
          fix: "set it to dualstack, or leave it out",
        },
      ]
    : [];
}

const sslPolicyRule = rule<string>(
  "the name of a TLS policy of Elastic Load Balancing, such as ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
  "write the name as 'aws elbv2 describe-ssl-policies' prints it",
  (policy) => /^ELBSecurityPolicy-[-A-Za-z0-9]+$/.test(policy),
);

const prefixListRule = rule<string>(
  "the id of a managed prefix list: pl- and hex digits",
  "write the id as 'aws ec2 describe-managed-prefix-lists' prints it",
  (id) => /^pl-[a-f0-9]{8,17}$/.test(id),
);

function validateSecurityGroups(groups: AlbSecurityGroups | undefined): Problem[] {
  return groups === undefined ? [] : [...notEmpty("ids", groups.ids), ...eachOf(securityGroupRule)("ids", groups.ids)];
}

/** Names too: they stand in a list with commas. */
const listed = (text: string) => /^[^\s,](.{0,253}[^\s,])?$/.test(text) && !text.includes(",");

const securityGroupRule = rule<string>(
  "the id of a security group, sg- and hex digits, or its Name tag, with no comma",
  "write it as 'aws ec2 describe-security-groups' prints it",
  (id) => (id.startsWith("sg-") ? /^sg-[a-f0-9]{8,17}$/.test(id) : listed(id)),
);

const subnetRule = rule<string>(
  "the id of a subnet, subnet- and hex digits, or its Name tag, with no comma",
  "write it as 'aws ec2 describe-subnets' prints it",
  (id) => (id.startsWith("subnet-") ? /^subnet-[a-f0-9]{8,17}$/.test(id) : listed(id)),
);

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#subnets-load-balancer */
const twoSubnets: Rule<readonly string[]> = rule(
  "at least two, in different availability zones",
  "add one of another zone, or leave subnets out: the controller finds those that are tagged for it",
  (list) => list.length > 1,
);

/** @see https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/main/pkg/ingress/group_loader.go */
function validateGroup(group: AlbGroup | undefined): Problem[] {
  return group === undefined
    ? []
    : [...groupName("name", group.name), ...integerBetween(-1000, 1000)("order", group.order)];
}

const groupName = rule<string>(
  "the name of an IngressGroup: lower-case letters, digits, '-' and '.', at most 63 characters, with a letter or digit at " +
    "each end",
  "correct it",
  (name) => name.length <= 63 && /^([a-z0-9][-a-z0-9.]*)?[a-z0-9]$/.test(name),
);

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html */
const loadBalancerNameRule = rule<string>(
  "a load balancer's name: letters, digits and '-', at most 32 characters, with no '-' at either end and no internal- before it",
  "leave it out for a name of the controller's",
  (name) => /^[A-Za-z0-9]([-A-Za-z0-9]{0,30}[A-Za-z0-9])?$/.test(name) && !name.startsWith("internal-"),
);

/** What the controller tags itself, by which it finds what it has made. */
const CONTROLLER_TAGS = ["elbv2.k8s.aws/cluster", "ingress.k8s.aws/stack", "ingress.k8s.aws/resource"];

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-tags.html */
function validateTags(tags: Readonly<Record<string, string>> | undefined): Problem[] {
  const entries = Object.entries(tags ?? {});
  const most = 50 - CONTROLLER_TAGS.length;
  return [
    ...rule<number>(
      `at most ${most}: AWS takes 50, and the controller adds its own`,
      "remove some",
      (count) => count <= most,
    )("tags", entries.length),
    ...entries.flatMap(([key, value]) => {
      const path = pathTo("tags", key);
      return [...tagKey(path, key), ...tagValue(path, value)];
    }),
  ];
}

/** A tag's key and value stand in a list with commas, and the first `=` is between them. */
const tagKey = rule<string>(
  "under a key of at most 128 letters, digits, spaces and '+-._:/@', that AWS and the controller don't keep for themselves",
  "rename it",
  (key) =>
    /^[\p{L}\p{N}+\-._:/@]([\p{L}\p{N} +\-._:/@]{0,126}[\p{L}\p{N}+\-._:/@])?$/u.test(key) &&
    !/^aws:/i.test(key) &&
    !isLost(key) &&
    !CONTROLLER_TAGS.includes(key),
);

const tagValue = rule<string>(
  "at most 256 letters, digits, spaces and '+-=._:/@', with no space at either end",
  "correct it, and put it in quotes",
  (value) => typeof value === "string" && /^[\p{L}\p{N} +\-=._:/@]{0,256}$/u.test(value) && value.trim() === value,
);

const algorithmRule = rule<AlbAlgorithm>(
  "round_robin, least_outstanding_requests or weighted_random",
  "leave it out for round_robin",
  (algorithm) => ["round_robin", "least_outstanding_requests", "weighted_random"].includes(algorithm),
);

const slowStartRule = rule<number>(
  "0, which turns it off, or a whole number from 30 to 900",
  "write a number in that range",
  (seconds) => seconds === 0 || (Number.isInteger(seconds) && seconds >= 30 && seconds <= 900),
);

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html */
function slowStartByTurns({ slowStartSec = 0, algorithm = "round_robin" }: AlbL7IngressProps): Problem[] {
  return slowStartSec !== 0 && algorithm !== "round_robin"
    ? [
        {
          path: "slowStartSec",
          given: shown(slowStartSec),
          allowed: "0, as long as algorithm is another than round_robin, which alone takes newcomers slowly",
          fix: "remove it, or remove algorithm",
        },
      ]
    : [];
}
