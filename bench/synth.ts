import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/**
 * The app command (type check, then synthesis of every stack of the committed config) against an empty cdktf app of two
 * stacks by the same tools, in turns, as a ratio within this run. Both use TypeScript's incremental build info, as every
 * synthesis after a user's first does; the first pair, which writes it, is not counted.
 */
const RUNS = 7;
const LIMIT = 2.0;
const ROOT = join(__dirname, "..");
const APP_COMMAND = "tsc && node --require tsx/cjs main.ts";

function main(): void {
  const outdir = mkdtempSync(join(tmpdir(), "milvus-l7-bench-"));
  const ours: number[] = [];
  const empty: number[] = [];
  for (let run = -1; run < RUNS; run++) {
    const pair = [secondsOf(ROOT, outdir), secondsOf(join(__dirname, "empty-app"), outdir)] as const;
    if (run >= 0) {
      ours.push(pair[0]);
      empty.push(pair[1]);
    }
  }
  rmSync(outdir, { recursive: true });
  const ratio = median(ours.map((seconds, run) => seconds / (empty[run] ?? Number.NaN)));
  console.log(`${RUNS} runs each, in turns, seconds as median (least to most)`);
  console.log(`milvus-l7.yaml   ${summary(ours)}`);
  console.log(`empty two stacks ${summary(empty)}`);
  const verdict = ratio <= LIMIT ? "within" : "above";
  console.log(`ratio            ${ratio.toFixed(2)}, median of the pairs: ${verdict} the limit of ${LIMIT.toFixed(1)}`);
}

function secondsOf(folder: string, outdir: string): number {
  const path = `${join(ROOT, "node_modules", ".bin")}${delimiter}${process.env.PATH}`;
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(APP_COMMAND, {
    cwd: folder,
    shell: true,
    encoding: "utf8",
    env: { ...process.env, PATH: path, CDKTF_OUTDIR: outdir, MILVUS_L7_CONFIG: join(ROOT, "milvus-l7.yaml") },
  });
  if (status !== 0) {
    throw new Error(`${folder}: ${stderr}`);
  }
  return Number(process.hrtime.bigint() - start) / 1e9;
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function summary(seconds: number[]): string {
  const [least, most] = [Math.min(...seconds), Math.max(...seconds)];
  return `${median(seconds).toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`;
}

main();
