import type { AwsStackConfig, GcpStackConfig, StackConfig } from "../../config/types";
import { type Finding, Group, listed } from "../finding";
import { Reading } from "../reading";
import { isGke } from "../subject";

/** What the cloud says of the cluster. */
export interface CloudCluster {
  /** RUNNING on GKE, ACTIVE on EKS. */
  readonly status: string;
  /**
   * Whether GKE's HTTP load balancing is on.
   *
   * @default - it isn't GKE
   */
  readonly httpLoadBalancing?: boolean;
  /**
   * Whether pods have addresses of the VPC.
   *
   * @default - it isn't GKE
   */
  readonly vpcNative?: boolean;
  /**
   * Whether EKS Auto Mode runs the load balancers.
   *
   * @default - it isn't EKS
   */
  readonly autoMode?: boolean;
}

export interface AccessFacts {
  /** Where the google provider finds credentials; undefined where nothing is seen. */
  readonly googleCredentials?: string;
  /** The AWS account that the credentials are of. */
  readonly awsAccount?: Reading<string>;
  /** What the cloud says of the cluster, with access: exec. */
  readonly cluster?: Reading<CloudCluster>;
  /** The kubeconfig's contexts, with access: kubeconfig. */
  readonly contexts?: Reading<readonly string[]>;
  /** A kubeconfig for the cluster: what it was made by, or why not. */
  readonly login?: Reading<unknown>;
  /** The API server's version. */
  readonly api: Reading<string>;
}

const access = new Group("access");

export function checkAccess(facts: AccessFacts, config: StackConfig): Finding[] {
  return [
    ...(isGke(config) ? [googleCredentials(facts)] : []),
    ...(facts.awsAccount ? [awsAccount(facts.awsAccount, config as AwsStackConfig)] : []),
    ...(facts.contexts ? [context(facts.contexts, config)] : []),
    ...(facts.cluster ? [cloudCluster(facts.cluster, config)] : []),
    ...(facts.login && !Reading.isRead(facts.login) ? [unreached("kubeconfig", facts.login, LOGIN_FAILED)] : []),
    Reading.isRead(facts.api)
      ? access.ok("API server", facts.api.value)
      : unreached("API server", facts.api, {
          means: "a plan reads the cluster, and can't",
          next: "try 'kubectl version' with the same cluster: a private endpoint needs its VPN or a host inside, and credentials run out",
        }),
  ];
}

interface Consequence {
  readonly means: string;
  readonly next: string;
}

const LOGIN_FAILED: Consequence = {
  means: "nothing of the cluster can be checked",
  next: "log in again, and compare the cluster's settings in the config file with the cloud",
};

/** What isn't answered in time or isn't installed has not been checked; a refusal is what a deploy would get too. */
function unreached(check: string, reading: Reading<unknown>, consequence: Consequence): Finding {
  const { unread, late } = reading as { unread: string; late?: true };
  return late || /not on the path|^not checked/.test(unread)
    ? { ...access.skipped(check, unread), ...(late ? { late } : {}) }
    : access.problem(check, unread, consequence);
}

function googleCredentials({ googleCredentials: found }: AccessFacts): Finding {
  return found !== undefined
    ? access.ok("Google credentials", found)
    : access.warning("Google credentials", "no application default credentials on this machine", {
        means: "Terraform's google provider has none, unless this machine is Google's and has a service account",
        next: "log in: gcloud auth application-default login",
      });
}

function awsAccount(reading: Reading<string>, { account }: AwsStackConfig): Finding {
  if (!Reading.isRead(reading)) {
    return unreached("AWS credentials", reading, {
      means: "Terraform's aws provider gets the same answer",
      next: "log in (aws sso login, aws configure), or correct profile in the config file",
    });
  }
  return account === undefined || account === reading.value
    ? access.ok("AWS credentials", `account ${reading.value}`)
    : access.problem("AWS credentials", `account ${reading.value}, and the config file says ${account}`, {
        means: "Terraform refuses another account than that of the config file",
        next: "log in to that account, or correct account",
      });
}

function context(reading: Reading<readonly string[]>, { cluster }: StackConfig): Finding {
  const { path, context: wanted } = cluster as Extract<GcpStackConfig["cluster"], { access: "kubeconfig" }>;
  if (!Reading.isRead(reading)) {
    return unreached("kubeconfig", reading, {
      means: "Terraform's providers can't read it either",
      next: "correct cluster.path in the config file, or the kubeconfig itself",
    });
  }
  return reading.value.includes(wanted)
    ? access.ok("kubeconfig", `context ${wanted} of ${path}`)
    : access.problem("kubeconfig", `no context ${wanted} in ${path}; there: ${listed(reading.value.slice(0, 10))}`, {
        means: "neither this check nor Terraform knows which cluster is meant",
        next: "correct cluster.context in the config file",
      });
}

function cloudCluster(reading: Reading<CloudCluster>, { cloud, cluster }: StackConfig): Finding {
  const { name } = cluster as Extract<GcpStackConfig["cluster"], { access: "exec" }>;
  if (!Reading.isRead(reading)) {
    return unreached("cluster", reading, {
      means: "Terraform asks the same of the cloud, and nothing of the cluster can be checked without the answer",
      next:
        cloud === "gcp"
          ? "log in (gcloud auth login), and compare project, cluster.name and cluster.location with 'gcloud container clusters list'"
          : "log in, and compare region, profile and cluster.name with 'aws eks list-clusters'",
    });
  }
  const { status } = reading.value;
  return ["RUNNING", "ACTIVE"].includes(status)
    ? access.ok("cluster", `${name} is ${status}`)
    : access.warning("cluster", `${name} is ${status}`, {
        means: "it is being changed, or is broken, and a deploy may be interrupted",
        next: "wait until it is RUNNING (GKE) or ACTIVE (EKS)",
      });
}
