import { readFileSync } from "node:fs";
import { basename, delimiter, dirname, resolve } from "node:path";
import { parseDocument } from "yaml";
import { InvalidInputError, type Problem, pathTo, shown, throwIfAny } from "../constructs/internal/problem";
import { fileAt, merged, placeOf, plain, type Sourced, sourced } from "./merge";
import { configFile } from "./schema";

/** The config file, or several that have been merged. */
export interface ConfigFiles {
  /** What an error begins with. */
  readonly title: string;
  /** The names of the files, the base first. */
  readonly names: readonly string[];
  /** The stacks by their ids, as they are written. */
  readonly stacks: Readonly<Record<string, unknown>>;
  /** What is wrong with how they fit together. */
  readonly problems: readonly Problem[];
  /** The name of the file that says what stands at a path. */
  readonly nameAt: (path: string) => string;
  /** The folder from which a path that stands there is seen. */
  readonly folderAt: (path: string) => string;
}

/**
 * The names of the config files in a text such as `milvus-l7.yaml:milvus-l7.prod.yaml`, with `;` between them on Windows: the
 * form of KUBECONFIG and COMPOSE_FILE.
 */
export function configFileNames(list: string): string[] {
  return list.split(delimiter);
}

/** Reads the config files of such a text and merges them. Where one can't be read, what is wrong with each comes in one error. */
export function readConfigFiles(list: string): ConfigFiles {
  const names = configFileNames(list);
  const [first = ""] = names;
  const isOne = names.length === 1;
  const title = isOne ? basename(first) : names.join(", ");
  if (!isOne && names.includes("")) {
    throw new InvalidInputError("config files", [emptyName(list)]);
  }
  const read = names.map((name, index) => ({ name, ...parse(name, index > 0) }));
  throwIfAny(
    title,
    read.flatMap(({ name, problems }) =>
      problems.map((problem) => (isOne ? problem : { ...problem, path: `${name}: ${problem.path}` })),
    ),
  );

  const problems: Problem[] = [];
  const [base, ...overlays] = read.map(({ name, content }) => sourced(name, content)) as [Sourced, ...Sourced[]];
  const whole = overlays.reduce((below, over) => merged(below, over, configFile, problems), base);
  const stacks = plain(whole) as Record<string, unknown>;
  if (Object.keys(stacks).length === 0) {
    throw new InvalidInputError(title, [...problems, { path: "file", given: shown(stacks), ...A_STACK }]);
  }
  const nameAt = (path: string) => fileAt(whole, path);
  return { title, names, stacks, problems, nameAt, folderAt: (path) => dirname(resolve(nameAt(path))) };
}

function emptyName(list: string): Problem {
  return {
    path: "files",
    given: shown(list),
    allowed: `a file's path on each side of a '${delimiter}'`,
    fix: "name a file there, or take the separator away",
  };
}

interface Parsed {
  readonly content: object;
  readonly problems: readonly Problem[];
}

function parse(name: string, isOverlay: boolean): Parsed {
  const broken = (...problems: Problem[]): Parsed => ({ content: {}, problems });
  const problem = (given: string, allowed: string, fix: string) => broken({ path: "file", given, allowed, fix });

  const { text, allowed, fix } = readText(name, "create it, or set MILVUS_L7_CONFIG");
  if (text === undefined) {
    return problem(shown(name), allowed, fix);
  }
  const document = parseDocument(text);
  const flaws = [...document.errors, ...document.warnings];
  // How far the parser comes, and what it says then, is chance.
  if (flaws.some(({ message }) => message.startsWith("Maximum call stack"))) {
    return broken({ path: "file", ...TOO_DEEP });
  }
  if (flaws.length > 0) {
    return broken(
      ...flaws.map(({ linePos, message }) => ({
        path: linePos ? `line ${linePos[0].line}` : "file",
        given: shown(message.split("\n")[0]),
        allowed: "YAML 1.2 with each key once and no tags",
        fix: "correct that line",
      })),
    );
  }
  let content: unknown;
  try {
    content = document.toJS();
  } catch (error) {
    // An alias to nothing, or so many that they are meant to fill the memory.
    return problem(shown((error as Error).message), "YAML whose aliases (*) have an anchor (&)", "correct them");
  }
  // An environment that differs in nothing yet.
  if (isOverlay && (content === null || content === undefined)) {
    return broken();
  }
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    return broken({ path: "file", given: shown(content), ...A_STACK });
  }
  return { content, problems: endless("", content, []) };
}

/** What would never be read to its end: an alias inside of its own anchor, or a nest that is meant to be too deep. */
function endless(path: string, value: unknown, around: readonly unknown[]): Problem[] {
  if (typeof value !== "object" || value === null) {
    return [];
  }
  if (around.includes(value)) {
    const allowed = "YAML in which no alias (*) stands inside of its own anchor (&)";
    return [{ path, given: "settings that hold themselves", allowed, fix: "write out what it is to be" }];
  }
  if (around.length > DEEPEST) {
    return [{ path, ...TOO_DEEP }];
  }
  return Object.entries(value).flatMap(([key, inner]) =>
    endless(Array.isArray(value) ? pathTo(path, Number(key)) : placeOf(path, key), inner, [...around, value]),
  );
}

/** No setting is deeper than six. */
const DEEPEST = 20;

const TOO_DEEP = {
  given: "settings inside of settings, deeper than anything that there is",
  allowed: `YAML of at most ${DEEPEST} levels`,
  fix: "remove it",
};

const A_STACK = { allowed: "at least one stack: its id as a key, its settings below", fix: "add a stack" };

type ReadText =
  | { readonly text: string; readonly allowed?: undefined; readonly fix?: undefined }
  | { readonly text?: undefined; readonly allowed: string; readonly fix: string };

/** A file's text, or what there has to be instead. What isn't UTF-8 would be read as something else without a word. */
export function readText(file: string, fix: string): ReadText {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch {
    return { allowed: "a file that can be read", fix };
  }
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { allowed: "a file in UTF-8", fix: "save it in UTF-8" };
  }
}
