#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Finding } from "../review/finding";
import { refusalsOf } from "../review/findings";
import { parsePlan } from "../review/plan";

const USAGE = `usage: plan-guard [--allow ADDRESS]... [FILE]

Reads a plan as 'terraform show -json PLAN' prints it, from FILE or from standard input, and refuses one that would
uninstall, downgrade or install a Milvus, drop the guard of an adopted release, or take away the Ingress or the address
that clients use.

  --allow ADDRESS   a resource whose change is meant, where the refusal names this option

exit status: 0 nothing found, 1 the plan is refused, 2 there is no plan to be read`;

/** What the command does, apart from reading and printing. */
export function guard(text: string, allowed: readonly string[]): { status: number; lines: string[] } {
  const plan = parsePlan(text);
  if (plan === undefined) {
    return { status: 2, lines: ["plan-guard: this is no plan: give it what 'terraform show -json PLAN' prints"] };
  }
  const refused = refusalsOf(plan).filter((finding) => !isAllowed(finding, allowed));
  const count = plan.resource_changes?.length ?? 0;
  return refused.length === 0
    ? { status: 0, lines: [`plan-guard: nothing to refuse in ${count} resources`] }
    : { status: 1, lines: refused.flatMap(report) };
}

export function isAllowed({ address, refusal }: Finding, allowed: readonly string[]): boolean {
  return refusal?.canBeAllowed === true && allowed.includes(address);
}

function report({ address, effect, refusal }: Finding): string[] {
  return [
    `plan-guard: refused: ${address}`,
    `  this plan ${effect}`,
    `  do: ${refusal?.fix}${refusal?.canBeAllowed ? ` (--allow '${address}')` : ""}`,
  ];
}

function main(): void {
  const { values, positionals } = parseArgs({
    options: { allow: { type: "string", multiple: true, default: [] }, help: { type: "boolean" } },
    allowPositionals: true,
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const { status, lines } = guard(readFileSync(positionals[0] ?? 0, "utf8"), values.allow);
  for (const line of lines) {
    (status === 0 ? console.log : console.error)(line);
  }
  process.exitCode = status;
}

if (require.main === module) {
  try {
    main();
  } catch (error) {
    console.error(`plan-guard: ${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    process.exitCode = 2;
  }
}
