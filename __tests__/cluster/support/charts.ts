import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { compare, major } from "semver";
import { parse } from "yaml";
import type { HelmBinary } from "./helm";

/** A version of the Milvus chart, wherever it comes from. */
export interface Chart {
  readonly version: string;
  /** How the helm command is told of it. */
  readonly args: readonly string[];
  /** How a release's config is told of it. */
  readonly source: { readonly repository?: string; readonly chart?: string };
}

/**
 * The newest chart of each major version in a folder of archives, a folder with a chart, an archive or a repository: what
 * `CLUSTER_TEST_CHARTS` names.
 */
export function chartsAt(place: string, helm: HelmBinary): Chart[] {
  const charts = /^(https?|oci):\/\//.test(place) ? ofRepository(place, helm) : ofFiles(resolve(place));
  const newest = new Map<number, Chart>();
  for (const chart of [...charts].sort((one, other) => compare(one.version, other.version))) {
    newest.set(major(chart.version), chart);
  }
  if (newest.size === 0) {
    throw new Error(`CLUSTER_TEST_CHARTS: there is no Milvus chart at ${place}`);
  }
  return [...newest.values()].reverse();
}

function ofFiles(place: string): Chart[] {
  if (!statSync(place).isDirectory()) {
    return ofArchive(place);
  }
  const file = join(place, "Chart.yaml");
  if (existsSync(file)) {
    const { version } = parse(readFileSync(file, "utf8"));
    return [{ version, args: [place], source: { chart: place } }];
  }
  return readdirSync(place).flatMap((name) => ofArchive(join(place, name)));
}

function ofArchive(file: string): Chart[] {
  const version = /\/milvus-(\d+\.\d+\.\d+)\.tgz$/.exec(file)?.[1];
  return version === undefined ? [] : [{ version, args: [file], source: { chart: file } }];
}

/** A repository is asked for the newest version of each line that is tried. */
function ofRepository(repository: string, { file }: HelmBinary): Chart[] {
  const where = repository.startsWith("oci://") ? [`${repository}/milvus`] : ["milvus", "--repo", repository];
  return ["5.x", "4.x"].flatMap((range) => {
    const { status, stdout } = spawnSync(file, ["show", "chart", ...where, "--version", range], { encoding: "utf8" });
    if (status !== 0) {
      return [];
    }
    const { version } = parse(stdout);
    return [{ version, args: [...where, "--version", version], source: { repository } }];
  });
}
