import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Api, startProxy } from "./api";
import { cleanUp, namespacesOf } from "./clean-up";
import { Controllers, type Missing } from "./controllers";
import { hasGkeKinds, installKinds } from "./definitions";
import { missingWorkloadControllers } from "./probe";
import { killGroups, type Run } from "./run";

/**
 * A process beside the tests: it stands in for controllers while they run, and cleans up when they end, however that is. It
 * lives in a process group of its own, and sees the end by its standard input, which closes with the process that holds it.
 */
async function main(run: Run): Promise<void> {
  let ended = false;
  process.stdin.resume();
  process.stdin.on("close", () => {
    ended = true;
  });
  // A terminal's Ctrl-C and a closed window reach the tests; this one has to go on.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      ended = true;
    });
  }

  const proxy = await startProxy(run.target, run.socket);
  const api = new Api(run.socket);
  try {
    const missing = await lookAround(api, run);
    writeFileSync(run.ready, JSON.stringify(missing));
    const controllers = new Controllers(api, missing);
    while (!ended) {
      for (const namespace of await namespacesOf(api, run.name)) {
        await controllers.reconcile(namespace).catch((error) => console.error(`stand-in: ${error.message}`));
      }
      await sleep(200);
    }
  } finally {
    killGroups(run);
    await cleanUp(api, run.name).finally(() => proxy.kill());
    rmSync(run.folder, { recursive: true, force: true });
    console.log("cluster: all that this run made is removed");
  }
}

async function lookAround(api: Api, { name }: Run): Promise<Missing> {
  const gke = !(await hasGkeKinds(api));
  if (gke) {
    await installKinds(api, name);
  }
  const lbc = "app.kubernetes.io/name%3Daws-load-balancer-controller";
  const eks = (await api.list(`/apis/apps/v1/deployments?labelSelector=${lbc}`)).length === 0;
  return { workloads: await missingWorkloadControllers(api, name), gke, eks };
}

main(JSON.parse(readFileSync(process.argv[2] as string, "utf8"))).then(
  // The pipe from the tests may be open still.
  () => process.exit(0),
  (error) => {
    console.error(`cluster: ${error.message}`);
    process.exit(1);
  },
);
