import type { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import type { TlsProvider } from "@cdktf/provider-tls/lib/provider";
import type { Problem } from "../internal/problem";
import { type PublicExposureProps, type Reach, validatePublicExposure } from "../internal/public-exposure";
import { eachOf, hostName, known, kubernetesName, notEmpty, rule } from "../internal/rules";
import type { IMilvusService } from "../milvus/milvus-service";

/** What the ingress of every cloud takes, under the same names. */
export interface L7IngressProps extends PublicExposureProps {
  /** The Milvus behind it. */
  readonly milvus: IMilvusService;
  /** The names that clients use. The first is the one in `url`. */
  readonly hosts: readonly string[];
  /**
   * The Ingress' name; the names of everything that is made for it begin with it.
   *
   * @default - the name of the chart's own Service
   */
  readonly name?: string;
  /**
   * Denies the two streaming RPCs that pass by Milvus' authorization, CreateReplicateStream and DumpMessages. Replication
   * between Milvus clusters needs them.
   *
   * @default true
   */
  readonly denyUnauthorizedStreams?: boolean;
  /**
   * Whether Milvus' REST API, `/v1` and `/v2`, is served under the same hosts.
   *
   * @default false
   */
  readonly rest?: boolean;
  /**
   * Further annotations of the Ingress, for what has no setting here. One that a setting writes is refused, and one that
   * the cloud's controller would not read.
   *
   * @default - none
   */
  readonly annotations?: Readonly<Record<string, string>>;
  /**
   * What is in the cluster already under a name that is used here, made by hand or lost from a state: it is imported and
   * changed to what this makes. After the first apply it may stay here or be taken out.
   *
   * @default - nothing: everything is created, and an apply stops at what exists already
   */
  readonly adoptExisting?: readonly string[];
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

/** The rules for these. */
export function validateL7Ingress(props: L7IngressProps, reach: Reach): Problem[] {
  return [
    ...notEmpty("hosts", props.hosts),
    ...eachOf(hostName)("hosts", props.hosts),
    ...validatePublicExposure(props, reach),
    ...known("name", props.name),
    ...validateName(props),
  ];
}

function validateName({ name, milvus }: L7IngressProps): Problem[] {
  const problems = kubernetesName("name", name);
  return problems.length > 0 ? problems : serviceName("name", name ?? milvus?.fullName);
}

/**
 * An Ingress' name may begin with a digit, a Helm release's may have a '.' in it; a Service's must not. What is no name at all
 * has a problem of its own.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#rfc-1035-label-names
 */
const serviceName = rule<string>(
  "a name with a letter first and no '.', since the front Service is named after it",
  "give the Ingress a name of its own",
  (name) => !/^(?=[-a-z0-9.]+$)([0-9]|.*\.)/.test(name),
);

/** Whether an object is said to exist, so that it is imported. */
export function isThere<Existing extends string>(
  { adoptExisting = [] }: { readonly adoptExisting?: readonly Existing[] },
  object: Existing,
): boolean {
  return adoptExisting.includes(object);
}
