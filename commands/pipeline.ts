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
import { pipelineStacks } from "../pipeline/stacks";
import { readSynthesis } from "../pipeline/synthesis";
import { makePlan } from "../pipeline/terraform-plan";
import { masked, secretsIn } from "../review/masking";
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
  .action(({ out }) => {
    output("stacks", JSON.stringify(pipelineStacks(readSynthesis(out))));
  });

step(
  "plan",
  "Makes a stack's plan in FOLDER: plan, plan.json, plan.txt; failure.txt where there is none. Exits with 0 for no changes, " +
    "2 for changes, 1 where it failed.",
)
  .argument("<STACK>", "the stack's id")
  .argument("<FOLDER>", "where to")
  .option(...OUT)
  .option("--lock", "lock the state, which needs a right to write there")
  .action((stack: string, folder: string, { out, lock }) => {
    const made = makePlan(terraformBinary(), synthesisedFolder(out, stack), folder, lock === true);
    status = made.status;
    output("status", String(status));
    if (made.failure !== undefined) {
      console.error(masked(`pipeline plan: ${stack}: ${made.failure}`, secretsIn(process.env)));
    }
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

step(
  "drift",
  "Opens, changes or closes the one issue about stacks that differ from their configuration. FOLDER holds STACK.status, what " +
    "'pipeline plan' ended with, and STACK.md, what plan-comment printed.",
)
  .argument("<FOLDER>", "what the stacks' jobs have left")
  .action(async (folder: string) => {
    const stacks = readdirSync(folder)
      .filter((file) => file.endsWith(".status"))
      .sort()
      .map((file) => {
        const stack = file.slice(0, -".status".length);
        const markdown = join(folder, `${stack}.md`);
        return {
          stack,
          status: Number(readFileSync(join(folder, file), "utf8").trim() || Number.NaN),
          markdown: existsSync(markdown) ? readFileSync(markdown, "utf8") : "",
        };
      });
    if (stacks.length === 0) {
      throw new Error(`there is no result of a stack in ${folder}: no plan was tried`);
    }
    console.log(
      `pipeline drift: the issue: ${await putIssue(new GitHub(githubAccess()), driftIssue(stacks, runUrl()))}`,
    );
  });

const LOCK_FILE = ".terraform.lock.hcl";

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
        // It has printed what is wrong, or its help.
        process.exitCode = error.exitCode === 0 ? 0 : WRONG_USE;
        return;
      }
      console.error(masked(`pipeline: ${error instanceof Error ? error.message : error}`, secretsIn(process.env)));
      process.exitCode = WRONG_USE;
    });
}
