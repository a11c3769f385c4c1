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
  return Object.entries(readManifest(out)).map(([id, { dependencies, synthesizedStackPath: path }]) => ({
    id,
    dependencies,
    configuration: readJson(join(out, path)) as StackManifest["configuration"],
  }));
}

/** What cdktf's output folder says of its stacks, by their ids. */
export function readManifest(out: string): Readonly<Record<string, ManifestEntry>> {
  return (readJson(join(out, "manifest.json")) as { stacks?: Record<string, ManifestEntry> }).stacks ?? {};
}

interface ManifestEntry {
  readonly dependencies: readonly string[];
  readonly synthesizedStackPath: string;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    throw new Error(`there is no ${file}: run 'npx cdktf synth' first, or name its folder with --out`);
  }
}
