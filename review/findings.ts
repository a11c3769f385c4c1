import { differencesOf } from "./difference";
import { CONCERNS, type Finding, type Harmless, listed, lost, type Said, unknown, weakened } from "./finding";
import { harmless, type Meaning, type Rules } from "./meaning";
import { actionOf, type ResourceChange, type TerraformPlan, titleOf } from "./plan";
import { AWS } from "./rules/aws";
import { CERTIFICATES } from "./rules/certificates";
import { GOOGLE } from "./rules/google";
import { GUARD, HELM_RELEASE } from "./rules/helm-release";
import { KUBERNETES, manifestRules } from "./rules/kubernetes";

/** What a plan does, as it is told to people. */
export interface Review {
  /** The most serious resource first, and the most serious of each first. */
  readonly findings: readonly Finding[];
  readonly harmless: readonly Harmless[];
}

const RULES: Readonly<Record<string, Rules>> = {
  helm_release: HELM_RELEASE,
  terraform_data: GUARD,
  ...KUBERNETES,
  ...GOOGLE,
  ...AWS,
  ...CERTIFICATES,
  // It only waits.
  time_sleep: { attributes: { "*": harmless }, deleted: () => [] },
};

export function reviewOf(plan: TerraformPlan): Review {
  const judged = (plan.resource_changes ?? [])
    .filter(({ mode }) => mode !== "data")
    .map((change) => judge(change, plan));
  const findings = withoutEchoes(judged.flatMap((one) => one.findings));
  const silent = judged.filter((one) => !findings.some(({ address }) => one.harmless?.address === address));
  return {
    findings: [...inOrder([...findings, ...ofThePlan(plan)])],
    harmless: silent.flatMap((one) => one.harmless ?? []),
  };
}

/** What the plan guard refuses, in the order of the plan. */
export function refusalsOf(plan: TerraformPlan): Finding[] {
  return (plan.resource_changes ?? []).flatMap((change) =>
    judge(change, plan).findings.filter(({ refusal }) => refusal !== undefined),
  );
}

interface Judged {
  readonly findings: readonly Finding[];
  /** What is done, for the case that there is nothing to be said of it. */
  readonly harmless?: Harmless;
}

function judge(change: ResourceChange, plan: TerraformPlan): Judged {
  const rules = change.type === "kubernetes_manifest" ? manifestRules(change) : (RULES[change.type] ?? {});
  const { said, what } = saidOf(change, plan, rules);
  const named = { address: change.address, ...(titleOf(change) ? { title: titleOf(change) } : {}) };
  return {
    findings: unique(said).map((one) => ({ ...named, ...one })),
    ...(what === undefined ? {} : { harmless: { ...named, what } }),
  };
}

function saidOf(
  change: ResourceChange,
  plan: TerraformPlan,
  rules: Rules,
): { readonly said: readonly Said[]; readonly what?: string } {
  const { importing } = change.change;
  switch (actionOf(change)) {
    case "none":
      return change.previous_address
        ? { said: [], what: `moves here from ${change.previous_address}` }
        : { said: [], ...(importing ? { what: "is taken over as it is" } : {}) };
    case "create":
      return { said: rules.created?.(change, plan) ?? [], what: "is created" };
    case "delete":
      return { said: (rules.deleted ?? (() => [lost("deletes it")]))(change, plan), what: "is deleted" };
    case "forget":
      return {
        said: [...(rules === GUARD ? (GUARD.deleted?.(change, plan) ?? []) : []), FORGOTTEN],
      };
    case "replace": {
      const changed = rules.changed?.(change, plan) ?? [];
      const harmlessly = rules.deleted?.(change, plan).length === 0 && changed.length === 0;
      return {
        said: harmlessly ? [] : [...changed, ...ofAttributes(change, rules), replaced(change)],
        what: "is replaced",
      };
    }
    case "update":
      return {
        said: [...(rules.changed?.(change, plan) ?? []), ...ofAttributes(change, rules)],
        what: `${importing ? "is taken over, and changed" : "changes"}: ${listed(differencesOf(change).map(({ name }) => name))}`,
      };
  }
}

const FORGOTTEN = weakened("leaves it as it is, and to others: no deploy looks after it any longer");

function replaced({ change, action_reason: reason }: ResourceChange): Said {
  const paths = (change.replace_paths ?? []).map((path) => path.join("."));
  const why =
    paths.length > 0
      ? `: ${listed(paths)} can't be changed in place`
      : reason === "replace_because_tainted"
        ? ": it was left half-made"
        : reason === "replace_by_request"
          ? ": somebody asks for that"
          : "";
  const order =
    change.actions[0] === "create" ? "creates it anew, and deletes it then" : "deletes it, and creates it anew";
  return { concern: "replaced", effect: `${order}${why}` };
}

