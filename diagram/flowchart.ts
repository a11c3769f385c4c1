/** A Mermaid flowchart, as far as pictures of stacks need one, and its text. */

export const DIRECTIONS = ["LR", "TB", "RL", "BT"] as const;

/** From left to right, from top to bottom, and the other way round. */
export type Direction = (typeof DIRECTIONS)[number];

export interface Flowchart {
  readonly direction: Direction;
  readonly parts: readonly (Box | Frame)[];
  readonly arrows: readonly Arrow[];
}

export interface Box {
  /** Lower-case letters, digits and '_': it is Mermaid's, and nobody sees it. */
  readonly id: string;
  /** What stands in it. */
  readonly lines: readonly string[];
}

/** Boxes that belong together. */
export interface Frame {
  readonly id: string;
  readonly title: string;
  readonly boxes: readonly Box[];
}

export interface Arrow {
  readonly from: string;
  readonly to: string;
  /** @default - none */
  readonly lines?: readonly string[];
  /** `call`: the way of a client's call. `about`: whatever else one part has to do with another. */
  readonly kind: "call" | "about";
}

export function mermaid({ direction, parts, arrows }: Flowchart): string {
  return [
    `flowchart ${direction}`,
    ...parts.flatMap((part) => ("boxes" in part ? frame(part) : [box(part)])).map(indented),
    ...arrows.map(arrow).map(indented),
    "",
  ].join("\n");
}

function frame({ id, title, boxes }: Frame): string[] {
  return [`subgraph ${id}[${label([title])}]`, ...boxes.map(box).map(indented), "end"];
}

function box({ id, lines }: Box): string {
  return `${id}[${label(lines)}]`;
}

function arrow({ from, to, lines = [], kind }: Arrow): string {
  const [start, end] = kind === "call" ? ["--", "-->"] : ["-.", ".->"];
  return lines.length === 0
    ? `${from} ${kind === "call" ? "-->" : "-.->"} ${to}`
    : `${from} ${start} ${label(lines)} ${end} ${to}`;
}

function label(lines: readonly string[]): string {
  return `"${lines.map(escaped).join("<br/>")}"`;
}

function indented(line: string): string {
  return `  ${line}`;
}

/**
 * Text as a label shows it, whatever it is: what could be Mermaid, HTML, Markdown, a formula or the name of an icon is
 * written as the number of its character. So are two words, after which Mermaid takes such numbers for colours.
 *
 * @see https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters
 * @see https://github.com/mermaid-js/mermaid/blob/develop/packages/mermaid/src/utils.ts encodeEntities
 */
function escaped(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.replace(
    /[^\p{L}\p{N} .,:'/()=+_-]|:(?=fa-)|s(?=tyle)|c(?=lassDef)/gu,
    (character) => `#${character.codePointAt(0)};`,
  );
}
