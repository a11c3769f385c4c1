import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AnnotationMetadataEntryType, App, TerraformStack, Testing } from "cdktf";
import { parse, stringify } from "yaml";
import { type ConfiguredStack, loadConfig } from "../../config/load";
import { InvalidInputError } from "../../constructs/internal/problem";
import { stackOf } from "../../stacks/catalog";

export const ROOT = join(__dirname, "../..");

/** What an error says of the clouds that there are. */
export const CLOUDS = "one of gcp, aws";

export type Settings = Record<string, unknown>;

/** A folder that is gone after the tests of the file that asked for it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "milvus-l7-config-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The settings of one of the committed config file's stacks. */
export function committed(id = "gcp-stack"): Settings {
  return parse(readFileSync(join(ROOT, "milvus-l7.yaml"), "utf8"))[id];
}

/**
 * A copy of the settings with some of them changed.
 *
 * @param changes by their path, such as `release.restPort`, `hosts[0]` or `annotations["a.b/c"]`; undefined takes a setting out
 */
export function changed(settings: Settings, changes: Record<string, unknown>): Settings {
  const copy = structuredClone(settings);
  for (const [path, value] of Object.entries(changes)) {
    const keys = (path.match(/"[^"]*"|[^.[\]"]+/g) ?? []).map((key) => key.replaceAll('"', ""));
    const last = keys.pop() as string;
    const parent = keys.reduce<Settings>((inner, key) => inner[key] as Settings, copy);
    if (value === undefined) {
      delete parent[last];
    } else {
      parent[last] = value;
    }
  }
  return copy;
}

/** A config file's text with one stack. */
export function oneStack(settings: unknown, id = "gcp-stack"): string {
  return stringify({ [id]: settings }, { lineWidth: 0 });
}

/** A config file's text with one of the committed stacks, some of its settings changed. */
export function committedWith(changes: Record<string, unknown>, id = "gcp-stack"): string {
  return oneStack(changed(committed(id), changes), id);
}

/** @returns the path of a config file with that text */
export function writeConfig(folder: string, text: string): string {
  const file = join(folder, "milvus-l7.yaml");
  // A new file: to write over one costs five times as much on ext4, which flushes it to the disk.
  rmSync(file, { force: true });
  writeFileSync(file, text);
  return file;
}

/** Loads a config file with the rules of the real stacks, as `main.ts` does. */
export function load(file: string): ConfiguredStack[] {
  return loadConfig(file, stackOf);
}

/** The error that refuses a config file; undefined where it is taken. Any other error is a bug and goes through. */
export function refusal(file: string): InvalidInputError | undefined {
  const outcome = orRefusal(() => load(file));
  return outcome instanceof InvalidInputError ? outcome : undefined;
}

interface TerraformJson {
  readonly terraform: Settings;
  readonly variable?: Settings;
  readonly output: Settings;
}

export interface Synthesised {
  readonly json: TerraformJson;
  /** Of the release's own stack, where it has one. */
  readonly releaseJson?: TerraformJson;
  readonly warnings: readonly string[];
}

/** The Terraform JSON of a config file's first entry, and what it warns of. */
export function synthesise(file: string, outdir: string): Synthesised {
  const [first] = load(file);
  if (!first) {
    throw new Error("the config file has no stack");
  }
  const app = new App({ outdir });
  stackOf(first.config.cloud).build(app, first.id, first.config);
  const stacks = app.node.children.filter((child) => child instanceof TerraformStack);
  const [json, releaseJson] = stacks.map((stack) => JSON.parse(Testing.synth(stack, true)));
  return {
    json,
    releaseJson,
    warnings: stacks
      .flatMap(({ node }) => node.metadata)
      .filter(({ type }) => type === AnnotationMetadataEntryType.WARN)
      .map(({ data }) => data),
  };
}

/** The same, or the error that refuses the config file. */
export function synthesiseOrRefusal(file: string, outdir: string): Synthesised | InvalidInputError {
  return orRefusal(() => synthesise(file, outdir));
}

function orRefusal<T>(action: () => T): T | InvalidInputError {
  try {
    return action();
  } catch (error) {
    if (error instanceof InvalidInputError) {
      return error;
    }
    throw error;
  }
}
