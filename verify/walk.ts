import { onAbort } from "./abort";
import { type CauseId, hangOf } from "./diagnosis";
import { failed, HOPS, type Hop, type HopName, type Outcome, type Route } from "./hop";
import { alpn } from "./hops/alpn";
import { dns } from "./hops/dns";
import { exposure } from "./hops/exposure";
import { grpc } from "./hops/grpc";
import { milvus } from "./hops/milvus";
import { tcp } from "./hops/tcp";
import { tls } from "./hops/tls";
import { writeTest } from "./hops/write-test";
import { type Lookup, lookup } from "./lookup";
import { closeMilvus } from "./milvus-client";
import type { Target } from "./target";
import { codeOf, messageOf } from "./text";

export interface WalkOptions {
  /** The last hop. */
  readonly until: HopName;
  readonly writeTest: boolean;
  readonly timeoutMs: number;
  /** Called as a hop begins. */
  readonly onHop?: (hop: HopName) => void;
  /** Ends the walk where it is. */
  readonly signal?: AbortSignal;
  readonly lookup?: Lookup;
}

export type HopReport = { readonly hop: HopName } & (Outcome | { readonly status: "skipped"; readonly seen: string });

export interface Walk {
  readonly passed: boolean;
  /** Whether it ended because nothing came any more. */
  readonly timedOut: boolean;
  /** What was dialled, or was to be. */
  readonly address: string;
  readonly elapsedMs: number;
  readonly hops: readonly HopReport[];
}

/** How long a hop may tidy up once time is up, in milliseconds. */
const TIDYING: Partial<Record<HopName, number>> = { "write-test": 800 };

/** Walks one hop after the other, up to the first that fails. It ends in time and never throws, whatever a server does. */
export async function walk(target: Target, options: WalkOptions): Promise<Walk> {
  const start = performance.now();
  const elapsed = () => performance.now() - start;
  const end = new AbortController();
  const timer = setTimeout(() => end.abort(), options.timeoutMs);
  const signal = options.signal ? AbortSignal.any([end.signal, options.signal]) : end.signal;
  const route: Route = { target, signal, timeLeft: () => Math.ceil(options.timeoutMs - elapsed()), addresses: [] };

  const reports: HopReport[] = [];
  let broken: Outcome | undefined;
  for (const hop of hopsOf(options)) {
    if (broken !== undefined) {
      reports.push({ hop, status: "skipped", seen: "not reached" });
      continue;
    }
    options.onHop?.(hop);
    const outcome = await inTime(hop, route, hopFunctions(options.lookup ?? lookup)[hop]);
    reports.push({ hop, ...outcome });
    broken = outcome.status === "failed" ? outcome : undefined;
  }
  clearTimeout(timer);
  end.abort();
  closeMilvus(route);
  return {
    passed: broken === undefined,
    timedOut: broken?.status === "failed" && isTimeout(broken.cause),
    address: route.address ?? route.addresses[0] ?? target.address ?? "",
    elapsedMs: Math.round(elapsed()),
    hops: reports,
  };
}

function hopsOf({ until, writeTest }: WalkOptions): HopName[] {
  return HOPS.slice(0, HOPS.indexOf(until) + 1).filter((hop) => hop !== "write-test" || writeTest);
}

function hopFunctions(lookup: Lookup): Record<HopName, Hop> {
  return {
    dns: (route) => dns(route, lookup),
    tcp,
    tls,
    alpn,
    grpc,
    milvus,
    "write-test": writeTest,
    exposure: (route) => exposure(route),
  };
}

function isTimeout(cause: CauseId): boolean {
  return cause === "tcp-timeout" || cause.startsWith("hang-");
}

/** A hop's outcome, or that there was none. What it throws once it was ended is nobody's fault. */
async function inTime(hop: HopName, route: Route, act: Hop): Promise<Outcome> {
  const { signal } = route;
  const tidying = TIDYING[hop] ?? 0;
  let timer: NodeJS.Timeout | undefined;
  let forget = () => {};
  const ended = new Promise<Outcome>((resolve) => {
    forget = onAbort(signal, () => {
      timer = setTimeout(() => resolve(hung(hop, signal)), tidying);
    });
  });
  const done = act(route).catch((error) => (signal.aborted ? hung(hop, signal) : broke(hop, error)));
  const outcome = await Promise.race([done, ended]);
  clearTimeout(timer);
  forget();
  // A connection that was ended by us looks broken to the hop.
  const isOurs = signal.aborted && outcome.status === "failed" && !tidying;
  return isOurs ? hung(hop, signal) : outcome;
}

function hung(hop: HopName, { reason }: AbortSignal): Outcome {
  const why = reason instanceof Stop ? reason.message : "nothing came in time";
  return failed(reason instanceof Stop && reason.isCrash ? UNKNOWN[hop] : hangOf(hop), why);
}

/** Why somebody ended a walk. */
export class Stop extends Error {
  constructor(
    message: string,
    /** Whether something went wrong that no hop knows of. */
    readonly isCrash = false,
  ) {
    super(message);
  }
}

/** The row of a failure that a hop doesn't know. */
const UNKNOWN: Record<HopName, CauseId> = {
  dns: "dns-unknown",
  tcp: "tcp-unreachable",
  tls: "tls-not-ready",
  alpn: "http1-only",
  grpc: "grpc-other",
  milvus: "grpc-other",
  "write-test": "write-test-failed",
  exposure: "grpc-other",
};

function broke(hop: HopName, error: unknown): Outcome {
  return failed(UNKNOWN[hop], `${codeOf(error)} ${messageOf(error)}`.trim());
}
