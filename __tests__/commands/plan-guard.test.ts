import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ResourceChange } from "../../commands/plan-findings";
import { guard } from "../../commands/plan-guard";

const ROOT = join(__dirname, "../..");
const RELEASE = "helm_release.milvus_default_my-release";
const INGRESS = "kubernetes_manifest.ingress_DF2C2AE3";
const ADDRESS = "google_compute_global_address.ingress_address_B9E164D1";

function plan(...changes: ResourceChange[]): string {
  return JSON.stringify({ format_version: "1.2", planned_values: {}, resource_changes: changes });
}

function change(
  address: string,
  actions: string[],
  before: object | null = {},
  after: object | null = {},
): ResourceChange {
  const type = address.split(".")[0] ?? "";
  return { address, type, change: { actions, before, after } as ResourceChange["change"] };
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
          `  do: put its lines back, or hand the release back first: terraform state rm '${RELEASE}'`,
        ],
      });
    },
  );

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
  ])("%s", (_, harmless) => {
    expect(guard(plan(harmless), [])).toEqual({ status: 0, lines: ["plan-guard: nothing to refuse in 1 resources"] });
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

describe("the command plan:guard", () => {
  const folder = mkdtempSync(join(tmpdir(), "milvus-l7-guard-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const run = (args: string[], input = "") =>
    spawnSync(process.execPath, ["--require", "tsx/cjs", "commands/plan-guard.ts", ...args], {
      cwd: ROOT,
      encoding: "utf8",
      input,
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
  });
});
