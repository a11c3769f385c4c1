import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { releaseStackId } from "../../../config/types";
import { synthesised } from "../../../doctor/planned";
import { defaultGcp } from "../../support/gcp";
import { writeManifest } from "../../support/manifest";

const ROOT = join(__dirname, "../../..");

const folder = mkdtempSync(join(tmpdir(), "milvus-l7-diagram-"));
const out = join(folder, "cdktf.out");
afterAll(() => rmSync(folder, { recursive: true }));

function write(id: string, text: string): void {
  mkdirSync(join(out, "stacks", id), { recursive: true });
  writeFileSync(join(out, "stacks", id, "cdk.tf.json"), text);
}

function diagram(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--require", "tsx/cjs", join(ROOT, "commands/diagram.ts"), ...args],
    {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, CDKTF_OUTDIR: undefined, NODE_PATH: join(ROOT, "node_modules") },
    },
  );
  return { status, stdout, stderr };
}

beforeAll(() => {
  const [stack, release] = synthesised("gcp-stack", {
    ...defaultGcp(),
    release: { ...defaultGcp().release, stack: "own" } as ReturnType<typeof defaultGcp>["release"],
  });
  write("gcp-stack", JSON.stringify(stack));
  write(releaseStackId("gcp-stack"), JSON.stringify(release));
  write("empty-stack", "{}");
  write("broken-stack", "terraform {");
  write("stack-of-before", JSON.stringify(stack));
  writeManifest(out, "broken-stack", "empty-stack", "gcp-stack", releaseStackId("gcp-stack"));
});

test("prints the stack's picture, with the release of its own stack", () => {
  const { status, stdout, stderr } = diagram("gcp-stack");
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toMatch(/^flowchart LR\n {2}client\[/);
  expect(stdout).toContain("adopted by the stack gcp-stack-release");
});

test("draws the release's own stack by itself", () => {
  expect(diagram("gcp-stack-release").stdout).toContain("adopted by Terraform");
});

test("writes to a file, in another direction", () => {
  const file = join(folder, "picture.mmd");
  expect(diagram("gcp-stack", "--output", file, "--direction", "TB")).toEqual({ status: 0, stdout: "", stderr: "" });
  expect(readFileSync(file, "utf8")).toMatch(/^flowchart TB\n[\s\S]*pods\n$/);
});

test.each([
  [
    ["no-stack"],
    "there is no stack no-stack in cdktf.out; there: broken-stack, empty-stack, gcp-stack, gcp-stack-release",
  ],
  [
    ["stack-of-before"],
    "there is no stack stack-of-before in cdktf.out; there: broken-stack, empty-stack, gcp-stack, gcp-stack-release",
  ],
  [["gcp-stack", "--out", "nowhere"], "there is no nowhere/manifest.json: run 'npx cdktf synth' first"],
  [["broken-stack"], "cdktf.out/stacks/broken-stack/cdk.tf.json is no JSON: run 'npx cdktf synth' again"],
  [["empty-stack"], "empty-stack has no load balancer and no Helm release of this project: there is nothing to draw"],
  [
    ["gcp-stack", "--output", "no/folder/picture.mmd"],
    "ENOENT: no such file or directory, open 'no/folder/picture.mmd'",
  ],
  [["gcp-stack", "--direction", "up"], "Allowed choices are LR, TB, RL, BT"],
  [[], "missing required argument 'STACK'"],
])("%j ends with 2 and what is wrong", (args, message) => {
  const { status, stdout, stderr } = diagram(...args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toContain(message);
});
