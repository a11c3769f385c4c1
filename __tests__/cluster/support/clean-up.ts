import { setTimeout as sleep } from "node:timers/promises";
import type { Api, ApiObject } from "./api";
import { RUN_LABEL } from "./controllers";
import { removeKinds } from "./definitions";

/** What a run has made in the cluster. */
export function namespacesOf(api: Api, run: string): Promise<readonly ApiObject[]> {
  return api.list(`/api/v1/namespaces?labelSelector=${RUN_LABEL}%3D${run}`);
}

/** Removes all that a run has made in the cluster, whatever finalizers it has and whichever controllers are missing. */
export async function cleanUp(api: Api, run: string): Promise<void> {
  const resources = await namespacedResources(api);
  const end = Date.now() + 90_000;
  let left = await namespacesOf(api, run);
  while (left.length > 0 && Date.now() < end) {
    for (const { metadata } of left) {
      await emptied(api, metadata.name, resources);
      await ignoringConflicts(api.delete(`/api/v1/namespaces/${metadata.name}`));
    }
    await sleep(500);
    for (const namespace of await namespacesOf(api, run)) {
      await finalized(api, namespace, resources);
    }
    left = await namespacesOf(api, run);
  }
  await removeKinds(api, run);
  if (left.length > 0) {
    throw new Error(`left behind: namespaces ${left.map(({ metadata }) => metadata.name).join(", ")}`);
  }
}

/** The paths of all namespaced kinds, with NAMESPACE in them. */
async function namespacedResources(api: Api): Promise<string[]> {
  const { groups } = await api.get("/apis");
  const versions = groups.map((group: ApiObject) => `/apis/${group.preferredVersion.groupVersion}`);
  const paths: string[] = [];
  for (const version of ["/api/v1", ...versions]) {
    const { resources = [] } = (await api.find(version)) ?? {};
    for (const { name, namespaced, verbs } of resources) {
      if (namespaced && verbs.includes("list") && verbs.includes("delete")) {
        paths.push(`${version}/namespaces/NAMESPACE/${name}`);
      }
    }
  }
  return paths;
}

async function emptied(api: Api, namespace: string, resources: readonly string[]): Promise<void> {
  for (const path of resources.map((resource) => resource.replace("NAMESPACE", namespace))) {
    for (const { metadata } of await ignoringConflicts(api.list(path), [])) {
      const object = `${path}/${metadata.name}`;
      if (metadata.finalizers?.length > 0) {
        await ignoringConflicts(api.patch(object, { metadata: { finalizers: null } }));
      }
      await ignoringConflicts(api.delete(object));
    }
  }
}

/** What a cluster's namespace controller does at the end. Where there is one, it has been quicker. */
async function finalized(api: Api, namespace: ApiObject, resources: readonly string[]): Promise<void> {
  const { name } = namespace.metadata;
  for (const resource of resources) {
    if ((await ignoringConflicts(api.list(resource.replace("NAMESPACE", name)), [])).length > 0) {
      return;
    }
  }
  const spec = { ...namespace.spec, finalizers: [] };
  await ignoringConflicts(api.replace(`/api/v1/namespaces/${name}/finalize`, { ...namespace, spec }));
}

/** Somebody else was quicker, or the object is gone: the next look tells. */
async function ignoringConflicts<T>(call: Promise<T>, instead?: T): Promise<T> {
  try {
    return await call;
  } catch {
    return instead as T;
  }
}
