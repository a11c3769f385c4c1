import { spawn } from "node:child_process";
import { ended } from "../../support/ended";
import { ROOT } from "../../support/terraform";
import { HOST } from "./certificates";

interface Finding {
  readonly seen: string;
  readonly cause?: string;
  readonly means?: string;
  readonly next?: string;
}

export interface Hop extends Finding {
  readonly hop: string;
  readonly status: "passed" | "failed" | "warned" | "skipped";
  /** What else there is to warn of. */
  readonly more?: readonly Finding[];
}

export interface Verified {
  readonly exit: number | null;
  readonly passed: boolean;
  readonly elapsedMs: number;
  readonly hops: readonly Hop[];
  readonly stderr: string;
}

/** The command as its npm script runs it, with `--json`. */
export async function verify(
  args: readonly string[],
  { env = {}, before = [] }: { env?: NodeJS.ProcessEnv; before?: readonly string[] } = {},
): Promise<Verified> {
  const command = [...before, process.execPath, "--require", "tsx/cjs", "commands/verify.ts", ...args, "--json"];
  const { exit, stdout, stderr } = await outcome(command, env);
  try {
    return { ...JSON.parse(stdout), exit, stderr };
  } catch {
    throw new Error(`no JSON but, with exit code ${exit}:\n${stdout}${stderr}`);
  }
}

/** The options that lead to a port of this machine. */
export function local(port: number, ca?: string): string[] {
  return ["--host", HOST, "--address", "127.0.0.1", "--port", String(port), ...(ca ? ["--ca", ca] : [])];
}

/** What each hop failed for or warned of. */
export function findings({ hops }: Verified): string[] {
  return hops
    .filter(({ status }) => status === "failed" || status === "warned")
    .flatMap(({ hop, status, cause, more = [] }) =>
      [cause, ...more.map((finding) => finding.cause)].map((one) => `${hop} ${status}: ${one}`),
    );
}

export async function outcome(
  [program, ...args]: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ exit: number | null; stdout: string; stderr: string }> {
  const { status, stdout, stderr } = await ended(
    spawn(program as string, args, {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, MILVUS_TOKEN: undefined, ...env },
    }),
  );
  return { exit: status, stdout, stderr };
}
