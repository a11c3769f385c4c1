import { existsSync } from "node:fs";
import { join } from "node:path";
import { readManifest } from "../pipeline/synthesis";

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
  return Object.keys(readManifest(out));
}

/** The Terraform JSON in that folder. */
export function configurationOf(folder: string): string {
  return join(folder, "cdk.tf.json");
}

/** The binary that cdktf takes as well. */
export function terraformBinary(): string {
  return process.env.TERRAFORM_BINARY_NAME || "terraform";
}
