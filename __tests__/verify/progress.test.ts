import { rewriting } from "../../verify/progress";

function terminal(columns: number) {
  const written: string[] = [];
  const write = (text: string) => written.push(text) > 0;
  return { columns, write, written };
}

test("a terminal's line has the hop and the time, each over the one before, and is cleared at the end", () => {
  const screen = terminal(80);
  const progress = rewriting("20s", screen);
  progress.hop("dns");
  progress.hop("tls");
  progress.end();
  expect(screen.written).toEqual(["\r\x1b[Kdns 0s of 20s", "\r\x1b[Ktls 0s of 20s", "\r\x1b[K"]);
});

test("a line that is longer than the terminal is wide is cut, so that it can be cleared", () => {
  const screen = terminal(9);
  const progress = rewriting("20s", screen);
  progress.hop("dns");
  progress.end();
  expect(screen.written[0]).toBe("\r\x1b[Kdns 0s o");
});

test("the time moves on while a hop takes long", () => {
  jest.useFakeTimers();
  const screen = terminal(80);
  const progress = rewriting("20s", screen);
  progress.hop("dns");
  jest.advanceTimersByTime(2000);
  progress.end();
  jest.advanceTimersByTime(2000);
  jest.useRealTimers();
  expect(screen.written.slice(0, -1)).toEqual([
    "\r\x1b[Kdns 0s of 20s",
    "\r\x1b[Kdns 1s of 20s",
    "\r\x1b[Kdns 2s of 20s",
  ]);
});
