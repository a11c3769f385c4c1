import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Runner } from "../support/workflow";

/** The job that writes the one comment, with a `gh` that answers from files and notes what is sent. */

const MARKER = "<!-- milvus-l7-plan -->";
const BOT = { login: "github-actions[bot]" };

let folder: string;
let runner: Runner;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "milvus-l7-comment-"));
  runner = new Runner(folder, process.env);
  runner.program(
    "gh",
    `if [ "$2" = --paginate ]; then
  echo "$3" > asked
  jq -r "$5" comments.json
else
  echo "$4 $5" > sent
  cp "$7" sent.json
fi`,
  );
});
afterEach(() => rmSync(folder, { recursive: true }));

function comment(existing: object[], text: string): { sent: string; body: string } {
  writeFileSync(join(folder, "comments.json"), JSON.stringify(existing));
  writeFileSync(join(folder, "comment.md"), text);
  const context = { "github.event.pull_request.number": "7", "github.token": "the-token" };
  const ran = runner.job("plan.yml", "comment", context);
  expect(ran).toMatchObject({ status: 0, log: "" });
  expect(readFileSync(join(folder, "asked"), "utf8")).toBe("repos/owner/name/issues/7/comments\n");
  const sent = readFileSync(join(folder, "sent"), "utf8").trim();
  return { sent, body: JSON.parse(readFileSync(join(folder, "sent.json"), "utf8")).body };
}

test("makes the comment where there is none", () => {
  expect(comment([], 'a "plan"\n')).toEqual({
    sent: "POST repos/owner/name/issues/7/comments",
    body: `${MARKER}\na "plan"\n`,
  });
});

test("updates its own, and not one that somebody else began with the same line", () => {
  const existing = [
    { id: 1, user: { login: "somebody" }, body: `${MARKER}\nfooled` },
    { id: 2, user: BOT, body: "of another workflow" },
    { id: 3, user: BOT, body: `${MARKER}\nold` },
    { id: 4, user: BOT, body: `${MARKER}\nold too` },
  ];
  expect(comment(existing, "new").sent).toBe("PATCH repos/owner/name/issues/comments/3");
  expect(comment(existing.slice(0, 2), "new").sent).toBe("POST repos/owner/name/issues/7/comments");
});

test("fits into GitHub's limit, and says where the rest is", () => {
  const { body } = comment([], "ä".repeat(70_000));
  expect(body.length).toBeLessThan(65_536);
  expect(body).toMatch(/ä\n\nThe rest is in the run\.$/);
});
