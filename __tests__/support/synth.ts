import { type TerraformStack, Testing } from "cdktf";

/** The Terraform JSON of a stack, with its validations run. */
export interface TerraformJson {
  readonly resource?: Record<string, Record<string, any>>;
  readonly data?: Record<string, Record<string, any>>;
  readonly provider?: Record<string, any[]>;
  readonly output?: Record<string, any>;
  readonly variable?: Record<string, any>;
  readonly locals?: Record<string, string>;
  readonly import?: readonly any[];
  readonly check?: Record<string, any>;
  readonly removed?: readonly any[];
  readonly terraform: any;
}

export function synth(stack: TerraformStack): TerraformJson {
  return JSON.parse(Testing.synth(stack, true));
}

/** The only resource of a type. */
export function only(json: TerraformJson, type: string, kind?: string): any {
  const found = Object.values(json.resource?.[type] ?? {}).filter(
    (resource) => kind === undefined || resource.manifest.kind === kind,
  );
  expect(found).toHaveLength(1);
  return found[0];
}

/** Every address of a stack, sorted: they are what a user's state is keyed by. */
export function addresses(json: TerraformJson): string[] {
  const of = (part: Record<string, Record<string, unknown>> | undefined, prefix: string) =>
    Object.entries(part ?? {}).flatMap(([type, byId]) => Object.keys(byId).map((id) => `${prefix}${type}.${id}`));
  return [...of(json.resource, ""), ...of(json.data, "data.")].sort();
}

/** A snapshot's content: without construct paths, provider versions and this machine's folders. */
export function normalised(json: TerraformJson): unknown {
  const text = JSON.stringify(json, (key, value) => (key === "//" ? undefined : value)).replaceAll(
    process.cwd(),
    "<folder>",
  );
  const copy = JSON.parse(text);
  for (const provider of Object.values<any>(copy.terraform.required_providers ?? {})) {
    provider.version = "<version>";
  }
  return copy;
}
