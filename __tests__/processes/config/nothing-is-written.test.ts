import { type ExecFileException, execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { committedWith, ROOT, temporaryFolder, writeConfig } from "../../config/support";

/** The program itself: it writes the whole output, or tells what is wrong and leaves everything as it was. */

interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Every file of the output folder with its content; undefined where there is no such folder. */
  readonly output: Record<string, string> | undefined;
}

/** An output of yesterday. */
const EARLIER = {
  "manifest.json": '{"version":"earlier"}',
  "stacks/gcp-stack/cdk.tf.json": '{"locals":{"earlier":true}}',
  "stacks/other-stack/cdk.tf.json": "{}",
};

const LOCAL_STATE_WARNING =
  "the state stays in a file on this machine. Plans in pull requests need a shared one, and it may hold a private key " +
  "and an adopted release's values in the clear: set backend to gcs, s3 or remote before anybody else deploys this stack.";

jest.setTimeout(60_000);

const folder = temporaryFolder();

const BROKEN = committedWith({ hosts: ["Milvus.example.com"], "release.restPort": 9091 });

const SAYS_OF_BROKEN =
  "milvus-l7.yaml: 2 problems\n" +
  "  gcp-stack.release.restPort: given 9091, allowed a port from 1024 to 65535 other than 19530, 19529 and 9091, " +
  "which Milvus uses itself, do leave it out for 8080\n" +
  '  gcp-stack.hosts[0]: given "Milvus.example.com", allowed a DNS name such as milvus.example.com, in lower case, ' +
  "with no wildcard, do write the name alone: no scheme, port, path or trailing dot, and a name in another script in its " +
  "xn-- form\n" +
  "Nothing was written.\n";

test("a config file with problems leaves an earlier output as it was", async () => {
  const run = await runApp("problems-earlier", BROKEN, { earlier: EARLIER });

  expect(run).toEqual({ exitCode: 1, stdout: "", stderr: SAYS_OF_BROKEN, output: EARLIER });
});

test("a config file with problems makes no output folder", async () => {
  const run = await runApp("problems", BROKEN);

  expect(run).toEqual({ exitCode: 1, stdout: "", stderr: SAYS_OF_BROKEN, output: undefined });
});

test("a problem of the second stack keeps the first from being written", async () => {
  const good = committedWith({});
  const second = committedWith({ cloud: undefined }).replace("gcp-stack:", "second-stack:");

  const run = await runApp("second-stack", good + second, { earlier: EARLIER });

  expect(run.exitCode).toBe(1);
  expect(run.stderr).toMatch(/^milvus-l7.yaml: 1 problem\n {2}second-stack.cloud: .*\nNothing was written.\n$/);
  expect(run.output).toEqual(EARLIER);
});

test("a config file that isn't there leaves an earlier output as it was", async () => {
  const run = await runApp("missing", undefined, { earlier: EARLIER });

  expect(run).toEqual({
    exitCode: 1,
    stdout: "",
    stderr:
      "milvus-l7.yaml: 1 problem\n" +
      `  file: given "${join(folder, "missing/milvus-l7.yaml")}", allowed a file that can be read, ` +
      "do create it, or set MILVUS_L7_CONFIG\n" +
      "Nothing was written.\n",
    output: EARLIER,
  });
});

test("a good config file gives the Terraform JSON, and a warning of what is risky", async () => {
  const run = await runApp("good", committedWith({}));

  expect({ ...run, output: Object.keys(run.output ?? {}) }).toEqual({
    exitCode: 0,
    stdout: "",
    stderr: `warning: gcp-stack: ${LOCAL_STATE_WARNING}\n`,
    output: ["manifest.json", "stacks/gcp-stack/cdk.tf.json"],
  });
});

test("an entry whose release has a stack of its own gives two, and each warns by its name", async () => {
  const run = await runApp("own-stack", committedWith({ "release.stack": "own" }));

  expect({ ...run, output: Object.keys(run.output ?? {}) }).toEqual({
    exitCode: 0,
    stdout: "",
    stderr: `warning: gcp-stack: ${LOCAL_STATE_WARNING}\nwarning: gcp-stack-release: ${LOCAL_STATE_WARNING}\n`,
    output: ["manifest.json", "stacks/gcp-stack-release/cdk.tf.json", "stacks/gcp-stack/cdk.tf.json"],
  });
});

test("run by the cdktf command, which prints warnings itself, the program prints none", async () => {
  const run = await runApp("cdktf", committedWith({}), { env: { CDKTF_CONTINUE_SYNTH_ON_ERROR_ANNOTATIONS: "true" } });

  expect(run).toMatchObject({ exitCode: 0, stdout: "", stderr: "" });
});

test("without another name the program reads milvus-l7.yaml, as it is committed", async () => {
  const run = await runApp("committed", undefined, { env: { MILVUS_L7_CONFIG: undefined } });

  expect({ ...run, output: Object.keys(run.output ?? {}) }).toEqual({
    exitCode: 0,
    stdout: "",
    stderr: `warning: gcp-stack: ${LOCAL_STATE_WARNING}\nwarning: aws-stack: ${LOCAL_STATE_WARNING}\n`,
    output: ["manifest.json", "stacks/aws-stack/cdk.tf.json", "stacks/gcp-stack/cdk.tf.json"],
  });
});

/** Runs `main.ts` on a config file with that text, its output in a folder beside it. */
async function runApp(
  name: string,
  config: string | undefined,
  { earlier = {}, env = {} }: { earlier?: Record<string, string>; env?: NodeJS.ProcessEnv } = {},
): Promise<Run> {
  const place = join(folder, name);
  const outdir = join(place, "cdktf.out");
  mkdirSync(place);
  if (config !== undefined) {
    writeConfig(place, config);
  }
  for (const [file, content] of Object.entries(earlier)) {
    mkdirSync(join(outdir, file, ".."), { recursive: true });
    writeFileSync(join(outdir, file), content);
  }
  const { CDKTF_CONTINUE_SYNTH_ON_ERROR_ANNOTATIONS: _, ...inherited } = process.env;
  const options = {
    cwd: ROOT,
    env: { ...inherited, MILVUS_L7_CONFIG: join(place, "milvus-l7.yaml"), CDKTF_OUTDIR: outdir, ...env },
  };
  return new Promise((resolve) => {
    const whenDone = (error: ExecFileException | null, stdout: string, stderr: string) =>
      resolve({ exitCode: error ? Number(error.code) : 0, stdout, stderr, output: filesIn(outdir) });
    execFile(process.execPath, ["app.js"], options, whenDone);
  });
}

function filesIn(outdir: string): Record<string, string> | undefined {
  if (!existsSync(outdir)) {
    return undefined;
  }
  const paths = readdirSync(outdir, { recursive: true, encoding: "utf8" }).sort();
  const files = paths.filter((path) => statSync(join(outdir, path)).isFile());
  return Object.fromEntries(files.map((path) => [path, readFileSync(join(outdir, path), "utf8")]));
}

test("a stack that the config has no longer leaves nothing behind", async () => {
  const run = await runApp("fewer-stacks", committedWith({}), { earlier: EARLIER });

  expect([run.exitCode, Object.keys(run.output ?? {})]).toEqual([0, ["manifest.json", "stacks/gcp-stack/cdk.tf.json"]]);
});
