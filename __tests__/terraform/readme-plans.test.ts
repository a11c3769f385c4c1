import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { workspace } from "../support/life";
import { AWS, AWS_LEFT_ALONE, GCP, GCP_LEFT_ALONE } from "../support/stacks-under-test";
import { describeUnless, succeeded, whatIsMissing } from "../support/terraform";

/** What README says of the first plans; `npm run plans:docs` writes it. */

const README = join(__dirname, "../../README.md");
const [BEGIN, END] = ["<!-- expected plans -->\n", "<!-- end of expected plans -->"];

const stacks = [
  { stack: GCP, leftAlone: GCP_LEFT_ALONE },
  { stack: AWS, leftAlone: AWS_LEFT_ALONE },
];

function planLine(...[stack, change]: Parameters<typeof workspace>): string {
  const place = workspace(stack, change);
  succeeded(place.terraform("init"));
  const [line = ""] = /^Plan: .*$/m.exec(succeeded(place.terraform("plan", "-no-color")).text) ?? [];
  place.remove();
  return line;
}

describeUnless(whatIsMissing().apply, "the first plan of the committed config", () => {
  test("is the one in README", () => {
    const lines = stacks.map(({ stack }) => `${planLine(stack)}    # ${stack.id}\n`);
    const page = readFileSync(README, "utf8");
    const [before = "", rest = ""] = page.split(BEGIN);
    const [, after = ""] = rest.split(END);
    const current = `${before}${BEGIN}\`\`\`\n${lines.join("")}\`\`\`\n${END}${after}`;
    if (process.env.README_PLANS === "write") {
      writeFileSync(README, current);
    }
    expect(page).toBe(process.env.README_PLANS === "write" ? page : current);
  });

  test.each(stacks)("only adds where the release is left alone: $stack.id", ({ stack, leftAlone }) => {
    expect(planLine(stack, { release: leftAlone })).toMatch(/^Plan: \d+ to add, 0 to change, 0 to destroy\.$/);
  });
});
