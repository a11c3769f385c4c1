import { Fn, Token } from "cdktf";
import { jsonAnnotation, listAnnotation } from "../internal/annotations";
import { type Entrance, FRONT_PORT_NAMES } from "../kubernetes/front-service";
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
}

/** The annotations of an Ingress that GKE's controllers read, and one that is there to be changed. */
export const INGRESS_ANNOTATIONS = {
  class: "kubernetes.io/ingress.class",
  globalAddress: "kubernetes.io/ingress.global-static-ip-name",
  regionalAddress: "kubernetes.io/ingress.regional-static-ip-name",
  allowHttp: "kubernetes.io/ingress.allow-http",
  frontendConfig: "networking.gke.io/v1beta1.FrontendConfig",
  managedCertificates: "networking.gke.io/managed-certificates",
  preSharedCertificates: "ingress.gcp.kubernetes.io/pre-shared-cert",
  secretVersion: "cdktf-milvus-l7/secret-version",
  suppressFirewallEvents: "networking.gke.io/suppress-firewall-xpn-error",
} as const;

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
      ? { [INGRESS_ANNOTATIONS.class]: "gce", [INGRESS_ANNOTATIONS.globalAddress]: addressName }
      : { [INGRESS_ANNOTATIONS.class]: "gce-internal", [INGRESS_ANNOTATIONS.regionalAddress]: addressName }),
    [INGRESS_ANNOTATIONS.allowHttp]: String(settings.allowHttp),
    ...(frontendConfigName ? { [INGRESS_ANNOTATIONS.frontendConfig]: frontendConfigName } : {}),
    ...certificateAnnotations(settings),
    ...(settings.secretVersion ? { [INGRESS_ANNOTATIONS.secretVersion]: settings.secretVersion } : {}),
    ...(settings.firewallRuleElsewhere ? { [INGRESS_ANNOTATIONS.suppressFirewallEvents]: "true" } : {}),
  };
}

/**
 * What names certificates other than Secrets, none written as empty: both are read as none. With managed certificates the
 * second is their controller's to write. It keeps every name that it finds there, so a change of kind has to empty it.
 *
 * @see https://github.com/GoogleCloudPlatform/gke-managed-certs/blob/master/pkg/controller/sync/sync.go
 */
function certificateAnnotations({
  managedCertificates,
  preSharedCertificates,
}: FrontendSettings): Record<string, string> {
  return managedCertificates.length > 0
    ? { [INGRESS_ANNOTATIONS.managedCertificates]: listAnnotation(managedCertificates) }
    : {
        [INGRESS_ANNOTATIONS.managedCertificates]: "",
        [INGRESS_ANNOTATIONS.preSharedCertificates]: sortedList(preSharedCertificates),
      };
}

/** Sorted, as the controller of managed certificates writes it: another order would be changed back for ever. */
function sortedList(names: readonly string[]): string {
  return names.some((name) => Token.isUnresolved(name))
    ? Fn.join(",", Fn.sort(Fn.distinct([...names])))
    : listAnnotation([...names].sort());
}

/**
 * Annotations that wait until the Ingress is written. The controller of managed certificates acts on this one at once, and
 * would add its certificates to those of kind pre-shared that are about to be removed.
 */
export const WRITTEN_LAST: readonly string[] = [INGRESS_ANNOTATIONS.managedCertificates];

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
