import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import {
  type AdoptedRelease,
  adoptedReleases,
  type PlacedResource,
  resourcesOf,
  type StateModule,
} from "./release-state";
import { configurationOf, synthesisedFolder, terraformBinary } from "./synthesised-stack";

/** Runs terraform in a stack's folder. */
export type Terraform = (...args: string[]) => {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

/** A synthesised stack. */
export interface Stack {
  readonly id: string;
  readonly folder: string;
  /** Its `cdk.tf.json`, as far as it is looked at. */
  readonly configuration: {
    readonly import?: readonly { readonly to?: unknown }[];
    /** By type. */
    readonly resource?: Readonly<Record<string, unknown>>;
    readonly terraform?: { readonly backend?: object; readonly cloud?: unknown };
  };
  readonly terraform: Terraform;
}

/** How a command ended. */
export interface Ending {
  /** 0 done, 1 refused, 2 wrong use, or terraform failed. */
  readonly status: number;
  readonly lines: readonly string[];
}

/** A command that takes adopted releases out of a stack's state. */
export interface ReleaseCommand {
  readonly name: string;
  readonly usage: string;
  /** What it does with the releases that were asked for; it returns what is to be said. */
  readonly act: (stack: Stack, releases: readonly AdoptedRelease[]) => readonly string[];
  /** Which releases it has anything to do with. */
  readonly concerns: (release: AdoptedRelease) => boolean;
  /** What is said where the state holds none of these. */
  readonly nothing: string;
}

/** A command, apart from its arguments and from printing. */
export function perform(command: ReleaseCommand, stack: Stack, wanted: readonly string[]): Ending {
  try {
    return { status: 0, lines: titled(command, command.act(stack, chosen(command, stack, wanted))) };
  } catch (error) {
    if (error instanceof Stop) {
      return { status: error.status, lines: titled(command, error.lines) };
    }
    throw error;
  }
}

function titled({ name }: ReleaseCommand, [first, ...more]: readonly string[]): string[] {
  return [`${name}: ${first}`, ...more.map((line) => `  ${line}`)];
}

/** Ends a command before it has done its work. */
class Stop extends Error {
  constructor(
    readonly status: 1 | 2,
    readonly lines: readonly string[],
  ) {
    super(lines.join("\n"));
  }
}

/** Ends a command that hasn't changed anything. */
export function refuse(reason: string, ...more: readonly string[]): never {
  throw new Stop(1, [`refused: ${reason}`, ...more, "nothing has been changed"]);
}

/** The releases that are wanted, or the only one that there is. */
function chosen(command: ReleaseCommand, { id, terraform }: Stack, wanted: readonly string[]): AdoptedRelease[] {
  run(terraform, "init", "-input=false", "-no-color");
  const resources = resourcesOf(readState(run(terraform, "show", "-json", "-no-color")));
  const there = adoptedReleases(resources).filter(command.concerns);
  if (there.length === 0) {
    refuse(`the state of ${id} holds ${command.nothing}`, whatIsThere(resources));
  }
  if (wanted.length === 0 && there.length > 1) {
    refuse(`the state of ${id} holds more than one release`, ...choices(there));
  }
  return wanted.length === 0 ? there : [...new Set(wanted.map((name) => releaseNamed(name, there)))];
}

/** By its title, whole or without the cluster's key, or by its address. */
function releaseNamed(name: string, there: readonly AdoptedRelease[]): AdoptedRelease {
  const exact = there.filter(({ title, address }) => [title, address].includes(name));
  const matching = exact.length > 0 ? exact : there.filter(({ title }) => title.endsWith(`/${name}`));
  const [only, ...more] = matching;
  if (only === undefined) {
    refuse(`there is no release ${name}`, ...choices(there));
  }
  if (more.length > 0) {
    refuse(`there is more than one release ${name}`, ...choices(matching));
  }
  return only;
}

function choices(releases: readonly AdoptedRelease[]): string[] {
  return ["say which:", ...releases.map(({ title, address }) => `  --release ${title}   (${address})`)];
}

function whatIsThere(resources: readonly PlacedResource[]): string {
  const kin = resources
    .filter(({ type, name }) => type === "helm_release" || (type === "terraform_data" && name.startsWith("milvus_")))
    .map(({ address }) => address);
  return resources.length === 0
    ? "it is empty"
    : `it holds ${resources.length} resources, ${kin.length === 0 ? "no Helm release" : kin.join(", ")} among them`;
}

/** Takes addresses out of the state, one after the other. What they stand for lives on. */
export function takeOut({ terraform }: Stack, addresses: readonly string[]): void {
  for (const [index, address] of addresses.entries()) {
    try {
      run(terraform, "state", "rm", "-no-color", address);
    } catch (error) {
      if (error instanceof Stop && index > 0) {
        const done = addresses.slice(0, index).join(", ");
        throw new Stop(2, [...error.lines, `out of the state before that: ${done}`, "run this again to finish"]);
      }
      throw error;
    }
  }
}

export function titles(releases: readonly AdoptedRelease[]): string {
  return releases.map(({ title }) => title).join(", ");
}

/**
 * Terraform keeps the state from before a `state rm`, where that is a file of its own.
 *
 * @see https://github.com/hashicorp/terraform/blob/main/internal/command/state_meta.go
 */
export function backupNote({ configuration, folder }: Stack): string[] {
  const { backend, cloud } = configuration.terraform ?? {};
  const isFile = backend === undefined ? cloud === undefined : "local" in backend;
  return isFile ? [`Terraform keeps the state from before as a *.backup file, passwords in it, in ${folder}`] : [];
}

/** Whether the synthesised stack adopts a release: it has an import block for it at every deploy. */
export function adopts({ configuration }: Stack, { address }: AdoptedRelease): boolean {
  return (configuration.import ?? []).some(({ to }) => to === address);
}

/** What terraform has to say stays as it is: it knows best what a backend or a lock is about. */
function run(terraform: Terraform, ...args: string[]): string {
  const { status, stdout, stderr } = terraform(...args);
  if (status === 0) {
    return stdout;
  }
  const command = args.filter((arg) => arg !== "-no-color").join(" ");
  throw new Stop(2, [`'terraform ${command}' failed`, ...stderr.trim().split("\n")]);
}

function readState(text: string): StateModule | undefined {
  try {
    return JSON.parse(text).values?.root_module;
  } catch {
    throw new Stop(2, ["'terraform show -json' printed no state that can be read"]);
  }
}

/** A command with the arguments and the environment of this process. */
export function main(command: ReleaseCommand): void {
  try {
    const { values, positionals } = parseArgs({
      options: {
        release: { type: "string", multiple: true, default: [] },
        out: { type: "string", default: process.env.CDKTF_OUTDIR || "cdktf.out" },
        help: { type: "boolean" },
      },
      allowPositionals: true,
    });
    if (values.help) {
      console.log(command.usage);
      return;
    }
    const [id, ...more] = positionals;
    if (id === undefined || more.length > 0) {
      throw new Error("name one stack");
    }
    const stack = openStack(id, synthesisedFolder(values.out, id));
    const { status, lines } = perform(command, stack, values.release);
    (status === 0 ? console.log : console.error)(lines.join("\n"));
    process.exitCode = status;
  } catch (error) {
    console.error(`${command.name}: ${error instanceof Error ? error.message : error}\n\n${command.usage}`);
    process.exitCode = 2;
  }
}

function openStack(id: string, folder: string): Stack {
  const configuration = JSON.parse(readFileSync(configurationOf(folder), "utf8"));
  return { id, folder, configuration, terraform: terraformIn(folder) };
}

function terraformIn(cwd: string): Terraform {
  return (...args) => {
    const { status, stdout, stderr, error } = spawnSync(terraformBinary(), args, {
      cwd,
      encoding: "utf8",
      // A state holds whole values and certificates.
      maxBuffer: Number.POSITIVE_INFINITY,
    });
    return { status, stdout: stdout ?? "", stderr: error?.message ?? stderr };
  };
}
