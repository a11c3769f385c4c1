import { Construct } from "constructs";
import { guard } from "../../commands/plan-guard";
import { MilvusTlsRelease } from "../../constructs/milvus";
import { deleted, made, type StackUnderTest, workspace } from "../support/life";
import { ADOPTED, adoptingPlatform, Platform, REF } from "../support/platform";
import { AWS, GCP, GCP_LEFT_ALONE } from "../support/stacks-under-test";
import { describeUnless, succeeded, unwrapped, type Workspace, whatIsMissing } from "../support/terraform";

const RELEASE = "helm_release.milvus_default_my-release";
const GUARD = "terraform_data.milvus_default_my-release";

const missing = whatIsMissing();

function deployed(stack: StackUnderTest): Workspace {
  const place = workspace(stack);
  succeeded(place.terraform("init"));
  deploy(place);
  return place;
}

function deploy(place: Workspace): void {
  succeeded(place.terraform("apply", "-auto-approve"));
}

function hasNoChanges(place: Workspace): void {
  expect(place.terraform("plan", "-detailed-exitcode").status).toBe(0);
}

function planned(place: Workspace): string {
  return unwrapped(succeeded(place.terraform("plan", "-no-color")).text);
}

/** Everything goes but Milvus. */
function isDestroyedWithoutMilvus(place: Workspace): void {
  place.takeLog();
  succeeded(place.terraform("destroy", "-auto-approve"));
  const gone = deleted(place);
  expect(gone).toContain("kubernetes_manifest");
  expect(gone).not.toContain("helm_release");
  expect(place.state().resources).toEqual([]);
}

function inState(place: Workspace): string[] {
  return place
    .state()
    .resources.map(({ type, name }: { type: string; name: string }) => `${type}.${name}`)
    .filter((address: string) => [RELEASE, GUARD].includes(address));
}

describeUnless(missing.apply, "release:detach through terraform", () => {
  test("takes release and guard out of the state, and a destroy takes the rest", () => {
    const place = deployed(GCP);
    place.takeLog();
    const { status, text } = place.command("release-detach", "gcp-stack");
    expect([status, text]).toEqual([0, expect.stringContaining("release-detach: given back: default/my-release.")]);
    expect(text).toContain(`out of the state: ${RELEASE}\n  out of the state: ${GUARD}\n`);
    expect(text).toContain("note: the pods of default/my-release go on speaking TLS.");
    expect(text).toContain("the configuration still adopts default/my-release");
    expect(text).not.toContain("sim-");
    expect(place.takeLog()).toEqual([]);
    isDestroyedWithoutMilvus(place);
    place.remove();
  });

  test("initialises a folder that no terraform has run in", () => {
    const place = deployed(GCP);
    const fresh = workspace(GCP);
    fresh.write({ ...place.json() });
    expect(succeeded(fresh.command("release-detach", "gcp-stack")).text).toContain(`out of the state: ${RELEASE}`);
    expect(inState(place)).toEqual([]);
    fresh.remove();
    place.remove();
  });

  test("refuses a second time", () => {
    const place = deployed(GCP);
    succeeded(place.command("release-detach", "gcp-stack"));
    const { status, text } = place.command("release-detach", "gcp-stack");
    expect([status, text]).toEqual([
      1,
      "release-detach: refused: the state of gcp-stack holds no release that was adopted, and no guard of one: there is " +
        "nothing to detach\n  it holds 13 resources, no Helm release among them\n  nothing has been changed\n",
    ]);
    place.remove();
  });

  test("finishes what was interrupted, and until then a destroy is refused", () => {
    const place = deployed(GCP);
    succeeded(place.terraform("state", "rm", RELEASE));
    place.takeLog();
    const destroy = place.terraform("destroy", "-auto-approve", "-no-color");
    expect(destroy.status).not.toBe(0);
    expect(unwrapped(destroy.text)).toContain(`Resource ${GUARD} has lifecycle.prevent_destroy set`);
    expect(deleted(place)).toEqual([]);

    const { text } = succeeded(place.command("release-detach", "gcp-stack"));
    expect(text).toContain(`out of the state: ${GUARD}`);
    expect(text).not.toContain(RELEASE);
    isDestroyedWithoutMilvus(place);
    place.remove();
  });

  test("is undone by a deploy of a configuration that adopts, which then has no changes", () => {
    const place = deployed(GCP);
    succeeded(place.command("release-detach", "gcp-stack"));
    expect(planned(place)).toContain("Plan: 1 to import, 1 to add, 1 to change, 0 to destroy.");
    deploy(place);
    expect(inState(place)).toEqual([RELEASE, GUARD]);
    hasNoChanges(place);
    place.remove();
  });

  test("is followed by a deploy of a configuration that leaves the release alone", () => {
    const place = deployed(GCP);
    succeeded(place.synth({ ...GCP.config(), release: GCP_LEFT_ALONE }));
    const { text } = succeeded(place.command("release-detach", "gcp-stack"));
    expect(text).toContain("next: npx cdktf deploy gcp-stack, whose configuration doesn't adopt it");
    deploy(place);
    hasNoChanges(place);
    isDestroyedWithoutMilvus(place);
    place.remove();
  });

  test("passes on why terraform can't", () => {
    const place = deployed(GCP);
    const json = place.json();
    json.terraform.backend.local.path = "another.tfstate";
    place.write(json);
    const { status, text } = place.command("release-detach", "gcp-stack");
    expect(status).toBe(2);
    expect(text).toContain("release-detach: 'terraform init -input=false' failed");
    expect(unwrapped(text)).toContain("Error: Backend configuration changed");
    expect(inState(place)).toEqual([RELEASE, GUARD]);
    place.remove();
  });
});

