/**
 * What the Milvus Helm chart calls its objects and puts into its pods: the one place that knows.
 *
 * @see https://github.com/zilliztech/milvus-helm/blob/milvus-5.0.19/charts/milvus/templates/_helpers.tpl
 */

/** `standalone`: one pod with every role. `cluster`: a Deployment for each role, clients talk to the proxies. */
export type MilvusMode = "cluster" | "standalone";

/** A release of the Milvus chart, as `helm list` shows it, with those of its values that decide its objects' names. */
export interface HelmReleaseRef {
  /** Its name, the first column. */
  readonly releaseName: string;
  /** The namespace that it is installed in. */
  readonly namespace: string;
  /** Whether each role of Milvus has pods of its own: `cluster.enabled` of its values. */
  readonly mode: MilvusMode;
  /**
   * The release's value `nameOverride`.
   *
   * @default - the chart's name, `milvus`
   */
  readonly nameOverride?: string;
  /**
   * The release's value `fullnameOverride`.
   *
   * @default - the release's name, with `-milvus` after it unless it holds that word
   */
  readonly fullnameOverride?: string;
  /**
   * What renders Milvus' objects. The operator gives them other labels; `releaseName` is then the name of the `Milvus`
   * resource, and there is no Helm release to adopt.
   *
   * @default "helm-chart"
   */
  readonly renderedBy?: "helm-chart" | "milvus-operator";
}

const CHART_NAME = "milvus";

/** Whether a chart is named by the place of its files, and not by its name in a repository. */
export function isChartPath(chart: unknown): chart is string {
  return typeof chart === "string" && /^[.~/\\]/.test(chart);
}

/** Whether a chart is named by a whole address: of its files, in a registry, or of an archive. */
export function isWholeAddress(chart: string): boolean {
  return isChartPath(chart) || /^(oci|https?):\/\//.test(chart);
}

/** The version in the name of an archive, as `helm package` writes it. */
export function versionOfArchive(chart: string): string | undefined {
  return /-(\d+\.\d+\.\d+[^/]*)\.tgz$/.exec(chart)?.[1];
}

/** The name of the release's Service and ConfigMap, and the beginning of every other name. */
export function fullName({ releaseName, nameOverride, fullnameOverride, renderedBy }: HelmReleaseRef): string {
  if (renderedBy === "milvus-operator") {
    return cut(`${releaseName}-milvus`);
  }
  if (fullnameOverride) {
    return cut(fullnameOverride);
  }
  const name = nameOverride || CHART_NAME;
  return cut(releaseName.includes(name) ? releaseName : `${releaseName}-${name}`);
}

/**
 * The labels of the pods that answer clients. Their Deployment has them too.
 *
 * @see https://github.com/zilliztech/milvus-operator/blob/main/pkg/controllers/utils.go
 */
export function podSelector({ releaseName, nameOverride, mode, renderedBy }: HelmReleaseRef): Record<string, string> {
  if (renderedBy === "milvus-operator") {
    return {
      "app.kubernetes.io/name": "milvus",
      "app.kubernetes.io/instance": releaseName,
      "app.kubernetes.io/component": component(mode),
    };
  }
  return {
    "app.kubernetes.io/name": cut(nameOverride || CHART_NAME),
    "app.kubernetes.io/instance": releaseName,
    component: component(mode),
  };
}

/** The Deployment of those pods. The chart cuts the full name, not this one. */
export function deploymentName(ref: HelmReleaseRef): string {
  return `${fullName(ref)}-${component(ref.mode)}`;
}

/** The ConfigMap with Milvus' `user.yaml`, unless the release names one of its own by `customConfigMap`. */
export function configMapName(ref: HelmReleaseRef): string {
  return ref.renderedBy === "milvus-operator" ? ref.releaseName : fullName(ref);
}

/**
 * Where the container has the user's settings: a file of that ConfigMap, or of another one. Charts before 4.0 mount it as
 * `milvus.yaml`, with Milvus' own settings in it.
 */
export const USER_FILES: readonly string[] = ["/milvus/configs/user.yaml", "/milvus/configs/milvus.yaml"];

/** The role that answers clients: the name of its container, and of its part of the chart's values. */
export function component(mode: MilvusMode): "proxy" | "standalone" {
  return mode === "cluster" ? "proxy" : "standalone";
}

/** The types of the chart's own Service, each offering more than the one before it. */
export const SERVICE_TYPES = ["ClusterIP", "NodePort", "LoadBalancer"] as const;

/** Components of the chart that speak plaintext to the gRPC port. */
export const PLAINTEXT_CLIENTS: readonly string[] = ["attu", "cdc"];

/** Container ports; the chart writes them as constants. Health is plain HTTP whatever the TLS mode. */
export const GRPC_PORT = 19530;
export const HEALTH_PORT = 9091;

/**
 * An environment entry that the chart's templates render by themselves, beside the user's `extraEnv`. Taken over into
 * `extraEnv` it would stand in the Deployment twice, which Helm 4 refuses.
 */
export interface ChartEnvEntry {
  readonly name: string;
  /** The value, or the resource field that it comes from, as the chart writes it. With another one it is the user's. */
  readonly content: { readonly value: string } | { readonly resource: string };
  /**
   * The mode whose Deployment has it.
   *
   * @default - both
   */
  readonly mode?: MilvusMode;
  /**
   * The chart versions that render it, as a regular expression. Any other version leaves the entry to the user.
   *
   * @default - every version
   */
  readonly chartVersions?: string;
}

/** @see https://github.com/zilliztech/milvus-helm/commits/master/charts/milvus/templates/standalone-deployment.yaml */
export const CHART_ENV: readonly ChartEnvEntry[] = [
  { name: "LD_LIBRARY_PATH", content: { value: "/milvus/tools/heaptrack/lib:/milvus/lib:/usr/lib" } },
  { name: "LOCAL_STORAGE_SIZE", content: { resource: "limits.ephemeral-storage" }, mode: "standalone" },
  // From 2.1.20 to 3.1.3.
  { name: "CACHE_SIZE", content: { resource: "limits.memory" }, chartVersions: "^(2[.]|3[.]0[.]|3[.]1[.][0-3]$)" },
  // From 4.2.8 on with `streaming.enabled`, until 5.0.0 made the streaming service the rule.
  {
    name: "MILVUS_STREAMING_SERVICE_ENABLED",
    content: { value: "1" },
    chartVersions: "^4[.](2[.]([89]$|[1-9][0-9])|[3-9])",
  },
];

/** A volume that the chart's templates mount by themselves, beside the user's `volumes` and `volumeMounts`. */
export interface ChartVolume {
  readonly name: string;
  /**
   * Where the chart mounts it. A mount of it at another path is the user's.
   *
   * @default - wherever it is mounted
   */
  readonly mountPaths?: readonly string[];
  /**
   * The mode whose Deployment has it.
   *
   * @default - both
   */
  readonly mode?: MilvusMode;
}

/** @see https://github.com/zilliztech/milvus-helm/commits/master/charts/milvus/templates/standalone-deployment.yaml */
export const CHART_VOLUMES: readonly ChartVolume[] = [
  {
    name: "milvus-config",
    mountPaths: ["/milvus/configs/default.yaml", ...USER_FILES],
  },
  { name: "tools", mountPaths: ["/milvus/tools"] },
  { name: "heaptrack" },
  { name: "milvus-logs-disk" },
  { name: "milvus-data-disk", mode: "standalone" },
  { name: "disk", mode: "standalone" },
];

function cut(name: string): string {
  return name.slice(0, 63).replace(/-$/, "");
}
