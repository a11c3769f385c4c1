import { spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Ended, ended } from "../../support/ended";
import { FakeGitHub } from "./fake-github";

const ROOT = join(__dirname, "../../..");
const folder = mkdtempSync(join(tmpdir(), "milvus-l7-pipeline-"));
const out = join(folder, "cdktf.out");
const stackFolder = join(out, "stacks/gcp-stack");

beforeAll(() => {
  mkdirSync(stackFolder, { recursive: true });
  writeFileSync(join(stackFolder, "cdk.tf.json"), '{"provider":{"google":[{}]}}');
  writeFileSync(join(stackFolder, ".terraform.lock.hcl"), "the lock");
  const stack = { dependencies: [], synthesizedStackPath: "stacks/gcp-stack/cdk.tf.json" };
  writeFileSync(join(out, "manifest.json"), JSON.stringify({ stacks: { "gcp-stack": stack } }));
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(args: string[], env: Record<string, string> = {}): Promise<Ended> {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GITHUB_")));
  return ended(
    spawn(process.execPath, ["--require", "tsx/cjs", "commands/pipeline.ts", ...args], {
      cwd: ROOT,
      env: { ...clean, CDKTF_OUTDIR: out, ...env },
    }),
  );
}

test("prints the stacks, for the steps after it too", async () => {
  const file = join(folder, "output");
  expect(await run(["stacks"], { GITHUB_OUTPUT: file })).toMatchObject({
    status: 0,
    stdout: '[{"stack":"gcp-stack","cloud":"gcp"}]\n',
  });
  expect(readFileSync(file, "utf8")).toBe('stacks=[{"stack":"gcp-stack","cloud":"gcp"}]\n');
});

test("says whether somebody has to look", async () => {
  const reviews = join(folder, "reviews");
  mkdirSync(reviews);
  const write = (stack: string, needsReview: boolean) =>
    writeFileSync(join(reviews, `${stack}.review.json`), JSON.stringify({ plans: [{ needsReview }] }));
  write("a", false);
  expect(await run(["verdict", reviews])).toMatchObject({ status: 0, stdout: "false\n" });
  write("b", true);
  expect(await run(["verdict", reviews])).toMatchObject({ status: 0, stdout: "true\n" });
});

test("prints only the stacks of which there is a sealed plan", async () => {
  const sealed = join(folder, "sealed");
  mkdirSync(sealed);
  expect(await run(["stacks", "--sealed", sealed])).toMatchObject({ stdout: "[]\n" });
  writeFileSync(join(sealed, "gcp-stack.sealed"), "");
  expect(await run(["stacks", "--sealed", sealed])).toMatchObject({
    stdout: '[{"stack":"gcp-stack","cloud":"gcp"}]\n',
  });
});

test("seals a plan, opens it, and refuses it for another configuration", async () => {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const [plans, opened] = [join(folder, "plans"), join(folder, "opened")];
  mkdirSync(plans);
  writeFileSync(join(plans, "plan"), "the plan");
  expect(await run(["seal", "gcp-stack", plans], { PLAN_PUBLIC_KEY: publicKey })).toMatchObject({
    status: 0,
    stderr: "",
  });
  const open = ["open", "gcp-stack", join(plans, "gcp-stack.sealed"), opened];
  writeFileSync(join(stackFolder, ".terraform.lock.hcl"), "another lock");
  expect(await run(open, { PLAN_PRIVATE_KEY: privateKey })).toMatchObject({ status: 0, stderr: "" });
  expect(readFileSync(join(opened, "plan"), "utf8")).toBe("the plan");
  expect(readFileSync(join(stackFolder, ".terraform.lock.hcl"), "utf8")).toBe("the lock");

  writeFileSync(join(stackFolder, "cdk.tf.json"), '{"provider":{"google":[{"project":"other"}]}}');
  expect(await run(open, { PLAN_PRIVATE_KEY: privateKey })).toMatchObject({
    status: 1,
    stderr:
      "pipeline open: refused: the sealed plan of gcp-stack\n  it was made of another Terraform configuration than is synthesised here\n",
  });
  expect(await run(open)).toMatchObject({
    status: 2,
    stderr: "pipeline: the environment variable PLAN_PRIVATE_KEY is not set\n",
  });
});

test("posts comments and the issue", async () => {
  const server = await new FakeGitHub(({ method }) =>
    method === "GET" ? { body: [] } : { status: 201, body: {} },
  ).start();
  const env = { GITHUB_API_URL: server.api, GITHUB_REPOSITORY: "owner/name", GITHUB_TOKEN: "the-token" };
  const [comment, drift] = [join(folder, "comment.md"), join(folder, "drift")];
  writeFileSync(comment, "<!-- milvus-l7-plan: gcp-stack -->\na text");
  expect(await run(["comment", "--pull", "12", comment], env)).toMatchObject({
    status: 0,
    stdout: `pipeline comment: ${comment}: made\n`,
  });
  mkdirSync(drift);
  writeFileSync(join(drift, "gcp-stack.status"), "2\n");
  writeFileSync(join(drift, "gcp-stack.md"), "### Plan\n");
  expect(await run(["drift", drift, "--stacks", '[{"stack":"gcp-stack"},{"stack":"aws-stack"}]'], env)).toMatchObject({
    status: 0,
    stdout: "pipeline drift: the issue: made\n",
  });
  expect(server.asked.at(-1)?.body.title).toBe("Drift: gcp-stack, aws-stack");
  expect(server.written).toEqual(["POST /issues/12/comments", "POST /issues"]);
  await server.stop();
});

test.each([
  [["comment", "--pull", "12; rm -rf /", "a"], "Write the number of a pull request."],
  [["comment", "--pull", "1", "a"], "the environment variable GITHUB_REPOSITORY is not set"],
  [["open", "--max-age", "soon", "a", "b", "c"], "Write a number with m or h after it, such as 30m, up to 24h."],
  [
    ["plan", "gcp-stack", "somewhere", "--out", "nowhere"],
    "there is no nowhere/manifest.json: run 'npx cdktf synth' first",
  ],
  [["no-such-step"], "unknown command 'no-such-step'"],
])("says what is wrong, and exits with 2: %j", async (args, message) => {
  const { status, stderr } = await run(args);
  expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
});
