import type { Review } from "./findings";
import { code, escaped, folded, markdownReport, summary } from "./report";

/** What the one comment on a stack's plan says. */
export interface PlanComment extends Origin {
  readonly stack: string;
  readonly review: Review;
  /** The addresses of what the plan guard refuses; they aren't allowed. */
  readonly refused: readonly string[];
  /** The plan as Terraform prints it, without secrets. */
  readonly text?: string;
}

export interface Origin {
  /** The commit that the plan was made of. */
  readonly commit?: string;
  /** Where it was made. */
  readonly run?: string;
}

/** GitHub takes this many characters. */
export const LONGEST_COMMENT = 65_536;

/** A line that nobody sees, which finds the comment of a stack again. */
export function markerOf(stack: string): string {
  return `<!-- milvus-l7-plan: ${stack.replaceAll(/[^\w.-]/g, "-")} -->`;
}

/** The comment: what is found, as it is, and as much of the plan as there is room for. */
export function commentOf(comment: PlanComment): string {
  const { stack, review, refused } = comment;
  const head = [
    markerOf(stack),
    `### Plan of ${code(stack)}: ${summary(review)}`,
    "",
    ...(refused.length > 0
      ? [`**The plan guard refuses this plan**: ${refused.map(code).join(", ")}. It can't be deployed like this.`, ""]
      : []),
  ];
  const foot = origin(comment);
  const whole = [...head, markdownReport(review)].join("\n");
  const short = [...head, markdownReport({ ...review, harmless: [] })].join("\n");
  const findings = whole.length + foot.length + 1 < LONGEST_COMMENT ? whole : short;
  const room = LONGEST_COMMENT - findings.length - foot.length - 1;
  if (room < 0) {
    throw new Error(
      `what is found of ${stack} alone has ${findings.length} characters, and GitHub takes ${LONGEST_COMMENT}: make the change in smaller steps`,
    );
  }
  return `${findings}\n${planText(comment.text, room)}${foot}`;
}

/** The comment where there is no plan. */
export function failureComment(stack: string, reason: string, from: Origin): string {
  const foot = origin(from);
  const head = `${markerOf(stack)}\n### Plan of ${code(stack)}: there is none\n\nTerraform ends with an error:\n\n`;
  const text = reason.trim() || "it doesn't say why: see the run";
  return `${head}${fenced(text.slice(0, LONGEST_COMMENT - head.length - foot.length - FENCE_ROOM), "")}\n${foot}`;
}

function origin({ commit, run }: Origin): string {
  const parts = [commit ? `Made of ${escaped(commit.slice(0, 12))}` : "", run ? `[the run](${encodeURI(run)})` : ""];
  const line = parts.filter(Boolean).join(", in ");
  return line === "" ? "" : `\n<sub>${line}</sub>\n`;
}

const CUT = "\n… cut here: the whole plan is in the run\n";

function planText(text: string | undefined, room: number): string {
  if (text === undefined || text.trim() === "") {
    return "";
  }
  const block = (content: string) => `${folded("The plan", fenced(marked(content), "diff")).join("\n")}\n`;
  const whole = block(text.trim());
  if (whole.length <= room) {
    return whole;
  }
  const around = block(CUT).length;
  // A mark may have moved in each line, which changes no length; the fence may be longer.
  const length = room - around - FENCE_ROOM;
  return length < SHORTEST_TEXT ? "" : block(`${text.trim().slice(0, length)}${CUT}`);
}

const FENCE_ROOM = 64;
/** Less of a plan says nothing. */
const SHORTEST_TEXT = 200;

/** A block of code, between fences longer than any in it, which would end it. */
function fenced(content: string, language: string): string {
  const fence = "`".repeat(Math.max(2, ...[...content.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
  return `${fence}${language}\n${content}\n${fence}`;
}

/** GitHub colours a line by its first character: Terraform's mark goes there. */
function marked(text: string): string {
  return text.replaceAll(/^( +)([~+-])(?= )/gm, (_, indent, mark) => `${mark === "~" ? "!" : mark}${indent}`);
}
