import { writeFileSync } from "node:fs";
import type { HelmReleaseRef } from "../../constructs/milvus";
import { answer, type StackUnderTest, workspace } from "./life";
import { KEY } from "./pem";
import { describeUnless, succeeded, type Workspace, whatIsMissing } from "./terraform";
import { Way } from "./way";

/** A way from one state of a stack to the next: what runs by hand before, and the config that is applied then. */
interface Transition {
  readonly name: string;
  /** The config that was applied before; none for a first deploy. */
  readonly from?: object;
  /** What somebody does to the state before the apply. */
  readonly before?: (place: Workspace) => void;
  readonly to: object;
  /** @default "apply" */
  readonly command?: "apply" | "destroy";
}

export function refOf({ releaseName, namespace, mode }: HelmReleaseRef): object {
  return { releaseName, namespace, mode };
}

/** Every change of who owns a release and of what it is to be, for one cloud. */
function transitions(stack: StackUnderTest, ref: object, alone: object): Transition[] {
  const of = (release: object, change: object = {}) => ({ release: { ...ref, ...release }, ...change });
  const adopted = of({ ownership: "adopt", tls: "enabled", acceptPlaintextClientsCutOff: true });
  const off = of({ ownership: "adopt", tls: "disabled" });
  const leftAlone = of({ ownership: "leave-alone", ...alone });
  const elsewhere = of({ ownership: "elsewhere" });
  const handBack = (place: Workspace) => {
    succeeded(place.terraform("state", "rm", stack.releaseAddress));
    succeeded(place.terraform("state", "rm", stack.releaseAddress.replace("helm_release", "terraform_data")));
  };
  const repair = (place: Workspace) => {
    succeeded(place.terraform("state", "rm", stack.releaseAddress));
  };
  return [
    // The faults of a first deploy that adopts are in the files beside: with every resource that there can be.
    { name: "nothing to left alone", to: leftAlone },
    { name: "left alone to adopted", from: leftAlone, to: adopted },
    { name: "elsewhere to adopted", from: elsewhere, to: adopted },
    { name: "TLS on to TLS off", from: adopted, to: off },
    { name: "TLS off to TLS on", from: off, to: adopted },
    {
      name: "no certificate in the pods to one of a Secret",
      from: adopted,
      to: of({ ...adopted.release, podCertificate: { kind: "secret", name: "pod-tls" } }),
    },
    { name: "the environment to user.yaml", from: adopted, to: of({ ...adopted.release, userYaml: "" }) },
    {
      name: "a Layer-4 Service to none",
      from: adopted,
      to: of({ ...adopted.release, serviceType: "ClusterIP" }),
    },
    { name: "adopted to left alone, handed back before", from: adopted, before: handBack, to: leftAlone },
    { name: "adopted to elsewhere, handed back before", from: adopted, before: handBack, to: elsewhere },
    { name: "adopted to adopted again, after a repair", from: adopted, before: repair, to: adopted },
    {
      name: "one stack to a stack of its own, handed back before",
      from: adopted,
      before: handBack,
      to: of({ ...adopted.release, stack: "own" }),
    },
    {
      name: "adopted to destroyed, handed back before",
      from: adopted,
      before: handBack,
      to: adopted,
      command: "destroy",
    },
    { name: "left alone to destroyed", from: leftAlone, to: leftAlone, command: "destroy" },
  ];
}

/** The tests of one cloud, which a file of its own runs. */
export function testsOf(stack: StackUnderTest, ref: object, alone: object): void {
  const { id } = stack;
  describeUnless(
    whatIsMissing().apply,
    "whatever fails half-way, the next run completes, and no release is ever deleted",
    () => {
      const before = new Before(stack);
      const seen = new Set<string>();
      afterAll(() => before.remove());

      test.each(transitions(stack, ref, alone))(`${id}: $name`, (transition) => {
        failsEverywhere(stack, transition, before, seen);
      });

      test(`${id}-release: nothing to adopted`, () => {
        const beside = workspace(stack, {
          release: { ...ref, ownership: "adopt", tls: "enabled", acceptPlaintextClientsCutOff: true, stack: "own" },
        });
        const place = beside.stack(`${id}-release`);
        answer(place, stack, null);
        succeeded(place.terraform("init"));
        eachStepFails(new Way(place), new Set());
        place.remove();
        beside.remove();
      });
    },
  );
}

/** Configs that were applied before, each once: several transitions begin with the same. */
class Before {
  private readonly applied = new Map<string, { readonly place: Workspace; readonly state: string }>();

  constructor(private readonly stack: StackUnderTest) {}

  /** The state after the config's apply and what somebody did to it then. */
  state(from: object, by: (place: Workspace) => void = () => {}): string {
    const key = JSON.stringify(from);
    const known = this.applied.get(key) ?? this.apply(from);
    this.applied.set(key, known);
    writeFileSync(known.place.statePath, known.state);
    by(known.place);
    return known.place.stateText();
  }

  remove(): void {
    for (const { place } of this.applied.values()) {
      place.remove();
    }
  }

  private apply(from: object) {
    const place = workspace(this.stack, from);
    succeeded(place.terraform("init"));
    succeeded(place.terraform("apply", "-auto-approve"));
    return { place, state: place.stateText() };
  }
}

/** Makes each step of a transition fail in turn, from the same state each time. */
function failsEverywhere(
  stack: StackUnderTest,
  { from, before: by, to, command }: Transition,
  before: Before,
  seen: Set<string>,
): void {
  const place = workspace(stack, to);
  succeeded(place.terraform("init"));
  eachStepFails(new Way(place, from && before.state(from, by), command), seen);
  expect(JSON.stringify(place.json())).not.toContain(KEY);
  place.remove();
}

/**
 * What is read is the same in every transition: it fails in first deploys, and where nothing else is done. Where a transition
 * does just what one before it did, its steps have failed.
 *
 * @param seen what has failed, and among what
 */
function eachStepFails(way: Way, seen: Set<string>): void {
  const changes = way.done.filter(({ action }) => action !== "read");
  const failing = way.isFirst || changes.length === 0 ? way.done : changes;
  expect(failing).not.toEqual([]);
  const plan = changes.map(({ type, action, name }) => `${type}:${action}:${name}`).sort();
  for (const { type, action } of failing) {
    const step = `${type}:${action}`;
    const among = action === "read" ? [way.isFirst] : [way.command, ...plan];
    const key = JSON.stringify([step, ...among]);
    if (!seen.has(key)) {
      seen.add(key);
      way.recovers(step);
    }
  }
}
