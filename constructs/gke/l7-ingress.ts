import { DnsRecordSet } from "@cdktf/provider-google/lib/dns-record-set";
import type { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { Annotations, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { claimedTwice } from "../internal/claims";
import { literal, literals } from "../internal/hcl";
import { hostKey } from "../internal/names";
import { type Problem, throwIfAny } from "../internal/problem";
import { AnnotatedIngress } from "../kubernetes/annotated-ingress";
import { clusterOf } from "../kubernetes/claims";
import { type Entrance, FrontService } from "../kubernetes/front-service";
import { ingressSpec } from "../kubernetes/ingress-spec";
import { kubernetesObject } from "../kubernetes/kubernetes-object";
import { isThere } from "../kubernetes/l7-ingress-props";
import { UNAUTHORIZED_STREAM_PATHS } from "../milvus/streaming-rpcs";
import { loadBalancerAddress } from "./address";
import { backendConfigSpec } from "./backend";
import { heldWhileInUse } from "./held-while-in-use";
import type { GkeL7IngressProps } from "./l7-ingress-props";
import { CERTIFICATE_OBJECTS, loadBalancerWarnings, validateLoadBalancer } from "./l7-ingress-rules";
import {
  CONTROLLER_ANNOTATIONS,
  frontendConfigSpec,
  ingressAnnotations,
  serviceAnnotations,
  WRITTEN_LAST,
} from "./load-balancer";
import { ManagedOrSelfSignedCert, type ManagedOrSelfSignedCertProps } from "./managed-or-self-signed-cert";
import { claimsOf, type GkePlaces, namesOf } from "./names";
import { placementOf } from "./placement";
import { hasSecurityPolicy, securityPolicy } from "./security-policy";
import { firewallCommand } from "./shared-vpc";
import { sslPolicy, sslPolicyOf } from "./ssl-policy";

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
  /** What clients are shown. */
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
    return [...validateLoadBalancer(props), ...ManagedOrSelfSignedCert.validate(certificateProps(props), now)];
  }

  /** @throws InvalidInputError with every problem of the props at once */
  constructor(scope: Construct, id: string, props: GkeL7IngressProps) {
    super(scope, id);
    throwIfAny(this.node.path, GkeL7Ingress.validate(props));
    throwIfAny(this.node.path, claimedTwice(this, claimsOf(props, placesOf(props))));

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
        }),
        ...literals(props.annotations ?? {}),
      },
      writtenLast: WRITTEN_LAST,
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
    for (const warning of loadBalancerWarnings(props)) {
      Annotations.of(this).addWarning(warning);
    }

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

/** As the constructs of one stack tell them apart: by their providers. */
function placesOf({ kubernetesProvider, googleProvider, dnsProvider = googleProvider }: GkeL7IngressProps): GkePlaces {
  return {
    cluster: clusterOf({ kubernetesProvider }),
    project: googleProvider?.fqn ?? "google",
    dnsProject: dnsProvider?.fqn ?? "google",
  };
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

/** What the load balancer sends calls and health checks to. */
function portsOf({ milvus, rest }: GkeL7IngressProps): number[] {
  const { grpc, health, rest: restPort } = milvus.ports;
  return [...new Set([grpc, ...(rest ? [restPort] : []), health])];
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