/** A protection that any resource may have. */
const PROTECTION = /(^|\.)(enable_)?deletion_protection(_enabled)?$/;

function ofAttributes(change: ResourceChange, { attributes = {}, unknownToImport = [] }: Rules): Said[] {
  const passedOver = change.change.importing ? unknownToImport : [];
  const differences = differencesOf(change).filter(({ name }) => !passedOver.includes(name));
  const unjudged = differences.filter(({ name }) => meaningOf(name, attributes) === undefined);
  const unprotected = unjudged.filter(
    ({ name, before, after }) => PROTECTION.test(name) && before === true && after !== true,
  );
  const unknowns = unjudged.filter(({ isUnknown }) => isUnknown).map(({ name }) => name);
  const others = unjudged.filter((one) => !one.isUnknown && !unprotected.includes(one)).map(({ name }) => name);
  return [
    ...differences.flatMap((difference) => meaningOf(difference.name, attributes)?.(difference, change) ?? []),
    ...unprotected.map(({ name }) => weakened(`takes a protection away: ${name}`)),
    ...(others.length > 0 ? [unknown(`changes what this review knows nothing of: ${listed(others)}`)] : []),
    ...(unknowns.length > 0 ? [unknown(`sets values that are known after the apply only: ${listed(unknowns)}`)] : []),
  ];
}

/** The most exact of the patterns that name an attribute. */
function meaningOf(name: string, attributes: Readonly<Record<string, Meaning>>): Meaning | undefined {
  const patterns = Object.keys(attributes).filter(
    (pattern) => pattern.endsWith("*") && name.startsWith(pattern.slice(0, -1)),
  );
  const longest = patterns.sort((a, b) => b.length - a.length)[0];
  return Object.hasOwn(attributes, name) ? attributes[name] : longest === undefined ? undefined : attributes[longest];
}

/** Two attributes may mean the same. */
function unique(said: readonly Said[]): Said[] {
  return said.filter(
    (one, index) => said.findIndex(({ concern, effect }) => one.concern === concern && one.effect === effect) === index,
  );
}

/** An Ingress' annotations are written by two resources: what both do is said of the Ingress. */
function withoutEchoes(findings: readonly Finding[]): Finding[] {
  const isAnnotations = ({ address }: Finding) => address.includes("kubernetes_annotations.");
  return findings.filter(
    (finding) =>
      !isAnnotations(finding) ||
      !findings.some(
        (other) =>
          !isAnnotations(other) &&
          other.title === finding.title &&
          other.concern === finding.concern &&
          other.effect.replaceAll("manifest.metadata.", "") === finding.effect,
      ),
  );
}

const ORDER = Object.keys(CONCERNS);

function inOrder(findings: readonly Finding[]): Finding[] {
  const rank = ({ concern }: Finding) => ORDER.indexOf(concern);
  const worst = (address: string) => Math.min(...findings.filter((one) => one.address === address).map(rank));
  return [...findings].sort(
    (a, b) => worst(a.address) - worst(b.address) || place(findings, a) - place(findings, b) || rank(a) - rank(b),
  );
}

function place(findings: readonly Finding[], { address }: Finding): number {
  return findings.findIndex((one) => one.address === address);
}

/** What is said of no resource. */
function ofThePlan({ checks = [], output_changes: outputs = {}, ...plan }: TerraformPlan): Finding[] {
  const failing = checks.filter(
    ({ address, status }) => address.kind === "check" && status !== "pass" && status !== "unknown",
  );
  const gone = Object.entries(outputs).filter(([, { actions }]) => actions.includes("delete"));
  return [
    ...(plan.errored
      ? [{ address: "the plan", ...unknown("ended with an error: what would come after that is not in it") }]
      : []),
    ...((plan.deferred_changes ?? []).length > 0
      ? [{ address: "the plan", ...unknown("puts changes off to a later one, which are not in it") }]
      : []),
    ...failing.map(({ address, instances = [] }): Finding => {
      const messages = instances.flatMap(({ problems = [] }) => problems.flatMap(({ message }) => message ?? []));
      return { address: address.to_display, concern: "check", effect: messages.join(" ") || "says nothing more" };
    }),
    ...gone.map(([name]) => ({
      address: `output.${name}`,
      ...lost("deletes the output, which another configuration may read"),
    })),
  ];
}
