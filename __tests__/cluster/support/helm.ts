import { spawnSync } from "node:child_process";
import { accessSync, constants, mkdirSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";
import { parse, stringify } from "yaml";
import { type Outcome, succeeded } from "../../support/terraform";
import type { Chart } from "./charts";
import type { Run } from "./run";

/** A major version of Helm that is on the path, as `helm`, `helm3` or `helm4`. */
export interface HelmBinary {
  readonly major: 3 | 4;
  readonly version: string;
  readonly file: string;
}

/** Each major version once. */
export function helmBinaries(): HelmBinary[] {
  const found = new Map<number, HelmBinary>();
  for (const name of ["helm", "helm3", "helm4"]) {
    const file = onPath(name);
    if (file !== undefined) {
      const version = spawnSync(file, ["version", "--short"], { encoding: "utf8" }).stdout.trim();
      const major = Number(/^v(\d+)\./.exec(version)?.[1]);
      if ((major === 3 || major === 4) && !found.has(major)) {
        found.set(major, { major, version, file });
      }
    }
  }
  return [...found.values()];
}

function onPath(name: string): string | undefined {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

export interface Revision {
  readonly revision: number;
  readonly status: string;
  readonly description: string;
}

/** A release in the hands of its owner, who uses the helm command. */
export class HelmOwner {
  private readonly env: NodeJS.ProcessEnv;

  constructor(
    run: Run,
    readonly helm: HelmBinary,
    readonly releaseName: string,
    readonly namespace: string,
  ) {
    // Each version under the name that advice has: helm.
    const bin = join(run.folder, `helm${helm.major}`);
    mkdirSync(bin, { recursive: true });
    try {
      symlinkSync(helm.file, join(bin, "helm"));
    } catch {
      // Another test has been here.
    }
    this.env = {
      ...process.env,
      PATH: `${bin}${delimiter}${process.env.PATH}`,
      KUBECONFIG: run.target.kubeconfig,
      HELM_KUBECONTEXT: run.target.context,
      HELM_CONFIG_HOME: join(run.folder, "helm-config"),
      HELM_CACHE_HOME: join(run.folder, "helm-cache"),
      HELM_DATA_HOME: join(run.folder, "helm-data"),
    };
  }

  /** A command line as advice has it, in a shell whose `helm` and `kubectl` are those of this cluster. */
  follow(commandLine: string): Outcome {
    return this.spawn("sh", ["-c", commandLine]);
  }

  install(chart: Chart, values: object): void {
    succeeded(this.helmWith(values, "install", this.releaseName, ...chart.args));
  }

  upgrade(chart: Chart, values: object, ...options: string[]): void {
    succeeded(this.helmWith(values, "upgrade", this.releaseName, ...chart.args, ...options));
  }

  uninstall(): void {
    succeeded(this.spawn("helm", ["uninstall", this.releaseName, "--namespace", this.namespace]));
  }

  values(): any {
    const { text } = succeeded(
      this.spawn("helm", ["get", "values", this.releaseName, "--namespace", this.namespace, "--output", "json"]),
    );
    return parse(text) ?? {};
  }

  history(): Revision[] {
    const args = ["history", this.releaseName, "--namespace", this.namespace, "--output", "json"];
    return JSON.parse(succeeded(this.spawn("helm", args)).text);
  }

  private helmWith(values: object, ...args: string[]): Outcome {
    return this.spawn("helm", [...args, "--namespace", this.namespace, "--values", "-"], stringify(values));
  }

  private spawn(command: string, args: readonly string[], input = ""): Outcome {
    const { status, stdout, stderr, error } = spawnSync(command, args, {
      env: this.env,
      input,
      encoding: "utf8",
      maxBuffer: Number.POSITIVE_INFINITY,
      timeout: 120_000,
    });
    // Warnings of the API server come on standard error, beside what was asked for.
    return { status, text: status === 0 ? stdout : `${stdout ?? ""}${stderr ?? ""}${error ?? ""}` };
  }
}
