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
export type AlbLogs = AlbExistingLogBucket | AlbCreatedLogBucket;

/** A bucket of yours, whose policy lets Elastic Load Balancing write to it. */
export interface AlbExistingLogBucket extends LoggedToS3 {
  readonly kind: "existing";
}

/**
 * A bucket that is made, with that policy. Terraform deletes it when this is taken out, and stops if there are logs in it,
 * unless `destroyWithLogs` was applied before. After `expireAfterDays` a log is deleted; by default none is.
 */
export interface AlbCreatedLogBucket extends LoggedToS3 {
  readonly kind: "created";
  /**
   * How many days a log is kept.
   *
   * @default - for ever
   */
  readonly expireAfterDays?: number;
  /**
   * Whether the bucket may be deleted with the logs that are in it.
   *
   * @default false: Terraform stops at a bucket that isn't empty
   */
  readonly destroyWithLogs?: boolean;
}

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
