import { writeFileSync } from "node:fs";
import { stringify } from "yaml";
import { guard } from "../../commands/plan-guard";
import { answer, workspace } from "../support/life";
import { AWS, AWS_LEFT_ALONE, GCP, GCP_LEFT_ALONE } from "../support/stacks-under-test";
import {
  describeUnless,
  type Outcome,
  succeeded,
  unwrapped,
  type Workspace,
  whatIsMissing,
} from "../support/terraform";

/** Two stacks that have one state, or one release, and objects that a Helm release has: what only state and cluster know. */

const missing = whatIsMissing();

/** What a plan's list finds in the cluster. */
const listed = (...objects: { name: string; annotations?: Record<string, string> }[]) => ({
  // Helm's revisions are listed as well, by these labels.
  "data.kubernetes_resources": {
    objects: objects.map((metadata) => ({ metadata: { ...metadata, labels: { version: "1", status: "deployed" } } })),
  },
});

function refused(outcome: Outcome): string {
  expect(outcome.status).toBe(1);
  return unwrapped(outcome.text);
}

function applied(place: Workspace): Workspace {
  succeeded(place.terraform("init"));
  succeeded(place.terraform("apply", "-auto-approve"));
  return place;
}

const deployed = (stack: typeof GCP, change: object = {}) => applied(workspace(stack, change));

/** The mark as states from before the release was in it have it. */
function withOldMark(place: Workspace): void {
  const state = place.state();
  for (const { type, name, instances } of state.resources) {
    if (type === "terraform_data" && name.startsWith("ingress_")) {
      const { stack } = instances[0].attributes.input.value;
      instances[0].attributes.input = { value: stack, type: "string" };
      instances[0].attributes.output = { value: stack, type: "string" };
    }
  }
  state.serial += 1;
  writeFileSync(place.statePath, JSON.stringify(state));
}

const clouds = [
  { stack: GCP, change: { release: GCP_LEFT_ALONE }, other: { ...GCP_LEFT_ALONE, releaseName: "other" } },
  {
    stack: AWS,
    change: { release: AWS_LEFT_ALONE, addressWaitSec: 0 },
    other: { ...AWS_LEFT_ALONE, releaseName: "other" },
  },
];

describeUnless(missing.apply, "a state that is another stack's", () => {
  test.each(clouds)("refuses a plan, where that stack is in the app: $stack.id", ({ stack, change }) => {
    const place = deployed(stack, change);
    const settings = { ...stack.config(), ...change, name: "second" };
    const backend = { kind: "local", path: `${place.folder}/second.tfstate` };
    const first = { ...stack.config(), ...change, backend: { kind: "local", path: place.statePath } };
    writeFileSync(
      place.configFile,
      stringify({ [stack.id]: first, second: { ...settings, backend, hosts: ["b.example.com"] } }),
    );
    succeeded(place.synthAgain());
    const second = place.stack("second");
    const json = second.json();
    json.terraform.backend.local.path = place.statePath;
    second.write(json);
    succeeded(second.terraform("init"));
    expect(refused(second.terraform("plan", "-no-color"))).toContain(
      `The state of second is that of ${stack.id}, which is another stack of this app: an apply would destroy what`,
    );
    expect(place.terraform("plan", "-detailed-exitcode").status).toBe(0);
    for (const one of [place, second]) {
      one.remove();
    }
  });

  test.each(clouds)(
    "refuses a plan for another release, until it gets a new mark: $stack.id",
    ({ stack, change, other }) => {
      const place = deployed(stack, change);
      succeeded(place.synth({ ...stack.config(), ...change, release: other }));
      const [marker = ""] = Object.keys(place.json().resource.terraform_data).filter((id) => id.startsWith("ingress_"));
      const { namespace, releaseName } = change.release;
      expect(refused(place.terraform("plan", "-no-color"))).toContain(
        `The state of ${stack.id} is that of a load balancer of the Helm release ${namespace}/${releaseName}, and this ` +
          `configuration is for ${namespace}/other: an apply would move clients of the one Milvus to the other.`,
      );
      const plan = place.plan(`-replace=terraform_data.${marker}`);
      const lines = guard(plan, []).lines.join("\n");
      expect(lines).toContain(`lead to ${namespace}/other, another Milvus`);
      expect(lines).toContain(`marks the state of the stack ${stack.id} (${namespace}/${releaseName}) as that of`);
      place.remove();
    },
  );

  test.each(clouds)(
    "of before, with no release in its mark, plans nothing new, and the guard sees the move: $stack.id",
    (one) => {
      const { stack, change, other } = one;
      const place = deployed(stack, change);
      withOldMark(place);
      const same = place.terraform("plan", "-detailed-exitcode", "-no-color");
      expect([same.status, same.status === 0 ? "" : same.text]).toEqual([0, ""]);

      succeeded(place.synth({ ...stack.config(), ...change, release: other }));
      expect(guard(place.plan(), []).lines.join("\n")).toContain(
        `has the load balancer of the Helm release ${change.release.namespace}/${change.release.releaseName} lead to`,
      );
      place.remove();
    },
  );

  test.each(clouds)(
    "of another id, under which nothing else is in the app, is one that the guard asks about: $stack.id",
    (one) => {
      const { stack, change } = one;
      const place = deployed(stack, change);
      const settings = {
        ...stack.config(),
        ...change,
        name: "mine",
        backend: { kind: "local", path: place.statePath },
      };
      writeFileSync(place.configFile, stringify({ mine: settings }));
      succeeded(place.synthAgain());
      const mine = place.at("mine");
      succeeded(mine.terraform("init"));
      const plan = mine.plan();
      const { status, lines } = guard(plan, []);
      expect(status).toBe(1);
      expect(lines.join("\n")).toContain(`made by the stack first deployed as ${stack.id}, for`);
      place.remove();
    },
  );
});

