import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { stringify } from "yaml";
import { writeManifest } from "./manifest";

export const ROOT = join(__dirname, "../..");

export interface Outcome {
  readonly status: number | null;
  /** Standard output and error, in this order. */
  readonly text: string;
}

/** One thing that a stand-in provider did. */
export interface Done {
  readonly type: string;
  /** create, update, delete or read. */
  readonly action: string;
  readonly name: string;
  readonly failed: boolean;
  readonly start_ms: number;
  readonly end_ms: number;
}

/** Milliseconds that creating a type takes. */
type Latency = Readonly<Record<string, number>>;

function inEnv(latency: Latency): NodeJS.ProcessEnv {
  const each = Object.entries(latency).map(([type, ms]) => `${type}=${ms}`);
  return { TFSIM_LATENCY: each.join(",") };
}

/** A folder of its own for one use of terraform: config file, synthesised output, state and data directory. */
export class Workspace {
  readonly folder = mkdtempSync(join(tmpdir(), "milvus-l7-"));
  readonly statePath = join(this.folder, "terraform.tfstate");
  private readonly log = join(this.folder, "log.jsonl");
  private readonly values = join(this.folder, "values.json");

  constructor(
    private readonly stackId: string,
    readonly variables: Record<string, string> = {},
  ) {
    this.dataSourcesAnswer({});
  }

  get outputFolder(): string {
    return join(this.folder, "cdktf.out");
  }

  get stackFolder(): string {
    return join(this.outputFolder, "stacks", this.stackId);
  }

  get configFile(): string {
    return join(this.folder, "milvus-l7.yaml");
  }

