/** What is read of the Terraform JSON of a stack, which has no types here. */

/** A part that has no type here. */
// biome-ignore lint/suspicious/noExplicitAny: whoever reads it looks for what isn't there
export type Untyped = any;

export interface TerraformJson {
  readonly provider?: Readonly<Record<string, Untyped>>;
  readonly resource?: Blocks;
  readonly data?: Blocks;
  readonly import?: readonly { readonly to: string }[];
  readonly removed?: readonly { readonly from: string }[];
  readonly check?: Readonly<Record<string, unknown>>;
  readonly output?: Readonly<Record<string, unknown>>;
}

/** By type, by logical id. */
type Blocks = Readonly<Record<string, Readonly<Record<string, Untyped>>>>;

/** The resources of a type. */
export function resources({ resource = {} }: TerraformJson, type: string): Untyped[] {
  return Object.values(resource[type] ?? {});
}

/** The data sources of a type. */
export function dataSources({ data = {} }: TerraformJson, type: string): Untyped[] {
  return Object.values(data[type] ?? {});
}

/** The Kubernetes objects of a kind that are this project's: others in a larger stack have another field manager. */
export function manifests(json: TerraformJson, kind: string): Untyped[] {
  return resources(json, "kubernetes_manifest")
    .filter(({ field_manager }) => field_manager?.name === "cdktf-milvus-l7")
    .map(({ manifest }) => manifest)
    .filter((manifest) => manifest.kind === kind);
}

/** The one in a namespace that has a name. */
export function named(objects: readonly Untyped[], namespace: string, name: string | undefined): Untyped {
  return objects.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
}

/** What `${type.id.attribute}` refers to, and of which type it is. */
export function referred({ resource = {} }: TerraformJson, expression: unknown): Untyped & { readonly type?: string } {
  const [, type = "", id = ""] = /^\$\{([a-z0-9_]+)\.([\w-]+)\.[\w-]+\}$/.exec(String(expression)) ?? [];
  const found = resource[type]?.[id];
  return found && { ...found, type };
}

/** The text that Terraform reads from a string; of one that it has to work out, that it does. */
export function plainText(text: string): string {
  return /(?<!\$)\$\{|(?<!%)%\{/.test(text) ? "known after apply" : text.replace(/([$%])\1\{/g, "$1{");
}

/** Where the text of a certificate is from. */
export function origin(json: TerraformJson, certificate: unknown): string {
  const made = referred(json, certificate);
  return made?.type === "tls_self_signed_cert"
    ? `self-signed, for ${Math.round(made.validity_period_hours / 24)} days`
    : "from a PEM file";
}

/** An annotation that is a list. */
export function listed(annotation: string | undefined): string[] {
  return (annotation ?? "").split(",").filter((item) => item !== "");
}

/** An annotation that is JSON. */
export function parsed(annotation: string | undefined): Untyped {
  return annotation === undefined ? undefined : JSON.parse(plainText(annotation));
}

/** What a picture has room for of a list. */
const MOST = 4;

/** Lines, the last of which says how many more there are. */
export function shortened(lines: readonly string[]): string[] {
  return lines.length > MOST ? [...lines.slice(0, MOST), `and ${lines.length - MOST} more`] : [...lines];
}

/** The same in one line. */
export function shortList(items: readonly string[]): string {
  return shortened(items)
    .join(", ")
    .replace(/, (and \d+ more)$/, " $1");
}
