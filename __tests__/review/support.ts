import type { StateModule } from "../../commands/release-state";
import { reviewOf } from "../../review/findings";
import type { ResourceChange, TerraformPlan } from "../../review/plan";

/** A change of a resource, as `terraform show -json` has it. */
export function change(
  address: string,
  actions: string[],
  before: object | null,
  after: object | null,
  more: object = {},
): ResourceChange {
  const [type = "", name = ""] = address.split(".");
  return {
    address,
    type,
    name,
    mode: "managed",
    change: { actions, before, after, ...more } as ResourceChange["change"],
  };
}

export function updated(address: string, before: object, after: object, more: object = {}): ResourceChange {
  return change(address, ["update"], before, after, more);
}

export function planOf(changes: readonly ResourceChange[], more: Partial<TerraformPlan> = {}): TerraformPlan {
  return { resource_changes: changes, ...more };
}

/** A plan as it is read from a file. */
export function planText(changes: readonly ResourceChange[], more: Partial<TerraformPlan> = {}): string {
  return JSON.stringify({ format_version: "1.2", planned_values: {}, ...planOf(changes, more) });
}

/** A state that holds a load balancer. */
export const IN_USE: { readonly values: { readonly root_module: StateModule } } = {
  values: { root_module: { resources: [{ type: "kubernetes_manifest", name: "ingress_DF2C2AE3" }] } },
};

/** What is said of these changes, as `concern: effect`. */
export function saidOf(changes: readonly ResourceChange[], more: Partial<TerraformPlan> = {}): string[] {
  return reviewOf(planOf(changes, more)).findings.map(({ concern, effect }) => `${concern}: ${effect}`);
}

export const INGRESS = "kubernetes_manifest.ingress_DF2C2AE3";

export function ingress(annotations: object, spec: object = {}) {
  const metadata = { name: "search", namespace: "default", annotations };
  return { manifest: { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata, spec } };
}

/** What is said of an Ingress whose annotation changes. */
export function annotated(name: string, before: string | undefined, after: string | undefined): string[] {
  const holding = (value: string | undefined) => ingress(value === undefined ? {} : { [name]: value });
  return saidOf([updated(INGRESS, holding(before), holding(after))]);
}

export function manifest(kind: string, spec: object) {
  return { manifest: { kind, metadata: { name: "search", namespace: "default" }, spec } };
}
