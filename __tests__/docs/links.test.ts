import { existsSync, statSync } from "node:fs";
import { join, normalize } from "node:path";
import { PAGES, prose, read } from "../support/pages";

const ROOT = join(__dirname, "../..");

interface Link {
  readonly from: string;
  /** Seen from the project's folder. */
  readonly file: string;
  readonly anchor?: string;
}

/** The links of a page that lead into this project. */
function linksOf(page: string): Link[] {
  return [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path = "", anchor] = target.split("#");
      return { from: page, file: path === "" ? page : normalize(join(page, "..", path)).replaceAll("\\", "/"), anchor };
    });
}

/** The anchors that GitHub gives the headings of a page. */
function anchorsOf(page: string): Set<string> {
  const seen = new Map<string, number>();
  const anchors = [...prose(page).matchAll(/^#{1,6} (.*)$/gm)].map(([, heading = ""]) => {
    const words = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const slug = words
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(" ", "-");
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    return times === 0 ? slug : `${slug}-${times}`;
  });
  return new Set(anchors);
}

const links = PAGES.flatMap(linksOf);

test("no link leads nowhere", () => {
  expect(links.filter(({ file }) => !existsSync(join(ROOT, file)))).toEqual([]);
});

test("no anchor leads nowhere", () => {
  const broken = links.filter(
    ({ file, anchor }) => anchor !== undefined && PAGES.includes(file) && !anchorsOf(file).has(anchor),
  );
  expect(broken).toEqual([]);
});

test("no link leads to a folder, which only GitHub shows", () => {
  expect(links.filter(({ file }) => existsSync(join(ROOT, file)) && statSync(join(ROOT, file)).isDirectory())).toEqual(
    [],
  );
});

test("every page is reached from the README, and from the index in docs", () => {
  for (const start of ["README.md", "docs/README.md"]) {
    const reached = new Set([start]);
    for (const page of reached) {
      for (const { from, file } of links) {
        if (from === page && PAGES.includes(file)) {
          reached.add(file);
        }
      }
    }
    expect(PAGES.filter((page) => !reached.has(page))).toEqual([]);
  }
});

test("the index itself names every page for users; the decisions have an index of their own", () => {
  const named = linksOf("docs/README.md").map(({ file }) => file);
  const pages = PAGES.filter(
    (page) => /^docs\/(?!decisions\/0|contributing\/)/.test(page) && page !== "docs/README.md",
  );
  expect(pages.filter((page) => !named.includes(page))).toEqual([]);
});

test("the index of the decisions names each with its title", () => {
  for (const page of PAGES.filter((page) => page.startsWith("docs/decisions/0"))) {
    const [, number = "", title = ""] = /^# (\d+)\. (.*)$/m.exec(read(page)) ?? [];
    const file = page.replace("docs/decisions/", "");
    expect(file).toMatch(new RegExp(`^${number.padStart(4, "0")}-`));
    expect(read("docs/decisions/README.md")).toContain(`| [${number.padStart(4, "0")}](${file}) | ${title} |`);
  }
});
