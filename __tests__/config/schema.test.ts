import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { jsonSchema } from "../../config/json-schema";
import { gcpStack } from "../../config/schema";
import { everyPlace } from "./every-setting";
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

test("every setting says in the JSON Schema what it means", () => {
  const settings = objectsIn(JSON.parse(jsonSchema())).flatMap(({ properties }) => Object.entries(properties ?? {}));
  const silent = settings.filter(([, setting]) => setting.description === undefined && setting.const === undefined);

  expect(silent.map(([key]) => key)).toEqual([]);
});

test("the tests of every setting have every setting of the shape", () => {
  const tested = everyPlace().map(({ path }) => path.replaceAll(/\[\d+\]/g, "[]"));

  expect(new Set(tested)).toEqual(new Set(pathsIn(z.toJSONSchema(gcpStack) as Schema)));
});

interface Schema {
  readonly properties?: Record<string, Schema & { description?: string; const?: unknown }>;
  readonly additionalProperties?: unknown;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
}

/** Every schema in this one, itself included. */
function objectsIn(schema: Schema): Schema[] {
  const { properties = {}, additionalProperties, oneOf = [], anyOf = [], items } = schema;
  const map = typeof additionalProperties === "object" ? [additionalProperties as Schema] : [];
  const inner = [...Object.values(properties), ...map, ...oneOf, ...anyOf, ...(items ? [items] : [])];
  return [schema, ...inner.flatMap(objectsIn)];
}

/** The paths of the settings that a schema has. */
function pathsIn({ properties = {}, oneOf = [], anyOf = [], items }: Schema, path = ""): string[] {
  return [
    ...(path === "" ? [] : [path]),
    ...Object.entries(properties).flatMap(([key, inner]) => pathsIn(inner, path === "" ? key : `${path}.${key}`)),
    ...[...oneOf, ...anyOf].flatMap((option) => pathsIn(option, path)),
    ...(items ? pathsIn(items, `${path}[]`) : []),
  ];
}
