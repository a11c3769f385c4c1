import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, resolve } from "node:path";
import { Token } from "cdktf";
import { parseDocument } from "yaml";
import { InvalidInputError, type Problem, pathTo, shown, within } from "../constructs/internal/problem";
import { plainText, rule } from "../constructs/internal/rules";
import { type Cloud, clouds, stackShapes } from "./schema";
import { checkShape } from "./shape";
import { releaseStackId, type StackConfig } from "./types";

export interface ConfiguredStack {
  readonly id: string;
  readonly config: StackConfig;
}

/** The rules of a cloud's stack; asked for only where the file has a stack of that cloud. */
export type RulesOf = (cloud: Cloud) => (config: StackConfig) => Problem[];

/**
 * Reads the config file. Every problem of every stack comes in one `InvalidInputError`, before any construct exists.
 *
 * @param file the config file's path; the files that it names are found from its folder
 */
export function loadConfig(file: string, rulesOf: RulesOf): ConfiguredStack[] {
  const folder = dirname(resolve(file));
  const stacks: ConfiguredStack[] = [];
  const problems: Problem[] = [];
  for (const [id, input] of Object.entries(parseYaml(file))) {
    const checked = checkStack(id, input, folder, rulesOf);
    problems.push(...within(id, checked.problems));
    stacks.push({ id, config: checked.config });
  }
  problems.push(...releaseStackTaken(stacks));
  if (problems.length > 0) {
    throw new InvalidInputError(basename(file), problems);
  }
  return stacks;
}

function checkStack(id: string, input: unknown, folder: string, rulesOf: RulesOf) {
  const cloud = (input as { cloud?: Cloud } | null)?.cloud;
  const problems = stackId("", id);
  if (!clouds.includes(cloud as Cloud)) {
    const allowed = `one of ${clouds.join(", ")}`;
    problems.push({ path: "cloud", given: shown(cloud), allowed, fix: "say which cloud the stack is for" });
    return { problems, config: input as StackConfig };
  }
  const shaped = checkShape(stackShapes[cloud as Cloud], input);
  const files: Problem[] = [];
  const config = withFiles(shaped.value as StackConfig, folder, files);
  const texts = textProblems(shaped.value);
  const rules = rulesOf(cloud as Cloud);
  const known = new Set([...shaped.problems, ...files, ...texts].map(({ path }) => path));
  const broken = rules(known.has("release.tls") ? asIfTls(config) : config).filter(({ path }) => !known.has(path));
  return { problems: [...problems, ...shaped.problems, ...files, ...texts, ...broken], config };
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

function parseYaml(file: string): Record<string, unknown> {
  const problem = (path: string, given: string, allowed: string, fix: string) =>
    new InvalidInputError(basename(file), [{ path, given, allowed, fix }]);

  const text = readText(file);
  if (text === undefined) {
    throw problem("file", shown(file), READABLE, "create it, or set MILVUS_L7_CONFIG");
  }
  const document = parseDocument(text);
  const flaws = [...document.errors, ...document.warnings];
  if (flaws.length > 0) {
    throw new InvalidInputError(
      basename(file),
      flaws.map(({ linePos, message }) => ({
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
    throw problem("file", shown((error as Error).message), "YAML whose aliases (*) have an anchor (&)", "correct them");
  }
  if (typeof content !== "object" || content === null || Array.isArray(content) || Object.keys(content).length === 0) {
    throw problem("file", shown(content), "at least one stack: its id as a key, its settings below", "add a stack");
  }
  return content as Record<string, unknown>;
}

const READABLE = "a file that can be read";

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/** Certificates and a user.yaml as text, and every other file by its absolute path: Terraform runs in another folder. */
function withFiles(config: StackConfig, folder: string, problems: Problem[]): StackConfig {
  const absolute = (path: string) => resolve(folder, path.replace(/^~(?=\/|$)/, homedir()));
  const textOf = (source: unknown, path: string): string | undefined => {
    const file = (source as { file?: unknown } | undefined)?.file;
    if (typeof file !== "string") {
      return source as string | undefined;
    }
    const text = readText(absolute(file));
    if (text === undefined) {
      problems.push({ path, given: shown(file), allowed: READABLE, fix: "correct the path" });
    } else if (isToken(text)) {
      problems.push({ path, given: shown(file), allowed: `a file of ${NO_TOKEN}`, fix: "remove '{TfToken[' from it" });
    } else {
      return text;
    }
    return undefined;
  };
  const releaseWithFiles = (release: object): object => ({
    ...release,
    ...("userYaml" in release ? { userYaml: textOf(release.userYaml, "release.userYaml.file") } : {}),
    ...("chart" in release && isFile(release.chart) ? { chart: absolute(release.chart) } : {}),
  });
  const certificateWithFiles = (certificate: StackConfig["certificate"], path: string): object => {
    if (certificate.kind === "managed" && certificate.meanwhile) {
      return { ...certificate, meanwhile: certificateWithFiles(certificate.meanwhile, `${path}.meanwhile`) };
    }
    if (certificate.kind !== "pem") {
      return certificate;
    }
    const { privateKey } = certificate;
    return {
      ...certificate,
      certificate: textOf(certificate.certificate, `${path}.certificate.file`),
      chain: textOf(certificate.chain, `${path}.chain.file`),
      privateKey:
        privateKey && "file" in privateKey && privateKey.file ? { file: absolute(privateKey.file) } : privateKey,
    };
  };
  const { certificate, cluster, backend, release } = config;
  return {
    ...config,
    ...(release ? { release: releaseWithFiles(release) } : {}),
    ...(certificate ? { certificate: certificateWithFiles(certificate, "certificate") } : {}),
    ...(cluster?.access === "kubeconfig"
      ? { cluster: { ...cluster, path: absolute(cluster.path ?? "~/.kube/config") } }
      : {}),
    ...(backend?.kind === "local" && backend.path ? { backend: { ...backend, path: absolute(backend.path) } } : {}),
  } as StackConfig;
}

/** A chart that is no name in a repository: an archive is none, with a folder before it or not. */
function isFile(chart: unknown): chart is string {
  return typeof chart === "string" && /^[.~]|^(?!\w+:\/\/).*\.tgz$/.test(chart);
}

/**
 * Every text is a line of plain text, but for those that have rules of their own. None looks
 * like a cdktf token: every rule is silent on one, and cdktf puts another value in its place.
 */
function textProblems(value: unknown, path = ""): Problem[] {
  if (isToken(value)) {
    return [{ path, given: shown(value), allowed: NO_TOKEN, fix: "remove '{TfToken['" }];
  }
  if (typeof value === "string") {
    return FREE_TEXT.test(path) ? [] : plainText(path, value);
  }
  if (typeof value !== "object" || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, inner]) =>
    textProblems(inner, pathTo(path, Array.isArray(value) ? Number(key) : key)),
  );
}

/** Certificates, a user.yaml and annotations. */
const FREE_TEXT = /^(certificate(\.meanwhile)?\.(certificate|chain)|release\.userYaml|annotations\b.*)$/;

const NO_TOKEN = "a value with no cdktf token in it";

function isToken(value: unknown): boolean {
  return typeof value === "string"
    ? value.includes("{TfToken[")
    : typeof value === "number" && Token.isUnresolved(value);
}
