import { deepStrictEqual } from "node:assert";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { parse } from "yaml";
import { atMost, type Figure, median } from "./figure";
import { ROOT, type Run, run } from "./process";

/**
 * 1 to 1,000 stacks in one synthesis, from the config file to the JSON, against the same resources written by cdktf alone. A
 * stack's cost is the slope: what each further one adds.
 */
export const COUNTS = [1, 10, 100, 1000] as const;
const LIMIT = 1.3;
/** Of the cost per stack, from the tenth to the hundredth and from there to the thousandth. */
const LINEAR_WITHIN = 1.3;
const RUNS: Readonly<Record<(typeof COUNTS)[number], number>> = { 1: 5, 10: 5, 100: 3, 1000: 2 };

export interface ManyStacks {
  readonly figures: readonly Figure[];
  /** For each of the counts. */
  readonly ours: readonly Run[];
  readonly bare: readonly Run[];
}

export async function measureManyStacks(): Promise<ManyStacks> {
  const folder = mkdtempSync(join(tmpdir(), "milvus-l7-bench-"));
  const config = (count: number) => join(folder, `${count}.yaml`);
  for (const count of [2, ...COUNTS]) {
    writeFileSync(config(count), JSON.stringify(stacks(count)));
  }
  const model = join(folder, "model");
  await run({ command: "node app.js", folder: ROOT, env: { MILVUS_L7_CONFIG: config(2), CDKTF_OUTDIR: model } });
  const bareApp = bundledBareApp();

  const ours = (count: number) => ({
    command: "node app.js",
    folder: ROOT,
    env: { MILVUS_L7_CONFIG: config(count), CDKTF_OUTDIR: join(folder, "ours") },
  });
  const bare = (count: number) => ({
    command: `node ${bareApp}`,
    folder: ROOT,
    env: { MODEL: model, COUNT: String(count), CDKTF_OUTDIR: join(folder, "bare") },
  });
  await run(bare(2));
  isTheSame(model, join(folder, "bare"));

  const measured: { ours: Run[]; bare: Run[] } = { ours: [], bare: [] };
  for (const count of COUNTS) {
    const runs: typeof measured = { ours: [], bare: [] };
    for (let round = 0; round < RUNS[count]; round++) {
      runs.ours.push(await run(ours(count)));
      runs.bare.push(await run(bare(count)));
    }
    measured.ours.push(medianOf(runs.ours));
    measured.bare.push(medianOf(runs.bare));
  }
  rmSync(folder, { recursive: true });
  rmSync(bareApp);
  return { ...measured, figures: figuresOf(measured.ours, measured.bare) };
}

function medianOf(runs: readonly Run[]): Run {
  return {
    seconds: median(runs.map(({ seconds }) => seconds)),
    megabytes: median(runs.map(({ megabytes }) => megabytes ?? Number.NaN)),
  };
}

function figuresOf(ours: readonly Run[], bare: readonly Run[]): Figure[] {
  const perStack = (runs: readonly Run[], of: "seconds" | "megabytes", from: number, to: number) =>
    ((runs[to]?.[of] ?? Number.NaN) - (runs[from]?.[of] ?? Number.NaN)) / ((COUNTS[to] ?? 0) - (COUNTS[from] ?? 0));
  const last = COUNTS.length - 1;
  const [our, their] = [perStack(ours, "seconds", 0, last), perStack(bare, "seconds", 0, last)];
  const [ourMemory, theirMemory] = [perStack(ours, "megabytes", 0, last), perStack(bare, "megabytes", 0, last)];
  const milliseconds = (seconds: number) => `${(seconds * 1000).toFixed(1)} ms`;
  return [
    { name: "each further stack, time", measured: `${milliseconds(our)}, bare resources ${milliseconds(their)}` },
    atMost("each further stack, time / bare resources", our / their, LIMIT),
    atMost(
      "time of each stack from the 100th to the 1,000th / from the 10th to the 100th",
      perStack(ours, "seconds", 2, 3) / perStack(ours, "seconds", 1, 2),
      LINEAR_WITHIN,
    ),
    ...(Number.isNaN(ourMemory)
      ? [{ name: "each further stack, memory", measured: "not measured: this system has no /proc" }]
      : [
          {
            name: "each further stack, peak memory",
            measured: `${ourMemory.toFixed(2)} MB, bare resources ${theirMemory.toFixed(2)} MB`,
          },
          atMost("each further stack, memory / bare resources", ourMemory / theirMemory, LIMIT),
        ]),
  ];
}

/** The committed config's two stacks in turn, each with a release, a host and a state of its own. */
function stacks(count: number): Record<string, unknown> {
  const committed = parse(readFileSync(join(ROOT, "milvus-l7.yaml"), "utf8"));
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => {
      const cloud = index % 2 === 0 ? "gcp" : "aws";
      const { release, ...settings } = committed[`${cloud}-stack`];
      const own = {
        cloud,
        release: { ...release, releaseName: `milvus-${index}` },
        hosts: [`milvus-${index}.example.com`],
        backend: { kind: "local", path: `states/${index}.tfstate` },
      };
      return [`stack-${index}`, { ...settings, ...own }];
    }),
  );
}

/** Bundled like the app, so that both start in the same way. Below node_modules, where it finds the libraries. */
function bundledBareApp(): string {
  const folder = join(ROOT, "node_modules", ".cache", "milvus-l7");
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, "bare-app.js");
  buildSync({
    entryPoints: [join(ROOT, "bench", "bare-app.ts")],
    bundle: true,
    platform: "node",
    packages: "external",
    outfile,
  });
  return outfile;
}

/** The bare stacks are no easier than ours: Terraform reads the same. */
function isTheSame(model: string, bare: string): void {
  for (const id of ["stack-0", "stack-1"]) {
    const [ours, theirs] = [model, bare].map((folder) => {
      const text = readFileSync(join(folder, "stacks", id, "cdk.tf.json"), "utf8");
      return JSON.parse(text, (key, value) => (key === "//" ? undefined : value));
    });
    deepStrictEqual(theirs, ours);
  }
}
