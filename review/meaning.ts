import type { Difference } from "./difference";
import { type Concern, type Said, shown, unknown } from "./finding";
import type { ResourceChange, TerraformPlan } from "./plan";

/** What the change of an attribute means, beside what else the resource says. */
export type Meaning = (difference: Difference, resource: ResourceChange) => Said[];

/** What is known of a type of resources, or of a kind of objects. */
export interface Rules {
  /** By an attribute's name; one that ends in `*` stands for all that begin so. Nothing else of the resource is known. */
  readonly attributes?: Readonly<Record<string, Meaning>>;
  /** Attributes of which an import finds out nothing: the configuration says what they are. */
  readonly unknownToImport?: readonly string[];
  /** What a change in place or a replacement means as a whole. */
  readonly changed?: (change: ResourceChange, plan: TerraformPlan) => Said[];
  readonly created?: (change: ResourceChange, plan: TerraformPlan) => Said[];
  /** @default - it is lost */
  readonly deleted?: (change: ResourceChange, plan: TerraformPlan) => Said[];
}

/** Nobody needs to be told. */
export const harmless: Meaning = () => [];

/** The same, whatever the values are. */
export function always(concern: Concern, effect: string): Meaning {
  return () => [{ concern, effect }];
}

/** By the values, which have to be known for that. */
export function byValue(judge: (before: unknown, after: unknown, resource: ResourceChange) => Said[]): Meaning {
  return (difference, resource) => blind(difference) ?? judge(difference.before, difference.after, resource);
}

/** A switch that protects: off is worse than on. */
export function protects(concern: Concern, effect: string, { byDefault = false } = {}): Meaning {
  return byValue((before, after) =>
    isOn(before ?? byDefault) && !isOn(after ?? byDefault) ? [{ concern, effect }] : [],
  );
}

/** What is said of a value that can't be seen. */
export function blind({ name, isUnknown, isSensitive }: Difference): Said[] | undefined {
  if (isUnknown) {
    return [unknown(`sets ${name} to a value that is known after the apply only`)];
  }
  return isSensitive ? [unknown(`changes ${name}, whose value is sensitive`)] : undefined;
}

/** The attribute goes from one of these to another: the earlier one in the list is the weaker one. */
export function ranked(ranks: readonly string[], judge: (isWeaker: boolean, change: string) => Said[]): Meaning {
  return byValue((before, after) => {
    const [from, to] = [ranks.indexOf(String(before)), ranks.indexOf(String(after))];
    const change = `from ${shown(before)} to ${shown(after)}`;
    return from === -1 || to === -1 ? [unknown(`goes ${change}, which can't be compared`)] : judge(to < from, change);
  });
}

export function isOn(value: unknown): boolean {
  return value === true || value === "true";
}
