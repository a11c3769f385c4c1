import { type Cloud, clouds } from "../../../config/schema";
import { everyPlace } from "../../config/every-setting";
import type { File } from "./configs";
import { nameOfKind, placesOf, type Shape, STACKS, shapeAt } from "./settings";

/**
 * What a config file has of all that one can have: each setting in each kind of what it belongs to, each choice, each state of
 * a flag, and each optional setting left out.
 */
export function featuresOf(file: File): string[] {
  return placesOf(file).flatMap((place) => {
    const { cloud, setting, kind, shape, value } = place;
    const here = feature(cloud, setting, kind);
    const own = shapeAt(place);
    if (own?.type === "object") {
      const settings = value as Record<string, unknown>;
      const missing = Object.keys(own.settings).filter((key) => !Object.hasOwn(settings, key));
      const kind = nameOfKind(settings);
      return [here, ...missing.map((key) => `no ${feature(cloud, setting === "" ? key : `${setting}.${key}`, kind)}`)];
    }
    const isOneOf = shape.type === "union" || shape.type === "choice" || shape.type === "flag";
    return isOneOf ? [here, `${here}: ${shape.type === "union" ? own?.type : value}`] : [here];
  });
}

/** The same of all that there is, out of the schema alone. */
export function everyFeature(): string[] {
  return clouds
    .flatMap((cloud) => featuresIn(cloud, "", undefined, STACKS[cloud]))
    .filter((one) => !IMPOSSIBLE.has(one));
}

/** What a rule forbids whatever stands beside it. */
const IMPOSSIBLE = new Set(["gcp.release.tlsInPod (leave-alone): false", "no gcp.release.tlsInPod (leave-alone)"]);

function featuresIn(cloud: Cloud, setting: string, kind: string | undefined, shape: Shape): string[] {
  const here = feature(cloud, setting, kind);
  switch (shape.type) {
    case "object":
      return [here, ...settingsIn(cloud, setting, shape, undefined)];
    case "union":
      return [
        here,
        ...shape.kinds.flatMap((one) =>
          one.type === "object" ? settingsIn(cloud, setting, one, shape.discriminator) : [`${here}: ${one.type}`],
        ),
      ];
    case "list":
      return [here, ...featuresIn(cloud, `${setting}[]`, undefined, shape.element)];
    case "map":
      return [here, ...featuresIn(cloud, `${setting}{}`, undefined, shape.value)];
    case "choice":
      return [here, ...shape.values.map((value) => `${here}: ${value}`)];
    case "flag":
      return [here, `${here}: true`, `${here}: false`];
    default:
      return [here];
  }
}

function settingsIn(
  cloud: Cloud,
  setting: string,
  { settings }: Extract<Shape, { type: "object" }>,
  discriminator: string | undefined,
): string[] {
  const told = discriminator === undefined ? undefined : settings[discriminator];
  const kinds: (string | undefined)[] = told?.shape.type === "choice" ? [...told.shape.values] : [undefined];
  return [...kinds, ...(told?.isOptional ? [undefined] : [])].flatMap((kind) =>
    Object.entries(settings).flatMap(([key, { shape, isOptional }]) => {
      const inner = setting === "" ? key : `${setting}.${key}`;
      const isTold = key === discriminator;
      if (isTold && kind === undefined) {
        return [`no ${feature(cloud, inner, kind)}`];
      }
      const absent = isOptional && !isTold ? [`no ${feature(cloud, inner, kind)}`] : [];
      return [...featuresIn(cloud, inner, kind, shape), ...absent];
    }),
  );
}

function feature(cloud: Cloud, setting: string, kind: string | undefined): string {
  return kind === undefined ? `${cloud}.${setting}` : `${cloud}.${setting} (${kind})`;
}

/** What the tests of every setting have, by the same names. */
export function everySettingOfTheOtherTests(): string[] {
  return everyPlace().map(({ setting }) =>
    setting
      .replaceAll(/\[\d+\]/g, "[]")
      .replace(/^(gcp|aws)-stack\.(labels|tags|annotations)[.[].*/, "$1-stack.$2{}")
      .replace("-stack.", "."),
  );
}
