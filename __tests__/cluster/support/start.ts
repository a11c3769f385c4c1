import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Run } from "./run";
import type { Target } from "./target";

/** A run that has begun. It is cleaned up when the attendant's standard input closes. */
export interface Started {
  readonly run: Run;
  /** The run, for other processes. */
  readonly file: string;
  readonly attendant: ChildProcess;
}

/** Starts what stands in for controllers and cleans up, and waits until the cluster may be used. */
export async function start(target: Target): Promise<Started> {
  // A socket's path must be short.
  const folder = mkdtempSync(join(tmpdir(), "milvus-l7-cluster-"));
  const run: Run = {
    name: `milvus-l7-test-${randomBytes(4).toString("hex")}`,
    target,
    folder,
    socket: join(folder, "api"),
    ready: join(folder, "ready.json"),
  };
  const file = join(folder, "run.json");
  writeFileSync(file, JSON.stringify(run));

  const attendant = spawn(process.execPath, ["--require", "tsx/cjs", join(__dirname, "attendant.ts"), file], {
    detached: true,
    stdio: ["pipe", "inherit", "inherit"],
    // No other cluster by accident.
    env: { ...process.env, KUBECONFIG: "/dev/null" },
  });
  while (!existsSync(run.ready)) {
    if (attendant.exitCode !== null) {
      throw new Error(`the cluster of context ${target.context} can't be used, see above`);
    }
    await sleep(100);
  }
  return { run, file, attendant };
}
