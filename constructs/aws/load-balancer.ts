import { EVERYBODY, NOBODY } from "../internal/address-ranges";
import { jsonAnnotation, listAnnotation, mapAnnotation } from "../internal/annotations";
import { UNAUTHORIZED_STREAM_PATHS } from "../milvus/streaming-rpcs";
import type { HealthCheckSettings } from "./health-check";
import type { LogSettings } from "./logs";
import type { MutualTlsSettings } from "./mutual-tls";

/** The settings of an ALB as the AWS Load Balancer Controller reads them, from plain values. */

/** `internet-facing`: reached from the internet. `internal`: from the VPC and what is connected to it. */
export type AlbScheme = "internet-facing" | "internal";

/**
 * `dualstack`: IPv6 as well, which the VPC's subnets have to have. `dualstack-without-public-ipv4`: clients on the internet
 * use IPv6 only, and no public IPv4 address is paid for.
 */
export type AlbIpAddressType = "ipv4" | "dualstack" | "dualstack-without-public-ipv4";

/** How the load balancer chooses a pod for a call. */
export type AlbAlgorithm = "round_robin" | "least_outstanding_requests" | "weighted_random";

/** Security groups of yours, in the place of the one that the controller makes. */
export interface AlbSecurityGroups {
  /** Their ids, or the values of their `Name` tags. */
  readonly ids: readonly string[];
  /** Whether their rules let only your clients in. It is for you to say: nobody looks into them. */
  readonly restrictsClients: boolean;
  /**
   * Whether the controller opens the pods' ports to the load balancer. Without it the rules of nodes and pods are yours.
   *
   * @default true
   */
  readonly backendRules?: boolean;
}

/**
 * Ingresses that share a load balancer. What they say of it has to be the same in each, or the controller changes nothing
 * more. Certificates and ports are merged, and so are prefix lists of another Ingress beside `inboundCidrs`. Whoever may write
 * an Ingress may join.
 */
export interface AlbGroup {
  /** The group, in lower case. */
  readonly name: string;
  /**
   * Rules of a lower number are looked at first.
   *
   * @default 0
   */
  readonly order?: number;
}

export interface LoadBalancerSettings {
  readonly scheme: AlbScheme;
  readonly ipAddressType: AlbIpAddressType;
  /** The first is the one for clients that name no host. */
  readonly certificateArns: readonly string[];
  readonly sslPolicy: string;
  readonly httpsRedirect: boolean;
  /** Not said, where listeners don't take it. */
  readonly mutualTls?: MutualTlsSettings;
  /** Everybody, where there is none and no prefix list. */
  readonly inboundCidrs?: readonly string[];
  readonly prefixLists: readonly string[];
  readonly securityGroups?: AlbSecurityGroups;
  readonly subnets?: readonly string[];
  readonly group?: AlbGroup;
  readonly loadBalancerName?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly idleTimeoutSec: number;
  readonly logs: LogSettings;
  readonly deletionProtection: boolean;
  readonly deregistrationDelaySec: number;
  readonly algorithm: AlbAlgorithm;
  readonly slowStartSec: number;
  /** Attributes of the user's, beside those above. */
  readonly moreAttributes: { readonly loadBalancer: Attributes; readonly targetGroup: Attributes };
  readonly backendProtocol: BackendProtocol;
  readonly healthCheckPort: number;
  readonly healthCheck: HealthCheckSettings;
  /** Not said, where the load balancer keeps what it has. */
  readonly webAclArn?: string;
  readonly shieldAdvanced: boolean;
  readonly denyUnauthorizedStreams: boolean;
}

export type Attributes = Readonly<Record<string, string>>;

export type BackendProtocol = "HTTP" | "HTTPS";

export const PREFIX = "alb.ingress.kubernetes.io";

/** What the controller calls no web ACL; it leaves alone what isn't said. */
export const NO_WEB_ACL = "none";

/** The action that denies, and the name of the backend that stands for it in the Ingress' paths. */
const DENY_STREAMS = "deny-unauthorized-streams";

/**
 * What the Ingress says of the load balancer. Whatever has a setting here is written, defaults and off as well: what is
 * absent the controller leaves as it was. The exceptions are those that it works out anew each time and takes no empty
 * value of: `ssl-redirect`, `group.*`, `load-balancer-name`, `subnets`.
 *
 * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/
 */
export function ingressAnnotations(settings: LoadBalancerSettings): Record<string, string> {
  return withPrefix({
    scheme: settings.scheme,
    "ip-address-type": settings.ipAddressType,
    "target-type": "ip",
    "certificate-arn": listAnnotation(settings.certificateArns),
    "ssl-policy": settings.sslPolicy,
    ...listeners(settings),
    ...whoGetsIn(settings),
    ...placement(settings),
    tags: mapAnnotation(settings.tags),
    "load-balancer-attributes": loadBalancerAttributes(settings),
    "target-group-attributes": mapAnnotation({
      "deregistration_delay.timeout_seconds": settings.deregistrationDelaySec,
      "load_balancing.algorithm.type": settings.algorithm,
      "slow_start.duration_seconds": settings.slowStartSec,
      "stickiness.enabled": false,
      ...settings.moreAttributes.targetGroup,
    }),
    "backend-protocol": settings.backendProtocol,
    "backend-protocol-version": "GRPC",
    "healthcheck-protocol": settings.backendProtocol,
    "healthcheck-port": String(settings.healthCheckPort),
    ...healthCheckAnnotations(settings.healthCheck),
    ...(settings.webAclArn === undefined ? {} : { "wafv2-acl-arn": settings.webAclArn }),
    "shield-advanced-protection": String(settings.shieldAdvanced),
    ...(settings.denyUnauthorizedStreams ? { [`actions.${DENY_STREAMS}`]: jsonAnnotation(DENIED) } : {}),
  });
}