describeUnless(missing.apply, "release:repair through terraform", () => {
  test("makes the next deploy adopt the release anew, with no destroy", () => {
    const place = deployed(GCP);
    const { text } = succeeded(place.command("release-repair", "gcp-stack"));
    expect(text).toContain(`out of the state: ${RELEASE}\n  still in it, against a destroy: ${GUARD}\n`);
    expect(planned(place)).toContain("Plan: 1 to import, 0 to add, 1 to change, 0 to destroy.");
    expect(guard(place.plan(), [])).toMatchObject({ status: 0 });
    place.takeLog();
    deploy(place);
    expect(made(place)).toEqual(["helm_release"]);
    hasNoChanges(place);
    place.remove();
  });

  test("leaves a stack whose destroy is refused", () => {
    const place = deployed(GCP);
    succeeded(place.command("release-repair", "gcp-stack"));
    place.takeLog();
    expect(unwrapped(place.terraform("destroy", "-auto-approve", "-no-color").text)).toContain(
      `Resource ${GUARD} has lifecycle.prevent_destroy set`,
    );
    expect(deleted(place)).toEqual([]);
    place.remove();
  });

  test("refuses a second time", () => {
    const place = deployed(GCP);
    succeeded(place.command("release-repair", "gcp-stack"));
    const { status, text } = place.command("release-repair", "gcp-stack");
    expect(status).toBe(1);
    expect(text).toContain("there is nothing to repair, and a deploy adopts it");
    expect(inState(place)).toEqual([GUARD]);
    place.remove();
  });

  test("refuses a configuration that leaves the release alone", () => {
    const place = deployed(GCP);
    succeeded(place.synth({ ...GCP.config(), release: GCP_LEFT_ALONE }));
    const { status, text } = place.command("release-repair", "gcp-stack");
    expect(status).toBe(1);
    expect(text).toContain("doesn't adopt default/my-release, so that this would give it away");
    expect(inState(place)).toEqual([RELEASE, GUARD]);
    place.remove();
  });
});

describeUnless(missing.apply, "MilvusTlsRelease.forget through terraform", () => {
  test("can't lose Milvus at any step: a destroy before its apply and one after it are refused, and none deletes it", () => {
    const place = adoptingPlatform();
    const destroyIsRefused = () => {
      const destroy = place.terraform("destroy", "-auto-approve", "-no-color");
      expect(destroy.status).not.toBe(0);
      expect(unwrapped(destroy.text)).toContain(`Resource ${GUARD} has lifecycle.prevent_destroy set`);
    };
    place.program((stack) => MilvusTlsRelease.forget(stack, REF));
    destroyIsRefused();
    expect(inState(place)).toEqual([RELEASE, GUARD]);

    expect(guard(place.plan(), [])).toMatchObject({ status: 0 });
    deploy(place);
    expect(inState(place)).toEqual([GUARD]);
    destroyIsRefused();

    place.program(() => {});
    expect(guard(place.plan(), [])).toMatchObject({ status: 0 });
    deploy(place);
    expect(inState(place)).toEqual([]);
    succeeded(place.terraform("destroy", "-auto-approve"));
    expect(deleted(place)).toEqual([]);
    place.remove();
  });
});

