import { DIRECTIONS, mermaid } from "../../../diagram/flowchart";
import { read } from "../../support/mermaid";

const HOSTILE = [
  'a "quoted" text',
  "[brackets] {braces} (parentheses)",
  "<b>bold</b><script>alert(1)</script>",
  '${file("/etc/passwd")} and $${this} and $$x^2$$',
  "%%{init: {'theme': 'dark'}}%% %% a comment",
  "fa:fa-car and fab:fa-github",
  "a | b --> c -.-> d; end",
  "`code` *strong* _slanted_ ~~gone~~",
  "#quot; &amp; #35;",
  "back\\nslash",
  "https://www.example.com/?a=b&c=d",
  "1. first",
  "Grüße 你好 🚀",
  "style x fill:#f9f",
  "classDef big fill:#f9f;",
  "end",
];

test.each(HOSTILE)("a box, a frame and an arrow show the text as it is: %s", async (text) => {
  const chart = mermaid({
    direction: "LR",
    parts: [
      { id: "one", lines: ["first", text] },
      { id: "frame", title: text, boxes: [{ id: "two", lines: [text] }] },
    ],
    arrows: [
      { from: "one", to: "two", lines: [text], kind: "call" },
      { from: "two", to: "one", lines: [text], kind: "about" },
    ],
  });
  expect(await read(chart)).toEqual({
    boxes: { one: `first\n${text}`, two: text },
    frames: { [text]: ["two"] },
    arrows: [`one > two: ${text}`, `two ..> one: ${text}`],
  });
  // Nothing of what Mermaid, Markdown or HTML could read is left in it.
  expect(chart.replace(/#\d+;|<br\/>|-->|\.->/g, "")).not.toMatch(/[<>&$%`*~{}|\\]/);
});

test("several lines of a text become one", async () => {
  const chart = mermaid({ direction: "TB", parts: [{ id: "one", lines: [" a\n  b\tc "] }], arrows: [] });
  expect(await read(chart)).toMatchObject({ boxes: { one: "a b c" } });
});

test.each(DIRECTIONS)("Mermaid knows the direction %s", async (direction) => {
  const chart = mermaid({ direction, parts: [{ id: "one", lines: ["x"] }], arrows: [] });
  expect(chart).toBe(`flowchart ${direction}\n  one["x"]\n`);
  await read(chart);
});

test("an arrow needs no text", async () => {
  const parts = ["one", "two"].map((id) => ({ id, lines: [id] }));
  const arrows = (["call", "about"] as const).map((kind) => ({ from: "one", to: "two", kind }));
  expect((await read(mermaid({ direction: "LR", parts, arrows }))).arrows).toEqual(["one > two: ", "one ..> two: "]);
});

test("the parser is one that refuses what is no flowchart", async () => {
  await expect(read('flowchart LR\n  one["x')).rejects.toThrow("Parse error");
  await expect(read("flowchart LR\n  one[x] --> end")).rejects.toThrow("Parse error");
});
