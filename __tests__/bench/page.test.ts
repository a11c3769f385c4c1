import { readFileSync } from "node:fs";
import { join } from "node:path";
import { atMost, type Figure, median } from "../../bench/figure";
import { performancePage } from "../../bench/page";

const ROOT = join(__dirname, "../..");

const run = { seconds: 1.5, megabytes: 120 };
const runs = [run, run, run, { seconds: 12, megabytes: 350 }];

function pageWith(
  figures: readonly Figure[],
  deployment: Parameters<typeof performancePage>[0]["deployment"] = { figures: [] },
) {
  return performancePage({
    machine: "a machine",
    appCommand: { figures },
    manyStacks: { figures: [], ours: runs, bare: runs },
    unitTests: { figures: [] },
    deployment,
  });
}

test("a figure within its limit passes, and one above it fails", () => {
  expect(atMost("time", 1.6, 1.6)).toEqual({ name: "time", measured: "1.60", target: { text: "≤ 1.6", met: true } });
  expect(atMost("memory", 201, 200, "MB", 0)).toEqual({
    name: "memory",
    measured: "201 MB",
    target: { text: "≤ 200 MB", met: false },
  });
});

test("a figure that couldn't be measured doesn't pass", () => {
  expect(atMost("time", Number.NaN, 1.6).target?.met).toBe(false);
});

test("the median of an odd number of runs is the one in the middle", () => {
  expect(median([3, 1, 2])).toBe(2);
});

test("the page shows each figure with its target, and says which fails", () => {
  const page = pageWith([atMost("good", 1, 2), atMost("bad", 3, 2), { name: "only said", measured: "4 s" }]);
  expect(page).toContain("| good | 1.00 | ≤ 2: pass |\n| bad | 3.00 | ≤ 2: **FAIL** |\n| only said | 4 s |  |");
  expect(page).toContain("| 1,000 | 12.00 s, 350 MB | 12.00 s, 350 MB |");
});

test("the page says why a part wasn't measured", () => {
  expect(pageWith([], { skipped: "terraform is not installed" })).toContain(
    "Not measured: terraform is not installed.",
  );
});

test("the committed page is of this bench: its words are those that the command writes", () => {
  const headings = (text: string) => text.split("\n").filter((line) => /^(#|!\[)/.test(line));
  expect(headings(readFileSync(join(ROOT, "docs/performance.md"), "utf8"))).toEqual(headings(pageWith([])));
});
