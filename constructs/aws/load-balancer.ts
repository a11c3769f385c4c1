import { jsonAnnotation, listAnnotation, mapAnnotation } from "../internal/annotations";
import { UNAUTHORIZED_STREAM_PATHS } from "../milvus/streaming-rpcs";

/** The settings of an ALB as the AWS Load Balancer Controller reads them, from plain values. */

/** `internet-facing`: reached from the internet. `internal`: from the VPC and what is connected to it. */
export type AlbScheme = "internet-facing" | "internal";

/** `dualstack`: IPv6 as well, which the VPC's subnets have to have. */
export type AlbIpAddressType = "ipv4" | "dualstack";

export interface LoadBalancerSettings {
  readonly scheme: AlbScheme;
  readonly ipAddressType: AlbIpAddressType;
  readonly certificateArn: string;
  readonly sslPolicy: string;
  /** Everybody, where there is none. */
  readonly inboundCidrs?: readonly string[];
  readonly idleTimeoutSec: number;
  readonly deregistrationDelaySec: number;
  readonly backendProtocol: "HTTP" | "HTTPS";
  readonly healthCheckPort: number;
  readonly healthCheckPath: string;
  readonly successCodes: string;
  readonly denyUnauthorizedStreams: boolean;
}

const PREFIX = "alb.ingress.kubernetes.io";

/** Everybody, as the controller would take it by default. */
const EVERYBODY = ["0.0.0.0/0", "::/0"];

/** The action that denies, and the name of the backend that stands for it in the Ingress' paths. */
const DENY_STREAMS = "deny-unauthorized-streams";

/**
 * What the Ingress says of the load balancer. Whatever has a setting here is written, defaults and off as well: what is
 * absent the controller leaves as it was.
 *
 * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/
 */
export function ingressAnnotations(settings: LoadBalancerSettings): Record<string, string> {
  const values = {
    scheme: settings.scheme,
    "ip-address-type": settings.ipAddressType,
    "target-type": "ip",
    "listen-ports": jsonAnnotation([{ HTTPS: 443 }]),
    "certificate-arn": listAnnotation([settings.certificateArn]),
    "ssl-policy": settings.sslPolicy,
    "inbound-cidrs": listAnnotation(settings.inboundCidrs ?? EVERYBODY),
    "backend-protocol": settings.backendProtocol,
    "backend-protocol-version": "GRPC",
    "healthcheck-protocol": settings.backendProtocol,
    "healthcheck-port": String(settings.healthCheckPort),
    "healthcheck-path": settings.healthCheckPath,
    "success-codes": settings.successCodes,
    "healthcheck-interval-seconds": "15",
    "healthcheck-timeout-seconds": "5",
    "healthy-threshold-count": "2",
    "unhealthy-threshold-count": "2",
    "load-balancer-attributes": mapAnnotation({
      "access_logs.s3.enabled": false,
      "deletion_protection.enabled": false,
      "idle_timeout.timeout_seconds": settings.idleTimeoutSec,
      "routing.http2.enabled": true,
    }),
    "target-group-attributes": mapAnnotation({
      "deregistration_delay.timeout_seconds": settings.deregistrationDelaySec,
      "load_balancing.algorithm.type": "round_robin",
      "slow_start.duration_seconds": 0,
      "stickiness.enabled": false,
    }),
    ...(settings.denyUnauthorizedStreams ? { [`actions.${DENY_STREAMS}`]: jsonAnnotation(DENIED) } : {}),
  };
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
