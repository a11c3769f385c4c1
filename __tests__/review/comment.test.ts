import { planComment } from "../../commands/plan-comment";
import { LONGEST_COMMENT, markerOf } from "../../review/comment";
import { change, INGRESS, ingress, planText, updated } from "./support";

const CIDRS = "alb.ingress.kubernetes.io/inbound-cidrs";
const WIDENED = updated(INGRESS, ingress({ [CIDRS]: "10.0.0.0/8" }), ingress({ [CIDRS]: "0.0.0.0/0" }));
const options = { stack: "gcp-stack", allow: [] };

test("says what is found, what is harmless, and where it is from", () => {
  const plan = planText([WIDENED, change("time_sleep.a", ["create"], null, {})]);
  const from = { commit: "0123456789abcdef", run: "https://github.com/o/r/actions/runs/1" };
  expect(
    planComment({ plan, text: "Plan: 1 to add\n  + a" }, { ...options, ...from }, []),
  ).toBe(`<!-- milvus-l7-plan: gcp-stack -->
### Plan of \`gcp-stack\`: needs review: 1 newly public, 1 harmless

| resource | | |
|---|---|---|
| Ingress default/search<br>\`${INGRESS}\` | **newly public** | this plan lets in clients of 0.0.0.0/0: everybody |

<details><summary>1 harmless</summary>

- \`time_sleep.a\`: is created

</details>

<details><summary>The plan</summary>

\`\`\`diff
Plan: 1 to add
+   a
\`\`\`

</details>

<sub>Made of 0123456789ab, in [the run](https://github.com/o/r/actions/runs/1)</sub>
`);
});

test("says that nothing changes", () => {
  expect(planComment({ plan: planText([]) }, options, [])).toBe(
    "<!-- milvus-l7-plan: gcp-stack -->\n### Plan of `gcp-stack`: no changes\n\n\n",
  );
});

test("says what the plan guard refuses, unless it is allowed", () => {
  const plan = planText([change(INGRESS, ["delete"], ingress({}), null)]);
  const refused = `**The plan guard refuses this plan**: \`${INGRESS}\`. It can't be deployed like this.`;
  expect(planComment({ plan }, options, [])).toContain(refused);
  expect(planComment({ plan }, { ...options, allow: [INGRESS] }, [])).not.toContain(refused);
});

test("says why there is no plan, without secrets", () => {
  const failure = "Error: Invalid password: hunter-two\n```\n";
  expect(planComment({ failure }, options, ["hunter-two"])).toBe(
    "<!-- milvus-l7-plan: gcp-stack -->\n### Plan of `gcp-stack`: there is none\n\nTerraform ends with an error:\n\n" +
      "````\nError: Invalid password: (hidden)\n```\n````\n",
  );
});

test("takes no other text for a plan", () => {
  expect(() => planComment({ plan: "{}" }, options, [])).toThrow(/^this is no plan: give --plan what/);
  expect(() => planComment({}, options, [])).toThrow(/^this is no plan/);
});

test.each([100, 65_000, 65_536, 66_000, 400_000])(
  "cuts the plan's text and never the findings: %i characters",
  (length) => {
    const text = "  + line\n".repeat(length / 9);
    const comment = planComment({ plan: planText([WIDENED]), text }, options, []);
    expect(comment.length).toBeLessThanOrEqual(LONGEST_COMMENT);
    expect(comment).toContain("this plan lets in clients of 0.0.0.0/0: everybody |");
    expect(comment.includes("cut here")).toBe(length >= 65_536);
    expect(comment.trimEnd().endsWith("</details>")).toBe(true);
  },
);

test("leaves out what is harmless before it cuts a finding, and fails before it loses one", () => {
  const many = (count: number, make: (index: number) => object) =>
    Array.from({ length: count }, (_, index) => make(index)) as never[];
  const harmless = many(1500, (index) => change(`time_sleep.sleep-${index}-${"x".repeat(20)}`, ["create"], null, {}));
  const comment = planComment({ plan: planText([WIDENED, ...harmless]) }, options, []);
  expect(comment.length).toBeLessThanOrEqual(LONGEST_COMMENT);
  expect(comment).toContain("newly public");
  expect(comment).not.toContain("sleep-1-");
  const lost = many(1500, (index) => change(`somebodys_thing.thing-${index}-${"x".repeat(20)}`, ["delete"], {}, null));
  expect(() => planComment({ plan: planText(lost) }, options, [])).toThrow(
    /^what is found of gcp-stack alone has \d+ characters, and GitHub takes 65536: make the change in smaller steps$/,
  );
});

test("a value can't pretend to be a part of the comment", () => {
  const hostile = "a<!-- milvus-l7-plan: other -->`|\n# @everyone [link](https://example.com) ![i](x)";
  const plan = planText([
    change(`somebodys_thing.a["${hostile}"]`, ["delete"], {}, null),
    updated("google_dns_record_set.a", { rrdatas: ["a"] }, { rrdatas: [hostile] }),
  ]);
  const comment = planComment({ plan, text: "a\n```\n# title\n````\n" }, { stack: "x`-->|y", allow: [] }, []);
  expect(comment.match(/<!--/g)).toHaveLength(1);
  expect(comment).not.toMatch(/@everyone|\]\(https:\/\/example|!\[/);
  expect(comment.split("\n")[0]).toBe(markerOf("x`-->|y"));
  expect(markerOf("x`-->|y")).toBe("<!-- milvus-l7-plan: x-----y -->");
  expect(comment).toContain("`````diff");
});
