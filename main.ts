import { AnnotationMetadataEntryType, App } from "cdktf";
import { loadConfig } from "./config/load";
import { InvalidInputError } from "./constructs/internal/problem";
import { stackOf } from "./stacks/catalog";

/** Reads the config file, makes one stack of each entry, and writes the Terraform JSON. */
function main(): void {
  const file = process.env.MILVUS_L7_CONFIG || "milvus-l7.yaml";
  const stacks = loadConfig(file, (cloud) => stackOf(cloud).validate);

  const app = new App();
  for (const { id, config } of stacks) {
    stackOf(config.cloud).build(app, id, config);
  }
  app.synth();
  printWarnings(app);
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
  console.error(error instanceof InvalidInputError ? `${error.message}\nNothing was written.` : error);
  process.exitCode = 1;
}
