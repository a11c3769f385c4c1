import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TimeProvider } from "@cdktf/provider-time/lib/provider";
import { TlsProvider } from "@cdktf/provider-tls/lib/provider";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { AwsStackConfig } from "../config/types";
import { AlbL7Ingress, type AlbL7IngressProps } from "../constructs/aws";
import { regionOf } from "../constructs/aws/arn";
import { claimsOf } from "../constructs/aws/names";
import type { Claim } from "../constructs/internal/claims";
import { literal, literals } from "../constructs/internal/hcl";
import { type Problem, shown, within } from "../constructs/internal/problem";
import { rule } from "../constructs/internal/rules";
import { configureBackend } from "./backend";
import { claimsOfStack } from "./claims";
import { accountKey, eksClusterKey, eksProviders, roleArn, validateEksCluster } from "./eks-cluster";
import { labelEverything, validateLabels } from "./labels";
import { addOutputs } from "./outputs";
import { milvusBehind, milvusOfRelease, RELEASE_DEFAULTS, validateRelease } from "./release";
import { buildReleaseStack } from "./release-stack";
import { requireTerraform } from "./terraform-version";

/** HTTPS on AWS' Application Load Balancer for a Milvus that runs on EKS. */
export class AwsStack extends TerraformStack {
  /** Every problem of a stack's settings, with paths as in the config file. */
  static validate(config: AwsStackConfig): Problem[] {
    return [
      ...region("region", config.region),
      ...accountId("account", config.account),
      ...within("cluster", validateEksCluster(config.cluster)),
      ...allInRegion(config),
      ...validateDnsLogin(config),
      ...validateRelease(config.release, RELEASE_DEFAULTS.aws, (milvus) =>
        AlbL7Ingress.validate({ ...config, milvus } as AlbL7IngressProps),
      ),
      ...validateLabels(config),
    ];
  }

  /** What no other stack can have, with paths as in the config file. */
  static claims(id: string, config: AwsStackConfig): Claim[] {
    const cluster = eksClusterKey(config);
    const milvus = milvusBehind(config.release, RELEASE_DEFAULTS.aws);
    return [
      ...claimsOfStack(id, config, RELEASE_DEFAULTS.aws, cluster),
      ...claimsOf({ ...config, milvus } as AlbL7IngressProps, { cluster, account: accountKey(config) }),
    ];
  }

  /** The stack, and the one of its release where that has its own. */
  static build(scope: Construct, id: string, config: AwsStackConfig): void {
    new AwsStack(scope, id, config);
    buildReleaseStack(scope, id, config, RELEASE_DEFAULTS.aws, (stack) => connect(stack, config));
  }

  constructor(scope: Construct, id: string, config: AwsStackConfig) {
    super(scope, id);
    requireTerraform(this);
    configureBackend(this, config.backend);
    connect(this, config);
    new TlsProvider(this, "tls");
    new TimeProvider(this, "time");

    const { milvus, release, valuesToMerge } = milvusOfRelease(this, config.release, RELEASE_DEFAULTS.aws);
    const {
      cloud,
      region,
      account,
      profile,
      cluster,
      release: _release,
      labels,
      backend,
      dnsLogin,
      ...settings
    } = config;
    const ingress = new AlbL7Ingress(this, "ingress", { ...settings, milvus, dnsProvider: dnsProvider(this, config) });
    release?.applyAfter(...ingress.ready);

    labelEverything(this, config);
    addOutputs(this, config, { ...ingress, valuesToMerge });
  }
}

function connect(stack: TerraformStack, config: AwsStackConfig): void {
  const { region, account, profile, cluster, tags } = config;
  const aws = new AwsProvider(stack, "aws", {
    region: literal(region),
    ...(profile ? { profile: literal(profile) } : {}),
    ...(account ? { allowedAccountIds: [literal(account)] } : {}),
    // What Terraform makes gets the tags from here, what the controller makes from the Ingress.
    ...(tags ? { defaultTags: [{ tags: literals(tags) }] } : {}),
  });
  eksProviders(stack, cluster, aws, config);
}

/** Who changes a zone that another account has. */
function dnsProvider(stack: TerraformStack, { region, profile, dnsLogin }: AwsStackConfig): AwsProvider | undefined {
  if (dnsLogin === undefined) {
    return undefined;
  }
  const byRole = dnsLogin.kind === "role";
  const from = byRole ? profile : dnsLogin.name;
  return new AwsProvider(stack, "aws-dns", {
    alias: "dns",
    region: literal(region),
    ...(from ? { profile: literal(from) } : {}),
    ...(byRole
      ? {
          assumeRole: [
            {
              roleArn: literal(dnsLogin.arn),
              ...(dnsLogin.externalId ? { externalId: literal(dnsLogin.externalId) } : {}),
            },
          ],
        }
      : {}),
  });
}

/** @see https://docs.aws.amazon.com/general/latest/gr/rande.html */
const region = rule<string>("an AWS region such as eu-west-1", "write the region's code, not its name", (code) =>
  /^[a-z]{2,4}(-[a-z]+)+-\d$/.test(code),
);

const accountId = rule<string>(
  "an AWS account's id: twelve digits",
  "write it in quotes, as 'aws sts get-caller-identity' prints it",
  (id) => /^\d{12}$/.test(id),
);

/** A load balancer takes what is in its own region only. */
function allInRegion(config: AwsStackConfig): Problem[] {
  const { certificate, additionalCertificates = [], mutualTls, webAcl } = config;
  const arns: [path: string, arn: string | undefined, what: string, fix: string][] = [
    ["certificate.arn", certificate?.kind === "arn" ? certificate.arn : undefined, ...CERTIFICATE],
    ...additionalCertificates.map((arn, index): [string, string, string, string] => [
      `additionalCertificates[${index}]`,
      arn,
      ...CERTIFICATE,
    ]),
    [
      "mutualTls.trustStore",
      mutualTls?.kind === "existing" ? mutualTls.trustStore : undefined,
      "a trust store",
      "create the trust store in that region",
    ],
    [
      "webAcl.arn",
      webAcl?.kind === "existing" ? webAcl.arn : undefined,
      "a web ACL",
      "create the web ACL in that region",
    ],
  ];
  return arns.flatMap(([path, arn, what, fix]) => {
    const of = regionOf(arn ?? "");
    return of === undefined ||
      of === config.region ||
      config.region === undefined ||
      region("", config.region).length > 0
      ? []
      : [{ path, given: shown(arn), allowed: `${what} of the stack's region, ${config.region}`, fix }];
  });
}

const CERTIFICATE = ["a certificate", "import or request the certificate in that region"] as const;

function validateDnsLogin({ dnsLogin, dnsZone, certificate }: AwsStackConfig): Problem[] {
  if (dnsLogin === undefined) {
    return [];
  }
  const changesZone = dnsZone !== undefined || (certificate?.kind === "acm" && certificate.zone !== undefined);
  return [
    ...(dnsLogin.kind === "role" ? roleArn("dnsLogin.arn", dnsLogin.arn) : []),
    ...(changesZone
      ? []
      : [
          {
            path: "dnsLogin",
            given: shown(dnsLogin),
            allowed: "only together with dnsZone, or with a certificate of kind acm and its zone",
            fix: "add dnsZone, or remove it",
          },
        ]),
  ];
}
