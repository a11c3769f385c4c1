import { DEPLOYMENTS, TAKES } from "./deployment";
import type { Figure, Part } from "./figure";
import { COUNTS, type ManyStacks } from "./many-stacks";
import type { Run } from "./process";

export interface Measured {
  /** What it was measured on. */
  readonly machine: string;
  readonly appCommand: Part;
  readonly manyStacks: ManyStacks;
  readonly unitTests: Part;
  readonly deployment: Part;
}

/** docs/performance.md. */
export function performancePage({ machine, appCommand, manyStacks, unitTests, deployment }: Measured): string {
  return `# Performance

\`\`\`sh
npm run bench         # measures and prints, a few minutes
npm run bench:docs    # writes this page as well
\`\`\`

Written by the second; don't edit it by hand. A ratio compares two things within one run, in turns, so that it says the
same on another machine; seconds and megabytes don't. The bench fails on nothing: a figure that misses its target says FAIL.

Measured on ${machine}.

## The app command

What \`npx cdktf synth\`, \`diff\` and \`deploy\` run first: the type check (\`tsc\`), then the synthesis of both stacks of the
committed config (\`app.js\`, which runs \`main.ts\`). Beside it an empty cdktf app of two stacks with the same type check,
run by tsx, as this project was too. Once more it is run by our \`app.js\`: what is left then is what config, rules, providers
and resources take, beyond a faster start. The type check has its notes of the run before; the first one after a clone takes
longer, for both.

${tableOf(appCommand)}

## Many stacks in one synthesis

From the config file to the Terraform JSON, half of the stacks for GKE and half for EKS, against the same resources (the same
JSON, which the bench compares) written by cdktf and the providers' classes alone. What a further stack costs is the slope
from 1 to ${COUNTS.at(-1)?.toLocaleString("en")}.

${tableOf(manyStacks)}

| stacks | this project | bare resources |
|---|---|---|
${COUNTS.map((count, index) => `| ${count.toLocaleString("en")} | ${pointOf(manyStacks.ours[index])} | ${pointOf(manyStacks.bare[index])} |`).join("\n")}

That bare resources may cost more is no mistake: \`main.ts\` leaves out the stack traces that cdktf takes for each of its
tokens, which a program of one's own has until it does the same.

## Unit tests

${tableOf(unitTests)}

## A deploy's critical path

Real Terraform deploys each cloud's committed stack, with a managed certificate and DNS, on stand-in providers that take for
each creation what a cloud takes: an address ${TAKES.address} s, an object of the cluster ${TAKES.object} s, ACM's validation
${TAKES.acmValidation} s, a DNS record ${TAKES.dnsRecord} s, a Helm release ${TAKES.helm} s. Scaled down; planning is not counted. These steps must not be done at the same
time:

| | step | seconds | the next step waits, because |
|---|---|---|---|
${DEPLOYMENTS.flatMap(({ cloud, chain }) => chain.map(({ step, seconds, because }) => `| ${cloud} | ${step} | ${seconds} | ${because} |`)).join("\n")}

${tableOf(deployment)}

On GKE the FrontendConfig and the ManagedCertificate wait for the address, which they don't need: one pause keeps the address
and the policies back when the load balancer goes, and they stand behind it. That is the time of one object; a second pause
would be one more resource in each plan. What a real cloud takes, and whether a certificate is issued at all, no stand-in
shows.
`;
}

function tableOf(part: Part): string {
  if ("skipped" in part) {
    return `Not measured: ${part.skipped}.`;
  }
  const rows = part.figures.map(({ name, measured, target }) => `| ${name} | ${measured} | ${targetOf(target)} |`);
  return ["| | measured | target |", "|---|---|---|", ...rows].join("\n");
}

function targetOf(target: Figure["target"]): string {
  return target ? `${target.text}: ${target.met ? "pass" : "**FAIL**"}` : "";
}

function pointOf(run: Run | undefined): string {
  const { seconds = Number.NaN, megabytes = Number.NaN } = run ?? {};
  return `${seconds.toFixed(2)} s${Number.isNaN(megabytes) ? "" : `, ${megabytes.toFixed(0)} MB`}`;
}
