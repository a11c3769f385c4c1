import { judge } from "../grpc";
import { brokenConnection, callWithoutToken } from "../grpc-call";
import type { Outcome, Route } from "../hop";

/**
 * Whether a gRPC server answers. Bare HTTP/2 shows what a gRPC library hides: a proxy's own status and its page. No token
 * is sent: to ask for one is an answer, too.
 */
export async function grpc(route: Route): Promise<Outcome> {
  try {
    return judge(await callWithoutToken(route, "/grpc.health.v1.Health/Check"));
  } catch (error) {
    return brokenConnection(error);
  }
}
