import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atMost, type Figure, median } from "./figure";
import { type Command, ROOT, type Run, run } from "./process";

/**
 * The app command (type check, then synthesis of both stacks of the committed config) against an empty cdktf app of two
 * stacks. In turns, each with its type check's notes of the run before, as every synthesis after a user's first has them.
 */
const ROUNDS = 9;
const TIME_LIMIT = 1.6;
const MEMORY_LIMIT_MB = 200;

interface Round {
  readonly ours: Run;
  readonly usual: Run;
  readonly sameRunner: Run;
}

const EMPTY_APP = join(ROOT, "bench", "empty-app");

export async function measureAppCommand(): Promise<Figure[]> {
  const outdir = mkdtempSync(join(tmpdir(), "milvus-l7-bench-"));
  const env = { CDKTF_OUTDIR: outdir, MILVUS_L7_CONFIG: join(ROOT, "milvus-l7.yaml") };
  const ours: Command = { command: "tsc && node app.js", folder: ROOT, env };
  const usual: Command = { command: "tsc && node --require tsx/cjs main.ts", folder: EMPTY_APP, env };
  const sameRunner: Command = { command: "tsc && node app.js", folder: emptyAppWithOurRunner(), env };

  const rounds: Round[] = [];
  for (let round = -1; round < ROUNDS; round++) {
    const runs = { ours: await run(ours), usual: await run(usual), sameRunner: await run(sameRunner) };
    if (round >= 0) {
      rounds.push(runs);
    }
  }
  rmSync(outdir, { recursive: true });
  rmSync(sameRunner.folder, { recursive: true });

  const middle = (of: (round: Round) => number | undefined) => median(rounds.map((round) => of(round) ?? Number.NaN));
  const seconds = (app: keyof Round) => `${middle((round) => round[app].seconds).toFixed(2)} s`;
  const ratioTo = (app: keyof Round) => middle((round) => round.ours.seconds / round[app].seconds);
  const megabytes = (app: keyof Round) => middle((round) => round[app].megabytes);
  return [
    { name: "app command: type check and synthesis of both stacks", measured: seconds("ours") },
    { name: "an empty app of two stacks: `tsc`, then tsx", measured: seconds("usual") },
    { name: "the same empty app: `tsc`, then our `app.js`", measured: seconds("sameRunner") },
    atMost("app command / empty app by `tsc` and tsx", ratioTo("usual"), TIME_LIMIT),
    { name: "app command / empty app by `tsc` and our `app.js`", measured: ratioTo("sameRunner").toFixed(2) },
    ...memory(megabytes("ours"), megabytes("usual")),
  ];
}

function memory(ours: number, empty: number): Figure[] {
  const name = "app command, peak memory of all its processes";
  return Number.isNaN(ours)
    ? [{ name, measured: "not measured: this system has no /proc" }]
    : [
        { name: "empty app by `tsc` and tsx, peak memory of all its processes", measured: `${empty.toFixed(0)} MB` },
        atMost(name, ours, MEMORY_LIMIT_MB, "MB", 0),
      ];
}

/** Below node_modules, so that it finds the libraries. @returns its folder */
function emptyAppWithOurRunner(): string {
  const folder = join(ROOT, "node_modules", ".cache", "milvus-l7", "empty-app");
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(EMPTY_APP, "main.ts"), join(folder, "main.ts"));
  copyFileSync(join(ROOT, "app.js"), join(folder, "app.js"));
  const tsconfig = {
    extends: join(ROOT, "tsconfig.json"),
    files: ["main.ts"],
    compilerOptions: { tsBuildInfoFile: "tsbuildinfo" },
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(tsconfig));
  return folder;
}
