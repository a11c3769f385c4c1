import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StackConfig } from "../../config/types";
import { everySettingIn } from "../config/every-setting";
import { load, oneStack, writeConfig } from "../config/support";
import { build } from "../stacks/build";
import { Running } from "./killed";
import { answer, type StackUnderTest, workspace } from "./life";
import { type Row, tableIsInPage } from "./reliability-page";
import { describeUnless, succeeded, type Workspace, whatIsMissing } from "./terraform";
import { Way } from "./way";

/** One config through which a cloud's resources are made, changed and taken away. */
export interface Life {
  readonly name: string;
  /** Settings in place of the committed config's. */
  readonly settings: object;
  /** What of them changes later. */
  readonly changed?: object;
  /** Where no setting changes a resource: what somebody else has made of it. By type, attributes in its state. */
  readonly drifted?: Record<string, object>;
  /** The same with as little as possible. */
  readonly off?: object;
  /** The release in somebody else's hands, so that a destroy is allowed. */
  readonly leftAlone?: object;
  /** The types that it is for. @default - those that no other config is for */
  readonly only?: readonly string[];
  /** Whether it is the stack of the release alone. */
  readonly releaseStack?: boolean;
}

export interface FaultsOfCloud {
  readonly stack: StackUnderTest;
  readonly resources: readonly string[];
  readonly dataSources: readonly string[];
  /** What can't be, by `type:action`, with the reason. */
  readonly never: Readonly<Record<string, string>>;
  readonly lives: readonly Life[];
  /** What is given a private key, or makes one. */
  readonly keyIn: readonly string[];
  /** What is made after the release is changed, by a first deploy and by a change. */
  readonly afterRelease: string;
}

export const MADE_ANEW = "the real provider makes another one in its place";

/** What can't be on any cloud. */
export const NEVER: FaultsOfCloud["never"] = {
  "helm_release:create": "it is imported",
  "helm_release:delete": "`prevent_destroy`, and the guard",
  "terraform_data:create": "a part of Terraform itself",
  "terraform_data:update": "a part of Terraform itself",
  "terraform_data:delete": "a part of Terraform itself",
  "terraform_data:read": "a part of Terraform itself",
  "tls_private_key:update": MADE_ANEW,
  "tls_self_signed_cert:update": MADE_ANEW,
};

const ACTIONS = ["create", "update", "delete", "read"] as const;
type Action = (typeof ACTIONS)[number];

/** The ways of a life, each made when it is first gone. */
class Ways {
  private readonly made = new Map<string, Way>();
  private readonly places: Workspace[] = [];

  constructor(
    private readonly stack: StackUnderTest,
    readonly life: Life,
  ) {}

  get first(): Way {
    return this.way("first", () => new Way(this.place({})));
  }

  get again(): Way {
    return this.way("again", () => new Way(this.first.place, this.first.endText));
  }

  get changed(): Way {
    const { changed = {}, drifted = {} } = this.life;
    return this.way("changed", () => new Way(this.place(changed), withDrift(this.first.endText, drifted)));
  }

  get off(): Way {
    return this.way("off", () => new Way(this.place(this.life.off ?? {}), this.first.endText));
  }

  get destroyed(): Way {
    return this.way("destroyed", () => {
      const place = this.place({ release: this.life.leftAlone });
      return new Way(place, new Way(place).endText, "destroy");
    });
  }

  /** Those on which something is created, and so on. */
  on(action: Action): readonly (readonly [string, Way])[] {
    const { changed, drifted, off, leftAlone } = this.life;
    switch (action) {
      case "create":
        return [["first deploy", this.first]];
      case "update":
        return [
          // The release is changed by the run that adopts it.
          ["first deploy", this.first],
          ...(changed || drifted ? [["change", this.changed] as const] : []),
        ];
      case "delete":
        return [
          ...(off ? [["switched off", this.off] as const] : []),
          ...(leftAlone ? [["destroy", this.destroyed] as const] : []),
        ];
      case "read":
        return [
          ["first deploy", this.first],
          ["nothing to do", this.again],
        ];
    }
  }

  remove(): void {
    for (const place of this.places) {
      place.remove();
    }
  }

