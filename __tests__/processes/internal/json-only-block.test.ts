import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, TerraformStack, Testing } from "cdktf";
import { CheckBlock } from "../../../constructs/internal/check-block";
import { ImportBlock } from "../../../constructs/internal/import-block";
import { InvalidInputError } from "../../../constructs/internal/problem";
import { MilvusTlsRelease } from "../../../constructs/milvus";

const ROOT = join(__dirname, "../../..");
const REF = { releaseName: "my-release", namespace: "default", mode: "cluster" } as const;

const folder = mkdtempSync(join(tmpdir(), "milvus-l7-hcl-"));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  delete process.env.SYNTH_HCL_OUTPUT;
});

/** A stack of an app as `cdktf synth --hcl` starts it, or without that option. */
function stack(hcl: boolean): TerraformStack {
  process.env.SYNTH_HCL_OUTPUT = String(hcl);
  return new TerraformStack(new App({ outdir: join(folder, "out") }), "a-stack");
}

describe.each([
  [
    "removed",
    (scope: TerraformStack) => MilvusTlsRelease.forget(scope, REF),
    "the next apply would destroy helm_release.milvus_default_my-release, which this one has Terraform forget",
  ],
  [
    "import",
    (scope: TerraformStack) => new ImportBlock(scope, "import", { to: "helm_release.x", id: "default/x" }),
    "the next apply would create what is there already",
  ],
  [
    "check",
    (scope: TerraformStack) => new CheckBlock(scope, "check", [{ condition: "${true}", errorMessage: "x" }]),
    "nobody would be warned of what this one looks at",
  ],
])("a block %s", (kind, add, loss) => {
  test("is refused where HCL is asked for, which would lose it", () => {
    expect(() => add(stack(true))).toThrow(InvalidInputError);
    expect(() => add(stack(true))).toThrow(
      `allowed Terraform JSON: cdktf leaves ${kind} blocks out of HCL without a word, and ${loss}, ` +
        "do run it without --hcl: Terraform takes cdk.tf.json as it is",
    );
  });

  test("is refused where a stack is turned into HCL in a test", () => {
    const own = stack(false);
    add(own);
    expect(() => Testing.synthHcl(own)).toThrow(InvalidInputError);
  });

  test("stands in Terraform JSON", () => {
    const own = stack(false);
    add(own);
    expect(JSON.parse(Testing.synth(own))).toHaveProperty(kind);
  });
});

test("a release that is left alone is in HCL too: it stays protected", () => {
  const own = stack(true);
  MilvusTlsRelease.leaveAlone(own, REF);
  expect(Testing.synthHcl(own)).toMatch(/count\s+= 0[\s\S]*prevent_destroy = true/);
});

test("the program says so in one error, and writes nothing", () => {
  const out = join(folder, "program");
  const env = { ...process.env, SYNTH_HCL_OUTPUT: "true", CDKTF_OUTDIR: out, MILVUS_L7_CONFIG: undefined };
  const { status, stderr } = spawnSync(process.execPath, ["app.js"], {
    cwd: ROOT,
    env,
    encoding: "utf8",
  });
  expect(status).toBe(1);
  expect(stderr).toMatch(/^gcp-stack\/release\/import: 1 problem\n {2}synth --hcl: .*\nNothing was written\.\n$/);
  expect(existsSync(join(out, "stacks/gcp-stack"))).toBe(false);
});
