import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { AlbL7Ingress, type AlbL7IngressProps } from "../../constructs/aws";
import { only, synth } from "../support/synth";
import { annotations, ingress, isRefused, mapIn, PROPS, problems, stack } from "./support";

const WEB_ACL =
  "arn:aws:wafv2:us-east-2:123456789012:regional/webacl/clients-only/11111111-2222-3333-4444-555555555555";
const OPEN = { inboundCidrs: undefined };

/** What the Ingress depends on, by type. */
function waitsFor(change: Partial<AlbL7IngressProps>): string[] {
  return only(ingress(change).json, "kubernetes_manifest").depends_on.map((address: string) => address.split(".")[0]);
}

describe("the web ACL", () => {
  const acl = (change: Partial<AlbL7IngressProps>) => annotations(change)["wafv2-acl-arn"];

  test("is none by default, and said to be none, since the load balancer would keep the one that it has", () => {
    expect(acl({})).toBe("none");
    expect(ingress().json.resource).not.toHaveProperty("aws_wafv2_web_acl");
  });

  test("is one that exists", () => {
    expect(acl({ webAcl: { kind: "existing", arn: WEB_ACL, restrictsClients: false } })).toBe(WEB_ACL);
  });

  test("is left alone when told to", () => {
    expect(annotations({ webAcl: { kind: "leave-alone" } })).not.toHaveProperty("wafv2-acl-arn");
  });

  test("is made with Amazon's list of addresses of bad reputation, and stays until the Ingress names it no longer", () => {
    const { json, manifest } = ingress({ webAcl: { kind: "created" } });
    const [id] = Object.keys(json.resource?.aws_wafv2_web_acl ?? {});
    expect(only(json, "aws_wafv2_web_acl")).toMatchObject({
      name: "milvus-demo-l7",
      scope: "REGIONAL",
      default_action: { allow: {} },
      rule: [
        {
          name: "ip-reputation",
          priority: 0,
          override_action: { none: {} },
          statement: {
            managed_rule_group_statement: { vendor_name: "AWS", name: "AWSManagedRulesAmazonIpReputationList" },
          },
          visibility_config: {
            cloudwatch_metrics_enabled: true,
            metric_name: "milvus-demo-l7-ip-reputation",
            sampled_requests_enabled: true,
          },
        },
      ],
      visibility_config: { metric_name: "milvus-demo-l7" },
      lifecycle: { create_before_destroy: true },
    });
    expect(manifest.metadata.annotations["alb.ingress.kubernetes.io/wafv2-acl-arn"]).toBe(
      `\${aws_wafv2_web_acl.${id}.arn}`,
    );
    expect(waitsFor({ webAcl: { kind: "created" } })).toContain("aws_wafv2_web_acl");
  });

  test("counts and blocks nothing when told to, under a name of the user's", () => {
    const { json } = ingress({ webAcl: { kind: "created", name: "Edge_1", action: "count" } });
    expect(only(json, "aws_wafv2_web_acl")).toMatchObject({
      name: "Edge_1",
      rule: [{ override_action: { count: {} } }],
    });
  });

  test("makes an allow-list unnecessary only where it is said to restrict clients", () => {
    expect(problems({ ...OPEN, webAcl: { kind: "existing", arn: WEB_ACL, restrictsClients: true } })).toEqual([]);
    for (const webAcl of [
      { kind: "existing", arn: WEB_ACL, restrictsClients: false },
      { kind: "created" },
      { kind: "leave-alone" },
    ] as const) {
      expect(problems({ ...OPEN, webAcl })).toEqual([
        expect.stringMatching(/^inboundCidrs: given nothing, which admits every address, /),
      ]);
    }
  });

  test.each<[string, NonNullable<AlbL7IngressProps["webAcl"]>, string]>([
    [
      "one of CloudFront's",
      { kind: "existing", arn: WEB_ACL.replace("regional", "global"), restrictsClients: true },
      `webAcl.arn: given "${WEB_ACL.replace("regional", "global").slice(0, 96)}…, allowed the ARN of a regional web ACL: ` +
        "arn:aws:wafv2:<region>:<account>:regional/webacl/<name>/<id>, " +
        "do write it as 'aws wafv2 list-web-acls --scope REGIONAL' prints it",
    ],
    [
      "a name with a space",
      { kind: "created", name: "the edge" },
      "webAcl.name: given \"the edge\", allowed the name of a web ACL: letters, digits, '-' and '_', at most 113 characters, " +
        "do leave it out for the Ingress' name with -l7 after it",
    ],
    [
      "another action",
      { kind: "created", action: "captcha" as "block" },
      'webAcl.action: given "captcha", allowed block or count, do leave it out for block',
    ],
  ])("is refused: %s", (_, webAcl, expected) => {
    isRefused({ webAcl }, expected);
  });
});

