import { compare, valid } from "semver";

/** The part of `terraform show -json PLAN` that is looked at. */
export interface TerraformPlan {
  readonly resource_changes?: readonly ResourceChange[];
}

export interface ResourceChange {
  readonly address: string;
  readonly type: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly before?: Record<string, unknown> | null;
    readonly after?: Record<string, unknown> | null;
  };
}

/** A change that no plan of a stack in front of a running Milvus should hold. */
export interface Finding {
  readonly address: string;
  /** What the plan would do, and to whom. */
  readonly effect: string;
  /** What to do instead, as an imperative. */
  readonly fix: string;
  /** Whether somebody who means it may allow it by its address. */
  readonly canBeAllowed: boolean;
}

/**
 * What is dangerous in a plan. Terraform itself refuses to destroy an adopted release, but only as long as its block is
 * there: a deleted line takes the protection with it.
 */
export function findingsOf(plan: TerraformPlan): Finding[] {
  return (plan.resource_changes ?? []).flatMap((change) => {
    const check = CHECKS[change.type];
    const finding = check?.(change);
    return finding ? [{ address: change.address, ...finding }] : [];
  });
}

type Check = (change: ResourceChange) => Omit<Finding, "address"> | undefined;

const CHECKS: Record<string, Check> = {
  helm_release: (change) => (isGone(change) ? releaseGone(change) : downgrade(change)),
  kubernetes_manifest: (change) => (isGone(change) && kindOf(change) === "Ingress" ? INGRESS_GONE : undefined),
  kubernetes_ingress_v1: (change) => (isGone(change) ? INGRESS_GONE : undefined),
  google_compute_global_address: (change) => (isGone(change) ? ADDRESS_GONE : undefined),
};

/** Deleted, or replaced by another. What is only forgotten lives on. */
function isGone({ change }: ResourceChange): boolean {
  return change.actions.includes("delete");
}

function releaseGone({ address }: ResourceChange): Omit<Finding, "address"> {
  return {
    effect: "uninstalls the Helm release, and Milvus with it",
    fix: `put its lines back, or hand the release back first: terraform state rm '${address}'`,
    canBeAllowed: false,
  };
}

const INGRESS_GONE: Omit<Finding, "address"> = {
  effect: "deletes the Ingress, and the load balancer that clients use with it",
  fix: "undo the change that does it, or allow it if the load balancer is to go",
  canBeAllowed: true,
};

const ADDRESS_GONE: Omit<Finding, "address"> = {
  effect: "releases the address that clients and DNS records point at; it can't be had again",
  fix: "undo the change that does it, or allow it if the address is to go",
  canBeAllowed: true,
};

function downgrade({ change }: ResourceChange): Omit<Finding, "address"> | undefined {
  const from = String(change.before?.version ?? "");
  const to = String(change.after?.version ?? "");
  if (!valid(from) || !valid(to) || compare(to, from) >= 0) {
    return undefined;
  }
  return {
    effect: `downgrades the chart from ${from} to ${to}, which Milvus' metadata may not survive`,
    fix: "leave the version out: the installed one stays",
    canBeAllowed: false,
  };
}

function kindOf({ change }: ResourceChange): unknown {
  return (change.before?.manifest as { kind?: unknown } | undefined)?.kind;
}
