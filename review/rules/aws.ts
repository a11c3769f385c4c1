import { interrupted, listed, lost, opened, type Said, shown, unknown, weakened } from "../finding";
import { always, byValue, harmless, type Meaning, protects, type Rules } from "../meaning";
import { otherNetworks } from "../networks";
import { actionOf, at, isGone, type ResourceChange, type TerraformPlan } from "../plan";
import { taken } from "./google";

const COMPUTED = {
  id: harmless,
  arn: harmless,
  region: harmless,
  "tags.*": harmless,
  "tags_all.*": harmless,
  tags_all: harmless,
  "timeouts.*": harmless,
} as const;

const SERVED = always("interrupted", "serves another certificate: clients that trust the one before alone are cut off");

const CERTIFICATE: Rules = {
  attributes: {
    ...COMPUTED,
    certificate_body: SERVED,
    certificate_chain: SERVED,
    private_key: SERVED,
    "options.*": harmless,
    "domain_validation_options.*": harmless,
    domain_validation_options: harmless,
    renewal_summary: harmless,
    "renewal_summary.*": harmless,
    validation_emails: harmless,
    subject_alternative_names: harmless,
    domain_name: harmless,
    not_after: harmless,
    not_before: harmless,
    pending_renewal: harmless,
    renewal_eligibility: harmless,
    status: harmless,
    type: harmless,
    key_algorithm: harmless,
  },
  changed: (change) => (isGone(change) ? [interrupted("has ACM hold another certificate under another ARN")] : []),
  created: otherKind,
  deleted: (change, plan) =>
    certificatesOf(plan).some((other) => other !== change && other.change.actions.includes("create"))
      ? []
      : [lost(`deletes the certificate for ${shown(at(change.change.before, "domain_name"))} from ACM`)],
};

function certificatesOf(plan: TerraformPlan): ResourceChange[] {
  return (plan.resource_changes ?? []).filter(({ type }) => type === "aws_acm_certificate");
}

/** One that ACM issues, or one that was brought. */
function certificateKind(values: unknown): string {
  return at(values, "validation_method")
    ? "that ACM issues and renews"
    : "that is imported, and that nobody renews but you";
}

function otherKind({ change }: ResourceChange, plan: TerraformPlan): Said[] {
  const kind = certificateKind(change.after);
  const others = certificatesOf(plan).filter((other) => actionOf(other) === "delete");
  return others.some((other) => certificateKind(other.change.before) !== kind)
    ? [weakened(`serves a certificate of another kind: one ${kind}`)]
    : [];
}

const RECORD: Rules = {
  attributes: {
    id: harmless,
    fqdn: harmless,
    ttl: harmless,
    allow_overwrite: harmless,
    records: byValue((before, after) => [
      interrupted(`points the name elsewhere: to ${shown(after)}, where that was ${shown(before)}`),
    ]),
    "alias.name": (difference) => [
      interrupted(
        difference.isUnknown
          ? "points the name at a load balancer whose name is known after the apply only"
          : `points the name elsewhere: to ${shown(difference.after)}, where that was ${shown(difference.before)}`,
      ),
    ],
    "alias.*": harmless,
  },
  // The record by which ACM validates is nobody's address.
  created: ({ change }) =>
    [at(change.after, "alias") ?? []].flat().length > 0 ? [taken(at(change.after, "name"))] : [],
  deleted: ({ change }) =>
    ["A", "AAAA"].includes(String(at(change.before, "type")))
      ? [lost(`deletes the DNS record of ${shown(at(change.before, "name"))}: clients don't find it any longer`)]
      : [weakened(`deletes the record ${shown(at(change.before, "name"))}, by which a certificate may be renewed`)],
};

const WEB_ACL: Rules = {
  attributes: {
    ...COMPUTED,
    "default_action.*": byValue((_, after) =>
      after === undefined ? [] : [unknown("answers calls that no rule matches in another way")],
    ),
    default_action: always("unknown", "answers calls that no rule matches in another way"),
    capacity: harmless,
    lock_token: harmless,
    description: harmless,
    application_integration_url: harmless,
    "visibility_config.*": harmless,
    // Judged as a whole, unless it can't be seen.
    rule: (difference) => (difference.isUnknown || difference.isSensitive ? [OTHER_WEB_ACL_RULES] : []),
    "rule.*": (difference) => (difference.isUnknown || difference.isSensitive ? [OTHER_WEB_ACL_RULES] : []),
  },
  changed: otherWebAclRules,
  deleted: () => [opened("deletes the web application firewall's rules: nobody is kept out by them any longer")],
};

const OTHER_WEB_ACL_RULES = unknown("changes rules of the web application firewall, to what can't be seen in the plan");

