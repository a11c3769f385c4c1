import { safeParse, type z } from "zod";
import { type Problem, pathTo, shown } from "../constructs/internal/problem";

type RawIssue = Parameters<z.core.$ZodErrorMap>[0];

/** Those parts of a zod schema that a message needs. zod's own types of them double the time of a type check. */
interface SchemaParts {
  readonly description?: string;
  readonly shape?: Record<string, SchemaParts>;
  readonly _zod?: { readonly values?: Iterable<unknown> };
  readonly def?: { readonly options?: readonly SchemaParts[]; readonly discriminator?: string };
}

type Path = readonly PropertyKey[];

/** A value checked against its shape. */
export interface Shaped {
  /** What is wrong, with paths inside of the value. */
  readonly problems: Problem[];
  /**
   * The value. Where something is wrong, without those parts: the rules can then still be asked about the rest, so that
   * a user hears of everything at once.
   */
  readonly value: unknown;
}

export function checkShape(schema: z.core.$ZodType, input: unknown): Shaped {
  const result = safeParse(schema, input, { error: allowedBy });
  if (result.success) {
    // Not zod's copy, in which a map has lost the key __proto__ without a word.
    return { problems: [], value: input };
  }
  const rest = structuredClone(input);
  const problems = result.error.issues.flatMap((issue) => {
    const places =
      issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [placeOf(issue)];
    return places.map((place): Problem => {
      const given = valueAt(input, place);
      // Of what kind nobody knows, zod has checked nothing else in it.
      removeAt(rest, isOfUnknownKind(issue) ? place.slice(0, -1) : place);
      return { path: pathText(place), given: shown(given), allowed: issue.message, fix: fixFor(issue, given) };
    });
  });
  return { problems, value: rest };
}

export function pathText(path: Path): string {
  return path.reduce<string>((parent, key) => pathTo(parent, typeof key === "number" ? key : String(key)), "");
}

/** zod asks for a message; ours is what may stand there, out of the schema itself. */
function allowedBy(issue: RawIssue): string {
  const schema = issue.inst as unknown as SchemaParts | undefined;
  const meaning = schema?.description;
  switch (issue.code) {
    case "unrecognized_keys":
      return `the keys ${Object.keys(schema?.shape ?? {}).join(", ")}`;
    case "invalid_union":
      return issue.discriminator ? unionKinds(schema?.def) : (meaning ?? "another kind of value");
    case "invalid_value":
      return issue.values.map(String).join(", ");
    default: {
      const type = issue.code === "invalid_type" ? (TYPE_NAMES[issue.expected] ?? issue.expected) : "another value";
      return meaning ? `${type}: ${meaning}` : type;
    }
  }
}

const TYPE_NAMES: Record<string, string> = {
  string: "text",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "settings (key: value)",
};

function unionKinds(def: SchemaParts["def"]): string {
  const { options = [], discriminator = "" } = def ?? {};
  const kinds = options.flatMap(({ shape }) => [...(shape?.[discriminator]?._zod?.values ?? [])]);
  // undefined is among them where the kind may be left out.
  return kinds.filter((kind) => kind !== undefined).join(", ");
}

/** zod reports a wrong discriminator at the object that it is in. */
function placeOf(issue: z.core.$ZodIssue): Path {
  return isOfUnknownKind(issue) && issue.path.at(-1) !== issue.discriminator
    ? [...issue.path, issue.discriminator]
    : issue.path;
}

function isOfUnknownKind(issue: z.core.$ZodIssue): issue is z.core.$ZodIssueInvalidUnion & { discriminator: string } {
  return issue.code === "invalid_union" && Boolean(issue.discriminator);
}

function fixFor(issue: z.core.$ZodIssue, given: unknown): string {
  if (issue.code === "unrecognized_keys") {
    return "remove it, or correct the key";
  }
  if (given === undefined || given === null) {
    return "add it";
  }
  if (issue.code === "invalid_value" || isOfUnknownKind(issue)) {
    return "write one of these";
  }
  if (issue.code === "invalid_type" && issue.expected === "string" && typeof given !== "object") {
    return "put it in quotes";
  }
  if (issue.code === "invalid_type" && issue.expected === "number" && typeof given === "string") {
    return "write a number, with no quotes around it";
  }
  if (issue.code === "invalid_type" && issue.expected === "array") {
    return "write it as a list, in [ ]";
  }
  return "write it in this form";
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[key], value);
}

function removeAt(value: unknown, path: Path): void {
  const parent = valueAt(value, path.slice(0, -1));
  const key = path.at(-1);
  if (Array.isArray(parent)) {
    parent[key as number] = undefined;
  } else if (typeof parent === "object" && parent !== null && key !== undefined) {
    delete (parent as Record<PropertyKey, unknown>)[key];
  }
}
