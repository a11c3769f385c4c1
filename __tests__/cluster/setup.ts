import type { ChildProcess } from "node:child_process";
import { RUN_FILE } from "./support/run";
import { start } from "./support/start";
import { NOTHING_NAMED, targetOf } from "./support/target";

declare global {
  var clusterAttendant: ChildProcess | undefined;
}

/** Begins a run, where a cluster is named. */
export default async function setup(): Promise<void> {
  const target = targetOf(process.env);
  if (target === undefined) {
    // Jest prints nothing of files whose tests are all skipped.
    console.log(`the cluster tier is skipped: ${NOTHING_NAMED}`);
    return;
  }
  const { run, file, attendant } = await start(target);
  process.env[RUN_FILE] = file;
  process.env.TMPDIR = run.folder;
  process.env.KUBECONFIG = "/dev/null";
  globalThis.clusterAttendant = attendant;
}
