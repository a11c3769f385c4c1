import { copyFileSync, existsSync, rmSync } from "node:fs";
import type { HelmReleaseRef } from "../../constructs/milvus";
import { answer, deleted, KEY, type StackUnderTest, workspace } from "./life";
import { describeUnless, succeeded, type Workspace, whatIsMissing } from "./terraform";

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
    { name: "nothing to adopted", to: adopted },
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
      test.each(transitions(stack, ref, alone))(`${id}: $name`, (transition) => {
        failsEverywhere(stack, transition);
      });

      test(`${id}-release: nothing to adopted`, () => {
        const beside = workspace(stack, {
          release: { ...ref, ownership: "adopt", tls: "enabled", acceptPlaintextClientsCutOff: true, stack: "own" },
        });
        const place = beside.stack(`${id}-release`);
        answer(place, stack, null);
        succeeded(place.terraform("init"));
        eachStepFails(place, "apply", true);
        place.remove();
        beside.remove();
      });
    },
  );
}

/** What is read is the same in every transition: it fails in first deploys, and where nothing else is done. */
function stepsOf(log: readonly string[], firstDeploy: boolean): Set<string> {
  const steps = log.map((line) => line.split(":").slice(0, 2).join(":"));
  const changes = steps.filter((step) => !step.endsWith(":read"));
  return new Set(firstDeploy || changes.length === 0 ? steps : changes);
}

/** Makes each step of a transition fail in turn, from the same state each time. */
function failsEverywhere(stack: StackUnderTest, { from, before, to, command = "apply" }: Transition): void {
  const place = workspace(stack, from ?? to);
  succeeded(place.terraform("init"));
  if (from !== undefined) {
    succeeded(place.terraform("apply", "-auto-approve"));
    before?.(place);
    copyFileSync(place.statePath, startOf(place));
    succeeded(place.synth({ ...stack.config(), ...to }));
    succeeded(place.terraform("init"));
  }
  eachStepFails(place, command, from === undefined);
  expect(JSON.stringify(place.json())).not.toContain(KEY);
  place.remove();
}

/** Where the state is kept that each run starts from; none for a first deploy. */
function startOf(place: Workspace): string {
  return `${place.statePath}.start`;
}

function eachStepFails(place: Workspace, command: "apply" | "destroy", firstDeploy: boolean): void {
  const start = startOf(place);
  const restart = () =>
    existsSync(start) ? copyFileSync(start, place.statePath) : rmSync(place.statePath, { force: true });

  place.takeLog();
  succeeded(place.terraform(command, "-auto-approve"));
  const log = place.takeLog();
  expect(log.filter((line) => line.startsWith("helm_release:delete"))).toEqual([]);
  const steps = stepsOf(log, firstDeploy);
  expect(steps.size).toBeGreaterThan(0);

  for (const step of steps) {
    restart();
    const failed = place.failing(step).terraform(command, "-auto-approve");
    expect([step, failed.status]).toEqual([step, 1]);
    succeeded(place.terraform(command, "-auto-approve"));
    expect([step, deleted(place).includes("helm_release")]).toEqual([step, false]);
    if (command === "apply") {
      expect([step, place.terraform("plan", "-detailed-exitcode").status]).toEqual([step, 0]);
    } else {
      expect([step, place.state().resources]).toEqual([step, []]);
    }
  }
}
