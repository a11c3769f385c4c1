import { type StackUnderTest, workspace } from "./life";
import { KEY } from "./pem";
import { succeeded, type Workspace } from "./terraform";

/** What a step of a stack's life does, by the addresses of what it touches. */
export type Changes = Readonly<Record<string, "create" | "update" | "delete" | "replace">>;

/** Steps of which each is done before the next begins, as `type:action` or `type:action:name`. */
export type Order = readonly string[];

/** A step from one config to the next. */
export interface Step {
  /** Settings in place of the committed config's. */
  readonly to: object;
  /** The whole plan: what isn't here isn't touched. */
  readonly touches: Changes;
  /** Orders that the apply keeps. */
  readonly order?: readonly Order[];
  /** What is true of the state then. */
  readonly check?: (place: Workspace) => void;
}

/** One whole config of a stack, from its first deploy to its end. */
export interface Variant {
  /** Settings in place of the committed config's. */
  readonly settings: object;
  /** Orders that the first apply keeps. */
  readonly order: readonly Order[];
  /** What is true of the state after it. */
  readonly check?: (place: Workspace) => void;
  /** Changes, and what is off again, one after the other. */
  readonly steps: readonly Step[];
  /** Orders that the destroy keeps. */
  readonly destroyOrder: readonly Order[];
}

/** validate, apply, each step with a plan that touches only what it says, destroy; a plan is empty after each apply. */
export function livesThrough(stack: StackUnderTest, variant: Variant): void {
  const place = workspace(stack, variant.settings);
  succeeded(place.terraform("init"));
  succeeded(place.terraform("validate"));
  isApplied(place, variant.order);
  variant.check?.(place);
  for (const { to, touches, order = [], check } of variant.steps) {
    succeeded(place.synth({ ...stack.config(), ...to }));
    // Another provider, or an aliased one, may have come in.
    succeeded(place.terraform("init"));
    succeeded(place.terraform("validate"));
    expect(plannedChanges(place)).toEqual(touches);
    isApplied(place, order);
    check?.(place);
  }
  expect(JSON.stringify(place.json())).not.toContain(KEY);
  place.takeLog();
  succeeded(place.terraform("destroy", "-auto-approve"));
  isInOrder(done(place), variant.destroyOrder);
  expect(place.state().resources).toEqual([]);
  place.remove();
}

/** What the plan that Terraform makes now touches. Data sources that it reads are no change. */
export function plannedChanges(place: Workspace): Changes {
  const { resource_changes: changes = [] } = JSON.parse(place.plan());
  return Object.fromEntries(
    changes
      .map(({ address, change }: any) => [address, change.actions.length > 1 ? "replace" : change.actions[0]])
      .filter(([, action]: string[]) => action !== "no-op" && action !== "read"),
  );
}

/** An apply that keeps these orders, and leaves nothing to do. */
export function isApplied(place: Workspace, orders: readonly Order[] = []): void {
  place.takeLog();
  succeeded(place.terraform("apply", "-auto-approve"));
  isInOrder(done(place), orders);
  const again = place.terraform("plan", "-detailed-exitcode", "-no-color");
  expect([again.status, again.status === 0 ? "" : again.text]).toEqual([0, ""]);
}

/** What has been created, changed and deleted since the last look, in order. */
function done(place: Workspace): string[] {
  return place.takeLog().filter((line) => /:(create|update|delete):/.test(line));
}

/** Each step is there, and the last time of each comes before the first time of the next. */
function isInOrder(lines: readonly string[], orders: readonly Order[]): void {
  const placesOf = (step: string) => {
    const places = lines.flatMap((line, place) => (line === step || line.startsWith(`${step}:`) ? [place] : []));
    expect([step, places.length > 0 ? "done" : lines]).toEqual([step, "done"]);
    return places;
  };
  for (const order of orders) {
    for (const [index, step] of order.slice(1).entries()) {
      const before = order[index] as string;
      const inOrder = Math.max(...placesOf(before)) < Math.min(...placesOf(step));
      expect([before, step, inOrder ? "in order" : lines]).toEqual([before, step, "in order"]);
    }
  }
}

/** The annotations of the only Ingress in the state: those of the whole object, and those that are written after it. */
export function annotationsOf(place: Workspace): Record<string, string> {
  const { resources } = place.state();
  const ingresses = resources
    .filter(({ type }: any) => type === "kubernetes_manifest")
    .map(({ instances }: any) => instances[0].attributes.manifest.value)
    .filter(({ kind }: any) => kind === "Ingress");
  expect(ingresses).toHaveLength(1);
  const later = resources.filter(({ type }: any) => type === "kubernetes_annotations");
  return Object.assign(
    {},
    ingresses[0].metadata.annotations,
    ...later.map(({ instances }: any) => instances[0].attributes.annotations),
  );
}
