import type { MilvusClient } from "@zilliz/milvus2-sdk-node";
import { flawsOf } from "../../constructs/milvus/known-flaws";
import { describeStatus, grpcStatus, judge } from "../grpc";
import { brokenConnection, callWithoutToken } from "../grpc-call";
import { failed, type Outcome, type Route, warned } from "../hop";
import { Complaint, expectSuccess, failedCall, openMilvus } from "../milvus-client";
import { printable } from "../text";

const NEEDS_A_TOKEN = "/milvus.proto.milvus.MilvusService/ShowCollections";

/** Whether Milvus answers, as its own client asks it; and what there is to say of one that does. */
export async function milvus(route: Route): Promise<Outcome> {
  const { token } = route.target;
  const stranger = await callAsStranger(route);
  if ("status" in stranger) {
    return stranger;
  }
  if (stranger.isRefused && token === undefined) {
    return failed("grpc-unauthenticated", "Milvus asks for a token, and there is none");
  }
  try {
    // Who isn't asked for a token doesn't send it.
    return await examine(await openMilvus(route, stranger.isRefused ? token : undefined), stranger.isRefused);
  } catch (error) {
    return failedCall(error, token);
  }
}

/** Whether a call without a token is turned away; or what became of it. */
async function callAsStranger(route: Route): Promise<Outcome | { readonly isRefused: boolean }> {
  try {
    const answer = await callWithoutToken(route, NEEDS_A_TOKEN);
    const outcome = judge(answer);
    const { code } = grpcStatus(answer);
    if (code === 12) {
      return failed("grpc-unimplemented", describeStatus(12));
    }
    return outcome.status === "failed" ? outcome : { isRefused: code === 16 };
  } catch (error) {
    return brokenConnection(error);
  }
}

async function examine(client: MilvusClient, asksForToken: boolean): Promise<Outcome> {
  const version = await versionOf(client);
  await listCollections(client);
  // An older or a lesser server has no such call, and the SDK makes an empty answer of that.
  const { isHealthy, reasons } = (await client.checkHealth()) as { isHealthy?: boolean; reasons?: unknown[] };
  if (isHealthy === false) {
    return failed("milvus-unhealthy", printable(`not healthy: ${(reasons ?? []).join("; ") || "no reason given"}`));
  }
  const health = isHealthy === undefined ? "" : ", healthy";
  const seen = `Milvus ${version}${health}, ${asksForToken ? "takes the token" : "asks for no token"}`;
  const flaws = flawsOf(version).map(({ name, effect }) => `${name}: ${effect}`);
  return warned(seen, [
    ...(asksForToken ? [] : [{ cause: "no-authorization", seen } as const]),
    ...(flaws.length === 0
      ? []
      : [{ cause: "known-hole", seen: `${seen}; this version has ${flaws.join("; ")}` } as const]),
  ]);
}

async function versionOf(client: MilvusClient): Promise<string> {
  const { version } = expectSuccess(await client.getVersion());
  if (typeof version !== "string" || version === "") {
    throw Object.assign(new Error("it has no GetVersion"), { code: 12 });
  }
  return printable(version.replace(/^v(?=\d)/, ""), 40);
}

/** A call that needs a token where authorization is on. That a user may not list is an answer of somebody known. */
async function listCollections(client: MilvusClient): Promise<void> {
  try {
    expectSuccess(await client.showCollections());
  } catch (error) {
    const { code } = error as { code?: number };
    if (code === 7 || (error instanceof Complaint && /permission/i.test(error.message))) {
      return;
    }
    // What the SDK makes of a call that the server doesn't have.
    throw error instanceof TypeError ? Object.assign(new Error("it has no ShowCollections"), { code: 12 }) : error;
  }
}
