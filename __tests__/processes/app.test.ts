import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const ROOT = join(__dirname, "../..");

/** What cdktf.json's `app` runs, in a copy of the project whose `main.ts` has been changed. */
function appCommand(change: (main: string) => string) {
  const folder = mkdtempSync(join(tmpdir(), "milvus-l7-app-"));
  for (const part of ["config", "stacks", "constructs", "package.json", "tsconfig.json", "milvus-l7.yaml", "app.js"]) {
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
  const { status, stdout, stderr } = spawnSync(scripts.synth, { cwd: folder, shell: true, encoding: "utf8", env });
  const written = existsSync(join(folder, "cdktf.out"));
  rmSync(folder, { recursive: true });
  return { status, stdout, stderr, written };
}

test("cdktf.json runs what the synth script runs, with no npm in between and no path that npm sets", () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const { app } = JSON.parse(readFileSync(join(ROOT, "cdktf.json"), "utf8"));
  expect(app.replace("node node_modules/ts7/bin/tsc", "tsc")).toBe(scripts.synth);
});

test("tsc is TypeScript 7: typedoc needs an older one beside it, whose tsc npm must not link", () => {
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const { stdout } = spawnSync(join(ROOT, "node_modules/.bin/tsc"), ["--version"], { encoding: "utf8" });
  expect(`npm:typescript@${stdout.replace("Version", "").trim()}`).toBe(devDependencies.ts7);
});

test("an unexpected error is told by the lines of the sources", () => {
  const { status, stderr } = appCommand((main) => main.replace("const app = new App();", "$&\n  JSON.parse('{');"));
  expect(status).toBe(1);
  expect(stderr).toContain("SyntaxError");
  const [, line] = / at main \(.*main\.ts:(\d+):\d+\)/.exec(stderr) ?? [];
  expect(readFileSync(join(ROOT, "main.ts"), "utf8").split("\n")[Number(line) - 1]).toContain("withoutTokenTraces(");
});

test("the app command synthesises the committed config", () => {
  expect(appCommand((main) => main)).toMatchObject({ status: 0, stdout: "", written: true });
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
  const { status } = spawnSync(process.execPath, ["app.js"], { cwd: ROOT, env });
  expect(status).toBe(0);
  expect(existsSync(asked)).toBe(false);
  rmSync(folder, { recursive: true });
});
