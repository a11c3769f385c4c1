import type { AwsStackConfig, GcpStackConfig, StackConfig } from "../config/types";
import type { CloudCluster } from "./checks/access";
import { unread } from "./cluster";
import type { Run } from "./programs";
import { Reading } from "./reading";
import { isGke } from "./subject";

/** How kubectl reaches the cluster. */
export interface Login {
  readonly options: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

type ExecCluster<Config extends StackConfig> = Extract<Config["cluster"], { access: "exec" }>;

/** The cloud's word on the cluster: the fields that are looked at, and none of its certificates. */
export async function describeCluster(run: Run, config: StackConfig): Promise<Reading<CloudCluster>> {
  if (isGke(config)) {
    const fields = "status,addonsConfig.httpLoadBalancing,ipAllocationPolicy.useIpAliases";
    const args = ["container", "clusters", "describe", ...gkeName(config), `--format=json(${fields})`];
    return Reading.map(await answerOf(run, "gcloud", args), (text) => {
      const { status, addonsConfig, ipAllocationPolicy } = JSON.parse(text);
      return {
        status: String(status),
        // Both are left out of an answer where they are as they usually are: on, and off.
        httpLoadBalancing: addonsConfig?.httpLoadBalancing?.disabled !== true,
        vpcNative: ipAllocationPolicy?.useIpAliases === true,
      };
    });
  }
  const query =
    "cluster.{status:status,autoMode:kubernetesNetworkConfig.elasticLoadBalancing.enabled,compute:computeConfig.enabled}";
  const { cluster } = config as AwsStackConfig;
  const args = ["eks", "describe-cluster", "--name", (cluster as ExecCluster<AwsStackConfig>).name];
  const answer = await answerOf(run, "aws", [...args, ...awsOptions(config as AwsStackConfig), "--query", query]);
  return Reading.map(answer, (text) => {
    const { status, autoMode, compute } = JSON.parse(text);
    return { status: String(status), autoMode: autoMode === true || compute === true };
  });
}

export async function awsAccount(run: Run, config: AwsStackConfig): Promise<Reading<string>> {
  const args = ["sts", "get-caller-identity", ...awsOptions(config), "--query", "Account"];
  return Reading.map(await answerOf(run, "aws", args), (text) => {
    const account = JSON.parse(text);
    if (!/^\d{12}$/.test(account)) {
      throw new Error("no account");
    }
    return account;
  });
}

/**
 * The cluster's kubeconfig, made by the cloud's own command.
 *
 * @param file where it is written
 */
export async function logIn(run: Run, config: StackConfig, file: string): Promise<Reading<Login>> {
  const login: Login = { options: [`--kubeconfig=${file}`], env: { KUBECONFIG: file } };
  if (isGke(config)) {
    const { applicationDefaultCredentials } = config.cluster as ExecCluster<GcpStackConfig>;
    const answer = await answerOf(run, "gcloud", ["container", "clusters", "get-credentials", ...gkeName(config)], {
      ...login.env,
      ...(applicationDefaultCredentials ? { CLOUDSDK_CONTAINER_USE_APPLICATION_DEFAULT_CREDENTIALS: "true" } : {}),
    });
    return Reading.map(answer, () => login);
  }
  const { cluster } = config as AwsStackConfig;
  const { name, roleArn } = cluster as ExecCluster<AwsStackConfig>;
  const role = roleArn === undefined ? [] : ["--role-arn", roleArn];
  const args = ["eks", "update-kubeconfig", "--name", name, ...role, "--kubeconfig", file];
  return Reading.map(
    await answerOf(run, "aws", [...args, ...awsOptions(config as AwsStackConfig)], login.env),
    () => login,
  );
}

function gkeName({ project, cluster }: GcpStackConfig): string[] {
  const { name, location } = cluster as ExecCluster<GcpStackConfig>;
  return [name, `--location=${location}`, `--project=${project}`];
}

function awsOptions({ region, profile }: AwsStackConfig): string[] {
  return ["--region", region, ...(profile === undefined ? [] : ["--profile", profile]), "--output", "json"];
}

async function answerOf(
  run: Run,
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Reading<string>> {
  const outcome = await run(program, args, env);
  const words = args.slice(0, program === "gcloud" ? 3 : 2);
  return outcome.status === 0 ? { value: outcome.stdout } : unread(outcome, `${program} ${words.join(" ")}`);
}
