import { isMap, parseDocument } from "yaml";
import { hclExpression } from "../internal/hcl";
import { type Problem, shown } from "../internal/problem";
import { type MilvusSetting, REST_PORT, SERVER_CERTIFICATE, SERVER_KEY, TLS_MODE } from "./live-milvus";

/** What is set in a `user.yaml`. */
export type UserYamlSettings = readonly (readonly [MilvusSetting, string | number])[];

/** The user's text with these settings; their comments and everything else stay as they are. */
export function withSettings(text: string, settings: UserYamlSettings): string {
  if (settings.length === 0) {
    return text;
  }
  const document = parseDocument(text);
  for (const [{ path }, value] of settings) {
    document.setIn(path.split("."), value);
  }
  return document.toString({ lineWidth: 0 });
}

/** A setting of the user's own; `undefined` where the text doesn't have it. */
export function settingOf(text: string, { path }: MilvusSetting): string | undefined {
  const value: unknown = parseDocument(text).getIn(path.split("."));
  return value === undefined || value === null || value === "" ? undefined : String(value);
}

/** Whether it is a `user.yaml` that settings can be put into. */
export function validateUserYaml(path: string, text: string | undefined): Problem[] {
  if (text === undefined) {
    return [];
  }
  const document = parseDocument(text);
  const [flaw] = document.errors;
  const isFit = flaw === undefined && (document.contents === null || isMap(document.contents)) && hasSections(document);
  return isFit
    ? []
    : [
        {
          path,
          given: flaw ? shown(flaw.message.split("\n")[0]) : shown(text),
          allowed: "the whole text of the release's user.yaml: a YAML mapping with Milvus' sections",
          fix: "take it from 'helm get values RELEASE -n NAMESPACE', under extraConfigFiles",
        },
      ];
}

/** Sections that settings of ours go into are mappings, where they are there at all. */
function hasSections(document: ReturnType<typeof parseDocument>): boolean {
  const sections = [["common"], ["common", "security"], ["proxy"], ["proxy", "http"], ["tls"]];
  return sections.every((section) => {
    const found = document.getIn(section, true);
    return found === undefined || isMap(found);
  });
}

/**
 * The expression of a text's settings other than ours, as something that can be compared.
 *
 * @param text the expression of the text
 */
export function apartFromOurs(text: string): string {
  const yaml = `yamldecode(${text})`;
  const ours = [TLS_MODE, REST_PORT, SERVER_CERTIFICATE, SERVER_KEY].map(({ path }) => path);
  const sections = ["", "common", "common.security", "proxy", "proxy.http", "tls"];
  const rest = sections.map((section) => {
    const prefix = section === "" ? "" : `${section}.`;
    const inner = [...sections.filter((other) => other !== ""), ...ours]
      .filter((path) => path.startsWith(prefix) && !path.slice(prefix.length).includes("."))
      .map((path) => path.slice(prefix.length));
    const place = section === "" ? yaml : `${yaml}.${section}`;
    return `try({ for key, value in ${place} : key => value if !contains(${hclExpression(inner)}, key) }, {})`;
  });
  return `jsonencode([${rest.join(", ")}])`;
}
