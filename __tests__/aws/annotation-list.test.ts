import { readFileSync } from "node:fs";
import { join } from "node:path";
import { problems } from "./support";

/**
 * Every annotation that the controller reads on an Ingress.
 *
 * @see https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/225f44568848eb25f13e304a5f1cc68c0cd9415d/pkg/annotations/constants.go
 */
const READ_BY_THE_CONTROLLER = `
  load-balancer-name group.name group.order tags ip-address-type scheme subnets customer-owned-ipv4-pool
  load-balancer-attributes wafv2-acl-arn wafv2-acl-name waf-acl-id web-acl-id shield-advanced-protection security-groups
  listen-ports ssl-redirect inbound-cidrs certificate-arn ssl-policy target-type backend-protocol
  backend-protocol-version target-group-attributes healthcheck-port healthcheck-protocol healthcheck-path
  healthcheck-interval-seconds healthcheck-timeout-seconds healthy-threshold-count unhealthy-threshold-count
  success-codes auth-type auth-idp-cognito auth-idp-oidc auth-on-unauthenticated-request auth-scope
  auth-session-cookie auth-session-timeout jwt-validation target-node-labels manage-backend-security-group-rules
  mutual-authentication security-group-prefix-lists listener-attributes multi-cluster-target-group
  minimum-load-balancer-capacity ipam-ipv4-pool-id enable-frontend-nlb frontend-nlb-scheme frontend-nlb-subnets
  frontend-nlb-security-groups frontend-nlb-listener-port-mapping frontend-nlb-eip-allocations
  frontend-nlb-healthcheck-port frontend-nlb-healthcheck-protocol frontend-nlb-healthcheck-path
  frontend-nlb-healthcheck-interval-seconds frontend-nlb-healthcheck-timeout-seconds
  frontend-nlb-healthcheck-healthy-threshold-count frontend-nlb-healthcheck-unhealthy-threshold-count
  frontend-nlb-healthcheck-success-codes frontend-nlb-attributes frontend-nlb-tags use-regex-path-match
  target-control-port create-acm-cert acm-pca-arn dry-run-plan actions conditions transforms
`
  .trim()
  .split(/\s+/);

/** The rows of the page's table: an annotation, and what sets it. */
const rows = readFileSync(join(__dirname, "../../docs/alb-l7-ingress.md"), "utf8")
  .split("| annotation | set it by | |\n|---|---|---|\n")[1]
  ?.split("\n\n")[0]
  ?.split("\n")
  .map((row) => row.split("|").map((cell) => cell.trim()))
  .map(([, annotation = "", by = ""]) => [annotation.replaceAll("`", ""), by.replaceAll("`", "")] as const);

test("the page lists every annotation of the controller", () => {
  const listed = rows?.map(([annotation]) => annotation) ?? [];
  const isListed = (annotation: string) => listed.some((row) => row === annotation || row.startsWith(`${annotation}.`));
  expect(READ_BY_THE_CONTROLLER.filter((annotation) => !isListed(annotation))).toEqual([]);
});

test.each(rows ?? [])("the page says of %s what is so: %s", (annotation, by) => {
  const key = `alb.ingress.kubernetes.io/${annotation}`;
  const value = annotation.endsWith("-attributes") ? "an.attribute=1" : "x";
  const said = problems({ annotations: { [key]: value } });
  if (by === "annotations") {
    expect(said).toEqual([]);
  } else {
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(by === "no" ? "do remove it" : `do set ${by} instead`);
  }
});
