import { request } from "node:http";
import type { Route } from "./hop";

/** What port 80 says to a plain request. */
export interface PlainAnswer {
  readonly status: number;
  /** Where it sends the client; empty where it sends nobody. */
  readonly location: string;
}

/** A port that nothing listens on is mostly silent: a load balancer's network drops what it doesn't know. */
const SILENCE_MS = 3000;

/** One GET over HTTP/1 without TLS; nothing where nothing answers. */
export function plainGet({ target, address, signal }: Route, port: number): Promise<PlainAnswer | undefined> {
  return new Promise((resolve) => {
    const asked = request(
      {
        host: address,
        port,
        path: "/",
        headers: { host: target.host },
        agent: false,
        signal: AbortSignal.any([signal, AbortSignal.timeout(SILENCE_MS)]),
      },
      (answer) => {
        resolve({ status: answer.statusCode ?? 0, location: answer.headers.location ?? "" });
        answer.destroy();
      },
    );
    // It stays: an error after the answer has to go nowhere.
    asked.on("error", () => resolve(undefined));
    asked.end();
  });
}
