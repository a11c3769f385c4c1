import { succeeded, unwrapped, type Workspace } from "../../support/terraform";
import type { ApiObject } from "./api";
import { withOurs } from "./expected";
import { Life, type LifeProps, RELEASE } from "./life";
import { describeOnCluster, knownCase, run, type Tools, tools } from "./tier";

/** Everything that an owner may do in the life of a stack, in the order of the tests: each goes on from where the last one ended. */
export function wholeLife(
  cloud: LifeProps["cloud"],
  missing: string | undefined,
  choose: (tools: Tools) => Pick<LifeProps, "helm" | "chart" | "mode" | "fullnameOverride">,
): void {
  describeOnCluster(`the life of a stack on ${cloud.toUpperCase()}`, missing, () => {
    let life: Life;
    let owners: any;
    let rendered: Record<string, string>;

    beforeAll(async () => {
      life = await Life.begin(run(), { cloud, ...choose(tools()) });
      owners = life.owner.values();
      rendered = await life.rendered();
    });

    test("Helm has recorded the owner's values as they were given", () => {
      expect(owners).toEqual(life.installedValues);
    });

    test("adoption adds our two entries to the values, and changes one Deployment beside etcd", async () => {
      life.synth(life.adopted());
      succeeded(life.terraform("init"));
      expect(life.planText()).toMatch(/Plan: 1 to import, \d+ to add, 1 to change, 0 to destroy/);
      life.apply();
      life.settled(withOurs(life, owners));
      expect(await life.tlsMode()).toBe("1");
      expect(await changedSince(life, rendered)).toEqual([`Deployment/${life.clientDeployment}`, ETCD]);
    });

    knownCase(
      "release.md 7",
      "'helm history' does not say of the revision that turned TLS on that it installed the release",
      async () => {
        expect(life.owner.history().at(-1)?.description).not.toBe("Install complete");
      },
    );

    test("an upgrade by the owner that reuses the values is no change to the plan", async () => {
      life.owner.upgrade(life.props.chart, { notes: ["upgraded"] }, "--reuse-values");
      await life.isReady();
      owners = { ...owners, notes: ["upgraded"] };
      life.settled(withOurs(life, owners));
    });

    describe("an upgrade by the owner that drops our values", () => {
      beforeAll(async () => {
        life.owner.upgrade(life.props.chart, owners, "--reset-values");
        await life.isReady();
      });

      test("is warned of", () => {
        const plan = life.planText();
        expect(plan).toContain("have lost settings");
        expect(plan).toContain("release:repair");
      });

      knownCase("release.md 3", "the doctor names it as well", async () => {
        expect(life.command("doctor").text).toMatch(/repair/);
      });

      test("is repaired by the command that the warning names", async () => {
        succeeded(life.command("release-repair"));
        expect(life.planText()).toContain("Plan: 1 to import, 0 to add, 1 to change, 0 to destroy");
        life.apply();
        life.settled(withOurs(life, owners));
        expect(await life.tlsMode()).toBe("1");
      });
    });

    test("drift of each object is shown and repaired, and what controllers wrote stays", async () => {
      for (const [path, patch] of drifts(life)) {
        await life.api.patch(path, patch);
      }
      const changed = changedAddresses(life);
      life.apply();
      life.settled(withOurs(life, owners));
      expect(changed.sort()).toEqual(DRIFTING[cloud]);
      const { metadata, status } = await life.get("Ingress", life.fullName);
      expect(metadata.finalizers).toHaveLength(1);
      expect(status.loadBalancer.ingress).toHaveLength(1);
    });

    test("each object that was deleted is made again", async () => {
      const paths = await ourObjects(life);
      for (const path of paths) {
        await life.api.delete(path);
      }
      await life.until("all are gone", async () => (await ourObjects(life)).length === 0);
      life.applyUntilThereIsAnAddress();
      if (cloud === "gke") {
        // The annotation that names managed certificates has one writer, which takes its Ingress for the one before.
        life.apply();
      }
      life.settled(withOurs(life, owners));
      expect(await ourObjects(life)).toEqual(paths);
    });

    test("TLS off gives the owner's values back", async () => {
      life.synth(life.adopted({ tls: "disabled" }));
      expect(destroyedBy(life.place)).toEqual([]);
      life.apply();
      life.settled(owners);
      expect(await life.tlsMode()).toBeUndefined();
      expect(await changedSince(life, rendered)).toEqual([ETCD]);
    });

    test("TLS on again", async () => {
      life.synth(life.adopted());
      life.apply();
      life.settled(withOurs(life, owners));
    });

    describe("a change of ownership changes no value and destroys nothing", () => {
      test("from adopted to left alone, refused until it is detached", () => {
        life.synth({ ownership: "leave-alone", ...life.ref, tlsInPod: true });
        expect(life.refusal()).toContain("prevent_destroy");
        succeeded(life.command("release-detach"));
        isTakenOver(life, owners);
      });

      test("from left alone to the care of another tool", () => {
        // GKE's load balancer speaks to no other pods than those with TLS.
        life.synth({ ownership: "elsewhere", ...life.ref, ...(cloud === "eks" ? { tlsInPod: true } : {}) });
        isTakenOver(life, owners);
      });

      test("to a stack of its own", () => {
        life.synth(life.adopted({ stack: "own" }));
        const own = ownStack(life);
        expect(destroyedBy(own)).toEqual([]);
        succeeded(own.terraform("apply", "-auto-approve", "-no-color"));
        expect(own.terraform("plan", "-detailed-exitcode").status).toBe(0);
        isTakenOver(life, owners);
        succeeded(own.command("release-detach", `${life.stackId}-release`));
      });

      test("and back to adopted", () => {
        life.synth(life.adopted());
        isTakenOver(life, owners);
      });
    });

    test("a destroy is refused as long as the release is adopted", () => {
      const destroy = life.terraform("destroy", "-auto-approve", "-input=false");
      expect(destroy.status).toBe(1);
      expect(unwrapped(destroy.text)).toContain("prevent_destroy");
      life.settled(withOurs(life, owners));
    });

    test("after a detach it takes all that is ours, and nothing of the release", async () => {
      succeeded(life.command("release-detach"));
      succeeded(life.terraform("destroy", "-auto-approve", "-input=false"));
      expect(life.place.state().resources).toEqual([]);
      expect(await ourObjects(life)).toEqual([]);
      expect(life.owner.values()).toEqual(withOurs(life, owners));
      expect(await life.tlsMode()).toBe("1");
      const gone = Object.keys(rendered).filter((name) => !name.startsWith("Job/"));
      expect(Object.keys(await life.rendered())).toEqual(expect.arrayContaining(gone));
    });

    describe("Milvus is uninstalled by its owner while it is adopted", () => {
      beforeAll(async () => {
        life.apply();
        life.owner.uninstall();
      });

      knownCase("release.md 2", "the stack can be destroyed after a detach", async () => {
        succeeded(life.command("release-detach"));
        succeeded(life.terraform("destroy", "-auto-approve", "-input=false"));
      });

      test("with ownership: leave-alone it can be destroyed", async () => {
        life.synth({ ownership: "leave-alone", ...life.ref, tlsInPod: true });
        succeeded(life.terraform("destroy", "-auto-approve", "-input=false"));
        expect(await ourObjects(life)).toEqual([]);
      });
    });
  });
}

