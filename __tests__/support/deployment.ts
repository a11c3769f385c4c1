import type { MilvusMode } from "../../constructs/milvus";

/** The fields that the data source gives every environment entry, as null where the entry has none. */
const ENTRY_FIELDS = {
  name: null,
  value: null,
  valueFrom: {
    configMapKeyRef: { key: null, name: null, optional: null },
    fieldRef: { apiVersion: null, fieldPath: null },
    resourceFieldRef: { containerName: null, divisor: null, resource: null },
    secretKeyRef: { key: null, name: null, optional: null },
  },
};

export interface Entry {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: Record<string, Record<string, unknown>>;
}

export interface LiveDetails {
  /** The chart's name and version, as its label has it. */
  readonly chart?: string;
  readonly image?: string;
  /** More of the pod's spec. */
  readonly pod?: object;
  readonly volumeMounts?: readonly object[];
  /** The pods' labels. */
  readonly labels?: Record<string, string>;
}

/** A live Deployment as the `kubernetes_resource` data source gives it: every possible field is there, as null. */
export function liveDeployment(
  mode: MilvusMode,
  env: readonly Entry[] | null,
  { chart = "milvus-5.0.19", image = "milvusdb/milvus:v2.6.15", pod = {}, volumeMounts, labels }: LiveDetails = {},
) {
  const container = mode === "cluster" ? "proxy" : "standalone";
  return {
    object: {
      metadata: { labels: { "helm.sh/chart": chart } },
      spec: {
        template: {
          metadata: {
            labels: labels ?? {
              "app.kubernetes.io/name": "milvus",
              "app.kubernetes.io/instance": "my-release",
              component: container,
            },
          },
          spec: {
            ...pod,
            containers: [
              { name: "sidecar", env: [{ ...ENTRY_FIELDS, name: "NOT_MILVUS", value: "1" }] },
              { name: container, image, env: env?.map(withNulls) ?? null, ...(volumeMounts ? { volumeMounts } : {}) },
            ],
          },
        },
      },
    },
  };
}

function withNulls(entry: Entry) {
  const sources = Object.entries(ENTRY_FIELDS.valueFrom).map(([kind, fields]) => [
    kind,
    { ...fields, ...entry.valueFrom?.[kind] },
  ]);
  return { ...ENTRY_FIELDS, ...entry, valueFrom: Object.fromEntries(sources) };
}
