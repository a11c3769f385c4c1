import { coerce, satisfies } from "semver";
import type { StackConfig } from "../../config/types";
import { TERRAFORM_VERSIONS } from "../../stacks/terraform-version";
import { type Finding, Group } from "../finding";

/** What is known of a program: `undefined` where it isn't there. */
export interface Tool {
  readonly version?: string;
  /** Why its version isn't known. */
  readonly unread?: string;
  readonly late?: boolean;
}

export interface ToolFacts {
  readonly node: string;
  /** The versions that package.json asks for. */
  readonly nodeVersions: string;
  /** The name of the Terraform binary. */
  readonly terraformBinary: string;
  readonly programs: Readonly<Record<string, Tool | undefined>>;
}

const tools = new Group("tools");

export function checkTools(facts: ToolFacts, config: StackConfig): Finding[] {
  return [nodeFinding(facts), terraformFinding(facts), ...others(config).map((tool) => otherFinding(facts, tool))];
}

function nodeFinding({ node, nodeVersions }: ToolFacts): Finding {
  return satisfies(node.replace(/^v/, ""), nodeVersions)
    ? tools.ok("node", node)
    : tools.problem("node", `${node}, and ${nodeVersions} is needed`, {
        means: "the program isn't tried with it",
        next: "install a newer Node.js",
      });
}

function terraformFinding({ programs, terraformBinary }: ToolFacts): Finding {
  const tool = programs.terraform;
  if (tool === undefined) {
    return tools.problem("terraform", `${terraformBinary} is not on the path`, {
      means: "cdktf can't plan or deploy",
      next: `install Terraform ${TERRAFORM_VERSIONS}, or name its binary by TERRAFORM_BINARY_NAME`,
    });
  }
  const version = coerce(tool.version)?.version;
  if (version === undefined) {
    return { ...tools.skipped("terraform", tool.unread ?? "its version is unknown"), late: tool.late };
  }
  return satisfies(version, TERRAFORM_VERSIONS)
    ? tools.ok("terraform", version)
    : tools.problem("terraform", `${version}, and ${TERRAFORM_VERSIONS} is needed`, {
        means: "write-only arguments keep private keys out of the state, and older versions don't know them",
        next: "install a newer Terraform",
      });
}

interface OtherTool {
  readonly name: string;
  /** What is not possible without it; nothing where it is only good to have. */
  readonly means?: string;
  readonly next: string;
}

const KUBECTL: OtherTool = {
  name: "kubectl",
  means: "nothing of the cluster can be checked; a deploy doesn't need it",
  next: "install kubectl (https://kubernetes.io/docs/tasks/tools/)",
};

const HELM: OtherTool = {
  name: "helm",
  next: "a deploy doesn't need it; 'helm history' and 'helm rollback' do, should an upgrade fail",
};

const OF_GKE: readonly OtherTool[] = [
  {
    name: "gcloud",
    means: "nothing of the cluster can be checked with access: exec; a deploy doesn't need it",
    next: "install the Google Cloud CLI (https://cloud.google.com/sdk/docs/install)",
  },
  {
    name: "gke-gcloud-auth-plugin",
    means: "neither kubectl nor Terraform's providers can log in to the cluster",
    next: "install it: gcloud components install gke-gcloud-auth-plugin",
  },
];

const OF_EKS: readonly OtherTool[] = [
  {
    name: "aws",
    means: "Terraform's providers log in to the cluster by 'aws eks get-token', and nothing of it can be checked",
    next: "install the AWS CLI (https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html)",
  },
];

/** What a stack needs beside Node.js and Terraform. */
function others({ cloud, cluster }: StackConfig): OtherTool[] {
  const login = cluster.access === "kubeconfig" ? [] : cloud === "gcp" ? OF_GKE : OF_EKS;
  return [KUBECTL, ...login, HELM];
}

/** The programs whose version is asked for. */
export function programsOf(config: StackConfig): string[] {
  return ["terraform", ...others(config).map(({ name }) => name)];
}

function otherFinding({ programs }: ToolFacts, { name, means, next }: OtherTool): Finding {
  const tool = programs[name];
  if (tool === undefined) {
    const seen = `${name} is not on the path`;
    return means === undefined ? tools.skipped(name, seen, next) : tools.problem(name, seen, { means, next });
  }
  return tool.version === undefined
    ? { ...tools.skipped(name, tool.unread ?? "its version is unknown"), late: tool.late }
    : tools.ok(name, tool.version);
}
