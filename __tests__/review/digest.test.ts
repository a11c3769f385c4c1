import { digestOf } from "../../review/digest";
import { reviewOf } from "../../review/findings";
import type { ResourceChange, TerraformPlan } from "../../review/plan";
import { type RecordedPlan, recordedPlan } from "../support/recorded";
import { change, planOf, updated } from "./support";

const KEY = "a key that is long enough for a digest";
const digest = (plan: TerraformPlan) => digestOf(plan, KEY);

const SERVICE = updated(
  "kubernetes_service_v1.front",
  { metadata: [{ name: "front", resource_version: "1473", generation: 1 }], spec: [{ type: "ClusterIP" }] },
  { metadata: [{ name: "front", resource_version: "1473", generation: 1 }], spec: [{ type: "NodePort" }] },
);

const SECRET = "correct-horse-battery";
const PLAN = planOf(
  [
    change("time_sleep.a", ["create"], null, { triggers: { a: "1", b: "2" } }, { after_unknown: { id: true } }),
    SERVICE,
    updated("somebodys_thing.a", { list: ["a", "b"] }, { list: ["b", "a"] }, { replace_paths: [["list"]] }),
    updated("somebodys_thing.secret", {}, { password: SECRET }, { after_sensitive: { password: true } }),
    change("somebodys_thing.same", ["no-op"], { seen: 1 }, { seen: 1 }),
  ],
  {
    output_changes: { address: { actions: ["create"] }, host: { actions: ["no-op"] } },
    variables: { tls_key: { value: "the key" } },
    configuration: {
      root_module: { resources: [{ type: "time_sleep", name: "a", expressions: { a: { references: ["b"] } } }] },
    },
  },
);

/** The same plan with one thing changed in it. */
function changed(edit: (plan: any) => void): TerraformPlan {
  const copy = JSON.parse(JSON.stringify(PLAN));
  edit(copy);
  expect(copy).not.toEqual(PLAN);
  return copy;
}

const resource = (plan: any, index: number): any => plan.resource_changes[index];

describe("another digest has a plan with", () => {
  test.each<[string, (plan: any) => void]>([
    ["another value before", (plan) => (resource(plan, 2).change.before.list = ["a"])],
    ["another value after", (plan) => (resource(plan, 0).change.after.triggers.b = "3")],
    ["the same values in another order of a list", (plan) => resource(plan, 2).change.after.list.reverse()],
    ["a value that is known after apply only", (plan) => (resource(plan, 2).change.after_unknown = { list: true })],
    ["other actions", (plan) => (resource(plan, 2).change.actions = ["delete", "create"])],
    ["another order of the same actions", (plan) => (resource(plan, 2).change.actions = ["create", "delete"])],
    ["another path that is replaced", (plan) => (resource(plan, 2).change.replace_paths = [["other"]])],
    ["an import", (plan) => (resource(plan, 2).change.importing = { id: "a" })],
    ["an import of what stays as it is", (plan) => (resource(plan, 4).change.importing = { id: "a" })],
    [
      "a resource that moves and stays as it is",
      (plan) => (resource(plan, 4).previous_address = "somebodys_thing.old"),
    ],
    ["a resource that is forgotten", (plan) => (resource(plan, 4).change.actions = ["forget"])],
    ["another address", (plan) => (resource(plan, 2).address = "somebodys_thing.b")],
    ["a deposed object", (plan) => (resource(plan, 2).deposed = "00000000")],
    ["another provider", (plan) => (resource(plan, 2).provider_name = "registry.example.com/some/body")],
    ["a change less", (plan) => plan.resource_changes.pop() && plan.resource_changes.pop()],
    ["another secret", (plan) => (resource(plan, 3).change.after.password = "another")],
    ["a secret that is one no longer", (plan) => (resource(plan, 3).change.after_sensitive = {})],
    ["another output", (plan) => (plan.output_changes.address.after = "192.0.2.1")],
    ["an output less", (plan) => delete plan.output_changes.address],
    ["another variable, whose value is in no change", (plan) => (plan.variables.tls_key.value = "another")],
    [
      "another source of a value that is known after apply only",
      (plan) => (plan.configuration.root_module.resources[0].expressions.a.references = ["c"]),
    ],
    ["an action of a provider", (plan) => (plan.action_invocations = [{ address: "action.somebodys_action.a" }])],
  ])("%s", (_, edit) => {
    expect(digest(changed(edit))).not.toBe(digest(PLAN));
  });
});

