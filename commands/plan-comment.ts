#!/usr/bin/env node
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { commentOf, failureComment, type Origin } from "../review/comment";
import { refusalsOf, reviewOf } from "../review/findings";
import { masked, maskedPlanText, maskedReview, secretsIn } from "../review/masking";
import { parsePlan } from "../review/plan";
import { endStatus } from "./end-status";
import { isAllowed } from "./plan-guard";

interface Options extends Origin {
  readonly stack: string;
  readonly plan?: string;
  readonly text?: string;
  readonly failure?: string;
  readonly from?: string;
  readonly allow: readonly string[];
}

const NOTHING_WRITTEN = 2;

const COMMAND = new Command("plan-comment")
  .description(
    "Prints the Markdown of the one comment on a stack's plan: what it does to those who use Milvus, what the plan guard " +
      "refuses, and the plan itself, without secrets and no longer than GitHub takes.",
  )
  .requiredOption("--stack <ID>", "the stack's id")
  .option("--plan <FILE>", "what 'terraform show -json PLAN' prints")
  .option("--text <FILE>", "what 'terraform show -no-color PLAN' prints")
  .option("--failure <FILE>", "what Terraform says, where there is no plan")
  .option("--from <FOLDER>", "where 'pipeline plan' has put these three")
  .option(
    "--allow <ADDRESS>",
    "a resource whose change is meant, as plan-guard takes it",
    (one, all: string[]) => [...all, one],
    [],
  )
  .option("--commit <SHA>", "the commit that the plan was made of")
  .option("--run <URL>", "where it was made")
  .helpOption("--help", "explain this")
  .addHelpText("after", "\nexit status: 0 printed, 2 wrong use, no plan, or findings that no comment has room for")
  .configureHelp({ helpWidth: 100 })
  .exitOverride();

/** What is read for a comment. */
export interface CommentTexts {
  readonly plan?: string;
  readonly text?: string;
  readonly failure?: string;
}

/** What the command does, apart from reading and printing. It throws, in words for a user, where there is no plan. */
export function planComment(
  { plan: json, text, failure }: CommentTexts,
  { stack, allow, commit, run }: Pick<Options, "stack" | "allow" | keyof Origin>,
  secrets: readonly string[],
): string {
  if (failure !== undefined) {
    return failureComment(stack, masked(failure, secrets), { commit, run });
  }
  const plan = parsePlan(json ?? "");
  if (plan === undefined) {
    throw new Error(
      "this is no plan: give --plan what 'terraform show -json PLAN' prints, or --failure what Terraform says",
    );
  }
  const refused = refusalsOf(plan).filter((finding) => !isAllowed(finding, allow));
  return commentOf({
    stack,
    review: maskedReview(reviewOf(plan), secrets),
    refused: [...new Set(refused.map(({ address }) => address))],
    text: text === undefined ? undefined : maskedPlanText(text, secrets),
    commit,
    run,
  });
}

function main(argv: readonly string[]): number {
  try {
    COMMAND.parse(argv);
  } catch (error) {
    return endStatus(error, NOTHING_WRITTEN);
  }
  const options = COMMAND.opts<Options>();
  const texts = options.from === undefined ? textsOf(options) : textsOf(filesIn(options.from));
  console.log(planComment(texts, options, secretsIn(process.env)));
  return 0;
}

function textsOf({ plan, text, failure }: CommentTexts): CommentTexts {
  const read = (file: string | undefined) => (file === undefined ? undefined : readFileSync(file, "utf8"));
  return { plan: read(plan), text: read(text), failure: read(failure) };
}

function filesIn(folder: string): CommentTexts {
  const file = (name: string) => (existsSync(join(folder, name)) ? join(folder, name) : undefined);
  return { plan: file("plan.json"), text: file("plan.txt"), failure: file("failure.txt") };
}

if (require.main === module) {
  try {
    process.exitCode = main(process.argv);
  } catch (error) {
    console.error(`plan-comment: ${error instanceof Error ? error.message : error}`);
    process.exitCode = NOTHING_WRITTEN;
  }
}
