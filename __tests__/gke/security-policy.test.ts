import fc from "fast-check";
import { only } from "../support/synth";
import { ingress } from "./support";

interface Rule {
  readonly priority: number;
  readonly action: string;
  readonly ranges: readonly string[];
}

/** The rules that let client networks in. */
function allowing(inboundCidrs: readonly string[]): Rule[] {
  return only(ingress({ inboundCidrs }).json, "google_compute_security_policy")
    .rule.filter(({ action }: { action: string }) => action === "allow")
    .map(({ priority, action, match }: any) => ({ priority, action, ranges: match.config.src_ip_ranges }));
}

/** As commit 16274f3 put them into rules. */
function allowingBefore(inboundCidrs: readonly string[]): Rule[] {
  return Array.from({ length: Math.ceil(inboundCidrs.length / 10) }, (_, index) => ({
    priority: 2000 + index,
    action: "allow",
    ranges: inboundCidrs.slice(index * 10, index * 10 + 10),
  }));
}

/**
 * The policies on the way from one to another, as the provider makes it: rule by rule, additions and changes in any order and
 * removals at the end.
 *
 * @see https://github.com/hashicorp/terraform-provider-google/blob/v6.50.0/google/services/compute/resource_compute_security_policy.go
 */
function onTheWay(before: readonly Rule[], after: readonly Rule[], order: (rules: Rule[]) => Rule[]): Rule[][] {
  const live = new Map(before.map((rule) => [rule.priority, rule]));
  const gone = before.filter(({ priority }) => !after.some((rule) => rule.priority === priority));
  const written = order([...after]).map((rule) => {
    live.set(rule.priority, rule);
    return [...live.values()];
  });
  const removed = order(gone).map(({ priority }) => {
    live.delete(priority);
    return [...live.values()];
  });
  return [...written, ...removed];
}

const range = (number: number) => `10.${number >> 8}.${number & 255}.0/24`;
const lists = (most: number) => fc.uniqueArray(fc.integer({ min: 0, max: 2000 }), { minLength: 1, maxLength: most });

/** A list, and the same with some ranges less, some more, in another order. */
const edits = lists(60).chain((numbers) =>
  fc
    .tuple(fc.constant(numbers), fc.shuffledSubarray(numbers, { minLength: 0 }), lists(30))
    .map(([all, kept, more]) => ({
      before: all.map(range),
      after: [...new Set([...kept, ...more])].map(range),
    })),
);

describe("an edit of inboundCidrs", () => {
  test.each([
    ["this version's rules", allowing],
    ["those of a state of before", allowingBefore],
  ])("never shuts out a network that stays, coming from %s", (_, rulesBefore) => {
    fc.assert(
      fc.property(edits, fc.infiniteStream(fc.nat()), ({ before, after }, numbers) => {
        const stays = before.filter((one) => after.includes(one));
        const shuffled = (rules: Rule[]) =>
          rules
            .map((rule) => ({ rule, key: numbers.next().value as number }))
            .sort((one, other) => one.key - other.key)
            .map(({ rule }) => rule);
        for (const rules of onTheWay(rulesBefore(before), allowing(after), shuffled)) {
          const allowed = new Set(rules.flatMap(({ ranges }) => ranges));
          expect(stays.filter((one) => !allowed.has(one))).toEqual([]);
        }
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    ["ten become eleven", 10, 11],
    ["eleven become ten", 11, 10],
    ["all but one go", 60, 1],
  ])("never shuts one out where %s", (_, from, to) => {
    const all = Array.from({ length: 60 }, (_, index) => range(index));
    const [before, after] = [all.slice(0, from), all.slice(0, to)];
    const stays = before.filter((one) => after.includes(one));
    for (const order of [(rules: Rule[]) => rules, (rules: Rule[]) => [...rules].reverse()]) {
      for (const rules of onTheWay(allowing(before), allowing(after), order)) {
        expect(rules.flatMap(({ ranges }) => ranges)).toEqual(expect.arrayContaining(stays));
      }
    }
  });

  test("lets in each network by one rule, of at most ten, under a priority of its own", () => {
    fc.assert(
      fc.property(lists(200), (numbers) => {
        const inboundCidrs = numbers.map(range);
        const rules = allowing(inboundCidrs);
        expect(rules.flatMap(({ ranges }) => ranges).sort()).toEqual([...inboundCidrs].sort());
        expect(rules.every(({ ranges }) => ranges.length >= 1 && ranges.length <= 10)).toBe(true);
        expect(new Set(rules.map(({ priority }) => priority)).size).toBe(rules.length);
        expect(rules.every(({ priority }) => priority >= 2000 && priority < 2_147_483_647)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  test("takes no more than twice the rules that the networks need", () => {
    for (const count of [11, 50, 100, 500, 1000]) {
      const rules = allowing(Array.from({ length: count }, (_, index) => range(index)));
      expect([count, rules.length <= Math.max(4, Math.ceil(count / 5))]).toEqual([count, true]);
    }
  });

  test("changes the rule of the network that comes or goes, and no other", () => {
    const all = Array.from({ length: 100 }, (_, index) => range(index));
    const rules = (ranges: readonly string[]) =>
      new Map(allowing(ranges).map(({ priority, ranges }) => [priority, [...ranges].sort().join()]));
    const before = rules(all);
    for (const gone of all.slice(0, 20)) {
      const after = rules(all.filter((one) => one !== gone));
      const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
        (priority) => before.get(priority) !== after.get(priority),
      );
      // Three where two halves fit into one rule again.
      expect([gone, [1, 3].includes(changed.length)]).toEqual([gone, true]);
    }
  });
});
