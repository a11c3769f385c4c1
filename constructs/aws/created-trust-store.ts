import { LbTrustStore } from "@cdktf/provider-aws/lib/lb-trust-store";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { Construct } from "constructs";
import { literal } from "../internal/hcl";
import type { AlbMutualTls } from "./mutual-tls";

/** A trust store that stays until no listener names it. */
export function createTrustStore(
  scope: Construct,
  id: string,
  {
    mutualTls,
    tag,
    provider,
  }: {
    mutualTls: Extract<AlbMutualTls, { kind: "created" }>;
    /** Its `Name` tag: a name of its own would be in the way of its successor. */
    tag: string;
    provider?: AwsProvider;
  },
): LbTrustStore {
  return new LbTrustStore(scope, id, {
    provider,
    caCertificatesBundleS3Bucket: literal(mutualTls.bucket),
    caCertificatesBundleS3Key: literal(mutualTls.key),
    caCertificatesBundleS3ObjectVersion: mutualTls.version && literal(mutualTls.version),
    tags: { Name: literal(tag) },
    lifecycle: { createBeforeDestroy: true },
  });
}
