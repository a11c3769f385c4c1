import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Target } from "./target";

/** An object as the API server gives it. */
export type ApiObject = any;

type Patch = "merge" | "strategic-merge" | "json";

/** The API server, through `kubectl proxy` on a socket of this run: whatever way of logging in the kubeconfig has, kubectl knows it. */
export class Api {
  constructor(private readonly socket: string) {}

  get(path: string): Promise<ApiObject> {
    return this.send("GET", path);
  }

  /** The items of a list. */
  async list(path: string): Promise<readonly ApiObject[]> {
    return (await this.get(path)).items ?? [];
  }

  /** Undefined where it is not there. */
  async find(path: string): Promise<ApiObject | undefined> {
    try {
      return await this.get(path);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) {
        return undefined;
      }
      throw error;
    }
  }

  /** Whether something is served there by now. */
  async answers(path: string): Promise<boolean> {
    try {
      await this.get(path);
      return true;
    } catch {
      return false;
    }
  }

  create(path: string, body: object): Promise<ApiObject> {
    return this.send("POST", path, body);
  }

  replace(path: string, body: object): Promise<ApiObject> {
    return this.send("PUT", path, body);
  }

  patch(path: string, body: object, kind: Patch = "merge"): Promise<ApiObject> {
    return this.send("PATCH", path, body, `application/${kind}-patch+json`);
  }

  delete(path: string): Promise<ApiObject> {
    return this.send("DELETE", path, { propagationPolicy: "Background" });
  }

  private send(method: string, path: string, body?: object, type = "application/json"): Promise<ApiObject> {
    return new Promise((resolve, reject) => {
      const call = request(
        { socketPath: this.socket, agent: false, method, path, headers: { "content-type": type } },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () => {
            const text = Buffer.concat(chunks).toString("utf8");
            const status = response.statusCode ?? 0;
            if (status >= 400) {
              reject(new ApiError(status, `${method} ${path}: ${status} ${text.slice(0, 600)}`));
            } else {
              resolve(JSON.parse(text));
            }
          });
        },
      );
      call.on("error", reject);
      call.end(body && JSON.stringify(body));
    });
  }
}

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Starts the proxy, and waits until it answers. */
export async function startProxy({ kubeconfig, context }: Target, socket: string): Promise<ChildProcess> {
  const flags = [`--kubeconfig=${kubeconfig}`, `--context=${context}`, `--unix-socket=${socket}`];
  // The default filter refuses some paths; a socket in a folder of our own needs none.
  const proxy = spawn("kubectl", ["proxy", ...flags, "--disable-filter=true"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const api = new Api(socket);
  for (let attempt = 0; attempt < 100; attempt++) {
    if (existsSync(socket) && (await api.answers("/version"))) {
      return proxy;
    }
    await sleep(100);
  }
  proxy.kill();
  throw new Error(`the API server of context ${context} does not answer`);
}
