import { spawnSync } from "node:child_process";
import { describeUnless, Workspace } from "../../support/terraform";
import { type Chart, chartsAt } from "./charts";
import { type HelmBinary, helmBinaries } from "./helm";
import { currentRun, type Run } from "./run";
import { NOTHING_NAMED } from "./target";

const current = currentRun();

/** The run that the tests belong to. */
export function run(): Run {
  if (current === undefined) {
    throw new Error(NOTHING_NAMED);
  }
  return current;
}

/** What is missing for the tier on this machine; undefined where all is there. */
const missing = current === undefined ? NOTHING_NAMED : missingTools();

function missingTools(): string | undefined {
  const found = (program: string, ...args: string[]) => spawnSync(program, args, { encoding: "utf8" }).status === 0;
  if (!found("terraform", "version")) {
    return "terraform is not on the path";
  }
  if (helmBinaries().length === 0) {
    return "neither Helm 3 nor Helm 4 is on the path";
  }
  return process.env.CLUSTER_TEST_CHARTS ? undefined : "CLUSTER_TEST_CHARTS names no chart of Milvus";
}

/**
 * Tests that need the cluster; where none is named they are named and skipped.
 *
 * @param alsoMissing what they need beside it
 */
export function describeOnCluster(name: string, alsoMissing: string | undefined, tests: () => void): void {
  describeUnless(missing ?? alsoMissing, name, tests);
}

/** What Google's resources lack; undefined where the provider that Terraform is configured with makes them. */
export function noGoogle(): string | undefined {
  if (missing !== undefined) {
    return missing;
  }
  const probe = new Workspace("probe");
  try {
    probe.write({
      terraform: { required_providers: { google: { source: "hashicorp/google" } } },
      provider: { google: { project: "cluster-test" } },
      resource: { google_compute_global_address: { probe: { name: "cluster-test-probe" } } },
    });
    const made = probe.terraform("init").status === 0 && probe.terraform("apply", "-auto-approve").status === 0;
    if (made) {
      probe.terraform("destroy", "-auto-approve");
    }
    return made ? undefined : "no provider here makes resources of Google Cloud";
  } finally {
    probe.remove();
  }
}

/**
 * A behaviour that is known to be wrong: the test fails as soon as it is right, and is then to become an ordinary one.
 *
 * @param name of the place that describes it
 */
export function knownCase(name: string, behaviour: string, check: () => Promise<void>): void {
  test.failing(`${behaviour} (known to fail: ${name})`, check);
}

/** There is at least one of each. */
type Some<T> = readonly [T, ...T[]];

export interface Tools {
  /** Each major version of Helm that is there, 4 before 3. */
  readonly helms: Some<HelmBinary>;
  /** The newest chart of each major version, the newest first. */
  readonly charts: Some<Chart>;
}

/** The major versions of Helm that are there. */
export function helmMajors(): number[] {
  return missing === undefined ? helmBinaries().map(({ major }) => major) : [4];
}

export function tools(): Tools {
  const helms = helmBinaries().sort((one, other) => other.major - one.major);
  const charts = chartsAt(process.env.CLUSTER_TEST_CHARTS as string, helms[0] as HelmBinary);
  return { helms: helms as unknown as Some<HelmBinary>, charts: charts as unknown as Some<Chart> };
}
