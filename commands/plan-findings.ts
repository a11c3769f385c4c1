import { compare, valid } from "semver";
import { parseReleaseId } from "./release-id";
import { isRelease, releaseOfGuard, resourcesOf, type StateModule } from "./release-state";

/** The part of `terraform show -json PLAN` that is looked at. */
export interface TerraformPlan {
  readonly resource_changes?: readonly ResourceChange[];
  /** The state that the plan starts from. */
  readonly prior_state?: { readonly values?: { readonly root_module?: StateModule } };
}

export interface ResourceChange {
  readonly address: string;
  readonly type: string;
  readonly name: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly before?: Record<string, unknown> | null;
    readonly after?: Record<string, unknown> | null;
    /** `true` in the place of each value that is known after apply only. */
    readonly after_unknown?: unknown;
    readonly importing?: unknown;
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
    const finding = check?.(change, plan);
    return finding ? [{ address: change.address, ...finding }] : [];
  });
}

type Check = (change: ResourceChange, plan: TerraformPlan) => Omit<Finding, "address"> | undefined;

const CHECKS: Record<string, Check> = {
  helm_release: (change) =>
    isGone(change) ? releaseGone(change) : (secondRelease(change) ?? otherChart(change) ?? downgrade(change)),
  terraform_data: guardDropped,
  kubernetes_manifest: (change) =>
    kindOf(change) === "Ingress" ? (isGone(change) ? INGRESS_GONE : otherLoadBalancer(change)) : undefined,
  kubernetes_ingress_v1: (change) => (isGone(change) ? INGRESS_GONE : undefined),
  google_compute_global_address: (change) => (isGone(change) ? ADDRESS_GONE : undefined),
  google_compute_address: (change) => (isGone(change) ? ADDRESS_GONE : undefined),
};

/** Deleted, or replaced by another. What is only forgotten lives on. */
function isGone({ change }: ResourceChange): boolean {
  return change.actions.includes("delete");
}

function releaseGone({ address, name }: ResourceChange): Omit<Finding, "address"> {
  const back = parseReleaseId(name) ? "release:detach" : `terraform state rm '${address}'`;
  return {
    effect: "uninstalls the Helm release, and Milvus with it",
    fix: `put its lines back, or give the release back first: ${back}`,
    canBeAllowed: false,
  };
}

/** An adopted release is there before, and is only ever imported. */
function secondRelease({ name, change }: ResourceChange): Omit<Finding, "address"> | undefined {
  const id = parseReleaseId(name);
  if (id === undefined || !change.actions.includes("create") || change.importing || !isRelease(change.after, id)) {
    return undefined;
  }
  return {
    effect: `installs a second Helm release ${id.namespace}/${id.releaseName}, or fails where it is there already`,
    fix: "put the import block of the construct back, or allow it if this is to be a new Milvus",
    canBeAllowed: true,
  };
}

/**
 * An upgrade deletes what the release had and the new chart doesn't render. Where the release is imported, the chart
 * before is the one that is installed.
 *
 * @see https://github.com/helm/helm/blob/main/pkg/kube/client.go (update: originals.Difference(targets))
 * @see https://github.com/hashicorp/terraform-provider-helm/blob/main/helm/resource_helm_release.go (ImportState)
 */
function otherChart({ change }: ResourceChange): Omit<Finding, "address"> | undefined {
  const from = chartName(change.before?.chart);
  const to = chartName(change.after?.chart);
  if (from === undefined || to === undefined || from === to) {
    return undefined;
  }
  return {
    effect: `puts the chart ${to} in the place of ${from}, and deletes what only ${from} renders`,
    fix: `set chart to ${from}, or allow it if ${to} is the same chart by another name`,
    canBeAllowed: true,
  };
}

