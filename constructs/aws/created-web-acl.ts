import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Wafv2WebAcl } from "@cdktf/provider-aws/lib/wafv2-web-acl";
import type { Construct } from "constructs";
import { literal } from "../internal/hcl";

/** A web ACL that stays until the Ingress no longer names it. */
export function createWebAcl(
  scope: Construct,
  id: string,
  { name, action = "block", provider }: { name: string; action?: "block" | "count"; provider?: AwsProvider },
): Wafv2WebAcl {
  const seenAs = (metricName: string) => ({
    cloudwatchMetricsEnabled: true,
    metricName: literal(metricName),
    sampledRequestsEnabled: true,
  });
  return new Wafv2WebAcl(scope, id, {
    provider,
    name: literal(name),
    scope: "REGIONAL",
    defaultAction: { allow: {} },
    rule: [
      {
        name: "ip-reputation",
        priority: 0,
        overrideAction: action === "block" ? { none: {} } : { count: {} },
        // The bindings know the statement of a rule as any.
        statement: {
          managed_rule_group_statement: { vendor_name: "AWS", name: "AWSManagedRulesAmazonIpReputationList" },
        },
        visibilityConfig: seenAs(`${name}-ip-reputation`),
      },
    ],
    visibilityConfig: seenAs(name),
    lifecycle: { createBeforeDestroy: true },
  });
}