  /** The environment of every command here. Stand-in providers read the last two; real ones don't know them. */
  get env(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      CHECKPOINT_DISABLE: "1",
      TF_IN_AUTOMATION: "1",
      TF_DATA_DIR: join(this.folder, "data"),
      // Terraform and its providers live for a second: collecting garbage takes a quarter of it.
      GOGC: "off",
      MILVUS_L7_CONFIG: this.configFile,
      CDKTF_OUTDIR: this.outputFolder,
      ...Object.fromEntries(Object.entries(this.variables).map(([name, value]) => [`TF_VAR_${name}`, value])),
      TFSIM_VALUES: this.values,
      TFSIM_LOG: this.log,
    };
  }

  /** Writes the config with its state inside this folder, and synthesises it. */
  synth(config: object): Outcome {
    const local = { ...config, backend: { kind: "local", path: this.statePath } };
    writeFileSync(this.configFile, stringify({ [this.stackId]: local }));
    return this.synthAgain();
  }

  /** Synthesises the config as it is. */
  synthAgain(): Outcome {
    return this.run(process.execPath, ["app.js"], ROOT);
  }

  /** Writes Terraform JSON as it is. */
  write(json: object): void {
    mkdirSync(this.stackFolder, { recursive: true });
    // By lines, as cdktf does: Terraform shows the line that an error is in.
    writeFileSync(join(this.stackFolder, "cdk.tf.json"), JSON.stringify(json, null, 2));
    if (!existsSync(join(this.outputFolder, "manifest.json"))) {
      writeManifest(this.outputFolder, this.stackId);
    }
  }

  /** Another stack of the same synthesis, where it is. */
  at(id: string): Workspace {
    return Object.assign(Object.create(Workspace.prototype) as Workspace, this, { stackId: id });
  }

  /** Another stack of the same synthesis, in a place of its own. */
  stack(id: string): Workspace {
    const other = new Workspace(id);
    const json = JSON.parse(readFileSync(join(this.outputFolder, "stacks", id, "cdk.tf.json"), "utf8"));
    json.terraform.backend = { local: { path: other.statePath } };
    other.write(json);
    return other;
  }

  terraform(...args: string[]): Outcome {
    return this.run("terraform", args, this.stackFolder);
  }

  /** The same place, where a step of the stand-in providers fails: `type:action`. */
  failing(step: string, env: NodeJS.ProcessEnv = {}): { terraform: (...args: string[]) => Outcome } {
    return { terraform: (...args) => this.run("terraform", args, this.stackFolder, { ...env, TFSIM_FAIL: step }) };
  }

  /** The same place, where creating these types takes so long. */
  slow(latency: Latency): { terraform: (...args: string[]) => Outcome } {
    return { terraform: (...args) => this.run("terraform", args, this.stackFolder, inEnv(latency)) };
  }

  /** Starts terraform in a process group of its own, where creating these types takes so long. */
  started(latency: Latency, ...args: string[]): ChildProcess {
    return spawn("terraform", args, {
      cwd: this.stackFolder,
      env: { ...this.env, ...inEnv(latency) },
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  cdktf(...args: string[]): Outcome {
    return this.run("npx", ["--no-install", "cdktf", ...args, "--output", this.outputFolder], ROOT, {
      TF_DATA_DIR: undefined,
    });
  }

  /** One of our own commands, as its npm script runs it. */
  command(name: string, ...args: string[]): Outcome {
    return this.run(process.execPath, ["--require", "tsx/cjs", `commands/${name}.ts`, ...args], ROOT);
  }

  /** What data sources answer, and computed attributes of resources get, from stand-in providers. */
  dataSourcesAnswer(values: Record<string, unknown>): void {
    writeFileSync(this.values, JSON.stringify(values));
  }

  /** The JSON of the plan that Terraform makes now. */
  plan(...options: string[]): string {
    succeeded(this.terraform("plan", "-out=plan", ...options));
    return succeeded(this.terraform("show", "-json", "plan")).text;
  }

  json(): any {
    return JSON.parse(readFileSync(join(this.stackFolder, "cdk.tf.json"), "utf8"));
  }

  state(): any {
    return JSON.parse(readFileSync(this.statePath, "utf8"));
  }

  /** The state's file as it is; empty where there is none. */
  stateText(): string {
    return existsSync(this.statePath) ? readFileSync(this.statePath, "utf8") : "";
  }

  /** The state from before Terraform's last run, of which it keeps a copy; after a first run there is none. */
  restoreState(): void {
    const backup = `${this.statePath}.backup`;
    if (existsSync(backup)) {
      copyFileSync(backup, this.statePath);
    } else {
      rmSync(this.statePath, { force: true });
    }
  }

  /** Attributes of the only resource of a type in the state. */
  attributes(type: string): any {
    const found = this.state().resources.filter(
      (resource: any) => resource.mode === "managed" && resource.type === type,
    );
    expect(found).toHaveLength(1);
    return found[0].instances[0].attributes;
  }

  /** What stand-in providers did since the last call, as `type:action:name`, in order. */
  takeLog(): string[] {
    return this.takeDone().map(({ type, action, name }) => `${type}:${action}:${name}`);
  }

  /** The same, with what failed of it. */
  takeDone(): Done[] {
    if (!existsSync(this.log)) {
      return [];
    }
    const lines = readFileSync(this.log, "utf8").trim().split("\n");
    rmSync(this.log);
    return lines.map((line) => JSON.parse(line));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private run(command: string, args: string[], cwd: string, env: NodeJS.ProcessEnv = {}): Outcome {
    const { status, stdout, stderr, error } = spawnSync(command, args, {
      cwd,
      env: { ...this.env, ...env },
      encoding: "utf8",
      timeout: 240_000,
    });
    return { status, text: `${stdout ?? ""}${stderr ?? ""}${error ?? ""}` };
  }
}

/** Fails with the command's own words. */
export function succeeded(outcome: Outcome): Outcome {
  if (outcome.status !== 0) {
    throw new Error(outcome.text);
  }
  return outcome;
}

/** A text of Terraform's, without the colours, frames and line breaks that it puts in. */
export function unwrapped(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/[│╷╵]/g, "").replaceAll(/\s+/g, " ");
}

/** What of terraform is to be had on this machine. Each `undefined` is there; a text says what is missing. */
export function whatIsMissing(): { terraform?: string; providers?: string; apply?: string } {
  const version = spawnSync("terraform", ["version"], { encoding: "utf8" });
  if (version.status !== 0) {
    const missing = "terraform is not installed";
    return { terraform: missing, providers: missing, apply: missing };
  }
  const probe = new Workspace("probe");
  try {
    const source = (name: string) => ({ source: `hashicorp/${name}` });
    probe.write({
      terraform: { required_providers: { kubernetes: source("kubernetes") } },
      provider: { kubernetes: {} },
      data: { kubernetes_namespace_v1: { probe: { metadata: { name: "kube-system" } } } },
    });
    if (probe.terraform("init", "-backend=false").status !== 0) {
      const missing = "no provider can be installed: no mirror is configured and no registry is reached";
      return { providers: missing, apply: missing };
    }
    if (probe.terraform("plan").status !== 0 || probe.takeLog().length === 0) {
      return { apply: "the installed providers are real ones, and there is no cluster and no cloud to try them on" };
    }
    return {};
  } finally {
    probe.remove();
  }
}

/** A group of tests that needs something of this machine; where it is missing, it is named and skipped. */
export function describeUnless(missing: string | undefined, name: string, tests: () => void): void {
  if (missing === undefined) {
    describe(name, tests);
  } else {
    const skip = describe.skip;
    skip(`${name} (skipped: ${missing})`, tests);
  }
}
