import { spawn } from "node:child_process";

/** How a program ended. */
export interface Outcome {
  /** Its exit status; `undefined` where it didn't end by itself. */
  readonly status?: number;
  readonly stdout: string;
  /** Why it failed, in a line that may be shown; empty where it didn't. */
  readonly error: string;
  /** What kept it from ending by itself. */
  readonly stopped?: "missing" | "late" | "too large";
}

/** Runs one of the programs that read. */
export type Run = (
  program: string,
  args: readonly string[],
  env?: Readonly<Record<string, string>>,
) => Promise<Outcome>;

/**
 * All that is ever run, by the words that it begins with. Nothing here changes a cluster or a cloud: the two that write
 * a kubeconfig write the one that they are given.
 */
export const READING_COMMANDS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  kubectl: [["get"], ["version"], ["auth", "can-i"], ["config", "get-contexts"]],
  terraform: [["version"]],
  helm: [["version"]],
  gcloud: [["version"], ["container", "clusters", "describe"], ["container", "clusters", "get-credentials"]],
  "gke-gcloud-auth-plugin": [["--version"]],
  aws: [["--version"], ["sts", "get-caller-identity"], ["eks", "describe-cluster"], ["eks", "update-kubeconfig"]],
};

/** More than any answer of a healthy program. */
const LARGEST_ANSWER = 16 * 1024 * 1024;

/** So many at once: a cluster's API is not to feel it. */
const MOST_AT_ONCE = 8;

/** What ends the programs that still run: none of them outlives this process. */
const kills = new Set<() => void>();
process.once("exit", () => {
  for (const kill of kills) {
    kill();
  }
});

/** Programs that all have to end by the same time. */
export class Programs {
  private readonly end: number;
  private free = MOST_AT_ONCE;
  private readonly waiting: (() => void)[] = [];

  /**
   * @param milliseconds how long all of them may take together
   * @param binaries the binary of a program that has another name
   */
  constructor(
    milliseconds: number,
    private readonly binaries: Readonly<Record<string, string>> = {},
  ) {
    this.end = Date.now() + milliseconds;
  }

  readonly run: Run = async (program, args, env = {}) => {
    if (!isReading(program, args)) {
      throw new Error(`${program} ${args.slice(0, 2).join(" ")} is not among the commands that read`);
    }
    await this.turn();
    try {
      return await this.spawn(program, args, env);
    } finally {
      this.free++;
      this.waiting.shift()?.();
    }
  };

  private async turn(): Promise<void> {
    while (this.free === 0) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    this.free--;
  }

  private spawn(program: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<Outcome> {
    const left = this.end - Date.now();
    if (left <= 0) {
      return Promise.resolve({ stdout: "", error: "", stopped: "late" });
    }
    return new Promise((resolve) => {
      // In a process group of its own, so that what it starts (a login plugin) ends with it.
      const child = spawn(this.binaries[program] ?? program, args, {
        env: { ...process.env, ...env },
        stdio: ["ignore", "pipe", "pipe"],
        detached: true,
      });
      const texts = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
      let size = 0;
      const text = (stream: keyof typeof texts) => Buffer.concat(texts[stream]).toString("utf8");
      const settle = (outcome: Outcome) => {
        clearTimeout(timer);
        kills.delete(kill);
        resolve(outcome);
      };
      const kill = () => {
        try {
          process.kill(-(child.pid as number), "SIGKILL");
        } catch {
          // It has ended meanwhile.
        }
      };
      const stop = (stopped: "late" | "too large") => {
        kill();
        // Nobody who still has them open is waited for.
        child.stdout.destroy();
        child.stderr.destroy();
        child.unref();
        settle({ stdout: "", error: errorLine(text("stderr")), stopped });
      };
      const timer = setTimeout(() => stop("late"), left);
      kills.add(kill);
      for (const stream of ["stdout", "stderr"] as const) {
        child[stream].on("data", (chunk: Buffer) => {
          size += chunk.length;
          if (size > LARGEST_ANSWER) {
            stop("too large");
          } else {
            texts[stream].push(chunk);
          }
        });
      }
      child.on("error", ({ message }) => {
        const { pid } = child;
        settle({ stdout: "", error: message, ...(pid === undefined ? { stopped: "missing" as const } : {}) });
      });
      child.on("close", (status) =>
        settle({
          status: status ?? 1,
          stdout: text("stdout"),
          error: status === 0 ? "" : errorLine(text("stderr")) || `it ended with status ${status}`,
        }),
      );
    });
  }
}

function isReading(program: string, args: readonly string[]): boolean {
  return (READING_COMMANDS[program] ?? []).some((words) => words.every((word, index) => args[index] === word));
}

/** What a program says of its failure, among all that it prints. */
function errorLine(stderr: string): string {
  const lines = plain(stderr)
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  const line = lines.find((one) => /^(error|unable|an error|the connection)/i.test(one)) ?? lines.at(-1) ?? "";
  return shortened(line);
}

/** A text from elsewhere as a terminal may show it: without escape sequences and keys, and not too long. */
export function shortened(text: string, most = 240): string {
  const line = plain(text).replace(/\s+/g, " ").trim();
  if (/PRIVATE KEY|\beyJ[\w-]{20,}|\bBearer\s/i.test(line)) {
    return "(a text that may hold a key or a token: not shown)";
  }
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}

function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, "").replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "");
}
