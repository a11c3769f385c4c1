import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

const ROOT = join(__dirname, "../..");

/** The workflows to copy, and the script that they call. */
export const TO_COPY = join(ROOT, "deploy/github");

export interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Record<string, unknown>;
  readonly env?: Record<string, string>;
}

export interface Job {
  readonly permissions?: Record<string, string>;
  readonly environment?: string;
  readonly "timeout-minutes"?: number;
  readonly "runs-on": string;
  readonly if?: string;
  readonly outputs?: Record<string, string>;
  readonly strategy?: { readonly matrix: object };
  readonly env?: Record<string, string>;
  readonly steps: readonly Step[];
}

export interface Workflow {
  readonly on: string | Record<string, unknown>;
  readonly permissions?: object;
  readonly concurrency?: { readonly group: string };
  readonly defaults?: { readonly run: { readonly shell: string } };
  readonly jobs: Record<string, Job>;
}

export function readWorkflow(file: string): Workflow {
  return parse(readFileSync(file, "utf8"));
}

export interface Ran {
  readonly status: number | null;
  /** What the steps printed: the job's log. */
  readonly log: string;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/** The programs of a project that has the package: its commands, and npm, which has done its part. `gh` is in the test's hands. */
const PROGRAMS = {
  npm: "exit 0",
  npx: `
case "$2" in
  milvus-l7-*) exec "${process.execPath}" --require "${require.resolve("tsx/cjs")}" "${ROOT}/commands/\${2#milvus-l7-}.ts" "\${@:3}" ;;
  *) echo "npx: $2 is not installed" >&2; exit 1 ;;
esac`,
  gh: "echo 'gh: not expected' >&2; exit 1",
};

/** A folder in which the jobs of the workflows to copy run as on GitHub, but for the actions of others. */
export class Runner {
  private readonly programs: string;

  constructor(
    readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {
    this.programs = join(folder, "bin");
    for (const place of [this.programs, join(folder, ".github")]) {
      mkdirSync(place, { recursive: true });
    }
    copyFileSync(join(TO_COPY, "stack.sh"), join(folder, ".github/stack.sh"));
    for (const [name, script] of Object.entries(PROGRAMS)) {
      this.program(name, script);
    }
  }

  program(name: string, script: string): void {
    writeFileSync(join(this.programs, name), `#!/usr/bin/env bash\n${script}\n`);
    chmodSync(join(this.programs, name), 0o755);
  }

  run([program = "", ...args]: readonly string[], env: NodeJS.ProcessEnv = {}): Pick<Ran, "status" | "log"> {
    const { status, stdout, stderr } = spawnSync(program, args, {
      cwd: this.folder,
      encoding: "utf8",
      env: { ...this.env, PATH: `${this.programs}:${process.env.PATH}`, ...env },
    });
    return { status, log: `${stdout}${stderr}` };
  }

  /** Runs a job's own steps one after the other; one that fails ends it. Values of expressions come from `context`. */
  job(file: string, id: string, context: Readonly<Record<string, string>> = {}): Ran {
    const { jobs, defaults } = readWorkflow(join(TO_COPY, file));
    const job = jobs[id] as Job;
    const [output, summary] = [join(this.folder, "output"), join(this.folder, "summary")];
    for (const stale of [output, summary]) {
      rmSync(stale, { force: true });
      writeFileSync(stale, "");
    }
    const printed: string[] = [];
    let status: number | null = 0;
    for (const step of job.steps) {
      if (status !== 0 || step.run === undefined) {
        continue;
      }
      expect(defaults?.run.shell).toBe("bash");
      // @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell
      const ran = this.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step.run], {
        GITHUB_OUTPUT: output,
        GITHUB_STEP_SUMMARY: summary,
        GITHUB_REPOSITORY: "owner/name",
        GITHUB_RUN_ID: "42",
        ...evaluated({ ...job.env, ...step.env }, context),
      });
      printed.push(ran.log);
      status = ran.status;
    }
    const lines = readFileSync(output, "utf8").split("\n").filter(Boolean);
    return {
      status,
      log: printed.join(""),
      summary: readFileSync(summary, "utf8"),
      outputs: Object.fromEntries(lines.map((line) => [line.split("=")[0], line.slice(line.indexOf("=") + 1)])),
    };
  }

  read(file: string): string {
    return existsSync(join(this.folder, file)) ? readFileSync(join(this.folder, file), "utf8") : "";
  }
}

function evaluated(env: Record<string, string>, context: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).map(([name, text]) => [
      name,
      text.replaceAll(/\$\{\{ ([\w.]+) \}\}/g, (_, expression) => context[expression] ?? `<${expression}>`),
    ]),
  );
}
