import type { Callable, Doc, Entry, Member, PublicName, Variant } from "./model";

/** What the doc comments leave open, one line each: where, and what is missing. */
export function gapsIn(entries: readonly Entry[]): string[] {
  const exported = new Set(entries.flatMap(({ names }) => names.map(({ name }) => name)));
  return entries.flatMap(({ module, names }) =>
    names.flatMap((name) =>
      [...gapsOf(name), ...unreachable(name, exported)].map((gap) => `${module} ${name.name}${gap}`),
    ),
  );
}

function gapsOf(name: PublicName): string[] {
  const own = isPropsOfAClass(name) ? [] : described("", name.doc);
  switch (name.kind) {
    case "class":
      return [
        ...own,
        ...(name.doc.example === undefined && !isError(name) ? [": no @example"] : []),
        ...name.attributes.flatMap((attribute) => described(`.${attribute.name}`, attribute.doc)),
        ...name.callables.flatMap((callable) =>
          calls(callable.name.startsWith("new ") ? ".constructor" : `.${callable.name}`, callable),
        ),
      ];
    case "interface":
      return [...own, ...name.members.flatMap((member) => prop(`.${member.name}`, member))];
    case "type":
      return [...own, ...name.variants.flatMap((variant) => alternative(variant, name.variants.length > 1))];
    case "function":
      return calls("", name.callable);
  }
}

/** The class says what they are for. */
function isPropsOfAClass({ kind, name }: PublicName): boolean {
  return kind === "interface" && name.endsWith("Props");
}

function isError(name: PublicName): boolean {
  return name.name.endsWith("Error");
}

function described(where: string, doc: Doc): string[] {
  return [
    ...(doc.text === "" ? [`${where}: no description`] : []),
    ...doc.see
      .filter((source) => !/^https:\/\/\S+$/.test(source))
      .map((source) => `${where}: @see is no address: ${source}`),
  ];
}

function prop(where: string, { name, type, optional, doc }: Member): string[] {
  return [
    ...(name === "kind" ? [] : described(where, doc)),
    ...(optional && doc.default === undefined ? [`${where}: optional, and no @default`] : []),
    ...(doc.default !== undefined && !DEFAULT.test(doc.default)
      ? [`${where}: @default is neither a value nor begins with "- "`]
      : []),
    ...(type === "number" && !hasUnit(name, doc) ? [`${where}: a number, and neither a unit nor what it counts`] : []),
  ];
}

/** A literal, with or without more words, or `- ` and what happens. */
const DEFAULT = /^(- \S|"[^"]*"|-?\d|true\b|false\b|\[|\{)/;

/** A unit stands in the name and in the words; a number without one counts something. */
function hasUnit(name: string, { text, default: byDefault }: Doc): boolean {
  const words = `${text} ${byDefault ?? ""}`;
  const [suffix] = /(Sec|Days|Ms|Bytes)$/.exec(name) ?? [];
  return suffix === undefined ? COUNTS.test(words) : (UNITS[suffix] ?? COUNTS).test(words);
}

const UNITS: Readonly<Record<string, RegExp>> = {
  Sec: /seconds?\b| s\b/,
  Days: /\bdays?\b/,
  Ms: /milliseconds?\b/,
  Bytes: /\bbytes\b/,
};

const COUNTS = /\bports?\b|\bnumber\b|\bhow many\b|\b[Aa]fter how many\b|\bfrom -?\d+ to \d+\b/;

function calls(where: string, { throws, parameters, doc }: Callable): string[] {
  const isConstructor = where === ".constructor";
  return [
    ...(isConstructor ? [] : described(where, doc)),
    ...(throws && doc.throws === undefined ? [`${where}: throws, and no @throws`] : []),
    ...Object.keys(doc.params)
      .filter((name) => !parameters.includes(name))
      .map((name) => `${where}: @param ${name} is none of its parameters`),
  ];
}

/** A variant is described before its `|` or at its `kind`. */
function alternative({ type, role, members, doc }: Variant, isOneOfSeveral: boolean): string[] {
  const kind = members?.find(({ name }) => name === "kind");
  const where = kind ? ` ${kind.type}` : ` ${type.slice(0, 40)}`;
  const isDescribed = doc.text !== "" || (kind !== undefined && kind.doc.text !== "");
  return [
    ...(members && isOneOfSeveral && role === "either" && !isDescribed
      ? [`${where}: no description of the variant`]
      : []),
    ...(members ?? []).filter((member) => member !== kind).flatMap((member) => prop(`${where}.${member.name}`, member)),
  ];
}

/** A type that a user has to name, and can't import. */
function unreachable({ mentions }: PublicName, exported: ReadonlySet<string>): string[] {
  return [...new Set(mentions)]
    .filter((name) => !exported.has(name))
    .map((name) => `: mentions ${name}, which isn't exported`);
}