describe("the same digest has a plan with", () => {
  test.each<[string, (plan: any) => void]>([
    ["its resources in another order", (plan) => plan.resource_changes.reverse()],
    [
      "the keys of an object in another order",
      (plan) => (resource(plan, 0).change.after = { triggers: { b: "2", a: "1" } }),
    ],
    ["another time", (plan) => (plan.timestamp = "2026-11-28T00:00:00Z")],
    [
      "a resource that somebody else writes to, and that stays as it is",
      (plan) => (resource(plan, 4).change = { actions: ["no-op"], before: { seen: 2 }, after: { seen: 2 } }),
    ],
    [
      "an object that its controller has written to",
      (plan) => {
        for (const side of ["before", "after"]) {
          Object.assign(resource(plan, 1).change[side].metadata[0], { resource_version: "1500", generation: 2 });
        }
      },
    ],
    ["an output that stays as it is", (plan) => (plan.output_changes.host.after = "192.0.2.1")],
  ])("%s", (_, edit) => {
    const copy = JSON.parse(JSON.stringify(PLAN));
    edit(copy);
    expect(digest(copy)).toBe(digest(PLAN));
  });
});

test("only Kubernetes' own counters are passed over: of other types, and elsewhere, such an attribute counts", () => {
  const plan = (type: string, before: object) => digest(planOf([updated(`${type}.a`, before, {})]));
  expect(plan("somebodys_thing", { metadata: [{ generation: 1 }] })).not.toBe(
    plan("somebodys_thing", { metadata: [{ generation: 2 }] }),
  );
  expect(plan("kubernetes_service_v1", { spec: [{ generation: 1 }] })).not.toBe(
    plan("kubernetes_service_v1", { spec: [{ generation: 2 }] }),
  );
});

test("it holds no value, and nobody without the key can try values", () => {
  expect(digest(PLAN)).toMatch(/^[0-9a-f]{64}$/);
  expect(digestOf(PLAN, "another key that is long enough too")).not.toBe(digest(PLAN));
});

const RECORDED: RecordedPlan[] = [
  "aws-adopt-guides-ingress",
  "aws-annotation-drift",
  "aws-first-deploy",
  "gcp-drift",
  "gcp-first-deploy",
  "gcp-upgrade-by-hand",
];

/** The places of all values within, in which an edit changes something. */
function leaves(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  return typeof value === "object" && value !== null && Object.keys(value).length > 0
    ? Object.entries(value).flatMap(([key, one]) => leaves(one, [...path, key]))
    : [path];
}

function edited(value: unknown, [key, ...rest]: readonly (string | number)[]): unknown {
  if (key === undefined) {
    return `${JSON.stringify(value)} edited`;
  }
  const copy: any = Array.isArray(value) ? [...value] : { ...(value as object) };
  copy[key] = edited(copy[key], rest);
  return copy;
}

test.each(RECORDED)("of a real plan every value of every change counts: %s", (name) => {
  const plan: TerraformPlan = JSON.parse(recordedPlan(name));
  const before = digest(plan);
  const changes = (plan.resource_changes ?? []).filter(({ change: { actions } }) => actions.join() !== "no-op");
  for (const one of changes) {
    for (const path of leaves(one.change)) {
      const other = edited(one, ["change", ...path]) as ResourceChange;
      const same = digest({ ...plan, resource_changes: plan.resource_changes?.map((it) => (it === one ? other : it)) });
      expect([one.address, path.join("."), same === before]).toEqual([one.address, path.join("."), false]);
    }
  }
  expect(digest({ ...plan, resource_changes: [...(plan.resource_changes ?? [])].reverse() })).toBe(before);
});

test("a change that the review has no words for has another digest: the text of a value", () => {
  const plan: TerraformPlan = JSON.parse(recordedPlan("gcp-first-deploy"));
  const changes = plan.resource_changes?.map((one) => {
    const [values, ...more] = one.type === "helm_release" ? ((one.change.after?.values ?? []) as string[]) : [];
    const other = [values?.replace("a,b=c", "another"), ...more];
    return values ? { ...one, change: { ...one.change, after: { ...one.change.after, values: other } } } : one;
  });
  const after = { ...plan, resource_changes: changes };
  expect(after).not.toEqual(plan);
  expect(reviewOf(after)).toEqual(reviewOf(plan));
  expect(digest(after)).not.toBe(digest(plan));
});
