import { DataAwsLbHostedZoneId } from "@cdktf/provider-aws/lib/data-aws-lb-hosted-zone-id";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { Labels } from "@cdktf/provider-kubernetes/lib/labels";
import { Annotations, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { claimedTwice } from "../internal/claims";
import { literal, literals } from "../internal/hcl";
import { hostKey } from "../internal/names";
import { type Problem, throwIfAny } from "../internal/problem";
import { AnnotatedIngress } from "../kubernetes/annotated-ingress";
import { clusterOf } from "../kubernetes/claims";
import { FrontService } from "../kubernetes/front-service";
import { IngressHostname } from "../kubernetes/ingress-hostname";
import { ingressSpec } from "../kubernetes/ingress-spec";
import { isThere } from "../kubernetes/l7-ingress-props";
import { healthCheckSettings } from "./health-check";
import type { AlbL7IngressProps } from "./l7-ingress-props";
import { DEFAULT_SCHEME, loadBalancerWarnings, validateLoadBalancer } from "./l7-ingress-rules";
import { deniedPaths, ingressAnnotations, NO_WEB_ACL, recordTypes, restServiceAnnotations } from "./load-balancer";
import { logSettings } from "./logs";
import { ManagedOrSelfSignedCert, type ManagedOrSelfSignedCertProps } from "./managed-or-self-signed-cert";
import { mutualTlsSettings } from "./mutual-tls";
import { type AlbPlaces, claimsOf, namesOf } from "./names";
import { addedAnnotations, addedAttributes } from "./user-annotations";
import type { AlbWebAcl } from "./web-acl";

/**
 * An Application Load Balancer in front of a Milvus, with its certificate, health check and access list, by the AWS Load
 * Balancer Controller.
 *
 * @example
 * new AlbL7Ingress(this, "ingress", {
 *   milvus: milvusOf({ releaseName: "milvus-demo", namespace: "milvus", mode: "cluster" }, { tlsInPod: false }),
 *   hosts: ["milvus.example.com"],
 *   certificate: { kind: "acm" },
 *   dnsZone: "Z0123456789ABCDEFGHIJ",
 *   inboundCidrs: ["203.0.113.0/24"],
 * });
 */
export class AlbL7Ingress extends Construct {
  /** The load balancer's hostname. */
  readonly address: string;
  /** What a client connects to once DNS points here, e.g. `https://milvus.example.com`. */
  readonly url: string;
  /** What clients are shown. */
  readonly certificate: ManagedOrSelfSignedCert;
  /**
   * What has to be there before a Milvus in use is changed: the load balancer, as far as Terraform knows of it, and its DNS
   * records unless they wait for that change themselves.
   */
  readonly ready: readonly ITerraformDependable[];

  /** Every problem of these props, at once. */
  static validate(props: AlbL7IngressProps, now = new Date()): Problem[] {
    return [...validateLoadBalancer(props), ...ManagedOrSelfSignedCert.validate(certificateProps(props), now)];
  }

  /** @throws InvalidInputError with every problem of the props at once */
  constructor(scope: Construct, id: string, props: AlbL7IngressProps) {
    super(scope, id);
    throwIfAny(this.node.path, AlbL7Ingress.validate(props));
    throwIfAny(this.node.path, claimedTwice(this, claimsOf(props, placesOf(props))));

    const { milvus, hosts, scheme = DEFAULT_SCHEME, kubernetesProvider } = props;
    const names = namesOf(props);
    this.certificate = new ManagedOrSelfSignedCert(this, "certificate", certificateProps(props));
    const service = new FrontService(this, "service", { milvus, name: names.service.grpc, kubernetesProvider });
    const restService = this.restService(props, names.service.rest);
    const webAcl = this.webAcl(props);
    const trustStore = this.trustStore(props);
    const logBucket = this.logBucket(props);
    const ingress = new AnnotatedIngress(this, "ingress", {
      name: names.ingress,
      namespace: milvus.namespace,
      annotations: annotationsOf(props, {
        certificateArn: this.certificate.arn,
        webAclArn: webAcl?.arn,
        trustStoreArn: trustStore?.arn,
      }),
      spec: ingressSpec({
        hosts,
        service,
        restService,
        ingressClassName: props.ingressClassName ?? "alb",
        otherPaths: deniedPaths(props.denyUnauthorizedStreams ?? true),
      }),
      adoptExisting: isThere(props, "ingress"),
      preventDestroy: props.deletionProtection,
      dependsOn: [
        ...this.certificate.dependables,
        service.resource,
        ...present<ITerraformDependable>(restService?.resource, webAcl, trustStore),
        ...(logBucket?.dependables ?? []),
      ],
      kubernetesProvider,
    });
    this.openReadinessGate(props);
    const address = new IngressHostname(this, "hostname", {
      name: names.ingress,
      namespace: milvus.namespace,
      ingress: ingress.resource,
      waitSec: props.addressWaitSec ?? 60,
      triggers: { scheme, ...(props.group ? { group: literal(props.group.name) } : {}) },
      kubernetesProvider,
      timeProvider: props.timeProvider,
    });
    const records = this.pointDnsHere(props, address.hostname, ingress.resource);
    for (const warning of loadBalancerWarnings(props)) {
      Annotations.of(this).addWarning(warning);
    }

    this.ready = [address.resource, ...(milvus.changedBy ? [] : records)];
    this.address = address.hostname;
    this.url = `https://${hosts[0]}`;
  }

  private restService({ rest, milvus, kubernetesProvider }: AlbL7IngressProps, name: string) {
    return rest
      ? new FrontService(this, "rest-service", {
          milvus,
          name,
          entrance: "rest",
          annotations: restServiceAnnotations(milvus.ports.health),
          kubernetesProvider,
        })
      : undefined;
  }

  private webAcl(props: AlbL7IngressProps) {
    const { webAcl, awsProvider: provider } = props;
    return webAcl?.kind === "created"
      ? made.webAcl()(this, "web-acl", { name: namesOf(props).webAcl, action: webAcl.action, provider })
      : undefined;
  }

  private trustStore(props: AlbL7IngressProps) {
    const { mutualTls, awsProvider: provider } = props;
    return mutualTls?.kind === "created"
      ? made.trustStore()(this, "trust-store", { mutualTls, tag: namesOf(props).trustStore, provider })
      : undefined;
  }

  private logBucket({ logs, awsProvider }: AlbL7IngressProps) {
    return logs?.kind === "created" ? new (made.logBucket())(this, "logs", { logs, awsProvider }) : undefined;
  }

  /** @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/pod_readiness_gate/ */
  private openReadinessGate({ podReadinessGate, milvus, kubernetesProvider }: AlbL7IngressProps): void {
    if (podReadinessGate) {
      new Labels(this, "readiness-gate", {
        provider: kubernetesProvider,
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name: literal(milvus.namespace) },
        labels: { "elbv2.k8s.aws/pod-readiness-gate-inject": "enabled" },
        fieldManager: "cdktf-milvus-l7-readiness-gate",
        force: true,
      });
    }
  }

  private pointDnsHere(props: AlbL7IngressProps, hostname: string, ingress: ITerraformDependable): Route53Record[] {
    const { dnsZone, awsProvider, dnsProvider = awsProvider, ipAddressType = "ipv4", milvus } = props;
    if (dnsZone === undefined) {
      return [];
    }
    // The zone that the load balancer's own name is in: one for each region.
    const { id: zoneId } = new DataAwsLbHostedZoneId(this, "load-balancer-zone", { provider: awsProvider });
    return props.hosts.flatMap((host, index) =>
      recordTypes(ipAddressType).map(
        (type) =>
          new Route53Record(this, `dns-${hostKey(host, index)}-${type}`, {
            provider: dnsProvider,
            zoneId: literal(dnsZone),
            name: literal(host),
            type,
            alias: { name: hostname, zoneId, evaluateTargetHealth: false },
            // The record of a host that is in use is taken over, as the google provider does it for Cloud DNS.
            allowOverwrite: true,
            // It moves over when Milvus answers behind the new address.
            dependsOn: [ingress, ...(milvus.changedBy ? [milvus.changedBy] : [])],
            ...(milvus.answersWhen ? { lifecycle: { precondition: [milvus.answersWhen] } } : {}),
          }),
      ),
    );
  }
}

