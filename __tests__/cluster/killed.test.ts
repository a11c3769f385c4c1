import type { ChildProcess } from "node:child_process";
import { succeeded, unwrapped } from "../support/terraform";
import { withOurs } from "./support/expected";
import { Life, RELEASE } from "./support/life";
import { killGroup, rememberGroup } from "./support/run";
import { describeOnCluster, helmMajors, knownCase, run, tools } from "./support/tier";

/** On EKS with a certificate that exists, a stack needs nothing of a cloud. */
describeOnCluster("terraform is killed in a first deploy", undefined, () => {
  const moments: readonly Moment[] = ["a front Service is there", "the upgrade is under way", "the upgrade is done"];

  for (const major of helmMajors()) {
    for (const moment of moments) {
      for (const withProviders of [false, true]) {
        const who = withProviders ? "with its providers" : "alone";
        const name = `${who}, when ${moment}, of a release of Helm ${major}: the printed advice leads to the end`;
        const check = async () => {
          const life = await killed(major, moment, withProviders);
          await followAdvice(life);
          life.settled(withOurs(life, life.installedValues));
          expect(await life.tlsMode()).toBe("1");
        };
        // The rollback meets fields that the provider owns by then.
        if (major === 4 && withProviders && moment === "the upgrade is under way") {
          knownCase("release.md 1", name, check);
        } else {
          test(name, check);
        }
      }
    }
  }

  const afterRollback = "a rollback as advised leaves live and recorded values the same";
  const check = (major: number) => async () => {
    const life = await killed(major, "the upgrade is under way", true);
    succeeded(life.owner.follow(rollbackIn(life, life.refusal())));
    expect(life.owner.values()).toEqual(life.installedValues);
    expect(await life.tlsMode()).toBeUndefined();
  };
  for (const major of helmMajors()) {
    if (major === 4) {
      knownCase("release.md 1", `${afterRollback}, of a release of Helm 4`, check(4));
    } else {
      test(`${afterRollback}, of a release of Helm ${major}`, check(major));
    }
  }
});

type Moment = "a front Service is there" | "the upgrade is under way" | "the upgrade is done";

/** A first deploy that was killed. */
async function killed(major: number, moment: Moment, withProviders: boolean): Promise<Life> {
  const { helms, charts } = tools();
  const helm = helms.find((one) => one.major === major) ?? helms[0];
  const life = await Life.begin(run(), { cloud: "eks", helm, chart: charts[0], mode: "standalone" });
  life.synth(life.adopted());
  succeeded(life.terraform("init"));
  await life.hold(moment === "the upgrade is under way");
  const terraform = life.place.started({}, "apply", "-auto-approve", "-input=false");
  rememberGroup(run(), terraform.pid as number);
  await life.until(moment, () => hasCome(life, moment));
  await end(terraform, withProviders);
  await life.hold(false);
  return life;
}

async function hasCome(life: Life, moment: Moment): Promise<boolean> {
  if (moment === "a front Service is there") {
    return (await life.api.find(life.path("Service", `${life.fullName}-l7`))) !== undefined;
  }
  const second = (await revisions(life)).find(({ version }) => version === "2");
  if (moment === "the upgrade is done") {
    return second?.status === "deployed";
  }
  // Every object is changed, and Helm waits for the pods.
  const jobs = await life.api.list(life.path("Job"));
  return second?.status === "pending-upgrade" && jobs.length === 0 && (await life.tlsMode()) === "1";
}

async function revisions(life: Life): Promise<readonly { readonly version: string; readonly status: string }[]> {
  const secrets = await life.api.list(`${life.path("Secret")}?labelSelector=owner%3Dhelm`);
  return secrets.map(({ metadata }) => metadata.labels);
}

async function end(terraform: ChildProcess, withProviders: boolean): Promise<void> {
  const closed = new Promise((resolve) => terraform.once("exit", resolve));
  if (withProviders) {
    killGroup(terraform.pid as number);
  } else {
    terraform.kill("SIGKILL");
  }
  await closed;
}

/** Plans and applies, and does to the letter what is said where that is refused. */
async function followAdvice(life: Life): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt++) {
    const { status, text } = life.terraform("apply", "-auto-approve", "-input=false");
    if (status === 0) {
      return;
    }
    await follow(life, unwrapped(text));
  }
  throw new Error("the advice does not come to an end");
}

async function follow(life: Life, text: string): Promise<void> {
  if (text.includes("Helm is in the middle of a change")) {
    // "If it is still at work, wait": providers outlive a terraform that was killed alone.
    const isOver = async () => (await revisions(life)).every(({ status }) => status !== "pending-upgrade");
    if (!(await life.comesTrue(isOver, 15))) {
      succeeded(life.owner.follow(rollbackIn(life, text)));
      await life.isReady();
    }
    return;
  }
  // As docs/reliability.md has it.
  const service = /services "[-\w]+" already exists with (kubernetes_service_v1\.[-\w]+)/.exec(text)?.[1];
  if (service !== undefined) {
    succeeded(life.terraform("import", service, `${life.namespace}/${life.fullName}-l7`));
    return;
  }
  if (text.includes("Cannot create resource that already exists")) {
    life.synth(life.adopted(), { adoptExisting: ["ingress"] });
    return;
  }
  throw new Error(text);
}

/** The rollback that a refusal advises, to the revision that runs. */
function rollbackIn(life: Life, text: string): string {
  const command = new RegExp(`'(helm rollback ${RELEASE} [^']+)'`).exec(text)?.[1];
  const runs = life.owner.history().findLast(({ status }) => status === "deployed" || status === "superseded");
  if (command === undefined || runs === undefined) {
    throw new Error(`no rollback is advised: ${text}`);
  }
  return command.replace("<that revision>", String(runs.revision));
}
