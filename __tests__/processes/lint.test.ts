import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(__dirname, "../..");
const providers = ["aws", "google", "helm", "kubernetes", "time", "tls"];

/** The modules that the linter forbids among these. */
function forbidden(modules: string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), "milvus-l7-lint-"));
  for (const [index, module] of modules.entries()) {
    writeFileSync(join(folder, `${index}.ts`), `import { x } from "${module}";\nexport const y = x;\n`);
  }
  const { stdout, stderr } = spawnSync(
    join(ROOT, "node_modules/.bin/biome"),
    ["lint", "--max-diagnostics=none", `--config-path=${join(ROOT, "biome.json")}`, folder],
    { cwd: ROOT, encoding: "utf8" },
  );
  rmSync(folder, { recursive: true });
  const found = [...`${stdout}${stderr}`.matchAll(/(\d+)\.ts:\S+ lint\/style\/noRestrictedImports/g)];
  return found.map(([, index]) => modules[Number(index)] ?? "").sort();
}

test("the linter forbids the roots of the providers, and no deep import", () => {
  const roots = providers.flatMap((name) => ["", "/lib", "/lib/index"].map((path) => `@cdktf/provider-${name}${path}`));
  const deep = providers.map((name) => `@cdktf/provider-${name}/lib/provider`);
  expect(forbidden([...roots, ...deep])).toEqual(roots.sort());
});
