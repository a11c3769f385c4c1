import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type Outcome, ROOT, succeeded } from "../../support/terraform";

/** The folder that the package was packed into for this run. */
export function packed(): string {
  const folder = process.env.MILVUS_L7_PACKED;
  if (folder === undefined) {
    throw new Error("run these tests by 'npm run test:examples', which packs the package first");
  }
  return folder;
}

export function tarball(): string {
  const [file = ""] = readdirSync(packed());
  return join(packed(), file);
}

/** A project of somebody's, in a folder of its own with the tarball two levels above it, as an example has it. */
export class Project {
  private readonly above = mkdtempSync(join(tmpdir(), "milvus-l7-project-"));
  readonly folder = join(this.above, "examples/project");

  constructor() {
    mkdirSync(this.folder, { recursive: true });
    copyFileSync(tarball(), join(this.above, basename(tarball())));
  }

  /** What git has of an example. */
  static ofExample(name: string): Project {
    const project = new Project();
    const { stdout } = spawnSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "."], {
      cwd: join(ROOT, "examples", name),
      encoding: "utf8",
    });
    for (const file of stdout.trim().split("\n")) {
      cpSync(join(ROOT, "examples", name, file), join(project.folder, file));
    }
    return project;
  }

  write(file: string, content: string | object): void {
    writeFileSync(
      join(this.folder, file),
      typeof content === "string" ? content : `${JSON.stringify(content, null, 2)}\n`,
    );
  }

  read(file: string): string {
    return readFileSync(join(this.folder, file), "utf8");
  }

  install(): void {
    const options = ["--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
    succeeded(this.run("npm", ["install", ...options]));
  }

  /** Every package that is installed, as npm has noted it. */
  packages(): string[] {
    const { packages } = JSON.parse(this.read("node_modules/.package-lock.json"));
    return Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, ""));
  }

  run(command: string, args: string[], env: NodeJS.ProcessEnv = {}): Outcome {
    const { status, stdout, stderr, error } = spawnSync(command, args, {
      cwd: this.folder,
      env: { ...process.env, ...env },
      encoding: "utf8",
    });
    return { status, text: `${stdout ?? ""}${stderr ?? ""}${error ?? ""}` };
  }

  remove(): void {
    rmSync(this.above, { recursive: true, force: true });
  }
}