/** A gRPC target group can't stand behind a listener of plain HTTP: port 80 is open for the redirect and nothing else. */
function listeners({ httpsRedirect, mutualTls }: LoadBalancerSettings): Record<string, string> {
  return {
    "listen-ports": jsonAnnotation([...(httpsRedirect ? [{ HTTP: 80 }] : []), { HTTPS: 443 }]),
    ...(httpsRedirect ? { "ssl-redirect": "443" } : {}),
    ...(mutualTls ? { "mutual-authentication": jsonAnnotation([{ port: 443, ...mutualTls }]) } : {}),
  };
}

/** The ranges that the Ingress says where no security groups of the user's do. */
export function writtenRanges(
  inboundCidrs: readonly string[] | undefined,
  prefixLists: readonly string[],
): readonly string[] {
  return inboundCidrs ?? (prefixLists.length > 0 ? [NOBODY] : EVERYBODY);
}

/**
 * With security groups of the user's the controller reads no ranges.
 *
 * Both are said in any case: an Ingress of the same group that says nothing adds nothing, and the controller refuses one that
 * says otherwise. A value that is absent, or ranges that are empty, are no such statement: the other Ingress decides then.
 *
 * @see https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/v3.5.0/pkg/ingress/model_builder.go (mergeListenPortConfigs)
 * @see https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/v3.5.0/pkg/ingress/model_build_load_balancer.go (buildFrontendSGNameOrIDsFromAnnotation)
 */
function whoGetsIn(settings: LoadBalancerSettings): Record<string, string> {
  const { securityGroups, inboundCidrs, prefixLists } = settings;
  if (securityGroups) {
    return {
      "security-groups": listAnnotation(securityGroups.ids),
      "manage-backend-security-group-rules": String(securityGroups.backendRules ?? true),
    };
  }
  return {
    "inbound-cidrs": listAnnotation(writtenRanges(inboundCidrs, prefixLists)),
    "security-group-prefix-lists": listAnnotation(prefixLists),
    "security-groups": "",
  };
}

function placement({ subnets, group, loadBalancerName }: LoadBalancerSettings): Record<string, string> {
  return {
    ...(subnets ? { subnets: listAnnotation(subnets) } : {}),
    ...(group ? { "group.name": group.name, "group.order": String(group.order ?? 0) } : {}),
    ...(loadBalancerName ? { "load-balancer-name": loadBalancerName } : {}),
  };
}

function loadBalancerAttributes(settings: LoadBalancerSettings): string {
  const { logs, deletionProtection, idleTimeoutSec, moreAttributes } = settings;
  return mapAnnotation({
    ...s3Attributes("access_logs", logs.calls, logs),
    ...s3Attributes("connection_logs", logs.connections, logs),
    "deletion_protection.enabled": deletionProtection,
    "idle_timeout.timeout_seconds": idleTimeoutSec,
    "routing.http2.enabled": true,
    ...moreAttributes.loadBalancer,
  });
}

function s3Attributes(kind: "access_logs" | "connection_logs", enabled: boolean, { bucket, prefix }: LogSettings) {
  return {
    [`${kind}.s3.enabled`]: enabled,
    ...(enabled ? { [`${kind}.s3.bucket`]: bucket, [`${kind}.s3.prefix`]: prefix } : {}),
  };
}

function healthCheckAnnotations(check: HealthCheckSettings): Record<string, string> {
  return {
    "healthcheck-path": check.path,
    "success-codes": check.successCodes,
    "healthcheck-interval-seconds": String(check.intervalSec),
    "healthcheck-timeout-seconds": String(check.timeoutSec),
    "healthy-threshold-count": String(check.healthyThreshold),
    "unhealthy-threshold-count": String(check.unhealthyThreshold),
  };
}

/**
 * What the Service of REST says otherwise than the Ingress, which it outranks: HTTP/1.1, and a health check of Milvus as a
 * whole, which answers in plain HTTP whatever the other ports speak.
 */
export function restServiceAnnotations(healthPort: number): Record<string, string> {
  return withPrefix({
    "backend-protocol-version": "HTTP1",
    "healthcheck-protocol": "HTTP",
    "healthcheck-port": String(healthPort),
    "healthcheck-path": "/healthz",
    "success-codes": "200",
  });
}

function withPrefix(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`${PREFIX}/${key}`, value]));
}

const DENIED = {
  type: "fixed-response",
  fixedResponseConfig: { contentType: "text/plain", statusCode: "403", messageBody: "denied: no authorization" },
};

/** The Ingress' paths that are answered by the load balancer itself, and never lead to Milvus. */
export function deniedPaths(denyUnauthorizedStreams: boolean): Record<string, unknown>[] {
  return (denyUnauthorizedStreams ? UNAUTHORIZED_STREAM_PATHS : []).map((path) => ({
    path,
    pathType: "Exact",
    backend: { service: { name: DENY_STREAMS, port: { name: "use-annotation" } } },
  }));
}

/** The types of the DNS records that lead to addresses of a load balancer. */
export function recordTypes(ipAddressType: AlbIpAddressType): readonly ("A" | "AAAA")[] {
  switch (ipAddressType) {
    case "ipv4":
      return ["A"];
    case "dualstack":
      return ["A", "AAAA"];
    case "dualstack-without-public-ipv4":
      return ["AAAA"];
  }
}
