import { setTimeout as sleep } from "node:timers/promises";
import type { Api } from "./api";
import { RUN_LABEL } from "./controllers";

/** Whether nobody looks after Deployments: one with no pods is not observed. */
export async function missingWorkloadControllers(api: Api, run: string): Promise<boolean> {
  const name = `${run}-probe`;
  await api.create("/api/v1/namespaces", { metadata: { name, labels: { [RUN_LABEL]: run } } });
  const path = `/apis/apps/v1/namespaces/${name}/deployments`;
  const labels = { app: "probe" };
  await api.create(path, {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "probe" },
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: "probe", image: "probe" }] } },
    },
  });
  for (let attempt = 0; attempt < 15; attempt++) {
    await sleep(200);
    if ((await api.get(`${path}/probe`)).status?.observedGeneration !== undefined) {
      return false;
    }
  }
  return true;
}
