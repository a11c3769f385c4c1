import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "../..");

function markdownIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md") && !file.includes("node_modules"))
    .map((file) => join(folder, file).replaceAll("\\", "/"))
    .sort();
}

/** Every page that a user reads, seen from the project's folder. */
export const PAGES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", ...markdownIn("docs"), ...markdownIn("examples")];

export function read(page: string): string {
  return readFileSync(join(ROOT, page), "utf8");
}

export interface Block {
  /** Page and line, to find it by. */
  readonly name: string;
  readonly page: string;
  /** Empty where it has none: what a command printed. */
  readonly language: string;
  readonly code: string;
}

export const BLOCKS: readonly Block[] = PAGES.flatMap((page) => {
  const text = read(page);
  return [...text.matchAll(/^```([^\n]*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    name: `${page}:${text.slice(0, match.index).split("\n").length}`,
    page,
    language: match[1] ?? "",
    code: match[2] ?? "",
  }));
});

/** The code blocks of a language in all pages. */
export function blocksIn(language: string): Block[] {
  return BLOCKS.filter((block) => block.language === language);
}

/** A page without its code blocks. */
export function prose(page: string): string {
  return read(page).replaceAll(/^```[\s\S]*?^```$/gm, "");
}
