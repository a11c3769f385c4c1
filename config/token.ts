import { Token } from "cdktf";

export const NO_TOKEN = "a value with no cdktf token in it";

/** Whether cdktf would take a value for one of its own. */
export function isToken(value: unknown): boolean {
  return typeof value === "string"
    ? value.includes("{TfToken[")
    : typeof value === "number" && Token.isUnresolved(value);
}
