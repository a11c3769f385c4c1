#!/usr/bin/env node
import { readFileSync, writeFileSync } from "node:fs";
import { Command, Option } from "commander";
import { releaseStackId } from "../config/types";
import { picture } from "../diagram/diagram";
import { DIRECTIONS, type Direction } from "../diagram/flowchart";
import type { StackJson } from "../diagram/release";
import { endStatus } from "./end-status";
import { configurationOf, synthesisedFolder, synthesisedStacks } from "./synthesised-stack";

interface Options {
  readonly direction: Direction;
  readonly out: string;
  readonly output?: string;
}

/** Wrong use, or a stack that can't be read. */
const WRONG_USE = 2;

const COMMAND = new Command("diagram")
  .description(
    "Draws a synthesised stack as a Mermaid flowchart: client, DNS, address, load balancer, front Service, pods, with " +
      "ports, protocols, certificates and health checks, and what Terraform does with the release.",
  )
  .argument("<STACK>", "the stack's id in the config file")
  .option("--output <FILE>", "write it there, and not to standard output")
  .addOption(
    new Option("--direction <DIRECTION>", "from left to right, top to bottom, …").choices(DIRECTIONS).default("LR"),
  )
  .option(
    "--out <FOLDER>",
    "the folder that cdktf synthesises into (CDKTF_OUTDIR)",
    process.env.CDKTF_OUTDIR || "cdktf.out",
  )
  .helpOption("--help", "explain this")
  .addHelpText("after", "\nexit status: 0 drawn, 2 wrong use, or there is no such stack")
  .configureHelp({ helpWidth: 100 })
  .exitOverride();

function main(argv: readonly string[]): number {
  try {
    COMMAND.parse(argv);
  } catch (error) {
    return endStatus(error, WRONG_USE);
  }
  const { direction, out, output } = COMMAND.opts<Options>();
  const text = drawn(COMMAND.args[0] as string, out, direction);
  if (output === undefined) {
    process.stdout.write(text);
  } else {
    writeFileSync(output, text);
  }
  return 0;
}

function drawn(id: string, out: string, direction: Direction): string {
  const releaseStack = releaseStackId(id);
  const text = picture({
    stack: readStack(id, out),
    releaseStack: synthesisedStacks(out).includes(releaseStack) ? readStack(releaseStack, out) : undefined,
    direction,
  });
  if (text === undefined) {
    throw new Error(`${id} has no load balancer and no Helm release of this project: there is nothing to draw`);
  }
  return text;
}

function readStack(id: string, out: string): StackJson {
  const file = configurationOf(synthesisedFolder(out, id));
  try {
    return { id, json: JSON.parse(readFileSync(file, "utf8")) };
  } catch {
    throw new Error(`${file} is no JSON: run 'npx cdktf synth' again`);
  }
}

if (require.main === module) {
  try {
    process.exitCode = main(process.argv);
  } catch (error) {
    console.error(`diagram: ${error instanceof Error ? error.message : error}`);
    process.exitCode = WRONG_USE;
  }
}
