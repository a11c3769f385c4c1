import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { KEY } from "./pem";
import { type Done, type Outcome, succeeded, type Workspace } from "./terraform";

/** What was done after a fault, and by the command that was run once more, in words. */
export interface Recovery {
  readonly before: string;
  readonly next: string;
}

/**
 * A way from one state to another by one run of terraform. It is gone once without a fault. Then it is gone again from the same
 * state with a fault, and has to come to the same end.
 */
export class Way {
  /** What is done where nothing fails. */
  readonly done: readonly Done[];
  /** The state's text at the end. */
  readonly endText: string;
  private readonly end: string;
  private readonly secrets: readonly string[];
  /** What a run does, by the state that it starts from: the same state and configuration make the same run. */
  private readonly known = new Map<string, string>();

  /** @param start the state's text; none for a first deploy */
  constructor(
    readonly place: Workspace,
    private readonly start?: string,
    readonly command: "apply" | "destroy" = "apply",
  ) {
    this.restart();
    succeeded(this.run());
    this.done = place.takeDone();
    this.endText = place.stateText();
    this.end = this.state();
    this.secrets = [KEY, ...[start ?? "{}", this.endText].flatMap(madeKeys)];
    keepsReleases(this.done);
    if (command === "apply") {
      const again = place.terraform("plan", "-detailed-exitcode", "-no-color");
      expect([again.status, again.status === 0 ? "" : again.text]).toEqual([0, ""]);
    } else {
      expect(place.state().resources).toEqual([]);
    }
    place.takeDone();
    this.known.set(this.end, NOTHING);
    this.known.set(normalised(start), inWords(this.done));
  }

  /** Whether it begins with nothing. */
  get isFirst(): boolean {
    return this.start === undefined;
  }

  /** The steps that it takes, each once, as `type:action`. */
  steps(): Set<string> {
    return new Set(this.done.map(({ type, action }) => `${type}:${action}`));
  }

  /** Fails at a step, and completes with the next run. */
  recovers(step: string): Recovery {
    this.restart();
    const failed = this.place.failing(step).terraform(this.command, "-auto-approve", "-no-color");
    const done = this.place.takeDone();
    const steps = done.filter((one) => one.failed).map(({ type, action }) => `${type}:${action}`);
    expect([step, failed.status, [...new Set(steps)]]).toEqual([step, 1, [step]]);
    expect(unwanted(failed, this.secrets)).toEqual([]);
    return { before: inWords(done.filter((one) => !one.failed)), next: this.completes(done) };
  }

  /** A plan that fails at a step changes nothing. */
  isNotPlanned(step: string): void {
    this.restart();
    const failed = this.place.failing(step).terraform("plan", "-no-color");
    this.place.takeDone();
    expect([step, failed.status]).toEqual([step, 1]);
    expect(unwanted(failed, this.secrets)).toEqual([]);
    expect(this.state()).toBe(normalised(this.start));
  }

  /** Terraform's own log of a run that fails has no private key either. */
  keepsKeysOutOfTheLog(step: string): void {
    this.restart();
    const log = join(this.place.folder, "trace.log");
    this.place
      .failing(step, { TF_LOG: "TRACE", TF_LOG_PATH: log })
      .terraform(this.command, "-auto-approve", "-no-color");
    const text = readFileSync(log, "utf8");
    expect(text).toContain("[TRACE]");
    expect(unwanted({ status: null, text }, this.secrets)).toEqual([]);
    rmSync(log);
  }

  restart(): void {
    const { statePath } = this.place;
    rmSync(`${statePath}.backup`, { force: true });
    if (this.start === undefined) {
      rmSync(statePath, { force: true });
    } else {
      writeFileSync(statePath, this.start);
    }
    this.place.takeDone();
  }

