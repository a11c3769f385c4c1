import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { answer, workspace } from "../support/life";
import { AWS, AWS_LEFT_ALONE, GCP } from "../support/stacks-under-test";
import { addresses } from "../support/synth";
import { describeUnless, succeeded, unwrapped, Workspace, whatIsMissing } from "../support/terraform";

/** docs/rename-a-stack.md: a renamed stack is refused until its state has moved with it, and has nothing to do then. */

const missing = whatIsMissing();

/** A live Service with another stack's mark, or with none. */
const marked = (stack: string | undefined) => ({
  "data.kubernetes_service_v1": {
    metadata: [{ uid: "x", annotations: stack === undefined ? {} : { "cdktf-milvus-l7/stack": stack } }],
    spec: [{ selector: { component: "proxy" }, type: "LoadBalancer" }],
  },
});

const stacks = [
  { stack: GCP, change: {}, service: "default/my-release-milvus-l7" },
  { stack: AWS, change: { release: AWS_LEFT_ALONE, addressWaitSec: 0 }, service: "milvus/milvus-demo-l7" },
];

/** The stack under a new id, with a state of its own, in the place of the old one. */
function renamed(old: Workspace, id: string): Workspace {
  const [settings] = Object.values<any>(parse(readFileSync(old.configFile, "utf8")));
  const place = new Workspace(id);
  writeFileSync(place.configFile, stringify({ [id]: settings }));
  succeeded(place.synth(settings));
  return place;
}

describeUnless(missing.apply, "a renamed stack", () => {
  test.each(stacks)("is refused until its state has moved: $stack.id", ({ stack, change, service }) => {
    const old = workspace(stack, change);
    answer(old, stack, null, marked(undefined));
    succeeded(old.terraform("init"));
    succeeded(old.terraform("apply", "-auto-approve"));
    expect(old.attributes("kubernetes_service_v1").metadata[0].annotations["cdktf-milvus-l7/stack"]).toBe(stack.id);
    answer(old, stack, null, marked(stack.id));
    expect(old.terraform("plan", "-detailed-exitcode").status).toBe(0);

    const place = renamed(old, "renamed-stack");
    answer(place, stack, null, marked(stack.id));
    succeeded(place.terraform("init"));
    const refused = place.terraform("plan", "-no-color");
    expect(refused.status).toBe(1);
    expect(unwrapped(refused.text)).toContain(
      `The Service ${service} is in the state of another stack, first deployed as ${stack.id}: this is renamed-stack, and its ` +
        "state doesn't have it.",
    );
    expect(unwrapped(refused.text)).toContain(
      "If renamed-stack is to be a second load balancer of the same Milvus, set name in it",
    );

    copyFileSync(old.statePath, place.statePath);
    const after = place.terraform("plan", "-detailed-exitcode", "-no-color");
    expect([after.status, after.status === 0 ? "" : after.text]).toEqual([0, ""]);
    // And it goes on under its new name.
    succeeded(place.terraform("apply", "-auto-approve"));
    expect(place.attributes("kubernetes_service_v1").metadata[0].annotations["cdktf-milvus-l7/stack"]).toBe(stack.id);
    for (const one of [old, place]) {
      one.remove();
    }
  });

  test("whose state is pulled and pushed, as for every backend, has nothing to do", () => {
    const old = workspace(GCP);
    answer(old, GCP, null, marked(undefined));
    succeeded(old.terraform("init"));
    succeeded(old.terraform("apply", "-auto-approve"));
    const moved = join(old.folder, "moved.tfstate");
    writeFileSync(moved, succeeded(old.terraform("state", "pull")).text);

    const place = renamed(old, "renamed-stack");
    answer(place, GCP, null, marked(GCP.id));
    succeeded(place.terraform("init"));
    succeeded(place.terraform("state", "push", moved));
    expect(place.terraform("plan", "-detailed-exitcode").status).toBe(0);
    for (const one of [old, place]) {
      one.remove();
    }
  });

  test("may get its part of another's state address by address", () => {
    const old = workspace(GCP);
    answer(old, GCP, null, marked(undefined));
    succeeded(old.terraform("init"));
    succeeded(old.terraform("apply", "-auto-approve"));
    const [from, to] = [join(old.folder, "old.tfstate"), join(old.folder, "new.tfstate")];
    writeFileSync(from, succeeded(old.terraform("state", "pull")).text);
    for (const address of addresses(old.json()).filter((one) => !one.startsWith("data."))) {
      succeeded(old.terraform("state", "mv", `-state=${from}`, `-state-out=${to}`, address, address));
    }

    const place = renamed(old, "renamed-stack");
    answer(place, GCP, null, marked(GCP.id));
    succeeded(place.terraform("init"));
    succeeded(place.terraform("state", "push", to));
    const plan = place.terraform("plan", "-no-color");
    expect(unwrapped(plan.text)).not.toMatch(/will be (created|destroyed|updated|replaced)/);
    expect(plan.status).toBe(0);
    for (const one of [old, place]) {
      one.remove();
    }
  });

  test("whose state stayed where it was has nothing to do", () => {
    const old = workspace(GCP);
    answer(old, GCP, null, marked(undefined));
    succeeded(old.terraform("init"));
    succeeded(old.terraform("apply", "-auto-approve"));

    const place = renamed(old, "renamed-stack");
    answer(place, GCP, null, marked(GCP.id));
    const json = place.json();
    json.terraform.backend = old.json().terraform.backend;
    place.write(json);
    succeeded(place.terraform("init"));
    expect(place.terraform("plan", "-detailed-exitcode").status).toBe(0);
    for (const one of [old, place]) {
      one.remove();
    }
  });
});

describeUnless(missing.apply, "a stack that was deployed before there was a mark", () => {
  test("gets it by an update in place", () => {
    const place = workspace(GCP);
    answer(place, GCP, null, marked(undefined));
    succeeded(place.terraform("init"));
    const json = place.json();
    const [service] = Object.values<any>(json.resource.kubernetes_service_v1);
    const [id = ""] = Object.keys(json.resource.terraform_data).filter((name) => !name.startsWith("milvus_"));
    const { [id]: mark, ...others } = json.resource.terraform_data;
    const before = structuredClone(json);
    before.resource.terraform_data = others;
    for (const local of Object.keys(before.locals).filter((name) => name.startsWith("ingress_service_stack_"))) {
      delete before.locals[local];
    }
    const [unmarked] = Object.values<any>(before.resource.kubernetes_service_v1);
    delete unmarked.metadata.annotations["cdktf-milvus-l7/stack"];
    delete unmarked.metadata.annotations["cdktf-milvus-l7/adopts"];
    delete unmarked.lifecycle.precondition;
    place.write(before);
    succeeded(place.terraform("apply", "-auto-approve"));

    place.write(json);
    expect(mark.input).toEqual({ stack: "gcp-stack", release: "default/my-release" });
    expect(service.lifecycle.precondition.length).toBeGreaterThan(1);
    const plan = succeeded(place.terraform("plan", "-no-color")).text;
    expect(plan).toContain("Plan: 1 to add, 1 to change, 0 to destroy.");
    expect(plan).toMatch(/# kubernetes_service_v1\.ingress_service_\w+ will be updated in-place/);
    succeeded(place.terraform("apply", "-auto-approve"));
    expect(place.terraform("plan", "-detailed-exitcode").status).toBe(0);
    place.remove();
  });
});
