import type { Problem } from "../internal/problem";
import { rule } from "../internal/rules";
import { arnRule } from "./arn";

/**
 * The web ACL of AWS WAF in front of the load balancer. Of a gRPC call WAF sees address, path and headers: rules that look
 * at bodies pass over it. Plain data, as it stands in the config file.
 *
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-setting-body-inspection-limit.html
 */
export type AlbWebAcl =
  /**
   * One that is made, with Amazon's list of addresses of bad reputation. Such a call is blocked with 403; with `action:
   * count` it is counted alone.
   */
  | {
      readonly kind: "created";
      /**
       * Its name.
       *
       * @default - the Ingress' name with `-l7` after it
       */
      readonly name?: string;
      /**
       * What becomes of a call from such an address.
       *
       * @default "block"
       */
      readonly action?: "block" | "count";
    }
  /** One of yours. Whether it lets only your clients in is for you to say: nobody looks into it. */
  | {
      readonly kind: "existing";
      /** Its ARN, in the load balancer's region. */
      readonly arn: string;
      /** Whether it lets only your clients in. */
      readonly restrictsClients: boolean;
    }
  /** Whatever the load balancer has: AWS Firewall Manager gives it one, for instance. */
  | { readonly kind: "leave-alone" };

export function validateWebAcl(webAcl: AlbWebAcl | undefined): Problem[] {
  switch (webAcl?.kind) {
    case "created":
      return [...webAclName("name", webAcl.name), ...actionRule("action", webAcl.action)];
    case "existing":
      return webAclArn("arn", webAcl.arn);
    default:
      return [];
  }
}

/** @see https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateWebACL.html */
const webAclName = rule<string>(
  "the name of a web ACL: letters, digits, '-' and '_', at most 113 characters",
  "leave it out for the Ingress' name with -l7 after it",
  // The metrics are named after it, and take 128.
  (name) => /^[-_A-Za-z0-9]{1,113}$/.test(name),
);

const actionRule = rule<string>("block or count", "leave it out for block", (action) =>
  ["block", "count"].includes(action),
);

const webAclArn = arnRule(
  "a regional web ACL",
  "wafv2",
  "regional\\/webacl\\/[-_A-Za-z0-9]{1,128}\\/[-a-f0-9]{36}",
  "regional/webacl/<name>/<id>",
  "aws wafv2 list-web-acls --scope REGIONAL",
);
