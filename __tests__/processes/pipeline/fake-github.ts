import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** What was asked of it. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: any;
  readonly authorization?: string;
}

export interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** Breaks the connection off. */
  readonly hangsUp?: boolean;
}

/** A server on this machine that stands in for GitHub's REST API. */
export class FakeGitHub {
  readonly asked: Asked[] = [];
  private readonly server: Server;

  /** @param answer what it answers; nothing stands for 404 */
  constructor(answer: (asked: Asked, count: number) => Answer | undefined) {
    this.server = createServer(async (request, response) => {
      const asked: Asked = {
        method: request.method ?? "",
        path: (request.url ?? "").replace("/repos/owner/name", ""),
        body: await bodyOf(request),
        authorization: request.headers.authorization,
      };
      this.asked.push(asked);
      const {
        status = 200,
        body,
        headers = {},
        hangsUp,
      } = answer(asked, this.asked.length) ?? {
        status: 404,
        body: { message: "Not Found" },
      };
      if (hangsUp) {
        request.socket.destroy();
        return;
      }
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body));
    });
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => {
      this.server.listen(0, "127.0.0.1", resolve);
    });
    return this;
  }

  get api(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** What was written to it, as `METHOD path`. */
  get written(): string[] {
    return this.asked.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => {
      this.server.close(resolve);
    });
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  return text === "" ? undefined : JSON.parse(text);
}
