import { type AccessFacts, checkAccess } from "./checks/access";
import { checkInterruptions } from "./checks/interruptions";
import { checkLoadBalancer } from "./checks/load-balancer";
import { checkNames } from "./checks/names";
import { checkOtherWaysIn } from "./checks/other-ways-in";
import { checkPermissions } from "./checks/permissions";
import { checkRelease } from "./checks/release";
import { checkTools, programsOf, type Tool, type ToolFacts } from "./checks/tools";
import { KubectlCluster } from "./cluster";
import { type Finding, Group } from "./finding";
import { awsAccount, describeCluster, type Login, logIn } from "./login";
import { type Run, shortened } from "./programs";
import { type ClusterFacts, readCluster } from "./read-cluster";
import { Reading } from "./reading";
import { isEks, type Subject } from "./subject";

/** What the checks take of the machine that they run on. */
export interface Machine {
  readonly run: Run;
  readonly tools: Pick<ToolFacts, "node" | "nodeVersions" | "terraformBinary">;
  /** Where the google provider finds credentials; nothing where none are seen. */
  readonly googleCredentials?: string;
  /** A path for a kubeconfig that is taken away afterwards. */
  readonly kubeconfig: string;
}

/** Looks at everything that a deploy of a stack meets; nothing is changed. */
export async function examine(subject: Subject, machine: Machine): Promise<Finding[]> {
  const [programs, { access, facts }] = await Promise.all([
    readPrograms(machine.run, programsOf(subject.config)),
    reach(subject, machine),
  ]);
  return [
    ...checkTools({ ...machine.tools, programs }, subject.config),
    ...checkAccess(access, subject.config),
    ...(facts === undefined ? notReached(access.api) : judge(facts, subject)),
  ];
}

/** What the cluster's answers come to, group by group. */
export function judge(facts: ClusterFacts, subject: Subject): Finding[] {
  return [
    ...guarded("release", () => checkRelease(facts.release, subject)),
    ...guarded("load balancer", () => checkLoadBalancer(facts.loadBalancer, subject.config)),
    ...guarded("names", () => checkNames(facts.names, subject)),
    ...guarded("permissions", () => checkPermissions(facts.permissions)),
    ...guarded("interruptions", () => checkInterruptions(facts.release, subject)),
    ...guarded("other ways in", () => checkOtherWaysIn(facts.waysIn, facts.release, subject)),
  ];
}

/** An object that no API server makes ends its group, and nothing else. */
function guarded(group: string, check: () => Finding[]): Finding[] {
  try {
    return check();
  } catch {
    return [new Group(group).skipped("all", "what the cluster answered has not the form that was expected")];
  }
}

function notReached(api: Reading<string>): Finding[] {
  const late = !Reading.isRead(api) && api.late ? { late: true } : {};
  return ["release", "load balancer", "names", "permissions", "interruptions", "other ways in"].map((group) => ({
    ...new Group(group).skipped("all", "not checked: the cluster wasn't reached"),
    ...late,
  }));
}

async function reach(
  subject: Subject,
  { run, googleCredentials, kubeconfig }: Machine,
): Promise<{ access: AccessFacts; facts?: ClusterFacts }> {
  const { config } = subject;
  const { cluster: settings } = config;
  if (settings.access === "kubeconfig") {
    const file = settings.path as string;
    const contexts = await readContexts(run, file);
    const isThere = Reading.isRead(contexts) && contexts.value.includes(settings.context);
    const options = [`--kubeconfig=${file}`, `--context=${settings.context}`];
    const cluster = new KubectlCluster(run, options);
    const api = isThere ? await cluster.version() : notTried(contexts);
    return {
      access: { googleCredentials, contexts, api },
      ...(Reading.isRead(api) ? { facts: await readCluster(cluster, subject, undefined) } : {}),
    };
  }
  const [account, described, login] = await Promise.all([
    isEks(config) ? awsAccount(run, config) : undefined,
    describeCluster(run, config),
    logIn(run, config, kubeconfig),
  ]);
  const cluster = Reading.isRead(login) ? clusterOf(run, login.value) : undefined;
  const api = cluster ? await cluster.version() : notTried(login);
  return {
    access: { googleCredentials, awsAccount: account, cluster: described, login, api },
    ...(cluster && Reading.isRead(api) ? { facts: await readCluster(cluster, subject, described) } : {}),
  };
}

function clusterOf(run: Run, { options, env }: Login): KubectlCluster {
  return new KubectlCluster(run, options, env);
}

function notTried(reading: Reading<unknown>): Reading<string> {
  return Reading.isRead(reading) || !reading.late ? NOT_TRIED : { ...NOT_TRIED, late: true };
}

const NOT_TRIED = { unread: "not checked: there is no kubeconfig to reach it by" };

async function readContexts(run: Run, file: string): Promise<Reading<readonly string[]>> {
  const { status, stdout, stopped, error } = await run("kubectl", [
    "config",
    "get-contexts",
    "--output=name",
    `--kubeconfig=${file}`,
  ]);
  if (status === 0) {
    return { value: stdout.split("\n").filter(Boolean) };
  }
  return stopped === undefined
    ? { unread: error }
    : stopped === "late"
      ? { unread: "'kubectl config get-contexts' gave no answer in time", late: true }
      : {
          unread:
            stopped === "missing" ? "kubectl is not on the path" : "'kubectl config get-contexts' printed too much",
        };
}

/** How each program tells its version, and where in its answer that is. */
const VERSIONS: Readonly<
  Record<string, { readonly args: readonly string[]; readonly see: (answer: string) => unknown }>
> = {
  terraform: { args: ["version", "-json"], see: (answer) => JSON.parse(answer).terraform_version },
  kubectl: {
    args: ["version", "--client", "--output=json"],
    see: (answer) => JSON.parse(answer).clientVersion.gitVersion,
  },
  helm: { args: ["version", "--short"], see: firstVersion },
  gcloud: { args: ["version", "--format=json"], see: (answer) => JSON.parse(answer)["Google Cloud SDK"] },
  "gke-gcloud-auth-plugin": { args: ["--version"], see: (answer) => answer.split("\n")[0] },
  aws: { args: ["--version"], see: firstVersion },
};

function firstVersion(answer: string): string | undefined {
  return /\d+\.\d+\.\d+/.exec(answer)?.[0];
}

async function readPrograms(run: Run, programs: readonly string[]): Promise<Record<string, Tool | undefined>> {
  const tools = await Promise.all(programs.map(async (program) => [program, await readProgram(run, program)] as const));
  return Object.fromEntries(tools);
}

async function readProgram(run: Run, program: string): Promise<Tool | undefined> {
  const how = VERSIONS[program];
  if (how === undefined) {
    throw new Error(`how ${program} tells its version is not known`);
  }
  const { status, stdout, stopped, error } = await run(program, how.args);
  if (stopped === "missing") {
    return undefined;
  }
  if (status !== 0) {
    return stopped === "late"
      ? { unread: `${program} gave no answer in time`, late: true }
      : { unread: `it is there, and doesn't tell its version: ${error || stopped}` };
  }
  const version = Reading.map({ value: stdout }, (answer) => shortened(String(how.see(answer) ?? ""), 60));
  return Reading.isRead(version) && version.value !== ""
    ? { version: version.value }
    : { unread: "it is there, and doesn't tell its version" };
}