  private way(name: string, make: () => Way): Way {
    const way = this.made.get(name) ?? make();
    this.made.set(name, way);
    return way;
  }

  private place(change: object): Workspace {
    const whole = workspace(this.stack, { ...this.life.settings, ...change });
    const place = this.life.releaseStack ? whole.stack(`${this.stack.id}-release`) : whole;
    this.places.push(whole, place);
    answer(place, this.stack, null);
    succeeded(place.terraform("init"));
    return place;
  }
}

/** A state after which somebody has changed these attributes of these types. */
function withDrift(text: string, drifted: Record<string, object>): string {
  const state = JSON.parse(text);
  for (const { type, instances } of state.resources) {
    for (const { attributes } of instances) {
      Object.assign(attributes, drifted[type]);
    }
  }
  return JSON.stringify(state);
}

/** The tests of one cloud, which a file of its own runs. */
export function faultsOf(cloud: FaultsOfCloud): void {
  const { stack, resources, dataSources, never, lives, keyIn } = cloud;
  const types = [...resources, ...dataSources.map((type) => `data.${type}`)];

  test("have every type of resource and of data source that a config can make", async () => {
    const inLives = lives.flatMap(({ settings }) =>
      typesIn(stack.id, { ...stack.config(), ...settings } as StackConfig),
    );
    expect([...types].sort()).toEqual([...new Set([...inLives, ...(await typesOfEverySetting(stack.id))])].sort());
  });

  describeUnless(whatIsMissing().apply, "nothing is lost, and the next run completes", () => {
    const rows: Row[] = [];
    const ways = lives.map((life) => new Ways(stack, life));

    afterAll(() => {
      for (const one of ways) {
        one.remove();
      }
    });

    /** Where a step is, in the lives that it is looked at in. */
    const placesOf = (step: string, action: Action) => {
      const [type = ""] = step.split(":");
      const others = ways.flatMap(({ life }) => life.only ?? []);
      return ways
        .filter(({ life: { only } }) => (only === undefined ? !others.includes(type) : only.includes(type)))
        .flatMap((one) => one.on(action).map(([when, way]) => ({ when, way, life: one.life })))
        .filter(({ way }) => way.steps().has(step));
    };

    const actionsOf = (type: string): readonly Action[] => (type.startsWith("data.") ? ["read"] : ACTIONS);
    const steps = types.flatMap((type) =>
      actionsOf(type).map((action) => ({ step: `${type}:${action}`, type, action })),
    );

    test.each(steps.filter(({ step }) => never[step] === undefined))(
      "$type: where $action fails",
      ({ step, type, action }) => {
        const places = placesOf(step, action);
        expect([step, places.length]).not.toEqual([step, 0]);
        for (const { when, way, life } of places) {
          // An apply begins with the same plan.
          if (step === "helm_release:read" && when === "nothing to do") {
            way.isNotPlanned(step);
          }
          rows.push({ type, what: `${action} fails`, when, life: life.name, ...way.recovers(step) });
        }
      },
    );

    test.each(keyIn)("%s: Terraform's own log of a run in which it fails has no private key", (type) => {
      for (const { way } of placesOf(`${type}:create`, "create")) {
        way.keepsKeysOutOfTheLog(`${type}:create`);
      }
    });

    test("what can't fail is nowhere a step", () => {
      for (const [step, reason] of Object.entries(never)) {
        const [type = "", action = ""] = step.split(":");
        expect([step, types.includes(type)]).toEqual([step, true]);
        rows.push({ type, what: `${action} fails`, reason });
      }
      const done = ways.flatMap((one) => ACTIONS.flatMap((action) => one.on(action).flatMap(([, way]) => way.done)));
      // A stand-in updates in place what the real provider makes anew.
      const impossible = done.filter(({ type, action }) => action !== "update" && `${type}:${action}` in never);
      expect(impossible).toEqual([]);
    });

    const made = resources.filter((type) => never[`${type}:create`] === undefined);

    test.each(made)("%s: where terraform is killed while it creates it", async (type) => {
      const { way, life } = placesOf(`${type}:create`, "create")[0] as { way: Way; life: Life };
      const before = await killedWhile(way, { [type]: 60_000 }, async (running) => {
        await running.says(creating(type));
        running.signal("SIGKILL");
      });
      rows.push({ type, what: "terraform is killed while it creates it", life: life.name, ...before });
    });

    test.each(["first deploy", "change"] as const)(
      "the release: where terraform is killed while it changes it: %s",
      async (when) => {
        const [one] = ways as [Ways];
        const way = when === "change" ? one.changed : one.first;
        // What comes after it takes long, so that terraform is there to be killed.
        const before = await killedWhile(way, { [cloud.afterRelease]: 60_000 }, async (running) => {
          await running.says(/^helm_release\.\S+: Modifying\.\.\./m);
          running.signal("SIGKILL");
        });
        rows.push({ type: "helm_release", what: "terraform is killed while it updates it", when, ...before });
      },
    );

    test("a state file that a kill has left empty is had back from its backup; without it the release is imported again", () => {
      const [{ changed: way }] = ways as [Ways];
      way.restart();
      writeFileSync(`${way.place.statePath}.backup`, way.place.stateText());
      writeFileSync(way.place.statePath, "");
      const plan = succeeded(way.place.terraform("plan", "-no-color")).text;
      expect(plan).toMatch(/1 to import, \d+ to add, 1 to change, 0 to destroy/);
      way.place.takeDone();
      way.place.restoreState();
      way.completes([]);
    });

    test.each([
      ["interrupted once, as by Ctrl-C", (running: Running) => running.signal("SIGINT")],
      ["told to end, as by a pipeline that is cancelled", (running: Running) => running.signalTerraform("SIGTERM")],
    ])("terraform that is %s ends what it has begun, and writes it down", async (what, stop) => {
      const [one] = ways as [Ways];
      const type = cloud.afterRelease;
      const way = one.first;
      way.restart();
      const running = new Running(way.place.started({ [type]: 2_000 }, "apply", "-auto-approve", "-no-color"));
      await running.says(creating(type));
      stop(running);
      const ended = await running.end();
      expect(ended.status).toBe(1);
      expect(way.place.state().resources.filter((resource: any) => resource.type === type)).not.toEqual([]);
      way.completes(way.place.takeDone(), ended);
      rows.push({ type, what: `terraform is ${what}`, before: "what was begun", next: "the rest" });
    });

    test("the tables in docs/reliability.md are these", () => {
      tableIsInPage(stack.id, rows, types);
    });
  });
}

