import { AcmCertificate } from "@cdktf/provider-aws/lib/acm-certificate";
import { AcmCertificateValidation } from "@cdktf/provider-aws/lib/acm-certificate-validation";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import type { TlsProvider } from "@cdktf/provider-tls/lib/provider";
import type { ITerraformDependable, TerraformResourceLifecycle } from "cdktf";
import { Construct } from "constructs";
import { keyFits } from "../certificate/key-fits";
import {
  fullChain,
  type KeyType,
  keyTypeOf,
  type OwnCertificate,
  type OwnCertificateRules,
  pemBlocks,
  validateOwnCertificate,
} from "../certificate/own-certificate";
import { privateKeyExpression } from "../certificate/private-key";
import { SelfSigned } from "../certificate/self-signed";
import { hclExpression, literal } from "../internal/hcl";
import { hostKey } from "../internal/names";
import { type Problem, shown, throwIfAny, within } from "../internal/problem";
import { known, rule } from "../internal/rules";
import { certificateArnRule } from "./arn";
import { dnsZoneRule } from "./dns-zone";

/** A certificate of an ALB. Plain data, as it stands in the config file. */
export type AwsCertificate =
  | OwnCertificate
  /**
   * Requested from ACM, which renews it. It is validated by records in a Route 53 zone: `zone`, or the one that the hosts'
   * own records go to.
   */
  | {
      readonly kind: "acm";
      /**
       * The id of the zone that it is validated in.
       *
       * @default - that of the hosts' own records
       */
      readonly zone?: string;
    }
  /** A certificate that ACM has already. */
  | {
      readonly kind: "arn";
      /** Its ARN, in the load balancer's region. */
      readonly arn: string;
    };

/** The props of `ManagedOrSelfSignedCert` on EKS. */
export interface ManagedOrSelfSignedCertProps {
  /** Which one, and where it comes from. */
  readonly certificate: AwsCertificate;
  /** The hosts that it is for. */
  readonly hosts: readonly string[];
  /** The certificate's `Name` tag. */
  readonly name: string;
  /**
   * The id of the hosts' Route 53 zone.
   *
   * @default - none; a certificate of kind acm has to name one then
   */
  readonly dnsZone?: string;
  /**
   * The provider of the load balancer's account and region.
   *
   * @default - the stack's provider without alias
   */
  readonly awsProvider?: AwsProvider;
  /**
   * The provider of the zone's account.
   *
   * @default - `awsProvider`
   */
  readonly dnsProvider?: AwsProvider;
  /**
   * The provider that makes a self-signed certificate.
   *
   * @default - the stack's provider without alias
   */
  readonly tlsProvider?: TlsProvider;
}

/**
 * The certificate of an ALB: made, brought, issued by ACM, or there already.
 *
 * `AlbL7Ingress` makes one for itself. On its own it serves a load balancer of yours:
 *
 * @example
 * const cert = new ManagedOrSelfSignedCert(this, "cert", {
 *   certificate: { kind: "acm", zone: "Z0123456789ABCDEFGHIJ" },
 *   hosts: ["milvus.example.com"],
 *   name: "milvus",
 * });
 * // "alb.ingress.kubernetes.io/certificate-arn": cert.arn
 */
export class ManagedOrSelfSignedCert extends Construct {
  /** The certificate's ARN. That of a requested one is there only once it is issued. */
  readonly arn: string;
  /** What clients that don't know the issuer are given; none where ACM or somebody else keeps it. */
  readonly certificatePem?: string;
  /** What has to be there before the Ingress, and has to stay until it is gone. */
  readonly dependables: readonly ITerraformDependable[] = [];

  /** Every problem of these props, at once. */
  static validate(props: ManagedOrSelfSignedCertProps, now = new Date()): Problem[] {
    const { certificate, hosts } = props;
    switch (certificate?.kind) {
      case "self-signed":
      case "pem":
        return within("certificate", validateOwnCertificate(certificate, { ...ACM_RULES, hosts: hosts ?? [], now }));
      case "acm":
        return [
          ...dnsZoneRule("certificate.zone", certificate.zone),
          ...(hosts ?? []).flatMap((host, index) => known(`hosts[${index}]`, host)),
          ...zoneToValidateIn(certificate.zone ?? props.dnsZone),
          ...firstHost("hosts[0]", hosts?.[0]),
        ];
      case "arn":
        return certificateArnRule("certificate.arn", certificate.arn);
      default:
        return [];
    }
  }

