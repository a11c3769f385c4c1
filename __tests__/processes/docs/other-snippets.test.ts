import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BLOCKS, blocksIn } from "../../support/pages";
import { describeUnless } from "../../support/terraform";

/** Each is tried here, in a file beside this one, or drawn by a command that has a test. None: what a command printed. */
const LANGUAGES = ["", "json", "markdown", "mermaid", "python", "sh", "ts", "yaml"];

test("every snippet is in a language that is tried", () => {
  expect(BLOCKS.filter(({ language }) => !LANGUAGES.includes(language)).map(({ name }) => name)).toEqual([]);
});

test("every JSON snippet is one", () => {
  for (const { code } of blocksIn("json")) {
    expect(() => JSON.parse(code)).not.toThrow();
  }
});

const hasPython = spawnSync("python3", ["--version"]).status === 0;

describeUnless(hasPython ? undefined : "python3 is not installed", "a Python snippet", () => {
  const folder = mkdtempSync(join(tmpdir(), "milvus-l7-python-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  test("is one to Python", () => {
    for (const [index, { name, code }] of blocksIn("python").entries()) {
      const file = join(folder, `${index}.py`);
      writeFileSync(file, code);
      const { stderr } = spawnSync("python3", ["-m", "py_compile", file], { encoding: "utf8" });
      expect([name, stderr]).toEqual([name, ""]);
    }
  });
});
