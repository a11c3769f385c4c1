import { DataAwsLbHostedZoneId } from "@cdktf/provider-aws/lib/data-aws-lb-hosted-zone-id";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import type { TimeProvider } from "@cdktf/provider-time/lib/provider";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { literal } from "../internal/hcl";
import { hostKey, suffixed } from "../internal/names";
import { type Problem, throwIfAny } from "../internal/problem";
import { eachOf, integerBetween, kubernetesSubdomain, rule } from "../internal/rules";
import { AnnotatedIngress } from "../kubernetes/annotated-ingress";
import { FrontService } from "../kubernetes/front-service";
import { IngressHostname } from "../kubernetes/ingress-hostname";
import { ingressSpec } from "../kubernetes/ingress-spec";
import { isThere, type L7IngressProps, validateL7Ingress } from "../kubernetes/l7-ingress-props";
import type { IMilvusService } from "../milvus/milvus-service";
import { dnsZoneRule } from "./dns-zone";
import { type AlbIpAddressType, type AlbScheme, deniedPaths, ingressAnnotations } from "./load-balancer";
import {
  type AwsCertificate,
  ManagedOrSelfSignedCert,
  type ManagedOrSelfSignedCertProps,
} from "./managed-or-self-signed-cert";

/** What may be there already. A certificate that ACM has already is one of kind arn. */
export type AlbExisting = "ingress";

