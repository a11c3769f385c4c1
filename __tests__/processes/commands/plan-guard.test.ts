import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { guard } from "../../../commands/plan-guard";
import type { StateModule } from "../../../commands/release-state";
import type { ResourceChange } from "../../../review/plan";

const ROOT = join(__dirname, "../../..");
const RELEASE = "helm_release.milvus_default_my-release";
const INGRESS = "kubernetes_manifest.ingress_DF2C2AE3";
const GUARD = "terraform_data.milvus_default_my-release";
const ADDRESS = "google_compute_global_address.ingress_address_B9E164D1";

function plan(...changes: ResourceChange[]): string {
  return planFrom({}, ...changes);
}

/** A plan that starts from a state with these resources. */
function planFrom(rootModule: StateModule, ...changes: ResourceChange[]): string {
  return JSON.stringify({
    format_version: "1.2",
    planned_values: {},
    prior_state: { values: { root_module: rootModule } },
    resource_changes: changes,
  });
}

function change(
  address: string,
  actions: string[],
  before: object | null = {},
  after: object | null = {},
  more: object = {},
): ResourceChange {
  const [type = "", name = ""] = address.replace(/^module\.[^.]+\./, "").split(".");
  return { address, type, name, change: { actions, before, after, ...more } as ResourceChange["change"] };
}

function ingress(annotations: object, ingressClassName?: string) {
  return { manifest: { kind: "Ingress", metadata: { annotations }, spec: { ingressClassName } } };
}

const manifest = (kind: string) => ({ manifest: { kind } });

