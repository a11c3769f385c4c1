import { rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { InvalidInputError } from "../../constructs/internal/problem";
import { everyPlace, everySettingIn } from "../config/every-setting";
import {
  changed,
  refusal,
  type Settings,
  synthesise,
  synthesiseOrRefusal,
  temporaryFolder,
  writeConfig,
} from "../config/support";

/** Whatever stands in the config file, its author reads a list of problems and never a stack trace. */

const folder = temporaryFolder();

let files: Record<string, Settings>;

beforeAll(async () => {
  files = await everySettingIn(folder);
});

/** JSON is YAML, and quicker to write. */
function fileWith(of: string, changes: Record<string, unknown>): string {
  return writeConfig(folder, JSON.stringify(changed(files[of] as Settings, changes)));
}

const places = everyPlace();

test.each([...new Set(places.map(({ of }) => of))])("every setting of '%s' is right as it stands", (of) => {
  const { json } = synthesise(fileWith(of, {}), folder);

  expect(json.output).toHaveProperty("client_snippet");
});

/** Values of every type; undefined is for a setting that is left out. */
const WRONG = [null, 5, "x", [], {}, true, undefined];

test.each(places.filter(({ path }) => !path.endsWith("]")))("$setting may be anything", ({ path, of }) => {
  for (const value of WRONG) {
    isTakenOrRefused(fileWith(of, { [path]: value }));
  }
});

test.each(["gcp", "aws"])("a host may be anything: %s", (cloud) => {
  for (const value of WRONG) {
    isTakenOrRefused(fileWith(`${cloud}: self-signed, exec, adopt, local`, { [`${cloud}-stack.hosts[1]`]: value }));
  }
});

test.each(["gcp", "aws"])("an address range may be anything: %s", (cloud) => {
  for (const value of WRONG) {
    const changes = { [`${cloud}-stack.inboundCidrs[1]`]: value };
    isTakenOrRefused(fileWith(`${cloud}: self-signed, exec, adopt, local`, changes));
  }
});

const kinds = places.filter(({ path }) => /\.(kind|access|ownership)$/.test(path));

test.each(kinds)("beside a wrong $setting everything else may be anything", ({ path: kind, of }) => {
  const parent = kind.slice(0, kind.lastIndexOf("."));
  const beside = places.filter(({ path, of: file }) => file === of && path.startsWith(`${parent}.`) && path !== kind);

  for (const { path } of beside) {
    for (const value of [null, 5, [], {}, true]) {
      const error = refusal(fileWith(of, { [kind]: "x", [path]: value }));

      expect(error?.problems.map((problem) => problem.path)).toContain(kind);
    }
  }
});

function isTakenOrRefused(file: string): void {
  const outcome = synthesiseOrRefusal(file, folder);
  if (!(outcome instanceof InvalidInputError)) {
    return;
  }
  expect(outcome.problems).not.toHaveLength(0);
  for (const problem of outcome.problems) {
    expect(problem).toEqual({
      path: expect.stringMatching(/^(gcp|aws)-stack\../),
      given: expect.stringMatching(/./),
      allowed: expect.stringMatching(/./),
      fix: expect.stringMatching(/./),
    });
  }
}

test.each(places.filter(({ path }) => !path.includes("[")))(
  "$setting of a later file may be anything",
  ({ path, of }) => {
    const base = fileWith(of, {});
    const over = join(folder, "over.yaml");
    for (const value of WRONG.filter((one) => one !== undefined)) {
      rmSync(over, { force: true });
      const nested = path.split(".").reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
      writeFileSync(over, JSON.stringify(nested));
      for (const problem of refusal(`${base}${delimiter}${over}`)?.problems ?? []) {
        expect(problem.path).toMatch(/(milvus-l7|over)\.yaml: (gcp|aws)-stack\./);
      }
    }
  },
);
