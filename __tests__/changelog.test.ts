import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compare, gt, rcompare, valid } from "semver";

const ROOT = join(__dirname, "..");
const text = readFileSync(join(ROOT, "CHANGELOG.md"), "utf8");
const { version } = require("../package.json");

/** Those of Keep a Changelog, in its order. */
const KINDS = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"];

interface Release {
  readonly heading: string;
  readonly kinds: readonly string[];
  readonly body: string;
}

const [, ...parts] = text.split(/^## /m);
const releases: Release[] = parts.map((part) => ({
  heading: part.split("\n", 1)[0] ?? "",
  kinds: [...part.matchAll(/^### (.*)$/gm)].map(([, kind = ""]) => kind),
  body: part,
}));
const released = releases.slice(1);
const versions = released.map(({ heading }) => /^\[([^\]]+)\] - \d{4}-\d{2}-\d{2}$/.exec(heading)?.[1] ?? heading);

test("what isn't released yet is on top", () => {
  expect(releases[0]?.heading).toBe("[Unreleased]");
});

test("below it each version has a date, the newest first", () => {
  expect(versions.filter((name) => valid(name) === null)).toEqual([]);
  expect(versions).toEqual([...versions].sort(rcompare));
});

test("the package's version is the newest one, or is to be released as the next", () => {
  const [newest = "0.0.0"] = versions;
  expect(compare(version, newest)).toBeGreaterThanOrEqual(0);
  if (gt(version, newest)) {
    expect(releases[0]?.kinds).not.toEqual([]);
  }
});

test.each(releases)("$heading: known kinds of changes in their order, and each says something", ({ kinds, body }) => {
  expect(kinds).toEqual(KINDS.filter((kind) => kinds.includes(kind)));
  for (const section of body.split(/^### .*$/m).slice(1)) {
    expect(section.trim()).toMatch(/^- /);
  }
});
