import { Reading } from "./reading";

export type FindingState = "ok" | "warning" | "problem" | "skipped";

/** What one check came to. */
export interface Finding {
  readonly group: string;
  readonly check: string;
  readonly state: FindingState;
  /** What is there. */
  readonly seen: string;
  /**
   * What follows from it.
   *
   * @default - nothing: it is as it should be
   */
  readonly means?: string;
  /**
   * What to do next, as an imperative.
   *
   * @default - nothing
   */
  readonly next?: string;
  /**
   * Whether there was no time for it.
   *
   * @default false
   */
  readonly late?: boolean;
}

interface Consequence {
  readonly means: string;
  readonly next: string;
}

/** The findings of a group of checks. */
export class Group {
  constructor(private readonly group: string) {}

  ok(check: string, seen: string): Finding {
    return { group: this.group, check, state: "ok", seen };
  }

  warning(check: string, seen: string, consequence: Consequence): Finding {
    return { group: this.group, check, state: "warning", seen, ...consequence };
  }

  problem(check: string, seen: string, consequence: Consequence): Finding {
    return { group: this.group, check, state: "problem", seen, ...consequence };
  }

  skipped(check: string, seen: string, next?: string): Finding {
    return { group: this.group, check, state: "skipped", seen, ...(next ? { next } : {}) };
  }

  /** What is found in something that was read; what couldn't be read is skipped, with the reason. */
  of<T>(check: string, reading: Reading<T>, judge: (value: T) => Finding | readonly Finding[]): Finding[] {
    if (Reading.isRead(reading)) {
      return [judge(reading.value)].flat();
    }
    const { unread, late } = reading;
    return [{ ...this.skipped(check, unread), ...(late ? { late } : {}) }];
  }
}

/** Names as a sentence has them. */
export function listed(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.join(", ");
}
