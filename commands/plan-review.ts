#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { Command, Option } from "commander";
import { reviewOf } from "../review/findings";
import { masked, maskedReview, secretsIn } from "../review/masking";
import { parsePlan } from "../review/plan";
import { code, jsonReport, markdownReport, type NamedReview, needsReview, summary, textReport } from "../review/report";
import { endStatus } from "./end-status";

const FORMATS = ["text", "markdown", "json"] as const;
type Format = (typeof FORMATS)[number];

const NO_PLAN = 2;

const COMMAND = new Command("plan-review")
  .description(
    "Says in plain words what plans interrupt, replace, make public, weaken or lose. FILE is what 'terraform show -json PLAN' " +
      "prints; without one, standard input. No value of a release and no secret is printed.",
  )
  .argument("[FILE...]", "plans")
  .addOption(new Option("--format <FORMAT>", "how to print it").choices(FORMATS).default("text"))
  .option("--json", "the same as --format json")
  .helpOption("--help", "explain this")
  .addHelpText(
    "after",
    "\nexit status: 0 nothing, or only what is harmless, 1 somebody has to look, 2 wrong use, or no plan",
  )
  .configureHelp({ helpWidth: 100 })
  .exitOverride();

/** What the command does, apart from reading and printing. */
export function review(
  plans: readonly { readonly name: string; readonly text: string }[],
  format: Format = "text",
  secrets: readonly string[] = [],
): { readonly status: number; readonly text: string } {
  const parsed = plans.map(({ name, text }) => ({ name, plan: parsePlan(text) }));
  const none = parsed.filter(({ plan }) => plan === undefined).map(({ name }) => name);
  if (none.length > 0) {
    const text = `plan-review: no plan in ${none.join(", ")}: give it what 'terraform show -json PLAN' prints`;
    return { status: NO_PLAN, text };
  }
  const reviews = parsed.map(
    ({ name, plan }): NamedReview => ({ name, ...maskedReview(reviewOf(plan ?? {}), secrets) }),
  );
  return { status: reviews.some(needsReview) ? 1 : 0, text: REPORTS[format](reviews) };
}

const REPORTS: Readonly<Record<Format, (reviews: readonly NamedReview[]) => string>> = {
  text: textReport,
  markdown: (reviews) => reviews.map(asMarkdown).join("\n"),
  json: jsonReport,
};

function asMarkdown(named: NamedReview): string {
  return `### Plan of ${code(named.name)}: ${summary(named)}\n\n${markdownReport(named)}`;
}

function main(argv: readonly string[]): number {
  try {
    COMMAND.parse(argv);
  } catch (error) {
    return endStatus(error, NO_PLAN);
  }
  const files = COMMAND.args.length > 0 ? COMMAND.args : [undefined];
  const plans = files.map((file) => ({ name: file ?? "standard input", text: readFileSync(file ?? 0, "utf8") }));
  const { format, json } = COMMAND.opts<{ readonly format: Format; readonly json?: boolean }>();
  const secrets = secretsIn(process.env);
  const { status, text } = review(plans, json ? "json" : format, secrets);
  (status === NO_PLAN ? console.error : console.log)(masked(text, secrets));
  return status;
}

if (require.main === module) {
  try {
    process.exitCode = main(process.argv);
  } catch (error) {
    console.error(`plan-review: ${error instanceof Error ? error.message : error}`);
    process.exitCode = NO_PLAN;
  }
}
