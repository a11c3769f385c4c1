#!/usr/bin/env node
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import type { Machine } from "../doctor/doctor";
import { durationMs } from "../doctor/duration";
import { Programs, type Run } from "../doctor/programs";
import { exitStatus, jsonReport, textReport } from "../doctor/report";
import type { Subject } from "../doctor/subject";
import { endStatus } from "./end-status";
import { terraformBinary } from "./synthesised-stack";

interface Options {
  readonly config: string;
  readonly timeout: number;
  readonly json?: boolean;
}

/** Wrong use, or a config file that no stack can be made of. */
const WRONG_USE = 2;

const COMMAND = new Command("doctor")
  .description(
    "Looks at what a deploy of STACK meets: tools, credentials, the cluster, the release, the load balancer's " +
      "controller, names that are taken, permissions, and what is going to be interrupted. It reads, and changes nothing.",
  )
  .argument("<STACK>", "the stack's id in the config file")
  .option(
    "--config <FILE>",
    "the config file, or several as MILVUS_L7_CONFIG has them; again for a further one",
    furtherFile,
    process.env.MILVUS_L7_CONFIG || "milvus-l7.yaml",
  )
  .option("--timeout <TIME>", "how long all of it may take: 30s, 2m", timeout, 30_000)
  .option("--json", "print the findings as JSON")
  .helpOption("--help", "explain this")
  .addHelpText(
    "after",
    "\nexit status: 0 no problem, 1 a problem, 2 wrong use, or a config file that is broken, 3 no problem in what there " +
      "was time for",
  )
  .configureHelp({ helpWidth: 100 })
  .exitOverride();

// What 30_000 is in a user's words.
COMMAND.options.find(({ long }) => long === "--timeout")?.default(30_000, "30s");

/** The first takes the place of the default. */
function furtherFile(file: string, before: string): string {
  const isFirst = COMMAND.getOptionValueSource("config") !== "cli";
  return isFirst ? file : `${before}${delimiter}${file}`;
}

function timeout(text: string): number {
  const milliseconds = durationMs(text);
  if (milliseconds === undefined) {
    throw new InvalidArgumentError("Write a number with ms, s, m or h after it, such as 30s, up to 24h.");
  }
  return milliseconds;
}

async function main(argv: readonly string[]): Promise<number> {
  try {
    COMMAND.parse(argv);
  } catch (error) {
    return endStatus(error, WRONG_USE);
  }
  const { config, timeout: milliseconds, json } = COMMAND.opts<Options>();
  const subject = readSubject(config, COMMAND.args[0] as string);
  // The time counts from the start of this process.
  const programs = new Programs(milliseconds - process.uptime() * 1000, { terraform: terraformBinary() });
  const folder = temporaryFolder();
  const { examine } = require("../doctor/doctor") as typeof import("../doctor/doctor");
  const findings = await examine(subject, machine(programs.run, join(folder, "kubeconfig")));
  console.log(json ? jsonReport(subject, findings) : textReport(subject, findings));
  return exitStatus(findings);
}

/** What a stack is made of is loaded here: beside the package not all of it may be installed, and then that can be said. */
function readSubject(list: string, id: string): Subject {
  const { readConfigFiles } = require("../config/files") as typeof import("../config/files");
  const { checkedStacks } = require("../config/load") as typeof import("../config/load");
  const { stackOf } = require("../stacks/catalog") as typeof import("../stacks/catalog");
  const { subjectOf } = require("../doctor/subject") as typeof import("../doctor/subject");
  const files = readConfigFiles(list);
  const stacks = checkedStacks(files, stackOf);
  const stack = stacks.find((one) => one.id === id);
  if (stack === undefined) {
    const there = stacks.map((one) => one.id).join(", ");
    throw new Error(`there is no stack ${id} in ${files.title}; there: ${there}`);
  }
  return subjectOf(id, stack.config);
}

/** Gone with this process, however it ends. */
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "milvus-l7-doctor-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  for (const [signal, status] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    process.once(signal, () => process.exit(status));
  }
  return folder;
}

function machine(run: Run, kubeconfig: string): Machine {
  // By its own name, which is the same from the sources and from lib.
  const { engines } = require("cdktf-milvus-l7/package.json") as { engines: { node: string } };
  return {
    run,
    tools: { node: process.version, nodeVersions: engines.node, terraformBinary: terraformBinary() },
    googleCredentials: googleCredentials(),
    kubeconfig,
  };
}

/** @see https://registry.terraform.io/providers/hashicorp/google/latest/docs/guides/provider_reference#authentication-configuration */
function googleCredentials(): string | undefined {
  const names = ["GOOGLE_CREDENTIALS", "GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_OAUTH_ACCESS_TOKEN"];
  const variable = names.find((name) => process.env[name]);
  const folder = process.env.CLOUDSDK_CONFIG || join(homedir(), ".config/gcloud");
  const isThere = existsSync(join(folder, "application_default_credentials.json"));
  return variable ?? (isThere ? "application default credentials of gcloud" : undefined);
}

/** In one line: Node.js adds who asked for a module. */
function reason({ message, code }: Error & { code?: string }): string {
  const [line] = message.split("\n");
  return code === "MODULE_NOT_FOUND" ? `${line}: install that package beside this one` : `${line}`;
}

if (require.main === module) {
  main(process.argv)
    .catch((error: Error & { code?: string }) => {
      console.error(error.name === "InvalidInputError" ? error.message : `doctor: ${reason(error)}`);
      return WRONG_USE;
    })
    .then((status) => {
      process.exitCode = status;
    });
}