export interface AlbL7IngressProps extends L7IngressProps {
  /** The Milvus behind it. The load balancer speaks TLS to its pods if they do. */
  readonly milvus: IMilvusService;
  readonly certificate: AwsCertificate;
  readonly adoptExisting?: readonly AlbExisting[];
  /**
   * Who can reach the load balancer. A change makes a new one, with another address.
   *
   * @default "internet-facing"
   */
  readonly scheme?: AlbScheme;
  /**
   * The kinds of its addresses.
   *
   * @default "ipv4"
   */
  readonly ipAddressType?: AlbIpAddressType;
  /**
   * The IngressClass of the AWS Load Balancer Controller.
   *
   * @default "alb"
   */
  readonly ingressClassName?: string;
  /**
   * The TLS versions and ciphers that clients may use.
   *
   * @default "ELBSecurityPolicy-TLS13-1-2-Res-2021-06": TLS 1.2 and 1.3; the controller's own default still takes TLS 1.0
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
   */
  readonly sslPolicy?: string;
  /**
   * The Route 53 zone, by its id, that gets an alias for each host, after Milvus is ready for the traffic.
   *
   * @default - DNS is yours to change
   */
  readonly dnsZone?: string;
  /**
   * How long a connection may be silent, in seconds. Keep it below 300, where newer Milvus versions hang up themselves.
   *
   * @default 240
   */
  readonly idleTimeoutSec?: number;
  /**
   * How long a pod that goes away may finish its calls, in seconds.
   *
   * @default 30
   */
  readonly deregistrationDelaySec?: number;
  /**
   * The path of the health check, a gRPC call to the pods' gRPC port.
   *
   * @default "/AWS.ALB/healthcheck": a call that Milvus doesn't know, which it answers with or without authorization
   */
  readonly healthCheckPath?: string;
  /**
   * The gRPC status codes of a healthy pod.
   *
   * @default "12", unimplemented
   */
  readonly successCodes?: string;
  /**
   * How long the controller is given for the load balancer before its address is read, in seconds.
   *
   * @default 60
   */
  readonly addressWaitSec?: number;
  /** @default - the stack's provider without alias */
  readonly awsProvider?: AwsProvider;
  /**
   * The provider of the DNS zone's account.
   *
   * @default - `awsProvider`
   */
  readonly dnsProvider?: AwsProvider;
  /** @default - the stack's provider without alias */
  readonly timeProvider?: TimeProvider;
}

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
  readonly certificate: ManagedOrSelfSignedCert;
  /**
   * What has to be there before a Milvus in use is changed: the load balancer, as far as Terraform knows of it, and its DNS
   * records unless they wait for that change themselves.
   */
  readonly ready: readonly ITerraformDependable[];

  /** Every problem of these props, at once. */
  static validate(props: AlbL7IngressProps, now = new Date()): Problem[] {
    return [
      ...validateL7Ingress(props, (props.scheme ?? DEFAULT_SCHEME) === "internet-facing"),
      ...ManagedOrSelfSignedCert.validate(certificateProps(props), now),
      ...adoptExistingRule("adoptExisting", props.adoptExisting),
      ...schemeRule("scheme", props.scheme),
      ...ipAddressTypeRule("ipAddressType", props.ipAddressType),
      ...kubernetesSubdomain("ingressClassName", props.ingressClassName),
      ...sslPolicyRule("sslPolicy", props.sslPolicy),
      ...dnsZoneRule("dnsZone", props.dnsZone),
      ...integerBetween(1, 4000)("idleTimeoutSec", props.idleTimeoutSec),
      ...integerBetween(0, 3600)("deregistrationDelaySec", props.deregistrationDelaySec),
      ...healthCheckPathRule("healthCheckPath", props.healthCheckPath),
      ...successCodesRule("successCodes", props.successCodes),
      ...integerBetween(0, 3600)("addressWaitSec", props.addressWaitSec),
    ];
  }

  constructor(scope: Construct, id: string, props: AlbL7IngressProps) {
    super(scope, id);
    throwIfAny(this.node.path, AlbL7Ingress.validate(props));

    const { milvus, hosts, scheme = DEFAULT_SCHEME, denyUnauthorizedStreams = true, kubernetesProvider } = props;
    const names = namesOf(props);
    this.certificate = new ManagedOrSelfSignedCert(this, "certificate", certificateProps(props));
    const service = new FrontService(this, "service", { milvus, name: names.service, kubernetesProvider });
    const ingress = new AnnotatedIngress(this, "ingress", {
      name: names.ingress,
      namespace: milvus.namespace,
      annotations: ingressAnnotations({
        scheme,
        ipAddressType: props.ipAddressType ?? "ipv4",
        certificateArn: this.certificate.arn,
        sslPolicy: props.sslPolicy ?? "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
        inboundCidrs: props.inboundCidrs,
        idleTimeoutSec: props.idleTimeoutSec ?? 240,
        deregistrationDelaySec: props.deregistrationDelaySec ?? 30,
        backendProtocol: milvus.tlsInPod ? "HTTPS" : "HTTP",
        healthCheckPort: milvus.ports.grpc,
        healthCheckPath: props.healthCheckPath ?? "/AWS.ALB/healthcheck",
        successCodes: props.successCodes ?? "12",
        denyUnauthorizedStreams,
      }),
      spec: ingressSpec({
        hosts,
        service,
        ingressClassName: props.ingressClassName ?? "alb",
        otherPaths: deniedPaths(denyUnauthorizedStreams),
      }),
      adoptExisting: isThere(props, "ingress"),
      dependsOn: [...this.certificate.dependables, service.resource],
      kubernetesProvider,
    });
    const address = new IngressHostname(this, "hostname", {
      name: names.ingress,
      namespace: milvus.namespace,
      ingress: ingress.resource,
      waitSec: props.addressWaitSec ?? 60,
      triggers: { scheme },
      kubernetesProvider,
      timeProvider: props.timeProvider,
    });
    const records = this.pointDnsHere(props, address.hostname, ingress.resource);

    this.ready = [address.resource, ...(milvus.changedBy ? [] : records)];
    this.address = address.hostname;
    this.url = `https://${hosts[0]}`;
  }

  private pointDnsHere(props: AlbL7IngressProps, hostname: string, ingress: ITerraformDependable): Route53Record[] {
    const { dnsZone, awsProvider, dnsProvider = awsProvider, ipAddressType, milvus } = props;
    if (dnsZone === undefined) {
      return [];
    }
    // The zone that the load balancer's own name is in: one for each region.
    const { id: zoneId } = new DataAwsLbHostedZoneId(this, "load-balancer-zone", { provider: awsProvider });
    const types = ipAddressType === "dualstack" ? ["A", "AAAA"] : ["A"];
    return props.hosts.flatMap((host, index) =>
      types.map(
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

const DEFAULT_SCHEME: AlbScheme = "internet-facing";

const adoptExistingRule = eachOf(
  rule<string>("ingress", "write ingress, or remove it", (object) => ["ingress"].includes(object)),
);

const schemeRule = rule<AlbScheme>("internet-facing or internal", "leave it out for internet-facing", (scheme) =>
  ["internet-facing", "internal"].includes(scheme),
);

const ipAddressTypeRule = rule<AlbIpAddressType>("ipv4 or dualstack", "leave it out for ipv4", (type) =>
  ["ipv4", "dualstack"].includes(type),
);

const sslPolicyRule = rule<string>(
  "the name of a TLS policy of Elastic Load Balancing, such as ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
  "write the name as 'aws elbv2 describe-ssl-policies' prints it",
  (policy) => /^ELBSecurityPolicy-[-A-Za-z0-9]+$/.test(policy),
);

const healthCheckPathRule = rule<string>(
  "the path of a gRPC method, such as /AWS.ALB/healthcheck or /grpc.health.v1.Health/Check",
  "write /package.Service/Method",
  (path) => /^\/[A-Za-z0-9._]+\/[A-Za-z0-9_]+$/.test(path) && path.length <= 1024,
);

const successCodesRule = rule<string>(
  "gRPC status codes from 0 to 99: one, a list such as 0,16 or a range such as 0-12",
  "write the codes of a healthy pod",
  (codes) => {
    const [, from, to] = /^(\d{1,2})-(\d{1,2})$/.exec(codes) ?? [];
    return to === undefined ? /^\d{1,2}(,\d{1,2})*$/.test(codes) : Number(from) <= Number(to);
  },
);

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

/** The guide's names, unless the Ingress has been given another. */
function namesOf({ name, milvus }: AlbL7IngressProps) {
  const base = name ?? milvus?.fullName ?? "";
  return { ingress: base, service: suffixed(base, "-l7"), certificate: suffixed(base, "-tls") };
}
