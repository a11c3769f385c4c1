import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What a fault did, as the page says it. */
export interface Row {
  readonly type: string;
  readonly what: string;
  readonly when?: string;
  readonly life?: string;
  /** What was done all the same before terraform ended. */
  readonly before?: string;
  /** What the next run did. */
  readonly next?: string;
  /** Why it can't be. */
  readonly reason?: string;
}

const PAGE = join(__dirname, "../../docs/reliability.md");

/** The page has the table of a stack, or gets it where RELIABILITY_PAGE is `write`. */
export function tableIsInPage(stackId: string, rows: readonly Row[], types: readonly string[]): void {
  const page = readFileSync(PAGE, "utf8");
  const [begin, end] = [`<!-- faults of ${stackId} -->\n`, "<!-- end of faults -->"];
  const from = page.indexOf(begin) + begin.length;
  const to = page.indexOf(end, from);
  expect(page).toContain(begin);
  const current = `${page.slice(0, from)}\n${table(rows, types)}\n${page.slice(to)}`;
  if (process.env.RELIABILITY_PAGE === "write") {
    writeFileSync(PAGE, current);
  }
  expect(page).toBe(process.env.RELIABILITY_PAGE === "write" ? page : current);
}

function table(rows: readonly Row[], types: readonly string[]): string {
  const sorted = types.flatMap((type) => rows.filter((row) => row.type === type));
  return [
    "| resource | fault | in | done before terraform ended | done by the next run |",
    "|---|---|---|---|---|",
    ...sorted.map(({ type, what, when = "first deploy", life, before, next, reason }) =>
      reason === undefined
        ? `| \`${type}\` | ${what} | ${[when, life].filter((part) => part).join(", ")} | ${before} | ${next} |`
        : `| \`${type}\` | ${what} | — | can't be: ${reason} | |`,
    ),
    "",
  ].join("\n");
}
