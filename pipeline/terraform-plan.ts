import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";

/** How a plan ended, as `terraform plan -detailed-exitcode` says it. */
export const PLANNED = { noChanges: 0, failed: 1, changes: 2 } as const;

export interface PlanMade {
  readonly status: number;
  /** What Terraform says where it failed; nothing of a configuration's or a state's values. */
  readonly failure?: string;
}

/**
 * Makes a stack's plan, and keeps it in a folder that nobody else reads: `plan`, `plan.json`, `plan.txt`. What Terraform
 * prints is kept back: it shows the values of a release. It takes no lock, which needs a right to write.
 */
export function makePlan(binary: string, stackFolder: string, folder: string, isLocked: boolean): PlanMade {
  const out = resolve(folder);
  mkdirSync(out, { recursive: true, mode: 0o700 });
  chmodSync(out, 0o700);
  const run = (...args: string[]) =>
    spawnSync(binary, [`-chdir=${stackFolder}`, ...args], {
      encoding: "utf8",
      maxBuffer: MOST_OUTPUT,
      env: { ...process.env, TF_IN_AUTOMATION: "1", TF_INPUT: "0" },
    });
  const init = run("init", "-input=false", "-no-color");
  if (init.status !== 0) {
    return failed(out, init.error?.message ?? withoutConfiguration(`${init.stderr || init.stdout}`));
  }
  const plan = run(
    "plan",
    "-input=false",
    "-json",
    "-detailed-exitcode",
    `-lock=${isLocked}`,
    `-out=${join(out, "plan")}`,
  );
  if (plan.status !== PLANNED.noChanges && plan.status !== PLANNED.changes) {
    return failed(out, plan.error?.message ?? diagnostics(plan.stdout));
  }
  chmodSync(join(out, "plan"), 0o600);
  for (const [file, option] of [
    ["plan.json", "-json"],
    ["plan.txt", "-no-color"],
  ] as const) {
    const shown = run("show", option, join(out, "plan"));
    if (shown.status !== 0) {
      return failed(out, withoutConfiguration(shown.stderr));
    }
    writeFileSync(join(out, file), shown.stdout, { mode: 0o600 });
  }
  return { status: plan.status };
}

const MOST_OUTPUT = 256 * 1024 * 1024;

function failed(out: string, failure: string): PlanMade {
  writeFileSync(join(out, "failure.txt"), failure, { mode: 0o600 });
  return { status: PLANNED.failed, failure };
}

interface Diagnostic {
  readonly severity: string;
  readonly summary: string;
  readonly detail?: string;
  readonly address?: string;
}

/**
 * The errors among what `terraform plan -json` prints. Without the lines of the configuration that each of them is in, and
 * the values there: a `user.yaml` may be among them.
 */
export function diagnostics(lines: string): string {
  return lines
    .split("\n")
    .flatMap((line): Diagnostic[] => {
      try {
        const { diagnostic } = JSON.parse(line) as { diagnostic?: Diagnostic };
        return diagnostic?.severity === "error" ? [diagnostic] : [];
      } catch {
        return [];
      }
    })
    .map(({ summary, detail, address }) =>
      [`Error: ${summary}${address ? ` (${address})` : ""}`, ...(detail ? [detail] : [])].join("\n"),
    )
    .join("\n\n");
}

/** Of an error as people read it, the same. */
export function withoutConfiguration(text: string): string {
  return stripVTControlCharacters(text)
    .split("\n")
    .filter((line) => !/^(?:│\s+)?\s*(?:\d+: |├─)|^(?:│\s+|\s{2,})│/.test(line))
    .join("\n")
    .trim();
}
