import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { blocksIn } from "../../support/pages";

/** A plan holds a release's values in the clear: what pages have a reader write is ignored by git, and is in nothing's way. */

const ROOT = join(__dirname, "../../..");

const git = (...args: string[]) => spawnSync("git", args, { cwd: ROOT, encoding: "utf8" });

/** What commands on pages write a plan to, with the folder that they have changed to. */
const written = blocksIn("sh").flatMap(({ name, code }) => {
  const folder = /^cd (cdktf\.out\/\S+)$/m.exec(code)?.[1] ?? /-chdir=(cdktf\.out\/\S+)/.exec(code)?.[1] ?? "";
  const files = [
    ...[...code.matchAll(/ -out=(\S+)/g)].map(([, file = ""]) => join(folder, file)),
    ...[...code.matchAll(/show -json \S+ > (\S+)/g)].map(([, file = ""]) => join(folder, file)),
    ...[...code.matchAll(/pipeline -- plan \S+ (\S+)/g)].map(([, file = ""]) => join(file, "plan")),
    ...[...code.matchAll(/pipeline -- open \S+ \S+ (\S+)/g)].map(([, file = ""]) => join(file, "plan")),
    ...[...code.matchAll(/plan:comment .*> (\S+)/g)].map(([, file = ""]) => file),
  ];
  return files.map((file) => ({ name, file }));
});

test("there are such commands", () => {
  expect(written.length).toBeGreaterThan(5);
});

test.each(written)("$name writes $file, which git ignores and doesn't have", ({ file }) => {
  expect(git("check-ignore", "--quiet", "--no-index", file).status).toBe(0);
  expect(git("ls-files", "--", file, file.split("/")[0] as string).stdout).toBe("");
});

test("the workflows write theirs outside of the clone", () => {
  for (const workflow of ["deploy", "drift", "pull-request"]) {
    const text = readFileSync(join(ROOT, ".github/workflows", `${workflow}.yml`), "utf8");
    const places = [...text.matchAll(/pipeline -- (?:plan|open|show|seal|apply) \S+ (?:\S+\.sealed" )?(\S+)/g)].map(
      ([, at]) => at,
    );
    expect(places.filter((at) => !at?.startsWith('"$RUNNER_TEMP/'))).toEqual([]);
  }
});
