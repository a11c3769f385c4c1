import { type Claim, Claimed } from "../constructs/internal/claims";
import { type Problem, pathTo, shown, throwIfAny, within } from "../constructs/internal/problem";
import { plainText, rule } from "../constructs/internal/rules";
import { type ConfigFiles, readConfigFiles } from "./files";
import { placeOf } from "./merge";
import { type FolderOf, withTexts } from "./named-files";
import { type Cloud, clouds, stackShapes } from "./schema";
import { checkShape } from "./shape";
import { isToken, NO_TOKEN } from "./token";
import { releaseStackId, type StackConfig } from "./types";

export interface ConfiguredStack {
  readonly id: string;
  readonly config: StackConfig;
}

/** What is known of a cloud's stack. */
export interface StackRules {
  /** Every problem of its settings. */
  validate(config: StackConfig): Problem[];
  /** What no other stack can have. */
  claims(id: string, config: StackConfig): Claim[];
}

/** The rules of a cloud's stack; asked for only where the file has a stack of that cloud. */
export type RulesOf = (cloud: Cloud) => StackRules;

/**
 * Reads the config file. Every problem of every stack comes in one `InvalidInputError`, before any construct exists.
 *
 * @param list the config file's path, or those of several as `MILVUS_L7_CONFIG` has them; the files that one names are found
 * from its folder
 */
export function loadConfig(list: string, rulesOf: RulesOf): ConfiguredStack[] {
  return checkedStacks(readConfigFiles(list), rulesOf);
}

/** The stacks of config files that have been read. */
export function checkedStacks(files: ConfigFiles, rulesOf: RulesOf): ConfiguredStack[] {
  const stacks: ConfiguredStack[] = [];
  const problems: Problem[] = [];
  const claimed = new Claimed();
  for (const [id, input] of Object.entries(files.stacks)) {
    const place = placeOf("", id);
    const checked = checkStack(id, input, (path) => files.folderAt(`${place}.${path}`), rulesOf);
    problems.push(...within(place, checked.problems));
    problems.push(...within(place, claimed.clashes(checked.claims)));
    claimed.add(place, checked.claims);
    stacks.push({ id, config: checked.config });
  }
  problems.push(...releaseStackTaken(stacks));
  throwIfAny(files.title, [...files.problems, ...problems.map(withFileName(files))]);
  return stacks;
}

/** Of several files, which one says what is wrong. */
function withFileName({ names, nameAt }: ConfigFiles): (problem: Problem) => Problem {
  return (problem) => (names.length === 1 ? problem : { ...problem, path: `${nameAt(problem.path)}: ${problem.path}` });
}

function checkStack(id: string, input: unknown, folderOf: FolderOf, rulesOf: RulesOf) {
  const cloud = (input as { cloud?: Cloud } | null)?.cloud;
  const problems = [...noToken("", id), ...stackId("", id), ...freeStackId("", id)];
  if (!clouds.includes(cloud as Cloud)) {
    const allowed = `one of ${clouds.join(", ")}`;
    problems.push({ path: "cloud", given: shown(cloud), allowed, fix: "say which cloud the stack is for" });
    return { problems, config: input as StackConfig, claims: [] };
  }
  const shaped = checkShape(stackShapes[cloud as Cloud], input);
  const files: Problem[] = [];
  const config = withTexts(shaped.value as StackConfig, folderOf, files);
  const texts = textProblems(shaped.value);
  const rules = rulesOf(cloud as Cloud);
  const known = new Set([...shaped.problems, ...files, ...texts].map(({ path }) => path));
  const broken = rules
    .validate(known.has("release.tls") ? asIfTls(config) : config)
    .filter(({ path }) => !known.has(path));
  return {
    problems: [...problems, ...shaped.problems, ...files, ...texts, ...broken],
    config,
    // Nothing is made of settings that have another shape.
    claims: shaped.problems.length > 0 ? [] : rules.claims(id, config),
  };
}

/** Beside a wrong `tls` nothing is said of settings that are wrong by its default only: with TLS all have their place. */
function asIfTls(config: StackConfig): StackConfig {
  return { ...config, release: { ...config.release, tls: "enabled" } } as StackConfig;
}

/** A release in a stack of its own takes an id that another entry must not have. */
function releaseStackTaken(stacks: readonly ConfiguredStack[]): Problem[] {
  return stacks
    .filter(({ config }) => hasOwnStack(config))
    .flatMap(({ id }) => stacks.filter((other) => other.id === releaseStackId(id)).map((other) => ({ id, other })))
    .map(({ id, other }) => ({
      path: other.id,
      given: "a stack of that id",
      allowed: `another id: this is that of the release's own stack (${id}.release.stack: own)`,
      fix: "rename one of the two stacks",
    }));
}

/** Of a cloud that nobody knows, nothing has been checked. */
function hasOwnStack(config: StackConfig | null): boolean {
  const release = config?.release as { stack?: unknown } | null | undefined;
  return release?.stack === "own";
}

const stackId = rule<string>(
  "a stack id: letters, digits and '-', at most 63 characters, with a letter first",
  "rename the stack",
  (id) => /^[A-Za-z][-A-Za-z0-9]{0,62}$/.test(id),
);

const freeStackId = rule<string>(
  "a stack id that cdktf has free: every object in JavaScript has something of that name",
  "rename the stack",
  (id) => id === "__proto__" || !(id in {}),
);

/**
 * Every text is a line of plain text, but for those that have rules of their own. None looks
 * like a cdktf token: every rule is silent on one, and cdktf puts another value in its place.
 */
function textProblems(value: unknown, path = ""): Problem[] {
  const unreadable = [...noToken(path, value), ...wholeCharacters(path, value)];
  if (unreadable.length > 0) {
    return unreadable;
  }
  if (typeof value === "string") {
    return FREE_TEXT.test(path) ? [] : plainText(path, value);
  }
  if (typeof value !== "object" || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, inner]) => {
    const place = pathTo(path, Array.isArray(value) ? Number(key) : key);
    return [...noToken(place, key), ...textProblems(inner, place)];
  });
}

function noToken(path: string, value: unknown): Problem[] {
  return isToken(value) ? [{ path, given: shown(value), allowed: NO_TOKEN, fix: "remove '{TfToken['" }] : [];
}

/** YAML can say half a pair of UTF-16 ("\\ud83d"), which Terraform would read as a mark of replacement. */
function wholeCharacters(path: string, value: unknown): Problem[] {
  return typeof value === "string" && /\p{Cs}/u.test(value)
    ? [{ path, given: shown(value), allowed: "text of whole characters", fix: "write the character itself" }]
    : [];
}

/** Certificates, a user.yaml, annotations, and labels and tags, which may be empty. */
const FREE_TEXT = /^(certificate(\.meanwhile)?\.(certificate|chain)|release\.userYaml|(annotations|labels|tags)\b.*)$/;