/** What few stacks make is loaded where one does: the provider's classes for it would cost every synthesis 25 ms. */
const made = {
  webAcl: () => (require("./created-web-acl") as typeof import("./created-web-acl")).createWebAcl,
  trustStore: () => (require("./created-trust-store") as typeof import("./created-trust-store")).createTrustStore,
  logBucket: () => (require("./log-bucket") as typeof import("./log-bucket")).LogBucket,
};

/** What the annotations name, as far as it is made here. */
interface MadeHere {
  readonly certificateArn: string;
  readonly webAclArn?: string;
  readonly trustStoreArn?: string;
}

/** All annotations of the Ingress: the user's, and ours with every default. */
function annotationsOf(props: AlbL7IngressProps, named: MadeHere): Record<string, string> {
  const { milvus, mutualTls, annotations } = props;
  const trustStore = mutualTls?.kind === "existing" ? mutualTls.trustStore : (named.trustStoreArn ?? "");
  return {
    ...literals(addedAnnotations(annotations)),
    ...ingressAnnotations({
      scheme: props.scheme ?? DEFAULT_SCHEME,
      ipAddressType: props.ipAddressType ?? "ipv4",
      certificateArns: [named.certificateArn, ...(props.additionalCertificates ?? [])],
      sslPolicy: props.sslPolicy ?? "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
      httpsRedirect: props.httpsRedirect ?? false,
      mutualTls: mutualTlsSettings(mutualTls, trustStore),
      inboundCidrs: props.inboundCidrs,
      prefixLists: props.prefixLists ?? [],
      securityGroups: props.securityGroups,
      subnets: props.subnets,
      group: props.group,
      loadBalancerName: props.loadBalancerName,
      tags: props.tags ?? {},
      idleTimeoutSec: props.idleTimeoutSec ?? 240,
      logs: logSettings(props.logs),
      deletionProtection: props.deletionProtection ?? false,
      deregistrationDelaySec: props.deregistrationDelaySec ?? 30,
      algorithm: props.algorithm ?? "round_robin",
      slowStartSec: props.slowStartSec ?? 0,
      moreAttributes: addedAttributes(annotations),
      backendProtocol: milvus.tlsInPod ? "HTTPS" : "HTTP",
      healthCheckPort: milvus.ports.grpc,
      healthCheck: healthCheckSettings(props.healthCheck, props.authorizationEnabled),
      webAclArn: webAclArnOf(props.webAcl, named.webAclArn),
      shieldAdvanced: props.shieldAdvanced ?? false,
      denyUnauthorizedStreams: props.denyUnauthorizedStreams ?? true,
    }),
  };
}

function webAclArnOf(webAcl: AlbWebAcl | undefined, made: string | undefined): string | undefined {
  switch (webAcl?.kind) {
    case undefined:
      return NO_WEB_ACL;
    case "created":
      return made;
    case "existing":
      return literal(webAcl.arn);
    case "leave-alone":
      return undefined;
  }
}

function present<T>(...values: readonly (T | undefined)[]): T[] {
  return values.filter((value) => value !== undefined);
}

/** As the constructs of one stack tell them apart: by their providers. */
function placesOf({ kubernetesProvider, awsProvider }: AlbL7IngressProps): AlbPlaces {
  return { cluster: clusterOf({ kubernetesProvider }), account: awsProvider?.fqn ?? "aws" };
}

function certificateProps(props: AlbL7IngressProps): ManagedOrSelfSignedCertProps {
  return {
    certificate: props.certificate,
    hosts: props.hosts,
    name: namesOf(props).certificate,
    dnsZone: props.dnsZone,
    awsProvider: props.awsProvider,
    dnsProvider: props.dnsProvider,
    tlsProvider: props.tlsProvider,
  };
}
