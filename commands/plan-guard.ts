#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { DIGEST, digestOf } from "../review/digest";
import type { Finding } from "../review/finding";
import { refusalsOf } from "../review/findings";
import { parsePlan } from "../review/plan";

const USAGE = `usage: plan-guard [--allow ADDRESS]... [--digest | --approved DIGEST] [FILE]

Reads a plan as 'terraform show -json PLAN' prints it, from FILE or from standard input, and refuses one that would
uninstall, downgrade or install a Milvus, drop the guard of an adopted release, or take away the Ingress or the address
that clients use.

  --allow ADDRESS     a resource whose change is meant, where the refusal names this option
  --digest            print the digest of all that an apply of the plan does
  --approved DIGEST   refuse a plan that has another digest

The environment variable PLAN_DIGEST_KEY holds the key of the digest, a secret of at least 32 characters.

exit status: 0 nothing found, 1 the plan is refused, 2 wrong use, or there is no plan to be read`;

const SHORTEST_KEY = 32;

/** What is asked about the digest. */
export interface DigestOptions {
  readonly key: string | undefined;
  /** Without it the digest is printed. */
  readonly approved?: string;
}

interface Outcome {
  readonly status: number;
  readonly lines: string[];
}

/** What the command does, apart from reading and printing. */
export function guard(text: string, allowed: readonly string[], digest?: DigestOptions): Outcome {
  const plan = parsePlan(text);
  if (plan === undefined) {
    return { status: 2, lines: ["plan-guard: this is no plan: give it what 'terraform show -json PLAN' prints"] };
  }
  const key = digest && keyOf(digest);
  const refused = refusalsOf(plan).filter((finding) => !isAllowed(finding, allowed));
  if (refused.length > 0) {
    return { status: 1, lines: refused.flatMap(report) };
  }
  const count = plan.resource_changes?.length ?? 0;
  const nothing = `plan-guard: nothing to refuse in ${count} resources`;
  if (key === undefined) {
    return { status: 0, lines: [nothing] };
  }
  const actual = digestOf(plan, key);
  const approved = digest?.approved;
  if (approved === undefined) {
    return { status: 0, lines: [actual] };
  }
  if (approved !== actual) {
    return { status: 1, lines: notApproved(actual, approved) };
  }
  return { status: 0, lines: [`${nothing}, and it is the approved plan`] };
}

/** It throws, in words for a user: a short key could be guessed, and then the values in the plan. */
function keyOf({ key, approved }: DigestOptions): string {
  if (approved !== undefined && !DIGEST.test(approved)) {
    throw new Error(`--approved is "${approved}": expected the 64 characters that --digest printed`);
  }
  if (!key) {
    throw new Error(
      "the environment variable PLAN_DIGEST_KEY is not set: set it to the same secret wherever the digest is compared. " +
        "'openssl rand -hex 32' makes one",
    );
  }
  if (key.length < SHORTEST_KEY) {
    throw new Error(
      `PLAN_DIGEST_KEY has ${key.length} characters: expected at least ${SHORTEST_KEY}. 'openssl rand -hex 32' makes a key`,
    );
  }
  return key;
}

function notApproved(actual: string, approved: string): string[] {
  return [
    "plan-guard: refused: this plan is not the approved one",
    `  its digest is ${actual}, and ${approved} was approved: the state, the cluster, a variable or the configuration has changed since`,
    "  do: plan again, read that plan's review, and approve it",
  ];
}

function isAllowed({ address, refusal }: Finding, allowed: readonly string[]): boolean {
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
    options: {
      allow: { type: "string", multiple: true, default: [] },
      digest: { type: "boolean" },
      approved: { type: "string" },
      help: { type: "boolean" },
    },
    allowPositionals: true,
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const { allow, digest, approved } = values;
  if (digest && approved !== undefined) {
    throw new Error("--digest prints a digest, --approved compares one: give one of them");
  }
  const options = digest || approved !== undefined ? { key: process.env.PLAN_DIGEST_KEY, approved } : undefined;
  const { status, lines } = guard(readFileSync(positionals[0] ?? 0, "utf8"), allow, options);
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
