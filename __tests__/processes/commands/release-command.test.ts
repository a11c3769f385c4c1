import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeManifest } from "../../support/manifest";

const ROOT = join(__dirname, "../../..");

describe.each(["release-detach", "release-repair"])("the command %s", (name) => {
  const folder = mkdtempSync(join(tmpdir(), "milvus-l7-release-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const run = (args: string[], env: NodeJS.ProcessEnv = {}) =>
    spawnSync(process.execPath, ["--require", "tsx/cjs", `commands/${name}.ts`, ...args], {
      cwd: ROOT,
      encoding: "utf8",
      env: { ...process.env, CDKTF_OUTDIR: "", ...env },
    });

  test("says what to run first where nothing was synthesised", () => {
    const file = join(folder, "manifest.json");
    for (const { status, stdout, stderr } of [
      run(["gcp-stack", "--out", folder]),
      run(["gcp-stack"], { CDKTF_OUTDIR: folder }),
    ]) {
      expect([status, stdout]).toEqual([2, ""]);
      expect(stderr).toContain(
        `${name}: there is no ${file}: run 'npx cdktf synth' first, or name its folder with --out\n`,
      );
    }
  });

  test("looks into cdktf.out by itself", () => {
    expect(run(["no-such-stack"]).stderr).toMatch(/cdktf\.out(\/manifest\.json|; there: )/);
  });

  test("runs the binary that cdktf would, and says so where there is none", () => {
    mkdirSync(join(folder, "stacks/there"), { recursive: true });
    writeFileSync(join(folder, "stacks/there/cdk.tf.json"), "{}");
    writeManifest(folder, "there");
    const { status, stderr } = run(["--out", folder, "there"], { TERRAFORM_BINARY_NAME: "no-such-binary" });
    expect([status, stderr]).toEqual([
      2,
      `${name}: 'terraform init -input=false' failed\n  spawnSync no-such-binary ENOENT\n`,
    ]);
  });

  test("takes no stack of an earlier synthesis", () => {
    mkdirSync(join(folder, "stacks/before"), { recursive: true });
    writeFileSync(join(folder, "stacks/before/cdk.tf.json"), "{}");
    writeManifest(folder, "there", "here");
    const { status, stderr } = run(["--out", folder, "before"], { TERRAFORM_BINARY_NAME: "no-such-binary" });
    expect([status, stderr]).toEqual([
      2,
      expect.stringContaining(`${name}: there is no stack before in ${folder}; there: there, here\n`),
    ]);
  });

  test("says what is wrong with its arguments, and exits with 2", () => {
    for (const args of [[], ["a", "b"], ["--what"], ["a", "--release"]]) {
      const { status, stdout, stderr } = run(args);
      expect([args, status, stdout]).toEqual([args, 2, ""]);
      expect(stderr).toContain(`usage: ${name} `);
    }
    expect(run([]).stderr).toContain(`${name}: name one stack\n`);
  });

  test("explains itself", () => {
    const { status, stdout } = run(["--help"]);
    expect(status).toBe(0);
    expect(stdout).toContain(`usage: ${name} [--release NAMESPACE/NAME]... [--out DIR] STACK`);
  });
});
