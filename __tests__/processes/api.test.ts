import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JSONOutput } from "typedoc";

/** typedoc's `ReflectionKind`, which a CommonJS test cannot load. */
const KINDS = { class: 128, interface: 256, property: 1024, callSignature: 4096, typeAlias: 2097152 };

const ROOT = join(__dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "milvus-l7-api-"));
afterAll(() => rmSync(folder, { recursive: true }));

const pages = join(folder, "pages");
const model = join(folder, "model.json");
beforeAll(() => {
  // Warnings fail it: a type that an exported name mentions and that users cannot import, a link that leads nowhere.
  const typedoc = ["--options", "tools/typedoc.json", "--out", pages, "--json", model];
  const { status, stdout, stderr } = spawnSync(join(ROOT, "node_modules/.bin/typedoc"), typedoc, {
    cwd: ROOT,
    encoding: "utf8",
  });
  expect(`${status === 0 ? "" : stdout}${stderr}`).toBe("");
}, 120_000);

const textsOf = (of: string) =>
  Object.fromEntries(readdirSync(of).map((file) => [file, readFileSync(join(of, file), "utf8")]));

test("docs/api is what the doc comments say now (npm run docs:api)", () => {
  expect(textsOf(join(ROOT, "docs/api"))).toEqual(textsOf(pages));
});

test("every public name and member says what it is, its default and its unit, and every class has an example", () => {
  expect(gapsIn(JSON.parse(readFileSync(model, "utf8")))).toEqual([]);
});

test("a gap is found", () => {
  const comment = (text: string, byDefault?: string) => ({
    summary: [{ kind: "text", text }],
    blockTags: byDefault === undefined ? [] : [{ tag: "@default", content: [{ kind: "text", text: byDefault }] }],
  });
  const prop = (name: string, isOptional: boolean, text: string, byDefault?: string) => ({
    name,
    kind: KINDS.property,
    flags: { isOptional },
    comment: comment(text, byDefault),
  });
  const children = [
    prop("kind", false, ""),
    prop("silent", false, ""),
    prop("optional", true, "What it is."),
    prop("words", true, "What it is.", "whatever comes"),
    prop("value", true, "What it is.", '"external": from everywhere'),
    prop("happens", true, "What it is.", "- nothing is made"),
    prop("waitSec", false, "How long it may take."),
    prop("delaySec", false, "How long it may take, in seconds."),
  ];
  const types = [
    { name: "Props", kind: KINDS.interface, comment: comment("What it is."), children },
    { name: "Thing", kind: KINDS.class, comment: comment(""), children: [prop("attribute", true, "What it is.")] },
  ];
  expect(gapsIn({ name: "gke", children: types })).toEqual([
    "Props.silent: no description",
    "Props.optional: optional, and no @default",
    'Props.words: @default is neither a value nor begins with "- "',
    "Props.waitSec: no unit in words",
    "Thing: no description",
    "Thing: no @example",
  ]);
});

/** A literal, with or without more words, or `- ` and what happens. */
const DEFAULT = /^(- \S|"[^"]*"|-?\d|true\b|false\b|\[|\{)/;

const UNITS: Readonly<Record<string, RegExp>> = {
  Sec: /seconds?\b| s\b/,
  Days: /\bdays?\b/,
  Ms: /milliseconds?\b/,
  Bytes: /\bbytes\b/,
};

const DESCRIBED = KINDS.class | KINDS.interface | KINDS.typeAlias | KINDS.property | KINDS.callSignature;

/** What doc comments leave open in typedoc's model of the package, wherever in a type it stands. */
function gapsIn(node: any, path = "", isAttribute = false): string[] {
  if (Array.isArray(node)) {
    return node.flatMap((each) => gapsIn(each, path, isAttribute));
  }
  if (typeof node !== "object" || node === null || node.flags?.isExternal) {
    return [];
  }
  const isNamed = (node.kind & DESCRIBED) !== 0 && node.name !== "kind";
  const here = isNamed ? [path, node.name].filter(Boolean).join(".") : path;
  const parts = [node.children, node.signatures, node.type, node.types, node.declaration, node.elementType];
  return [
    ...(isNamed ? ownGaps(node, isAttribute).map((gap) => `${here}: ${gap}`) : []),
    ...gapsIn(parts, here, node.kind === KINDS.class),
  ];
}

function ownGaps({ name, kind, flags, comment }: JSONOutput.DeclarationReflection, isAttribute: boolean): string[] {
  const textOf = (parts: readonly JSONOutput.CommentDisplayPart[] = []) => parts.map(({ text }) => text).join("");
  const tag = (wanted: string) => comment?.blockTags?.find((each) => each.tag === wanted);
  const isProp = kind === KINDS.property;
  const text = textOf(comment?.summary);
  const byDefault = tag("@default") && textOf(tag("@default")?.content);
  const [suffix = ""] = /(Sec|Days|Ms|Bytes)$/.exec(name) ?? [];
  const gaps: [boolean, string][] = [
    [text === "", "no description"],
    [kind === KINDS.class && !/Error$/.test(name) && !tag("@example"), "no @example"],
    [isProp && !isAttribute && flags.isOptional === true && byDefault === undefined, "optional, and no @default"],
    [isProp && byDefault !== undefined && !DEFAULT.test(byDefault), '@default is neither a value nor begins with "- "'],
    [isProp && suffix !== "" && !UNITS[suffix]?.test(`${text} ${byDefault}`), "no unit in words"],
  ];
  return gaps.filter(([isOne]) => isOne).map(([, gap]) => gap);
}
