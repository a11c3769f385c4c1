import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import type { InvalidInputError } from "../../../constructs/internal/problem";
import { stackOf } from "../../../stacks/catalog";
import { load, refusal } from "../../config/support";

/** What `main.ts` does, in this process. */

/** Every file of the output by its path. */
export type Output = Readonly<Record<string, string>>;

export class Program {
  private readonly configFile: string;
  private readonly outdir: string;

  constructor(readonly folder: string) {
    this.configFile = join(folder, "milvus-l7.yaml");
    this.outdir = join(folder, "cdktf.out");
  }

  /** Takes the config and writes the Terraform JSON. */
  synthesise(config: string): Output {
    this.write(config);
    rmSync(this.outdir, { recursive: true, force: true });
    const app = new App({ outdir: this.outdir });
    for (const { id, config } of load(this.configFile)) {
      stackOf(config.cloud).build(app, id, config);
    }
    app.synth();
    return this.output();
  }

  /** The error that refuses the config; undefined where it is taken. Any other error is a bug, and goes through. */
  refusal(config: string | Uint8Array): InvalidInputError | undefined {
    this.write(config);
    return refusal(this.configFile);
  }

  private write(config: string | Uint8Array): void {
    mkdirSync(this.folder, { recursive: true });
    rmSync(this.configFile, { force: true });
    writeFileSync(this.configFile, config);
  }

  private output(): Output {
    const paths = readdirSync(this.outdir, { recursive: true, encoding: "utf8" }).sort();
    const files = paths.filter((path) => statSync(join(this.outdir, path)).isFile());
    return Object.fromEntries(files.map((path) => [path, readFileSync(join(this.outdir, path), "utf8")]));
  }
}

/** The Terraform JSON of each stack that was written, by its id. */
export function stacksOf(output: Output): Record<string, unknown> {
  const stacks = Object.entries(output).flatMap(([file, text]): [string, unknown][] => {
    const [, id] = /^stacks\/([^/]+)\/cdk\.tf\.json$/.exec(file) ?? [];
    return id === undefined ? [] : [[id, JSON.parse(text)]];
  });
  return Object.fromEntries(stacks);
}
