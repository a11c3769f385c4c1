import { type Document, isAlias, isMap, isScalar, parseDocument, YAMLMap } from "yaml";
import { hclExpression } from "../internal/hcl";
import type { Problem } from "../internal/problem";
import type { MilvusSetting } from "./milvus-setting";

/** What is set in a `user.yaml`. */
export type UserYamlSettings = readonly (readonly [MilvusSetting, string | number])[];

/** The user's text with these settings; its comments and everything else stay as they are. */
export function withSettings(text: string, settings: UserYamlSettings): string {
  if (settings.length === 0) {
    return text;
  }
  const document = parse(text);
  for (const [setting, value] of settings) {
    const found = placesOf(document, setting);
    for (const place of found.length > 0 ? found : [setting.path.split(".")]) {
      openSections(document, place);
      document.setIn(place, String(value));
    }
  }
  return document.toString({ lineWidth: 0 });
}

/** A setting of the user's own; `undefined` where the text doesn't have it. */
export function settingOf(text: string, setting: MilvusSetting): string | undefined {
  const document = parse(text);
  const [value] = placesOf(document, setting)
    .map((place) => document.getIn(place))
    .filter((found) => found !== "" && found !== "~" && found !== "null");
  return value === undefined ? undefined : String(value);
}

/** Whether it is a `user.yaml` that settings can be put into. */
export function validateUserYaml(path: string, text: string | undefined): Problem[] {
  const flaw = text === undefined ? undefined : flawOf(parse(text));
  return flaw === undefined
    ? []
    : [
        {
          path,
          given: flaw,
          allowed: "the whole text of the release's user.yaml: a YAML mapping with Milvus' sections",
          fix: "take it from 'helm get values RELEASE -n NAMESPACE', under extraConfigFiles",
        },
      ];
}

/** Every scalar as it is written: what it means is Milvus' business, and `010` is not to become `10`. */
function parse(text: string): Document {
  return parseDocument(text, { schema: "failsafe" });
}

/** In words that show nothing of a text that may hold passwords. */
function flawOf(document: Document): string | undefined {
  const [flaw] = [...document.errors, ...document.warnings];
  if (flaw !== undefined) {
    return flaw.message.split("\n")[0];
  }
  try {
    document.toJS();
  } catch {
    return "an alias (*) that has no anchor (&), or too many of them";
  }
  if (!isMap(document.contents) && !isEmpty(document.contents)) {
    return "something else than a mapping";
  }
  const sections = [["common"], ["common", "security"], ["proxy"], ["proxy", "http"], ["tls"]];
  const unfit = sections.find((section) => !isFit(sectionAt(document, section)));
  return unfit && `a section ${unfit.join(".")} that is no mapping of its own`;
}

/** `undefined` where there is none, or one above it is empty. */
function sectionAt(document: Document, section: readonly string[]): unknown {
  const above = section.slice(0, -1);
  return above.length > 0 && !isMap(document.getIn(above, true)) ? undefined : document.getIn(section, true);
}

/** A setting that is put into a section with an anchor would be in every copy of it. */
function isFit(section: unknown): boolean {
  return section === undefined || isEmpty(section) || (isMap(section) && section.anchor === undefined);
}

function isEmpty(node: unknown): boolean {
  return node === null || (isScalar(node) && ["", "~", "null"].includes(String(node.value)));
}

/** A section with nothing in it, or nothing but comments, becomes a mapping. */
function openSections(document: Document, place: readonly string[]): void {
  for (let depth = 1; depth < place.length; depth++) {
    const section = place.slice(0, depth);
    const node: unknown = document.getIn(section, true);
    if (isEmpty(node) && node !== undefined) {
      document.setIn(section, new YAMLMap(document.schema));
    }
  }
}

/**
 * Where a text has a setting. Milvus takes `common: { security: { tlsMode` and `common.security.tlsmode` for the same.
 *
 * @see https://github.com/milvus-io/milvus/blob/master/pkg/config/file_source.go
 */
function placesOf(document: Document, { path }: MilvusSetting): string[][] {
  const wanted = settingKey(path);
  const search = (node: unknown, above: string[]): string[][] => {
    if (!isMap(node)) {
      return [];
    }
    return node.items.flatMap(({ key, value }) => {
      const place = [...above, String(isScalar(key) ? key.value : key)];
      const isIt = settingKey(place.join(".")) === wanted && !isMap(value) && !isAlias(value);
      return isIt ? [place] : search(value, place);
    });
  };
  return search(document.contents, []);
}

function settingKey(path: string): string {
  return path.toLowerCase().replace(/[/_.]/g, "");
}

/** The same in HCL, of `entry`. */
const SETTING_KEY = 'replace(lower(entry.key), "/[/_.]/", "")';

/**
 * The expression of a text's settings, each with its whole key and its value in JSON. Milvus' own have no more than three
 * parts; what is deeper is one value.
 *
 * @param text the expression of the text
 */
export function settingsIn(text: string): string {
  const leaf = (key: string, value: string) => `{ key = "${key}", value = jsonencode(${value}) }`;
  const first = `[for a, x in yaml : ${leaf("${a}", "x")} if !can(keys(x))]`;
  const second = `[for a, x in yaml : [for b, y in x : ${leaf("${a}.${b}", "y")} if !can(keys(y))] if can(keys(x))]`;
  const third =
    `[for a, x in yaml : [for b, y in x : [for c, z in y : ${leaf("${a}.${b}.${c}", "z")}] if can(keys(y))] ` +
    "if can(keys(x))]";
  return `try(flatten([for yaml in [yamldecode(${text})] : [${first}, ${second}, ${third}]]), [])`;
}

/** The expression of whether a text is empty, or YAML that `settingsIn` reads: it gives nothing of any other. */
export function isReadable(text: string): string {
  return `(trimspace(replace(${text}, "/(?m)^\\\\s*(#.*|---)$/", "")) == "" || can(yamldecode(${text})))`;
}

/**
 * The expression of one of these settings; empty where it isn't there.
 *
 * @param settings the expression of `settingsIn`
 */
export function settingAmong(settings: string, { path }: MilvusSetting): string {
  const isIt = `${SETTING_KEY} == ${hclExpression(settingKey(path))}`;
  return `try("\${[for entry in ${settings} : jsondecode(entry.value) if ${isIt}][0]}", "")`;
}

/**
 * The expression of the settings that are not ours, as something that can be compared.
 *
 * @param settings the expression of `settingsIn`
 */
export function apartFromOurs(settings: string, ours: readonly MilvusSetting[]): string {
  const isOurs = `contains(${hclExpression(ours.map(({ path }) => settingKey(path)))}, ${SETTING_KEY})`;
  return `jsonencode([for entry in ${settings} : entry if !${isOurs} && entry.value != "null"])`;
}
