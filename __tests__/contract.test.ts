import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import { HelmProvider } from "@cdktf/provider-helm/lib/provider";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { TimeProvider } from "@cdktf/provider-time/lib/provider";
import { TlsProvider } from "@cdktf/provider-tls/lib/provider";
import { App, TerraformStack } from "cdktf";
import { AlbL7Ingress, ManagedOrSelfSignedCert as AwsCert } from "../constructs/aws";
import { ManagedOrSelfSignedCert as GkeCert, GkeL7Ingress } from "../constructs/gke";
import { MilvusReleaseElsewhere, MilvusTlsRelease, milvusOf } from "../constructs/milvus";
import { CERTIFICATE } from "./support/pem";
import { addresses, synth } from "./support/synth";

/**
 * What somebody's state is keyed by where they have the constructs in a stack of their own. Those of our own stacks are in
 * the tests of the stacks. A line that changes or goes is a breaking change: a resource that is replaced, or a `moved`.
 */

const REF = { releaseName: "my-release", namespace: "milvus", mode: "cluster" } as const;
const HOSTS = ["milvus.example.com", "vectors.example.com"];
const EDGE = { hosts: HOSTS, inboundCidrs: ["203.0.113.0/24"] };
const PEM = {
  kind: "pem",
  certificate: CERTIFICATE,
  privateKey: { variable: "tls_key" },
} as const;

const USES: Readonly<Record<string, (stack: TerraformStack) => void>> = {
  MilvusTlsRelease: (stack) => {
    new MilvusTlsRelease(stack, "milvus", REF);
  },
  "MilvusTlsRelease with a clusterKey": (stack) => {
    new MilvusTlsRelease(stack, "milvus", { ...REF, clusterKey: "eu" });
  },
  "MilvusTlsRelease.forget": (stack) => MilvusTlsRelease.forget(stack, REF),
  "MilvusTlsRelease.leaveAlone": (stack) => MilvusTlsRelease.leaveAlone(stack, REF),
  MilvusReleaseElsewhere: (stack) => {
    new MilvusReleaseElsewhere(stack, "milvus", REF);
  },
  "GkeL7Ingress with all that it can make": (stack) => {
    new GkeL7Ingress(stack, "edge", {
      ...EDGE,
      milvus: milvusOf(REF, { tlsInPod: true }),
      certificate: { kind: "managed", meanwhile: { kind: "self-signed" } },
      dnsZone: "example-zone",
      httpsRedirect: true,
      rest: true,
    });
  },
  "GkeL7Ingress in a VPC": (stack) => {
    new GkeL7Ingress(stack, "edge", {
      hosts: HOSTS,
      milvus: milvusOf(REF, { tlsInPod: true }),
      certificate: { kind: "self-signed" },
      scheme: "internal",
      region: "us-west1",
      subnetwork: "nodes",
      denyUnauthorizedStreams: false,
    });
  },
  "ManagedOrSelfSignedCert of /gke": (stack) => {
    new GkeCert(stack, "cert", {
      certificate: { kind: "self-signed" },
      hosts: HOSTS,
      namespace: "milvus",
      name: "tls",
    });
  },
  "AlbL7Ingress with a requested certificate": (stack) => {
    new AlbL7Ingress(stack, "edge", {
      ...EDGE,
      milvus: milvusOf(REF, { tlsInPod: false }),
      certificate: { kind: "acm" },
      dnsZone: "Z1",
      ipAddressType: "dualstack",
    });
  },
  "ManagedOrSelfSignedCert of /aws, made": (stack) => {
    new AwsCert(stack, "cert", { certificate: { kind: "self-signed" }, hosts: HOSTS, name: "tls" });
  },
  "ManagedOrSelfSignedCert of /aws, brought": (stack) => {
    new AwsCert(stack, "cert", { certificate: PEM, hosts: ["my-release.milvus.io"], name: "tls" });
  },
};

test.each(Object.entries(USES))("%s has these addresses and variables", (_, use) => {
  const stack = new TerraformStack(new App(), "platform");
  for (const Provider of [AwsProvider, GoogleProvider, HelmProvider, KubernetesProvider, TimeProvider, TlsProvider]) {
    new Provider(stack, Provider.tfResourceType);
  }
  use(stack);
  const json = synth(stack);
  const variables = Object.keys(json.variable ?? {}).map((name) => `var.${name}`);
  const removed = (json.removed ?? []).map(({ from }) => `removed ${from}`);
  expect([...addresses(json), ...removed, ...variables]).toMatchSnapshot();
});
