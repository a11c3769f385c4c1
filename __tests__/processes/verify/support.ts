import { spawn } from "node:child_process";
import {
  createSecureServer,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type SecureServerOptions,
  type ServerHttp2Stream,
} from "node:http2";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import type { HopName } from "../../../verify/hop";
import type { Resolved } from "../../../verify/lookup";
import type { Target } from "../../../verify/target";
import { type HopReport, type Walk, type WalkOptions, walk } from "../../../verify/walk";
import { DAY, issue, pemOf, type Wanted } from "../../config/issue";
import { type Ended, ended } from "../../support/ended";

// A machine may be busy. What has to be fast has its own limit.
jest.setTimeout(30_000);

export const ROOT = join(__dirname, "../../..");
export const HOST = "milvus.example.com";
export const LOCAL = "127.0.0.1";

export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** A certificate for the host and this machine for most of a year, unless it says otherwise. */
export async function identity(wanted: Wanted = {}): Promise<Identity> {
  const hosts = wanted.hosts ?? [HOST, "localhost"];
  const notAfter = new Date(Date.now() + 300 * DAY);
  const { pem, privateKey } = await issue({ commonName: hosts[0], notAfter, ...wanted, hosts });
  return { cert: pem, key: pemOf(privateKey) };
}

/** Servers that live as long as the tests of a file. */
export class Servers {
  private readonly ends: (() => void)[] = [];

  /** What is to be done with a connection. Whatever the client does to it is none of the server's business. */
  tcp(act: (socket: Socket) => void): Promise<number> {
    return this.listen(createServer(act));
  }

  tls(options: TlsOptions, act: (socket: Socket) => void = () => {}): Promise<number> {
    return this.listen(createTlsServer({ ALPNProtocols: ["h2"], ...options }, act));
  }

  http2(
    options: SecureServerOptions,
    act: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void,
  ): Promise<number> {
    const server = createSecureServer(options);
    server.on("sessionError", () => {});
    server.on("stream", (stream, headers) => {
      stream.on("error", () => {});
      act(stream, headers);
    });
    return this.listen(server as unknown as Server);
  }

  /** One answer to whatever is asked. */
  answering(options: SecureServerOptions, headers: OutgoingHttpHeaders, body = "", trailers?: OutgoingHttpHeaders) {
    return this.http2(options, (stream) => {
      stream.respond(headers, { waitForTrailers: trailers !== undefined });
      stream.on("wantTrailers", () => stream.sendTrailers(trailers ?? {}));
      stream.end(body);
    });
  }

  close(): void {
    for (const end of this.ends) {
      end();
    }
  }

  private listen(server: Server): Promise<number> {
    const sockets = new Set<Socket>();
    server.on("tlsClientError", () => {});
    server.on("connection", (socket: Socket) => {
      sockets.add(socket);
      socket.on("error", () => {});
    });
    server.on("secureConnection", (socket: Socket) => socket.on("error", () => {}));
    this.ends.push(() => {
      server.close();
      for (const socket of sockets) {
        socket.destroy();
      }
    });
    return new Promise((resolve) => {
      server.listen(0, LOCAL, () => resolve((server.address() as AddressInfo).port));
    });
  }
}

/** A port at which nothing listens. */
export function closedPort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, LOCAL, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

export function target(overrides: Partial<Target> = {}): Target {
  const command = `npm run verify -- --host ${HOST}`;
  return { host: HOST, port: 443, goByAddress: false, publicAuthorities: false, command, ...overrides };
}

/** A walk in which every name is this machine, unless told otherwise. */
export function walkTo(
  overrides: Partial<Target>,
  options: Partial<WalkOptions> & { names?: Record<string, string[]> } = {},
): Promise<Walk> {
  const { names, ...rest } = options;
  const lookup = async (name: string): Promise<Resolved> => {
    const addresses = names === undefined ? [LOCAL] : (names[name] ?? []);
    return addresses.length > 0 ? { addresses } : { addresses, error: "ENOTFOUND" };
  };
  return walk(target(overrides), { until: "grpc", writeTest: false, timeoutMs: 5000, lookup, ...rest });
}

/** The last hop that was walked: the one that failed, or the last of all. */
export function lastOf({ hops }: Walk): HopReport {
  return hops.filter(({ status }) => status !== "skipped").at(-1) as HopReport;
}

/** Where a walk ended, and why. */
export function endOf(walked: Walk): string {
  const last = lastOf(walked);
  return "cause" in last ? `${last.hop} ${last.status}: ${last.cause}` : `${last.hop} ${last.status}`;
}

export function hopOf({ hops }: Walk, name: HopName): HopReport | undefined {
  return hops.find(({ hop }) => hop === name);
}

export interface Run extends Ended {
  readonly ms: number;
}

/** The command, as its npm script runs it. */
export async function run(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  signal?: { after: RegExp },
): Promise<Run> {
  const start = performance.now();
  const child = spawn(process.execPath, ["--require", "tsx/cjs", "commands/verify.ts", ...args], {
    cwd: ROOT,
    env: { ...process.env, NODE_ENV: "", MILVUS_TOKEN: "", CDKTF_OUTDIR: "", ...env },
  });
  const how = await ended(child, (stderr) => {
    if (signal?.after.test(stderr)) {
      child.kill("SIGINT");
    }
  });
  return { ...how, ms: performance.now() - start };
}
