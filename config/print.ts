import { Document, isCollection, isMap, isScalar, type Pair, type YAMLMap } from "yaml";
import type { ConfigFiles } from "./files";
import { placeOf } from "./merge";
import { withAbsolutePaths } from "./named-files";
import type { StackConfig } from "./types";

/**
 * The config as a synthesis uses it: merged, with absolute paths, and of several files each value with the name of the one
 * that says it. Whole texts are not shown: a user.yaml may hold passwords.
 *
 * @param files config files in which nothing is wrong
 * @param ids the stacks that are wanted
 */
export function printedConfig(files: ConfigFiles, ids: readonly string[]): string {
  const stacks = ids.map((id) => {
    const config = withAbsolutePaths(files.stacks[id] as StackConfig, (path) => files.folderAt(`${id}.${path}`));
    return [id, withoutTexts(config)];
  });
  const document = new Document(Object.fromEntries(stacks), { aliasDuplicateObjects: false });
  if (files.names.length > 1) {
    document.commentBefore = ` ${files.title}: a later file wins`;
    nameFiles(document.contents as unknown as YAMLMap, "", files);
  }
  return document.toString({ lineWidth: 0 });
}

/** A text of several lines is a certificate or a user.yaml. */
function withoutTexts(value: unknown): unknown {
  if (typeof value === "string" && /\n|PRIVATE KEY/.test(value)) {
    return `(${value.trimEnd().split("\n").length} lines, not shown)`;
  }
  if (Array.isArray(value)) {
    return value.map(withoutTexts);
  }
  return typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutTexts(inner)]))
    : value;
}

function nameFiles(settings: YAMLMap, parent: string, files: ConfigFiles): void {
  for (const { key, value } of settings.items as Pair[]) {
    const path = placeOf(parent, isScalar(key) ? String(key.value) : "");
    if (isMap(value)) {
      nameFiles(value, path, files);
    } else if (isScalar(value) || isCollection(value)) {
      value.comment = ` ${files.nameAt(path)}`;
      if (isCollection(value)) {
        value.flow = true;
      }
    }
  }
}
