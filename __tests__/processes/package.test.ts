import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "../..");

/** What an expression makes of Node's loaded modules after one of ours was loaded, in a process of its own. */
function afterLoading(module: string, expression: string): string[] {
  const script = `
    require(${JSON.stringify(join(ROOT, module))});
    const nameOf = ({ id }) => /.*node_modules.((@[^/\\\\]+.)?[^/\\\\]+)/.exec(id)?.[1];
    const modules = Object.values(require.cache);
    console.log(JSON.stringify([...new Set(${expression})].filter(Boolean).sort()));
  `;
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--require", "tsx/cjs", "-e", script], {
    cwd: ROOT,
    encoding: "utf8",
  });
  expect(`${status} ${stderr}`).toBe("0 ");
  return JSON.parse(stdout);
}

/** Which packages of `@cdktf` a module loads. */
function loads(module: string): string[] {
  return afterLoading(module, "modules.map(nameOf)").flatMap((name) => /provider-([a-z]+)/.exec(name)?.[1] ?? []);
}

describe("importing", () => {
  test("cdktf-milvus-l7/gke loads no aws provider", () => {
    expect(loads("constructs/gke/index.ts")).toEqual(["google", "kubernetes", "tls"]);
  });

  test("cdktf-milvus-l7/aws loads no google provider", () => {
    expect(loads("constructs/aws/index.ts")).toEqual(["aws", "kubernetes", "time", "tls"]);
  });

  test("cdktf-milvus-l7/milvus loads no cloud's provider", () => {
    expect(loads("constructs/milvus/index.ts")).toEqual(["helm", "kubernetes"]);
  });
});

test.each([
  ["gke", ["cdktf", "constructs"]],
  ["aws", ["cdktf", "constructs"]],
  ["milvus", ["cdktf", "constructs", "yaml"]],
])("importing cdktf-milvus-l7/%s loads nothing that only the commands need", (entry, expected) => {
  const ours = "modules.filter((module) => !nameOf(module))";
  const loaded = afterLoading(
    `constructs/${entry}/index.ts`,
    `${ours}.flatMap(({ children }) => children).map(nameOf)`,
  );
  expect(loaded.filter((name) => !name.startsWith("@cdktf/provider-"))).toEqual(expected);
});

test("what the compiled code imports is a dependency or a peer, and each dependency is imported", () => {
  const { dependencies, peerDependencies } = require("../../package.json");
  const imported = ["commands", "config", "constructs", "diagram", "doctor", "review", "stacks", "verify"]
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((file) => join(folder, file)),
    )
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => [
      ...readFileSync(join(ROOT, file), "utf8").matchAll(
        /^(?:import (?:.* from )?|export .* from |\} from )"([^.][^"]*)";$/gm,
      ),
    ])
    .map(([, module = ""]) => module)
    .filter((module) => !module.startsWith("node:"))
    .map((module) => module.split("/", module.startsWith("@") ? 2 : 1).join("/"));
  expect(imported.filter((name) => !(name in { ...dependencies, ...peerDependencies }))).toEqual([]);
  expect(Object.keys(dependencies).filter((name) => !imported.includes(name))).toEqual([]);
});

test("cdktf and constructs are required peers, every provider an optional one with a range", () => {
  const { dependencies, peerDependencies, peerDependenciesMeta } = require("../../package.json");
  const required = Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional);
  expect(required.sort()).toEqual(["cdktf", "constructs"]);
  for (const range of Object.values({ ...dependencies, ...peerDependencies })) {
    expect(range).toMatch(/^\^\d/);
  }
});

test("the command diagram loads no provider", () => {
  expect(loads("commands/diagram.ts")).toEqual([]);
});

test.each([
  ["gcp-stack", "aws", ["google", "helm", "kubernetes", "time", "tls"]],
  ["aws-stack", "google", ["aws", "helm", "kubernetes", "time", "tls"]],
])("a config file with %s alone doesn't load the %s provider", (stack, _, expected) => {
  expect(loads(`stacks/${stack}.ts`)).toEqual(expected);
});

test("each entry of the package has a source", () => {
  const { exports } = require("../../package.json");
  for (const entry of Object.values<string | { types: string; default: string }>(exports)) {
    if (typeof entry !== "string") {
      expect(existsSync(join(ROOT, entry.default.replace("dist/", "").replace(".js", ".ts")))).toBe(true);
    }
  }
});

test("each command of the package is built from a source, and is an npm script", () => {
  const { bin, scripts } = require("../../package.json");
  const built = readFileSync(join(ROOT, "tsconfig.lib.json"), "utf8");
  for (const file of Object.values<string>(bin)) {
    const source = file.replace("dist/", "").replace(".js", ".ts");
    expect(readFileSync(join(ROOT, source), "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
    expect(built).toContain(`"${source}"`);
    expect(Object.values(scripts)).toContain(`node --require tsx/cjs ${source}`);
  }
});