describe("the plan guard refuses a plan that", () => {
  test.each([[["delete"]], [["delete", "create"]], [["create", "delete"]]])(
    "uninstalls a Helm release (%j), whoever allows it",
    (actions) => {
      expect(guard(plan(change(RELEASE, actions)), [RELEASE])).toEqual({
        status: 1,
        lines: [
          `plan-guard: refused: ${RELEASE}`,
          "  this plan uninstalls the Helm release, and Milvus with it",
          "  do: put its lines back, or give the release back first: release:detach",
        ],
      });
    },
  );

  test("uninstalls a Helm release that is none of ours", () => {
    expect(guard(plan(change("helm_release.attu", ["delete"])), [])).toEqual({
      status: 1,
      lines: [
        "plan-guard: refused: helm_release.attu",
        "  this plan uninstalls the Helm release, and Milvus with it",
        "  do: put its lines back, or give the release back first: terraform state rm 'helm_release.attu'",
      ],
    });
  });

  test("installs a release where one is to be adopted, unless it is allowed", () => {
    const text = plan(change(RELEASE, ["create"], null, { namespace: "default", name: "my-release" }));
    expect(guard(text, [])).toEqual({
      status: 1,
      lines: [
        `plan-guard: refused: ${RELEASE}`,
        "  this plan installs a second Helm release default/my-release, or fails where it is there already",
        `  do: put the import block of the construct back, or allow it if this is to be a new Milvus (--allow '${RELEASE}')`,
      ],
    });
    expect(guard(text, [RELEASE]).status).toBe(0);
  });

  test("puts another chart in the place of Milvus', unless it is allowed", () => {
    const text = plan(change(RELEASE, ["update"], { chart: "milvus" }, { chart: "attu" }));
    expect(guard(text, [])).toEqual({
      status: 1,
      lines: [
        `plan-guard: refused: ${RELEASE}`,
        "  this plan puts the chart attu in the place of milvus, and deletes what only milvus renders",
        `  do: set chart to milvus, or allow it if attu is the same chart by another name (--allow '${RELEASE}')`,
      ],
    });
    expect(guard(text, [RELEASE]).status).toBe(0);
  });

  test("downgrades a chart", () => {
    const downgrade = change(RELEASE, ["update"], { version: "5.0.19" }, { version: "4.2.58" });
    expect(guard(plan(downgrade), [RELEASE])).toEqual({
      status: 1,
      lines: [
        `plan-guard: refused: ${RELEASE}`,
        "  this plan downgrades the chart from 5.0.19 to 4.2.58, which Milvus' metadata may not survive",
        "  do: leave the version out: the installed one stays",
      ],
    });
  });

  test.each([
    [INGRESS, manifest("Ingress")],
    ["kubernetes_ingress_v1.mine", {}],
  ])("deletes or replaces an Ingress, unless it is allowed: %s", (address, before) => {
    for (const actions of [["delete"], ["delete", "create"]]) {
      const text = plan(change(address, actions, before));
      expect(guard(text, [])).toEqual({
        status: 1,
        lines: [
          `plan-guard: refused: ${address}`,
          "  this plan deletes the Ingress, and the load balancer that clients use with it",
          `  do: undo the change that does it, or allow it if the load balancer is to go (--allow '${address}')`,
        ],
      });
      expect(guard(text, [address]).status).toBe(0);
    }
  });

  test("releases an address, unless it is allowed", () => {
    const text = plan(change(ADDRESS, ["delete", "create"]));
    expect(guard(text, [INGRESS])).toEqual({
      status: 1,
      lines: [
        `plan-guard: refused: ${ADDRESS}`,
        "  this plan releases the address that clients and DNS records point at; it can't be had again",
        `  do: undo the change that does it, or allow it if the address is to go (--allow '${ADDRESS}')`,
      ],
    });
    expect(guard(text, [ADDRESS]).status).toBe(0);
  });

  test.each<[string, string, string[], StateModule, ResourceChange[]]>([
    ["deleted", GUARD, ["delete"], { resources: [{ type: "helm_release", name: "milvus_default_my-release" }] }, []],
    ["forgotten", GUARD, ["forget"], { resources: [{ type: "helm_release", name: "milvus_default_my-release" }] }, []],
    [
      "deleted while the release is forgotten",
      GUARD,
      ["delete"],
      { resources: [{ type: "helm_release", name: "milvus_default_my-release" }] },
      [change(RELEASE, ["forget"], {}, null)],
    ],
    [
      "deleted in a module",
      `module.platform.${GUARD}`,
      ["delete"],
      {
        child_modules: [
          {
            address: "module.platform",
            resources: [{ type: "helm_release", name: "milvus_default_my-release" }],
          },
        ],
      },
      [],
    ],
  ])(
    "drops the guard of a release that the state holds, unless it is allowed: %s",
    (_, address, actions, state, more) => {
      const text = planFrom(state, change(address, actions, {}, null), ...more);
      expect(guard(text, [])).toEqual({
        status: 1,
        lines: [
          `plan-guard: refused: ${address}`,
          "  this plan drops the guard of a Helm release that the state still holds: a destroy before this is applied may uninstall it",
          "  do: keep MilvusTlsRelease, or forget in its place, until an apply has taken the release out; or use " +
            `release:detach (--allow '${address}')`,
        ],
      });
      expect(guard(text, [address]).status).toBe(0);
    },
  );

  test.each([
    [
      "another load balancer",
      'alb.ingress.kubernetes.io/scheme from "internet-facing" to "internal"',
      ingress({ "alb.ingress.kubernetes.io/scheme": "internet-facing" }),
      ingress({ "alb.ingress.kubernetes.io/scheme": "internal" }),
    ],
    [
      "another load balancer",
      'alb.ingress.kubernetes.io/group.name from nothing to "shared"',
      ingress({}),
      ingress({ "alb.ingress.kubernetes.io/group.name": "shared" }),
    ],
    [
      "another address",
      'kubernetes.io/ingress.global-static-ip-name from "one" to nothing',
      ingress({ "kubernetes.io/ingress.global-static-ip-name": "one" }),
      ingress({}),
    ],
    [
      "another load balancer",
      'kubernetes.io/ingress.class from "gce" to "gce-internal"',
      ingress({ "kubernetes.io/ingress.class": "gce" }),
      ingress({ "kubernetes.io/ingress.class": "gce-internal" }),
    ],
    ["another load balancer", 'spec.ingressClassName from "alb" to "nginx"', ingress({}, "alb"), ingress({}, "nginx")],
    [
      "another load balancer",
      'alb.ingress.kubernetes.io/scheme from "internal" to "internet-facing", spec.ingressClassName from "alb" to nothing',
      ingress({ "alb.ingress.kubernetes.io/scheme": "internal" }, "alb"),
      ingress({ "alb.ingress.kubernetes.io/scheme": "internet-facing" }),
    ],
  ])("moves clients to %s, unless it is allowed: %s", (what, how, before, after) => {
    const text = plan(change(INGRESS, ["update"], before, after));
    expect(guard(text, [])).toEqual({
      status: 1,
      lines: [
        `plan-guard: refused: ${INGRESS}`,
        `  this plan moves clients to ${what}: ${how}`,
        `  do: undo the change that does it, or allow it if clients are to move (--allow '${INGRESS}')`,
      ],
    });
    expect(guard(text, [INGRESS]).status).toBe(0);
  });

  test("uninstalls a release together with its guard, and says the worse of the two", () => {
    const state: StateModule = { resources: [{ type: "helm_release", name: "milvus_default_my-release" }] };
    const text = planFrom(state, change(RELEASE, ["delete"], {}, null), change(GUARD, ["delete"], {}, null));
    expect(guard(text, []).lines.filter((line) => line.includes("refused"))).toEqual([
      `plan-guard: refused: ${RELEASE}`,
    ]);
  });

  test("does several of these, and names each", () => {
    const text = plan(change(RELEASE, ["delete"]), change(INGRESS, ["delete"], manifest("Ingress")));
    const { lines } = guard(text, []);
    expect(lines.filter((line) => line.includes("refused"))).toEqual([
      `plan-guard: refused: ${RELEASE}`,
      `plan-guard: refused: ${INGRESS}`,
    ]);
  });
});

