import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { changed, committed, oneStack, refusal, temporaryFolder, writeConfig } from "./support";

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

const STACK = JSON.stringify(committed());

test.each(["constructor", "toString", "hasOwnProperty", "valueOf"])(
  "a stack isn't called like what every object has, where cdktf would stop: %s",
  (id) => {
    expect(says(`{"${id}": ${STACK}}`)).toEqual([`${id}: given "${id}"`]);
  },
);

test("a stack isn't called like a token of cdktf's", () => {
  expect(says(`{"\${TfToken[TOKEN.0]}": ${STACK}}`)).toEqual(['${TfToken[TOKEN.0]}: given "${TfToken[TOKEN.0]}"']);
});

test.each([
  { id: "nothing", key: '""', path: '""' },
  { id: "a line break", key: '"a\\nb"', path: '"a\\nb"' },
  { id: "a terminal's escape", key: '"\\u001b[2J"', path: '"\\u001b[2J"' },
  { id: "a space", key: '" "', path: '" "' },
])("a stack's id is shown as it is written where it can't be seen: $id", ({ key, path }) => {
  expect(says(`{${key}: ${STACK}}`)).toEqual([`${path}: given ${path}`]);
});

test.each(MAPS)("a key isn't called like a token of cdktf's: $id.$setting", ({ id, setting }) => {
  const token = "${TfToken[TOKEN.0]}";

  expect(says(withMap(id, setting, `{"${token}": "x"}`))).toEqual([`${id}.${setting}["${token}"]: given "${token}"`]);
});

test("settings that hold themselves are refused where they do", () => {
  expect(says("gcp-stack: &stack\n  cloud: gcp\n  release:\n    self: *stack\n")).toEqual([
    "gcp-stack.release.self: given settings that hold themselves",
  ]);
  expect(says("gcp-stack:\n  hosts: &hosts [a.example.com, *hosts]\n")).toEqual([
    "gcp-stack.hosts[1]: given settings that hold themselves",
  ]);
});

test("the same settings may stand in two places", () => {
  const aws = oneStack(committed("aws-stack"), "aws-stack").replace("inboundCidrs:", "inboundCidrs: &clients");
  const gcp = oneStack(changed(committed(), { inboundCidrs: undefined }));
  expect(says(`${aws}${gcp}  inboundCidrs: *clients\n`)).toEqual([]);
});

const TOO_DEEP = "given settings inside of settings, deeper than anything that there is";

test.each([
  { depth: 30, says: expect.stringMatching(new RegExp(`^gcp-stack\\.hosts(\\[0\\])+: ${TOO_DEEP}$`)) },
  { depth: 30_000, says: expect.stringMatching(new RegExp(`^file: ${TOO_DEEP}$`)) },
])("a nest that is too deep to be read is refused in words: $depth", ({ depth, says: expected }) => {
  expect(says(`gcp-stack: {"hosts": ${"[".repeat(depth)}${"]".repeat(depth)}}\n`)).toContainEqual(expected);
});

test.each([
  { form: "Latin-1", text: Buffer.from(`# für Milvus\n${oneStack(committed())}`, "latin1") },
  { form: "UTF-16, as Windows' PowerShell writes it", text: Buffer.from(`\ufeff${oneStack(committed())}`, "utf16le") },
])("a file that isn't UTF-8 isn't read as something else: $form", ({ text }) => {
  const file = join(folder, "other.yaml");
  writeFileSync(file, text);

  expect(refusal(file)?.message).toBe(
    `other.yaml: 1 problem\n  file: given "${file}", allowed a file in UTF-8, do save it in UTF-8`,
  );
});

test("nor is a file that a setting names", () => {
  writeFileSync(join(folder, "user.yaml"), Buffer.from("# für uns\nproxy:\n", "latin1"));
  const text = oneStack(changed(committed(), { "release.userYaml": { file: "user.yaml" } }));

  expect(says(text)).toEqual(['gcp-stack.release.userYaml.file: given "user.yaml"']);
});

test("a byte order mark of UTF-8 is none of the text", () => {
  expect(says(`\ufeff${oneStack(committed())}`)).toEqual([]);
});

test("half a character, which nothing can be written as, is refused; a whole one is text", () => {
  const withOwner = (owner: string) => withMap("gcp-stack", "annotations", `{"owner": ${owner}}`);

  expect(says(withOwner('"a\\ud83d"'))).toEqual([String.raw`gcp-stack.annotations.owner: given "a\ud83d"`]);
  expect(says(withOwner('"a\\ud83d\\ude00"'))).toEqual([]);
});
