import type { Cloud } from "../config/schema";

/** The stack of each cloud, loaded where the config file has one: each brings the providers of its cloud with it. */
export const stackOf = {
  gcp: async () => (await import("./gcp-stack")).GcpStack,
} satisfies Record<Cloud, unknown>;