  /** After a fault: nothing of a release is lost, and the next run comes to the end that it has without one. */
  completes(done: readonly Done[], failed?: Outcome): string {
    keepsReleases(done);
    expect(failed === undefined ? [] : unwanted(failed, this.secrets)).toEqual([]);
    expect(existsSync(join(this.place.stackFolder, "crash.log"))).toBe(false);
    const from = this.state();
    if (this.start !== undefined && this.command === "apply") {
      expect(releasesIn(from)).toEqual(expect.arrayContaining(releasesIn(normalised(this.start))));
    }
    const known = this.known.get(from);
    if (known !== undefined) {
      return known;
    }
    const next = succeeded(this.run());
    const nextDone = this.place.takeDone();
    keepsReleases(nextDone);
    expect(unwanted(next, this.secrets)).toEqual([]);
    // Of this very state the plan is empty.
    expect(differences(this.state(), this.end)).toEqual([]);
    const words = inWords(nextDone);
    this.known.set(from, words);
    return words;
  }

  private run(): Outcome {
    return this.place.terraform(this.command, "-auto-approve", "-no-color");
  }

  /** What the state says now. */
  private state(): string {
    return normalised(this.place.stateText());
  }
}

const NOTHING = "nothing";

/** Changes, counted. */
function inWords(done: readonly Done[]): string {
  const words = { create: "made", update: "changed", delete: "deleted" };
  const parts = Object.entries(words).flatMap(([action, word]) => {
    const count = done.filter((one) => one.action === action).length;
    return count === 0 ? [] : [`${word} ${count}`];
  });
  return parts.length === 0 ? NOTHING : parts.join(", ");
}

/** A state without what differs from run to run. */
function normalised(text: string | undefined): string {
  const { resources = [], outputs = {} } = JSON.parse(text || "{}");
  for (const { type, instances } of resources) {
    for (const { attributes, sensitive_attributes: paths } of instances) {
      if (type === "terraform_data") {
        attributes.id = "<id>";
      }
      paths?.sort((one: unknown, other: unknown) => JSON.stringify(one).localeCompare(JSON.stringify(other)));
    }
  }
  return JSON.stringify({ resources, outputs });
}

/**
 * The resources and outputs that aren't the same in two normalised states. What a resource depends on is written when it is
 * changed: it says what was there then, and no plan looks at it.
 */
function differences(one: string, other: string): string[] {
  const [ones, others] = [one, other].map((state) => {
    const { resources, outputs } = JSON.parse(state);
    const parts = resources.map((resource: any): [string, unknown] => [
      `${resource.mode} ${resource.type}.${resource.name}`,
      resource.instances.map(({ dependencies, ...instance }: any) => instance),
    ]);
    return Object.fromEntries([...parts, ...Object.entries(outputs)]);
  });
  return Object.keys({ ...ones, ...others }).filter(
    (name) => JSON.stringify(ones?.[name]) !== JSON.stringify(others?.[name]),
  );
}

/** The releases of a normalised state, by who they are. */
function releasesIn(state: string): string[] {
  return JSON.parse(state)
    .resources.filter(({ type }: any) => type === "helm_release")
    .flatMap(({ name, instances }: any) => instances.map(({ attributes }: any) => `${name} ${attributes.id}`));
}

/** A release is imported and changed, and nothing else. */
function keepsReleases(done: readonly Done[]): void {
  const actions = done.filter(({ type }) => type === "helm_release").map(({ action }) => action);
  expect(actions.filter((action) => action !== "read" && action !== "update")).toEqual([]);
}

/** The private keys that a state holds. */
function madeKeys(state: string): string[] {
  const { resources = [] } = JSON.parse(state);
  return resources
    .filter(({ type }: any) => type === "tls_private_key")
    .flatMap(({ instances }: any) => instances.map(({ attributes }: any) => attributes))
    .flatMap((attributes: Record<string, unknown>) =>
      Object.entries(attributes).flatMap(([name, value]) => (name.startsWith("private_key_") ? [String(value)] : [])),
    );
}

/** Where an output has a secret. */
function unwanted({ text }: Outcome, secrets: readonly string[]): string[] {
  return secrets.filter((secret) => text.includes(secret)).map(() => "a private key");
}
