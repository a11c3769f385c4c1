import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { literal } from "../internal/hcl";
import type { AlbLogs } from "./logs";

export interface LogBucketProps {
  readonly logs: Extract<AlbLogs, { kind: "created" }>;
  readonly awsProvider?: AwsProvider;
}

/**
 * A bucket for the logs of load balancers of its account, kept until the Ingress no longer names it. Elastic Load Balancing
 * writes with S3's own keys only, which is how a bucket encrypts by default.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
 */
export class LogBucket extends Construct {
  /** What has to be there before something is logged. */
  readonly dependables: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, { logs, awsProvider: provider }: LogBucketProps) {
    super(scope, id);
    const lifecycle = { createBeforeDestroy: true };
    const bucket = new S3Bucket(this, "Resource", {
      provider,
      bucket: literal(logs.bucket),
      forceDestroy: logs.destroyWithLogs ?? false,
      lifecycle,
    });
    const account = new DataAwsCallerIdentity(this, "account", { provider });
    const folder = [bucket.arn, ...(logs.prefix ? [logs.prefix] : []), "AWSLogs", account.accountId, "*"].join("/");
    const policy = new S3BucketPolicy(this, "policy", {
      provider,
      bucket: bucket.id,
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            // In every region; the accounts of Elastic Load Balancing that older policies name aren't needed beside it.
            Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
            Action: "s3:PutObject",
            Resource: folder,
          },
        ],
      }),
      lifecycle,
    });
    const closed = new S3BucketPublicAccessBlock(this, "public-access", {
      provider,
      bucket: bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
      lifecycle,
    });
    this.dependables = [policy, closed, ...this.expiry(logs, bucket, provider)];
  }

  private expiry({ expireAfterDays }: LogBucketProps["logs"], bucket: S3Bucket, provider?: AwsProvider) {
    return expireAfterDays === undefined
      ? []
      : [
          new S3BucketLifecycleConfiguration(this, "expiry", {
            provider,
            bucket: bucket.id,
            rule: [
              { id: "expire", status: "Enabled", filter: [{ prefix: "" }], expiration: [{ days: expireAfterDays }] },
            ],
            lifecycle: { createBeforeDestroy: true },
          }),
        ];
  }
}
