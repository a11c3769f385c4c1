import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, TerraformStack } from "cdktf";
import type { StackConfig } from "../config/types";
import { STACK_MARK } from "../constructs/kubernetes/stack-marker";
import { stackOf } from "../stacks/catalog";
import type { Untyped } from "./cluster";

/** An object that a deploy makes. */
export interface PlannedObject {
  readonly kind: string;
  /** As kubectl takes it: the plural, with the group after it. */
  readonly resource: string;
  readonly name: string;
  readonly namespace: string;
  /** Whether it is imported: `adoptExisting` names it. */
  readonly adopted: boolean;
  /**
   * Whether it has the mark of the stack, as the front Service has it.
   *
   * @default false
   */
  readonly stackMark?: boolean;
}

/** What is looked at of a synthesised stack. */
export interface TerraformJson {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Untyped>>>>;
  readonly data?: Readonly<Record<string, Readonly<Record<string, Untyped>>>>;
  readonly import?: readonly { readonly to: string; readonly id: string }[];
}

/** The stacks of a config's entry as they are synthesised, with nothing written but to a folder that is taken away. */
export function synthesised(id: string, config: StackConfig): TerraformJson[] {
  const outdir = mkdtempSync(join(tmpdir(), "milvus-l7-doctor-"));
  try {
    const app = new App({ outdir });
    stackOf(config.cloud).build(app, id, config);
    const stacks = app.node.children.filter((child) => child instanceof TerraformStack);
    return stacks.map((stack) => {
      stack.prepareStack();
      return stack.toTerraform();
    });
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** The plural of every kind that a stack makes or reads. */
const RESOURCES: Readonly<Record<string, string>> = {
  BackendConfig: "backendconfigs.cloud.google.com",
  ConfigMap: "configmaps",
  Deployment: "deployments.apps",
  FrontendConfig: "frontendconfigs.networking.gke.io",
  Ingress: "ingresses.networking.k8s.io",
  ManagedCertificate: "managedcertificates.networking.gke.io",
  Namespace: "namespaces",
  Secret: "secrets",
  Service: "services",
};

export function resourceOf(kind: string): string {
  const resource = RESOURCES[kind];
  if (resource === undefined) {
    throw new Error(`the plural of ${kind} is not known`);
  }
  return resource;
}

/** The kinds that typed resources and data sources stand for. */
export const KIND_OF_TYPE: Readonly<Record<string, string>> = {
  kubernetes_config_map_v1: "ConfigMap",
  kubernetes_ingress_v1: "Ingress",
  kubernetes_secret_v1: "Secret",
  kubernetes_service_v1: "Service",
};

/** The Kubernetes objects that the stacks make. */
export function plannedObjects(stacks: readonly TerraformJson[]): PlannedObject[] {
  return stacks.flatMap(({ resource = {}, import: imports = [] }) =>
    Object.entries(resource).flatMap(([type, byId]) =>
      Object.entries(byId).flatMap(([id, settings]) => {
        const kind = type === "kubernetes_manifest" ? settings.manifest.kind : KIND_OF_TYPE[type];
        if (kind === undefined) {
          return [];
        }
        const { name, namespace, annotations = {} } = (settings.manifest ?? settings).metadata;
        const adopted = imports.some(({ to }) => to === `${type}.${id}`);
        const stackMark = STACK_MARK in annotations;
        return [{ kind, resource: resourceOf(kind), name, namespace, adopted, ...(stackMark ? { stackMark } : {}) }];
      }),
    ),
  );
}
