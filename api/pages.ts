import type { Callable, Doc, Entry, Member, PublicName, Variant } from "./model";

/** The reference: a page for each entry of the package, and one that leads to them, by their file names. */
export function pagesOf(entries: readonly Entry[]): Record<string, string> {
  const pages = Object.fromEntries(entries.map((entry) => [fileOf(entry), pageOf(entry, entries)]));
  return { ...pages, "README.md": indexOf(entries) };
}

const MADE = "<!-- Made by 'npm run docs:api' from the doc comments: change those. -->";

function fileOf({ module }: Entry): string {
  return `${module.split("/")[1]}.md`;
}

function indexOf(entries: readonly Entry[]): string {
  return lines(
    MADE,
    "",
    "# API reference",
    "",
    "Every name that the package exports, from the doc comments of its sources. Examples first, and what to expect: the pages",
    "that [the index](../README.md) leads to.",
    "",
    ...entries.flatMap((entry) => [
      `## [${entry.module}](${fileOf(entry)})`,
      "",
      ...contents(entry, fileOf(entry)),
      "",
    ]),
    "A prop that has a default may be left out. A default that begins with a value is that value; one in words says what",
    "happens. Times say their unit in the name: `timeoutSec`, `validityDays`.",
  );
}

function contents(entry: Entry, file = ""): string[] {
  return table(
    ["name", ""],
    entry.names.map((name) => [`[${code(name.name)}](${file}${anchor(name.name)})`, firstSentence(description(name))]),
  );
}

function pageOf(entry: Entry, entries: readonly Entry[]): string {
  const link = linker(entry, entries);
  return lines(
    MADE,
    "",
    `# ${entry.module}`,
    "",
    ...contents(entry),
    ...entry.names.flatMap((name) => ["", ...section(name, link)]),
  );
}

function description({ name, doc }: PublicName): string {
  return doc.text || `The props of ${code(name.replace(/Props$/, ""))}.`;
}

type Linker = (type: string) => string;

/** A type as code; one that has a section leads there. */
function linker(here: Entry, entries: readonly Entry[]): Linker {
  return (type) => {
    const [, prefix = "", name = "", suffix = ""] = /^(readonly )?(\w+)((?:\[\])?)$/.exec(type) ?? [];
    const has = (entry: Entry) => entry.names.some((other) => other.name === name);
    const home = has(here) ? here : entries.find(has);
    return home === undefined
      ? code(type)
      : `[${code(prefix + name + suffix)}](${home === here ? "" : fileOf(home)}${anchor(name)})`;
  };
}

function section(name: PublicName, link: Linker): string[] {
  return [
    `## ${name.name}`,
    "",
    text(description(name)),
    "",
    ...(name.doc.example === undefined ? [] : ["```ts", name.doc.example, "```", ""]),
    ...body(name, link),
    ...sources(name.doc),
    `Source: [${name.source}](../../${name.source})`,
  ];
}

function body(name: PublicName, link: Linker): string[] {
  switch (name.kind) {
    case "class":
      return [
        ...(name.attributes.length > 0 ? [...members(name.attributes, link, "attribute"), ""] : []),
        ...name.callables.flatMap(call),
        "",
      ];
    case "interface":
      return [...members(name.members, link, "prop"), ""];
    case "type":
      return [...variants(name.variants, link), ""];
    case "function":
      return [...call(name.callable), ""];
  }
}

function call({ signature, isStatic, doc }: Callable): string[] {
  const words = [doc.text, doc.throws === undefined ? "" : `Throws ${doc.throws}.`].filter(Boolean);
  return [
    `- ${code(`${isStatic ? "static " : ""}${signature}`)}${words.length > 0 ? `: ${words.map(text).join(" ")}` : ""}`,
    ...Object.entries(doc.params).map(([name, meaning]) => `  - ${code(name)}: ${text(meaning)}`),
  ];
}

function members(list: readonly Member[], link: Linker, what: "attribute" | "prop"): string[] {
  const isProp = what === "prop" && list.some(({ optional }) => optional);
  return table(
    [what, "type", ...(isProp ? ["default"] : []), ""],
    list.map(({ name, type, optional, doc }) => [
      code(name),
      what === "attribute" && optional ? code(`${type} | undefined`) : link(type),
      ...(isProp ? [optional ? defaultOf(doc) : "required"] : []),
      [text(doc.text), ...doc.see.map((source) => `[source](${source})`)].filter(Boolean).join(" "),
    ]),
  );
}

/** The value as code, what is said of it beside it. */
function defaultOf({ default: byDefault = "" }: Doc): string {
  const [, words] = /^- (.*)$/.exec(byDefault) ?? [];
  if (words !== undefined) {
    return text(words);
  }
  const [, value = "", rest = ""] = /^("[^"]*"|[^\s:,;]+)(.*)$/.exec(byDefault) ?? [];
  return `${code(value)}${text(rest)}`;
}

function variants(list: readonly Variant[], link: Linker): string[] {
  return list.flatMap(({ type, role, members: parts, doc }) => {
    const kind = parts?.find(({ name }) => name === "kind");
    const others = (parts ?? []).filter((part) => part !== kind);
    const title = kind
      ? code(`kind: ${kind.type}`)
      : parts
        ? parts.map(({ name }) => code(name)).join(", ")
        : link(type);
    const words = text(doc.text || kind?.doc.text || "");
    return [
      role === "always" ? "- and with each of them:" : `- ${title}${words && `: ${words}`}`,
      ...others.map(
        (part) =>
          `  - ${code(part.name)}, ${link(part.type)}: ${text(part.doc.text)}` +
          (part.optional ? ` Default: ${defaultOf(part.doc)}` : ""),
      ),
    ];
  });
}

function sources({ see }: Doc): string[] {
  return see.flatMap((source) => [`See ${source}`, ""]);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const row = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll(/(?<!\\)\|/g, "\\|")).join(" | ")} |`;
  return [row(head), `|${head.map(() => "---").join("|")}|`, ...rows.map(row)];
}

function code(value: string): string {
  return `\`${value}\``;
}

/** Markdown of a doc comment: outside of code, `<` begins no tag. */
function text(words: string): string {
  return words.replaceAll(/`[^`]*`|</g, (found) => (found === "<" ? "&lt;" : found));
}

function firstSentence(words: string): string {
  return text(/^.*?\.(?=\s|$)/.exec(words)?.[0] ?? words);
}

function anchor(name: string): string {
  return `#${name.toLowerCase()}`;
}

function lines(...all: readonly string[]): string {
  return `${all.join("\n").trimEnd()}\n`;
}
