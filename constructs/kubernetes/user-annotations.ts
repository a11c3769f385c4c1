import { Token } from "cdktf";
import { type Problem, pathTo, shown } from "../internal/problem";
import { rule } from "../internal/rules";

/** What a cloud's ingress knows of the annotations that a user could add. */
export interface KnownAnnotations {
  /** Those that it writes, with the prop that says what stands in them. */
  readonly byProp: Readonly<Record<string, string>>;
  /** Those that its controller writes and reads back, by the beginning of their key. */
  readonly byController: readonly string[];
  /** Those that would be read by nobody, by the beginning of their key, with what is to be done instead. */
  readonly unread: Readonly<Record<string, Unread>>;
}

export interface Unread {
  /** Who would have to read it, and why nobody does. */
  readonly because: string;
  readonly fix: string;
}

/**
 * The rules for annotations of the user: none that this project writes, none that a controller would pass over in silence.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/#syntax-and-character-set
 */
export function validateUserAnnotations(
  annotations: Readonly<Record<string, string>> | undefined,
  known: KnownAnnotations,
): Problem[] {
  return Object.entries(annotations ?? {}).flatMap(([key, value]) => {
    const path = pathTo("annotations", key);
    const refused = (allowed: string, fix: string): Problem[] => [{ path, given: shown(value), allowed, fix }];
    const prop = own(known.byProp, key);
    if (prop !== undefined) {
      return refused(`an annotation that no setting writes: this one says what ${prop} says`, `set ${prop} instead`);
    }
    if (known.byController.some((beginning) => key.startsWith(beginning))) {
      return refused("an annotation that is yours: the controller writes this one", "remove it");
    }
    const unread = Object.entries(known.unread).find(([beginning]) => key.startsWith(beginning))?.[1];
    if (unread !== undefined) {
      return refused(`an annotation that has an effect: ${unread.because}`, unread.fix);
    }
    return [...annotationKey(path, key), ...annotationValue(path, value)];
  });
}

/** Keys are a user's text: one may be called constructor. */
export function own<T>(values: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(values, key) ? values[key] : undefined;
}

const annotationKey = rule<string>(
  "under a key such as example.com/owner: a DNS name in lower case, '/', and at most 63 letters, digits, '-', '_' and '.'",
  "correct the key",
  (key) => /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/.test(key),
);

const annotationValue = rule<string>(
  "text, without '{TfToken['",
  "put it in quotes",
  (value) => typeof value === "string" && (Token.isUnresolved(value) || !value.includes("{TfToken[")),
);
