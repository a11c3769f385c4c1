import type { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { SecretV1 } from "@cdktf/provider-kubernetes/lib/secret-v1";
import type { TlsProvider } from "@cdktf/provider-tls/lib/provider";
import { Annotations, Fn, type ITerraformDependable, Op, type TerraformResourceLifecycle, Token } from "cdktf";
import { Construct } from "constructs";
import { keyFits } from "../certificate/key-fits";
import {
  DEFAULT_VALIDITY_DAYS,
  fullChain,
  type KeyType,
  type OwnCertificate,
  type PrivateKeySource,
  validateOwnCertificate,
} from "../certificate/own-certificate";
import { privateKeyExpression } from "../certificate/private-key";
import { SelfSigned } from "../certificate/self-signed";
import { hclExpression, literal } from "../internal/hcl";
import { ImportBlock } from "../internal/import-block";
import { hostKey, revisionOf, shortHash, suffixed } from "../internal/names";
import { type Problem, shown, throwIfAny, within } from "../internal/problem";
import { eachOf, kubernetesSubdomain, rule } from "../internal/rules";
import { notOfHelm } from "../kubernetes/helm-object";
import { kubernetesObject } from "../kubernetes/kubernetes-object";
import { ownResourceName } from "./resource-name";

/** A certificate of a GKE Ingress. Plain data, as it stands in the config file. */
export type GkeCertificate =
  | OwnCertificate
  /** Google issues and renews it. The hosts have to point at the load balancer's address for that. */
  | {
      readonly kind: "managed";
      /**
       * A certificate to serve until Google has issued its own. Take it out then.
       *
       * @default - none: no client gets through until Google has issued its own
       */
      readonly meanwhile?: OwnCertificate | SecretCertificate;
    }
  | SecretCertificate
  /** A certificate of Compute Engine that is there already: a global one, or a regional one for an internal load balancer. */
  | {
      readonly kind: "pre-shared";
      /** Its name, as 'gcloud compute ssl-certificates list' prints it. */
      readonly name: string;
      /**
       * Further ones, where one doesn't name every host.
       *
       * @default - none
       */
      readonly otherNames?: readonly string[];
    };

/** A Secret of type kubernetes.io/tls that stands in Milvus' namespace already. */
export interface SecretCertificate {
  readonly kind: "secret";
  /** The Secret's name. */
  readonly name: string;
}

/** The props of `ManagedOrSelfSignedCert` on GKE. */
export interface ManagedOrSelfSignedCertProps {
  /** Where it comes from. */
  readonly certificate: GkeCertificate;
  /** The hosts that it is for. */
  readonly hosts: readonly string[];
  /** The Ingress' namespace. */
  readonly namespace: string;
  /** The name of the Secret, or of the first host's ManagedCertificate. */
  readonly name: string;
  /**
   * Whether the Secret, or the first host's ManagedCertificate, is in the cluster already: it is imported and changed. An
   * imported Secret's private key goes into the state.
   *
   * @default false
   */
  readonly adoptExisting?: boolean;
  /**
   * The provider of the cluster that Milvus runs on.
   *
   * @default - the stack's provider without alias
   */
  readonly kubernetesProvider?: KubernetesProvider;
  /**
   * The provider that makes the key and the certificate of kind self-signed.
   *
   * @default - the stack's provider without alias
   */
  readonly tlsProvider?: TlsProvider;
}

/**
 * The certificate of a GKE load balancer: made, brought, issued by Google, or there already.
 *
 * `GkeL7Ingress` makes one for itself. On its own it serves an Ingress of yours:
 *
 * @example
 * const cert = new ManagedOrSelfSignedCert(this, "cert", {
 *   certificate: { kind: "self-signed" },
 *   hosts: ["milvus.example.com"],
 *   namespace: "default",
 *   name: "my-release-milvus-tls",
 * });
 * // spec.tls: [{ secretName: cert.secretName }]
 */
export class ManagedOrSelfSignedCert extends Construct {
  /** The Secret for the Ingress' `spec.tls`; none for a managed certificate. */
  readonly secretName?: string;
  /** The names for the Ingress' annotation `networking.gke.io/managed-certificates`; empty for every other kind. */
  readonly managedCertificates: readonly string[] = [];
  /**
   * The names for the Ingress' annotation `ingress.gcp.kubernetes.io/pre-shared-cert`, sorted as GKE's controller of managed
   * certificates keeps them; empty for every other kind.
   */
  readonly preSharedCertificates: readonly string[] = [];
  /**
   * Changes with the certificate in the Secret. GKE's controller doesn't watch Secrets: an annotation of the Ingress with
   * this makes it look at once, and not only every ten minutes.
   *
   * @see https://github.com/kubernetes/ingress-gce/blob/master/pkg/controller/controller.go
   */
  readonly secretVersion?: string;
  /** What clients that don't know the issuer are given; none where Google or somebody else keeps it. */
  readonly certificatePem?: string;
  /** What has to be there before the Ingress, and has to stay until it is gone. */
  readonly dependables: readonly ITerraformDependable[] = [];

  /** Every problem of these props, at once. */
  static validate(props: ManagedOrSelfSignedCertProps, now = new Date()): Problem[] {
    const { certificate, hosts = [] } = props;
    switch (certificate?.kind) {
      case "managed":
        return [
          ...managedHosts(hosts, MOST_CERTIFICATES - (certificate.meanwhile ? 1 : 0)),
          ...within("certificate.meanwhile", validateByHand(certificate.meanwhile, hosts, now)),
        ];
      case "pre-shared":
        return [
          ...within("certificate", validatePreShared(certificate.name, certificate.otherNames)),
          ...nothingToAdopt(props.adoptExisting, certificate.kind),
        ];
      case "secret":
        return [
          ...within("certificate", validateByHand(certificate, hosts, now)),
          ...nothingToAdopt(props.adoptExisting, certificate.kind),
        ];
      default:
        return within("certificate", validateByHand(certificate, hosts, now));
    }
  }

  /** @throws InvalidInputError with every problem of the props at once */
  constructor(scope: Construct, id: string, props: ManagedOrSelfSignedCertProps) {
    super(scope, id);
    throwIfAny(this.node.path, ManagedOrSelfSignedCert.validate(props));

    const { certificate, hosts } = props;
    switch (certificate.kind) {
      case "managed": {
        const managed = hosts.map((host, index) => this.managedCertificate(props, host, index));
        const meanwhile = certificate.meanwhile ? this.secretOf(certificate.meanwhile, props) : undefined;
        this.dependables = [...managed.map(({ resource }) => resource), ...(meanwhile?.dependables ?? [])];
        this.managedCertificates = managed.map(({ name }) => name);
        this.secretName = meanwhile?.secretName;
        this.secretVersion = meanwhile?.secretVersion;
        this.certificatePem = meanwhile?.certificatePem;
        break;
      }
      case "pre-shared":
        this.preSharedCertificates = [certificate.name, ...(certificate.otherNames ?? [])].sort();
        break;
      default: {
        const { secretName, secretVersion, certificatePem, dependables } = this.secretOf(certificate, props);
        this.secretName = secretName;
        this.secretVersion = secretVersion;
        this.certificatePem = certificatePem;
        this.dependables = dependables;
      }
    }
  }

  /** The Secret of a certificate that is no business of Google's. */
  private secretOf(certificate: OwnCertificate | SecretCertificate, props: ManagedOrSelfSignedCertProps): TlsSecret {
    switch (certificate.kind) {
      case "self-signed": {
        const { certificatePem, privateKeyPem } = new SelfSigned(this, "self-signed", {
          hosts: props.hosts,
          validityDays: certificate.validityDays,
          generation: certificate.generation,
          tlsProvider: props.tlsProvider,
        });
        const revision = Token.asNumber(Op.add(Fn.parseint(Fn.substr(Fn.sha256(certificatePem), 0, 7), 16), 1));
        const secret = this.tlsSecret(props, certificatePem, privateKeyPem, revision);
        const { validityDays = DEFAULT_VALIDITY_DAYS, generation = 1 } = certificate;
        const secretVersion = shortHash([...props.hosts.map(hostKey), validityDays, generation].join());
        return { secretName: props.name, secretVersion, certificatePem, dependables: [secret] };
      }
      case "pem": {
        const chain = fullChain(certificate);
        const key = privateKeyExpression(this, certificate.privateKey, "write-only");
        const revision = pairRevision(chain, certificate.privateKey);
        const secret = this.tlsSecret(props, literal(chain), key, revision, keyFits(this, certificate));
        const secretVersion = Token.isUnresolved(chain) ? undefined : shortHash(chain);
        return { secretName: props.name, secretVersion, certificatePem: literal(chain), dependables: [secret] };
      }
      case "secret":
        return { secretName: certificate.name, dependables: [] };
    }
  }

  /** A write-only Secret: Terraform sends it when the revision changes, and keeps no copy. */
  private tlsSecret(
    props: ManagedOrSelfSignedCertProps,
    chain: string,
    key: string,
    revision: number,
    checks?: TerraformResourceLifecycle,
  ): SecretV1 {
    const adopted = props.adoptExisting && props.certificate.kind !== "managed";
    const secret = new SecretV1(this, "secret", {
      provider: props.kubernetesProvider,
      metadata: { name: literal(props.name), namespace: literal(props.namespace) },
      type: "kubernetes.io/tls",
      dataWo: { "tls.crt": chain, "tls.key": key },
      dataWoRevision: revision,
      // The Ingress names another before this one goes. What was adopted may have to be replaced under its own name.
      lifecycle: adopted ? checks : { createBeforeDestroy: true, ...checks },
    });
    if (adopted) {
      const { name, namespace, kubernetesProvider } = props;
      const object = { apiVersion: "v1", kind: "Secret", name, namespace, kubernetesProvider };
      secret.lifecycle = { precondition: [notOfHelm(this, "helm-secret", object)] };
      new ImportBlock(this, "import-secret", {
        to: secret,
        id: literal(`${props.namespace}/${props.name}`),
        provider: props.kubernetesProvider,
      });
      Annotations.of(this).addWarning(importedKeyWarning(props, secret));
    }
    return secret;
  }

  /** One for each host: a change of a certificate's domains makes Google issue it anew, with no HTTPS until then. */
  private managedCertificate(props: ManagedOrSelfSignedCertProps, host: string, index: number) {
    const key = hostKey(host, index);
    const name = managedCertificateName(props.name, host, index);
    const resource = kubernetesObject(this, index === 0 ? "managed" : `managed-${key}`, {
      apiVersion: "networking.gke.io/v1",
      kind: "ManagedCertificate",
      name,
      namespace: props.namespace,
      spec: { domains: [literal(host)] },
      adoptExisting: props.adoptExisting && index === 0,
      inUseByOthers: true,
      kubernetesProvider: props.kubernetesProvider,
    });
    return { name, resource };
  }
}

function managedCertificateName(name: string, host: string, index: number): string {
  return index === 0 ? name : suffixed(name, `-${shortHash(hostKey(host, index))}`);
}

/** The objects that a certificate makes in its namespace. */
export function certificateObjects({
  certificate,
  hosts,
  name,
}: Pick<ManagedOrSelfSignedCertProps, "certificate" | "hosts" | "name">): { kind: string; name: string }[] {
  switch (certificate.kind) {
    case "self-signed":
    case "pem":
      return [{ kind: "Secret", name }];
    case "managed":
      return [
        ...hosts.map((host, index) => ({
          kind: "ManagedCertificate",
          name: managedCertificateName(name, host, index),
        })),
        ...(certificate.meanwhile && certificate.meanwhile.kind !== "secret" ? [{ kind: "Secret", name }] : []),
      ];
    default:
      return [];
  }
}

/** What stands in an Ingress' `spec.tls`. */
interface TlsSecret {
  readonly secretName: string;
  readonly secretVersion?: string;
  readonly certificatePem?: string;
  readonly dependables: readonly ITerraformDependable[];
}

/** Every problem of a certificate that is made, brought or in the cluster, with paths inside of it. */
function validateByHand(
  certificate: OwnCertificate | SecretCertificate | undefined,
  hosts: readonly string[],
  now: Date,
): Problem[] {
  switch (certificate?.kind) {
    case "self-signed":
    case "pem":
      return validateOwnCertificate(certificate, { hosts, keyTypes: KEY_TYPES, now });
    case "secret":
      return kubernetesSubdomain("name", certificate.name);
    default:
      return [];
  }
}

const preSharedName = ownResourceName(
  "gcloud compute ssl-certificates list",
  "take kind managed for a ManagedCertificate's, kind secret for a Secret's, or make a certificate of your own",
);

function validatePreShared(name: string | undefined, others: readonly string[] | undefined): Problem[] {
  const most = MOST_CERTIFICATES - 1;
  return [
    ...preSharedName("name", name),
    ...eachOf(preSharedName)("otherNames", others),
    ...(others ?? []).flatMap((other, index) =>
      other === name
        ? [{ path: `otherNames[${index}]`, given: shown(other), allowed: "each value once", fix: "remove it" }]
        : [],
    ),
    ...(others !== undefined && others.length > most
      ? [
          {
            path: "otherNames",
            given: `${others.length} names`,
            allowed: `at most ${most} beside the first: a load balancer takes no more`,
            fix: "take certificates for several hosts each, or split the hosts over two load balancers",
          },
        ]
      : []),
  ];
}

/** The provider reads the data of a Secret that it imports, and keeps what it has read. */
function importedKeyWarning({ namespace, name }: ManagedOrSelfSignedCertProps, secret: SecretV1): string {
  return (
    `the private key that Secret ${namespace}/${name} has now goes into the state when it is adopted. To keep it out, ` +
    "replace the Secret in the apply that imports it: " +
    `terraform apply -replace=${secret.terraformResourceType}.${secret.friendlyUniqueId}`
  );
}

function nothingToAdopt(adoptExisting: boolean | undefined, kind: GkeCertificate["kind"]): Problem[] {
  return adoptExisting
    ? [
        {
          path: "adoptExisting",
          given: shown(adoptExisting),
          allowed: `only with a certificate of kind self-signed, pem or managed: kind ${kind} makes nothing`,
          fix: "remove it",
        },
      ]
    : [];
}

/** Changes with the certificate, and with the key where it is a file: a key that doesn't fit can be corrected. */
function pairRevision(chain: string, key: PrivateKeySource): number {
  if (!("file" in key)) {
    return revisionOf(chain);
  }
  const hash = `sha256("${shortHash(chain)} \${filesha256(${hclExpression(key.file)})}")`;
  return Token.asNumber(`\${parseint(substr(${hash}, 0, 7), 16) + 1}`);
}

/** @see https://cloud.google.com/load-balancing/docs/ssl-certificates/self-managed-certs#create-key */
const KEY_TYPES: readonly KeyType[] = ["RSA 2048", "RSA 3072", "RSA 4096", "EC P-256", "EC P-384"];

/** @see https://github.com/GoogleCloudPlatform/gke-managed-certs#limitations */
const managedHost = rule<string>(
  "a host of at most 63 characters for a managed certificate",
  "take a shorter name, or another kind of certificate",
  (host) => host.length <= 63,
);

const MOST_CERTIFICATES = 15;

function managedHosts(hosts: readonly string[], most: number): Problem[] {
  const problems = hosts.flatMap((host, index) => managedHost(`hosts[${index}]`, host));
  if (hosts.length > most) {
    problems.push({
      path: "hosts",
      given: shown(`${hosts.length} hosts`),
      allowed: `at most ${most} hosts with ${most < MOST_CERTIFICATES ? "managed certificates and another meanwhile" : "managed certificates"}: an Ingress takes no more`,
      fix: "split the hosts over two load balancers, or take another kind of certificate",
    });
  }
  return problems;
}
