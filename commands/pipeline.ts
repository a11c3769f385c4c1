#!/usr/bin/env node
import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { durationMs } from "../doctor/duration";
import { driftIssue } from "../pipeline/drift";
import { GitHub, type GitHubAccess } from "../pipeline/github";
import { putComment, putIssue } from "../pipeline/posts";
import { reviewedRun } from "../pipeline/reviewed-run";
import { digestOf, open, seal, whyNot } from "../pipeline/sealed-plan";
import { type PipelineStack, pipelineStacks } from "../pipeline/stacks";
import { readSynthesis } from "../pipeline/synthesis";
import { applyPlan, makePlan, type PlanMade, type StackPlace, showPlan } from "../pipeline/terraform-plan";
import { masked, secretsIn } from "../review/masking";
import { endStatus } from "./end-status";
import { configurationOf, synthesisedFolder, terraformBinary } from "./synthesised-stack";

const REFUSED = 1;
const WRONG_USE = 2;

const PROGRAM = new Command("pipeline")
  .description(
    "The steps of a pipeline that plans, reviews and deploys stacks. Each says by its exit status how it ended.",
  )
  .helpOption("--help", "explain this")
  .configureHelp({ helpWidth: 100 })
  .exitOverride();

/** How the subcommand ended. */
let status = 0;

function step(name: string, description: string): Command {
  return PROGRAM.command(name).description(description).helpOption("--help", "explain this").exitOverride();
}

const OUT = ["--out <FOLDER>", "cdktf's output folder", process.env.CDKTF_OUTDIR || "cdktf.out"] as const;

step(
  "stacks",
  "Prints the stacks that have been synthesised as JSON for a matrix, each after those that it depends on.",
)
  .option(...OUT)
  .option("--sealed <FOLDER>", "only those of which this folder holds a sealed plan")
  .action(({ out, sealed }) => {
    const stacks = pipelineStacks(readSynthesis(out));
    const isSealed = (stack: string) => sealed === undefined || existsSync(join(sealed, `${stack}.sealed`));
    output("stacks", JSON.stringify(stacks.filter(({ stack }) => isSealed(stack))));
  });

step(
  "plan",
  "Makes a stack's plan in FOLDER: plan, plan.json, plan.txt; failure.txt where there is none; STACK.status with its exit " +
    "status: 0 no changes, 2 changes, 1 failed.",
)
  .argument("<STACK>", "the stack's id")
  .argument("<FOLDER>", "where to")
  .option(...OUT)
  .option("--lock", "lock the state, which needs a right to write there")
  .action((stack: string, folder: string, { out, lock }) => {
    const made = makePlan(placeOf(out, stack), folder, lock === true);
    writeFileSync(join(folder, `${stack}.status`), `${made.status}\n`);
    output("status", String(made.status));
    ended("plan", stack, made);
  });

step("show", "Writes plan.json and plan.txt beside the plan in FOLDER. It needs neither the state nor credentials.")
  .argument("<STACK>", "the stack's id")
  .argument("<FOLDER>", "where 'pipeline open' has put it")
  .option(...OUT)
  .action((stack: string, folder: string, { out }) => ended("show", stack, showPlan(placeOf(out, stack), folder)));

step("apply", "Applies the plan in FOLDER, and nothing else. It prints what is done, and no value.")
  .argument("<STACK>", "the stack's id")
  .argument("<FOLDER>", "where 'pipeline open' has put it")
  .option(...OUT)
  .action((stack: string, folder: string, { out }) => {
    const secrets = secretsIn(process.env);
    status = applyPlan(placeOf(out, stack), folder, (line) => console.log(masked(line, secrets)));
  });

step("seal", "Encrypts the plan in FOLDER for whoever has the private key of PLAN_PUBLIC_KEY, as FOLDER/STACK.sealed.")
  .argument("<STACK>", "the stack's id")
  .argument("<FOLDER>", "where 'pipeline plan' has put it")
  .option(...OUT)
  .action((stack: string, folder: string, { out }) => {
    const stackFolder = synthesisedFolder(out, stack);
    const files = {
      plan: readFileSync(join(folder, "plan")),
      lock: readFileSync(join(stackFolder, LOCK_FILE)),
    };
    const origin = { stack, ...madeOf(stackFolder), madeAt: new Date().toISOString() };
    writeFileSync(join(folder, `${stack}.sealed`), seal(files, origin, variable("PLAN_PUBLIC_KEY")));
  });

step(
  "open",
  "Opens a sealed plan with PLAN_PRIVATE_KEY, puts it into FOLDER, and refuses one that is not of this stack, this commit's " +
    "files and this configuration, or that is too old.",
)
  .argument("<STACK>", "the stack's id")
  .argument("<FILE>", "the sealed plan")
  .argument("<FOLDER>", "where to")
  .option(...OUT)
  .option("--max-age <TIME>", "how old it may be: 30m, 24h", age, 24 * 3_600_000)
  .action((stack: string, file: string, folder: string, { out, maxAge }) => {
    const stackFolder = synthesisedFolder(out, stack);
    const { origin, files } = open(readFileSync(file, "utf8"), variable("PLAN_PRIVATE_KEY"));
    const reasons = whyNot(origin, { stack, ...madeOf(stackFolder), time: new Date(), maxAgeMs: maxAge });
    if (reasons.length > 0) {
      status = REFUSED;
      console.error(
        [`pipeline open: refused: the sealed plan of ${stack}`, ...reasons.map((one) => `  ${one}`)].join("\n"),
      );
      return;
    }
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, "plan"), files.plan, { mode: 0o600 });
    writeFileSync(join(stackFolder, LOCK_FILE), files.lock);
  });