function otherWebAclRules({ change }: ResourceChange): Said[] {
  if (!change.before || !change.after) {
    return [];
  }
  const rules = (values: unknown) =>
    new Map([at(values, "rule") ?? []].flat().map((rule) => [String(at(rule, "name")), JSON.stringify(rule)]));
  const allowed = ([, json]: [string, string]) => /"action":\[\{"allow":\[\{/.test(json);
  const [before, after] = [rules(change.before), rules(change.after)];
  const gone = [...before].filter(([name]) => !after.has(name));
  const come = [...after].filter(([name]) => !before.has(name));
  const changed = [...after].filter(([name, json]) => before.has(name) && before.get(name) !== json);
  const say = (entries: [string, string][], words: string, word: (effect: string) => Said) =>
    entries.length > 0 ? [word(`${words}: ${listed(entries.map(([name]) => shown(name)))}`)] : [];
  return [
    ...say(
      gone.filter((rule) => !allowed(rule)),
      "takes rules of the web application firewall away",
      opened,
    ),
    ...say(gone.filter(allowed), "no longer allows by these rules", interrupted),
    ...say(come.filter(allowed), "allows by more rules", opened),
    ...say(
      come.filter((rule) => !allowed(rule)),
      "keeps out by more rules",
      interrupted,
    ),
    ...say(changed, "changes rules of the web application firewall", unknown),
  ];
}

const BLOCK: Meaning = protects("public", "lets the bucket be made public");

const PUBLIC_ACCESS_BLOCK: Rules = {
  attributes: {
    ...COMPUTED,
    block_public_acls: BLOCK,
    block_public_policy: BLOCK,
    ignore_public_acls: BLOCK,
    restrict_public_buckets: BLOCK,
  },
  deleted: () => [opened("lets the bucket be made public")],
};

const SECURITY_GROUP_RULE = (...names: string[]): Rules => ({
  attributes: {
    ...COMPUTED,
    ...Object.fromEntries(
      names.map((name) => [name, byValue((before, after) => otherNetworks(texts(before), texts(after)))]),
    ),
    description: harmless,
    security_group_rule_id: harmless,
  },
  created: ({ change }) =>
    at(change.after, "type") === "egress"
      ? []
      : otherNetworks(
          [],
          names.flatMap((name) => texts(at(change.after, name))),
        ),
});

function texts(value: unknown): string[] {
  return [value ?? []].flat().map(String);
}

export const AWS: Readonly<Record<string, Rules>> = {
  aws_acm_certificate: CERTIFICATE,
  // It stands for the wait until ACM has issued.
  aws_acm_certificate_validation: { attributes: { "*": harmless }, deleted: () => [] },
  aws_route53_record: RECORD,
  aws_wafv2_web_acl: WEB_ACL,
  aws_wafv2_web_acl_association: {
    attributes: COMPUTED,
    deleted: () => [opened("takes the web application firewall away from the load balancer")],
  },
  aws_wafv2_web_acl_logging_configuration: {
    attributes: COMPUTED,
    deleted: () => [weakened("keeps no log of what the web application firewall does")],
  },
  aws_wafv2_ip_set: {
    attributes: {
      ...COMPUTED,
      lock_token: harmless,
      description: harmless,
      addresses: byValue((before, after) =>
        otherNetworks(texts(before), texts(after)).map(({ concern, effect }) => ({
          concern,
          effect: `${effect}, if a rule lets this set in; the other way round if one keeps it out`,
        })),
      ),
    },
  },
  aws_s3_bucket: {
    attributes: {
      ...COMPUTED,
      force_destroy: byValue((_, after) =>
        after === true ? [weakened("lets the bucket be deleted with what is in it")] : [],
      ),
    },
    deleted: () => [lost("deletes the bucket, and the logs in it")],
  },
  aws_s3_bucket_public_access_block: PUBLIC_ACCESS_BLOCK,
  aws_s3_bucket_policy: {
    attributes: {
      ...COMPUTED,
      policy: always("unknown", "changes who may use the bucket"),
    },
    deleted: () => [interrupted("takes the right to write its logs from the load balancer")],
  },
  aws_s3_bucket_server_side_encryption_configuration: {
    attributes: COMPUTED,
    deleted: () => [weakened("no longer says how the bucket is encrypted")],
  },
  aws_s3_bucket_versioning: {
    attributes: {
      ...COMPUTED,
      "versioning_configuration.status": byValue((_, after) =>
        after === "Enabled" ? [] : [weakened("keeps no versions of what is in the bucket any longer")],
      ),
    },
    deleted: () => [weakened("keeps no versions of what is in the bucket any longer")],
  },
  aws_security_group_rule: SECURITY_GROUP_RULE("cidr_blocks", "ipv6_cidr_blocks"),
  aws_vpc_security_group_ingress_rule: SECURITY_GROUP_RULE("cidr_ipv4", "cidr_ipv6"),
};
