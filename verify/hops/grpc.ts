import { judge } from "../grpc";
import { failed, type Outcome, type Route } from "../hop";
import { request } from "../http2-request";
import { codeOf, messageOf } from "../text";

const EMPTY_MESSAGE = Buffer.alloc(5);

/**
 * Whether a gRPC server answers. Bare HTTP/2 shows what a gRPC library hides: a proxy's own status and its page. No token
 * is sent: to ask for one is an answer, too.
 */
export async function grpc(route: Route): Promise<Outcome> {
  try {
    const headers = {
      ":method": "POST",
      ":path": "/grpc.health.v1.Health/Check",
      "content-type": "application/grpc",
      te: "trailers",
      "user-agent": "milvus-l7-verify",
    };
    return judge(await request(route, headers, EMPTY_MESSAGE));
  } catch (error) {
    return brokenConnection(error);
  }
}

/** The row of a connection that brought no answer. */
export function brokenConnection(error: unknown): Outcome {
  const code = codeOf(error);
  const seen = `${messageOf(error)}${code ? ` (${code})` : ""}`;
  if (/CERTIFICATE_REQUIRED/.test(code)) {
    return failed("tls-client-certificate", seen);
  }
  const isGarbage = /^ERR_HTTP2_(ERROR|TOO_MANY)/.test(code) || /^ERR_SSL_/.test(code);
  return failed(isGarbage ? "garbage" : "grpc-unavailable", seen);
}