step("reviewed", "Finds the run that has planned and reviewed what was merged as COMMIT.")
  .argument("<COMMIT>", "a commit of the branch")
  .option("--branch <NAME>", "what is deployed", "main")
  .option("--workflow <FILE>", "the workflow that plans", "pull-request.yml")
  .action(async (commit: string, { branch, workflow }) => {
    const access = githubAccess();
    const found = await reviewedRun(new GitHub(access), { commit, branch, workflow, repository: access.repository });
    output("pull", String(found.pull));
    output("run", String(found.run));
  });

step("comment", "Makes the comments on a pull request, or changes them: one for each FILE that plan-comment has made.")
  .requiredOption("--pull <NUMBER>", "the pull request", number)
  .argument("<FILE...>", "comments")
  .action(async (files: string[], { pull }) => {
    const github = new GitHub(githubAccess());
    for (const file of files) {
      const outcome = await putComment(github, pull, readFileSync(file, "utf8"));
      console.log(`pipeline comment: ${file}: ${outcome}`);
    }
  });

step("verdict", "Says whether one of the reviews in FOLDER, STACK.review.json, needs somebody: needs-review=true.")
  .argument("<FOLDER>", "what 'review --json' has printed")
  .action((folder: string) => {
    const files = readdirSync(folder).filter((file) => file.endsWith(".review.json"));
    const needed = files.some((file) => {
      const { plans } = JSON.parse(readFileSync(join(folder, file), "utf8")) as { plans: { needsReview: boolean }[] };
      return plans.some(({ needsReview }) => needsReview);
    });
    output("needs-review", String(needed));
  });

step(
  "drift",
  "Opens, changes or closes the one issue about stacks that differ from their configuration. FOLDER holds STACK.status, what " +
    "'pipeline plan' ended with, and STACK.md, what plan-comment printed.",
)
  .argument("<FOLDER>", "what the stacks' jobs have left")
  .requiredOption(
    "--stacks <JSON>",
    "the stacks, as 'pipeline stacks' prints them: one that has left nothing has failed",
  )
  .action(async (folder: string, { stacks }) => {
    const read = (file: string) =>
      existsSync(join(folder, file)) ? readFileSync(join(folder, file), "utf8") : undefined;
    const found = (JSON.parse(stacks) as PipelineStack[]).map(({ stack }) => {
      const status = read(`${stack}.status`)?.trim();
      return { stack, status: status ? Number(status) : undefined, markdown: read(`${stack}.md`) ?? "" };
    });
    console.log(
      `pipeline drift: the issue: ${await putIssue(new GitHub(githubAccess()), driftIssue(found, runUrl()))}`,
    );
  });

const LOCK_FILE = ".terraform.lock.hcl";

function placeOf(out: string, stack: string): StackPlace {
  return { binary: terraformBinary(), stackFolder: synthesisedFolder(out, stack) };
}

function ended(name: string, stack: string, made: PlanMade): void {
  status = made.status;
  if (made.failure !== undefined) {
    console.error(masked(`pipeline ${name}: ${stack}: ${made.failure}`, secretsIn(process.env)));
  }
}

/** What the plan of a stack is made of, as it is here now. */
function madeOf(stackFolder: string): { readonly tree: string; readonly configuration: string } {
  const tree = execFileSync("git", ["rev-parse", "HEAD^{tree}"], { encoding: "utf8" }).trim();
  return { tree, configuration: digestOf(readFileSync(configurationOf(stackFolder), "utf8")) };
}

function githubAccess(): GitHubAccess {
  return {
    api: (process.env.GITHUB_API_URL || "https://api.github.com").replace(/\/+$/, ""),
    repository: variable("GITHUB_REPOSITORY"),
    token: variable("GITHUB_TOKEN"),
  };
}

function runUrl(): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = process.env;
  return server && repository && run ? `${server}/${repository}/actions/runs/${run}` : undefined;
}

function variable(name: string): string {
  const value = process.env[name];
  if (!value) {
    throw new Error(`the environment variable ${name} is not set`);
  }
  return value;
}

/** For people, and for the steps after this one. */
function output(name: string, value: string): void {
  console.log(value);
  if (process.env.GITHUB_OUTPUT) {
    appendFileSync(process.env.GITHUB_OUTPUT, `${name}=${value}\n`);
  }
}

function number(text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text)) {
    throw new InvalidArgumentError("Write the number of a pull request.");
  }
  return Number(text);
}

function age(text: string): number {
  const milliseconds = durationMs(text);
  if (milliseconds === undefined) {
    throw new InvalidArgumentError("Write a number with m or h after it, such as 30m, up to 24h.");
  }
  return milliseconds;
}

if (require.main === module) {
  PROGRAM.parseAsync(process.argv)
    .then(() => {
      process.exitCode = status;
    })
    .catch((error) => {
      if (error instanceof CommanderError) {
        process.exitCode = endStatus(error, WRONG_USE);
        return;
      }
      console.error(masked(`pipeline: ${error instanceof Error ? error.message : error}`, secretsIn(process.env)));
      process.exitCode = WRONG_USE;
    });
}
