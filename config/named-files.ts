import { homedir } from "node:os";
import { resolve } from "node:path";
import { type Problem, shown } from "../constructs/internal/problem";
import { readText } from "./files";
import { isToken, NO_TOKEN } from "./token";
import type { StackConfig } from "./types";

/** The folder from which a path that stands in a setting is seen. */
export type FolderOf = (setting: string) => string;

/** Certificates and a user.yaml as text, and every other file by its absolute path. */
export function withTexts(config: StackConfig, folderOf: FolderOf, problems: Problem[]): StackConfig {
  return withFiles(config, folderOf, (source, absolute, path) => {
    if (absolute === undefined) {
      return source;
    }
    const given = shown((source as { file: string }).file);
    const { text, allowed, fix } = readText(absolute, "correct the path");
    if (text === undefined) {
      problems.push({ path, given, allowed, fix });
    } else if (isToken(text)) {
      problems.push({ path, given, allowed: `a file of ${NO_TOKEN}`, fix: "remove '{TfToken[' from it" });
    } else {
      return text;
    }
    return undefined;
  });
}

/** Every file by its absolute path, and none read. */
export function withAbsolutePaths(config: StackConfig, folderOf: FolderOf): StackConfig {
  return withFiles(config, folderOf, (source, absolute) => (absolute === undefined ? source : { file: absolute }));
}

/** What becomes of a text that may stand in a file; `absolute` and `path`, its place in the config, are for one that does. */
type OfText = (source: unknown, absolute: string | undefined, path: string) => unknown;

/** The config with all the files that it names: Terraform runs in another folder. */
function withFiles(config: StackConfig, folderOf: FolderOf, ofText: OfText): StackConfig {
  const absolute = (file: string, path: string) => resolve(folderOf(path), file.replace(/^~(?=\/|$)/, homedir()));
  const textOf = (source: unknown, path: string): unknown => {
    const file = (source as { file?: unknown } | undefined)?.file;
    const at = `${path}.file`;
    return ofText(source, typeof file === "string" ? absolute(file, at) : undefined, at);
  };
  const releaseWithFiles = (release: object): object => ({
    ...release,
    ...("userYaml" in release ? { userYaml: textOf(release.userYaml, "release.userYaml") } : {}),
    ...("chart" in release && isFile(release.chart) ? { chart: absolute(release.chart, "release.chart") } : {}),
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
      certificate: textOf(certificate.certificate, `${path}.certificate`),
      chain: textOf(certificate.chain, `${path}.chain`),
      privateKey:
        privateKey && "file" in privateKey && privateKey.file
          ? { file: absolute(privateKey.file, `${path}.privateKey.file`) }
          : privateKey,
    };
  };
  const { certificate, cluster, backend, release } = config;
  return {
    ...config,
    ...(release ? { release: releaseWithFiles(release) } : {}),
    ...(certificate ? { certificate: certificateWithFiles(certificate, "certificate") } : {}),
    ...(cluster?.access === "kubeconfig"
      ? { cluster: { ...cluster, path: absolute(cluster.path ?? "~/.kube/config", "cluster.path") } }
      : {}),
    ...(backend?.kind === "local" && backend.path
      ? { backend: { ...backend, path: absolute(backend.path, "backend.path") } }
      : {}),
  } as StackConfig;
}

/** A chart that is no name in a repository: an archive is none, with a folder before it or not. */
function isFile(chart: unknown): chart is string {
  return typeof chart === "string" && /^[.~]|^(?!\w+:\/\/).*\.tgz$/.test(chart);
}
