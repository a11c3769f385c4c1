import { type Problem, pathTo, shown } from "../constructs/internal/problem";
import type { configFile } from "./schema";

/**
 * Several config files as one. A later file wins: settings are merged key by key, everything else is replaced, and null
 * takes a setting out.
 */

/** A value, or settings by their keys, and the file that says it. */
export type Sourced =
  | { readonly file: string; readonly value: unknown }
  | { readonly file: string; readonly settings: ReadonlyMap<string, Sourced> };

type Settings = Extract<Sourced, { settings: unknown }>;

/** Those parts of a zod schema that tell what belongs together. */
interface Shape {
  readonly shape?: Readonly<Record<string, Shape>>;
  readonly _zod?: { readonly values?: Iterable<unknown> };
  readonly def?: {
    readonly type?: string;
    readonly innerType?: Shape;
    readonly valueType?: Shape;
    readonly options?: readonly Shape[];
    readonly discriminator?: string;
  };
}

/** What a file says, with its name at each value. */
export function sourced(file: string, value: unknown): Sourced {
  if (!isSettings(value)) {
    return { file, value };
  }
  return { file, settings: new Map(Object.entries(value).map(([key, inner]) => [key, sourced(file, inner)])) };
}

/** The value again, without the files. */
export function plain(whole: Sourced): unknown {
  return "settings" in whole
    ? Object.fromEntries([...whole.settings].map(([key, inner]) => [key, plain(inner)]))
    : whole.value;
}

/** The base with a later file over it. What is wrong with the later one goes to `problems`. */
export function merged(base: Sourced, over: Sourced, shape: typeof configFile, problems: Problem[]): Sourced {
  return mergedAt("", base, over, shape as unknown as Shape, problems);
}

function mergedAt(
  path: string,
  base: Sourced | undefined,
  over: Sourced,
  shape: Shape | undefined,
  problems: Problem[],
): Sourced {
  if (!("settings" in over)) {
    return over;
  }
  const before = base !== undefined && "settings" in base ? base : undefined;
  const kind = before && oneKind(before, over, shape);
  // Of another kind, nothing of what was there means the same: a Google bucket is none of Amazon's.
  const kept = kind === undefined ? new Map<string, Sourced>() : new Map(before?.settings);
  for (const [key, inner] of over.settings) {
    const at = placeOf(path, key);
    if (isNull(inner)) {
      problems.push(...(before?.settings.has(key) ? [] : nothingToTakeOut(at, inner.file)));
      kept.delete(key);
    } else {
      kept.set(key, mergedAt(at, kept.get(key), inner, kind?.inside(key), problems));
    }
  }
  return { file: kind === undefined ? over.file : (before as Settings).file, settings: kept };
}

/** What two settings have in common, so that they can be merged; nothing where they are of two kinds. */
interface Kind {
  readonly inside: (key: string) => Shape | undefined;
}

function oneKind(base: Settings, over: Settings, shape: Shape | undefined): Kind | undefined {
  const { def, shape: keys } = unwrapped(shape) ?? {};
  switch (def?.type) {
    case "record":
      return { inside: () => def.valueType };
    case "object":
      return { inside: (key) => keys?.[key] };
    case "union":
      return def.discriminator === undefined ? undefined : kindOf(base, over, def.options ?? [], def.discriminator);
    default:
      // What the shape knows nothing of is reported later, whichever way it was merged.
      return { inside: () => undefined };
  }
}

/** A later file that says nothing of the kind, or the same, goes on with what is there. */
function kindOf(base: Settings, over: Settings, kinds: readonly Shape[], discriminator: string): Kind | undefined {
  const valuesOf = (kind: Shape) => [...(kind.shape?.[discriminator]?._zod?.values ?? [])];
  const byName = (name: unknown) => kinds.find((kind) => valuesOf(kind).includes(name));
  const saidBy = ({ settings }: Settings) => {
    const said = settings.get(discriminator);
    return said === undefined || isNull(said) ? undefined : plain(said);
  };
  const before = saidBy(base);
  const after = over.settings.has(discriminator) ? saidBy(over) : before;
  const isSame = before === after || (byName(before) !== undefined && byName(before) === byName(after));
  return isSame ? { inside: (key) => byName(before)?.shape?.[key] } : undefined;
}

function unwrapped(shape: Shape | undefined): Shape | undefined {
  return shape?.def?.type === "optional" ? unwrapped(shape.def.innerType) : shape;
}

function nothingToTakeOut(path: string, file: string): Problem[] {
  return [
    {
      path: `${file}: ${path}`,
      given: shown(null),
      allowed: "null for a setting that a file before this one has: it takes that out",
      fix: "remove it, or correct the key",
    },
  ];
}

/**
 * Which file says what stands at a path, as a problem has it. What stands nowhere is missing in what is around it, and so in
 * the file that says that.
 */
export function fileAt(whole: Sourced, path: string, at = ""): string {
  if ("settings" in whole) {
    for (const [key, inner] of whole.settings) {
      const place = placeOf(at, key);
      if (path === place || path.startsWith(`${place}.`) || path.startsWith(`${place}[`)) {
        return fileAt(inner, path, place);
      }
    }
  }
  return whole.file;
}

/** An error names a stack by its id as it stands, unless that is nothing to be seen. */
export function placeOf(parent: string, key: string): string {
  if (parent !== "") {
    return pathTo(parent, key);
  }
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]*\S$/u.test(key) ? key : JSON.stringify(key);
}

function isSettings(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isNull(one: Sourced): boolean {
  return "value" in one && one.value === null;
}
