import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Testing } from "cdktf";
import { parse } from "yaml";
import type { AwsStackConfig } from "../../config/types";
import { AwsStack } from "../../stacks/aws-stack";

/** The committed config's stack. */
export function defaultAws(): AwsStackConfig {
  return parse(readFileSync(join(__dirname, "../../milvus-l7.yaml"), "utf8"))["aws-stack"];
}

export function awsStack(change: Partial<AwsStackConfig> = {}): AwsStack {
  return new AwsStack(Testing.app(), "aws-stack", { ...defaultAws(), ...change });
}
