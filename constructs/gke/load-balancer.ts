import type { ComputeSecurityPolicyRule } from "@cdktf/provider-google/lib/compute-security-policy";
import { jsonAnnotation, listAnnotation } from "../internal/annotations";
import { FRONT_PORT_NAMES } from "../kubernetes/front-service";
import { UNAUTHORIZED_STREAM_PATHS } from "../milvus/streaming-rpcs";

/** The settings of a GKE load balancer as its controller reads them, from plain values. */

export interface FrontendSettings {
  /** The name of the reserved global address. */
  readonly addressName: string;
  readonly managedCertificates: readonly string[];
  /** Whether the Ingress was there before, so that it may name certificates that it is to have no longer. */
  readonly adopted: boolean;
}

/**
 * What the Ingress says of the load balancer's front. The class stands in an annotation because GKE ignores
 * `spec.ingressClassName`, and plain HTTP is off.
 *
 * @see https://github.com/kubernetes/ingress-gce/blob/master/pkg/annotations/ingress.go
 */
export function ingressAnnotations(settings: FrontendSettings): Record<string, string> {
  const { addressName, managedCertificates, adopted } = settings;
  return {
    "kubernetes.io/ingress.class": "gce",
    "kubernetes.io/ingress.global-static-ip-name": addressName,
    "kubernetes.io/ingress.allow-http": "false",
    ...(managedCertificates.length > 0
      ? { "networking.gke.io/managed-certificates": listAnnotation(managedCertificates) }
      : adopted
        ? NO_MANAGED_CERTIFICATES
        : {}),
  };
}

/**
 * What names managed certificates, and what their controller has made of it: it takes a certificate out of the second only
 * once the ManagedCertificate is deleted.
 *
 * @see https://github.com/GoogleCloudPlatform/gke-managed-certs/blob/master/pkg/controller/sync/sync.go
 */
const NO_MANAGED_CERTIFICATES = {
  "networking.gke.io/managed-certificates": "",
  "ingress.gcp.kubernetes.io/pre-shared-cert": "",
};

/**
 * What the front Service says of the backend service: HTTP/2, which GKE speaks over TLS only, by network endpoint groups.
 *
 * @see https://github.com/kubernetes/ingress-gce/blob/master/pkg/annotations/service.go
 */
export function serviceAnnotations(backendConfigName: string): Record<string, string> {
  return {
    "cloud.google.com/app-protocols": jsonAnnotation({ [FRONT_PORT_NAMES.grpc]: "HTTP2" }),
    "cloud.google.com/backend-config": jsonAnnotation({ default: backendConfigName }),
    "cloud.google.com/neg": jsonAnnotation({ ingress: true }),
  };
}

/** What the NEG controller writes on the Service. */
export const CONTROLLER_ANNOTATIONS: readonly string[] = ["cloud.google.com/neg-status"];

export interface BackendSettings {
  readonly healthPort: number;
  readonly timeoutSec: number;
  readonly connectionDrainingSec: number;
  readonly logSampleRate: number;
  /** The name of the Cloud Armor policy; empty for none. */
  readonly securityPolicyName: string;
}

/**
 * The BackendConfig's spec. Whatever has a setting here is written, off as well: what is absent the
 * controller leaves as it was.
 *
 * @see https://github.com/kubernetes/ingress-gce/blob/master/pkg/apis/backendconfig/v1/types.go
 */
export function backendConfigSpec(settings: BackendSettings): Record<string, unknown> {
  return {
    healthCheck: {
      type: "HTTP",
      port: settings.healthPort,
      requestPath: "/healthz",
      checkIntervalSec: 15,
      timeoutSec: 15,
      healthyThreshold: 1,
      unhealthyThreshold: 2,
    },
    timeoutSec: settings.timeoutSec,
    connectionDraining: { drainingTimeoutSec: settings.connectionDrainingSec },
    sessionAffinity: { affinityType: "NONE" },
    logging: { enable: settings.logSampleRate > 0, sampleRate: settings.logSampleRate },
    securityPolicy: { name: settings.securityPolicyName },
  };
}

/** A rule of a Cloud Armor policy takes this many address ranges. */
const RANGES_IN_A_RULE = 10;

const LAST_PRIORITY = 2_147_483_647;

/**
 * The rules of the Cloud Armor policy, in the order of their priority: the streaming RPCs are denied to everybody, then
 * the client networks are let in, and last whoever is left is let in or not.
 *
 * @see https://cloud.google.com/armor/docs/rules-language-reference
 */
export function securityPolicyRules(
  inboundCidrs: readonly string[] | undefined,
  denyUnauthorizedStreams: boolean,
): ComputeSecurityPolicyRule[] {
  const ranges = inboundCidrs ?? [];
  const chunks = Array.from({ length: Math.ceil(ranges.length / RANGES_IN_A_RULE) }, (_, index) =>
    ranges.slice(index * RANGES_IN_A_RULE, (index + 1) * RANGES_IN_A_RULE),
  );
  const expression = UNAUTHORIZED_STREAM_PATHS.map((path) => `request.path == '${path}'`).join(" || ");
  return [
    ...(denyUnauthorizedStreams
      ? [
          {
            action: "deny(403)",
            priority: 1000,
            description: "streaming RPCs that pass by Milvus' authorization",
            match: { expr: { expression } },
          },
        ]
      : []),
    ...chunks.map((srcIpRanges, index) => ({
      action: "allow",
      priority: 2000 + index,
      description: "client networks",
      match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges } },
    })),
    {
      action: inboundCidrs === undefined ? "allow" : "deny(403)",
      priority: LAST_PRIORITY,
      description: "everybody else",
      match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["*"] } },
    },
  ];
}
