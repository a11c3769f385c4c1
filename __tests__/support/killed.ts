import { type ChildProcess, spawnSync } from "node:child_process";
import type { Outcome } from "./terraform";

/** A terraform that runs, in a process group of its own: what it has printed, and its end. */
export class Running {
  private text = "";
  private readonly ended: Promise<number | null>;
  private readonly pid: number;

  constructor(child: ChildProcess) {
    if (child.pid === undefined) {
      throw new Error("terraform was not started");
    }
    this.pid = child.pid;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (text) => {
        this.text += text;
      });
    }
    this.ended = new Promise((resolve) => child.once("close", (status) => resolve(status)));
  }

  /** Waits until it has printed this. Where it doesn't, nothing of it stays behind. */
  async says(words: RegExp): Promise<void> {
    try {
      await until(
        () => words.test(this.text),
        () => `no ${words} in: ${this.text}`,
      );
    } catch (error) {
      this.signal("SIGKILL");
      throw error;
    }
  }

  /** A signal to terraform and its providers, as from a terminal or a machine that goes down. */
  signal(name: NodeJS.Signals): void {
    process.kill(-this.pid, name);
  }

  /** A signal to terraform alone, as from a pipeline. */
  signalTerraform(name: NodeJS.Signals): void {
    process.kill(this.pid, name);
  }

  /** How it ended. No process of it is left. */
  async end(): Promise<Outcome> {
    const status = await this.ended;
    await until(
      () => this.processes().length === 0,
      () => JSON.stringify(this.processes()),
    );
    return { status, text: this.text };
  }

  /** Its process group's, without those that have ended and that nobody has asked for. */
  private processes(): { pid: number; command: string }[] {
    const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,pgid=,stat=,args="], { encoding: "utf8" });
    return stdout
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      .filter(([, group, stat]) => Number(group) === this.pid && !stat?.startsWith("Z"))
      .map(([pid, , , ...command]) => ({ pid: Number(pid), command: command.join(" ") }));
  }
}

async function until(holds: () => boolean, otherwise: () => string): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    if (tries === 1500) {
      throw new Error(otherwise());
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
