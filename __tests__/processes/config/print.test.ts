import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { parse, stringify } from "yaml";
import { issue } from "../../config/issue";
import { committed, ROOT, type Settings, temporaryFolder } from "../../config/support";

/** `main.ts --print-config`: what a synthesis would use. */

jest.setTimeout(60_000);

const folder = temporaryFolder();
const out = join(folder, "cdktf.out");

function run(config: string, ...args: string[]) {
  const env = { ...process.env, MILVUS_L7_CONFIG: config, CDKTF_OUTDIR: out };
  const options = { cwd: ROOT, env, encoding: "utf8" } as const;
  const ran = spawnSync(process.execPath, ["app.js", ...args], options);
  expect(existsSync(out)).toBe(false);
  return { status: ran.status, stdout: ran.stdout, stderr: ran.stderr };
}

function file(name: string, content: Settings): string {
  const path = join(folder, name);
  writeFileSync(path, stringify(content));
  return path;
}

test("npm run config:print is the program with that option", () => {
  const { scripts } = require("../../../package.json");
  expect(scripts["config:print"]).toBe("node app.js --print-config");
});

test("one file is printed as it is", () => {
  const { status, stdout, stderr } = run(join(ROOT, "milvus-l7.yaml"), "--print-config");
  expect([status, stderr]).toEqual([0, ""]);
  expect(stdout).not.toContain("#");
  expect(parse(stdout)).toEqual({ "gcp-stack": committed(), "aws-stack": committed("aws-stack") });
});

test("several are merged, with the file of each value, and paths as Terraform gets them", () => {
  const base = join(ROOT, "milvus-l7.yaml");
  const prod = file("prod.yaml", {
    "gcp-stack": {
      hosts: ["a.example.com"],
      backend: { path: "prod.tfstate" },
      release: { serviceType: null, acceptLayer4LoadBalancerDeleted: null },
    },
  });
  const { status, stdout } = run([base, prod].join(delimiter), "--print-config", "--stack", "gcp-stack");
  expect(status).toBe(0);
  expect(stdout).toBe(
    [
      `# ${base}, ${prod}: a later file wins`,
      "",
      "gcp-stack:",
      `  cloud: gcp # ${base}`,
      `  project: milvus-testing-nonprod # ${base}`,
      "  cluster:",
      `    access: exec # ${base}`,
      `    name: your-gke-cluster # ${base}`,
      `    location: your-location # ${base}`,
      "  release:",
      `    ownership: adopt # ${base}`,
      `    releaseName: my-release # ${base}`,
      `    namespace: default # ${base}`,
      `    mode: cluster # ${base}`,
      `    acceptPlaintextClientsCutOff: true # ${base}`,
      `  hosts: [ a.example.com ] # ${prod}`,
      "  certificate:",
      `    kind: self-signed # ${base}`,
      `  inboundCidrs: [ 203.0.113.0/24 ] # ${base}`,
      "  backend:",
      `    kind: local # ${base}`,
      `    path: ${join(folder, "prod.tfstate")} # ${prod}`,
      "",
    ].join("\n"),
  );
});

test("certificates and a user.yaml are not shown: passwords may stand there", async () => {
  const { pem } = await issue({ hosts: ["my-release.milvus.io"] });
  const config = file("texts.yaml", {
    "gcp-stack": {
      ...committed(),
      release: { ...(committed().release as Settings), userYaml: "minio:\n  secretAccessKey: hush\n" },
      certificate: { kind: "pem", certificate: pem, privateKey: { file: "tls.key" } },
    },
  });
  const { status, stdout } = run(config, "--print-config");
  expect(status).toBe(0);
  expect(stdout).not.toMatch(/hush|BEGIN/);
  const { release, certificate } = parse(stdout)["gcp-stack"];
  expect(release.userYaml).toBe("(2 lines, not shown)");
  expect(certificate).toEqual({
    kind: "pem",
    certificate: `(${pem.trimEnd().split("\n").length} lines, not shown)`,
    privateKey: { file: join(folder, "tls.key") },
  });
});

test("a config that a synthesis refuses is refused in the same words", () => {
  const config = file("broken.yaml", { "gcp-stack": { ...committed(), hosts: [] } });
  const refused = {
    status: 1,
    stdout: "",
    stderr: expect.stringMatching(/^broken\.yaml: 1 problem\n {2}gcp-stack\.hosts: /),
  };
  expect(run(config, "--print-config")).toEqual(refused);
  expect(run(config)).toEqual(refused);
});

test.each([
  [["--print-config", "--stack", "x"], "there is no stack x in milvus-l7.yaml; there: gcp-stack, aws-stack\n"],
  [
    ["--stack", "gcp-stack"],
    "--stack goes with --print-config: 'npx cdktf deploy STACK' takes one stack of all that are written\n" +
      "usage: main.ts [--print-config [--stack STACK]]\n",
  ],
  [["--print"], "Unknown option '--print'\nusage: main.ts [--print-config [--stack STACK]]\n"],
])("wrong use is told: %j", (args, stderr) => {
  expect(run(join(ROOT, "milvus-l7.yaml"), ...args)).toEqual({ status: 2, stdout: "", stderr });
});
