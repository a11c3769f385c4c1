import type { z } from "zod";
import { type Cloud, stackShapes } from "../../../config/schema";
import { pathTo } from "../../../constructs/internal/problem";

/** What the tests of this tier read out of the config file's schema. */

/** A part of the schema, with what is around a type taken off. */
export type Shape =
  | { readonly type: "object"; readonly settings: Readonly<Record<string, Setting>> }
  | { readonly type: "union"; readonly kinds: readonly Shape[]; readonly discriminator?: string }
  | { readonly type: "list"; readonly element: Shape }
  | { readonly type: "map"; readonly value: Shape }
  | { readonly type: "choice"; readonly values: readonly string[] }
  | { readonly type: "text" | "number" | "flag" };

export interface Setting {
  readonly shape: Shape;
  readonly isOptional: boolean;
}

/** Of a schema's definition, what is read here. zod's own types of it double the time of a type check. */
interface Definition {
  readonly type: string;
  readonly shape?: Record<string, z.core.$ZodType>;
  readonly innerType?: z.core.$ZodType;
  readonly element?: z.core.$ZodType;
  readonly valueType?: z.core.$ZodType;
  readonly options?: readonly z.core.$ZodType[];
  readonly discriminator?: string;
  readonly values?: readonly string[];
  readonly entries?: Record<string, string>;
}

/** The stack of each cloud. */
export const STACKS: Readonly<Record<Cloud, Shape>> = {
  gcp: shapeOf(stackShapes.gcp),
  aws: shapeOf(stackShapes.aws),
};

function shapeOf(schema: z.core.$ZodType): Shape {
  const def = schema._zod.def as unknown as Definition;
  const part = (inner: z.core.$ZodType | undefined) => shapeOf(inner as z.core.$ZodType);
  switch (def.type) {
    case "optional":
      return part(def.innerType);
    case "object": {
      const settings = Object.entries(def.shape ?? {}).map(([key, inner]): [string, Setting] => [
        key,
        { shape: shapeOf(inner), isOptional: inner._zod.def.type === "optional" },
      ]);
      return { type: "object", settings: Object.fromEntries(settings) };
    }
    case "union":
      return { type: "union", kinds: (def.options ?? []).map(part), discriminator: def.discriminator };
    case "array":
      return { type: "list", element: part(def.element) };
    case "record":
      return { type: "map", value: part(def.valueType) };
    case "literal":
      return { type: "choice", values: def.values ?? [] };
    case "enum":
      return { type: "choice", values: Object.values(def.entries ?? {}) };
    case "string":
      return { type: "text" };
    case "number":
      return { type: "number" };
    case "boolean":
      return { type: "flag" };
    default:
      throw new Error(`a schema of type ${def.type}: say in ${__filename} what it holds`);
  }
}

/** The kind of a union that a value is of. */
function kindOf({ kinds, discriminator }: Extract<Shape, { type: "union" }>, value: unknown): Shape | undefined {
  return kinds.find((kind) => {
    if (kind.type !== "object") {
      return kind.type === typeNameOf(value);
    }
    if (typeNameOf(value) !== "object") {
      return false;
    }
    const settings = value as Record<string, unknown>;
    if (discriminator === undefined) {
      return Object.keys(settings).every((key) => Object.hasOwn(kind.settings, key));
    }
    const { shape, isOptional } = kind.settings[discriminator] as Setting;
    const name = settings[discriminator];
    return shape.type === "choice" && (name === undefined ? isOptional : shape.values.includes(name as string));
  });
}

/** What a place is: of a union, the kind that its value is of. */
export function shapeAt({ shape, value }: Pick<Place, "shape" | "value">): Shape | undefined {
  return shape.type === "union" ? kindOf(shape, value) : shape;
}

function typeNameOf(value: unknown): string {
  return typeof value === "string" ? "text" : Array.isArray(value) ? "list" : typeof value;
}

/** One place in a config, with what the schema knows of it. */
export interface Place {
  /** As an error names it, from the stack's id on. */
  readonly path: string;
  readonly keys: readonly (string | number)[];
  /** The setting, whichever stack, element or key it is: `hosts[]`, `tags{}`, `release.restPort`. */
  readonly setting: string;
  /** The kind of what it belongs to, where that has kinds. */
  readonly kind?: string;
  readonly cloud: Cloud;
  readonly shape: Shape;
  readonly isOptional: boolean;
  readonly value: unknown;
}

/** Every place of a config file that is right. The first of each stack is the stack. */
export function placesOf(file: Readonly<Record<string, unknown>>): Place[] {
  return Object.entries(file).flatMap(([id, stack]) => {
    const { cloud } = stack as { cloud: Cloud };
    return placesIn({
      path: pathTo("", id),
      keys: [id],
      setting: "",
      cloud,
      shape: STACKS[cloud],
      isOptional: false,
      value: stack,
    });
  });
}

function placesIn(place: Place): Place[] {
  const { value, path, keys, setting } = place;
  const at = (key: string | number, inner: unknown, more: Pick<Place, "setting" | "shape" | "isOptional" | "kind">) =>
    placesIn({ path: pathTo(path, key), keys: [...keys, key], cloud: place.cloud, value: inner, ...more });
  const kindShape = shapeAt(place);
  switch (kindShape?.type) {
    case "object": {
      const kind = nameOfKind(value as Record<string, unknown>);
      const inner = Object.entries(value as object).map(([key, item]) => {
        const { shape, isOptional } = kindShape.settings[key] as Setting;
        return at(key, item, { setting: setting === "" ? key : `${setting}.${key}`, shape, isOptional, kind });
      });
      return [place, ...inner.flat()];
    }
    case "list":
      return [
        place,
        ...(value as unknown[]).flatMap((item, index) =>
          at(index, item, { setting: `${setting}[]`, shape: kindShape.element, isOptional: false }),
        ),
      ];
    case "map":
      return [
        place,
        ...Object.entries(value as object).flatMap(([key, item]) =>
          at(key, item, { setting: `${setting}{}`, shape: kindShape.value, isOptional: true }),
        ),
      ];
    default:
      return [place];
  }
}

/** As the tests of every setting call it. */
export function nameOfKind({ kind, access, ownership }: Record<string, unknown>): string | undefined {
  return (kind ?? access ?? ownership) as string | undefined;
}

/** Whether a text stands there, which isn't one of a few. */
export function isText({ shape, value }: Place): boolean {
  return shape.type === "text" || (shape.type === "union" && typeof value === "string");
}

/** A copy of settings with what stands at a place replaced; undefined takes it out. Keys may be called anything. */
export function withValue(settings: unknown, keys: readonly (string | number)[], value: unknown): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) {
    return value;
  }
  if (Array.isArray(settings)) {
    return settings.map((inner, index) => (index === key ? withValue(inner, rest, value) : inner));
  }
  const entries = new Map(Object.entries(settings as object));
  const changed = withValue(entries.get(key as string), rest, value);
  if (changed === undefined) {
    entries.delete(key as string);
  } else {
    entries.set(key as string, changed);
  }
  return Object.fromEntries(entries);
}
