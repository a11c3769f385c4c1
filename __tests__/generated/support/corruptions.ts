import fc from "fast-check";
import { stringify } from "yaml";
import { pathTo } from "../../../constructs/internal/problem";
import { AT_LEAST, configFiles, type File, type Files } from "./configs";
import { keyOf, numberOf, stackId, textOf } from "./grammars";
import { isText, type Place, placesOf, type Shape, shapeAt, withValue } from "./settings";

/** A config that is right, with one thing made wrong. */
export interface Corruption {
  readonly how: string;
  /** What is in the config file. */
  readonly config: string | Uint8Array;
  /** What a problem has to name: one of these or something inside of it. None, where the config is still right. */
  readonly paths: readonly string[];
  /** Whether chance decides if it is still right. */
  readonly mayBeRight?: boolean;
}

/** Out of the numbers that chance gave, one of a list. */
type Pick = <T>(list: readonly T[]) => T;

type Corrupt = (file: File, pick: Pick) => Corruption | undefined;

export function corruptions(files: Files): fc.Arbitrary<Corruption & { readonly way: string }> {
  const numbers = fc.array(fc.nat(), { minLength: 6, maxLength: 6 });
  return fc.tuple(configFiles(files), fc.constantFrom(...WAYS, ...OFTEN), numbers).map(([file, how, numbers]) => {
    const left = [...numbers];
    const pick: Pick = (list) => list[(left.shift() ?? 0) % list.length] as (typeof list)[number];
    // Where a config has nothing of the kind, a key is there to be unknown.
    const corrupted = HOW[how]?.(file, pick) ?? (unknownKey(file, pick) as Corruption);
    return { ...corrupted, way: how };
  });
}

/** A place inside of a stack, and what is around it. */
interface Inner extends Place {
  readonly parent: Place;
  readonly key: string | number;
}

function innerPlaces(file: File): Inner[] {
  const places = placesOf(file);
  const byKeys = new Map(places.map((place) => [JSON.stringify(place.keys), place]));
  return places.flatMap((place) => {
    const parent = byKeys.get(JSON.stringify(place.keys.slice(0, -1)));
    return parent === undefined ? [] : [{ ...place, parent, key: place.keys.at(-1) as string | number }];
  });
}

function objectOf(place: Place): Extract<Shape, { type: "object" }> | undefined {
  const own = shapeAt(place);
  return own?.type === "object" ? own : undefined;
}

/** JSON is YAML, and quicker to write; it has no word for what is no number. */
function written(file: unknown): string {
  const isOnlyYaml = (_: string, value: unknown) => {
    if (typeof value === "number" && !Number.isFinite(value)) {
      throw new RangeError("no JSON");
    }
    return value;
  };
  try {
    return JSON.stringify(file, isOnlyYaml);
  } catch (error) {
    if (error instanceof RangeError) {
      return stringify(file, { lineWidth: 0 });
    }
    throw error;
  }
}

const VALUES: readonly unknown[] = [5, "x", true, [], {}, null, "", ["x"], { x: 1 }];

function typeOf(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "list" : typeof value;
}

const replaced = (how: string, file: File, place: Place, value: unknown): Corruption => ({
  how: `${how} at ${place.setting}`,
  config: written(withValue(file, place.keys, value)),
  paths: [place.path, ...aroundOfNoKind(file, place)],
});

const unknownKey: Corrupt = (file, pick) => {
  const place = pick(placesOf(file).filter((one) => objectOf(one) !== undefined));
  const settings = Object.keys(objectOf(place)?.settings ?? {});
  const key = pick(["unknown", "constructor", "toString", "__proto__", "hasOwnProperty", "", "a b", "0"]);
  const config = withValue(file, [...place.keys, key], pick(VALUES));
  return {
    how: `unknown key at ${place.setting}`,
    config: written(config),
    paths: settings.includes(key) ? [] : [pathTo(place.path, key), ...isOfNoKind(place)],
  };
};

/** Of settings that may be of several kinds and don't say which, no more is known than that they are none of them. */
function isOfNoKind({ shape, path }: Place): string[] {
  return shape.type === "union" && shape.discriminator === undefined ? [path] : [];
}

function aroundOfNoKind(file: File, { keys }: Place): string[] {
  const above = JSON.stringify(keys.slice(0, -1));
  return placesOf(file).flatMap((place) => (JSON.stringify(place.keys) === above ? isOfNoKind(place) : []));
}

