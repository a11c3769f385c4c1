import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  App,
  type TerraformElement,
  TerraformLocal,
  TerraformOutput,
  TerraformResource,
  TerraformStack,
  TerraformVariable,
} from "cdktf";

/**
 * `COUNT` stacks, in turn like the two that have been synthesised into the folder `MODEL`, by cdktf and the providers' classes
 * alone: no config file, no rules, no constructs, every value written out. What they cost whoever writes them by hand.
 */
function main(): void {
  const { MODEL = "", COUNT } = process.env;
  const plans = ["stack-0", "stack-1"].map((id) =>
    planOf(JSON.parse(readFileSync(join(MODEL, "stacks", id, "cdk.tf.json"), "utf8"))),
  );
  const app = new App();
  for (let index = 0; index < Number(COUNT); index++) {
    const stack = new TerraformStack(app, `stack-${index}`);
    for (const make of plans[index % plans.length] ?? []) {
      make(stack);
    }
  }
  app.synth();
}

type Json = Record<string, any>;
type Make = (stack: TerraformStack) => void;

/** How to write each block of a stack's Terraform JSON. Everything that can be is worked out before the stacks are made. */
function planOf(json: Json): Make[] {
  const { "//": _, provider = {}, resource = {}, data = {}, variable = {}, locals = {}, output = {}, ...rest } = json;
  return [
    ...Object.entries<Json[]>(provider).flatMap(([type, blocks]) =>
      blocks.map((block, index) => elementOf(`${type}/provider`, `${type}Provider`, `${type}-${index}`, block)),
    ),
    ...each(resource, (type, id, block) =>
      type === "terraform_data" ? genericResource(type, id, block) : elementOf(moduleOf(type), type, id, block),
    ),
    ...each(data, (type, id, block) =>
      elementOf(`${providerOf(type)}/data-${type.replaceAll("_", "-")}`, `data.${type}`, id, block),
    ),
    ...Object.entries<Json>(variable).map(([id, block]) =>
      named(id, (stack) => new TerraformVariable(stack, id, block)),
    ),
    ...Object.entries(locals).map(([id, value]) =>
      named(id, (stack) => new TerraformLocal(stack, `local ${id}`, value)),
    ),
    ...Object.entries<any>(output).map(([id, block]) =>
      named(id, (stack) => new TerraformOutput(stack, `output ${id}`, block)),
    ),
    (stack) => {
      const { required_providers: _, ...terraform } = rest.terraform;
      for (const [key, value] of Object.entries({ ...rest, terraform })) {
        stack.addOverride(key, value);
      }
    },
  ];
}

function each(
  byType: Record<string, Record<string, Json>>,
  make: (type: string, id: string, block: Json) => Make,
): Make[] {
  return Object.entries(byType).flatMap(([type, byId]) =>
    Object.entries(byId).map(([id, block]) => make(type, id, block)),
  );
}

const providerOf = (type: string) => type.slice(0, type.indexOf("_"));

/** `google/compute-address` of `google_compute_address`. */
const moduleOf = (type: string) => type.replace("_", "/").replaceAll("_", "-");

/** A resource, data source or provider by its own class. */
function elementOf(module: string, type: string, id: string, block: Json): Make {
  const [provider, folder] = module.split("/");
  const exported: Record<string, any> = require(`@cdktf/provider-${provider}/lib/${folder}`);
  const wanted = type.replace(/^data\./, "");
  const [Class] = Object.values(exported).filter(
    (value) => value.tfResourceType === wanted || (folder === "provider" && /Provider$/.test(value.name)),
  );
  const { settings, meta } = partsOf(block);
  const config = { ...(camelCased(settings) as Json), ...meta };
  if (folder === "provider") {
    return (stack) => new Class(stack, id, config);
  }
  return named(id, (stack) => new Class(stack, `${type} ${id}`, config));
}

function genericResource(type: string, id: string, block: Json): Make {
  const { settings, meta } = partsOf(block);
  return named(id, (stack) => {
    const resource = new TerraformResource(stack, `${type} ${id}`, { terraformResourceType: type, ...meta });
    for (const [key, value] of Object.entries(settings)) {
      resource.addOverride(key, value);
    }
    return resource;
  });
}

/** A block's own settings, and what every block may have, as cdktf takes it. */
function partsOf(block: Json) {
  const { "//": _, depends_on: dependsOn, lifecycle, provider: fqn, ...settings } = block;
  const meta: any = {
    provider: fqn && { fqn },
    lifecycle: lifecycle && camelCased(lifecycle),
    dependsOn: dependsOn?.map((fqn: string) => ({ fqn })),
  };
  return { settings, meta };
}

/** An element under the name that it has in the synthesised stack. */
function named(id: string, make: (stack: TerraformStack) => TerraformElement): Make {
  return (stack) => make(stack).overrideLogicalId(id);
}

/** What holds a user's keys, which are no names of attributes. */
const MAPS = new Set([
  "manifest",
  "labels",
  "annotations",
  "selector",
  "triggers",
  "data_wo",
  "default_tags",
  "object",
]);

function camelCased(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(camelCased);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase()),
      MAPS.has(key) ? inner : camelCased(inner),
    ]),
  );
}

main();
