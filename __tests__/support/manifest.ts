import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes what cdktf's output folder says of these stacks. */
export function writeManifest(out: string, ...ids: readonly string[]): void {
  mkdirSync(out, { recursive: true });
  const entry = (id: string) => ({ dependencies: [], synthesizedStackPath: `stacks/${id}/cdk.tf.json` });
  const stacks = Object.fromEntries(ids.map((id) => [id, entry(id)]));
  writeFileSync(join(out, "manifest.json"), JSON.stringify({ stacks }));
}
