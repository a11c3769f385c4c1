import { CONCERNS, type Concern, type Finding } from "./finding";
import type { Review } from "./findings";

/** A plan's review, under the name that people know the plan by. */
export interface NamedReview extends Review {
  readonly name: string;
}

/** Whether somebody has to look at it. */
export function needsReview({ findings }: Review): boolean {
  return findings.length > 0;
}

/** In a line: how many of what. */
export function summary({ findings, harmless }: Review): string {
  const counts = Object.entries(CONCERNS).flatMap(([concern, words]) => {
    const count = findings.filter((one) => one.concern === concern).length;
    return count === 0 ? [] : `${count} ${words}`;
  });
  const changes = harmless.length === 0 ? "" : `${harmless.length} harmless`;
  return counts.length > 0
    ? `needs review: ${[...counts, changes].filter(Boolean).join(", ")}`
    : changes === ""
      ? "no changes"
      : `nothing to review: ${changes}`;
}

export function textReport(reviews: readonly NamedReview[]): string {
  return reviews
    .map((review) =>
      [
        `plan review: ${review.name}: ${summary(review)}`,
        ...byAddress(review.findings).flatMap(([{ address, title }, findings]) => [
          "",
          oneLine(title ? `${title} (${address})` : address),
          ...findings.flatMap((finding) => [
            `  ${CONCERNS[finding.concern]}: ${subject(finding)}${oneLine(finding.effect)}`,
            ...(finding.refusal ? [`    the plan guard refuses that: ${oneLine(finding.refusal.fix)}`] : []),
          ]),
        ]),
        ...(review.harmless.length > 0 ? ["", "harmless"] : []),
        ...review.harmless.map(({ address, what }) => `  ${oneLine(address)} ${oneLine(what)}`),
      ].join("\n"),
    )
    .join("\n\n");
}

export function jsonReport(reviews: readonly NamedReview[]): string {
  const plans = reviews.map(({ name, findings, harmless }) => ({
    plan: name,
    needsReview: findings.length > 0,
    findings: findings.map(({ address, title, concern, effect, refusal }) => ({
      address,
      title,
      concern,
      effect,
      refused: refusal !== undefined,
      ...(refusal ?? {}),
    })),
    harmless,
  }));
  return JSON.stringify({ plans }, null, 2);
}

/** The findings as a table, and what is harmless, folded up. */
export function markdownReport(review: Review): string {
  const rows = byAddress(review.findings).flatMap(([{ address, title }, findings]) =>
    findings.map((finding, index) => {
      const resource = index > 0 ? "" : `${title ? `${escaped(title)}<br>` : ""}${code(address)}`;
      const refused = finding.refusal ? `<br>The plan guard refuses that: ${escaped(finding.refusal.fix)}` : "";
      return `| ${resource} | **${CONCERNS[finding.concern]}** | ${subject(finding)}${escaped(finding.effect)}${refused} |`;
    }),
  );
  const harmless = review.harmless.map(
    ({ address, title, what }) => `- ${title ? `${escaped(title)}, ` : ""}${code(address)}: ${escaped(what)}`,
  );
  return [
    ...(rows.length > 0 ? ["| resource | | |", "|---|---|---|", ...rows, ""] : []),
    ...(harmless.length > 0 ? [...folded(`${harmless.length} harmless`, harmless.join("\n")), ""] : []),
  ].join("\n");
}

function folded(title: string, content: string): string[] {
  return [`<details><summary>${title}</summary>`, "", content, "", "</details>"];
}

/** A check speaks for itself. */
function subject({ concern }: { readonly concern: Concern }): string {
  return concern === "check" ? "" : "this plan ";
}

function byAddress(findings: readonly Finding[]): [Finding, Finding[]][] {
  const addresses = [...new Set(findings.map(({ address }) => address))];
  return addresses.map((address) => {
    const those = findings.filter((one) => one.address === address);
    return [those[0] as Finding, those];
  });
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}

/** As text in a cell of a table: no markup, no link, nobody called. */
function escaped(text: string): string {
  return oneLine(text).replaceAll(/[&<>|`*_~[\]\\@#!]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** As code in a cell. A key of an instance may have anything in it. */
export function code(text: string): string {
  return /[`|\n<>]/.test(text) ? escaped(text) : `\`${text}\``;
}
