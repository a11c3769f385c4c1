import { LONGEST_COMMENT } from "../review/comment";
import { code } from "../review/report";
import type { Issue } from "./posts";

/** What a plan of a stack that nobody has changed ended with, as `terraform plan -detailed-exitcode` has it. */
export interface StackDrift {
  readonly stack: string;
  /** `undefined` where its job has left nothing. */
  readonly status: number | undefined;
  /** The stack's comment, as `plan-comment` prints it. */
  readonly markdown: string;
}

const MARKER = "<!-- milvus-l7-drift -->";

const STATES: Readonly<Record<number, string>> = {
  0: "as it is configured",
  2: "**differs from its configuration**",
};

const FAILED = "**no plan could be made**";

/** The one issue about all stacks. */
export function driftIssue(stacks: readonly StackDrift[], run: string | undefined): Issue {
  const differing = stacks.filter(({ status }) => status !== 0);
  const rows = stacks.map(({ stack, status }) => `| ${code(stack)} | ${STATES[status ?? -1] ?? FAILED} |`);
  const head = [MARKER, "| stack | |", "|---|---|", ...rows, ""].join("\n");
  const foot = run ? `\n<sub>[the last run](${encodeURI(run)})</sub>\n` : "\n";
  const details = differing.map(({ markdown }) => `\n${withoutMarker(markdown)}`).join("\n");
  const room = LONGEST_COMMENT - head.length - foot.length - CUT.length;
  return {
    title: `Drift: ${differing.map(({ stack }) => stack).join(", ") || "none"}`,
    body: `${head}${details.length > room ? `${details.slice(0, room)}${CUT}` : details}${foot}`,
    isNeeded: differing.length > 0,
  };
}

const CUT = "\n… cut here: the rest is in the run\n";

/** One inside would be found as a text of its own. */
function withoutMarker(markdown: string): string {
  return markdown.replaceAll(/^<!-- milvus-l7-.*-->\n/gm, "");
}
