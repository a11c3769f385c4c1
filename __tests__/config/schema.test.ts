import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { jsonSchema } from "../../config/json-schema";
import { awsStack, gcpStack } from "../../config/schema";
import { everyPlace, everySetting, withKind } from "./every-setting";
import { ROOT } from "./support";

/** The JSON Schema by which an editor completes and checks the config file. */

test("the committed JSON Schema is the shape's: npm run config:schema writes it", () => {
  expect(readFileSync(join(ROOT, "config/milvus-l7.schema.json"), "utf8")).toBe(jsonSchema());
});

test("the committed config file names it for editors, in its first line", () => {
  const [line] = readFileSync(join(ROOT, "milvus-l7.yaml"), "utf8").split("\n");

  expect(line).toBe("# yaml-language-server: $schema=./config/milvus-l7.schema.json");
});

test("the JSON Schema knows draft-07, which editors understand, and refuses unknown keys", () => {
  const schema = JSON.parse(jsonSchema());

  expect(schema.$schema).toBe("http://json-schema.org/draft-07/schema#");
  for (const object of objectsIn(schema).filter(({ properties }) => properties !== undefined)) {
    expect(object.additionalProperties).toBe(false);
  }
});

test("the JSON Schema has the stacks of both clouds", () => {
  const { additionalProperties } = JSON.parse(jsonSchema());

  expect(additionalProperties.oneOf.map((stack: Schema) => stack.properties?.cloud?.const)).toEqual(["gcp", "aws"]);
});

test.each([
  { cloud: "gcp", ownerships: ["adopt", "leave-alone", "elsewhere"] },
  { cloud: "aws", ownerships: ["leave-alone", "adopt", "elsewhere"] },
])("the JSON Schema has the default ownership alone left out: $cloud", ({ cloud, ownerships }) => {
  const { additionalProperties } = JSON.parse(jsonSchema());
  const stack = additionalProperties.oneOf.find((one: Schema) => one.properties?.cloud?.const === cloud);
  const kinds: Schema[] = stack.properties.release.oneOf;

  expect(kinds.map(({ properties }) => properties?.ownership?.const)).toEqual(ownerships);
  expect(kinds.map((kind) => kind.required?.includes("ownership"))).toEqual([false, true, true]);
});

test.each(Object.entries(everySetting({ server: "-", authority: "-" })))("the JSON Schema takes '%s'", (_, stacks) => {
  const { error } = z.fromJSONSchema(JSON.parse(jsonSchema())).safeParse(stacks);

  expect(error).toBeUndefined();
});

test("every setting says in the JSON Schema what it means", () => {
  const settings = objectsIn(JSON.parse(jsonSchema())).flatMap(({ properties }) => Object.entries(properties ?? {}));
  const silent = settings.filter(([, setting]) => setting.description === undefined && setting.const === undefined);

  expect(silent.map(([key]) => key)).toEqual([]);
});

test.each([
  { id: "gcp-stack", shape: gcpStack },
  { id: "aws-stack", shape: awsStack },
])("the tests of every setting have every setting, in every kind of what it belongs to: $id", ({ id, shape }) => {
  const tested = new Set(everyPlace().map(({ setting }) => setting.replaceAll(/\[\d+\]/g, "[]")));
  const untested = settingsIn(z.toJSONSchema(shape) as Schema, id).filter((setting) => !tested.has(setting));

  expect(untested).toEqual([]);
});

interface Schema {
  readonly properties?: Record<string, Schema>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly description?: string;
  readonly const?: unknown;
}

/** Every schema in this one, itself included. */
function objectsIn(schema: Schema): Schema[] {
  const { properties = {}, additionalProperties, oneOf = [], anyOf = [], items } = schema;
  const map = typeof additionalProperties === "object" ? [additionalProperties as Schema] : [];
  const inner = [...Object.values(properties), ...map, ...oneOf, ...anyOf, ...(items ? [items] : [])];
  return [schema, ...inner.flatMap(objectsIn)];
}

/** The settings that a schema has, named as in the tests of every setting. */
function settingsIn({ properties = {}, oneOf = [], anyOf = [], items }: Schema, path: string): string[] {
  const kinds = Object.fromEntries(Object.entries(properties).map(([key, inner]) => [key, inner.const]));
  return [
    ...Object.entries(properties).flatMap(([key, inner]) => [
      withKind(`${path}.${key}`, kinds),
      ...settingsIn(inner, `${path}.${key}`),
    ]),
    ...[...oneOf, ...anyOf].flatMap((option) => settingsIn(option, path)),
    ...(items ? [`${path}[]`, ...settingsIn(items, `${path}[]`)] : []),
  ];
}
