import { type Finding, Group } from "../finding";
import { Reading } from "../reading";
import type { NeededRight } from "../rights";

export interface AskedRight {
  readonly right: NeededRight;
  readonly allowed: Reading<boolean>;
}

const permissions = new Group("permissions");

export function checkPermissions(asked: readonly AskedRight[]): Finding[] {
  return (["plan", "deploy", "upgrade"] as const).flatMap((by) => {
    const of = asked.filter(({ right }) => right.by === by);
    return of.length === 0 ? [] : finding(by, of);
  });
}

function finding(by: NeededRight["by"], asked: readonly AskedRight[]): Finding[] {
  const denied = asked.filter(({ allowed }) => Reading.isRead(allowed) && !allowed.value);
  const unread = asked.map(({ allowed }) => allowed).find((allowed) => !Reading.isRead(allowed));
  if (denied.length > 0) {
    const seen = `not allowed: ${grouped(denied.map(({ right }) => right))}`;
    const next = "have these rights given to the account that kubectl logs in with, or deploy with another";
    return [
      by === "upgrade"
        ? permissions.warning(by, seen, {
            means:
              "Helm reads every object of a release: if this one has such objects, its upgrade fails, and the rollback too",
            next: `compare with 'helm get manifest', and ${next}`,
          })
        : permissions.problem(by, seen, {
            means: by === "plan" ? "a plan stops at it" : "a deploy stops at it, half-way perhaps",
            next,
          }),
    ];
  }
  return unread === undefined
    ? [permissions.ok(by, grouped(asked.map(({ right }) => right)))]
    : permissions.of(by, unread, () => []);
}

/** `get, patch services in default` */
function grouped(rights: readonly NeededRight[]): string {
  const verbs = new Map<string, string[]>();
  for (const { verb, resource, namespace } of rights) {
    const object = `${resource.split(".")[0]}${namespace === undefined ? "" : ` in ${namespace}`}`;
    verbs.set(object, [...(verbs.get(object) ?? []), verb]);
  }
  return [...verbs].map(([object, of]) => `${of.join(", ")} ${object}`).join("; ");
}
