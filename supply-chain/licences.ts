import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { type LockedPackage, withProduct } from "./product";

const PAGE = "docs/licences.md";
const FILE = join(__dirname, "..", PAGE);

/** Licences that let this package be used and passed on under Apache-2.0, as packages write them. */
export const ALLOWED_LICENCES = [
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC0-1.0",
  "ISC",
  "MIT",
  // cdktf and its providers: file by file, and none of their files is changed or passed on here.
  "MPL-2.0",
  // jsonify, which cdktf bundles; its package.json says so in words.
  "Public Domain",
  "Python-2.0",
  "Unlicense",
];

/** Packages with another licence, each with why it may stay. Who reads the page sees them. */
const LGPL =
  "the optional peer @zilliz/milvus2-sdk-node brings it, unchanged and as a package of its own, to those who have `verify` ask Milvus";
export const EXCEPTIONS: Readonly<Record<string, { licence: string; why: string }>> = {
  memium: { licence: "LGPL-3.0-or-later", why: LGPL },
  utilium: { licence: "LGPL-3.0-or-later", why: LGPL },
};

/** The packages whose licence isn't on the list, each in a line that says what to do. */
export function unknownLicences(packages: readonly LockedPackage[]): string[] {
  return packages
    .filter(({ name, licence = "" }) => !ALLOWED_LICENCES.includes(licence) && EXCEPTIONS[name]?.licence !== licence)
    .map(
      ({ name, version, path, licence }) =>
        `licences: refused: ${name} ${version} has ${licence ?? "no licence in package-lock.json"} (${path})\n` +
        "  do: read its licence; take it up into supply-chain/licences.ts, or do without the package",
    );
}

/** The page with all licences. Its order is that of the names, so that an update changes few lines. */
export function licencePage(packages: readonly LockedPackage[]): string {
  return `${[
    "# Licences",
    "",
    "What a user of this package installs, at the versions in `package-lock.json`. Written by `npm run licences`;",
    "[how, and which licences are allowed](supply-chain.md#licences).",
    "",
    "## Dependencies",
    "",
    ...table(packages.filter(({ peer }) => !peer)),
    "",
    "## Peers and what they bring",
    "",
    "`cdktf`, `constructs` and those of the others that a program uses; what they bundle is listed too.",
    "",
    ...table(packages.filter(({ peer }) => peer)),
    "",
    "## Exceptions",
    "",
    ...Object.entries(EXCEPTIONS).map(([name, { licence, why }]) => `- ${name}, ${licence}: ${why}.`),
  ].join("\n")}\n`;
}

function table(packages: readonly LockedPackage[]): string[] {
  const rows = packages.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`);
  return ["| package | version | licence |", "|---|---|---|", ...[...new Set(rows)].sort()];
}

const COMMAND = new Command("licences")
  .description(
    "Writes docs/licences.md: the licence of each package that a user installs. One that isn't allowed is refused.",
  )
  .option("--check", "write nothing, and fail where the page isn't current")
  .helpOption("--help", "explain this");

async function main(): Promise<void> {
  const { check } = COMMAND.parse().opts<{ check?: boolean }>();
  const packages = await withProduct((product) => product.packages);
  const unknown = unknownLicences(packages);
  const page = licencePage(packages);
  if (unknown.length > 0) {
    throw new Error(unknown.join("\n"));
  }
  if (!check) {
    writeFileSync(FILE, page);
  } else if (!existsSync(FILE) || readFileSync(FILE, "utf8") !== page) {
    throw new Error(`licences: ${PAGE} isn't what package-lock.json gives\n  do: npm run licences`);
  }
  console.log(`licences: ${packages.length} packages, each with an allowed licence, in ${PAGE}`);
}

if (require.main === module) {
  main().catch((error) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