describe("the plan guard lets a plan pass that", () => {
  test.each<[string, ResourceChange]>([
    ["imports and changes a release", change(RELEASE, ["update"], { version: "5.0.19" }, { version: "5.0.19" })],
    ["upgrades a chart", change(RELEASE, ["update"], { version: "5.0.9" }, { version: "5.0.10" })],
    ["forgets a release", change(RELEASE, ["forget"], { version: "5.0.19" }, null)],
    ["does not know the version yet", change(RELEASE, ["update"], { version: "5.0.19" }, {})],
    ["changes an Ingress in place", change(INGRESS, ["update"], manifest("Ingress"))],
    ["deletes an object that is no Ingress", change(INGRESS, ["delete"], manifest("ManagedCertificate"))],
    ["deletes something else", change("tls_private_key.key", ["delete"])],
    ["deletes the guard of a release that is not in the state", change(GUARD, ["delete"], {}, null)],
    [
      "imports a release",
      change(RELEASE, ["create"], null, { namespace: "default", name: "my-release" }, { importing: { id: "x" } }),
    ],
    [
      "installs a release that only looks like ours",
      change("helm_release.milvus_for_tests", ["create"], null, { namespace: "ci", name: "milvus" }),
    ],
    ["installs another release", change("helm_release.attu", ["create"], null, { namespace: "default", name: "attu" })],
    ["takes the chart from elsewhere", change(RELEASE, ["update"], { chart: "milvus" }, { chart: "zilliz/milvus" })],
    [
      "takes the chart from an archive",
      change(RELEASE, ["update"], { chart: "milvus" }, { chart: "./milvus-5.0.19.tgz" }),
    ],
    [
      "takes the chart from another registry",
      change(RELEASE, ["update"], { chart: "oci://a/milvus" }, { chart: "milvus/" }),
    ],
    ["doesn't know the chart of what it imports", change(RELEASE, ["update"], { chart: null }, { chart: "milvus" })],
    [
      "changes other annotations of an Ingress",
      change(
        INGRESS,
        ["update"],
        ingress({ "alb.ingress.kubernetes.io/load-balancer-name": "a" }, "alb"),
        ingress({}, "alb"),
      ),
    ],
    [
      "changes a class that the annotation outranks",
      change(
        INGRESS,
        ["update"],
        ingress({ "kubernetes.io/ingress.class": "gce" }, "a"),
        ingress({ "kubernetes.io/ingress.class": "gce" }, "b"),
      ),
    ],
    [
      "does not know an annotation yet",
      change(INGRESS, ["update"], ingress({ "kubernetes.io/ingress.global-static-ip-name": "a" }), ingress({}), {
        after_unknown: {
          manifest: { metadata: { annotations: { "kubernetes.io/ingress.global-static-ip-name": true } } },
        },
      }),
    ],
    [
      "does not know an Ingress yet",
      change(
        INGRESS,
        ["update"],
        ingress({ "kubernetes.io/ingress.class": "gce" }),
        {},
        {
          after_unknown: { manifest: true },
        },
      ),
    ],
  ])("%s", (_, harmless) => {
    expect(guard(plan(harmless), [])).toEqual({ status: 0, lines: ["plan-guard: nothing to refuse in 1 resources"] });
  });

  test("deletes a guard beside a release of another name, or of another module", () => {
    const elsewhere: StateModule = {
      resources: [
        { type: "helm_release", name: "milvus_default_other" },
        { mode: "data", type: "helm_release", name: "milvus_default_my-release" },
      ],
      child_modules: [
        { address: "module.other", resources: [{ type: "helm_release", name: "milvus_default_my-release" }] },
      ],
    };
    expect(guard(planFrom(elsewhere, change(GUARD, ["delete"], {}, null)), []).status).toBe(0);
  });

  test("changes nothing", () => {
    expect(guard(JSON.stringify({ format_version: "1.2", planned_values: {} }), []).status).toBe(0);
  });
});

