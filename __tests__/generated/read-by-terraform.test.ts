import fc from "fast-check";
import { hclExpression, literal } from "../../constructs/internal/hcl";
import { describeUnless, succeeded, Workspace, whatIsMissing } from "../support/terraform";
import { hostileText, TOKENS } from "./support/grammars";
import { figure, seed, share } from "./support/run";

/** Terraform itself reads each text as it was written, in a string of the JSON and in an expression. */

const TEXTS = 500;

describeUnless(whatIsMissing().terraform, "Terraform reads", () => {
  test("hostile texts as they are", () => {
    const all = fc.sample(hostileText, { seed: seed() + 4, numRuns: share(TEXTS) });
    // cdktf's own are refused before; Terraform never sees one.
    const texts = all.filter((text) => !TOKENS.some((token) => text.includes(token)));
    const outputs = texts.flatMap((text, index): [string, { value: unknown }][] => [
      [`text_${index}`, { value: literal(text) }],
      [`expression_${index}`, { value: `a \${${hclExpression(text)}} b` }],
      [`within_${index}`, { value: `\${${hclExpression({ [text]: [text] })}}` }],
    ]);
    const place = new Workspace("texts");
    place.write({
      terraform: { backend: { local: { path: place.statePath } } },
      output: Object.fromEntries(outputs),
    });
    succeeded(place.terraform("init", "-no-color"));
    succeeded(place.terraform("apply", "-auto-approve", "-no-color"));
    const read = place.state().outputs;
    for (const [index, text] of texts.entries()) {
      expect(read[`text_${index}`].value).toBe(text);
      expect(read[`expression_${index}`].value).toBe(`a ${text} b`);
      expect(read[`within_${index}`].value).toEqual({ [text]: [text] });
    }
    place.remove();
    figure(`${texts.length} hostile texts, each read by terraform itself in three places as it was written`);
  });
});
