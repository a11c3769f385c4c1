import type { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { StackRules } from "../config/load";
import type { Cloud } from "../config/schema";
import type { StackConfig } from "../config/types";

/** What a cloud's stack can do for a config of that cloud. */
export interface StackClass extends StackRules {
  new (scope: Construct, id: string, config: StackConfig): TerraformStack;
  build(scope: Construct, id: string, config: StackConfig): void;
}

/**
 * The stack of a cloud, loaded where the config file has one: each brings the providers of its cloud with it. By
 * `require`, since a native `import()` would want another module loader for TypeScript, at 0.3 s for each synthesis.
 */
export function stackOf(cloud: Cloud): StackClass {
  switch (cloud) {
    case "gcp":
      return (require("./gcp-stack") as typeof import("./gcp-stack")).GcpStack as StackClass;
    case "aws":
      return (require("./aws-stack") as typeof import("./aws-stack")).AwsStack as StackClass;
  }
}
