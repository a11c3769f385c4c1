import { defaultAws } from "../support/aws";
import { faultsOf, MADE_ANEW, NEVER } from "../support/faults";
import { CERTIFICATE } from "../support/pem";
import { AWS_LEFT_ALONE, AWS_WITH_ACM } from "../support/stacks-under-test";

const release = { ...defaultAws().release, tls: "enabled", acceptPlaintextClientsCutOff: true };
const PEM = { kind: "pem", certificate: CERTIFICATE, privateKey: { file: "tls.key" } };
const MUTUAL_TLS = { kind: "created", bucket: "authorities", key: "ca.pem" };
const LOGS = { kind: "created", bucket: "our-logs", expireAfterDays: 30, destroyWithLogs: true };
const ZONE = "Z0123456789ABCDEFGHIJ";

faultsOf({
  stack: {
    ...AWS_WITH_ACM,
    answers: {
      ...AWS_WITH_ACM.answers,
      "data.kubernetes_ingress_v1": { status: [{ load_balancer: [{ ingress: [{ hostname: "alb.example" }] }] }] },
    },
  },
  resources: [
    "aws_acm_certificate",
    "aws_acm_certificate_validation",
    "aws_lb_trust_store",
    "aws_route53_record",
    "aws_s3_bucket",
    "aws_s3_bucket_lifecycle_configuration",
    "aws_s3_bucket_policy",
    "aws_s3_bucket_public_access_block",
    "aws_wafv2_web_acl",
    "helm_release",
    "kubernetes_annotations",
    "kubernetes_labels",
    "kubernetes_manifest",
    "kubernetes_service_v1",
    "terraform_data",
    "time_sleep",
    "tls_private_key",
    "tls_self_signed_cert",
  ],
  dataSources: [
    "aws_caller_identity",
    "aws_eks_cluster",
    "aws_lb_hosted_zone_id",
    "kubernetes_config_map_v1",
    "kubernetes_ingress_v1",
    "kubernetes_resource",
    "kubernetes_resources",
    "kubernetes_service_v1",
  ],
  never: {
    "aws_acm_certificate_validation:update": MADE_ANEW,
    ...NEVER,
  },
  lives: [
    {
      name: "",
      settings: {
        release,
        dnsZone: ZONE,
        mutualTls: MUTUAL_TLS,
        podReadinessGate: true,
        webAcl: { kind: "created" },
        logs: LOGS,
      },
      changed: {
        release: { ...release, restPort: 8081 },
        labels: { team: "search" },
        annotations: { "example.com/owner": "search team" },
        ipAddressType: "dualstack",
        mutualTls: { ...MUTUAL_TLS, version: "2" },
        webAcl: { kind: "created", action: "count" },
        logs: { ...LOGS, prefix: "lb", expireAfterDays: 60 },
        addressWaitSec: 90,
      },
      drifted: {
        aws_route53_record: { allow_overwrite: false },
        aws_s3_bucket: { force_destroy: false },
        aws_s3_bucket_public_access_block: { block_public_acls: false },
        kubernetes_labels: { labels: {} },
      },
      off: {
        dnsZone: undefined,
        mutualTls: undefined,
        podReadinessGate: false,
        webAcl: undefined,
        logs: undefined,
        certificate: { kind: "arn", arn: "arn:aws:acm:us-east-2:123456789012:certificate/0a1b2c3d" },
      },
      leftAlone: { ...AWS_LEFT_ALONE, tlsInPod: true },
    },
    {
      name: "a certificate of ACM's",
      only: ["aws_acm_certificate_validation"],
      settings: { release, certificate: { kind: "acm", zone: ZONE } },
      changed: { labels: { team: "search" } },
      off: { certificate: { kind: "arn", arn: "arn:aws:acm:us-east-2:123456789012:certificate/0a1b2c3d" } },
      leftAlone: { ...AWS_LEFT_ALONE, tlsInPod: true },
    },
    {
      name: "a certificate that is brought",
      only: ["aws_acm_certificate"],
      settings: { release, certificate: PEM },
      drifted: { aws_acm_certificate: { certificate_body: "another" } },
      off: { certificate: { kind: "self-signed" } },
      leftAlone: { ...AWS_LEFT_ALONE, tlsInPod: true },
    },
  ],
  keyIn: ["aws_acm_certificate", "tls_self_signed_cert"],
  afterRelease: "aws_route53_record",
});
