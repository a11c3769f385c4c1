import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { Problem } from "./problem";

/** Something that only one owner can have: the name of an object in a cluster, the place of a state. */
export interface Claim {
  /** The setting that decides what it is. */
  readonly path: string;
  /** How people call it: `Ingress default/search`. */
  readonly what: string;
  /** Where there is only one of that name: a cluster, a project, an account. */
  readonly where: string;
  /**
   * Those that have this in common may share it.
   *
   * @default - nobody shares it
   */
  readonly sharedBy?: string;
  /** What the setting may be instead. */
  readonly allowed: string;
  /** The way out, as an imperative. */
  readonly fix: string;
}

/** What is claimed so far, and by whom. */
export class Claimed {
  private readonly owners = new Map<string, { readonly owner: string; readonly claim: Claim }[]>();

  add(owner: string, claims: readonly Claim[]): void {
    for (const claim of claims) {
      this.owners.set(keyOf(claim), [...(this.owners.get(keyOf(claim)) ?? []), { owner, claim }]);
    }
  }

  /** One problem for each owner and each setting that makes these claims the same as the owner's. */
  clashes(claims: readonly Claim[]): Problem[] {
    const same = claims.flatMap((claim) =>
      (this.owners.get(keyOf(claim)) ?? [])
        .filter((other) => claim.sharedBy === undefined || claim.sharedBy !== other.claim.sharedBy)
        .map(({ owner }) => ({ owner, claim, pair: `${owner}\n${claim.path}` })),
    );
    return [...new Set(same.map(({ pair }) => pair))].map((pair) => {
      const ofPair = same.filter((one) => one.pair === pair);
      const { owner, claim } = ofPair[0] as (typeof same)[number];
      const { path, allowed, fix } = claim;
      return { path, given: `${some(ofPair.map((one) => one.claim.what))}, which ${owner} has too`, allowed, fix };
    });
  }
}

function keyOf({ where, what }: Claim): string {
  return `${where}\n${what}`;
}

/** The first few, and how many there are besides. */
function some(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return more > 0 ? `${names.slice(0, MOST_NAMES).join(", ")} and ${more} more` : names.join(", ");
}

const MOST_NAMES = 3;

const claimedIn = new WeakMap<TerraformStack, Claimed>();

/** What other constructs of the same stack claim as well. Where there is nothing, it is this construct's from now on. */
export function claimedTwice(construct: Construct, claims: readonly Claim[]): Problem[] {
  const stack = TerraformStack.of(construct);
  const claimed = claimedIn.get(stack) ?? new Claimed();
  const problems = claimed.clashes(claims);
  if (problems.length === 0) {
    claimed.add(construct.node.path, claims);
    claimedIn.set(stack, claimed);
  }
  return problems;
}
