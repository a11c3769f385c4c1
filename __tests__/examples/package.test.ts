import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, succeeded } from "../support/terraform";
import { Project, tarball } from "./support/packed";

test("the tarball holds compiled code, its declarations, the workflows and the rights of a plan and a deploy, and nothing else", () => {
  const files = spawnSync("tar", ["-tzf", tarball()], { encoding: "utf8" }).stdout.trim().split("\n");
  const others = files.filter(
    (file) =>
      !/^package\/dist\/(constructs|commands|config|diagram|doctor|review|stacks|verify)\/.*\.(js|d\.ts)$/.test(file) &&
      !/^package\/deploy\/(github|iam|rbac)\/[-a-z]+\.(json|sh|yaml|yml)$/.test(file),
  );
  expect(others.sort()).toEqual([
    "package/CHANGELOG.md",
    "package/LICENSE",
    "package/README.md",
    "package/package.json",
  ]);
  expect(files.filter((file) => /\.test\.|__|example|bench/.test(file))).toEqual([]);
});

/** A program as `cdktf init --template=typescript` begins it. The error that is expected shows that the types are there. */
const PROGRAM = `
import { Construct } from "constructs";
import { App, TerraformStack } from "cdktf";
import { AlbL7Ingress } from "cdktf-milvus-l7/aws";
import { GkeL7Ingress } from "cdktf-milvus-l7/gke";
import { milvusOf } from "cdktf-milvus-l7/milvus";

class MyStack extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const ref = { releaseName: "my-release", namespace: "milvus", mode: "cluster" } as const;
    const edge = { hosts: ["milvus.example.com"], inboundCidrs: ["203.0.113.0/24"] };
    new GkeL7Ingress(this, "gke", {
      ...edge,
      milvus: milvusOf(ref, { tlsInPod: true }),
      certificate: { kind: "managed" },
    });
    new AlbL7Ingress(this, "alb", {
      ...edge,
      milvus: milvusOf(ref, { tlsInPod: false }),
      // @ts-expect-error there is no such kind
      certificate: { kind: "managed" },
      dnsZone: "Z1",
    });
  }
}

const app = new App();
new MyStack(app, "stack");
app.synth();
`;

/** Runs as it is: a whole program in JavaScript. */
const ESM = `
import { App, TerraformStack } from "cdktf";
import { GkeL7Ingress } from "cdktf-milvus-l7/gke";
import { AlbL7Ingress, InvalidInputError } from "cdktf-milvus-l7/aws";
import { MilvusTlsRelease, milvusOf } from "cdktf-milvus-l7/milvus";
console.log([App, TerraformStack, GkeL7Ingress, AlbL7Ingress, InvalidInputError, MilvusTlsRelease, milvusOf].map(({ name }) => name).join(" "));
`;

const COMPILERS = { "TypeScript 5": "typescript", "TypeScript 6": "typescript-6", "TypeScript 7": "typescript-7" };

const RESOLUTIONS: Readonly<Record<string, string[]>> = {
  "the tsconfig of cdktf init": [],
  "that, with the declarations checked too": ["--skipLibCheck", "false"],
  "module node16": ["--module", "node16", "--moduleResolution", "node16"],
  "module nodenext": ["--module", "nodenext", "--moduleResolution", "nodenext"],
  "a bundler": ["--module", "esnext", "--moduleResolution", "bundler"],
};

describe("in a stock cdktf project", () => {
  let project: Project;
  beforeAll(() => {
    const { devDependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    const peers = Object.entries(devDependencies).filter(([name]) =>
      /^(@cdktf\/provider-.*|cdktf|constructs)$/.test(name),
    );
    project = new Project();
    project.write("package.json", {
      private: true,
      dependencies: { ...Object.fromEntries(peers), "cdktf-milvus-l7": `file:${tarball()}` },
      devDependencies: {
        "@types/node": "20.19.43",
        typescript: "5.9.3",
        "typescript-6": "npm:typescript@6.0.3",
        "typescript-7": "npm:typescript@7.0.2",
      },
    });
    const template = join(ROOT, "node_modules/cdktf-cli/bundle/templates/typescript/tsconfig.json");
    project.write("tsconfig.json", readFileSync(template, "utf8"));
    project.write("main.ts", PROGRAM);
    project.install();
  });
  afterAll(() => project.remove());

  describe.each(Object.entries(COMPILERS))("%s", (_, compiler) => {
    test.each(Object.entries(RESOLUTIONS))("takes the entries, with %s", (__, options) => {
      const tsc = `node_modules/${compiler}/bin/tsc`;
      succeeded(project.run(process.execPath, [tsc, "-p", ".", "--noEmit", "--incremental", "false", ...options]));
    });
  });

  test("the entries are imported by name from an ES module", () => {
    project.write("main.mjs", ESM);
    expect(succeeded(project.run(process.execPath, ["main.mjs"])).text.trim()).toBe(
      "App TerraformStack GkeL7Ingress AlbL7Ingress InvalidInputError MilvusTlsRelease milvusOf",
    );
  });

  test.each(Object.keys(require("../../package.json").bin))("%s runs", (bin) => {
    expect(succeeded(project.run("npx", ["--no-install", bin, "--help"])).text).toMatch(/^usage: /i);
  });

  test("what is no entry can't be imported", () => {
    const { status, text } = project.run(process.execPath, ["-e", 'require("cdktf-milvus-l7/dist/stacks/catalog")']);
    expect(status).not.toBe(0);
    expect(text).toContain("ERR_PACKAGE_PATH_NOT_EXPORTED");
  });
});
