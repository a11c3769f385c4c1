import { holdsTrue, type ResourceChange } from "./plan";

/** One attribute that a plan changes. */
export interface Difference {
  /** Its path, as `spec.sslPolicy`. */
  readonly name: string;
  readonly before: unknown;
  readonly after: unknown;
  /** The value is known after the apply only. */
  readonly isUnknown: boolean;
  /** The value is nobody's business: neither `before` nor `after` is there. */
  readonly isSensitive: boolean;
}

/** Every attribute that a change touches. A list is one attribute, but for the list of one that Terraform makes of a block. */
export function differencesOf({ change }: ResourceChange): Difference[] {
  return compared("", {
    before: change.before,
    after: change.after,
    unknown: change.after_unknown,
    sensitive: [change.before_sensitive, change.after_sensitive],
  });
}

interface Compared {
  readonly before: unknown;
  readonly after: unknown;
  readonly unknown: unknown;
  readonly sensitive: readonly [unknown, unknown];
}

function compared(name: string, { before: from, after: to, unknown, sensitive }: Compared): Difference[] {
  const [before, after] = [withoutBlock(from), withoutBlock(to)];
  const isSensitive = sensitive.some((mark) => mark === true);
  const isObject = [before, after].some(isRecord) && [before, after].every((one) => one === undefined || isRecord(one));
  if (unknown !== true && !isSensitive && isObject) {
    const keys = new Set(
      [before, after, withoutBlock(unknown)].flatMap((one) => (isRecord(one) ? Object.keys(one) : [])),
    );
    return [...keys].flatMap((key) =>
      compared(name === "" ? key : `${name}.${key}`, {
        before: (before as Fields | undefined)?.[key],
        after: (after as Fields | undefined)?.[key],
        unknown: (withoutBlock(unknown) as Fields | undefined)?.[key],
        sensitive: sensitive.map((one) => one === true || (withoutBlock(one) as Fields | undefined)?.[key]) as [
          unknown,
          unknown,
        ],
      }),
    );
  }
  const isUnknown = holdsTrue(unknown);
  if (!isUnknown && JSON.stringify(before) === JSON.stringify(after)) {
    return [];
  }
  const hidden = isSensitive || sensitive.some(holdsTrue);
  return [
    {
      name,
      before: hidden ? undefined : before,
      after: hidden || isUnknown ? undefined : after,
      isUnknown,
      isSensitive: hidden,
    },
  ];
}

type Fields = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a block of one holds; nothing, where nothing is written in one of its ways. */
function withoutBlock(value: unknown): unknown {
  if (value === null || value === "" || (Array.isArray(value) && value.length === 0)) {
    return undefined;
  }
  if (isRecord(value)) {
    return Object.keys(value).length === 0 ? undefined : value;
  }
  return Array.isArray(value) && value.length === 1 && isRecord(value[0]) ? withoutBlock(value[0]) : value;
}
