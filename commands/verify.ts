#!/usr/bin/env node
import { spawnSync } from "node:child_process";
import { sleep } from "../verify/abort";
import { type Arguments, parseArguments, targetOptions, WrongUse } from "../verify/arguments";
import { HOPS } from "../verify/hop";
import { hasSdk, loadSdk, SDK } from "../verify/milvus-client";
import { changes, type Progress, rewriting, silent } from "../verify/progress";
import { toJson, toText } from "../verify/report";
import { factsOf, type StackFacts } from "../verify/stack-target";
import type { Target } from "../verify/target";
import { messageOf } from "../verify/text";
import { Stop, type Walk, walk } from "../verify/walk";
import { synthesisedFolder, terraformBinary } from "./synthesised-stack";

/** How long `terraform output` may take: a backend may be far away. */
const OUTPUT_TIMEOUT_MS = 60_000;

const INTERRUPTED = "interrupted";

async function main(): Promise<void> {
  const args = parseArguments(process.argv.slice(2), process.env);
  if (args === undefined) {
    return;
  }
  const target = targetOf(args);
  if (HOPS.indexOf(args.until) >= HOPS.indexOf("milvus")) {
    if (!hasSdk()) {
      throw new WrongUse(`the hop milvus needs ${SDK}: run 'npm install ${SDK}', or stop earlier with --until grpc`);
    }
    // It takes a second of a machine that is busy with other things, and must not take it from the walk.
    await loadSdk().catch(() => {});
  }
  const interrupted = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => interrupted.abort(new Stop(INTERRUPTED)));
  }
  // A library that throws on its own ends the hop, not the process.
  process.on("uncaughtException", (error) => interrupted.abort(new Stop(messageOf(error), true)));

  const progress = progressOf(args);
  const { last, isLate } = await walks(target, args, interrupted.signal, progress);
  progress.end();
  const { reason } = interrupted.signal;
  const isInterrupted = reason instanceof Stop && !reason.isCrash;
  const status = last.passed ? 0 : isInterrupted ? 130 : isLate || last.timedOut ? 3 : 1;
  const text = status === 130 ? interruptedAt(last) : toText(target, last);
  print(args.json ? JSON.stringify(toJson(target, last), undefined, 2) : text, status);
}

/** One walk, or with `--wait` as many as it takes. */
async function walks(
  target: Target,
  { until, writeTest, timeout, wait }: Arguments,
  signal: AbortSignal,
  progress: Progress,
): Promise<{ last: Walk; isLate: boolean }> {
  const end = performance.now() + (wait?.ms ?? timeout.ms);
  let before: Walk | undefined;
  for (;;) {
    const timeoutMs = Math.min(timeout.ms, end - performance.now());
    const last = await walk(target, { until, writeTest, timeoutMs, signal, onHop: (hop) => progress.hop(hop) });
    if (last.passed || wait === undefined || signal.aborted) {
      return { last, isLate: false };
    }
    // Cut short by the end of the wait, it knows less than the one before.
    if (before && last.timedOut && timeoutMs < timeout.ms) {
      return { last: before, isLate: true };
    }
    before = last;
    progress.walked(last);
    const pause = Math.min(10_000, Math.max(250, wait.ms / 60));
    if (performance.now() + pause >= end) {
      return { last, isLate: true };
    }
    await sleep(pause, signal);
    if (signal.aborted) {
      return { last, isLate: false };
    }
  }
}

function progressOf({ json, wait, timeout }: Arguments): Progress {
  const isTerminal = process.stdout.columns > 0 && process.env.TERM !== "dumb" && !("CI" in process.env);
  if (isTerminal && !json) {
    return rewriting((wait ?? timeout).text);
  }
  return wait === undefined ? silent : changes((line) => process.stderr.write(`${line}\n`));
}

/** Flags outrank the stack. */
function targetOf(args: Arguments): Target {
  const facts = args.stack === undefined ? undefined : readStack(args.stack, args.out);
  const host = args.host ?? facts?.host;
  const address = args.address ?? facts?.address;
  if (host === undefined || (facts !== undefined && address === undefined)) {
    throw new WrongUse(
      `${args.stack} has no outputs host and address: deploy it first, or name them by --host and --address`,
    );
  }
  return {
    host,
    port: args.port,
    address,
    goByAddress: args.address !== undefined,
    authorities: args.ca?.text ?? facts?.certificatePem,
    // A stack's certificate may be signed by a public authority, whose own isn't among its outputs.
    publicAuthorities: args.ca === undefined,
    token: args.token,
    cloud: args.cloud ?? facts?.cloud,
    stack: facts?.names,
    command: [__filename.endsWith(".ts") ? "npm run verify --" : "npx milvus-l7-verify", ...targetOptions(args)].join(
      " ",
    ),
  };
}

function readStack(id: string, out: string): StackFacts {
  const folder = folderOf(id, out);
  const { status, stdout, stderr, error } = spawnSync(terraformBinary(), ["output", "-json", "-no-color"], {
    cwd: folder,
    encoding: "utf8",
    timeout: OUTPUT_TIMEOUT_MS,
  });
  if (status !== 0) {
    throw new WrongUse(`'terraform output' failed in ${folder}\n${(error?.message ?? stderr).trim()}`);
  }
  try {
    return factsOf(id, folder, stdout);
  } catch {
    throw new WrongUse(`'terraform output -json' in ${folder} printed nothing that can be read`);
  }
}

function folderOf(id: string, out: string): string {
  try {
    return synthesisedFolder(out, id);
  } catch (error) {
    throw new WrongUse((error as Error).message);
  }
}

/** Nothing is known of the hop; but what it leaves behind is. */
function interruptedAt({ hops }: Walk): string {
  const at = hops.find(({ status }) => status === "failed");
  const left = at && at.seen !== INTERRUPTED ? `: ${at.seen}` : "";
  return `verify: interrupted${at ? ` at ${at.hop}` : ""}${left}`;
}

/** A socket that is left, or a thread, must not keep the process. */
function print(text: string, status: number): void {
  process.stdout.write(`${text}\n`, () => process.exit(status));
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`verify: ${error instanceof Error ? error.message : error}\n`);
    process.stderr.write(error instanceof WrongUse ? "run it with --help to see what there is\n" : "");
    process.exitCode = 2;
  });
}
