import { jsonAnnotation, listAnnotation } from "../internal/annotations";
import { type Entrance, FRONT_PORT_NAMES } from "../kubernetes/front-service";
import type { KnownAnnotations } from "../kubernetes/user-annotations";
import type { GkeScheme } from "./placement";

/** The settings of a GKE load balancer's front as its controller reads them, from plain values. */

export interface FrontendSettings {
  readonly scheme: GkeScheme;
  /** The name of the reserved address. */
  readonly addressName: string;
  /** Whether port 80 is open, for what the FrontendConfig says of it. */
  readonly allowHttp: boolean;
  /** The name of the FrontendConfig, where there is one. */
  readonly frontendConfigName?: string;
  readonly managedCertificates: readonly string[];
  readonly preSharedCertificates: readonly string[];
  /** What changes with the Secret's certificate, where that is known. */
  readonly secretVersion?: string;
  /** Whether somebody has been given the firewall rule to make, and need not be told of it again. */
  readonly firewallRuleElsewhere: boolean;
  /** Whether the Ingress was there before, so that it may name certificates that it is to have no longer. */
  readonly adopted: boolean;
}

const CLASS = "kubernetes.io/ingress.class";
const GLOBAL_ADDRESS = "kubernetes.io/ingress.global-static-ip-name";
const REGIONAL_ADDRESS = "kubernetes.io/ingress.regional-static-ip-name";
const ALLOW_HTTP = "kubernetes.io/ingress.allow-http";
const FRONTEND_CONFIG = "networking.gke.io/v1beta1.FrontendConfig";
const MANAGED_CERTIFICATES = "networking.gke.io/managed-certificates";
const PRE_SHARED_CERTIFICATES = "ingress.gcp.kubernetes.io/pre-shared-cert";
const SECRET_VERSION = "cdktf-milvus-l7/secret-version";
const SUPPRESS_FIREWALL_EVENTS = "networking.gke.io/suppress-firewall-xpn-error";

/**
 * What the Ingress says of the load balancer's front. The class stands in an annotation because GKE ignores
 * `spec.ingressClassName`.
 *
 * @see https://github.com/kubernetes/ingress-gce/blob/master/pkg/annotations/ingress.go
 */
export function ingressAnnotations(settings: FrontendSettings): Record<string, string> {
  const { scheme, addressName, frontendConfigName } = settings;
  return {
    ...(scheme === "external"
      ? { [CLASS]: "gce", [GLOBAL_ADDRESS]: addressName }
      : { [CLASS]: "gce-internal", [REGIONAL_ADDRESS]: addressName }),
    [ALLOW_HTTP]: String(settings.allowHttp),
    ...(frontendConfigName ? { [FRONTEND_CONFIG]: frontendConfigName } : {}),
    ...certificateAnnotations(settings),
    ...(settings.secretVersion ? { [SECRET_VERSION]: settings.secretVersion } : {}),
    ...(settings.firewallRuleElsewhere ? { [SUPPRESS_FIREWALL_EVENTS]: "true" } : {}),
  };
}

/**
 * What names certificates other than Secrets. The controller of managed certificates writes the second as well, and takes
 * one out of it only once the ManagedCertificate is deleted: an Ingress that was there before has both written empty.
 *
 * @see https://github.com/GoogleCloudPlatform/gke-managed-certs/blob/master/pkg/controller/sync/sync.go
 */
function certificateAnnotations(settings: FrontendSettings): Record<string, string> {
  const { managedCertificates, preSharedCertificates, adopted } = settings;
  if (managedCertificates.length > 0) {
    return { [MANAGED_CERTIFICATES]: listAnnotation(managedCertificates) };
  }
  return {
    ...(adopted ? { [MANAGED_CERTIFICATES]: "", [PRE_SHARED_CERTIFICATES]: "" } : {}),
    ...(preSharedCertificates.length > 0 ? { [PRE_SHARED_CERTIFICATES]: listAnnotation(preSharedCertificates) } : {}),
  };
}

/**
 * What the front Service says of the backend service: HTTP/2, which GKE speaks over TLS only, or HTTPS for REST, by network
 * endpoint groups.
 *
 * @see https://github.com/kubernetes/ingress-gce/blob/master/pkg/annotations/service.go
 */
