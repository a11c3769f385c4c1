import { resourcesOf } from "../../commands/release-state";
import { STACK_MARK } from "../../constructs/kubernetes/stack-marker";
import { lost, type Said } from "../finding";
import { at, isGone, type ResourceChange, type TerraformPlan } from "../plan";

/** Whose a front Service is, and where it leads. */
interface Front {
  readonly title: string;
  /** The Helm release, with its namespace. */
  readonly release: string;
}

/** A Service that has the mark of a stack. */
function frontOf(values: Record<string, unknown> | null | undefined): Front | undefined {
  const metadata = block(values, "metadata");
  const mark = at(metadata, "annotations", STACK_MARK);
  const release = at(block(values, "spec"), "selector", "app.kubernetes.io/instance");
  const namespace = at(metadata, "namespace");
  return mark === undefined
    ? undefined
    : { title: `${namespace}/${at(metadata, "name")}`, release: `${namespace}/${release}` };
}

function block(values: unknown, name: string): unknown {
  return [at(values, name)].flat()[0];
}

/**
 * A front Service that goes over to another release takes its clients there. One that gets another name under another stack's
 * mark is that stack's: two stacks have one state.
 */
export function frontServiceMoves(change: ResourceChange, plan: TerraformPlan): Said[] {
  const before = frontOf(change.change.before);
  const after = frontOf(change.change.after) ?? (isGone(change) ? createdFront(plan) : undefined);
  if (before === undefined || after === undefined) {
    return [];
  }
  if (before.release !== after.release) {
    return [
      lost(`has the load balancer of the Helm release ${before.release} lead to ${after.release}, another Milvus`, {
        fix:
          "give each of two stacks a state of its own, by its backend's key, prefix, path or workspace; or allow it, if clients of " +
          "the one are to reach the other",
        canBeAllowed: true,
      }),
    ];
  }
  const marks = before.title === after.title ? undefined : otherMark(plan);
  return marks === undefined
    ? []
    : [
        lost(
          `takes the front Service ${before.title} away, made by the stack first deployed as ${marks.state}, for ` +
            `${after.title} of ${marks.configuration}`,
          {
            fix:
              "give each of two stacks a state of its own, by its backend's key, prefix, path or workspace; or allow it, if " +
              `${marks.state} was renamed to ${marks.configuration}`,
            canBeAllowed: true,
          },
        ),
      ];
}

function createdFront({ resource_changes: changes = [] }: TerraformPlan): Front | undefined {
  const created = changes.filter(
    ({ type, change }) => type === "kubernetes_service_v1" && change.actions.join() === "create",
  );
  return created.map(({ change }) => frontOf(change.after)).find((front) => front !== undefined);
}

/** The stack that the state is marked with, where the configuration has another one. */
function otherMark({ prior_state: prior, configuration }: TerraformPlan) {
  for (const { type, name, values } of resourcesOf(prior?.values?.root_module)) {
    const written = configuration?.root_module?.resources?.find((one) => one.type === type && one.name === name);
    const stack = at(written?.expressions, "input", "constant_value", "stack");
    if (type !== "terraform_data" || typeof stack !== "string") {
      continue;
    }
    const mark = markIn(values).stack;
    if (mark !== undefined && mark !== stack) {
      return { state: mark, configuration: stack };
    }
  }
  return undefined;
}

/** The mark of a stack that a `terraform_data` holds; older states have the stack's name alone. */
function markIn(values: unknown): { readonly stack?: string; readonly release?: string } {
  const input = at(values, "input");
  const text = (value: unknown) => (typeof value === "string" ? value : undefined);
  return typeof input === "string"
    ? { stack: input }
    : { stack: text(at(input, "stack")), release: text(at(input, "release")) };
}

/** A state is marked anew: on request alone. */
export function newMark({ change }: ResourceChange): Said[] {
  const [before, after] = [markIn(change.before), markIn(change.after)];
  const differs =
    before.stack !== undefined &&
    after.stack !== undefined &&
    (before.stack !== after.stack || (before.release ?? after.release) !== after.release);
  const titled = ({ stack, release }: typeof before) => (release ? `${stack} (${release})` : stack);
  return differs
    ? [
        lost(`marks the state of the stack ${titled(before)} as that of ${titled(after)}`, {
          fix: "give each of two stacks a state of its own; or allow it, if this is one stack under another name or for another release",
          canBeAllowed: true,
        }),
      ]
    : [];
}
