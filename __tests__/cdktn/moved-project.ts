import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

const ROOT = join(__dirname, "../..");

/** Versions that the tier was last looked at with, so that it says the same tomorrow. */
const CDKTN = "0.24.0";
const CONSTRUCTS = "10.7.2";

/** The providers of cdktn's that npm has. */
export const MOVED: Readonly<Record<string, string>> = { aws: "25.7.0" };

const { dependencies, devDependencies, overrides } = require("../../package.json");

/** The providers that this project uses, by their short names. */
export const PROVIDERS = Object.keys(devDependencies).flatMap((name) => /^@cdktf\/provider-(.*)/.exec(name)?.[1] ?? []);

/** The version of a package that npm has, or why there is none. */
export function onNpm(name: string): { readonly version: string } | "absent" | "out of reach" {
  // 'npm run --silent' would silence this one too.
  const { stdout } = spawnSync("npm", ["view", name, "version", "--json", "--loglevel=error", "--fetch-retries=0"], {
    encoding: "utf8",
    timeout: 60_000,
  });
  const [, version] = /^"([\d.]+)"/.exec(stdout) ?? [];
  if (version !== undefined) {
    return { version };
  }
  return stdout.includes('"E404"') ? "absent" : "out of reach";
}

/** What the project's package.json becomes: cdktn, its providers as far as npm has them, and cdktf's for the rest. */
function manifest(): object {
  const others = Object.entries<string>(devDependencies).filter(
    ([name]) =>
      !["cdktf", "cdktf-cli", "constructs", ...Object.keys(MOVED).map((one) => `@cdktf/provider-${one}`)].includes(
        name,
      ),
  );
  return {
    private: true,
    dependencies: {
      ...dependencies,
      ...Object.fromEntries(others),
      ...Object.fromEntries(Object.entries(MOVED).map(([name, version]) => [`@cdktn/provider-${name}`, version])),
      cdktn: CDKTN,
      constructs: CONSTRUCTS,
      // What cdktf's providers find under that name is cdktn.
      cdktf: "file:./cdktf",
    },
    overrides: { "unrs-resolver": overrides["unrs-resolver"] },
  };
}

const CDKTF_IS_CDKTN = {
  "package.json": JSON.stringify({ name: "cdktf", version: "0.21.0", main: "index.js", types: "index.d.ts" }),
  "index.js": 'module.exports = require("cdktn");\n',
  "index.d.ts": 'export * from "cdktn";\n',
};

/** A folder with the packages, kept for the next time; none where npm can't install them. */
export function installed(): { readonly folder: string } | { readonly problem: string } {
  const text = JSON.stringify(manifest(), undefined, 2);
  const hash = createHash("sha256")
    .update(text + JSON.stringify(CDKTF_IS_CDKTN))
    .digest("hex")
    .slice(0, 12);
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "cdktf-milvus-l7");
  const folder = join(cache, `cdktn-${hash}`);
  if (existsSync(folder)) {
    return { folder };
  }
  // An install would try for minutes.
  if (onNpm("cdktn") === "out of reach") {
    return { problem: "it can't be reached" };
  }
  mkdirSync(cache, { recursive: true });
  const making = mkdtempSync(`${folder}-`);
  writeFileSync(join(making, "package.json"), text);
  mkdirSync(join(making, "cdktf"));
  for (const [file, content] of Object.entries(CDKTF_IS_CDKTN)) {
    writeFileSync(join(making, "cdktf", file), content);
  }
  const { status, stderr } = spawnSync(
    "npm",
    ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline", "--loglevel=error"],
    {
      cwd: making,
      encoding: "utf8",
      timeout: 300_000,
    },
  );
  if (status !== 0) {
    rmSync(making, { recursive: true });
    return { problem: stderr.split("\n").find((line) => line.includes("npm error")) ?? "npm install failed" };
  }
  try {
    renameSync(making, folder);
  } catch {
    // Another run was faster.
    rmSync(making, { recursive: true });
  }
  return { folder };
}

/** What is made, and what nobody imports. */
const NOT_MOVED = /^(\..*|coverage|cdktf\.out|dist|lib|node_modules|.*\.tfstate.*)$/;

/** This project on cdktn, beside the packages. */
export class MovedProject {
  readonly folder: string;

  constructor(packages: string) {
    this.folder = mkdtempSync(join(packages, "project-"));
    for (const part of readdirSync(ROOT).filter((name) => !NOT_MOVED.test(name))) {
      cpSync(join(ROOT, part), join(this.folder, part), {
        recursive: true,
        filter: (file) => !file.startsWith(join(ROOT, "__tests__/cdktn")),
      });
    }
    for (const file of sources(this.folder)) {
      writeFileSync(file, moved(readFileSync(file, "utf8")));
    }
  }

  /** Runs one of the packages' programs. */
  run(program: string, ...args: string[]) {
    const command = join(dirname(this.folder), "node_modules/.bin", program);
    const { status, stdout, stderr } = spawnSync(command, args, { cwd: this.folder, encoding: "utf8" });
    return { status, output: stdout + stderr };
  }

  /** What its main program synthesises of a config file, by stack. */
  synthesise(config: string): Record<string, any> {
    return synthesise(this.folder, config);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

/** The same of the project itself. */
export function synthesiseHere(config: string): Record<string, any> {
  return synthesise(ROOT, config);
}

function synthesise(project: string, config: string): Record<string, any> {
  const out = mkdtempSync(`${config}.out-`);
  const env = { ...process.env, MILVUS_L7_CONFIG: config, CDKTF_OUTDIR: out };
  const { status, stderr } = spawnSync(process.execPath, ["--require", "tsx/cjs", "main.ts"], {
    cwd: project,
    env,
    encoding: "utf8",
  });
  if (status !== 0) {
    throw new Error(stderr);
  }
  const stacks = join(out, "stacks");
  return Object.fromEntries(
    readdirSync(stacks).map((id) => {
      const text = readFileSync(join(stacks, id, "cdk.tf.json"), "utf8").replaceAll(project, "<folder>");
      const { "//": _, ...json } = JSON.parse(text);
      return [id, json];
    }),
  );
}

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.(ts|js|snap)$/.test(file))
    .map((file) => join(folder, file));
}

/** The whole move of a source file. */
function moved(text: string): string {
  return Object.keys(MOVED)
    .reduce((all, name) => all.replaceAll(`"@cdktf/provider-${name}/`, `"@cdktn/provider-${name}/`), text)
    .replaceAll('"cdktf"', '"cdktn"');
}