describeUnless(missing.apply, "the plan guard on a real plan", () => {
  test("lets a release's construct be renamed and moved", () => {
    const place = adoptingPlatform();
    place.program((stack) => new MilvusTlsRelease(new Construct(stack, "team-a"), "vectors", ADOPTED));
    const plan = place.plan();
    expect(guard(plan, [])).toMatchObject({ status: 0 });
    expect(plan).not.toContain('"delete"');
    place.remove();
  });

  test("refuses a release's construct deleted, and it alone", () => {
    const place = adoptingPlatform();
    place.program(() => {});
    const plan = place.plan();
    expect(guard(plan, [RELEASE, GUARD])).toEqual({
      status: 1,
      lines: [
        `plan-guard: refused: ${RELEASE}`,
        "  this plan uninstalls the Helm release, and Milvus with it",
        "  do: put its lines back, or give the release back first: release:detach",
      ],
    });
    place.remove();
  });

  test.each<[string, (json: any) => object]>([
    ["beside a release that stays", ({ resource: { helm_release } }) => ({ resource: { helm_release } })],
    [
      "together with a release that is forgotten",
      () => ({
        ...Object.fromEntries(["resource", "import", "data", "locals", "check"].map((part) => [part, undefined])),
        removed: [{ from: RELEASE, lifecycle: { destroy: false } }],
      }),
    ],
  ])("refuses a guard dropped %s", (_, change) => {
    const place = adoptingPlatform();
    const json = place.json();
    delete json.resource.helm_release["milvus_default_my-release"].depends_on;
    place.write({ ...json, ...change(json) });
    const plan = place.plan();
    expect(guard(plan, []).lines).toEqual([
      `plan-guard: refused: ${GUARD}`,
      "  this plan drops the guard of a Helm release that the state still holds: a destroy before this is applied may uninstall it",
      expect.stringContaining(`(--allow '${GUARD}')`),
    ]);
    expect(guard(plan, [GUARD])).toMatchObject({ status: 0 });
    place.remove();
  });

  test("refuses an adoption without its import block", () => {
    const place = new Platform();
    place.program((stack) => new MilvusTlsRelease(stack, "release", ADOPTED));
    const { import: _, ...json } = place.json();
    place.write(json);
    succeeded(place.terraform("init"));
    const plan = place.plan();
    expect(guard(plan, []).lines.slice(0, 2)).toEqual([
      `plan-guard: refused: ${RELEASE}`,
      "  this plan installs a second Helm release default/my-release, or fails where it is there already",
    ]);
    expect(guard(plan, [RELEASE])).toMatchObject({ status: 0 });
    place.remove();
  });

  test("refuses another chart, in the place of the one that was adopted", () => {
    const place = adoptingPlatform();
    place.program((stack) => new MilvusTlsRelease(stack, "release", { ...ADOPTED, chart: "attu" }));
    expect(guard(place.plan(), []).lines[1]).toBe(
      "  this plan puts the chart attu in the place of milvus, and deletes what only milvus renders",
    );
    place.remove();
  });

  test("refuses an Ingress replaced", () => {
    const place = deployed(GCP);
    const ingress = "kubernetes_manifest.ingress_DF2C2AE3";
    expect(guard(place.plan(`-replace=${ingress}`), []).lines.slice(0, 2)).toEqual([
      `plan-guard: refused: ${ingress}`,
      "  this plan deletes the Ingress, and the load balancer that clients use with it",
    ]);
    place.remove();
  });

  test("refuses another load balancer for an Ingress that is only updated", () => {
    const place = deployed(AWS);
    succeeded(place.synth({ ...AWS.config(), scheme: "internal" }));
    expect(guard(place.plan(), [])).toEqual({
      status: 1,
      lines: [
        "plan-guard: refused: kubernetes_manifest.ingress_DF2C2AE3",
        '  this plan moves clients to another load balancer: alb.ingress.kubernetes.io/scheme from "internet-facing" to "internal"',
        "  do: undo the change that does it, or allow it if clients are to move (--allow 'kubernetes_manifest.ingress_DF2C2AE3')",
      ],
    });
    place.remove();
  });

  test("refuses another address, and that the one before is released", () => {
    const place = deployed(GCP);
    succeeded(place.synth({ ...GCP.config(), address: { kind: "existing", name: "shared" } }));
    expect(guard(place.plan(), []).lines.filter((line) => !line.startsWith("  do"))).toEqual([
      "plan-guard: refused: google_compute_global_address.ingress_address_B9E164D1",
      "  this plan releases the address that clients and DNS records point at; it can't be had again",
      "plan-guard: refused: kubernetes_manifest.ingress_DF2C2AE3",
      expect.stringMatching(
        /^ {2}this plan moves clients to another address: kubernetes.io\/ingress.global-static-ip-name from ".*" to "shared"$/,
      ),
    ]);
    place.remove();
  });
});
