import { DataAwsEksCluster } from "@cdktf/provider-aws/lib/data-aws-eks-cluster";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { TerraformStack } from "cdktf";
import type { AwsStackConfig, EksClusterConfig } from "../config/types";
import { literal } from "../constructs/internal/hcl";
import type { Problem } from "../constructs/internal/problem";
import { rule } from "../constructs/internal/rules";
import { clusterProviders, kubeconfigConnection, kubeconfigKey } from "./cluster-providers";

/** Every problem of how to reach an EKS cluster. */
export function validateEksCluster(cluster: EksClusterConfig | undefined): Problem[] {
  return cluster?.access === "exec"
    ? [...clusterName("name", cluster.name), ...roleArn("roleArn", cluster.roleArn)]
    : [];
}

/** What tells a cluster from others, as far as the config says it. */
export function eksClusterKey(config: AwsStackConfig): string {
  const { cluster } = config;
  return cluster.access === "kubeconfig" ? kubeconfigKey(cluster) : `eks ${accountKey(config)}/${cluster.name}`;
}

/** What tells an account's region from others: accounts that only a login tells apart are taken for different ones. */
export function accountKey({ account, profile, region }: AwsStackConfig): string {
  return `${account ?? profile ?? "the login's account"}/${region}`;
}

/** As whom, and where: the aws provider and the aws command have to agree on it. */
type AwsLogin = Pick<AwsStackConfig, "region" | "profile">;

/** The Kubernetes and Helm providers for an EKS cluster that exists. */
export function eksProviders(
  stack: TerraformStack,
  cluster: EksClusterConfig,
  aws: AwsProvider,
  login: AwsLogin,
): void {
  clusterProviders(
    stack,
    cluster.access === "kubeconfig" ? kubeconfigConnection(cluster) : execConnection(stack, cluster, aws, login),
  );
}

/** A token for each call by the aws command: none lands in the plan or the state, and none runs out. */
function execConnection(
  stack: TerraformStack,
  cluster: Extract<EksClusterConfig, { access: "exec" }>,
  aws: AwsProvider,
  { region, profile }: AwsLogin,
) {
  const found = new DataAwsEksCluster(stack, "cluster", { provider: aws, name: literal(cluster.name) });
  const address = `data.${DataAwsEksCluster.tfResourceType}.${found.friendlyUniqueId}`;
  const options = {
    "--cluster-name": cluster.name,
    "--region": region,
    "--profile": profile,
    "--role-arn": cluster.roleArn,
  };
  return {
    host: `\${${address}.endpoint}`,
    // Without an authority that can be read, the system's are asked: they don't know the cluster, and it is refused.
    clusterCaCertificate: `\${try(base64decode(${address}.certificate_authority[0].data), null)}`,
    exec: {
      apiVersion: "client.authentication.k8s.io/v1beta1",
      command: "aws",
      args: [
        "eks",
        "get-token",
        ...Object.entries(options).flatMap(([option, value]) => (value === undefined ? [] : [option, literal(value)])),
      ],
    },
  };
}

/** @see https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html */
const clusterName = rule<string>(
  "an EKS cluster's name: letters, digits, '-' and '_', at most 100 characters, with a letter or digit first",
  "write the name as 'aws eks list-clusters' prints it",
  (name) => /^[0-9A-Za-z][-_0-9A-Za-z]{0,99}$/.test(name),
);

export const roleArn = rule<string>(
  "the ARN of an IAM role: arn:aws:iam::<account>:role/<name>",
  "write it as 'aws iam get-role' prints it",
  (arn) => /^arn:aws(-[a-z]+)*:iam::\d{12}:role\/[-+=,.@_/A-Za-z0-9]+$/.test(arn),
);
