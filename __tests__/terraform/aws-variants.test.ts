import type { AwsStackConfig } from "../../config/types";
import { awsStack } from "../support/aws";
import { deleted } from "../support/life";
import { AWS_WITH_ACM as ACM, AWS_LEFT_ALONE, AWS as stack } from "../support/stacks-under-test";
import { only, synth } from "../support/synth";
import { describeUnless, unwrapped, type Workspace, whatIsMissing } from "../support/terraform";
import { annotationsOf, livesThrough } from "../support/variants";

/** Whole configs of an ALB, each from its first deploy to its end. */

const PREFIX = "alb.ingress.kubernetes.io";

/** Both halves of the Ingress: its object, and its annotations once more. */
const INGRESS = {
  "kubernetes_manifest.ingress_DF2C2AE3": "update",
  "kubernetes_annotations.ingress_annotations_96C86BAD": "update",
} as const;

/** With a changed Ingress the hostname is read anew, and whatever names it is looked at again. */
const RECORD_A = "aws_route53_record.ingress_dns-milvus-demomilvusio-A_FA49F0BB";
const RECORD_AAAA = "aws_route53_record.ingress_dns-milvus-demomilvusio-AAAA_868586CF";

const WEB_ACL = "aws_wafv2_web_acl.ingress_web-acl_B8C52B41";
const TRUST_STORE = "aws_lb_trust_store.ingress_trust-store_0F4DCCEA";
const LOG_POLICY = "aws_s3_bucket_policy.ingress_logs_policy_8A72AA44";

/** Without web ACL and logs. */
const GONE = {
  [WEB_ACL]: "delete",
  [LOG_POLICY]: "delete",
  "aws_s3_bucket.ingress_logs_564AC56D": "delete",
  "aws_s3_bucket_public_access_block.ingress_logs_public-access_4B87CF13": "delete",
  "aws_s3_bucket_lifecycle_configuration.ingress_logs_expiry_7E3462BB": "delete",
} as const;

const says = (place: Workspace, suffix: string) => annotationsOf(place)[`${PREFIX}/${suffix}`];

const missing = whatIsMissing();

