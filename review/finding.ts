/** What a change does to those who use Milvus, the most serious first. */
export const CONCERNS = {
  lost: "lost",
  public: "newly public",
  weakened: "weakened",
  interrupted: "interrupted",
  replaced: "replaced",
  check: "check fails",
  unknown: "unknown",
} as const;

export type Concern = keyof typeof CONCERNS;

/** One thing that a plan does. */
export interface Said {
  readonly concern: Concern;
  /** After the words "this plan". */
  readonly effect: string;
  /** There where the plan guard refuses a plan that does it. */
  readonly refusal?: Refusal;
}

export interface Refusal {
  /** What to do instead, as an imperative. */
  readonly fix: string;
  /** Whether somebody who means it may allow it by its address. */
  readonly canBeAllowed: boolean;
}

export interface Finding extends Said {
  readonly address: string;
  /** How people call the resource, where that says more than its address. */
  readonly title?: string;
}

/** A change of which nobody needs to be told, and which is named all the same. */
export interface Harmless {
  readonly address: string;
  readonly title?: string;
  readonly what: string;
}

export const lost = said("lost");
export const opened = said("public");
export const weakened = said("weakened");
export const interrupted = said("interrupted");
export const unknown = said("unknown");

function said(concern: Concern) {
  return (effect: string, refusal?: Refusal): Said => ({ concern, effect, ...(refusal ? { refusal } : {}) });
}

/** A value in a sentence. */
export function shown(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** Longer ones are cut: a finding is a sentence. */
const LONGEST = 160;

/** The first few, and how many there are besides. */
export function listed(items: readonly string[], most = 12): string {
  const more = items.length - most;
  return more > 0 ? `${items.slice(0, most).join(", ")} and ${more} more` : items.join(", ");
}
