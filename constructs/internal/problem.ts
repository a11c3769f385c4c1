/** One thing that is wrong with what a user gave, in the words that they need to mend it. */
export interface Problem {
  /** Where: the prop, and inside a config file the stack before it, e.g. `gcp-stack.hosts[0]`. */
  readonly path: string;
  /** What stands there, as `shown` prints it. */
  readonly given: string;
  /** What may stand there. */
  readonly allowed: string;
  /** What to do about it, as an imperative. */
  readonly fix: string;
}

/** A value as an error may show it: quoted, cut short, and never with a private key in it. */
export function shown(value: unknown): string {
  if (value === undefined) {
    return "nothing";
  }
  const text = JSON.stringify(value) ?? String(value);
  if (/PRIVATE KEY/.test(text)) {
    return "a private key (not shown)";
  }
  return text.length > 100 ? `${text.slice(0, 97)}…` : text;
}

/** The problems of a part, seen from the whole that holds it. */
export function within(parent: string, problems: readonly Problem[]): Problem[] {
  return problems.map((problem) => ({
    ...problem,
    path: problem.path.startsWith("[") || problem.path === "" ? parent + problem.path : `${parent}.${problem.path}`,
  }));
}

/** The path of a part: `hosts[0]`, `certificate.kind`, `annotations["example.com/owner"]`. */
export function pathTo(parent: string, key: string | number): string {
  if (typeof key === "number") {
    return `${parent}[${key}]`;
  }
  return /^[A-Za-z_][-\w]*$/.test(key) ? `${parent}${parent && "."}${key}` : `${parent}[${JSON.stringify(key)}]`;
}

export function problemLine({ path, given, allowed, fix }: Problem): string {
  return `${path}: given ${given}, allowed ${allowed}, do ${fix}`;
}

/** Everything that is wrong with one construct or one config file, in one error. */
export class InvalidInputError extends Error {
  constructor(
    /** The construct's path, or the config file. */
    readonly subject: string,
    /** All of them, in the order of the props. */
    readonly problems: readonly Problem[],
  ) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super([`${subject}: ${count}`, ...problems.map((problem) => `  ${problemLine(problem)}`)].join("\n"));
    this.name = "InvalidInputError";
  }
}

export function throwIfAny(subject: string, problems: readonly Problem[]): void {
  if (problems.length > 0) {
    throw new InvalidInputError(subject, problems);
  }
}
