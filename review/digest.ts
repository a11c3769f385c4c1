import { createHmac } from "node:crypto";
import type { ResourceChange, TerraformPlan } from "./plan";

/**
 * A digest of all that an apply of the plan does: two plans with the same digest do the same. It is an HMAC, so that no value
 * can be guessed from it, a sensitive one neither.
 *
 * The variables and the configuration belong to it because of values that are known after apply only: the plan says
 * nothing of those but that they are unknown, and the configuration says what they are made of.
 *
 * @see https://developer.hashicorp.com/terraform/internals/json-format
 */
export function digestOf(plan: TerraformPlan, key: string): string {
  const content = {
    resources: (plan.resource_changes ?? []).filter(isChange).map(withoutWriteCounters).map(canonical).sort(),
    outputs: Object.entries(plan.output_changes ?? {})
      .filter(([, { actions }]) => !isNoOp(actions))
      .map(canonical)
      .sort(),
    actions: (plan.action_invocations ?? []).map(canonical),
    variables: plan.variables ?? {},
    configuration: plan.configuration ?? {},
  };
  return createHmac("sha256", key).update(canonical(content)).digest("hex");
}

export const DIGEST = /^[0-9a-f]{64}$/;

/** A resource that stays as it is has no part in the digest: others may write to it between two plans. */
function isChange({ change, previous_address: moved }: ResourceChange): boolean {
  return !isNoOp(change.actions) || change.importing !== undefined || moved !== undefined;
}

function isNoOp(actions: readonly string[]): boolean {
  return actions.every((action) => action === "no-op");
}

/** Kubernetes counts each write to an object, of its controllers too. Nobody can set these. */
const WRITE_COUNTERS = ["generation", "resource_version"];

function withoutWriteCounters(change: ResourceChange): unknown {
  if (!change.type.startsWith("kubernetes_")) {
    return change;
  }
  const { before, after } = change.change;
  return { ...change, change: { ...change.change, before: uncounted(before), after: uncounted(after) } };
}

function uncounted(values: Record<string, unknown> | null | undefined): unknown {
  if (!Array.isArray(values?.metadata)) {
    return values;
  }
  const metadata = values.metadata.map((one: object) =>
    Object.fromEntries(Object.entries(one ?? {}).filter(([key]) => !WRITE_COUNTERS.includes(key))),
  );
  return { ...values, metadata };
}

/** The same text for the same value, in whichever order the keys of its objects are. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, one) =>
    typeof one === "object" && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}