/** How a config can be made wrong, by a name for each way. */
const HOW: Readonly<Record<string, Corrupt>> = {
  "an unknown key": unknownKey,

  "a value of another type": (file, pick) => {
    const place = pick(placesOf(file));
    const value = pick(VALUES.filter((one) => typeOf(one) !== typeOf(place.value)));
    return replaced("another type", file, place, value);
  },

  null: (file, pick) => {
    const place = pick(innerPlaces(file));
    return replaced("null", file, place, null);
  },

  "a misspelt key": (file, pick) => {
    const place = pick(innerPlaces(file).filter(({ parent }) => objectOf(parent) !== undefined));
    const key = place.key as string;
    const misspelt = pick([
      `${key}s`,
      key.slice(0, -1),
      key.toUpperCase(),
      `${key} `,
      key.replace(/[A-Z]/g, (capital) => `_${capital}`),
    ]);
    const known = objectOf(place.parent)?.settings ?? {};
    const other = Object.hasOwn(known, misspelt) ? `${misspelt}x` : misspelt;
    const without = withValue(file, place.keys, undefined);
    return {
      how: `misspelt ${place.setting}`,
      config: written(withValue(without, [...place.parent.keys, other], place.value)),
      paths: [place.path, pathTo(place.parent.path, other), ...isOfNoKind(place.parent)],
    };
  },

  "a missing setting": (file, pick) => {
    const required = innerPlaces(file).filter((one) => !one.isOptional && objectOf(one.parent) !== undefined);
    const place = pick(required);
    return {
      how: `missing ${place.setting}`,
      config: written(withValue(file, place.keys, undefined)),
      paths: [place.path, ...isOfNoKind(place.parent)],
      // The kind that a release is of without.
      mayBeRight: place.setting === "release.ownership",
    };
  },

  "a number out of its range": (file, pick) => {
    const numbers = placesOf(file).filter(({ shape }) => shape.type === "number");
    if (numbers.length === 0) {
      return undefined;
    }
    const place = pick(numbers);
    return replaced("number", file, place, pick(numberOf(place.cloud, place.setting).outside));
  },

  "a text that is none of its form": (file, pick) => {
    const place = pick(placesOf(file).filter(isText));
    const { of: _, outside } = textOf(place.cloud, place.setting, place.kind);
    return replaced("text", file, place, pick(outside));
  },

  "a key that is none of its form": (file, pick) => {
    const maps = placesOf(file).filter(({ shape }) => shape.type === "map");
    if (maps.length === 0) {
      return undefined;
    }
    const map = pick(maps);
    const key = pick(keyOf(map.cloud, map.setting).outside);
    return {
      how: `key of ${map.setting}`,
      config: written(withValue(file, [...map.keys, key], "x")),
      paths: [pathTo(map.path, key)],
    };
  },

  "an unknown choice": (file, pick) => {
    const place = pick(placesOf(file).filter(({ shape }) => shape.type === "choice"));
    const value = pick(["nonsense", String(place.value).toUpperCase(), "", "constructor", "toString", " "]);
    return value === place.value
      ? undefined
      : { ...replaced("choice", file, place, value), mayBeRight: isOneOf(place.shape, value) };
  },

  "the same twice in a list": (file, pick) => {
    const lists = placesOf(file).filter(({ shape, value }) => shape.type === "list" && (value as unknown[]).length > 0);
    const place = pick(lists);
    const list = place.value as unknown[];
    return {
      how: `twice in ${place.setting}`,
      config: written(withValue(file, place.keys, [...list, pick(list)])),
      paths: [pathTo(place.path, list.length)],
    };
  },

  "an empty list": (file, pick) => {
    const place = pick(placesOf(file).filter(({ setting }) => NOT_EMPTY.has(setting)));
    return replaced("empty", file, place, []);
  },

  "a stack id that is none": (file, pick) => {
    const [id, ...others] = Object.keys(file) as [string, ...string[]];
    const other = pick(stackId.outside.filter((one) => !others.includes(one)));
    const entries = Object.entries(file).map(([key, stack]): [string, unknown] => [key === id ? other : key, stack]);
    return { how: "stack id", config: written(Object.fromEntries(entries)), paths: [other, JSON.stringify(other)] };
  },

  "a text that ends too early": (file, pick) => {
    const text = JSON.stringify(file);
    return { how: "cut short", config: text.slice(0, 1 + pick(placesIn(text.slice(1)))), paths: IN_THE_TEXT };
  },

  "YAML that ends too early": (file, pick) => {
    const text = stringify(file, { lineWidth: 0 });
    return { how: "YAML cut short", config: text.slice(0, pick(placesIn(text))), paths: [], mayBeRight: true };
  },

  "a character too much": (file, pick) => {
    const text = stringify(file, { lineWidth: 0 });
    const at = pick(placesIn(text));
    const character = pick([..."\t\"'{}[]:,&*!|>%@`#-\u0000\u0007 \n"]);
    return {
      how: "one character more",
      config: text.slice(0, at) + character + text.slice(at),
      paths: [],
      mayBeRight: true,
    };
  },

  "a tab before a key": (file) => ({
    how: "tab",
    config: stringify(file, { lineWidth: 0 }).replace(/\n {2}cloud: /, "\n\tcloud: "),
    // Of which line, YAML says; the first stack is at fault.
    paths: [...IN_THE_TEXT, ...Object.keys(file)],
    // Behind the stack's other keys it is the end of a text, or the stack's only key.
    mayBeRight: true,
  }),

  "a stack that stands twice": (file) => {
    const text = stringify(file, { lineWidth: 0 });
    return { how: "stack twice", config: `${text}${text}`, paths: ["line"] };
  },

  "a key that stands twice": (file) => {
    const [id, stack] = Object.entries(file)[0] as [string, object];
    const settings = JSON.stringify(stack).slice(1);
    return { how: "key twice", config: `{${JSON.stringify(id)}: {"cloud": "gcp", ${settings}}`, paths: ["line"] };
  },

  "an alias of nothing": (file, pick) => inText(file, pick, "*nowhere"),

  "a tag": (file, pick) => inText(file, pick, pick(["!secret x", "!!binary aGk=", "!<tag:x> x"])),

  "a nest as deep as a program's stack": (file, pick) => {
    const depth = pick([50, 300, 500, 600, 700, 800, 1000, 3000, 20_000]);
    const [open, close] = pick([
      ["[", "]"],
      ['{"a":', "}"],
    ] as const);
    return inText(file, pick, open.repeat(depth) + (open === "[" ? "" : "1") + close.repeat(depth));
  },

  "settings that hold themselves": (file) => {
    const [id, stack] = Object.entries(file)[0] as [string, object];
    const settings = JSON.stringify(stack).slice(1);
    return {
      how: "circle",
      config: `{${JSON.stringify(id)}: &stack {"self": *stack, ${settings}}`,
      paths: [...IN_THE_TEXT, pathTo(id, "self")],
    };
  },

  "aliases that grow": (file) => {
    const lines = Array.from({ length: 12 }, (_, level) =>
      level === 0
        ? "a0: &a0 [x, x, x, x, x, x, x, x, x, x]"
        : `a${level}: &a${level} [${`*a${level - 1},`.repeat(10)}]`,
    );
    return { how: "aliases", config: `${lines.join("\n")}\n${stringify(file, { lineWidth: 0 })}`, paths: IN_THE_TEXT };
  },

  "a merge key": (file) => {
    const [id, stack] = Object.entries(file)[0] as [string, object];
    const settings = JSON.stringify(stack).slice(1);
    return {
      how: "merge key",
      config: `{${JSON.stringify(id)}: {"<<": {"a": 1}, ${settings}}`,
      paths: [pathTo(id, "<<")],
    };
  },

  "bytes that are no UTF-8": (file, pick) => {
    const bytes = Buffer.from(JSON.stringify(file));
    const at = pick(placesIn(bytes));
    const wrong = Buffer.from(pick([[0xff], [0xc0, 0x80], [0xe2, 0x28, 0xa1], [0xed, 0xa0, 0x80], [0xfe, 0xff]]));
    return {
      how: "no UTF-8",
      config: Buffer.concat([bytes.subarray(0, at), wrong, bytes.subarray(at)]),
      paths: ["file"],
    };
  },

  "UTF-16": (file) => ({
    how: "UTF-16",
    config: Buffer.from(`\ufeff${JSON.stringify(file)}`, "utf16le"),
    paths: ["file"],
  }),

  "two documents": (file) => {
    const text = stringify(file, { lineWidth: 0 });
    return { how: "two documents", config: `${text}---\n${text}`, paths: ["line"] };
  },

  "no stack": (_, pick) => ({
    how: "no stack",
    config: pick(["", " ", "# nothing\n", "{}", "[]", "null", "5", "text", "---\n...\n", "\ufeff", "true", "- a: 1"]),
    paths: ["file"],
  }),

  "nothing but another form": (file, pick) => {
    const json = JSON.stringify(file);
    const yaml = stringify(file, { lineWidth: 0 });
    const [id] = Object.keys(file) as [string];
    return {
      how: "still right",
      config: pick([
        `\ufeff${json}`,
        `\ufeff${yaml}`,
        `---\n${yaml}...\n`,
        `# comment\n\n${yaml}`,
        JSON.stringify(file, null, 2),
        json.replace(`{${JSON.stringify(id)}:`, `{${JSON.stringify(id)}: &stack `),
        `%YAML 1.2\n---\n${yaml}`,
      ]),
      paths: [],
    };
  },
};

/** Every way there is to make a config wrong. */
export const WAYS = Object.keys(HOW);

/** Ways that are another one for each setting. */
const OFTEN = [
  "a value of another type",
  ...Array<string>(5).fill("a number out of its range"),
  ...Array<string>(5).fill("a text that is none of its form"),
];

/** A text that isn't YAML is at fault in a line, or as a whole. */
const IN_THE_TEXT = ["line", "file"];

const NOT_EMPTY = new Set(Object.keys(AT_LEAST));

function isOneOf(shape: Shape, value: string): boolean {
  return shape.type === "choice" && shape.values.includes(value);
}

function placesIn({ length }: { readonly length: number }): number[] {
  return [...Array(length).keys()];
}

/** YAML in the place of a value. */
function inText(file: File, pick: Pick, yaml: string): Corruption {
  const place = pick(innerPlaces(file));
  const config = JSON.stringify(withValue(file, place.keys, "@here@")).replace('"@here@"', () => yaml);
  return {
    how: `${yaml.slice(0, 10)} at ${place.setting}`,
    config,
    paths: [...IN_THE_TEXT, place.path],
    mayBeRight: true,
  };
}
