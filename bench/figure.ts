/** One measured figure, as it is printed and as docs/performance.md shows it. */
export interface Figure {
  /** What was measured. */
  readonly name: string;
  readonly measured: string;
  /** What it is to be; none for a figure that only explains another. */
  readonly target?: { readonly text: string; readonly met: boolean };
}

/** A part of the bench: its figures, or why it can't be measured on this machine. */
export type Part = { readonly figures: readonly Figure[] } | { readonly skipped: string };

/** A figure that is to stay below a limit. */
export function atMost(name: string, value: number, limit: number, unit = "", digits = 2): Figure {
  const text = (number: number, precision: number) => `${number.toFixed(precision)}${unit && ` ${unit}`}`;
  const limitDigits = Number.isInteger(limit) ? 0 : digits - 1;
  return {
    name,
    measured: text(value, digits),
    target: { text: `≤ ${text(limit, limitDigits)}`, met: value <= limit },
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
