import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "../../config/load";
import { stackOf } from "../../stacks/catalog";
import { blocksIn } from "../support/pages";

const ROOT = join(__dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "milvus-l7-docs-"));
symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("a whole program in the documentation", () => {
  const programs = blocksIn("ts").filter(({ code }) => code.includes("new App("));
  const run = (command: string, ...args: string[]) =>
    spawnSync(command, args, {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, CDKTF_OUTDIR: join(folder, "out") },
    });

  test("is there for each construct", () => {
    expect(new Set(programs.map(({ name }) => name.split(":")[0]))).toEqual(
      new Set([
        "docs/alb-l7-ingress.md",
        "docs/gke-l7-ingress.md",
        "docs/managed-or-self-signed-cert.md",
        "docs/milvus-tls-release.md",
      ]),
    );
  });

  test("passes the type check, and synthesises", () => {
    const files = programs.map(({ code }, index) => {
      writeFileSync(join(folder, `${index}.ts`), code.replaceAll('"cdktf-milvus-l7/', `"${ROOT}/constructs/`));
      return `${index}.ts`;
    });
    const options = { extends: join(ROOT, "tsconfig.json"), compilerOptions: { incremental: false }, files };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(options));
    const checked = run(join(ROOT, "node_modules/.bin/tsc"), "-p", "tsconfig.json");
    expect([checked.stdout, checked.status]).toEqual(["", 0]);
    for (const [index, file] of files.entries()) {
      const { status, stderr } = run(process.execPath, "--require", "tsx/cjs", file);
      expect([programs[index]?.name, stderr, status]).toEqual([programs[index]?.name, "", 0]);
    }
  });
});

describe("a whole config file in the documentation", () => {
  const files = blocksIn("yaml").filter(({ code }) => code.startsWith("# yaml-language-server"));

  test("is there", () => {
    expect(files.length).toBeGreaterThan(1);
  });

  test.each(files)("is taken as it stands: $name", ({ code }) => {
    const file = join(folder, "milvus-l7.yaml");
    writeFileSync(file, code);
    expect(() => loadConfig(file, stackOf)).not.toThrow();
  });
});
