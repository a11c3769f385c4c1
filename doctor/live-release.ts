import { component, type HelmReleaseRef, podSelector } from "../constructs/milvus/chart";
import { milvusSetting } from "../constructs/milvus/live-env";
import type { MilvusSetting } from "../constructs/milvus/milvus-setting";
import { settingOf } from "../constructs/milvus/user-yaml";
import type { KubernetesObject, Untyped } from "./cluster";

/** Where a setting of the pods comes from. */
export interface LiveSetting {
  readonly value: string;
  readonly from: "the environment" | "user.yaml" | "default.yaml" | "Milvus' default";
}

interface EnvEntry {
  readonly name?: unknown;
  readonly value?: unknown;
  readonly valueFrom?: unknown;
}

/** The Deployment of the pods that answer clients, among those of the release's namespace. */
export function clientDeployment(
  ref: HelmReleaseRef,
  deployments: readonly KubernetesObject[],
): KubernetesObject | undefined {
  const selector = Object.entries(podSelector(ref));
  const matching = deployments.filter(({ spec }) =>
    selector.every(([label, value]) => spec?.template?.metadata?.labels?.[label] === value),
  );
  // A rolling upgrade by the operator leaves a second one with no replicas.
  return matching.find(({ spec }) => spec?.replicas !== 0) ?? matching[0];
}

function containerOf(deployment: KubernetesObject, { mode }: HelmReleaseRef): Untyped {
  const containers = deployment.spec?.template?.spec?.containers;
  return Array.isArray(containers) ? containers.find(({ name }) => name === component(mode)) : undefined;
}

export function imageOf(deployment: KubernetesObject, ref: HelmReleaseRef): string {
  return String(containerOf(deployment, ref)?.image ?? "");
}

/** The ConfigMap that the pods mount: the chart's, or one that the release names by `customConfigMap`. */
export function mountedConfigMap(deployment: KubernetesObject): string | undefined {
  const volumes: readonly Untyped[] = deployment.spec?.template?.spec?.volumes ?? [];
  return volumes.find(({ name }) => name === "milvus-config")?.configMap?.name;
}

/** What the pods are set to. What Milvus keeps in its etcd outranks it, and isn't seen. */
export class LiveSettings {
  private readonly entries: readonly EnvEntry[];

  constructor(
    deployment: KubernetesObject,
    ref: HelmReleaseRef,
    private readonly files: Readonly<Record<string, string>>,
  ) {
    const env = containerOf(deployment, ref)?.env;
    this.entries = Array.isArray(env) ? env : [];
  }

  /**
   * A setting; `undefined` where it comes by `valueFrom`, so that nobody can tell what it is.
   *
   * @param otherwise Milvus' own default
   */
  of(setting: MilvusSetting, otherwise: string): LiveSetting | undefined {
    // The last one counts, as in a pod.
    const entry = this.entries.findLast(({ name }) => milvusSetting(String(name)) === milvusSetting(setting.env));
    if (entry?.valueFrom != null) {
      return undefined;
    }
    if (entry !== undefined && (entry.value ?? "") !== "") {
      return { value: String(entry.value), from: "the environment" };
    }
    for (const file of ["user.yaml", "default.yaml"] as const) {
      const value = settingOf(this.files[file] ?? "", setting);
      if (value !== undefined) {
        return { value, from: file };
      }
    }
    return { value: otherwise, from: "Milvus' default" };
  }
}
