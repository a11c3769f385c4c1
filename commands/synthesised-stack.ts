import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The folder of a stack that has been synthesised. It throws, in words for a user, where there is none. */
export function synthesisedFolder(out: string, id: string): string {
  const there = synthesisedStacks(out);
  if (!there.includes(id)) {
    throw new Error(`there is no stack ${id} in ${out}; there: ${there.join(", ")}`);
  }
  const folder = join(out, "stacks", id);
  const file = configurationOf(folder);
  if (!existsSync(file)) {
    throw new Error(`there is no ${file}: run 'npx cdktf synth' first, or name its folder with --out`);
  }
  return folder;
}

/** The stacks of the last synthesis: others may be left from one of an earlier config. */
export function synthesisedStacks(out: string): string[] {
  const file = join(out, "manifest.json");
  try {
    return Object.keys(JSON.parse(readFileSync(file, "utf8")).stacks ?? {});
  } catch {
    throw new Error(`there is no ${file}: run 'npx cdktf synth' first, or name its folder with --out`);
  }
}

/** The Terraform JSON in that folder. */
export function configurationOf(folder: string): string {
  return join(folder, "cdk.tf.json");
}

/** The binary that cdktf takes as well. */
export function terraformBinary(): string {
  return process.env.TERRAFORM_BINARY_NAME || "terraform";
}
