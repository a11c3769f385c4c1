import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { literal } from "../internal/hcl";
import { type Problem, shown } from "../internal/problem";
import { integerBetween, rule } from "../internal/rules";
import { bucketName } from "./bucket-name";

interface LoggedToS3 {
  /** The bucket's name. It has to be in the load balancer's region. */
  readonly bucket: string;
  /**
   * The folder in it.
   *
   * @default - the logs are at the top, in AWSLogs
   */
  readonly prefix?: string;
  /**
   * Whether each call is logged.
   *
   * @default true
   */
  readonly calls?: boolean;
  /**
   * Whether each connection is logged, with its TLS version and its client's certificate.
   *
   * @default false
   */
  readonly connections?: boolean;
}

/** Logs of the load balancer in S3. Plain data, as it stands in the config file. */
export type AlbLogs =
  /** A bucket of yours, whose policy lets Elastic Load Balancing write to it. */
  | ({ readonly kind: "existing" } & LoggedToS3)
  /**
   * A bucket that is made, with that policy. Terraform deletes it when this is taken out, and stops if there are logs in it,
   * unless `destroyWithLogs` was applied before. After `expireAfterDays` a log is deleted; by default none is.
   */
  | ({
      readonly kind: "created";
      readonly expireAfterDays?: number;
      readonly destroyWithLogs?: boolean;
    } & LoggedToS3);

/** What the controller is told of them. */
export interface LogSettings {
  readonly bucket: string;
  readonly prefix: string;
  readonly calls: boolean;
  readonly connections: boolean;
}

export function logSettings(logs: AlbLogs | undefined): LogSettings {
  const { bucket = "", prefix = "", calls = true, connections = false } = logs ?? { calls: false };
  return { bucket, prefix, calls, connections };
}

export function validateLogs(logs: AlbLogs | undefined): Problem[] {
  if (logs === undefined) {
    return [];
  }
  return [
    ...bucketName("bucket", logs.bucket),
    ...prefixRule("prefix", logs.prefix),
    ...(logs.kind === "created" ? integerBetween(1, 36_500)("expireAfterDays", logs.expireAfterDays) : []),
    ...somethingIsLogged(logs),
  ];
}

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

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html */
const prefixRule = rule<string>(
  "a folder such as lb/milvus: letters, digits, '!', '-', '_', '.' and '/', with no '/' at either end and no AWSLogs in it",
  "leave it out for the top of the bucket",
  (prefix) =>
    /^[-!_.A-Za-z0-9]+(\/[-!_.A-Za-z0-9]+)*$/.test(prefix) && prefix.length <= 512 && !prefix.includes("AWSLogs"),
);

function somethingIsLogged({ calls = true, connections = false }: AlbLogs): Problem[] {
  return calls || connections
    ? []
    : [
        {
          path: "calls",
          given: shown(calls),
          allowed: "true, unless connections is true: otherwise nothing is logged",
          fix: "set one of them to true, or remove logs",
        },
      ];
}
