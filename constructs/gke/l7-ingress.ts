import { ComputeGlobalAddress } from "@cdktf/provider-google/lib/compute-global-address";
import { ComputeSecurityPolicy } from "@cdktf/provider-google/lib/compute-security-policy";
import { DataGoogleComputeGlobalAddress } from "@cdktf/provider-google/lib/data-google-compute-global-address";
import { DnsRecordSet } from "@cdktf/provider-google/lib/dns-record-set";
import type { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { literal } from "../internal/hcl";
import { hostKey, suffixed } from "../internal/names";
import { type Problem, shown, throwIfAny } from "../internal/problem";
import { eachOf, integerBetween, numberBetween, rule } from "../internal/rules";
import { AnnotatedIngress } from "../kubernetes/annotated-ingress";
import { FrontService } from "../kubernetes/front-service";
import { ingressSpec } from "../kubernetes/ingress-spec";
import { kubernetesObject } from "../kubernetes/kubernetes-object";
import { isThere, type L7IngressProps, validateL7Ingress } from "../kubernetes/l7-ingress-props";
import type { IMilvusService } from "../milvus/milvus-service";
import { dnsZoneRule } from "./dns-zone";
import {
  backendConfigSpec,
  CONTROLLER_ANNOTATIONS,
  ingressAnnotations,
  securityPolicyRules,
  serviceAnnotations,
} from "./load-balancer";
import {
  type GkeCertificate,
  ManagedOrSelfSignedCert,
  type ManagedOrSelfSignedCertProps,
} from "./managed-or-self-signed-cert";

/** The load balancer's global address: one that is reserved for it, or one that you have reserved. */
export type GkeAddress =
  | { readonly kind: "reserved"; readonly name: string }
  | { readonly kind: "existing"; readonly name: string };

/**
 * What may be there already: the Ingress, its BackendConfig, the Secret of a certificate that is made or brought, or the
 * first host's ManagedCertificate.
 */
export type GkeExisting = "ingress" | "backend-config" | "tls-secret" | "managed-certificate";

export interface GkeL7IngressProps extends L7IngressProps {
  /** The Milvus behind it. Its gRPC port has to speak TLS: GKE speaks HTTP/2 to a backend over TLS only. */
  readonly milvus: IMilvusService;
  readonly certificate: GkeCertificate;
  readonly adoptExisting?: readonly GkeExisting[];
  /** @default - one is reserved, named like the Ingress with `-l7` after it */
  readonly address?: GkeAddress;
  /**
   * The Cloud DNS zone, by its name, that gets an A record for each host, after Milvus is ready for the traffic.
   *
   * @default - DNS is yours to change
   */
  readonly dnsZone?: string;
  /**
   * How long resolvers keep those records, in seconds.
   *
   * @default 300
   */
  readonly dnsTtlSec?: number;
  /**
   * How long a call may take, in seconds, from its first byte to its last.
   *
   * @default 3600
   */
  readonly timeoutSec?: number;
  /**
   * How long a pod that goes away may finish its calls, in seconds.
   *
   * @default 60
   */
  readonly connectionDrainingSec?: number;
  /**
   * The share of the calls that is logged, from 0 to 1.
   *
   * @default 0, which turns the logs off; GKE's own default is to log, and to bill, every call
   */
  readonly logSampleRate?: number;
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
 * An external HTTPS load balancer of GKE in front of a Milvus, with its address, certificate, health check and access
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
  /**
   * What has to be there before a Milvus in use is changed: the load balancer, as far as Terraform knows of it, and its DNS
   * records unless they wait for that change themselves.
   */
  readonly ready: readonly ITerraformDependable[];

  /** Every problem of these props, at once. */
  static validate(props: GkeL7IngressProps, now = new Date()): Problem[] {
    return [
      ...tlsInPodRule("milvus.tlsInPod", props.milvus?.tlsInPod),
      ...validateL7Ingress(props, true),
      ...ManagedOrSelfSignedCert.validate(certificateProps(props), now),
      ...adoptExistingRule("adoptExisting", props.adoptExisting),
      ...adoptedCertificate(props),
      ...addressName("address.name", props.address?.name),
      ...derivedNames(props),
      ...dnsZoneRule("dnsZone", props.dnsZone),
      ...integerBetween(1, 86_400)("dnsTtlSec", props.dnsTtlSec),
      ...ttlNeedsZone(props),
      ...integerBetween(1, 2_147_483_647)("timeoutSec", props.timeoutSec),
      ...integerBetween(0, 3600)("connectionDrainingSec", props.connectionDrainingSec),
      ...numberBetween(0, 1)("logSampleRate", props.logSampleRate),
    ];
  }

  constructor(scope: Construct, id: string, props: GkeL7IngressProps) {
    super(scope, id);
    throwIfAny(this.node.path, GkeL7Ingress.validate(props));

    const { milvus, hosts, kubernetesProvider } = props;
    const names = namesOf(props);
    const address = this.findOrReserveAddress(props, names.address);
    this.certificate = new ManagedOrSelfSignedCert(this, "certificate", certificateProps(props));
    const backendConfig = this.backendConfig(props, names.backendConfig, this.securityPolicy(props, names.policy));
    const service = new FrontService(this, "service", {
      milvus,
      name: names.service,
      annotations: serviceAnnotations(names.backendConfig),
      foreignAnnotations: CONTROLLER_ANNOTATIONS,
      dependsOn: [backendConfig],
      kubernetesProvider,
    });
    const ingress = new AnnotatedIngress(this, "ingress", {
      name: names.ingress,
      namespace: milvus.namespace,
      annotations: ingressAnnotations({
        addressName: names.address,
        managedCertificates: this.certificate.managedCertificates,
        adopted: isThere(props, "ingress"),
      }),
      spec: ingressSpec({ hosts, service, tlsSecretName: this.certificate.secretName }),
      adoptExisting: isThere(props, "ingress"),
      dependsOn: [address, ...this.certificate.dependables, service.resource],
      kubernetesProvider,
    });
    const records = this.pointDnsHere(props, address.address, ingress.resource);

    this.ready = [ingress.resource, ...(milvus.changedBy ? [] : records)];
    this.address = address.address;
    this.url = `https://${hosts[0]}`;
  }

  private findOrReserveAddress({ address, googleProvider }: GkeL7IngressProps, name: string) {
    const config = { provider: googleProvider, name: literal(name) };
    return address?.kind === "existing"
      ? new DataGoogleComputeGlobalAddress(this, "address", config)
      : new ComputeGlobalAddress(this, "address", { ...config, addressType: "EXTERNAL", ipVersion: "IPV4" });
  }

  private securityPolicy(props: GkeL7IngressProps, name: string): ComputeSecurityPolicy | undefined {
    const { inboundCidrs, denyUnauthorizedStreams = true, googleProvider } = props;
    if (inboundCidrs === undefined && !denyUnauthorizedStreams) {
      return undefined;
    }
    return new ComputeSecurityPolicy(this, "security-policy", {
      provider: googleProvider,
      name: literal(name),
      type: "CLOUD_ARMOR",
      rule: securityPolicyRules(inboundCidrs, denyUnauthorizedStreams),
    });
  }

  private backendConfig(props: GkeL7IngressProps, name: string, policy: ComputeSecurityPolicy | undefined) {
    const { milvus, timeoutSec = 3600, connectionDrainingSec = 60, logSampleRate = 0, kubernetesProvider } = props;
    return kubernetesObject(this, "backend-config", {
      apiVersion: "cloud.google.com/v1",
      kind: "BackendConfig",
      name,
      namespace: milvus.namespace,
      spec: backendConfigSpec({
        healthPort: milvus.ports.health,
        timeoutSec,
        connectionDrainingSec,
        logSampleRate,
        securityPolicyName: policy ? namesOf(props).policy : "",
      }),
      adoptExisting: isThere(props, "backend-config"),
      dependsOn: policy ? [policy] : [],
      kubernetesProvider,
    });
  }

  private pointDnsHere(props: GkeL7IngressProps, address: string, ingress: ITerraformDependable): DnsRecordSet[] {
    const { dnsZone, dnsTtlSec = 300, dnsProvider = props.googleProvider, milvus } = props;
    if (dnsZone === undefined) {
      return [];
    }
    return props.hosts.map(
      (host, index) =>
        new DnsRecordSet(this, `dns-${hostKey(host, index)}`, {
          provider: dnsProvider,
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

/** @see https://cloud.google.com/compute/docs/naming-resources#resource-name-format */
const addressName = rule<string>(
  "a Google Cloud resource name: lower-case letters, digits and '-', at most 63 characters, with a letter first",
  "write the name as 'gcloud compute addresses list --global' prints it",
  (name) => /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name),
);

function ttlNeedsZone({ dnsZone, dnsTtlSec }: GkeL7IngressProps): Problem[] {
  return dnsTtlSec !== undefined && dnsZone === undefined
    ? [
        {
          path: "dnsTtlSec",
          given: shown(dnsTtlSec),
          allowed: "only together with dnsZone",
          fix: "add dnsZone, or remove it",
        },
      ]
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
          allowed: "a name with a letter first, since the address and the Cloud Armor policy are named after it",
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

/** The guide's names, unless the Ingress has been given another. */
function namesOf({ name, milvus, address }: GkeL7IngressProps) {
  const base = name ?? milvus?.fullName ?? "";
  const prefix = name ?? milvus?.releaseName ?? "";
  return {
    ingress: base,
    service: suffixed(base, "-l7"),
    certificate: suffixed(base, "-tls"),
    backendConfig: suffixed(prefix, "-backendconfig"),
    address: address?.name ?? suffixed(base, "-l7"),
    policy: suffixed(base, "-l7"),
  };
}