  /** @throws InvalidInputError with every problem of the props at once */
  constructor(scope: Construct, id: string, props: ManagedOrSelfSignedCertProps) {
    super(scope, id);
    throwIfAny(this.node.path, ManagedOrSelfSignedCert.validate(props));

    const { certificate, hosts } = props;
    switch (certificate.kind) {
      case "self-signed": {
        const { certificatePem, privateKeyPem } = new SelfSigned(this, "self-signed", {
          hosts,
          validityDays: certificate.validityDays,
          generation: certificate.generation,
          tlsProvider: props.tlsProvider,
        });
        const imported = this.importIntoAcm(props, "self-signed-import", {
          certificateBody: certificatePem,
          privateKey: privateKeyPem,
        });
        this.dependables = [imported];
        this.arn = imported.arn;
        this.certificatePem = certificatePem;
        break;
      }
      case "pem": {
        // ACM imports a certificate again under its ARN only with a key of the same type: another type is another one.
        const id = ["pem-import", keyTypeOf(certificate) ?? ""].join("-").replace(/[^A-Za-z0-9]+/g, "-");
        const pem = {
          // ACM takes PEM and nothing around it.
          certificateBody: literal(pemBlocks(certificate.certificate)),
          certificateChain: certificate.chain && literal(pemBlocks(certificate.chain)),
          // ACM's resource has no write-only argument for it.
          privateKey: privateKeyExpression(this, certificate.privateKey, "in-state"),
        };
        const imported = this.importIntoAcm(props, id, pem, keyFits(this, certificate));
        this.dependables = [imported];
        this.arn = imported.arn;
        this.certificatePem = literal(fullChain(certificate));
        break;
      }
      case "acm": {
        const issued = this.requestFromAcm(props, certificate.zone ?? props.dnsZone ?? "");
        this.dependables = [issued];
        this.arn = issued.certificateArn;
        break;
      }
      case "arn":
        this.arn = literal(certificate.arn);
        break;
    }
  }

  private importIntoAcm(
    props: ManagedOrSelfSignedCertProps,
    id: string,
    pem: { certificateBody: string; certificateChain?: string; privateKey: string },
    checks?: TerraformResourceLifecycle,
  ): AcmCertificate {
    return new AcmCertificate(this, id, {
      provider: props.awsProvider,
      ...pem,
      tags: { Name: literal(props.name) },
      lifecycle: { createBeforeDestroy: true, ...checks },
    });
  }

  /** The ARN comes from the validation, or a listener would be given a certificate that isn't issued. */
  private requestFromAcm(props: ManagedOrSelfSignedCertProps, zone: string): AcmCertificateValidation {
    const { awsProvider, dnsProvider = awsProvider, name } = props;
    const [first = "", ...others] = props.hosts;
    const certificate = new AcmCertificate(this, "requested", {
      provider: awsProvider,
      domainName: literal(first),
      subjectAlternativeNames: others.map(literal),
      validationMethod: "DNS",
      tags: { Name: literal(name) },
      lifecycle: { createBeforeDestroy: true },
    });
    const options = `${AcmCertificate.tfResourceType}.${certificate.friendlyUniqueId}.domain_validation_options`;
    const records = props.hosts.map((host, index) => {
      const option = validationOption(options, host, props.hosts.length);
      return new Route53Record(this, `validation-${hostKey(host, index)}`, {
        provider: dnsProvider,
        zoneId: literal(zone),
        name: `\${${option}.resource_record_name}`,
        type: `\${${option}.resource_record_type}`,
        records: [`\${${option}.resource_record_value}`],
        ttl: 60,
        // ACM asks for the same record each time that it issues for this host.
        allowOverwrite: true,
      });
    });
    return new AcmCertificateValidation(this, "issued", {
      provider: awsProvider,
      certificateArn: certificate.arn,
      validationRecordFqdns: records.map(({ fqdn }) => fqdn),
    });
  }
}

/** What ACM wants to see in DNS for one host. It gives a set, in no order, with one entry for each host. */
function validationOption(options: string, host: string, hosts: number): string {
  return hosts === 1
    ? `one(${options})`
    : `one([for option in ${options} : option if option.domain_name == ${hclExpression(host)}])`;
}

/** @see https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html */
const firstHost = rule<string>(
  "at most 64 characters for the first host of a certificate that ACM issues",
  "put a shorter host first",
  (host) => host.length <= 64,
);

/**
 * What ACM imports and an ALB serves.
 *
 * @see https://docs.aws.amazon.com/acm/latest/userguide/import-certificate-prerequisites.html
 */
const ACM_RULES: Pick<OwnCertificateRules, "keyTypes" | "mostBytes"> = {
  keyTypes: ["RSA 2048", "RSA 3072", "RSA 4096", "EC P-256", "EC P-384", "EC P-521"] satisfies KeyType[],
  mostBytes: { certificate: 32_768, chain: 2_097_152 },
};

function zoneToValidateIn(zone: string | undefined): Problem[] {
  return zone === undefined
    ? [
        {
          path: "certificate.zone",
          given: shown(zone),
          allowed: "a Route 53 zone to validate a certificate of kind acm in: here, or in dnsZone",
          fix: "add the zone's id, or take another kind of certificate",
        },
      ]
    : [];
}
