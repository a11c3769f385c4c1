import { literal } from "./hcl";

/** An annotation whose value is a list: `a,b`. */
export function listAnnotation(values: readonly string[]): string {
  return values.map(literal).join(",");
}

/** An annotation whose value is a map: `a=b,c=d`, in the order given. */
export function mapAnnotation(values: Readonly<Record<string, string | number | boolean>>): string {
  return listAnnotation(Object.entries(values).map(([key, value]) => `${key}=${value}`));
}

/** An annotation whose value is JSON. Only for plain values: a cdktf token inside would be quoted wrongly. */
export function jsonAnnotation(value: unknown): string {
  return literal(JSON.stringify(value));
}