const adopting = [
  { stack: GCP, change: {}, release: "default/my-release" },
  { stack: AWS, change: { addressWaitSec: 0 }, release: "milvus/milvus-demo" },
];

describeUnless(missing.apply, "a release that another stack adopts", () => {
  const front = (stack: string, release: string) =>
    listed({ name: "x-l7", annotations: { "cdktf-milvus-l7/stack": stack, "cdktf-milvus-l7/adopts": release } });

  test.each(adopting)("is not adopted: $stack.id", ({ stack, change, release }) => {
    const name = release.split("/")[1] as string;
    const place = workspace(stack, change);
    succeeded(place.terraform("init"));
    answer(place, stack, null, front("theirs", name));
    expect(refused(place.terraform("plan", "-no-color"))).toContain(
      `The Helm release ${release} is adopted by another stack, first deployed as theirs (Service x-l7).`,
    );
    // Another release, and this stack under another name of its Ingress.
    for (const services of [front("theirs", "another"), front(stack.id, name)]) {
      answer(place, stack, null, services);
      succeeded(place.terraform("plan"));
    }
    place.remove();
  });

  test("is not adopted by a stack of its own", () => {
    const place = workspace(GCP, { release: { ...(GCP.config() as any).release, stack: "own" } });
    const own = place.stack("gcp-stack-release");
    succeeded(own.terraform("init"));
    answer(own, GCP, null, front("theirs", "my-release"));
    expect(refused(own.terraform("plan", "-no-color"))).toContain(
      "The Helm release default/my-release is adopted by another stack, first deployed as theirs (Service x-l7).",
    );
    answer(own, GCP, null, front("gcp-stack", "my-release"));
    succeeded(own.terraform("plan"));
    for (const one of [place, own]) {
      one.remove();
    }
  });
});

const helmObjects = [
  { stack: GCP, object: "ingress", kind: "Ingress", change: { release: GCP_LEFT_ALONE } },
  { stack: GCP, object: "backend-config", kind: "BackendConfig", change: { release: GCP_LEFT_ALONE } },
  { stack: GCP, object: "tls-secret", kind: "Secret", change: { release: GCP_LEFT_ALONE } },
  {
    stack: GCP,
    object: "managed-certificate",
    kind: "ManagedCertificate",
    change: { release: GCP_LEFT_ALONE, certificate: { kind: "managed" } },
  },
  { stack: AWS, object: "ingress", kind: "Ingress", change: { release: AWS_LEFT_ALONE, addressWaitSec: 0 } },
];

describeUnless(missing.apply, "an object of a Helm release", () => {
  test.each(helmObjects)("is not adopted: $kind of $stack.id", ({ stack, object, kind, change }) => {
    const place = workspace(stack, { ...change, adoptExisting: [object] });
    succeeded(place.terraform("init"));
    const marks = { "meta.helm.sh/release-name": "theirs", "meta.helm.sh/release-namespace": "apps" };
    answer(place, stack, null, listed({ name: "x", annotations: marks }));
    const text = refused(place.terraform("plan", "-no-color"));
    expect(text).toMatch(
      new RegExp(`The ${kind} \\S+, which adoptExisting names, belongs to the Helm release apps/theirs:`),
    );
    for (const objects of [listed(), listed({ name: "x" }), listed({ name: "x", annotations: { a: "b" } })]) {
      answer(place, stack, null, objects);
      succeeded(place.terraform("plan"));
    }
    place.remove();
  });
});
