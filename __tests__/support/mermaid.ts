import { readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";

/** A flowchart as Mermaid's own parser reads it. */
export interface Read {
  /** The text of each box, by its id, with entity codes as they are shown. */
  readonly boxes: Readonly<Record<string, string>>;
  /** `from > to: text`, with `..>` for a dotted one. */
  readonly arrows: readonly string[];
  /** The title of each frame with the ids of its boxes. */
  readonly frames: Readonly<Record<string, readonly string[]>>;
}

/** Mermaid for browsers: it takes a global object for itself, and one without a document for no reason to sanitise. */
function loadMermaid(): any {
  const { console, setTimeout, clearTimeout, queueMicrotask, structuredClone, URL, TextEncoder, performance } =
    globalThis;
  const browser = { console, setTimeout, clearTimeout, queueMicrotask, structuredClone, URL, TextEncoder, performance };
  const context: any = createContext(browser);
  // What DOMPurify would have, were there a document. Nothing is drawn here.
  runInContext("Function.prototype.addHook = () => {}; Function.prototype.sanitize = (text) => text;", context);
  runInContext(readFileSync(require.resolve("@mermaid-js/tiny"), "utf8"), context);
  return context.mermaid;
}

const mermaid = loadMermaid();

/** Reads a picture with Mermaid's own parser, which throws where it is none. */
export async function read(text: string): Promise<Read> {
  // It loads the kinds of diagrams that there are.
  await mermaid.parse(text);
  const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
  return {
    boxes: Object.fromEntries([...db.getVertices()].map(([id, box]: any) => [id, shown(box.text)])),
    arrows: db
      .getEdges()
      .map(
        ({ start, end, text: label, stroke }: any) =>
          `${start} ${stroke === "dotted" ? ".." : ""}> ${end}: ${shown(label)}`,
      ),
    frames: Object.fromEntries(db.getSubGraphs().map(({ title, nodes }: any) => [shown(title), [...nodes]])),
  };
}

/** Mermaid keeps entity codes aside until it draws. */
function shown(text = ""): string {
  return text
    .replaceAll("<br/>", "\n")
    .replace(/(?:ﬂ°°|#)(\d+)(?:¶ß|;)/g, (_, code) => String.fromCodePoint(Number(code)));
}
