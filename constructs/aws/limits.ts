import { familyOf } from "../internal/address-ranges";
import type { Problem } from "../internal/problem";
import { REST_PATHS } from "../kubernetes/ingress-spec";
import type { AlbL7IngressProps } from "./l7-ingress-props";
import { deniedPaths } from "./load-balancer";

/** What AWS allows of a load balancer, and how much of it these props take. */

/**
 * Of each address family, the inbound rules of a security group: by default, and however far the quota is raised. A prefix list
 * counts as its maximum number of entries, which is not known here.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups
 */
const SECURITY_GROUP_RULES = { byDefault: 60, most: 1000 };

/**
 * The listener rules of a load balancer, and its certificates beside the first. AWS raises both on request.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
 */
const LISTENER_RULES = 100;
const MORE_CERTIFICATES = 25;

/** What AWS never allows. */
export function beyondLimits(props: AlbL7IngressProps): Problem[] {
  return securityGroupRules(props)
    .filter(({ count }) => count > SECURITY_GROUP_RULES.most)
    .map(({ family, count }) => ({
      path: "inboundCidrs",
      given: `${count} ${family} rules of a security group, one for each range and port`,
      allowed: `at most ${SECURITY_GROUP_RULES.most} for each address family, however far the quota is raised`,
      fix: "merge neighbouring ranges, or set securityGroups to several groups of your own",
    }));
}

/** What AWS allows on request only. */
export function quotaWarnings(props: AlbL7IngressProps): string[] {
  const { hosts, rest, denyUnauthorizedStreams = true, additionalCertificates = [], group } = props;
  const rulesOfHost = 1 + (rest ? REST_PATHS.length : 0) + deniedPaths(denyUnauthorizedStreams).length;
  const listenerRules = hosts.length * rulesOfHost;
  return [
    ...securityGroupRules(props)
      .filter(({ count }) => count > SECURITY_GROUP_RULES.byDefault)
      .map(
        ({ family, count }) =>
          `inboundCidrs takes ${count} ${family} rules of the load balancer's security group, one for each range and port. AWS ` +
          `allows ${SECURITY_GROUP_RULES.byDefault} by default. Above the quota the controller fails with ` +
          "RulesPerSecurityGroupLimitExceeded, and clients are cut off. Merge neighbouring ranges, raise the quota 'Inbound or " +
          "outbound rules per security group', or set securityGroups to several groups of your own. A prefix list counts as its " +
          "maximum number of entries.",
      ),
    ...(listenerRules > LISTENER_RULES
      ? [
          `${hosts.length} hosts take ${listenerRules} listener rules of the load balancer, ${rulesOfHost} each` +
            `${group ? ", beside those of the group's other Ingresses" : ""}. AWS allows ${LISTENER_RULES} by default. Above the ` +
            "quota the controller serves some of the hosts only. Raise the quota 'Rules per Application Load Balancer', or give " +
            "some of the hosts a load balancer of their own.",
        ]
      : []),
    ...(additionalCertificates.length > MORE_CERTIFICATES
      ? [
          `additionalCertificates has ${additionalCertificates.length} certificates. AWS allows ${MORE_CERTIFICATES} beside the ` +
            "first by default. Raise the quota 'Certificates per Application Load Balancer', or use certificates with several names.",
        ]
      : []),
  ];
}

/**
 * By family. Only a load balancer that has IPv6 addresses gets rules for IPv6.
 *
 * @see https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/main/pkg/ingress/model_build_managed_sg.go
 */
function securityGroupRules({ inboundCidrs = [], httpsRedirect, ipAddressType }: AlbL7IngressProps) {
  const ports = httpsRedirect ? 2 : 1;
  const families = ipAddressType === undefined || ipAddressType === "ipv4" ? ["IPv4"] : ["IPv4", "IPv6"];
  return families.map((family) => ({
    family,
    count: inboundCidrs.filter((range) => familyOf(range) === family).length * ports,
  }));
}