export function serviceAnnotations(entrance: Entrance, backendConfigName: string): Record<string, string> {
  return {
    "cloud.google.com/app-protocols": jsonAnnotation({
      [FRONT_PORT_NAMES[entrance]]: entrance === "grpc" ? "HTTP2" : "HTTPS",
    }),
    "cloud.google.com/backend-config": jsonAnnotation({ default: backendConfigName }),
    "cloud.google.com/neg": jsonAnnotation({ ingress: true }),
  };
}

/** What the NEG controller writes on the Service. */
export const CONTROLLER_ANNOTATIONS: readonly string[] = ["cloud.google.com/neg-status"];

export interface FrontendConfigSettings {
  /** The name of the TLS policy; empty for Google's default. */
  readonly sslPolicyName: string;
  readonly redirect: boolean;
  readonly redirectCode: RedirectCode;
}

export const REDIRECT_CODES = [
  "MOVED_PERMANENTLY_DEFAULT",
  "FOUND",
  "TEMPORARY_REDIRECT",
  "PERMANENT_REDIRECT",
] as const;

/** 301, 302, 307 or 308. The last two have a client repeat what it sent. */
export type RedirectCode = (typeof REDIRECT_CODES)[number];

/**
 * The FrontendConfig's spec, off written as off.
 *
 * @see https://github.com/kubernetes/ingress-gce/blob/master/pkg/apis/frontendconfig/v1beta1/types.go
 */
export function frontendConfigSpec({ sslPolicyName, redirect, redirectCode }: FrontendConfigSettings) {
  return {
    sslPolicy: sslPolicyName,
    redirectToHttps: redirect ? { enabled: true, responseCodeName: redirectCode } : { enabled: false },
  };
}

const NOT_ON_AN_INGRESS = {
  because: "GKE's controller reads it on a Service alone",
  fix: "remove it; the front Service's own are written by this project",
};

const UNKNOWN = {
  because: "GKE's controller knows no such one",
  fix: "remove it; those that it knows are written by settings",
};

const OTHER_CONTROLLER = { because: "another Ingress controller's, which GKE's passes over", fix: "remove it" };

/**
 * The annotations that GKE's controllers know, and those that they would pass over in silence.
 *
 * @see https://github.com/kubernetes/ingress-gce/blob/master/pkg/annotations/ingress.go
 */
export const KNOWN_ANNOTATIONS: KnownAnnotations = {
  byProp: {
    [CLASS]: "scheme",
    [GLOBAL_ADDRESS]: "address",
    [REGIONAL_ADDRESS]: "address",
    [ALLOW_HTTP]: "httpsRedirect",
    [FRONTEND_CONFIG]: "sslPolicy or httpsRedirect",
    [MANAGED_CERTIFICATES]: "certificate",
    [PRE_SHARED_CERTIFICATES]: "certificate",
    [SECRET_VERSION]: "certificate",
    [SUPPRESS_FIREWALL_EVENTS]: "sharedVpc",
  },
  byController: ["ingress.kubernetes.io/", "ingress.gcp.kubernetes.io/instance-groups"],
  unread: {
    "cloud.google.com/": NOT_ON_AN_INGRESS,
    "beta.cloud.google.com/": NOT_ON_AN_INGRESS,
    "service.alpha.kubernetes.io/": NOT_ON_AN_INGRESS,
    "networking.gke.io/max-rate-per-endpoint": NOT_ON_AN_INGRESS,
    "networking.gke.io/capacity-scaler": NOT_ON_AN_INGRESS,
    "networking.gke.io/transparent-health-checker": NOT_ON_AN_INGRESS,
    "networking.gke.io/": UNKNOWN,
    "kubernetes.io/ingress.": UNKNOWN,
    "ingress.gcp.kubernetes.io/": UNKNOWN,
    "alb.ingress.kubernetes.io/": OTHER_CONTROLLER,
    "nginx.ingress.kubernetes.io/": OTHER_CONTROLLER,
    "traefik.ingress.kubernetes.io/": OTHER_CONTROLLER,
  },
};
