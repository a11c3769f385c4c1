import { durationMs } from "../../doctor/duration";

test.each([
  ["30s", 30_000],
  ["2m", 120_000],
  ["500ms", 500],
  ["1.5s", 1500],
  ["10", 10_000],
  ["24h", 86_400_000],
])("%s", (text, milliseconds) => {
  expect(durationMs(text)).toBe(milliseconds);
});

test.each(["", "0", "0s", "-1s", "25h", "1d", "s", "1 s", "1e9", "NaN", "30s30s"])("%j is none", (text) => {
  expect(durationMs(text)).toBeUndefined();
});
