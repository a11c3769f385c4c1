import { createSpinner } from "nanospinner";
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

/** On a terminal: one line that moves, with the hop and the time since the start. */
export function spinning(limit: string): Progress {
  const start = performance.now();
  const spinner = createSpinner("", { stream: process.stdout });
  let hop = "";
  let last = "";
  const turn = () => {
    spinner.update(`${hop} ${clock(performance.now() - start)} of ${limit}${last && `, ${last}`}`).spin();
  };
  // Its own start() would end the process at SIGINT, with what the write test made left behind.
  const timer = setInterval(turn, 80);
  return {
    hop: (name) => {
      hop = name;
      turn();
    },
    walked: (walk) => {
      hop = "waiting";
      last = shortly(walk);
    },
    end: () => {
      clearInterval(timer);
      spinner.stop();
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
