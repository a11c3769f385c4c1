import { failed, type Outcome, type Route } from "./hop";
import { type Answer, request } from "./http2-request";
import { codeOf, messageOf } from "./text";

const EMPTY_MESSAGE = Buffer.alloc(5);

/** A gRPC call with an empty message. */
export function callWithoutToken(route: Route, path: string): Promise<Answer> {
  const headers = {
    ":method": "POST",
    ":path": path,
    "content-type": "application/grpc",
    te: "trailers",
    "user-agent": "milvus-l7-verify",
  };
  return request(route, headers, EMPTY_MESSAGE);
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
