import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gapsIn } from "../../api/gaps";
import { type Doc, type Entry, type Member, readApi } from "../../api/model";
import { pagesOf } from "../../api/pages";

const FOLDER = join(__dirname, "../../docs/api");

const api = readApi();

test("every public name and member says what it is, its default, its unit and what it throws", () => {
  expect(gapsIn(api)).toEqual([]);
});

test("docs/api is what the doc comments say now (npm run docs:api)", () => {
  const written = readdirSync(FOLDER).map((file) => [file, readFileSync(join(FOLDER, file), "utf8")]);
  expect(Object.fromEntries(written)).toEqual(pagesOf(api));
});

describe("a gap is found", () => {
  const doc = (more: Partial<Doc> = {}): Doc => ({ text: "What it is.", params: {}, see: [], ...more });
  const member = (more: Partial<Member>): Member => ({
    name: "it",
    type: "string",
    optional: false,
    doc: doc(),
    ...more,
  });
  const common = { name: "Thing", doc: doc(), source: "thing.ts", mentions: [] };
  const gapsOf = (name: Entry["names"][number]) =>
    gapsIn([{ module: "module", names: [name] }]).map((gap) => gap.replace("module Thing", ""));
  const gapsOfProp = (more: Partial<Member>) => gapsOf({ ...common, kind: "interface", members: [member(more)] });

  test.each<[string, Partial<Member>, string[]]>([
    ["nothing is said", { doc: doc({ text: "" }) }, [".it: no description"]],
    ["an optional prop has no default", { optional: true }, [".it: optional, and no @default"]],
    [
      "a default in words has no dash",
      { optional: true, doc: doc({ default: "whatever comes" }) },
      ['.it: @default is neither a value nor begins with "- "'],
    ],
    ["a default is a value", { optional: true, doc: doc({ default: '"external": from everywhere' }) }, []],
    ["a default says what happens", { optional: true, doc: doc({ default: "- nothing is made" }) }, []],
    ["a source is no address", { doc: doc({ see: ["the manual"] }) }, [".it: @see is no address: the manual"]],
    ["a number has no unit", { type: "number" }, [".it: a number, and neither a unit nor what it counts"]],
    [
      "a unit is in the name alone",
      { name: "waitSec", type: "number" },
      [".waitSec: a number, and neither a unit nor what it counts"],
    ],
    ["a unit is in name and words", { name: "waitSec", type: "number", doc: doc({ text: "A wait, in seconds." }) }, []],
  ])("where %s", (_, prop, gaps) => {
    expect(gapsOfProp(prop)).toEqual(gaps);
  });

  test("where a constructor throws, and a class has no example", () => {
    const callable = { name: "new Thing", signature: "", parameters: [], isStatic: false, throws: true, doc: doc() };
    expect(gapsOf({ ...common, kind: "class", attributes: [], callables: [callable] })).toEqual([
      ": no @example",
      ".constructor: throws, and no @throws",
    ]);
  });

  test("where a variant of several is not described", () => {
    const variant = { role: "either", doc: doc({ text: "" }) } as const;
    const written = {
      ...variant,
      type: "{…}",
      members: [member({ name: "kind", type: '"a"', doc: doc({ text: "" }) })],
    };
    const named = { ...variant, type: "Other" };
    expect(gapsOf({ ...common, kind: "type", type: "", variants: [written, named] })).toEqual([
      ' "a": no description of the variant',
    ]);
  });

  test("where a type can't be imported", () => {
    expect(gapsOf({ ...common, mentions: ["Thing", "Hidden"], kind: "interface", members: [] })).toEqual([
      ": mentions Hidden, which isn't exported",
    ]);
  });
});
