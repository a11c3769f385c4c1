import { committed, oneStack, refusal, temporaryFolder, writeConfig } from "./support";

/** Texts and keys that mean something to JavaScript, to cdktf or to nobody. */

const folder = temporaryFolder();

/** The problems of a config file, each as `path: given …`. */
function says(text: string): string[] {
  return (refusal(writeConfig(folder, text))?.problems ?? []).map(({ path, given }) => `${path}: given ${given}`);
}

/** A config file's text with a map in a committed stack; JSON is YAML. */
function withMap(id: string, setting: string, json: string): string {
  return oneStack({ ...committed(id), [setting]: "MAP" }, id).replace("MAP", () => json);
}

const MAPS = [
  { id: "gcp-stack", setting: "labels" },
  { id: "gcp-stack", setting: "annotations" },
  { id: "aws-stack", setting: "labels" },
  { id: "aws-stack", setting: "annotations" },
  { id: "aws-stack", setting: "tags" },
];

test.each(MAPS)("a value may be empty: $id.$setting", ({ id, setting }) => {
  expect(says(withMap(id, setting, '{"team": ""}'))).toEqual([]);
});

test.each(MAPS)("no key is lost without a word: $id.$setting", ({ id, setting }) => {
  expect(says(withMap(id, setting, '{"team": "x", "__proto__": "x"}'))).toEqual([
    expect.stringMatching(new RegExp(`^${id}\\.${setting}\\.__proto__: given`)),
  ]);
});
