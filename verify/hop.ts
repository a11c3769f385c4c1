import type { MilvusClient } from "@zilliz/milvus2-sdk-node";
import type { CauseId } from "./diagnosis";
import type { Target } from "./target";

/** What lies between a client and Milvus, in the order in which it is walked. */
export const HOPS = ["dns", "tcp", "tls", "alpn", "grpc", "milvus", "write-test", "exposure"] as const;

export type HopName = (typeof HOPS)[number];

/** Something that was seen, and the row of the diagnosis table that it belongs to. */
export interface Finding {
  readonly cause: CauseId;
  readonly seen: string;
}

/** How a hop went. */
export type Outcome =
  | { readonly status: "passed"; readonly seen: string }
  | ({ readonly status: "failed" } & Finding)
  | ({ readonly status: "warned"; readonly more?: readonly Finding[] } & Finding);

export const passed = (seen: string): Outcome => ({ status: "passed", seen });

export const failed = (cause: CauseId, seen: string): Outcome => ({ status: "failed", cause, seen });

/** A hop that lets a client through, with something to say about it; nothing to say is a pass. */
export function warned(seen: string, [first, ...more]: readonly Finding[]): Outcome {
  return first === undefined ? passed(seen) : { status: "warned", ...first, ...(more.length > 0 ? { more } : {}) };
}

/** The way that is walked. A hop leaves on it what the next ones need. */
export interface Route {
  readonly target: Target;
  /** Ends every hop: time is up, or the user has had enough. */
  readonly signal: AbortSignal;
  /** What is left of the walk's time, in milliseconds. */
  readonly timeLeft: () => number;
  /** Where the load balancer may be reached: dns leaves them. */
  addresses: readonly string[];
  /** The one of these that answers: tcp leaves it. */
  address?: string;
  /** What the server chose, or nothing: tls leaves it. */
  alpn?: string | false;
  /** Milvus' own client, known to Milvus: milvus leaves it. */
  client?: MilvusClient;
}

export type Hop = (route: Route) => Promise<Outcome>;
