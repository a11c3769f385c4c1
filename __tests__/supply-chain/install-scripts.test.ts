import { readFileSync } from "node:fs";
import { join } from "node:path";
import { lockedPackages } from "../../supply-chain/product";

const read = (path: string) => readFileSync(join(__dirname, "../..", path), "utf8");
const manifest = JSON.parse(read("package.json"));
const lock = JSON.parse(read("package-lock.json"));

describe("install scripts", () => {
  const RUN_BY_NPM = ["preinstall", "install", "postinstall", "prepare", "preprepare", "postprepare"];

  test("the package has none, and what checks a change runs none of its dependencies'", () => {
    expect(Object.keys(manifest.scripts).filter((name) => RUN_BY_NPM.includes(name))).toEqual([]);
    expect(read(".ci/run").match(/^npm ci.*$/gm)).toEqual(["npm ci --ignore-scripts"]);
  });

  test("each package that has one is in the documentation, with why it isn't needed", () => {
    const page = read("docs/supply-chain.md");
    const having = lockedPackages(lock).filter(({ path }) => lock.packages[path].hasInstallScript);
    expect(having.filter(({ name }) => !page.includes(`| \`${name}\` |`))).toEqual([]);
    expect(having.length).toBeGreaterThan(0);
  });
});
