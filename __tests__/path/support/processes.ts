import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as after } from "node:timers/promises";
import { PATH } from "./tools";

/** Runs a command until it ends, or the pipe: tests that are interrupted leave no server. */
const UNTIL_WE_END = '"$@" 3<&- & server=$!; (read -r _ <&3; kill -KILL 0) & wait $server';

/** A server in a process group of its own, so that its children end with it. */
export class Server {
  private constructor(private readonly child: ChildProcess) {}

  /** @param log the file that gets its output, shown where it doesn't start */
  static async start(
    log: string,
    [command, ...args]: [string, ...string[]],
    isUp: () => Promise<boolean>,
    env: NodeJS.ProcessEnv = {},
  ): Promise<Server> {
    const output = openSync(log, "w");
    const child = spawn("sh", ["-c", UNTIL_WE_END, "sh", command, ...args], {
      detached: true,
      stdio: ["ignore", output, output, "pipe"],
      env: { ...process.env, PATH, ...env },
    });
    closeSync(output);
    const server = new Server(child);
    const end = Date.now() + 60_000;
    while (!(await isUp().catch(() => false))) {
      if (child.exitCode !== null || child.signalCode !== null || Date.now() > end) {
        await server.stop();
        throw new Error(`${command} ${args.join(" ")} doesn't start:\n${readFileSync(log, "utf8")}`);
      }
      await after(100);
    }
    return server;
  }

  async stop(): Promise<void> {
    const gone = this.child.exitCode === null && this.child.signalCode === null ? once(this.child, "exit") : undefined;
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      if (this.signal(signal)) {
        await after(signal === "SIGTERM" ? 500 : 0);
      }
    }
    await gone;
  }

  private signal(name: NodeJS.Signals): boolean {
    try {
      return process.kill(-(this.child.pid as number), name);
    } catch {
      return false;
    }
  }
}

/** Ports that nothing listens on, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}

export async function freePort(): Promise<number> {
  return (await freePorts(1))[0] as number;
}
