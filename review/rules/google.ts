import { UNAUTHORIZED_STREAM_PATHS } from "../../constructs/milvus/streaming-rpcs";
import { interrupted, listed, lost, opened, type Said, shown, unknown, weakened } from "../finding";
import { always, blind, byValue, harmless, type Rules, ranked } from "../meaning";
import { otherNetworks } from "../networks";
import { at, holdsTrue, type ResourceChange } from "../plan";

const COMPUTED = {
  id: harmless,
  self_link: harmless,
  fingerprint: harmless,
  creation_timestamp: harmless,
  label_fingerprint: harmless,
  description: harmless,
  "labels.*": harmless,
  "effective_labels.*": harmless,
  "terraform_labels.*": harmless,
  "timeouts.*": harmless,
} as const;

const ADDRESS: Rules = {
  attributes: COMPUTED,
  changed: (change) => (change.change.actions.includes("delete") ? addressGone() : []),
  deleted: addressGone,
};

function addressGone(): Said[] {
  return [
    lost("releases the address that clients and DNS records point at; it can't be had again", {
      fix: "undo the change that does it, or allow it if the address is to go",
      canBeAllowed: true,
    }),
  ];
}

const SECURITY_POLICY: Rules = {
  attributes: {
    ...COMPUTED,
    // Judged as a whole, unless it can't be seen.
    rule: (difference) => (difference.isSensitive ? (blind(difference) ?? []) : []),
    "rule.*": (difference) => (difference.isSensitive ? (blind(difference) ?? []) : []),
    "adaptive_protection_config.*": byValue((before, after) =>
      before === true && after !== true ? [weakened("turns adaptive protection off")] : [],
    ),
  },
  changed: otherRules,
  deleted: () => [opened("deletes the Cloud Armor policy: nobody is kept out by address or path any longer")],
};

interface ArmorRule {
  readonly action: string;
  readonly priority: number;
  readonly description: string;
  readonly networks: readonly string[];
  readonly expression: string | undefined;
}

/** Rules in preview decide nothing. */
function rulesIn(values: unknown): ArmorRule[] {
  return [at(values, "rule") ?? []]
    .flat()
    .filter((rule) => at(rule, "preview") !== true)
    .map((rule) => {
      const match = first(at(rule, "match"));
      return {
        action: String(at(rule, "action")),
        priority: Number(at(rule, "priority")),
        description: String(at(rule, "description") || `the rule of priority ${at(rule, "priority")}`),
        networks: [at(first(at(match, "config")), "src_ip_ranges") ?? []].flat().map(String),
        expression: at(first(at(match, "expr")), "expression") as string | undefined,
      };
    });
}

function first(block: unknown): unknown {
  return [block].flat()[0];
}

const ALLOWS = (rule: ArmorRule) => rule.action === "allow";
const IS_LAST = ({ priority }: ArmorRule) => priority === 2_147_483_647;

function otherRules({ change }: ResourceChange): Said[] {
  if (change.before === null || change.after === null) {
    return [];
  }
  if (matchUnknown(change.after_unknown)) {
    return [unknown("changes rules of the Cloud Armor policy to some that are known after the apply only")];
  }
  const [before, after] = [rulesIn(change.before), rulesIn(change.after)];
  const allowed = (rules: readonly ArmorRule[]) => rules.filter(ALLOWS).flatMap(({ networks }) => networks);
  const same = (a: ArmorRule, b: ArmorRule) => a.action === b.action && key(a) === key(b);
  const denials = (rules: readonly ArmorRule[]) => rules.filter((rule) => !ALLOWS(rule) && !IS_LAST(rule));
  const gone = denials(before).filter((rule) => !after.some((other) => same(rule, other)));
  // Port 80 redirects or is closed: nobody is shut out by a denial of plain HTTP.
  const come = denials(after).filter((rule) => !isOfPlainHttp(rule) && !before.some((other) => same(rule, other)));
  const expressions = after.filter((rule) => ALLOWS(rule) && rule.expression !== undefined);
  const newlyAllowed = expressions.filter((rule) => !before.some((other) => same(rule, other)));
  return [
    ...otherNetworks(allowed(before), allowed(after)),
    ...gone.map((rule) => {
      if (isOfPlainHttp(rule)) {
        return weakened("no longer denies plain HTTP, should port 80 not redirect");
      }
      return isOfStreams(rule) && !come.some(isOfStreams)
        ? opened("lets through the streaming RPCs that pass by Milvus' authorization")
        : opened(`no longer denies as before: ${shown(rule.description)}`);
    }),
    ...newlyAllowed.map(({ description }) => opened(`allows by another expression: ${shown(description)}`)),
    ...(come.length > 0
      ? [interrupted(`denies more: ${listed(come.map(({ description }) => shown(description)))}`)]
      : []),
    ...otherOrder(before, after),
  ];
}

