import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { review } from "../../../commands/plan-review";
import { change, INGRESS, ingress, planText, updated } from "../../review/support";

const ROOT = join(__dirname, "../../..");
const CIDRS = "alb.ingress.kubernetes.io/inbound-cidrs";
const HARMLESS = planText([change("time_sleep.a", ["create"], null, {})]);
const PLAN = planText([
  change(INGRESS, ["delete", "create"], ingress({ [CIDRS]: "10.0.0.0/8" }), ingress({ [CIDRS]: "0.0.0.0/0" })),
  change("time_sleep.a", ["create"], null, {}),
]);

test("says it in plain words, the most serious first", () => {
  expect(review([{ name: "plan.json", text: PLAN }])).toEqual({
    status: 1,
    text: [
      "plan review: plan.json: needs review: 1 newly public, 1 interrupted, 1 replaced, 1 harmless",
      "",
      `Ingress default/search (${INGRESS})`,
      "  newly public: this plan lets in clients of 0.0.0.0/0: everybody",
      "  interrupted: this plan deletes the Ingress, and the load balancer that clients use with it",
      "    the plan guard refuses that: undo the change that does it, or allow it if the load balancer is to go",
      "  replaced: this plan deletes it, and creates it anew",
      "",
      "harmless",
      "  time_sleep.a is created",
    ].join("\n"),
  });
});

test("needs nobody where nothing changes, or nothing that matters", () => {
  expect(review([{ name: "a", text: planText([]) }])).toEqual({ status: 0, text: "plan review: a: no changes" });
  expect(review([{ name: "a", text: HARMLESS }])).toEqual({
    status: 0,
    text: "plan review: a: nothing to review: 1 harmless\n\nharmless\n  time_sleep.a is created",
  });
});

test("takes several plans, of which one may need a review", () => {
  const { status, text } = review([
    { name: "a", text: HARMLESS },
    { name: "b", text: PLAN },
  ]);
  expect(status).toBe(1);
  expect(text).toContain("plan review: a: nothing");
  expect(text).toContain("\n\nplan review: b: needs review");
});

test("prints JSON", () => {
  const { text } = review([{ name: "a", text: PLAN }], "json");
  expect(JSON.parse(text)).toEqual({
    plans: [
      {
        plan: "a",
        needsReview: true,
        findings: [
          {
            address: INGRESS,
            title: "Ingress default/search",
            concern: "public",
            effect: "lets in clients of 0.0.0.0/0: everybody",
            refused: false,
          },
          {
            address: INGRESS,
            title: "Ingress default/search",
            concern: "interrupted",
            effect: "deletes the Ingress, and the load balancer that clients use with it",
            refused: true,
            fix: "undo the change that does it, or allow it if the load balancer is to go",
            canBeAllowed: true,
          },
          {
            address: INGRESS,
            title: "Ingress default/search",
            concern: "replaced",
            effect: "deletes it, and creates it anew",
            refused: false,
          },
        ],
        harmless: [{ address: "time_sleep.a", what: "is created" }],
      },
    ],
  });
});

test("prints Markdown", () => {
  expect(review([{ name: "plan.json", text: HARMLESS }], "markdown").text).toBe(
    "### Plan of `plan.json`: nothing to review: 1 harmless\n\n" +
      "<details><summary>1 harmless</summary>\n\n- `time_sleep.a`: is created\n\n</details>\n",
  );
});

test.each(["", "Terraform will perform…", "[]", "null"])("takes no other text for a plan: %j", (text) => {
  expect(review([{ name: "plan.json", text }])).toEqual({
    status: 2,
    text: "plan-review: no plan in plan.json: give it what 'terraform show -json PLAN' prints",
  });
});

describe("the command review", () => {
  const run = (args: string[], input = "", env: object = {}) =>
    spawnSync(process.execPath, ["--require", "tsx/cjs", "commands/plan-review.ts", ...args], {
      cwd: ROOT,
      input,
      encoding: "utf8",
      env: { ...process.env, ...env },
    });

  test("reads files or standard input, hides what the environment holds, and exits with its finding", () => {
    const folder = mkdtempSync(join(tmpdir(), "milvus-l7-review-"));
    writeFileSync(join(folder, "plan.json"), HARMLESS);
    expect(run([join(folder, "plan.json")])).toMatchObject({ status: 0, stderr: "" });
    const printed = (...options: string[]) => run([...options, join(folder, "plan.json")]).stdout;
    expect(printed("--format", "markdown")).toContain("### Plan of");
    expect(JSON.parse(printed("--format", "json"))).toEqual(JSON.parse(printed("--json")));
    rmSync(folder, { recursive: true });
    const secret = planText([updated("google_dns_record_set.a", { rrdatas: ["a"] }, { rrdatas: ["the-variable"] })]);
    const { status, stdout } = run([], secret, { TF_VAR_address: "the-variable" });
    expect([status, stdout]).toEqual([1, expect.stringContaining('to ["(hidden)"], where that was ["a"]')]);
  });

  test("says what is wrong with its arguments, and exits with 2", () => {
    expect(run(["--wrong"])).toMatchObject({ status: 2, stderr: "error: unknown option '--wrong'\n" });
    expect(run(["--format", "html"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("text, markdown, json"),
    });
    expect(run(["no-such-file"])).toMatchObject({ status: 2, stderr: expect.stringContaining("plan-review: ENOENT") });
    expect(run(["--help"])).toMatchObject({ status: 0, stdout: expect.stringContaining("Usage: plan-review") });
  });
});
