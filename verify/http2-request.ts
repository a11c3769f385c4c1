import { connect, constants, type IncomingHttpHeaders, type OutgoingHttpHeaders } from "node:http2";
import { onAbort } from "./abort";
import { dialTls } from "./connection";
import type { Route } from "./hop";
import { authorityOf } from "./target";

/** What came back, whether or not it is gRPC. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Those after the body. */
  readonly trailers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** As much of a body as is looked at. */
const MOST_BYTES = 64 * 1024;

/** One request over HTTP/2 on a connection of its own. */
export async function request(route: Route, headers: OutgoingHttpHeaders, body?: Buffer): Promise<Answer> {
  const { target, signal } = route;
  const socket = await dialTls(route, { ALPNProtocols: ["h2"] });
  const session = connect(`https://${authorityOf(target)}`, {
    createConnection: () => socket,
    settings: { enablePush: false },
  });
  let forget = () => {};
  try {
    return await new Promise<Answer>((resolve, reject) => {
      forget = onAbort(signal, () => reject(new Error("stopped")));
      session.on("error", reject);
      session.once("close", () => reject(new Error("the connection was closed before an answer")));
      session.once("goaway", (code) => code !== constants.NGHTTP2_NO_ERROR && reject(new GoAway(code)));
      const stream = session.request({ ":authority": authorityOf(target), ":scheme": "https", ...headers });
      const answer = { status: 0, headers: {} as IncomingHttpHeaders, trailers: {} as IncomingHttpHeaders };
      const chunks: Buffer[] = [];
      let size = 0;
      const finish = () =>
        answer.status === 0
          ? reject(new Error("the connection was closed before an answer"))
          : resolve({ ...answer, body: Buffer.concat(chunks).subarray(0, MOST_BYTES) });
      stream.on("error", reject);
      stream.once("response", (received) => {
        answer.status = Number(received[":status"]);
        answer.headers = received;
      });
      stream.once("trailers", (received) => {
        answer.trailers = received;
      });
      stream.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size > MOST_BYTES) {
          finish();
        }
      });
      // An aborted stream ends, too: an error that follows says more.
      stream.once("end", () => answer.status !== 0 && finish());
      stream.once("close", finish);
      stream.end(body);
    });
  } finally {
    forget();
    session.destroy();
    socket.destroy();
  }
}

/** The server ended the connection, and says why. */
export class GoAway extends Error {
  constructor(code: number) {
    super(`the server ended the connection with HTTP/2 error ${code}`);
  }
}
