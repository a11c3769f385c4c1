import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Missing } from "./controllers";
import type { Target } from "./target";

/** One run of the tier: what its processes share. */
export interface Run {
  /** A random name, which its namespaces begin with. */
  readonly name: string;
  readonly target: Target;
  /** All temporary files are in it. */
  readonly folder: string;
  /** The socket of `kubectl proxy`. */
  readonly socket: string;
  /** Written once the cluster may be used: which controllers are stood in for. */
  readonly ready: string;
}

/** Names the file that holds the run, for the processes of the tests. */
export const RUN_FILE = "CLUSTER_TEST_RUN";

/** The run that a test belongs to; undefined where no cluster was named. */
export function currentRun(): Run | undefined {
  const file = process.env[RUN_FILE];
  return file === undefined ? undefined : JSON.parse(readFileSync(file, "utf8"));
}

/** Which controllers are stood in for. */
export function stoodInFor({ ready }: Run): Missing {
  return JSON.parse(readFileSync(ready, "utf8"));
}

function groupsFile({ folder }: Run): string {
  return join(folder, "process-groups");
}

/** Remembers a process group that outlives a Ctrl-C, to be ended with the run. */
export function rememberGroup(run: Run, pid: number): void {
  appendFileSync(groupsFile(run), `${pid}\n`);
}

export function killGroups(run: Run): void {
  const file = groupsFile(run);
  const groups = existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
  for (const group of groups) {
    killGroup(Number(group));
  }
}

export function killGroup(group: number): void {
  try {
    process.kill(-group, "SIGKILL");
  } catch {
    // It has ended.
  }
}
