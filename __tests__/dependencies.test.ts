import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

test("the package has no install scripts, and what checks a change runs none of its dependencies'", () => {
  const RUN_BY_NPM = ["preinstall", "install", "postinstall", "prepare", "preprepare", "postprepare"];
  expect(Object.keys(JSON.parse(read("package.json")).scripts).filter((name) => RUN_BY_NPM.includes(name))).toEqual([]);
  for (const file of [
    ".ci/run",
    ...readdirSync(join(ROOT, ".github/workflows")).map((one) => `.github/workflows/${one}`),
  ]) {
    const installs = read(file).match(/npm (ci|install|i)\b.*/g) ?? [];
    expect([file, installs.filter((install) => !install.startsWith("npm ci --ignore-scripts"))]).toEqual([file, []]);
    expect([file, installs.length > 0]).toEqual([file, true]);
  }
});

test("nothing makes an archive: README says that the vulnerabilities below cdktf's archiver are out of reach", () => {
  const sources = ["constructs", "stacks", "config", "commands"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => join(folder, file)),
  );
  expect(sources.filter((file) => /\bnew TerraformAsset\b|AssetType/.test(read(file)))).toEqual([]);
});