test.each(["", "Terraform will perform…", "[]", "null", '{"format_version":"1.0","values":{}}'])(
  "the plan guard takes no other text for a plan: %j",
  (text) => {
    expect(guard(text, [])).toEqual({
      status: 2,
      lines: ["plan-guard: this is no plan: give it what 'terraform show -json PLAN' prints"],
    });
  },
);

describe("the digest", () => {
  const KEY = "a key that is long enough for a digest";
  const text = plan(change(INGRESS, ["update"]));
  const digest = guard(text, [], { key: KEY }).lines[0] ?? "";

  test("is all that is printed of a plan that is not refused", () => {
    expect(guard(text, [], { key: KEY })).toEqual({ status: 0, lines: [expect.stringMatching(/^[0-9a-f]{64}$/)] });
    expect(guard(plan(change(ADDRESS, ["delete"])), [], { key: KEY }).status).toBe(1);
  });

  test("lets the approved plan through, and no other", () => {
    expect(guard(text, [], { key: KEY, approved: digest })).toEqual({
      status: 0,
      lines: ["plan-guard: nothing to refuse in 1 resources, and it is the approved plan"],
    });
    const other = plan(change(INGRESS, ["update"], {}, { manifest: {} }));
    const actual = guard(other, [], { key: KEY }).lines[0];
    expect(guard(other, [], { key: KEY, approved: digest })).toEqual({
      status: 1,
      lines: [
        "plan-guard: refused: this plan is not the approved one",
        `  its digest is ${actual}, and ${digest} was approved: the state, the cluster, a variable or the configuration has changed since`,
        "  do: plan again, read that plan's review, and approve it",
      ],
    });
    expect(guard(text, [], { key: `${KEY} another`, approved: digest }).status).toBe(1);
  });

  test("lets nothing through that the guard refuses, approved or not", () => {
    const refused = plan(change(ADDRESS, ["delete"]));
    const approved = guard(refused, [ADDRESS], { key: KEY }).lines[0];
    expect(guard(refused, [], { key: KEY, approved }).status).toBe(1);
    expect(guard(refused, [ADDRESS], { key: KEY, approved }).status).toBe(0);
  });

  test.each([
    [undefined, "the environment variable PLAN_DIGEST_KEY is not set"],
    ["", "the environment variable PLAN_DIGEST_KEY is not set"],
    ["short", "PLAN_DIGEST_KEY has 5 characters: expected at least 32"],
  ])("needs a key that nobody guesses: %j", (key, message) => {
    expect(() => guard(text, [], { key })).toThrow(message);
  });

  test.each(["", "approved", digest.toUpperCase()])("takes nothing else for a digest: %j", (approved) => {
    expect(() => guard(text, [], { key: KEY, approved })).toThrow(
      `--approved is "${approved}": expected the 64 characters`,
    );
  });
});

describe("the command plan:guard", () => {
  const folder = mkdtempSync(join(tmpdir(), "milvus-l7-guard-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const run = (args: string[], input = "", env: object = {}) =>
    spawnSync(process.execPath, ["--require", "tsx/cjs", "commands/plan-guard.ts", ...args], {
      cwd: ROOT,
      encoding: "utf8",
      input,
      env: { ...process.env, ...env },
    });

  test("reads a file or standard input, and exits with its finding", () => {
    const file = join(folder, "plan.json");
    writeFileSync(file, plan(change(ADDRESS, ["delete"])));
    const refused = run([file]);
    expect([refused.status, refused.stdout]).toEqual([1, ""]);
    expect(refused.stderr).toContain(`plan-guard: refused: ${ADDRESS}`);
    expect(run(["--allow", ADDRESS, file]).status).toBe(0);
    expect(run([], plan()).stdout).toBe("plan-guard: nothing to refuse in 0 resources\n");
  });

  test("says what is wrong with its arguments, and exits with 2", () => {
    const missing = run([join(folder, "no-such-file")]);
    expect([missing.status, missing.stdout]).toEqual([2, ""]);
    expect(missing.stderr).toContain("no such file");
    expect(run(["--what"]).status).toBe(2);
    expect(run(["--help"]).stdout).toContain("usage: plan-guard");
    expect(run(["--digest"], plan())).toMatchObject({ status: 2, stderr: expect.stringContaining("PLAN_DIGEST_KEY") });
    expect(run(["--digest", "--approved", "a"], plan()).status).toBe(2);
  });

  test("takes the digest's key from the environment", () => {
    const key = { PLAN_DIGEST_KEY: "a key that is long enough for a digest" };
    const digest = run(["--digest"], plan(), key).stdout.trim();
    expect(run(["--approved", digest], plan(), key).status).toBe(0);
    expect(run(["--approved", digest], plan(change(INGRESS, ["update"])), key).status).toBe(1);
  });
});