describeUnless(missing.apply, "an aws-stack lives through", () => {
  test("the guide's settings", () => {
    const settings = { release: AWS_LEFT_ALONE };
    livesThrough(stack, {
      settings,
      order: [
        ["aws_acm_certificate:create", "kubernetes_manifest:create", "time_sleep:create"],
        ["kubernetes_service_v1:create", "kubernetes_manifest:create", "kubernetes_annotations:create"],
      ],
      steps: [
        {
          to: { ...settings, healthCheck: { kind: "grpc-health", intervalSec: 30 }, idleTimeoutSec: 60 },
          touches: INGRESS,
          check: (place) => {
            expect(says(place, "healthcheck-path")).toBe("/grpc.health.v1.Health/Check");
            expect(says(place, "healthcheck-interval-seconds")).toBe("30");
            expect(says(place, "load-balancer-attributes")).toContain("idle_timeout.timeout_seconds=60");
          },
        },
        {
          to: settings,
          touches: INGRESS,
          check: (place) => {
            expect(says(place, "healthcheck-path")).toBe("/AWS.ALB/healthcheck");
            expect(says(place, "healthcheck-interval-seconds")).toBe("15");
            expect(says(place, "load-balancer-attributes")).toContain("idle_timeout.timeout_seconds=240");
          },
        },
      ],
      destroyOrder: [
        ["kubernetes_manifest:delete", "kubernetes_service_v1:delete"],
        ["kubernetes_manifest:delete", "aws_acm_certificate:delete"],
      ],
    });
  });

  test("a certificate of ACM's and a zone of another account", () => {
    const settings = {
      release: AWS_LEFT_ALONE,
      certificate: { kind: "acm" },
      dnsZone: "Z0123456789ABCDEFGHIJ",
      dnsLogin: { kind: "role", arn: "arn:aws:iam::210987654321:role/dns" },
    };
    livesThrough(ACM, {
      settings,
      order: [
        [
          "aws_acm_certificate:create",
          "aws_acm_certificate_validation:create",
          "kubernetes_manifest:create",
          "time_sleep:create",
          "aws_route53_record:create:milvus-demo.milvus.io",
        ],
      ],
      steps: [
        {
          to: { ...settings, ipAddressType: "dualstack" },
          touches: { ...INGRESS, [RECORD_A]: "update", [RECORD_AAAA]: "create" },
          order: [["kubernetes_manifest:update", "aws_route53_record:create"]],
        },
        {
          to: { ...settings, httpsRedirect: true },
          touches: { ...INGRESS, [RECORD_A]: "update", [RECORD_AAAA]: "delete" },
          check: (place) => {
            expect(says(place, "ip-address-type")).toBe("ipv4");
            expect(says(place, "ssl-redirect")).toBe("443");
          },
        },
        {
          to: { ...settings, dnsZone: undefined, certificate: { kind: "acm", zone: settings.dnsZone } },
          touches: { ...INGRESS, [RECORD_A]: "delete" },
          check: (place) => {
            expect(says(place, "listen-ports")).toBe('[{"HTTPS":443}]');
            expect(says(place, "ssl-redirect")).toBeUndefined();
          },
        },
      ],
      destroyOrder: [["kubernetes_manifest:delete", "aws_acm_certificate:delete"]],
    });
  });

  test("a load balancer inside, with a web ACL and logs", () => {
    const settings = { release: AWS_LEFT_ALONE, scheme: "internal" };
    const logs = { kind: "created", bucket: "our-logs", expireAfterDays: 30 };
    const guarded = { ...settings, webAcl: { kind: "created" }, logs };
    livesThrough(stack, {
      settings: guarded,
      order: [
        ["aws_wafv2_web_acl:create", "kubernetes_manifest:create"],
        ["aws_s3_bucket:create", "aws_s3_bucket_policy:create", "kubernetes_manifest:create"],
      ],
      check: (place) => {
        expect(says(place, "scheme")).toBe("internal");
        expect(says(place, "wafv2-acl-arn")).toBe(place.attributes("aws_wafv2_web_acl").arn);
        expect(says(place, "load-balancer-attributes")).toContain(
          "access_logs.s3.enabled=true,access_logs.s3.bucket=our-logs,access_logs.s3.prefix=,",
        );
      },
      steps: [
        {
          to: {
            ...guarded,
            webAcl: { kind: "created", action: "count" },
            logs: { ...logs, prefix: "lb", connections: true },
          },
          touches: {
            ...INGRESS,
            [WEB_ACL]: "update",
            [LOG_POLICY]: "update",
          },
          order: [["aws_s3_bucket_policy:update", "kubernetes_manifest:update"]],
          check: (place) => expect(says(place, "load-balancer-attributes")).toContain("connection_logs.s3.prefix=lb"),
        },
        {
          to: settings,
          touches: {
            ...INGRESS,
            ...GONE,
          },
          // Nothing is taken from a load balancer that still has it.
          order: [
            ["kubernetes_manifest:update", "aws_wafv2_web_acl:delete"],
            ["kubernetes_manifest:update", "aws_s3_bucket_policy:delete", "aws_s3_bucket:delete"],
            ["kubernetes_manifest:update", "aws_s3_bucket_lifecycle_configuration:delete"],
            ["kubernetes_manifest:update", "aws_s3_bucket_public_access_block:delete"],
          ],
          check: (place) => {
            expect(says(place, "wafv2-acl-arn")).toBe("none");
            expect(says(place, "load-balancer-attributes")).toContain(
              "access_logs.s3.enabled=false,connection_logs.s3.enabled=false",
            );
          },
        },
        {
          to: guarded,
          touches: {
            ...INGRESS,
            ...Object.fromEntries(Object.keys(GONE).map((address) => [address, "create"] as const)),
          },
          order: [
            ["aws_wafv2_web_acl:create", "kubernetes_manifest:update"],
            ["aws_s3_bucket_policy:create", "kubernetes_manifest:update"],
          ],
        },
      ],
      destroyOrder: [
        ["kubernetes_manifest:delete", "aws_wafv2_web_acl:delete"],
        ["kubernetes_manifest:delete", "aws_s3_bucket_policy:delete", "aws_s3_bucket:delete"],
      ],
    });
  });

  test("everything on", () => {
    const plain = { release: AWS_LEFT_ALONE, inboundCidrs: ["203.0.113.0/24"] };
    const everything = {
      release: { ...AWS_LEFT_ALONE, tlsInPod: true },
      inboundCidrs: undefined,
      authorizationEnabled: true,
      rest: true,
      httpsRedirect: true,
      ipAddressType: "dualstack",
      additionalCertificates: ["arn:aws:acm:us-east-2:123456789012:certificate/01234567-89ab-cdef"],
      mutualTls: { kind: "created", bucket: "authorities", key: "ca.pem" },
      securityGroups: { ids: ["sg-0123456789abcdef0"], restrictsClients: true },
      subnets: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
      group: { name: "shared", order: 10 },
      loadBalancerName: "milvus-edge",
      tags: { team: "search" },
      algorithm: "least_outstanding_requests",
      healthCheck: { kind: "grpc-health" },
      podReadinessGate: true,
      webAcl: { kind: "created" },
      logs: { kind: "created", bucket: "our-logs", connections: true, expireAfterDays: 30, destroyWithLogs: true },
      shieldAdvanced: true,
      deletionProtection: true,
      annotations: { "example.com/owner": "search team" },
    };
    livesThrough(stack, {
      settings: everything,
      order: [
        ["aws_lb_trust_store:create", "kubernetes_manifest:create"],
        ["kubernetes_service_v1:create", "kubernetes_manifest:create"],
      ],
      check: (place) => {
        expect(says(place, "success-codes")).toBe("0,16");
        isKept(place);
      },
      steps: [
        {
          to: { ...everything, mutualTls: { ...everything.mutualTls, version: "2" }, algorithm: "round_robin" },
          touches: { ...INGRESS, [TRUST_STORE]: "update" },
        },
        {
          to: { ...everything, rest: false, mutualTls: undefined, podReadinessGate: false },
          touches: {
            ...INGRESS,
            [TRUST_STORE]: "delete",
            "kubernetes_service_v1.ingress_rest-service_FD78F9AB": "delete",
            "kubernetes_labels.ingress_readiness-gate_710554E5": "delete",
          },
          order: [
            ["kubernetes_manifest:update", "aws_lb_trust_store:delete"],
            ["kubernetes_manifest:update", "kubernetes_service_v1:delete:milvus-demo-l7-rest"],
          ],
          check: isKept,
        },
        {
          to: plain,
          // Out of the group it gets a load balancer of its own, whose address is waited for. The real provider makes a wait
          // with other triggers anew; the stand-in can't tell.
          touches: { ...INGRESS, ...GONE, "time_sleep.ingress_hostname_wait_A0915D7D": "update" },
          order: [["kubernetes_manifest:update", "aws_wafv2_web_acl:delete"]],
          check: (place) => saysNothingElse(place, plain),
        },
      ],
      destroyOrder: [["kubernetes_manifest:delete", "kubernetes_service_v1:delete"]],
    });
  });
});

/** With deletion protection a destroy is refused before anything is touched. */
function isKept(place: Workspace): void {
  place.takeLog();
  const destroy = place.terraform("destroy", "-auto-approve", "-no-color");
  expect(destroy.status).not.toBe(0);
  expect(unwrapped(destroy.text)).toContain(
    "Resource kubernetes_manifest.ingress_DF2C2AE3 has lifecycle.prevent_destroy set",
  );
  expect(deleted(place)).toEqual([]);
}

/** Nothing is left of what was on: the Ingress says what one says that never had it. */
function saysNothingElse(place: Workspace, settings: Partial<AwsStackConfig>): void {
  const { metadata } = only(synth(awsStack(settings)), "kubernetes_manifest", "Ingress").manifest;
  const arn = place.attributes("aws_acm_certificate").arn;
  expect(annotationsOf(place)).toEqual({ ...metadata.annotations, [`${PREFIX}/certificate-arn`]: arn });
}
