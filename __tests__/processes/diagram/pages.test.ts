import { pages } from "../../../commands/diagram-docs";
import { withPictures } from "../../../diagram/pages";
import { read } from "../../support/mermaid";

const PICTURE = /^```mermaid\n([\s\S]*?)^```/gm;

describe("the pictures of the documentation", () => {
  const all = pages();

  test("are there for both clouds in the README", () => {
    const readme = all.find(({ file }) => file === "README.md")?.text ?? "";
    expect([...readme.matchAll(/^<!-- picture of (\S+) -->$/gm)].map(([, stack]) => stack)).toEqual([
      "gcp-stack",
      "aws-stack",
    ]);
  });

  test.each(all)("are those that 'npm run diagram:docs' draws: $file", ({ text, current }) => {
    expect(text).toBe(current);
  });

  const drawn = all.flatMap(({ file, current }) =>
    [...current.matchAll(PICTURE)].map(([, text = ""]) => ({ file, text })),
  );

  test.each(drawn.filter(({ text }) => !text.includes("…")))("are Mermaid: $file", async ({ text }) => {
    expect(Object.keys((await read(text)).boxes)).toContain("pods");
  });

  test("are all made, none is by hand", () => {
    for (const { current } of all) {
      const byHand = current
        .replace(/^````[\s\S]*?^````$/gm, "")
        .replace(/^<!-- picture of [\s\S]*?end of picture -->/gm, "");
      expect(byHand).not.toContain("```mermaid");
    }
  });
});

describe("a page", () => {
  const draw = (stack: string, config?: string) => `${stack} of ${config?.split("\n")[1] ?? "the committed file"}\n`;
  const marked = (stack: string) => `<!-- picture of ${stack} -->\nold\n<!-- end of picture -->\n`;
  const config = (key: string) => `\`\`\`yaml\n# yaml-language-server: x\n${key}:\n\`\`\`\n`;

  test("gets the committed file's stack, or that of the config last before it", () => {
    const page = marked("one") + config("first") + marked("two") + config("second") + marked("three");
    const drawn = withPictures(page, draw);
    expect([...drawn.matchAll(PICTURE)].map(([, text]) => text)).toEqual([
      "one of the committed file\n",
      "two of first:\n",
      "three of second:\n",
    ]);
    expect(withPictures(drawn, draw)).toBe(drawn);
  });

  test("without pictures stays as it is", () => {
    expect(withPictures("text, `<!-- picture of STACK -->`", draw)).toBe("text, `<!-- picture of STACK -->`");
  });

  test.each(["<!-- picture of one -->\ntext\n", `<!-- picture of one -->\ntext\n${marked("two")}`])(
    "whose picture doesn't end is refused: %j",
    (page) => {
      expect(() => withPictures(page, draw)).toThrow("the picture of one has no <!-- end of picture -->");
    },
  );
});
