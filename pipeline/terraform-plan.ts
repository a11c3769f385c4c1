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

/** The stack's configuration, where terraform runs in it. */
export interface StackPlace {
  readonly binary: string;
  readonly stackFolder: string;
}

/**
 * Makes a stack's plan, and keeps it in a folder that nobody else reads: `plan`, `plan.json`, `plan.txt`. What Terraform
 * prints is kept back: it shows the values of a release. Without a lock it needs no right to write.
 */
export function makePlan(place: StackPlace, folder: string, isLocked: boolean): PlanMade {
  const out = ownFolder(folder);
  const init = terraform(place, "init", "-input=false", "-no-color");
  if (init.status !== 0) {
    return failed(out, init.error?.message ?? withoutConfiguration(`${init.stderr || init.stdout}`));
  }
  const file = join(out, "plan");
  const options = ["-input=false", "-json", "-detailed-exitcode", `-lock=${isLocked}`, `-out=${file}`];
  const plan = terraform(place, "plan", ...options);
  if (plan.status !== PLANNED.noChanges && plan.status !== PLANNED.changes) {
    return failed(out, plan.error?.message ?? diagnostics(plan.stdout));
  }
  chmodSync(file, 0o600);
  const failure = show(place, out);
  return failure === undefined ? { status: plan.status } : failed(out, failure);
}

/** Writes `plan.json` and `plan.txt` beside a plan that is there, with no state and no credentials. */
export function showPlan(place: StackPlace, folder: string): PlanMade {
  const out = ownFolder(folder);
  const init = terraform(place, "init", "-input=false", "-no-color", "-backend=false", "-lockfile=readonly");
  const failure = init.status === 0 ? show(place, out) : withoutConfiguration(`${init.stderr || init.stdout}`);
  return failure === undefined ? { status: 0 } : failed(out, failure);
}

/** Applies a saved plan, and nothing else: Terraform refuses one whose state has gone on since. */
export function applyPlan(place: StackPlace, folder: string, tell: (line: string) => void): number {
  const init = terraform(place, "init", "-input=false", "-no-color", "-lockfile=readonly");
  if (init.status !== 0) {
    tell(init.error?.message ?? withoutConfiguration(`${init.stderr || init.stdout}`));
    return PLANNED.failed;
  }
  const apply = terraform(place, "apply", "-input=false", "-json", join(resolve(folder), "plan"));
  for (const line of [...messages(apply.stdout), diagnostics(apply.stdout)].filter(Boolean)) {
    tell(line);
  }
  return apply.status ?? PLANNED.failed;
}

function terraform({ binary, stackFolder }: StackPlace, ...args: string[]) {
  return spawnSync(binary, [`-chdir=${stackFolder}`, ...args], {
    encoding: "utf8",
    maxBuffer: MOST_OUTPUT,
    env: { ...process.env, TF_IN_AUTOMATION: "1", TF_INPUT: "0" },
  });
}

function ownFolder(folder: string): string {
  const out = resolve(folder);
  mkdirSync(out, { recursive: true, mode: 0o700 });
  chmodSync(out, 0o700);
  return out;
}

/** Why it couldn't, if it couldn't. */
function show(place: StackPlace, out: string): string | undefined {
  for (const [file, option] of [
    ["plan.json", "-json"],
    ["plan.txt", "-no-color"],
  ] as const) {
    const shown = terraform(place, "show", option, join(out, "plan"));
    if (shown.status !== 0) {
      return shown.error?.message ?? withoutConfiguration(shown.stderr);
    }
    writeFileSync(join(out, file), shown.stdout, { mode: 0o600 });
  }
  return undefined;
}

const MOST_OUTPUT = 256 * 1024 * 1024;

function failed(out: string, failure: string): PlanMade {
  writeFileSync(join(out, "failure.txt"), failure, { mode: 0o600 });
  return { status: PLANNED.failed, failure };
}

/** What is done to which resource, among what `terraform apply -json` prints. The outputs are not told. */
export function messages(lines: string): string[] {
  return lines.split("\n").flatMap((line) => {
    try {
      const { type, "@message": message } = JSON.parse(line) as { type?: string; "@message"?: string };
      return message && /^(apply_(start|complete|errored)|change_summary)$/.test(type ?? "") ? [message] : [];
    } catch {
      return [];
    }
  });
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
