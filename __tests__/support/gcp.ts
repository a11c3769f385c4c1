import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Testing } from "cdktf";
import { parse } from "yaml";
import type { GcpStackConfig } from "../../config/types";
import { GcpStack } from "../../stacks/gcp-stack";

/** The committed config's stack. */
export function defaultGcp(): GcpStackConfig {
  return parse(readFileSync(join(__dirname, "../../milvus-l7.yaml"), "utf8"))["gcp-stack"];
}

export function gcpStack(change: Partial<GcpStackConfig> = {}): GcpStack {
  return new GcpStack(Testing.app(), "gcp-stack", { ...defaultGcp(), ...change });
}