function creating(type: string): RegExp {
  return new RegExp(`^${type}\\.\\S+: Creating\\.\\.\\.`, "m");
}

/** Kills terraform and its providers on a way. What has been answered by then is in the state, what hasn't isn't. */
async function killedWhile(
  way: Way,
  slow: Readonly<Record<string, number>>,
  kill: (running: Running) => Promise<void>,
): Promise<{ before: string; next: string }> {
  way.restart();
  const running = new Running(way.place.started(slow, "apply", "-auto-approve", "-no-color"));
  await kill(running);
  const ended = await running.end();
  expect(ended.status).toBeNull();
  // Terraform writes a state file in place.
  if (!isWhole(way.place.stateText())) {
    way.place.restoreState();
  }
  way.completes(way.place.takeDone(), ended);
  return { before: "what was finished", next: "the rest" };
}

function isWhole(json: string): boolean {
  try {
    JSON.parse(json);
    return true;
  } catch {
    return false;
  }
}

/** The types in the Terraform JSON of config files that together have every setting that there is. */
async function typesOfEverySetting(stackId: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "milvus-l7-types-"));
  try {
    return Object.values(await everySettingIn(folder)).flatMap((stacks) =>
      Object.entries(stacks)
        .filter(([id]) => id === stackId)
        .flatMap(([id, settings]) => load(writeConfig(folder, oneStack(settings, id))))
        .flatMap(({ id, config }) => typesIn(id, config)),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function typesIn(stackId: string, config: StackConfig): string[] {
  return Object.values(build(stackId, config).stacks).flatMap(({ resource = {}, data = {} }) => [
    ...Object.keys(resource),
    ...Object.keys(data).map((type) => `data.${type}`),
  ]);
}
