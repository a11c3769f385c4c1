import { DnsRecordSet } from "@cdktf/provider-google/lib/dns-record-set";
import type { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { Annotations, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { literal } from "../internal/hcl";
import { hostKey, suffixed } from "../internal/names";
import { type Problem, shown, throwIfAny } from "../internal/problem";
import { eachOf, integerBetween, rule } from "../internal/rules";
import { AnnotatedIngress } from "../kubernetes/annotated-ingress";
import { type Entrance, FrontService } from "../kubernetes/front-service";
import { ingressSpec } from "../kubernetes/ingress-spec";
import { kubernetesObject } from "../kubernetes/kubernetes-object";
import { isThere, type L7IngressProps, validateL7Ingress } from "../kubernetes/l7-ingress-props";
import { validateUserAnnotations } from "../kubernetes/user-annotations";
import type { IMilvusService } from "../milvus/milvus-service";
import { UNAUTHORIZED_STREAM_PATHS } from "../milvus/streaming-rpcs";
import { type GkeAddress, loadBalancerAddress, validateAddress } from "./address";
import { backendConfigSpec, type GkeBackendProps, validateBackend } from "./backend";
import { dnsZoneRule } from "./dns-zone";
import { heldWhileInUse } from "./held-while-in-use";
import {
  CONTROLLER_ANNOTATIONS,
  frontendConfigSpec,
  ingressAnnotations,
  KNOWN_ANNOTATIONS,
  REDIRECT_CODES,
  type RedirectCode,
  serviceAnnotations,
} from "./load-balancer";
import {
  type GkeCertificate,
  ManagedOrSelfSignedCert,
  type ManagedOrSelfSignedCertProps,
} from "./managed-or-self-signed-cert";
import { type GkeScheme, placementOf, validatePlacement } from "./placement";
import { projectId } from "./resource-name";
import { type GkeSecurityPolicy, hasSecurityPolicy, securityPolicy, validateSecurityPolicy } from "./security-policy";
import { firewallCommand, type GkeSharedVpc, validateSharedVpc } from "./shared-vpc";
import { DEFAULT_SSL_POLICY, type GkeSslPolicy, sslPolicy, validateSslPolicy } from "./ssl-policy";

/**
 * What may be there already: the Ingress, its BackendConfig, the Secret of a certificate that is made or brought, or the
 * first host's ManagedCertificate.
 */
export type GkeExisting = "ingress" | "backend-config" | "tls-secret" | "managed-certificate";

export interface GkeL7IngressProps extends L7IngressProps, GkeBackendProps {
  /** The Milvus behind it. Its gRPC port has to speak TLS: GKE speaks HTTP/2 to a backend over TLS only. */
  readonly milvus: IMilvusService;
  readonly certificate: GkeCertificate;
  readonly adoptExisting?: readonly GkeExisting[];
  /**
   * Who can reach the load balancer. A change makes a new one, with another address.
   *
   * @default "external"
   */
  readonly scheme?: GkeScheme;
  /** The region of an internal load balancer: the cluster's. */
  readonly region?: string;
  /** The subnetwork of an internal load balancer's address: its name, or its path where it is another project's. */
  readonly subnetwork?: string;
  /** @default - one is reserved, named like the Ingress with `-l7` after it */
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
  /** @default - the stack's provider without alias */
  readonly googleProvider?: GoogleProvider;
  /**
   * The provider of the DNS zone's project.
   *
   * @default - `googleProvider`
   */
  readonly dnsProvider?: GoogleProvider;
}

/**
 * An HTTPS load balancer of GKE in front of a Milvus, with its address, certificate, TLS policy, health check and access
 * policy.
 *
 * @example
 * new GkeL7Ingress(this, "ingress", {
 *   milvus: milvusOf({ releaseName: "my-release", namespace: "default", mode: "cluster" }, { tlsInPod: true }),
 *   hosts: ["milvus.example.com"],
 *   certificate: { kind: "managed" },
 *   inboundCidrs: ["203.0.113.0/24"],
 * });
 */
export class GkeL7Ingress extends Construct {
  /** The load balancer's IPv4 address. */
  readonly address: string;
  /** What a client connects to once DNS points here, e.g. `https://milvus.example.com`. */
  readonly url: string;
  readonly certificate: ManagedOrSelfSignedCert;
  /** The command that opens the firewall of the Shared VPC, for somebody who may; none without `sharedVpc`. */
  readonly firewallCommand?: string;
  /**
   * What has to be there before a Milvus in use is changed: the load balancer, as far as Terraform knows of it, and its DNS
   * records unless they wait for that change themselves.
   */
  readonly ready: readonly ITerraformDependable[];

  /** Every problem of these props, at once. */
  static validate(props: GkeL7IngressProps, now = new Date()): Problem[] {
    const { scheme = "external", securityPolicy: policy } = props;
    const restricted = policy?.kind === "existing" && policy.restrictsClients === true;
    return [
      ...tlsInPodRule("milvus.tlsInPod", props.milvus?.tlsInPod),
      ...validateL7Ingress(props, scheme === "external", restricted),
      ...ManagedOrSelfSignedCert.validate(certificateProps(props), now),
      ...adoptExistingRule("adoptExisting", props.adoptExisting),
      ...adoptedCertificate(props),
      ...validatePlacement(props),
      ...validateAddress(props.address),
      ...validateSslPolicy(props.sslPolicy),
      ...redirectCodeRule("httpsRedirectCode", props.httpsRedirectCode),
      ...onlyWith("httpsRedirectCode", props.httpsRedirectCode, "httpsRedirect: true", props.httpsRedirect === true),
      ...validateSecurityPolicy(props),
      ...validateBackend(props),
      ...validateSharedVpc(props.sharedVpc, scheme),
      ...derivedNames(props),
      ...dnsZoneRule("dnsZone", props.dnsZone),
      ...projectId("dnsProject", props.dnsProject),
      ...onlyWith("dnsProject", props.dnsProject, "dnsZone", props.dnsZone !== undefined),
      ...integerBetween(1, 86_400)("dnsTtlSec", props.dnsTtlSec),
      ...onlyWith("dnsTtlSec", props.dnsTtlSec, "dnsZone", props.dnsZone !== undefined),
      ...validateUserAnnotations(props.annotations, KNOWN_ANNOTATIONS),
    ];
  }

  constructor(scope: Construct, id: string, props: GkeL7IngressProps) {
    super(scope, id);
    throwIfAny(this.node.path, GkeL7Ingress.validate(props));

    const { milvus, hosts, httpsRedirect = false, kubernetesProvider } = props;
    const names = namesOf(props);
    const placement = placementOf(props);
    const address = loadBalancerAddress(this, "address", { ...props, placement, name: names.address });
    const armor = securityPolicy(this, "security-policy", { ...props, name: names.securityPolicy });
    const tls = sslPolicy(this, "ssl-policy", { ...props, policy: sslPolicyOf(props), name: names.sslPolicy });
    const held = heldWhileInUse(this, "held-while-in-use", {
      [`${placement.scheme} address`]: { name: names.address, resource: address },
      "security policy": { name: names.securityPolicy, resource: armor },
      "ssl policy": { name: names.sslPolicy, resource: tls },
    });
    this.certificate = new ManagedOrSelfSignedCert(this, "certificate", certificateProps(props));
    const frontendConfig = this.frontendConfig(props, held);
    const service = this.entrance(props, "grpc", held);
    const restService = props.rest ? this.entrance(props, "rest", held) : undefined;
    const ingress = new AnnotatedIngress(this, "ingress", {
      name: names.ingress,
      namespace: milvus.namespace,
      annotations: {
        ...ingressAnnotations({
          scheme: placement.scheme,
          addressName: names.address,
          allowHttp: httpsRedirect,
          frontendConfigName: frontendConfig && names.frontendConfig,
          managedCertificates: this.certificate.managedCertificates,
          preSharedCertificates: this.certificate.preSharedCertificates,
          secretVersion: this.certificate.secretVersion,
          firewallRuleElsewhere: props.sharedVpc !== undefined,
          adopted: isThere(props, "ingress"),
        }),
        ...userAnnotations(props),
      },
      spec: ingressSpec({ hosts, service, restService, tlsSecretName: this.certificate.secretName }),
      adoptExisting: isThere(props, "ingress"),
      dependsOn: [
        address,
        ...held,
        ...this.certificate.dependables,
        ...(frontendConfig ? [frontendConfig] : []),
        service.resource,
        ...(restService ? [restService.resource] : []),
      ],
      kubernetesProvider,
    });
    const records = this.pointDnsHere(props, address.address, ingress.resource);
    warnOfStreams(this, props);

    this.ready = [ingress.resource, ...(milvus.changedBy ? [] : records)];
    this.address = address.address;
    this.url = `https://${hosts[0]}`;
    this.firewallCommand = props.sharedVpc && firewallCommand(names.ingress, props.sharedVpc, portsOf(props));
  }

  /** An external load balancer's; an internal one has none. */
  private frontendConfig(props: GkeL7IngressProps, dependsOn: ITerraformDependable[]): Manifest | undefined {
    const { milvus, httpsRedirect = false, kubernetesProvider } = props;
    const names = namesOf(props);
    if (placementOf(props).scheme === "internal") {
      return undefined;
    }
    // One for each state of port 80, so that the Ingress goes from the one to the other in the write that opens or closes the
    // port: an open port without the redirect would serve Milvus in plaintext.
    return kubernetesObject(this, httpsRedirect ? "frontend-config-redirect" : "frontend-config", {
      apiVersion: "networking.gke.io/v1beta1",
      kind: "FrontendConfig",
      name: names.frontendConfig,
      namespace: milvus.namespace,
      spec: frontendConfigSpec({
        sslPolicyName: sslPolicyOf(props).kind === "google-default" ? "" : names.sslPolicy,
        redirect: httpsRedirect,
        redirectCode: props.httpsRedirectCode ?? "MOVED_PERMANENTLY_DEFAULT",
      }),
      inUseByOthers: true,
      dependsOn,
      kubernetesProvider,
    });
  }

  /** A front Service, with the BackendConfig of its backend service. */
  private entrance(props: GkeL7IngressProps, entrance: Entrance, dependsOn: ITerraformDependable[]): FrontService {
    const { milvus, kubernetesProvider } = props;
    const names = namesOf(props);
    const ids = ENTRANCE_IDS[entrance];
    const backendConfig = kubernetesObject(this, ids.backendConfig, {
      apiVersion: "cloud.google.com/v1",
      kind: "BackendConfig",
      name: names.backendConfig[entrance],
      namespace: milvus.namespace,
      spec: backendConfigSpec({
        ...props,
        healthPort: milvus.ports.health,
        scheme: placementOf(props).scheme,
        securityPolicyName: hasSecurityPolicy(props) ? names.securityPolicy : "",
      }),
      adoptExisting: entrance === "grpc" && isThere(props, "backend-config"),
      inUseByOthers: true,
      dependsOn,
      kubernetesProvider,
    });
    return new FrontService(this, ids.service, {
      milvus,
      name: names.service[entrance],
      entrance,
      annotations: serviceAnnotations(entrance, names.backendConfig[entrance]),
      foreignAnnotations: CONTROLLER_ANNOTATIONS,
      dependsOn: [backendConfig],
      kubernetesProvider,
    });
  }

  private pointDnsHere(props: GkeL7IngressProps, address: string, ingress: ITerraformDependable): DnsRecordSet[] {
    const { dnsZone, dnsProject, dnsTtlSec = 300, dnsProvider = props.googleProvider, milvus } = props;
    if (dnsZone === undefined) {
      return [];
    }
    return props.hosts.map(
      (host, index) =>
        new DnsRecordSet(this, `dns-${hostKey(host, index)}`, {
          provider: dnsProvider,
          ...(dnsProject ? { project: literal(dnsProject) } : {}),
          managedZone: literal(dnsZone),
          name: `${literal(host)}.`,
          type: "A",
          ttl: dnsTtlSec,
          rrdatas: [address],
          // A host that is in use moves over when Milvus answers behind the new address.
          dependsOn: [ingress, ...(milvus.changedBy ? [milvus.changedBy] : [])],
          ...(milvus.answersWhen ? { lifecycle: { precondition: [milvus.answersWhen] } } : {}),
        }),
    );
  }
}

const tlsInPodRule = rule<boolean>(
  "a Milvus whose pods speak TLS: GKE speaks HTTP/2 to a backend over TLS only",
  "adopt the release, which turns it on, or turn on common.security.tlsMode yourself and then say tlsInPod: true",
  (tlsInPod) => tlsInPod,
);

const adoptExistingRule = eachOf(
  rule<string>("ingress, backend-config, tls-secret or managed-certificate", "write one of these", (object) =>
    ["ingress", "backend-config", "tls-secret", "managed-certificate"].includes(object),
  ),
);

/** What only some kinds of certificates make. */
const CERTIFICATE_OBJECTS: readonly (Pick<Problem, "allowed" | "fix"> & { object: GkeExisting; kinds: string[] })[] = [
  {
    object: "tls-secret",
    kinds: ["self-signed", "pem"],
    allowed: "only with a certificate of kind self-signed or pem, which makes a Secret",
    fix: "remove it; a Secret that is to stay as it is needs no more than kind secret and its name",
  },
  {
    object: "managed-certificate",
    kinds: ["managed"],
    allowed: "only with a certificate of kind managed, which makes a ManagedCertificate",
    fix: "remove it, or set the certificate's kind to managed",
  },
];

/** Only what is made here can be adopted. */
function adoptedCertificate({ adoptExisting = [], certificate }: GkeL7IngressProps): Problem[] {
  return CERTIFICATE_OBJECTS.flatMap(({ object, kinds, allowed, fix }) => {
    const index = adoptExisting.indexOf(object);
    return index === -1 || certificate === undefined || kinds.includes(certificate.kind)
      ? []
      : [{ path: `adoptExisting[${index}]`, given: shown(object), allowed, fix }];
  });
}

const redirectCodeRule = rule<RedirectCode>(
  `${REDIRECT_CODES.slice(0, -1).join(", ")} or ${REDIRECT_CODES.at(-1)}`,
  "leave it out for MOVED_PERMANENTLY_DEFAULT",
  (code) => REDIRECT_CODES.includes(code),
);

/** A setting of something that isn't there would do nothing. */
function onlyWith(path: string, given: unknown, what: string, isThere: boolean): Problem[] {
  return given !== undefined && !isThere
    ? [{ path, given: shown(given), allowed: `only together with ${what}`, fix: `add ${what}, or remove it` }]
    : [];
}

/** Google Cloud's names begin with a letter, Kubernetes' may begin with a digit. */
function derivedNames({ name, milvus }: GkeL7IngressProps): Problem[] {
  const base = name ?? milvus?.fullName;
  return base !== undefined && /^[0-9]/.test(base)
    ? [
        {
          path: "name",
          given: shown(base),
          allowed: "a name with a letter first, since the address and the policies are named after it",
          fix: "give the Ingress a name of its own",
        },
      ]
    : [];
}

function certificateProps(props: GkeL7IngressProps): ManagedOrSelfSignedCertProps {
  return {
    certificate: props.certificate,
    hosts: props.hosts,
    namespace: props.milvus?.namespace,
    name: namesOf(props).certificate,
    adoptExisting: CERTIFICATE_OBJECTS.some(
      ({ object, kinds }) => isThere(props, object) && kinds.includes(props.certificate?.kind),
    ),
    kubernetesProvider: props.kubernetesProvider,
    tlsProvider: props.tlsProvider,
  };
}

const ENTRANCE_IDS: Readonly<Record<Entrance, { readonly service: string; readonly backendConfig: string }>> = {
  grpc: { service: "service", backendConfig: "backend-config" },
  rest: { service: "rest-service", backendConfig: "rest-backend-config" },
};

function sslPolicyOf({ sslPolicy, scheme }: GkeL7IngressProps): GkeSslPolicy {
  return sslPolicy ?? (scheme === "internal" ? { kind: "google-default" } : DEFAULT_SSL_POLICY);
}

/** What the load balancer sends calls and health checks to. */
function portsOf({ milvus, rest }: GkeL7IngressProps): number[] {
  const { grpc, health, rest: restPort } = milvus.ports;
  return [...new Set([grpc, ...(rest ? [restPort] : []), health])];
}

function userAnnotations({ annotations = {} }: GkeL7IngressProps): Record<string, string> {
  return Object.fromEntries(Object.entries(annotations).map(([key, value]) => [key, literal(value)]));
}

/** What somebody else's policy denies is not known here. */
function warnOfStreams(scope: Construct, { securityPolicy: policy, denyUnauthorizedStreams }: GkeL7IngressProps): void {
  if (policy?.kind === "existing" && denyUnauthorizedStreams === undefined) {
    Annotations.of(scope).addWarning(
      `the Cloud Armor policy ${policy.name} is yours: have it deny ${UNAUTHORIZED_STREAM_PATHS.join(" and ")}, which pass ` +
        "by Milvus' authorization. 'denyUnauthorizedStreams: false' says that you know",
    );
  }
}

/** The guide's names, unless the Ingress has been given another. */
function namesOf(props: GkeL7IngressProps) {
  const { name, milvus, address, securityPolicy: armor, sslPolicy: tls, httpsRedirect } = props;
  const base = name ?? milvus?.fullName ?? "";
  const prefix = name ?? milvus?.releaseName ?? "";
  const ours = suffixed(base, "-l7");
  return {
    ingress: base,
    service: { grpc: ours, rest: suffixed(base, "-l7-rest") },
    certificate: suffixed(base, "-tls"),
    backendConfig: { grpc: suffixed(prefix, "-backendconfig"), rest: suffixed(prefix, "-rest-backendconfig") },
    frontendConfig: suffixed(prefix, httpsRedirect ? "-frontendconfig-redirect" : "-frontendconfig"),
    address: address?.name ?? ours,
    securityPolicy: armor?.name ?? ours,
    sslPolicy: (tls?.kind !== "google-default" && tls?.name) || ours,
  };
}
