const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `30s`, `2m`, `500ms`, or seconds alone, in milliseconds; `undefined` where it is none of them. */
export function durationMs(text: string): number | undefined {
  const [, number, unit = "s"] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text.trim()) ?? [];
  const value = Number(number) * (UNITS[unit] ?? Number.NaN);
  // More than a timer can be set to ends it at once.
  return value >= 1 && value <= 86_400_000 ? Math.round(value) : undefined;
}
