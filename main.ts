import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { AnnotationMetadataEntryType, App, Manifest } from "cdktf";
import { readConfigFiles } from "./config/files";
import { checkedStacks } from "./config/load";
import { printedConfig } from "./config/print";
import { InvalidInputError } from "./constructs/internal/problem";
import { stackOf } from "./stacks/catalog";

/** Reads the config file, makes one stack of each entry, and writes the Terraform JSON; or prints the config and writes nothing. */
function main(): void {
  const options = readOptions();
  const files = readConfigFiles(process.env.MILVUS_L7_CONFIG || "milvus-l7.yaml");
  const stacks = checkedStacks(files, stackOf);
  if (options["print-config"]) {
    const ids = stacks.map(({ id }) => id).filter((id) => options.stack === undefined || id === options.stack);
    if (ids.length === 0) {
      throw new WrongUse(
        `there is no stack ${options.stack} in ${files.title}; there: ${stacks.map(({ id }) => id).join(", ")}`,
      );
    }
    process.stdout.write(printedConfig(files, ids));
    return;
  }

  withoutTokenTraces(() => {
    const app = new App();
    for (const { id, config } of stacks) {
      stackOf(config.cloud).build(app, id, config);
    }
    app.synth();
    removeStacksOfBefore(app);
    printWarnings(app);
  });
}

class WrongUse extends Error {}

function readOptions() {
  try {
    const options = { "print-config": { type: "boolean" }, stack: { type: "string" } } as const;
    const { values } = parseArgs({ options });
    if (values.stack !== undefined && !values["print-config"]) {
      throw new Error(
        "--stack goes with --print-config: 'npx cdktf deploy STACK' takes one stack of all that are written",
      );
    }
    return values;
  } catch (error) {
    throw new WrongUse(`${(error as Error).message}\nusage: main.ts [--print-config [--stack STACK]]`);
  }
}

/**
 * cdktf takes a stack trace for each of its tokens, and keeps it for an error that a token may cause: a fifth of a synthesis'
 * time and of its memory. Errors that are thrown have theirs all the same.
 */
function withoutTokenTraces(action: () => void): void {
  const { captureStackTrace } = Error;
  Error.captureStackTrace = () => {};
  try {
    action();
  } finally {
    Error.captureStackTrace = captureStackTrace;
  }
}

/** What the cdktf command does by itself: a stack that the config no longer has would be worked on by its folder's name. */
function removeStacksOfBefore({ outdir, manifest }: App): void {
  const folder = join(outdir, Manifest.stacksFolder);
  const left = readdirSync(folder).filter((name) => manifest.stacks[name] === undefined);
  for (const name of left) {
    rmSync(join(folder, name), { recursive: true });
  }
}

/** What the cdktf command prints by itself. */
function printWarnings(app: App): void {
  if (process.env.CDKTF_CONTINUE_SYNTH_ON_ERROR_ANNOTATIONS !== undefined) {
    return;
  }
  for (const { path, metadata } of app.node.findAll().map(({ node }) => node)) {
    for (const { data } of metadata.filter(({ type }) => type === AnnotationMetadataEntryType.WARN)) {
      console.error(`warning: ${path}: ${data}`);
    }
  }
}

try {
  main();
} catch (error) {
  if (error instanceof WrongUse) {
    console.error(error.message);
  } else if (error instanceof InvalidInputError) {
    console.error(`${error.message}\nNothing was written.`);
  } else {
    // Not before: the maps of the libraries take longer to read than their code.
    process.setSourceMapsEnabled(true);
    console.error(error);
  }
  process.exitCode = error instanceof WrongUse ? 2 : 1;
}
