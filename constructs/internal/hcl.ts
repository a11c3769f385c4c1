import { Token } from "cdktf";

/**
 * Text that Terraform reads back as it stands, for a string of the Terraform JSON: a `${` or `%{` in it starts no
 * template. A cdktf token passes unchanged. `Fn.*` does none of this for a user's value.
 *
 * @see https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences-1
 */
export function literal(text: string): string {
  return Token.isUnresolved(text) ? text : escapeTemplates(text);
}

/** The same of each text of a map. Keys are plain. */
export function literals(texts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, literal(text)]));
}

/** A plain value as an HCL expression, for use inside a `${…}` of our own. */
export function hclExpression(value: HclValue): string {
  if (typeof value === "string") {
    return quoted(value);
  }
  if (typeof value === "number" || typeof value === "boolean") {
    return String(value);
  }
  if (value instanceof HclCode) {
    return value.code;
  }
  if (Array.isArray(value)) {
    return `[${value.map(hclExpression).join(", ")}]`;
  }
  const attributes = Object.entries(value).map(([key, item]) => `${quoted(key)} = ${hclExpression(item)}`);
  return `{ ${attributes.join(", ")} }`;
}

export type HclValue = string | number | boolean | HclCode | readonly HclValue[] | { readonly [key: string]: HclValue };

/** An expression that we wrote, as opposed to a user's text. */
export class HclCode {
  constructor(readonly code: string) {}
}

function quoted(text: string): string {
  if (Token.isUnresolved(text)) {
    throw new Error(`a cdktf token cannot stand inside an expression: ${text}`);
  }
  const escaped = [...text].map((character) => HCL_ESCAPES[character] ?? controlEscape(character)).join("");
  return `"${escapeTemplates(escaped)}"`;
}

const HCL_ESCAPES: Record<string, string> = { '"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function controlEscape(character: string): string {
  return character < " " ? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}` : character;
}

function escapeTemplates(text: string): string {
  return text.replace(/([$%])\{/g, "$1$1{");
}
