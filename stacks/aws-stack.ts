import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TimeProvider } from "@cdktf/provider-time/lib/provider";
import { TlsProvider } from "@cdktf/provider-tls/lib/provider";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { AwsStackConfig } from "../config/types";
import { AlbL7Ingress, type AlbL7IngressProps } from "../constructs/aws";
import { literal } from "../constructs/internal/hcl";
import { type Problem, shown, within } from "../constructs/internal/problem";
import { rule } from "../constructs/internal/rules";
import { configureBackend } from "./backend";
import { eksProviders, validateEksCluster } from "./eks-cluster";
import { addOutputs } from "./outputs";
import { milvusOfRelease, RELEASE_DEFAULTS, validateRelease } from "./release";
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
      ...certificateInRegion(config),
      ...validateRelease(config.release, RELEASE_DEFAULTS.aws, (milvus) =>
        AlbL7Ingress.validate({ ...config, milvus } as AlbL7IngressProps),
      ),
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
    const { cloud, region, account, profile, cluster, release: _release, backend, ...settings } = config;
    const ingress = new AlbL7Ingress(this, "ingress", { ...settings, milvus });
    release?.applyAfter(...ingress.ready);

    addOutputs(this, config, { ...ingress, valuesToMerge });
  }
}

function connect(stack: TerraformStack, config: AwsStackConfig): void {
  const { region, account, profile, cluster } = config;
  const aws = new AwsProvider(stack, "aws", {
    region: literal(region),
    ...(profile ? { profile: literal(profile) } : {}),
    ...(account ? { allowedAccountIds: [literal(account)] } : {}),
  });
  eksProviders(stack, cluster, aws, config);
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

/** A load balancer takes certificates of its own region only. */
function certificateInRegion({ certificate, region: stackRegion }: AwsStackConfig): Problem[] {
  const arn = certificate?.kind === "arn" ? certificate.arn : undefined;
  const [, of] = /^arn:[^:]+:acm:([^:]+):/.exec(arn ?? "") ?? [];
  return of === undefined || of === stackRegion || stackRegion === undefined || region("", stackRegion).length > 0
    ? []
    : [
        {
          path: "certificate.arn",
          given: shown(arn),
          allowed: `a certificate of the stack's region, ${stackRegion}`,
          fix: "import or request the certificate in that region",
        },
      ];
}
