import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";

export const ROOT = join(__dirname, "..");

export interface Command {
  readonly command: string;
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Run {
  readonly seconds: number;
  /**
   * The most memory that the command and its children had at one time, in MB: the sum of their resident sets, looked at every
   * few milliseconds. Undefined where the system has no /proc to look at.
   */
  readonly megabytes: number | undefined;
}

/** Runs a command. It fails with the command's own words. */
export async function run({ command, folder, env }: Command): Promise<Run> {
  const PATH = `${join(ROOT, "node_modules", ".bin")}${delimiter}${process.env.PATH}`;
  const start = process.hrtime.bigint();
  const child = spawn(command, { cwd: folder, shell: true, env: { ...process.env, PATH, ...env } });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (text) => {
      said += text;
    });
  }
  let kilobytes = 0;
  const watch = setInterval(() => {
    kilobytes = Math.max(kilobytes, residentKilobytesOf(child.pid as number));
  }, 10);
  const status = await new Promise((resolve) => child.on("exit", resolve));
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  clearInterval(watch);
  if (status !== 0) {
    throw new Error(`${folder}: ${command}: ${said}`);
  }
  return { seconds, megabytes: existsSync("/proc/self/task") ? kilobytes / 1024 : undefined };
}

/** Of a process and all below it. A process that has just gone has none. */
function residentKilobytesOf(pid: number): number {
  try {
    const own = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
    const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").trim().split(" ").filter(Boolean),
    );
    return children.reduce((sum, child) => sum + residentKilobytesOf(Number(child)), own);
  } catch {
    return 0;
  }
}