/** Computed marks stand on much of a rule; what counts is whom it is for and what becomes of them. */
function matchUnknown(unknowns: unknown): boolean {
  const rules = at(unknowns, "rule");
  return (
    rules === true ||
    [rules ?? []]
      .flat()
      .some(
        (rule) =>
          [at(rule, "action"), at(rule, "priority")].some((mark) => mark === true) ||
          [at(first(at(rule, "match")), "config"), at(first(at(rule, "match")), "expr")].some(holdsTrue),
      )
  );
}

function key({ networks, expression }: ArmorRule): string {
  return JSON.stringify([[...networks].sort(), expression]);
}

function isOfStreams({ expression }: ArmorRule): boolean {
  return UNAUTHORIZED_STREAM_PATHS.some((path) => expression?.includes(path));
}

function isOfPlainHttp({ expression }: ArmorRule): boolean {
  return /^request\.scheme == ['"]http['"]$/.test(expression ?? "");
}

/** A rule that lets in before the one that denies. */
function otherOrder(before: readonly ArmorRule[], after: readonly ArmorRule[]): Said[] {
  const order = (rules: readonly ArmorRule[]) =>
    [...rules].sort((a, b) => a.priority - b.priority).map((rule) => `${rule.action} ${key(rule)}`);
  const [from, to] = [order(before), order(after)];
  return from.length === to.length && from.join() !== to.join() && [...from].sort().join() === [...to].sort().join()
    ? [unknown("puts the rules of the Cloud Armor policy into another order: the first one that matches decides")]
    : [];
}

const SSL_POLICY: Rules = {
  attributes: {
    ...COMPUTED,
    min_tls_version: ranked(["TLS_1_0", "TLS_1_1", "TLS_1_2", "TLS_1_3"], (isWeaker, change) =>
      isWeaker
        ? [weakened(`takes older TLS, ${change}`)]
        : [interrupted(`takes no older TLS, ${change}: clients that need it are cut off`)],
    ),
    profile: ranked(["COMPATIBLE", "MODERN", "RESTRICTED", "FIPS_202205"], (isWeaker, change) =>
      isWeaker
        ? [weakened(`takes weaker ciphers, ${change}`)]
        : [interrupted(`takes fewer ciphers, ${change}: clients that need another are cut off`)],
    ),
    custom_features: always("unknown", "takes other ciphers"),
    enabled_features: harmless,
  },
  deleted: () => [weakened("deletes the TLS policy: without one, Google takes TLS 1.0 and every cipher")],
};

const RECORD: Rules = {
  attributes: {
    id: harmless,
    ttl: harmless,
    rrdatas: byValue((before, after) => [
      interrupted(`points the name elsewhere: to ${shown(after)}, where that was ${shown(before)}`),
    ]),
    "routing_policy.*": always("interrupted", "points the name elsewhere"),
  },
  created: ({ change }) => [taken(at(change.after, "name"))],
  deleted: ({ change }) => [
    lost(`deletes the DNS record of ${shown(at(change.before, "name"))}: clients don't find it any longer`),
  ],
};

/** Both providers take over a record that is there. */
export function taken(name: unknown): Said {
  return interrupted(`points ${shown(name)} at this load balancer, whatever it points at before`);
}

export const GOOGLE: Readonly<Record<string, Rules>> = {
  google_compute_global_address: ADDRESS,
  google_compute_address: ADDRESS,
  google_compute_security_policy: SECURITY_POLICY,
  google_compute_ssl_policy: SSL_POLICY,
  google_dns_record_set: RECORD,
  google_compute_firewall: {
    attributes: {
      ...COMPUTED,
      source_ranges: byValue((before, after) =>
        otherNetworks([before ?? []].flat().map(String), [after ?? []].flat().map(String)),
      ),
    },
    created: ({ change }) => otherNetworks([], [at(change.after, "source_ranges") ?? []].flat().map(String)),
  },
};
