import type { AlbL7IngressProps } from "cdktf-milvus-l7/aws";
import type { HelmReleaseRef } from "cdktf-milvus-l7/milvus";

/** All that one environment is made of. */
export interface Environment {
  readonly region: string;
  /** The only account that Terraform may change: a wrong login stops before it does anything. */
  readonly account: string;
  /** The context of the kubeconfig. */
  readonly cluster: string;
  readonly milvus: HelmReleaseRef;
  readonly ingress: Omit<AlbL7IngressProps, "milvus">;
}

/** What is the same everywhere is written once. */
const shared = {
  region: "us-east-2",
  milvus: { releaseName: "milvus-demo", namespace: "milvus", mode: "cluster" },
  ingress: { certificate: { kind: "acm" }, idleTimeoutSec: 120 },
} as const;

/** Each line below is a difference between the two. */
export const environments: Readonly<Record<string, Environment>> = {
  staging: {
    ...shared,
    account: "111111111111",
    cluster: "staging",
    milvus: { ...shared.milvus, mode: "standalone" },
    ingress: {
      ...shared.ingress,
      hosts: ["milvus.staging.example.com"],
      certificate: { kind: "self-signed" },
      scheme: "internal",
    },
  },
  production: {
    ...shared,
    account: "222222222222",
    cluster: "production",
    ingress: {
      ...shared.ingress,
      hosts: ["milvus.example.com", "vectors.example.com"],
      dnsZone: "Z0123456789ABCDEFGHIJ",
      inboundCidrs: ["203.0.113.0/24"],
    },
  },
};
