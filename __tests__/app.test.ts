import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const ROOT = join(__dirname, "..");

/** What cdktf.json's `app` runs, in a copy of the project whose `main.ts` has been changed. */
function appCommand(change: (main: string) => string) {
  const folder = mkdtempSync(join(tmpdir(), "milvus-l7-app-"));
  for (const part of ["config", "stacks", "constructs", "package.json", "tsconfig.json", "milvus-l7.yaml"]) {
    cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  }
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  const tsconfig = JSON.parse(readFileSync(join(folder, "tsconfig.json"), "utf8"));
  tsconfig.compilerOptions.tsBuildInfoFile = "app.tsbuildinfo";
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(tsconfig));
  writeFileSync(join(folder, "main.ts"), change(readFileSync(join(ROOT, "main.ts"), "utf8")));
  const { scripts } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const PATH = `${join(ROOT, "node_modules/.bin")}${delimiter}${process.env.PATH}`;
  const env = { ...process.env, PATH, MILVUS_L7_CONFIG: undefined, CDKTF_OUTDIR: undefined };
  const { status, stdout } = spawnSync(scripts.synth, { cwd: folder, shell: true, encoding: "utf8", env });
  const written = existsSync(join(folder, "cdktf.out"));
  rmSync(folder, { recursive: true });
  return { status, stdout, written };
}

test("cdktf.json runs the synth script", () => {
  expect(JSON.parse(readFileSync(join(ROOT, "cdktf.json"), "utf8")).app).toBe("npm run --silent synth");
});

test("the app command synthesises the committed config", () => {
  expect(appCommand((main) => main)).toEqual({ status: 0, stdout: "", written: true });
});

test("a type error fails the app command before anything is written", () => {
  const { status, stdout, written } = appCommand((main) => `${main}\nconst wrong: number = "text";\nvoid wrong;\n`);
  expect(status).not.toBe(0);
  expect(stdout).toContain("Type 'string' is not assignable to type 'number'");
  expect(written).toBe(false);
});

test("a synthesis asks no terraform binary for anything", () => {
  const folder = mkdtempSync(join(tmpdir(), "milvus-l7-tools-"));
  const asked = join(folder, "asked");
  writeFileSync(join(folder, "terraform"), `#!/bin/sh\necho "$@" >> '${asked}'\n`, { mode: 0o755 });
  const env = {
    ...process.env,
    PATH: `${folder}${delimiter}${process.env.PATH}`,
    MILVUS_L7_CONFIG: undefined,
    CDKTF_OUTDIR: join(folder, "out"),
  };
  const { status } = spawnSync(process.execPath, ["--require", "tsx/cjs", "main.ts"], { cwd: ROOT, env });
  expect(status).toBe(0);
  expect(existsSync(asked)).toBe(false);
  rmSync(folder, { recursive: true });
});
