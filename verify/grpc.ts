import { failed, type Outcome, passed } from "./hop";
import type { Answer } from "./http2-request";
import { printable } from "./text";

/** @see https://grpc.io/docs/guides/status-codes/ */
const STATUS_NAMES = [
  "OK",
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED",
];

/** A status as people look it up, e.g. `gRPC status 14 (UNAVAILABLE)`, with what the server says of it. */
export function describeStatus(status: number, message = ""): string {
  const name = STATUS_NAMES[status];
  const said = printable(message);
  return `gRPC status ${status}${name ? ` (${name})` : ""}${said ? `: ${said}` : ""}`;
}

/** What an answer to a health check without a token says of the hops before Milvus. */
export function judge(answer: Answer): Outcome {
  const { status, headers, body } = answer;
  const type = printable(String(headers["content-type"] ?? "none"), 80);
  const page = body.subarray(0, 4096).toString("utf8");
  const start = printable(/<title>([^<]+)</i.exec(page)?.[1] ?? page, 120);
  const seen = `HTTP ${status}, content-type ${type}${start && !isGrpc(answer) ? `: ${start}` : ""}`;
  const byHttp = httpCause(answer);
  if (byHttp !== undefined) {
    return failed(byHttp, seen);
  }
  const { code, message } = grpcStatus(answer);
  if (code === undefined) {
    return isGrpc(answer) && status === 200
      ? failed("grpc-other", `${seen}, and no gRPC status`)
      : failed("payload", seen);
  }
  return judgeStatus(code, message);
}

function judgeStatus(code: number, message: string): Outcome {
  const described = describeStatus(code, message);
  switch (code) {
    case 0:
      return passed("gRPC answers a health check");
    case 16:
      return passed("gRPC answers, and asks for a token");
    case 12:
      return passed("gRPC answers, and has no health check");
    default:
      return failed(grpcCause(code, message), described);
  }
}

/** The row of a gRPC status that isn't OK. */
export function grpcCause(code: number, message: string) {
  if (/not ready yet/i.test(message)) {
    return "milvus-unhealthy";
  }
  const causes = { 12: "grpc-unimplemented", 14: "grpc-unavailable", 16: "grpc-unauthenticated" } as const;
  return causes[code as keyof typeof causes] ?? "grpc-other";
}

/** The row of an HTTP status that a proxy answers by. One with a gRPC status is Milvus' own, unless a proxy made it up. */
function httpCause(answer: Answer) {
  const { status, headers, body } = answer;
  if (status === 404 && grpcStatus(answer).code === undefined) {
    const isGin = headers["content-type"] === "text/plain" && body.toString("utf8") === "404 page not found";
    return isGin ? "spoke-http1-to-milvus" : "wrong-host";
  }
  return HTTP_CAUSES[status as keyof typeof HTTP_CAUSES];
}

export const HTTP_CAUSES = {
  403: "forbidden",
  464: "http1-request-to-grpc",
  502: "bad-gateway",
  503: "no-backend",
  504: "gateway-timeout",
} as const;

function isGrpc({ headers }: Answer): boolean {
  return String(headers["content-type"] ?? "").startsWith("application/grpc");
}

export function grpcStatus({ headers, trailers }: Answer): { code?: number; message: string } {
  const status = trailers["grpc-status"] ?? headers["grpc-status"];
  const message = trailers["grpc-message"] ?? headers["grpc-message"] ?? "";
  return /^\d{1,9}$/.test(String(status)) ? { code: Number(status), message: decoded(message) } : { message: "" };
}

/** A gRPC message travels percent-encoded. */
function decoded(message: string | string[]): string {
  try {
    return decodeURIComponent(String(message));
  } catch {
    return String(message);
  }
}
