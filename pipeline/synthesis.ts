import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What is looked at of a stack that has been synthesised. */
export interface StackManifest {
  readonly id: string;
  readonly dependencies: readonly string[];
  readonly configuration: {
    readonly provider?: Readonly<Record<string, unknown>>;
    readonly terraform?: { readonly backend?: Readonly<Record<string, unknown>> };
  };
}

/** The stacks in cdktf's output folder. It throws, in words for a user, where there is none. */
export function readSynthesis(out: string): StackManifest[] {
  const { stacks } = readJson(join(out, "manifest.json")) as {
    stacks: Record<string, { dependencies: string[]; synthesizedStackPath: string }>;
  };
  return Object.entries(stacks).map(([id, { dependencies, synthesizedStackPath: path }]) => ({
    id,
    dependencies,
    configuration: readJson(join(out, path)) as StackManifest["configuration"],
  }));
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    throw new Error(`there is no ${file}: run 'npm run synth' first, or name its folder with --out`);
  }
}
