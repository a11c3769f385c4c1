import {
  ComputeSecurityPolicy,
  type ComputeSecurityPolicyRule,
} from "@cdktf/provider-google/lib/compute-security-policy";
import type { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import type { Construct } from "constructs";
import { literal } from "../internal/hcl";
import { type Problem, shown } from "../internal/problem";
import { UNAUTHORIZED_STREAM_PATHS } from "../milvus/streaming-rpcs";
import { resourceName } from "./resource-name";

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
  const { inboundCidrs, denyUnauthorizedStreams = true } = props;
  if (props.securityPolicy?.kind === "existing" || !hasSecurityPolicy(props)) {
    return undefined;
  }
  return new ComputeSecurityPolicy(scope, id, {
    provider: props.googleProvider,
    name: literal(props.name),
    type: "CLOUD_ARMOR",
    rule: securityPolicyRules(inboundCidrs, denyUnauthorizedStreams),
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

const policyName = resourceName("gcloud compute security-policies list");

/** A rule of a Cloud Armor policy takes this many address ranges. */
const RANGES_IN_A_RULE = 10;

const LAST_PRIORITY = 2_147_483_647;

/**
 * The rules of the Cloud Armor policy, in the order of their priority: the streaming RPCs are denied to everybody, then
 * the client networks are let in, and last whoever is left is let in or not.
 *
 * @see https://cloud.google.com/armor/docs/rules-language-reference
 */
function securityPolicyRules(
  inboundCidrs: readonly string[] | undefined,
  denyUnauthorizedStreams: boolean,
): ComputeSecurityPolicyRule[] {
  const ranges = inboundCidrs ?? [];
  const chunks = Array.from({ length: Math.ceil(ranges.length / RANGES_IN_A_RULE) }, (_, index) =>
    ranges.slice(index * RANGES_IN_A_RULE, (index + 1) * RANGES_IN_A_RULE),
  );
  const expression = UNAUTHORIZED_STREAM_PATHS.map((path) => `request.path == '${path}'`).join(" || ");
  return [
    ...(denyUnauthorizedStreams
      ? [
          {
            action: "deny(403)",
            priority: 1000,
            description: "streaming RPCs that pass by Milvus' authorization",
            match: { expr: { expression } },
          },
        ]
      : []),
    ...chunks.map((srcIpRanges, index) => ({
      action: "allow",
      priority: 2000 + index,
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
