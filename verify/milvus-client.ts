import { isIPv6 } from "node:net";
import type { MilvusClient } from "@zilliz/milvus2-sdk-node";
import { authoritiesOf } from "./connection";
import { describeStatus, grpcCause, HTTP_CAUSES } from "./grpc";
import { type Finding, failed, type Outcome, type Route } from "./hop";
import { messageOf, printable, secretsOf, without } from "./text";

export const SDK = "@zilliz/milvus2-sdk-node";

/** An answer that is too long is no answer to us. */
const MOST_BYTES = 16 * 1024 * 1024;

/** Whether the optional package is there that speaks to Milvus. */
export function hasSdk(): boolean {
  try {
    require.resolve(SDK);
    return true;
  } catch {
    return false;
  }
}

/** The package is there, but can't be loaded. */
class BrokenSdk extends Error {}

/**
 * What it depends on is partly ES modules, which Node can require since 20.19.
 *
 * @see https://nodejs.org/api/modules.html#loading-ecmascript-modules-using-require
 */
export async function loadSdk(): Promise<typeof import("@zilliz/milvus2-sdk-node")> {
  try {
    return await import("@zilliz/milvus2-sdk-node");
  } catch (error) {
    throw new BrokenSdk(`${SDK} can't be loaded by Node ${process.versions.node}: ${messageOf(error)}`);
  }
}

/** The client of a walk, for whoever the token is of. It takes a third of a second to make one. */
export async function openMilvus(route: Route, token: string | undefined): Promise<MilvusClient> {
  const { MilvusClient, logger } = await loadSdk();
  // It would log to standard output.
  logger.level = "silent";
  const { target, address = "" } = route;
  const authorities = authoritiesOf(target);
  const client = new MilvusClient({
    address: `${isIPv6(address) ? `[${address}]` : address}:${target.port}`,
    ssl: true,
    tls: {
      serverName: target.host,
      ...(authorities === undefined ? {} : { rootCert: Buffer.from(authorities.join("\n")) }),
    },
    ...(token === undefined ? {} : { token }),
    timeout: Math.max(1, Math.ceil(route.timeLeft())),
    maxRetries: 0,
    telemetry: { enabled: false },
    pool: { min: 0, max: 2 },
    logLevel: "silent",
    channelOptions: {
      // What the load balancer routes by: without it, the address that is dialled.
      "grpc.default_authority": target.port === 443 ? target.host : `${target.host}:${target.port}`,
      "grpc.enable_http_proxy": 0,
      "grpc.enable_retries": 0,
      "grpc.max_receive_message_length": MOST_BYTES,
    },
  });
  // Every call waits for it, and says what became of it.
  client.connectPromise.catch(() => {});
  route.client = client;
  return client;
}

export function closeMilvus({ client }: Route): void {
  client?.closeConnection().catch(() => {});
}

/** What Milvus answers with, in an answer or as one. */
interface Status {
  readonly error_code?: string | number;
  readonly code?: number;
  readonly reason?: string;
}

/** Milvus' own complaint inside of an answer that is OK to gRPC. */
export class Complaint extends Error {}

/** An answer that Milvus is content with. */
export function expectSuccess<T>(answer: T): T {
  const { status, ...rest } = answer as { status?: Status } & Status;
  const { error_code = "Success", code = 0, reason } = status ?? rest;
  if ((error_code !== "Success" && error_code !== 0) || code !== 0) {
    throw new Complaint(printable(reason || String(error_code)));
  }
  return answer;
}

/** The row of a call to Milvus that failed. */
export function complaint(error: unknown, token: string | undefined): Finding {
  const { code, error_code } = (error ?? {}) as { code?: unknown; error_code?: unknown };
  if (error instanceof BrokenSdk) {
    return { cause: "no-client", seen: error.message };
  }
  const message = without(secretsOf(token), messageOf(error));
  // Some of the client's calls throw Milvus' own status, whose codes are others.
  const isStatus = typeof code === "number" && error_code === undefined;
  const seen = isStatus ? describeStatus(code, message) : message;
  const [, http] = /HTTP status code (\d{3})/.exec(message) ?? [];
  const byHttp = HTTP_CAUSES[Number(http) as keyof typeof HTTP_CAUSES];
  if (byHttp !== undefined) {
    return { cause: byHttp, seen };
  }
  return { cause: isStatus ? grpcCause(code, message) : grpcCause(-1, message), seen };
}

/** A hop that a call to Milvus broke. */
export function failedCall(error: unknown, token: string | undefined): Outcome {
  const { cause, seen } = complaint(error, token);
  return failed(cause, seen);
}
