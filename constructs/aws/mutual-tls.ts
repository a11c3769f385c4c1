import type { Problem } from "../internal/problem";
import { plainText } from "../internal/rules";
import { arnRule } from "./arn";
import { bucketName } from "./bucket-name";

interface ClientCertificates {
  /**
   * Whether a client's certificate may have expired.
   *
   * @default false
   */
  readonly ignoreExpiry?: boolean;
  /**
   * Whether clients are told which authorities are trusted, so that one with several certificates can choose.
   *
   * @default false
   */
  readonly advertiseAuthorities?: boolean;
}

/**
 * Mutual TLS: only a client with a certificate of an authority in the trust store gets a connection. Plain data, as it
 * stands in the config file.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/mutual-authentication.html
 */
export type AlbMutualTls = AlbExistingTrustStore | AlbCreatedTrustStore | AlbUnsupportedMutualTls;

/** A trust store of yours, by its ARN. */
export interface AlbExistingTrustStore extends ClientCertificates {
  readonly kind: "existing";
  /** Its ARN. */
  readonly trustStore: string;
}

/** A trust store that is made of the PEM certificates of the authorities in an S3 object. Another version of the object is read once it is named. */
export interface AlbCreatedTrustStore extends ClientCertificates {
  readonly kind: "created";
  /** The object's bucket. */
  readonly bucket: string;
  /** The object's key in it. */
  readonly key: string;
  /**
   * The object's version.
   *
   * @default - the one that is there when the trust store is made
   */
  readonly version?: string;
}

/**
 * Nothing is said of it: for load balancers on Outposts and in Local Zones, whose listeners don't take it even off.
 *
 * @see https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/3715
 */
export interface AlbUnsupportedMutualTls {
  readonly kind: "leave-alone";
}

/** What the controller is told of it; off is said too, since it would leave a listener as it is. */
export type MutualTlsSettings =
  | { readonly mode: "off" }
  | {
      readonly mode: "verify";
      readonly trustStore: string;
      readonly ignoreClientCertificateExpiry: boolean;
      readonly advertiseTrustStoreCaNames: "on" | "off";
    };

/**
 * @param trustStore the trust store's ARN
 * @returns undefined where nothing is to be said
 */
export function mutualTlsSettings(
  mutualTls: AlbMutualTls | undefined,
  trustStore: string,
): MutualTlsSettings | undefined {
  if (mutualTls === undefined) {
    return { mode: "off" };
  }
  if (mutualTls.kind === "leave-alone") {
    return undefined;
  }
  return {
    mode: "verify",
    trustStore,
    ignoreClientCertificateExpiry: mutualTls.ignoreExpiry ?? false,
    advertiseTrustStoreCaNames: mutualTls.advertiseAuthorities ? "on" : "off",
  };
}

/** Whether it lets only clients with a certificate in. */
export function restrictsClients(mutualTls: AlbMutualTls | undefined): boolean {
  return mutualTls?.kind === "existing" || mutualTls?.kind === "created";
}

export function validateMutualTls(mutualTls: AlbMutualTls | undefined): Problem[] {
  switch (mutualTls?.kind) {
    case "existing":
      return trustStoreArn("trustStore", mutualTls.trustStore);
    case "created":
      return [
        ...bucketName("bucket", mutualTls.bucket),
        ...plainText("key", mutualTls.key),
        ...plainText("version", mutualTls.version),
      ];
    default:
      return [];
  }
}

const trustStoreArn = arnRule(
  "a trust store",
  "elasticloadbalancing",
  "truststore\\/[-A-Za-z0-9]{1,32}\\/[a-f0-9]+",
  "truststore/<name>/<id>",
  "aws elbv2 describe-trust-stores",
);
