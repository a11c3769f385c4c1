import { setTimeout as sleep } from "node:timers/promises";
import type { Api, ApiObject } from "./api";
import { RUN_LABEL } from "./controllers";

/** Where custom resource definitions are. */
const DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

const text = { type: "string" };
const whole = { type: "integer", format: "int64" };
const number = { type: "number" };
const flag = { type: "boolean" };
const object = (properties: object) => ({ type: "object", properties });

/** The kinds of GKE's controllers that the stacks make objects of, with the fields that they write. */
const KINDS: readonly { group: string; version: string; kind: string; plural: string; spec: object }[] = [
  {
    group: "cloud.google.com",
    version: "v1",
    kind: "BackendConfig",
    plural: "backendconfigs",
    spec: object({
      healthCheck: object({
        type: text,
        port: whole,
        requestPath: text,
        checkIntervalSec: whole,
        timeoutSec: whole,
        healthyThreshold: whole,
        unhealthyThreshold: whole,
      }),
      timeoutSec: whole,
      connectionDraining: object({ drainingTimeoutSec: whole }),
      sessionAffinity: object({ affinityType: text, affinityCookieTtlSec: whole }),
      logging: object({ enable: flag, sampleRate: number }),
      securityPolicy: object({ name: text }),
    }),
  },
  {
    group: "networking.gke.io",
    version: "v1beta1",
    kind: "FrontendConfig",
    plural: "frontendconfigs",
    spec: object({ sslPolicy: text, redirectToHttps: object({ enabled: flag, responseCodeName: text }) }),
  },
  {
    group: "networking.gke.io",
    version: "v1",
    kind: "ManagedCertificate",
    plural: "managedcertificates",
    spec: object({ domains: { type: "array", items: text } }),
  },
];

/** Whether GKE's kinds are all there, and so its controllers, which run where nobody sees them. */
export async function hasGkeKinds(api: Api): Promise<boolean> {
  const names = (await api.list(DEFINITIONS)).map(({ metadata }) => metadata.name);
  return KINDS.every(({ plural, group }) => names.includes(`${plural}.${group}`));
}

/** Installs those that are missing, and waits until they are served. */
export async function installKinds(api: Api, run: string): Promise<void> {
  const names = (await api.list(DEFINITIONS)).map(({ metadata }) => metadata.name);
  for (const kind of KINDS.filter(({ plural, group }) => !names.includes(`${plural}.${group}`))) {
    await api.create(DEFINITIONS, definition(kind, run));
  }
  for (const { group, version, plural } of KINDS) {
    while (!(await api.answers(`/apis/${group}/${version}/${plural}`))) {
      await sleep(100);
    }
  }
}

/** Removes those that this run installed. */
export async function removeKinds(api: Api, run: string): Promise<void> {
  for (const { metadata } of await api.list(`${DEFINITIONS}?labelSelector=${RUN_LABEL}%3D${run}`)) {
    await api.delete(`${DEFINITIONS}/${metadata.name}`);
  }
}

function definition({ group, version, kind, plural, spec }: (typeof KINDS)[number], run: string): ApiObject {
  const status = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: {
      name: `${plural}.${group}`,
      labels: { [RUN_LABEL]: run },
      // GKE's groups end in a domain of Kubernetes' own where they do, and the API server asks for a word on that.
      annotations: { "api-approved.kubernetes.io": "unapproved, a stand-in of a test" },
    },
    spec: {
      group,
      scope: "Namespaced",
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: { openAPIV3Schema: object({ spec, status }) },
        },
      ],
    },
  };
}
