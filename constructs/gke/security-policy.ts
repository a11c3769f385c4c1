import {
  ComputeSecurityPolicy,
  type ComputeSecurityPolicyRule,
} from "@cdktf/provider-google/lib/compute-security-policy";
import type { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import type { Construct } from "constructs";
import { literal } from "../internal/hcl";
import { hostKey, shortHash } from "../internal/names";
import { type Problem, shown } from "../internal/problem";
import { UNAUTHORIZED_STREAM_PATHS } from "../milvus/streaming-rpcs";
import { ownResourceName } from "./resource-name";

/** The Cloud Armor policy that every call passes. */
export type GkeSecurityPolicy =
  /** Made here, of `inboundCidrs` and `denyUnauthorizedStreams`. */
  | {
      readonly kind: "created";
      /**
       * The name that it gets in the project.
       *
       * @default - named like the Ingress with `-l7` after it
       */
      readonly name?: string;
    }
  /** One that is there, with the rules that it has. */
  | {
      readonly kind: "existing";
      /** Its name, as 'gcloud compute security-policies list' prints it. */
      readonly name: string;
      /** Whether it lets in the networks of the clients alone: a public load balancer needs that, or one of its two statements. */
      readonly restrictsClients: boolean;
    };

/** What decides on the policy. */
export interface SecurityPolicyProps {
  readonly securityPolicy?: GkeSecurityPolicy;
  readonly inboundCidrs?: readonly string[];
  readonly denyUnauthorizedStreams?: boolean;
  readonly httpsRedirect?: boolean;
}

/** Whether calls pass a policy at all. One that would let everything through is not made. */
export function hasSecurityPolicy(props: SecurityPolicyProps): boolean {
  const { securityPolicy: policy, inboundCidrs, denyUnauthorizedStreams = true } = props;
  return policy?.kind === "existing" || inboundCidrs !== undefined || denyUnauthorizedStreams;
}

/** The policy, where it is made here. */
export function securityPolicy(
  scope: Construct,
  id: string,
  props: SecurityPolicyProps & { readonly name: string; readonly googleProvider?: GoogleProvider },
): ComputeSecurityPolicy | undefined {
  if (props.securityPolicy?.kind === "existing" || !hasSecurityPolicy(props)) {
    return undefined;
  }
  return new ComputeSecurityPolicy(scope, id, {
    provider: props.googleProvider,
    name: literal(props.name),
    type: "CLOUD_ARMOR",
    rule: securityPolicyRules(props),
    // Google refuses to delete one that a load balancer has.
    lifecycle: { createBeforeDestroy: true },
  });
}

/** Every problem of the policy, and of what it is made of. */
export function validateSecurityPolicy(props: SecurityPolicyProps): Problem[] {
  const { securityPolicy: policy } = props;
  return [...policyName("securityPolicy.name", policy?.name), ...(policy?.kind === "existing" ? ownRules(props) : [])];
}

/** An existing policy stays as it is. */
function ownRules({ inboundCidrs, denyUnauthorizedStreams }: SecurityPolicyProps): Problem[] {
  return Object.entries({ inboundCidrs, denyUnauthorizedStreams }).flatMap(([path, given]) =>
    given === undefined || given === false
      ? []
      : [
          {
            path,
            given: shown(given),
            allowed: "nothing beside an existing securityPolicy, whose rules stay as they are",
            fix: "remove it, and put the rule into that policy",
          },
        ],
  );
}

const policyName = ownResourceName("gcloud compute security-policies list", "give it a name of your own");

/**
 * A rule of a Cloud Armor policy takes this many address ranges.
 *
 * @see https://cloud.google.com/armor/quotas#limits
 */
const RANGES_IN_A_RULE = 10;

const LAST_PRIORITY = 2_147_483_647;

/**
 * The rules of the Cloud Armor policy, in the order of their priority: plain HTTP and the streaming RPCs are denied to
 * everybody, then the client networks are let in, and last whoever is left is let in or not.
 *
 * Port 80's redirect has no backend, so no call that is redirected passes a policy. The first rule is for the moments in which
 * the redirect is missing, as when somebody has deleted the FrontendConfig: GKE's controller serves Milvus on port 80 then.
 *
 * @see https://cloud.google.com/armor/docs/rules-language-reference
 * @see https://github.com/kubernetes/ingress-gce/blob/master/pkg/loadbalancers/target_proxies.go `checkProxy`
 */
function securityPolicyRules(props: SecurityPolicyProps): ComputeSecurityPolicyRule[] {
  const { inboundCidrs, denyUnauthorizedStreams = true, httpsRedirect } = props;
  const deny = (priority: number, description: string, expression: string) => ({
    action: "deny(403)",
    priority,
    description,
    match: { expr: { expression } },
  });
  const streams = UNAUTHORIZED_STREAM_PATHS.map((path) => `request.path == '${path}'`).join(" || ");
  return [
    ...(httpsRedirect ? [deny(900, "plain HTTP", "request.scheme == 'http'")] : []),
    ...(denyUnauthorizedStreams ? [deny(1000, "streaming RPCs that pass by Milvus' authorization", streams)] : []),
    ...rangesByPriority(inboundCidrs ?? []).map(([priority, srcIpRanges]) => ({
      action: "allow",
      priority,
      description: "client networks",
      match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges } },
    })),
    {
      action: inboundCidrs === undefined ? "allow" : "deny(403)",
      priority: LAST_PRIORITY,
      description: "everybody else",
      match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["*"] } },
    },
  ];
}

/** The priority of the rule of a list that fits into one, and what the priorities of more rules begin after. */
const ONLY_RULE = 2000;
const MANY_RULES = 10_000;

/**
 * The ranges of each rule. A list that is too long for one rule is halved by a hash of each range, and the halves again, until
 * all fit: a rule's priority says which part of all hashes it has.
 *
 * So a range keeps its rule while others come and go, until that part is halved or put together again. Then it moves from a
 * rule that goes to one that is new. The provider adds and changes rules one by one, in any order, and removes last: at no
 * moment a range that stays is in no rule. A range that only Terraform knows goes by its place in the list.
 *
 * @see https://github.com/hashicorp/terraform-provider-google/blob/v6.50.0/google/services/compute/resource_compute_security_policy.go
 */
function rangesByPriority(ranges: readonly string[]): [priority: number, ranges: string[]][] {
  if (ranges.length <= RANGES_IN_A_RULE) {
    return ranges.length === 0 ? [] : [[ONLY_RULE, [...ranges]]];
  }
  const bits = new Map(ranges.map((range, index) => [range, bitsOf(hostKey(range, index))]));
  // The number of a part is 1 and the bits that its hashes begin with: no two parts have the same.
  const parts = (part: string, members: readonly string[]): [number, string[]][] => {
    if (members.length <= RANGES_IN_A_RULE) {
      return members.length === 0 ? [] : [[MANY_RULES + Number.parseInt(part, 2), [...members]]];
    }
    return ["0", "1"].flatMap((bit) =>
      parts(
        part + bit,
        members.filter((range) => bits.get(range)?.[part.length - 1] === bit),
      ),
    );
  };
  return parts("1", ranges).sort(([one], [other]) => one - other);
}

function bitsOf(text: string): string {
  return Number.parseInt(shortHash(text), 16).toString(2).padStart(32, "0");
}
