import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "..");

/** Which packages of `@cdktf` a module loads, in a process of its own. */
function loads(module: string): string[] {
  const script = `
    require(${JSON.stringify(join(ROOT, module))});
    const names = Object.keys(require.cache).map((file) => /@cdktf.provider-([a-z]+)/.exec(file)?.[1]);
    console.log(JSON.stringify([...new Set(names.filter(Boolean))].sort()));
  `;
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--require", "tsx/cjs", "-e", script], {
    cwd: ROOT,
    encoding: "utf8",
  });
  expect(`${status} ${stderr}`).toBe("0 ");
  return JSON.parse(stdout);
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

test.each(["certificate", "diagram"])("the command %s loads no provider", (command) => {
  expect(loads(`commands/${command}.ts`)).toEqual([]);
});

test.each([
  ["gcp-stack", "aws", ["google", "helm", "kubernetes", "time", "tls"]],
  ["aws-stack", "google", ["aws", "helm", "kubernetes", "time", "tls"]],
])("a config file with %s alone doesn't load the %s provider", (stack, _, expected) => {
  expect(loads(`stacks/${stack}.ts`)).toEqual(expected);
});

test("each entry of the package has a source", () => {
  const { exports } = require("../package.json");
  for (const entry of Object.values<string | { types: string; default: string }>(exports)) {
    if (typeof entry !== "string") {
      expect(existsSync(join(ROOT, entry.default.replace("lib/", "").replace(".js", ".ts")))).toBe(true);
    }
  }
});

test("each command of the package is built from a source, and is an npm script", () => {
  const { bin, scripts } = require("../package.json");
  const built = readFileSync(join(ROOT, "tsconfig.lib.json"), "utf8");
  for (const file of Object.values<string>(bin)) {
    const source = file.replace("lib/", "").replace(".js", ".ts");
    expect(readFileSync(join(ROOT, source), "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
    expect(built).toContain(`"${source}"`);
    expect(Object.values(scripts)).toContain(`node --require tsx/cjs ${source}`);
  }
});
