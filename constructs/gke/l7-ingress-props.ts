import type { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import type { L7IngressProps } from "../kubernetes/l7-ingress-props";
import type { IMilvusService } from "../milvus/milvus-service";
import type { GkeAddress } from "./address";
import type { GkeBackendProps } from "./backend";
import type { RedirectCode } from "./load-balancer";
import type { GkeCertificate } from "./managed-or-self-signed-cert";
import type { GkeScheme } from "./placement";
import type { GkeSecurityPolicy } from "./security-policy";
import type { GkeSharedVpc } from "./shared-vpc";
import type { GkeSslPolicy } from "./ssl-policy";

/**
 * What may be there already: the Ingress, its BackendConfig, the Secret of a certificate that is made or brought, or the
 * first host's ManagedCertificate.
 */
export type GkeExisting = "ingress" | "backend-config" | "tls-secret" | "managed-certificate";

/** The props of `GkeL7Ingress`. */
export interface GkeL7IngressProps extends L7IngressProps, GkeBackendProps {
  /** The Milvus behind it. Its gRPC port has to speak TLS: GKE speaks HTTP/2 to a backend over TLS only. */
  readonly milvus: IMilvusService;
  /** What clients are shown, and where it comes from. */
  readonly certificate: GkeCertificate;
  readonly adoptExisting?: readonly GkeExisting[];
  /**
   * Who can reach the load balancer. A change makes a new one, with another address.
   *
   * @default "external"
   */
  readonly scheme?: GkeScheme;
  /**
   * The region of an internal load balancer: the cluster's.
   *
   * @default - none: an internal load balancer needs one, an external one is global
   */
  readonly region?: string;
  /**
   * The subnetwork of an internal load balancer's address: its name, or its path where it is another project's.
   *
   * @default - none: an internal load balancer needs one, unless its address exists
   */
  readonly subnetwork?: string;
  /**
   * The load balancer's IPv4 address.
   *
   * @default - one is reserved, named like the Ingress with `-l7` after it
   */
  readonly address?: GkeAddress;
  /**
   * The TLS versions and ciphers that clients may use.
   *
   * @default - a policy is made: TLS 1.2 and 1.3, ciphers with forward secrecy; Google's own default still takes TLS 1.0.
   * An internal load balancer has Google's
   */
  readonly sslPolicy?: GkeSslPolicy;
  /**
   * Whether port 80 is open and sends every call to HTTPS.
   *
   * @default false: port 80 is closed. No Milvus SDK follows a redirect
   */
  readonly httpsRedirect?: boolean;
  /**
   * How a redirect answers.
   *
   * @default "MOVED_PERMANENTLY_DEFAULT": 301
   */
  readonly httpsRedirectCode?: RedirectCode;
  /**
   * The Cloud Armor policy that every call passes.
   *
   * @default - one is made of `inboundCidrs` and `denyUnauthorizedStreams`
   */
  readonly securityPolicy?: GkeSecurityPolicy;
  /**
   * The Shared VPC whose firewall the cluster may not open, for the command that does.
   *
   * @default - the cluster's project has the network, and GKE opens its firewall itself
   */
  readonly sharedVpc?: GkeSharedVpc;
  /**
   * The Cloud DNS zone, by its name, that gets an A record for each host, after Milvus is ready for the traffic.
   *
   * @default - DNS is yours to change
   */
  readonly dnsZone?: string;
  /**
   * The id of the zone's project.
   *
   * @default - that of `dnsProvider`
   */
  readonly dnsProject?: string;
  /**
   * How long resolvers keep those records, in seconds.
   *
   * @default 300
   */
  readonly dnsTtlSec?: number;
  /**
   * The provider of the project that the cluster is in.
   *
   * @default - the stack's provider without alias
   */
  readonly googleProvider?: GoogleProvider;
  /**
   * The provider of the DNS zone's project.
   *
   * @default - `googleProvider`
   */
  readonly dnsProvider?: GoogleProvider;
}
