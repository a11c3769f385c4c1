import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { type AllowedAdvisory, findingsOf, judge, parseAllowed, parseReport, type Verdict } from "./advisories";
import { type Product, withProduct } from "./product";

const LIST = "supply-chain/allowed-advisories.yaml";

/** One short attempt more: a machine without network shall not wait minutes to hear so. */
const IMPATIENT = ["--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-timeout=30000"];

/**
 * Asks the registry which advisories there are against what a user of the package gets, and takes off those that the list
 * allows.
 */
export async function audit(
  { npm, packages }: Product,
  list: readonly AllowedAdvisory[],
  today: string,
  ...options: string[]
): Promise<{ status: 0 | 1 | 2; lines: string[] }> {
  const { stdout, stderr } = await npm(
    "audit",
    "--omit=dev",
    "--json",
    "--package-lock-only",
    ...IMPATIENT,
    ...options,
  );
  const report = parseReport(stdout);
  if (report === undefined) {
    return {
      status: 2,
      lines: ["audit: not asked: the registry gave no advisories", `  ${reasonOf(stdout) ?? stderr}`],
    };
  }
  const verdict = judge(findingsOf(report, packages), list, today);
  return { status: verdict.refused.length > 0 ? 1 : 0, lines: linesOf(verdict, packages.length) };
}

/** npm's own words, from the JSON that it prints in a report's place. */
function reasonOf(text: string): string | undefined {
  try {
    const { message, error } = JSON.parse(text);
    return message ?? error?.summary;
  } catch {
    return undefined;
  }
}

export function linesOf({ refused, allowed, unused }: Verdict, count: number): string[] {
  const whole = `${count} packages, ${allowed.length} allowed by ${LIST}`;
  return [
    ...refused.flatMap(({ finding, ranOut }) => [
      `audit: refused: ${finding.package}, ${finding.severity}: ${finding.title}`,
      ...finding.places.map(
        ({ path, version, fixedIn }) =>
          `  at ${path}, version ${version || "unknown"}, ${fixedIn ? `fixed in ${fixedIn}` : "no version without it is known"}`,
      ),
      `  ${finding.url}`,
      ...(ranOut ? [`  the review of ${ranOut.reviewed} ran out on ${ranOut.until}: ${ranOut.why}`] : []),
      `  do: update it, or what brings it ('npm explain ${finding.package}'); where it doesn't matter, say why in ${LIST}`,
    ]),
    ...unused.map((entry) => `audit: found no more: ${entry.advisory} of ${entry.package}: take it off ${LIST}`),
    refused.length > 0 ? `audit: ${refused.length} refused in ${whole}` : `audit: nothing to refuse in ${whole}`,
  ];
}

export const readAllowed = () => parseAllowed(parse(readFileSync(join(__dirname, "..", LIST), "utf8")));

async function main(): Promise<void> {
  const list = readAllowed();
  const today = new Date().toISOString().slice(0, 10);
  const { status, lines } = await withProduct((product) => audit(product, list, today));
  for (const line of lines) {
    (status === 0 ? console.log : console.error)(line);
  }
  process.exitCode = status;
}

if (require.main === module) {
  main().catch((error) => {
    console.error(`audit: ${error instanceof Error ? error.message : error}`);
    // 2 is kept for the registry that couldn't be asked, which a pipeline may pass over.
    process.exitCode = 1;
  });
}
