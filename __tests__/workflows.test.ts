import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

const ROOT = join(__dirname, "..");
const FOLDER = join(ROOT, ".github/workflows");

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Record<string, unknown>;
  readonly env?: Record<string, string>;
}

interface Job {
  readonly permissions?: Record<string, string>;
  readonly environment?: string;
  readonly "timeout-minutes"?: number;
  readonly "runs-on": string;
  readonly if?: string;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly on: string | Record<string, unknown>;
  readonly permissions?: object;
  readonly concurrency?: { readonly group: string };
  readonly jobs: Record<string, Job>;
}

const workflows = readdirSync(FOLDER).map((file) => {
  const text = readFileSync(join(FOLDER, file), "utf8");
  return { file, text, workflow: parse(text) as Workflow };
});
const jobs = workflows.flatMap(({ file, workflow }) =>
  Object.entries(workflow.jobs).map(([id, job]) => ({ name: `${file} ${id}`, job })),
);
const steps = jobs.flatMap(({ name, job }) => job.steps.map((step) => ({ name, step })));

test("there are four", () => {
  expect(workflows.map(({ file }) => file)).toEqual(["deploy.yml", "drift.yml", "pull-request.yml", "test.yml"]);
});

describe.each(workflows)("$file", ({ text, workflow }) => {
  test("may do nothing but what a job says, and doesn't run beside itself", () => {
    expect(workflow.permissions).toEqual({});
    expect(workflow.concurrency?.group).toBeTruthy();
  });

  test("is never started by a fork with this repository's rights", () => {
    const events = typeof workflow.on === "string" ? [workflow.on] : Object.keys(workflow.on);
    for (const event of ["pull_request_target", "workflow_run", "issue_comment"]) {
      expect(events).not.toContain(event);
    }
  });

  test("names each action by a commit, with its version beside it", () => {
    const lines = text.split("\n").filter((line) => /\buses:/.test(line));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) {
      expect(line).toMatch(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });
});

test("an action has the same commit and version everywhere", () => {
  const found = workflows.flatMap(({ text }) => [...text.matchAll(/uses: ([\w/-]+)@(.*)$/gm)]);
  const versions = new Map(found.map(([, action, version]) => [action, version]));
  expect(found.filter(([, action, version]) => versions.get(action) !== version)).toEqual([]);
});

test.each(jobs)("$name ends in time, and says what it may do", ({ job }) => {
  expect(job["timeout-minutes"]).toBeGreaterThan(0);
  expect(job.permissions).toBeDefined();
  expect(job["runs-on"]).toMatch(/^ubuntu-\d/);
});

test("what may write, and what has a cloud's identity, is this and no other job", () => {
  const may = (permission: string) =>
    jobs.filter(({ job }) => job.permissions?.[permission] === "write").map(({ name }) => name);
  expect(may("pull-requests")).toEqual(["pull-request.yml comment"]);
  expect(may("issues")).toEqual(["drift.yml issue"]);
  expect(may("contents")).toEqual([]);
  expect(may("id-token")).toEqual(["deploy.yml apply", "drift.yml plan", "pull-request.yml plan"]);
  // A job with an identity has an environment, whose rules say which branches get it.
  expect(
    jobs.filter(({ job }) => job.environment !== undefined).map(({ name, job }) => `${name}: ${job.environment}`),
  ).toEqual([
    "deploy.yml check: plan-check",
    "deploy.yml apply: deploy",
    "drift.yml plan: plan",
    "pull-request.yml plan: plan",
    "pull-request.yml reviewed: plan-review",
  ]);
});

test("a synthesis has no secret, no variable, no identity and no environment", () => {
  const syntheses = jobs.filter(({ name }) => name.endsWith(" synth") || name.endsWith(" test"));
  expect(syntheses).toHaveLength(3);
  for (const { job } of syntheses) {
    expect(job.permissions).toEqual({ contents: "read" });
    expect(JSON.stringify(job)).not.toMatch(/secrets\.|vars\.|github\.token|environment/);
  }
});

test("a fork gets no plan", () => {
  const plan = jobs.find(({ name }) => name === "pull-request.yml plan")?.job;
  expect(plan?.if).toContain("github.event.pull_request.head.repo.full_name == github.repository");
});

test.each(steps.filter(({ step }) => step.run !== undefined))(
  "$name: nothing is put into a shell's text: $step.run",
  ({ step }) => {
    expect(step.run).not.toContain("${{");
  },
);

test("a checkout leaves no token behind", () => {
  const checkouts = steps.filter(({ step }) => step.uses?.startsWith("actions/checkout@"));
  expect(checkouts.filter(({ step }) => step.with?.["persist-credentials"] !== false)).toEqual([]);
});

test("packages are installed without their scripts, and each npm script and step of the pipeline is there", () => {
  const { scripts } = require("../package.json");
  const pipeline = readFileSync(join(ROOT, "commands/pipeline.ts"), "utf8");
  const run = steps.map(({ step }) => step.run ?? "").join("\n");
  expect(run.match(/npm ci.*/g)?.filter((command) => command !== "npm ci --ignore-scripts")).toEqual([]);
  for (const [, script = ""] of run.matchAll(/npm run (?:-s )?([\w:]+)/g)) {
    expect(Object.keys(scripts)).toContain(script);
  }
  for (const [, name] of run.matchAll(/pipeline -- (\w+)/g)) {
    expect(pipeline).toMatch(new RegExp(`step\\(\\s*"${name}"`));
  }
});

test("an artifact with a plan is sealed", () => {
  const paths = steps
    .filter(({ step }) => step.uses?.startsWith("actions/upload-artifact@"))
    .map(({ step }) => step.with?.path);
  expect(new Set(paths)).toEqual(
    new Set([
      "${{ runner.temp }}/comment",
      "${{ runner.temp }}/plan/${{ matrix.stack }}.sealed",
      "${{ runner.temp }}/drift",
    ]),
  );
});