describe("logs", () => {
  const attributes = (change: Partial<AlbL7IngressProps>) => mapIn(annotations(change)["load-balancer-attributes"]);

  test("are off by default, and said to be off", () => {
    const written = attributes({});
    expect(written).toMatchObject({ "access_logs.s3.enabled": "false", "connection_logs.s3.enabled": "false" });
    expect(Object.keys(written).filter((key) => /bucket|prefix/.test(key))).toEqual([]);
  });

  test("of each call go to a bucket that exists, with an empty prefix said, since the load balancer would keep another", () => {
    const { json } = ingress({ logs: { kind: "existing", bucket: "our-logs" } });
    expect(json.resource).not.toHaveProperty("aws_s3_bucket");
    expect(attributes({ logs: { kind: "existing", bucket: "our-logs" } })).toMatchObject({
      "access_logs.s3.enabled": "true",
      "access_logs.s3.bucket": "our-logs",
      "access_logs.s3.prefix": "",
      "connection_logs.s3.enabled": "false",
    });
  });

  test("of connections go there too, or alone, below a prefix", () => {
    const logs = { kind: "existing", bucket: "our-logs", prefix: "lb/milvus", connections: true } as const;
    expect(attributes({ logs })).toMatchObject({
      "access_logs.s3.prefix": "lb/milvus",
      "connection_logs.s3.enabled": "true",
      "connection_logs.s3.bucket": "our-logs",
      "connection_logs.s3.prefix": "lb/milvus",
    });
    expect(attributes({ logs: { ...logs, calls: false } })).toMatchObject({
      "access_logs.s3.enabled": "false",
      "connection_logs.s3.enabled": "true",
    });
  });

  test("go to a bucket that is made, which Elastic Load Balancing alone may write to, and only below this account", () => {
    const { json } = ingress({ logs: { kind: "created", bucket: "our-logs", prefix: "lb" } });
    const [bucket] = Object.keys(json.resource?.aws_s3_bucket ?? {});
    const [account] = Object.keys(json.data?.aws_caller_identity ?? {});
    expect(only(json, "aws_s3_bucket")).toMatchObject({
      bucket: "our-logs",
      force_destroy: false,
      lifecycle: { create_before_destroy: true },
    });
    const policy = only(json, "aws_s3_bucket_policy");
    expect(policy).toMatchObject({
      bucket: `\${aws_s3_bucket.${bucket}.id}`,
      lifecycle: { create_before_destroy: true },
    });
    expect(JSON.parse(policy.policy).Statement).toEqual([
      {
        Effect: "Allow",
        Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
        Action: "s3:PutObject",
        Resource: `\${aws_s3_bucket.${bucket}.arn}/lb/AWSLogs/\${data.aws_caller_identity.${account}.account_id}/*`,
      },
    ]);
    expect(only(json, "aws_s3_bucket_public_access_block")).toMatchObject({
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
    expect(json.resource).not.toHaveProperty("aws_s3_bucket_lifecycle_configuration");
  });

  test("are there before the Ingress names them", () => {
    expect(waitsFor({ logs: { kind: "created", bucket: "our-logs", expireAfterDays: 30 } })).toEqual(
      expect.arrayContaining([
        "aws_s3_bucket_policy",
        "aws_s3_bucket_public_access_block",
        "aws_s3_bucket_lifecycle_configuration",
      ]),
    );
  });

  test("are at the top of the bucket without a prefix", () => {
    const { json } = ingress({ logs: { kind: "created", bucket: "our-logs" } });
    expect(only(json, "aws_s3_bucket_policy").policy).toContain(".arn}/AWSLogs/");
  });

  test("expire, and go with their bucket, when told to", () => {
    const { json } = ingress({
      logs: { kind: "created", bucket: "our-logs", expireAfterDays: 90, destroyWithLogs: true },
    });
    expect(only(json, "aws_s3_bucket").force_destroy).toBe(true);
    expect(only(json, "aws_s3_bucket_lifecycle_configuration").rule).toEqual([
      { id: "expire", status: "Enabled", filter: [{ prefix: "" }], expiration: [{ days: 90 }] },
    ]);
  });

  test.each<[string, NonNullable<AlbL7IngressProps["logs"]>, string[]]>([
    [
      "a bucket's ARN, and a prefix with AWSLogs in it",
      { kind: "existing", bucket: "arn:aws:s3:::our-logs", prefix: "AWSLogs/milvus" },
      [
        "logs.bucket: given \"arn:aws:s3:::our-logs\", allowed a bucket's name: 3 to 63 lower-case letters, digits, '-' and " +
          "'.', with a letter or digit at each end, do write the name alone: no s3:// and no ARN",
        "logs.prefix: given \"AWSLogs/milvus\", allowed a folder such as lb/milvus: letters, digits, '!', '-', '_', '.' and " +
          "'/', with no '/' at either end and no AWSLogs in it, do leave it out for the top of the bucket",
      ],
    ],
    [
      "nothing to be logged",
      { kind: "existing", bucket: "our-logs", calls: false },
      [
        "logs.calls: given false, allowed true, unless connections is true: otherwise nothing is logged, " +
          "do set one of them to true, or remove logs",
      ],
    ],
    [
      "logs that expire at once",
      { kind: "created", bucket: "our-logs", expireAfterDays: 0 },
      ["logs.expireAfterDays: given 0, allowed a whole number from 1 to 36500, do write a number in that range"],
    ],
  ])("are refused: %s", (_, logs, expected) => {
    isRefused({ logs }, ...expected);
  });
});

describe("Shield Advanced", () => {
  test("is off, and said to be off, unless told otherwise", () => {
    expect(annotations()["shield-advanced-protection"]).toBe("false");
    expect(annotations({ shieldAdvanced: true })["shield-advanced-protection"]).toBe("true");
  });
});

describe("deletion protection", () => {
  const deletion = (change: Partial<AlbL7IngressProps>) => {
    const { json } = ingress(change);
    const manifest = only(json, "kubernetes_manifest");
    return [
      mapIn(manifest.manifest.metadata.annotations["alb.ingress.kubernetes.io/load-balancer-attributes"])[
        "deletion_protection.enabled"
      ],
      manifest.lifecycle,
    ];
  };

  test("is off, and said to be off", () => {
    expect(deletion({})).toEqual(["false", undefined]);
    expect(deletion({ deletionProtection: false })).toEqual(["false", undefined]);
  });

  test("has Terraform refuse what the controller would never finish", () => {
    expect(deletion({ deletionProtection: true })).toEqual(["true", { prevent_destroy: true }]);
  });
});

test("what is made is made by the provider that is given", () => {
  const scope = stack();
  const awsProvider = new AwsProvider(scope, "a", { alias: "edge" });
  new AlbL7Ingress(scope, "ingress", {
    ...PROPS,
    awsProvider,
    webAcl: { kind: "created" },
    logs: { kind: "created", bucket: "our-logs", expireAfterDays: 30 },
    mutualTls: { kind: "created", bucket: "authorities", key: "ca.pem" },
  });
  const json = synth(scope);
  const made = Object.entries({ ...json.resource, ...json.data }).filter(([type]) => type.startsWith("aws_"));
  expect(made.map(([type]) => type).sort()).toEqual([
    "aws_caller_identity",
    "aws_lb_trust_store",
    "aws_s3_bucket",
    "aws_s3_bucket_lifecycle_configuration",
    "aws_s3_bucket_policy",
    "aws_s3_bucket_public_access_block",
    "aws_wafv2_web_acl",
  ]);
  for (const [, byId] of made) {
    expect(Object.values(byId).map(({ provider }) => provider)).toEqual(["aws.edge"]);
  }
});
