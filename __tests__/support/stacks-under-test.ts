import type { AwsStackConfig, GcpStackConfig } from "../../config/types";
import { defaultAws } from "./aws";
import { defaultGcp } from "./gcp";
import type { StackUnderTest } from "./life";

export const GCP: StackUnderTest = {
  id: "gcp-stack",
  config: defaultGcp,
  releaseAddress: "helm_release.milvus_default_my-release",
};

/** As the stand-in providers take it; a test adds the answers that it needs. */
export const AWS: StackUnderTest = {
  id: "aws-stack",
  config: defaultAws,
  releaseAddress: "helm_release.milvus_milvus_milvus-demo",
};

/** What only the apply of a real cloud could tell of a certificate that ACM validates; a plan counts it as unknown. */
const ACM_ASKS_FOR_A_RECORD = {
  aws_acm_certificate: {
    domain_validation_options: [
      {
        domain_name: "milvus-demo.milvus.io",
        resource_record_name: "_a.milvus-demo.milvus.io.",
        resource_record_type: "CNAME",
        resource_record_value: "_b.acm-validations.aws.",
      },
    ],
  },
};

export const AWS_WITH_ACM: StackUnderTest = { ...AWS, answers: ACM_ASKS_FOR_A_RECORD };

/** The same Milvus in somebody else's hands. */
export const GCP_LEFT_ALONE: GcpStackConfig["release"] = {
  ownership: "leave-alone",
  releaseName: "my-release",
  namespace: "default",
  mode: "cluster",
  tlsInPod: true,
};

export const AWS_LEFT_ALONE: AwsStackConfig["release"] = {
  releaseName: "milvus-demo",
  namespace: "milvus",
  mode: "cluster",
};