/** A chart may be given as a name, `repository/name`, a folder, an archive or a URL. */
function chartName(chart: unknown): string | undefined {
  return typeof chart === "string"
    ? chart
        .replace(/\/+$/, "")
        .replace(/^.*\//, "")
        .replace(/-\d+\.\d+\.\d+[^/]*\.tgz$/, "")
    : undefined;
}

/** `terraform destroy` passes by a `removed` block: the guard has to outlive the release in the state. */
function guardDropped(change: ResourceChange, plan: TerraformPlan): Omit<Finding, "address"> | undefined {
  const { actions } = change.change;
  const goes = (actions.includes("delete") && !actions.includes("create")) || actions.includes("forget");
  const release = releaseOfGuard(change);
  const isThere = resourcesOf(plan.prior_state?.values?.root_module).some(({ address }) => address === release);
  const isUninstalled = plan.resource_changes?.some((other) => withoutKey(other.address) === release && isGone(other));
  if (!goes || parseReleaseId(change.name) === undefined || !isThere || isUninstalled) {
    return undefined;
  }
  return {
    effect:
      "drops the guard of a Helm release that the state still holds: a destroy before this is applied may uninstall it",
    fix: "keep MilvusTlsRelease, or forget in its place, until an apply has taken the release out; or use release:detach",
    canBeAllowed: true,
  };
}

function withoutKey(address: string): string {
  return address.replace(/\[[^\]]*\]$/, "");
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

const CLASS_ANNOTATION = "kubernetes.io/ingress.class";
/** The annotation outranks it, on both clouds. */
const CLASS_FIELD = "spec.ingressClassName";

/**
 * What an Ingress says of where clients find it. A change of it gives the load balancer's address up, in place: Terraform
 * shows an update. `load-balancer-name` is not among them: a load balancer that is there is neither renamed nor replaced.
 */
const ENTRANCE: Readonly<Record<string, "load balancer" | "address">> = {
  /** @see https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/main/pkg/deploy/elbv2/load_balancer_synthesizer.go (isSDKLoadBalancerRequiresReplacement) */
  "alb.ingress.kubernetes.io/scheme": "load balancer",
  /** @see https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/main/pkg/ingress/group_loader.go (loadGroupID) */
  "alb.ingress.kubernetes.io/group.name": "load balancer",
  /** @see https://github.com/kubernetes/ingress-gce/blob/master/pkg/loadbalancers/forwarding_rules.go (checkForwardingRule) */
  "kubernetes.io/ingress.global-static-ip-name": "address",
  /**
   * @see https://github.com/kubernetes/ingress-gce/blob/master/pkg/utils/utils.go (IsGCEIngress, NeedsCleanup)
   * @see https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/main/pkg/ingress/group_loader.go (classifyIngress)
   */
  [CLASS_ANNOTATION]: "load balancer",
  [CLASS_FIELD]: "load balancer",
};

function otherLoadBalancer({ change }: ResourceChange): Omit<Finding, "address"> | undefined {
  const [before, after, unknown] = [change.before, change.after, change.after_unknown].map(entrance);
  const changed = Object.keys(ENTRANCE).filter(
    (setting) => !unknown?.[setting] && before?.[setting] !== after?.[setting],
  );
  const counts = changed.filter((setting) => setting !== CLASS_FIELD || after?.[CLASS_ANNOTATION] === undefined);
  if (!change.before || !change.after || counts.length === 0) {
    return undefined;
  }
  const moved = counts.some((setting) => ENTRANCE[setting] === "load balancer") ? "load balancer" : "address";
  const changes = counts.map((setting) => `${setting} from ${shown(before?.[setting])} to ${shown(after?.[setting])}`);
  return {
    effect: `moves clients to another ${moved}: ${changes.join(", ")}`,
    fix: "undo the change that does it, or allow it if clients are to move",
    canBeAllowed: true,
  };
}

/** The settings of ENTRANCE in a resource; in `after_unknown`, whether they are known after apply only. */
function entrance(values: unknown): Record<string, unknown> {
  const annotations = at(values, "manifest", "metadata", "annotations");
  return Object.fromEntries(
    Object.keys(ENTRANCE).map((setting) => [
      setting,
      (setting === CLASS_FIELD ? at(values, "manifest", "spec", "ingressClassName") : at(annotations, setting)) ??
        undefined,
    ]),
  );
}

/** What is at a path; `true` where that is all that `after_unknown` says of something around it. */
function at(values: unknown, ...path: string[]): unknown {
  return path.reduce(
    (value, key) => (value === true ? true : (value as Record<string, unknown> | null | undefined)?.[key]),
    values,
  );
}

function shown(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}

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
