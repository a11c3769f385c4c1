import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readWorkflow, TO_COPY } from "./support/workflow";

const ROOT = join(__dirname, "..");
const OURS = join(ROOT, ".github/workflows");

const workflows = [OURS, TO_COPY].flatMap((folder) =>
  readdirSync(folder)
    .filter((file) => file.endsWith(".yml"))
    .map((file) => ({
      file,
      text: readFileSync(join(folder, file), "utf8"),
      workflow: readWorkflow(join(folder, file)),
      isToCopy: folder === TO_COPY,
    })),
);
const jobs = workflows.flatMap(({ file, workflow }) =>
  Object.entries(workflow.jobs).map(([id, job]) => ({ name: `${file} ${id}`, job })),
);
const steps = jobs.flatMap(({ name, job }) => job.steps.map((step) => ({ name, step })));

test("one is ours, and three are to copy", () => {
  expect(workflows.map(({ file, isToCopy }) => [file, isToCopy])).toEqual([
    ["test.yml", false],
    ["deploy.yml", true],
    ["drift.yml", true],
    ["plan.yml", true],
  ]);
});

describe.each(workflows)("$file", ({ text, workflow, isToCopy }) => {
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

  test("fails where a command within a pipe fails, if it pipes anything", () => {
    expect(isToCopy ? workflow.defaults?.run.shell : "bash").toBe("bash");
    expect(isToCopy || !/ \| /.test(text)).toBe(true);
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

test("what a job may do is this and no more", () => {
  const inACloud = { contents: "read", "id-token": "write" };
  expect(Object.fromEntries(jobs.map(({ name, job }) => [name, job.permissions]))).toEqual({
    "test.yml test": { contents: "read" },
    "test.yml cluster": { contents: "read" },
    "deploy.yml plan": inACloud,
    "deploy.yml apply": { ...inACloud, actions: "read" },
    "drift.yml drift": inACloud,
    "plan.yml plan": inACloud,
    "plan.yml comment": { "pull-requests": "write" },
  });
});

test("a job with an identity has an environment, whose rules say which branches get it", () => {
  const environments = jobs.flatMap(({ name, job }) => (job.environment ? `${name}: ${job.environment}` : []));
  expect(environments).toEqual([
    "deploy.yml plan: plan",
    "deploy.yml apply: deploy",
    "drift.yml drift: plan",
    "plan.yml plan: plan",
  ]);
  const withIdentity = jobs.filter(({ job }) => job.permissions?.["id-token"] === "write");
  expect(withIdentity.filter(({ job }) => job.environment === undefined)).toEqual([]);
});

test("only a job with an environment has a secret or a variable", () => {
  for (const { job } of jobs.filter(({ job: { environment } }) => environment === undefined)) {
    expect(JSON.stringify(job)).not.toMatch(/secrets\.|vars\./);
  }
});

test("a fork gets no plan", () => {
  const plan = jobs.find(({ name }) => name === "plan.yml plan")?.job;
  expect(plan?.if).toBe("github.event.pull_request.head.repo.full_name == github.repository");
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

test("packages are installed without their scripts, and each command of ours is there", () => {
  const { scripts, bin } = require("../package.json");
  const run = steps.map(({ step }) => step.run ?? "").join("\n");
  expect(run.match(/npm ci.*/g)?.filter((command) => command !== "npm ci --ignore-scripts")).toEqual([]);
  for (const [, script = ""] of run.matchAll(/npm run (?:-s )?([\w:]+)/g)) {
    expect(Object.keys(scripts)).toContain(script);
  }
  // Without --no-install npx would take a package of that name from the registry.
  const commands = [...run.matchAll(/npx (\S+) (\S+)/g)];
  expect(commands.length).toBeGreaterThan(0);
  for (const [, option, name = ""] of commands) {
    expect([option, name in bin]).toEqual(["--no-install", true]);
  }
});

test("no plan leaves its job: the one artifact is the text of the comment", () => {
  const uploads = steps.filter(({ step }) => step.uses?.startsWith("actions/upload-artifact@"));
  expect(uploads.map(({ name, step }) => [name, step.with?.path])).toEqual([["plan.yml plan", "comment.md"]]);
  expect(steps.filter(({ step }) => step.uses?.startsWith("actions/cache"))).toEqual([]);
});

const deploy = readWorkflow(join(TO_COPY, "deploy.yml")).jobs;

test("what was approved comes to the deploy by the run alone, and by no comment, artifact or other run", () => {
  expect(deploy.plan?.outputs).toEqual({ changed: "${{ steps.plan.outputs.changed }}" });
  expect(deploy.apply?.strategy?.matrix).toEqual({ include: "${{ fromJSON(needs.plan.outputs.changed) }}" });
  expect(JSON.stringify(deploy.apply)).not.toMatch(/download-artifact|comments|statuses|check-runs/);
});

test("the deploy makes sure of the approval first, and applies in the step that has compared", () => {
  const { steps: all = [] } = deploy.apply ?? {};
  expect(all[0]?.name).toBe("Refuse a deploy that nobody approved");
  expect(all.at(-1)?.run).toMatch(
    /stack\.sh plan [\s\S]*plan-guard --approved "\$DIGEST" "\$plan"\nbash \S+stack\.sh apply "\$STACK"\n$/,
  );
});