/** The stack goes on with the release in other hands: nothing is destroyed, and its values stay. */
function isTakenOver(life: Life, owners: object): void {
  expect(destroyedBy(life.place)).toEqual([]);
  life.apply();
  life.settled(withOurs(life, owners));
}

function ownStack(life: Life): Workspace {
  const own = life.place.stack(`${life.stackId}-release`);
  succeeded(own.terraform("init"));
  return own;
}

/** The first upgrade after the installation tells the release's own etcd that its cluster exists, whoever upgrades. */
const ETCD = `StatefulSet/${RELEASE}-etcd`;

/** What of the release's objects is another one now, or has another spec; Jobs run at the installation alone. */
async function changedSince(life: Life, before: Record<string, string>): Promise<string[]> {
  const now = await life.rendered();
  return Object.keys(before).filter((name) => !name.startsWith("Job/") && now[name] !== before[name]);
}

/** The paths of all objects that the stack makes in the cluster. */
async function ourObjects(life: Life): Promise<string[]> {
  const kinds = ["Ingress", "Service", "Secret", ...(life.props.cloud === "gke" ? GKE_KINDS : [])] as const;
  const paths: string[] = [];
  for (const kind of kinds) {
    for (const { metadata } of await life.api.list(life.path(kind))) {
      if (!isOfHelm(metadata)) {
        paths.push(life.path(kind, metadata.name));
      }
    }
  }
  return paths;
}

const GKE_KINDS = ["BackendConfig", "FrontendConfig"] as const;

/** An object of the release, or of one of its parts, or where Helm keeps a revision. */
function isOfHelm({ annotations = {}, labels = {}, name }: ApiObject): boolean {
  return (
    annotations["meta.helm.sh/release-name"] === RELEASE ||
    labels.owner === "helm" ||
    labels.release === RELEASE ||
    name === "kubernetes"
  );
}

/** A change by hand of each object of ours, as somebody in a hurry makes it. */
function drifts(life: Life): [path: string, patch: object][] {
  const common: [string, object][] = [[life.path("Service", `${life.fullName}-l7`), { spec: { type: "NodePort" } }]];
  if (life.props.cloud === "eks") {
    const annotations = { "alb.ingress.kubernetes.io/inbound-cidrs": "0.0.0.0/0" };
    return [...common, [life.path("Ingress", life.fullName), { metadata: { annotations } }]];
  }
  const annotations = { "kubernetes.io/ingress.allow-http": "true" };
  return [
    ...common,
    [life.path("Ingress", life.fullName), { metadata: { annotations }, spec: { defaultBackend: null, tls: null } }],
    [life.path("BackendConfig", `${RELEASE}-backendconfig`), { spec: { timeoutSec: 30 } }],
    [life.path("FrontendConfig", `${RELEASE}-frontendconfig`), { spec: { sslPolicy: "weaker" } }],
  ];
}

/** The types of what a plan changes after these. */
const DRIFTING = {
  gke: [
    "kubernetes_annotations",
    "kubernetes_manifest",
    "kubernetes_manifest",
    "kubernetes_manifest",
    "kubernetes_service_v1",
  ],
  eks: ["kubernetes_annotations", "kubernetes_service_v1"],
} as const;

function changedAddresses(life: Life): string[] {
  return changesOf(life.place)
    .filter(({ change }) => change.actions[0] !== "no-op")
    .map(({ type }) => type);
}

function destroyedBy(place: Workspace): string[] {
  return changesOf(place)
    .filter(({ change }) => change.actions.includes("delete"))
    .map(({ address }) => address);
}

function changesOf(place: Workspace): readonly ApiObject[] {
  const { resource_changes: changes } = JSON.parse(place.plan());
  return changes.filter(({ mode }: ApiObject) => mode === "managed");
}
