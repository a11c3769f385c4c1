import type { WriteStream } from "node:tty";
import type { HopName } from "./hop";
import { verdict } from "./report";
import type { Walk } from "./walk";

/** What is shown while it goes on. */
export interface Progress {
  hop(hop: HopName): void;
  /** A walk has ended that isn't the last. */
  walked(walk: Walk): void;
  end(): void;
}

/** On a terminal: one line that is rewritten, with the hop and the time since the start. */
export function rewriting(limit: string, terminal: Pick<WriteStream, "write" | "columns"> = process.stdout): Progress {
  const start = performance.now();
  const CLEAR_LINE = "\r\x1b[K";
  let hop = "";
  let last = "";
  const show = () => {
    const line = `${hop} ${clock(performance.now() - start)} of ${limit}${last && `, ${last}`}`;
    // A line that wraps could not be cleared.
    terminal.write(`${CLEAR_LINE}${line.slice(0, terminal.columns - 1)}`);
  };
  const timer = setInterval(show, 1000);
  return {
    hop: (name) => {
      hop = name;
      show();
    },
    walked: (walk) => {
      hop = "waiting";
      last = shortly(walk);
    },
    end: () => {
      clearInterval(timer);
      terminal.write(CLEAR_LINE);
    },
  };
}

/** Elsewhere: one line for each change. */
export function changes(print: (line: string) => void): Progress {
  const start = performance.now();
  let last = "";
  return {
    hop: () => {},
    walked: (walk) => {
      const now = shortly(walk);
      if (now !== last) {
        last = now;
        print(`verify: ${clock(performance.now() - start)} ${now}`);
      }
    },
    end: () => {},
  };
}

export const silent: Progress = { hop: () => {}, walked: () => {}, end: () => {} };

function shortly(walk: Walk): string {
  return verdict(walk).replace(/^verify: | \([^()]*\)$/g, "");
}

/** As a clock shows it: `4s`, `3m05s`. */
function clock(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, "0")}s`;
}
