import type { Cloud } from "../config/schema";

/**
 * The stack of each cloud, loaded where the config file has one: each brings the providers of its cloud with it. By
 * `require`, since a native `import()` would want another module loader for TypeScript, at 0.3 s for each synthesis.
 */
export const stackOf = {
  gcp: () => (require("./gcp-stack") as typeof import("./gcp-stack")).GcpStack,
} satisfies Record<Cloud, unknown>;
