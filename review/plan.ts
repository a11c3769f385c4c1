import type { StateModule } from "../commands/release-state";

/** The part of `terraform show -json PLAN` that is looked at. */
export interface TerraformPlan {
  readonly resource_changes?: readonly ResourceChange[];
  /** The state that the plan starts from. */
  readonly prior_state?: { readonly values?: { readonly root_module?: StateModule } };
  readonly configuration?: { readonly root_module?: { readonly resources?: readonly ConfiguredResource[] } };
  readonly output_changes?: Readonly<Record<string, { readonly actions: readonly string[] }>>;
  readonly checks?: readonly Check[];
  /** Terraform ended before it had looked at everything. */
  readonly errored?: boolean;
  /** Whether an apply of it leaves nothing to plan. */
  readonly complete?: boolean;
  readonly deferred_changes?: readonly unknown[];
}

/** A resource as the configuration has it. */
export interface ConfiguredResource {
  readonly type: string;
  readonly name: string;
  readonly expressions?: Readonly<Record<string, unknown>>;
}

export interface ResourceChange {
  readonly address: string;
  readonly previous_address?: string;
  readonly mode?: string;
  readonly type: string;
  readonly name: string;
  readonly action_reason?: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly before?: Record<string, unknown> | null;
    readonly after?: Record<string, unknown> | null;
    /** `true` in the place of each value that is known after apply only. */
    readonly after_unknown?: unknown;
    /** `true` in the place of each value that is sensitive. */
    readonly before_sensitive?: unknown;
    readonly after_sensitive?: unknown;
    /** The attributes that can't be changed in place. */
    readonly replace_paths?: readonly (readonly (string | number)[])[];
    readonly importing?: unknown;
  };
}

export interface Check {
  readonly address: { readonly kind: string; readonly to_display: string };
  readonly status: string;
  readonly instances?: readonly { readonly problems?: readonly { readonly message?: string }[] }[];
}

export function parsePlan(text: string): TerraformPlan | undefined {
  try {
    const plan: unknown = JSON.parse(text);
    const isPlan = typeof plan === "object" && plan !== null && "format_version" in plan && "planned_values" in plan;
    return isPlan ? (plan as TerraformPlan) : undefined;
  } catch {
    return undefined;
  }
}

export type Action = "none" | "create" | "update" | "replace" | "delete" | "forget";

/** What is to happen to a resource. A data source that an apply reads is no change. */
export function actionOf({ change: { actions } }: ResourceChange): Action {
  const has = (action: string) => actions.includes(action);
  if (has("delete")) {
    return has("create") ? "replace" : "delete";
  }
  return has("create") ? "create" : has("update") ? "update" : has("forget") ? "forget" : "none";
}

/** Deleted, or replaced by another. What is only forgotten lives on. */
export function isGone({ change }: ResourceChange): boolean {
  return change.actions.includes("delete");
}

/** What is at a path; `true` where that is all that `after_unknown` says of something around it. */
export function at(values: unknown, ...path: string[]): unknown {
  return path.reduce(
    (value, key) => (value === true ? true : (value as Record<string, unknown> | null | undefined)?.[key]),
    values,
  );
}

/** The kind of the object that a `kubernetes_manifest` is, or is to be. */
export function kindOf({ change }: ResourceChange): string | undefined {
  const kind = at(change.before, "manifest", "kind") ?? at(change.after, "manifest", "kind");
  return typeof kind === "string" ? kind : undefined;
}

/** How people call it: `Ingress default/search`. Only of a name that is in the clear. */
export function titleOf({ type, change }: ResourceChange): string | undefined {
  const values = change.after ?? change.before;
  const manifest = at(values, "manifest") ?? values;
  const metadata = [at(manifest, "metadata")].flat()[0];
  if ([change.before_sensitive, change.after_sensitive].some(marksAny)) {
    return undefined;
  }
  const [name, namespace] = [at(metadata, "name"), at(metadata, "namespace")];
  const kind = kindOf({ type, change } as ResourceChange) ?? at(values, "kind") ?? KINDS[type];
  return typeof kind === "string" && typeof name === "string"
    ? `${kind} ${typeof namespace === "string" ? `${namespace}/` : ""}${name}`
    : undefined;
}

/** Whether a mark stands on what names an object, in `before_sensitive` and the like. */
function marksAny(marks: unknown): boolean {
  return [at(marks, "metadata"), at(marks, "manifest", "metadata")].some(holdsTrue);
}

export function holdsTrue(marks: unknown): boolean {
  return marks === true || (typeof marks === "object" && marks !== null && Object.values(marks).some(holdsTrue));
}

const KINDS: Readonly<Record<string, string>> = {
  kubernetes_secret_v1: "Secret",
  kubernetes_service_v1: "Service",
  kubernetes_ingress_v1: "Ingress",
};
