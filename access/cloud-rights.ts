/** What Terraform asks a cloud for, by the types that a stack holds: a resource, a data source as `data.TYPE`, a backend. */
export interface CloudRights {
  /** Of a plan: what it reads. */
  readonly read: readonly string[];
  /** Of a deploy, beside that. */
  readonly write: readonly string[];
  /** Which ARNs an account of AWS can be held to. */
  readonly on?: string | readonly string[];
}

const GLOBAL_OPERATION = "compute.globalOperations.get";
const REGIONAL_OPERATION = "compute.regionOperations.get";

/**
 * @see https://cloud.google.com/iam/docs/permissions-reference
 * @see https://github.com/hashicorp/terraform-provider-google/tree/main/google/services
 */
export const GCP_RIGHTS: Readonly<Record<string, CloudRights>> = {
  // The cluster's address and authority. What may be done in it, RBAC says.
  "data.google_container_cluster": { read: ["container.clusters.get"], write: [] },
  google_compute_global_address: {
    read: ["compute.globalAddresses.get"],
    write: [
      "compute.globalAddresses.create",
      "compute.globalAddresses.delete",
      "compute.globalAddresses.setLabels",
      GLOBAL_OPERATION,
    ],
  },
  "data.google_compute_global_address": { read: ["compute.globalAddresses.get"], write: [] },
  google_compute_address: {
    read: ["compute.addresses.get"],
    write: [
      "compute.addresses.create",
      // An internal one is taken from a subnetwork.
      "compute.addresses.createInternal",
      "compute.addresses.delete",
      "compute.addresses.deleteInternal",
      "compute.addresses.setLabels",
      "compute.subnetworks.use",
      REGIONAL_OPERATION,
    ],
  },
  "data.google_compute_address": { read: ["compute.addresses.get"], write: [] },
  google_compute_security_policy: {
    read: ["compute.securityPolicies.get"],
    write: [
      "compute.securityPolicies.create",
      "compute.securityPolicies.delete",
      "compute.securityPolicies.update",
      GLOBAL_OPERATION,
    ],
  },
  google_compute_ssl_policy: {
    read: ["compute.sslPolicies.get"],
    write: ["compute.sslPolicies.create", "compute.sslPolicies.delete", "compute.sslPolicies.update", GLOBAL_OPERATION],
  },
  google_dns_record_set: {
    read: ["dns.resourceRecordSets.get", "dns.resourceRecordSets.list"],
    write: [
      "dns.changes.create",
      "dns.changes.get",
      "dns.resourceRecordSets.create",
      "dns.resourceRecordSets.delete",
      "dns.resourceRecordSets.update",
    ],
  },
  // On the state's bucket. A lock is an object beside the state.
  "backend.gcs": {
    read: ["storage.objects.get", "storage.objects.list"],
    write: ["storage.objects.create", "storage.objects.delete"],
  },
};

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html */
export const AWS_RIGHTS: Readonly<Record<string, CloudRights>> = {
  // The cluster's address and authority. What may be done in it, RBAC says.
  "data.aws_eks_cluster": { read: ["eks:DescribeCluster"], write: [], on: "arn:aws:eks:*:*:cluster/YOUR_CLUSTER" },
  // A table inside the provider.
  "data.aws_lb_hosted_zone_id": { read: [], write: [] },
  "data.aws_elb_service_account": { read: [], write: [] },
  "data.aws_caller_identity": { read: [], write: [] },
  "data.aws_partition": { read: [], write: [] },
  "data.aws_iam_policy_document": { read: [], write: [] },
  aws_acm_certificate: {
    read: ["acm:DescribeCertificate", "acm:ListTagsForCertificate"],
    write: [
      "acm:AddTagsToCertificate",
      "acm:DeleteCertificate",
      "acm:ImportCertificate",
      "acm:RemoveTagsFromCertificate",
      "acm:RequestCertificate",
      "acm:UpdateCertificateOptions",
    ],
    // A certificate that isn't there yet has no ARN to be held to.
    on: "*",
  },
  aws_acm_certificate_validation: { read: ["acm:DescribeCertificate"], write: [], on: "*" },
  aws_route53_record: {
    read: ["route53:GetHostedZone", "route53:ListResourceRecordSets"],
    write: ["route53:ChangeResourceRecordSets"],
    on: "arn:aws:route53:::hostedzone/YOUR_ZONE",
  },
  aws_wafv2_web_acl: {
    read: ["wafv2:GetWebACL", "wafv2:ListTagsForResource"],
    write: [
      "wafv2:CreateWebACL",
      "wafv2:DeleteWebACL",
      "wafv2:TagResource",
      "wafv2:UntagResource",
      "wafv2:UpdateWebACL",
    ],
    on: "*",
  },
  aws_wafv2_ip_set: {
    read: ["wafv2:GetIPSet", "wafv2:ListTagsForResource"],
    write: ["wafv2:CreateIPSet", "wafv2:DeleteIPSet", "wafv2:TagResource", "wafv2:UntagResource", "wafv2:UpdateIPSet"],
    on: "*",
  },
  aws_wafv2_web_acl_association: {
    read: ["wafv2:GetWebACLForResource", "wafv2:GetWebACL"],
    write: ["wafv2:AssociateWebACL", "wafv2:DisassociateWebACL", "elasticloadbalancing:SetWebACL"],
    on: "*",
  },
  aws_lb_trust_store: {
    read: ["elasticloadbalancing:DescribeTags", "elasticloadbalancing:DescribeTrustStores"],
    write: [
      "elasticloadbalancing:AddTags",
      "elasticloadbalancing:CreateTrustStore",
      "elasticloadbalancing:DeleteTrustStore",
      "elasticloadbalancing:ModifyTrustStore",
      "elasticloadbalancing:RemoveTags",
      // The authorities' certificates.
      "s3:GetObject",
      "s3:GetObjectVersion",
    ],
    on: "*",
  },
  aws_s3_bucket: {
    // The provider reads every part of a bucket.
    read: [
      "s3:GetAccelerateConfiguration",
      "s3:GetBucketAcl",
      "s3:GetBucketCORS",
      "s3:GetBucketLogging",
      "s3:GetBucketObjectLockConfiguration",
      "s3:GetBucketPolicy",
      "s3:GetBucketRequestPayment",
      "s3:GetBucketTagging",
      "s3:GetBucketVersioning",
      "s3:GetBucketWebsite",
      "s3:GetEncryptionConfiguration",
      "s3:GetLifecycleConfiguration",
      "s3:GetReplicationConfiguration",
      "s3:ListBucket",
    ],
    write: [
      "s3:CreateBucket",
      "s3:DeleteBucket",
      // With destroyWithLogs.
      "s3:DeleteObject",
      "s3:DeleteObjectVersion",
      "s3:ListBucketVersions",
      "s3:PutBucketTagging",
    ],
    on: ["arn:aws:s3:::YOUR_LOG_BUCKET", "arn:aws:s3:::YOUR_LOG_BUCKET/*"],
  },
  aws_s3_bucket_lifecycle_configuration: {
    read: ["s3:GetLifecycleConfiguration"],
    write: ["s3:PutLifecycleConfiguration"],
    on: "arn:aws:s3:::YOUR_LOG_BUCKET",
  },
  aws_s3_bucket_policy: {
    read: ["s3:GetBucketPolicy"],
    write: ["s3:DeleteBucketPolicy", "s3:PutBucketPolicy"],
    on: "arn:aws:s3:::YOUR_LOG_BUCKET",
  },
  aws_s3_bucket_public_access_block: {
    read: ["s3:GetBucketPublicAccessBlock"],
    write: ["s3:PutBucketPublicAccessBlock"],
    on: "arn:aws:s3:::YOUR_LOG_BUCKET",
  },
  // On the state's bucket. A lock is an object beside the state.
  "backend.s3": {
    read: ["s3:GetObject", "s3:ListBucket"],
    write: ["s3:DeleteObject", "s3:PutObject"],
    on: ["arn:aws:s3:::YOUR_STATE_BUCKET", "arn:aws:s3:::YOUR_STATE_BUCKET/*"],
  },
};

/** Asked for after each change of a record, by an ARN that nobody knows beforehand. */
export const ROUTE53_CHANGES: CloudRights = {
  read: [],
  write: ["route53:GetChange"],
  on: "arn:aws:route53:::change/*",
};

/** The types of a stack that its cloud is asked about: those of its own provider, and its backend. */
export function cloudTypes(
  cloud: "gcp" | "aws",
  stacks: readonly {
    readonly resource?: object;
    readonly data?: object;
    readonly terraform?: { readonly backend?: object };
  }[],
): string[] {
  const prefix = cloud === "gcp" ? "google_" : "aws_";
  const backend = cloud === "gcp" ? "gcs" : "s3";
  const types = stacks.flatMap(({ resource = {}, data = {}, terraform }) => [
    ...Object.keys(resource).filter((type) => type.startsWith(prefix)),
    ...Object.keys(data)
      .filter((type) => type.startsWith(prefix))
      .map((type) => `data.${type}`),
    ...Object.keys(terraform?.backend ?? {})
      .filter((kind) => kind === backend)
      .map((kind) => `backend.${kind}`),
  ]);
  return [...new Set(types)].sort();
}
