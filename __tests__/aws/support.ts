import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { TimeProvider } from "@cdktf/provider-time/lib/provider";
import { TlsProvider } from "@cdktf/provider-tls/lib/provider";
import { TerraformStack, Testing } from "cdktf";
import { AlbL7Ingress, type AlbL7IngressProps } from "../../constructs/aws";
import { problemLine } from "../../constructs/internal/problem";
import { milvusOf } from "../../constructs/milvus";
import { only, synth } from "../support/synth";

export const ARN = "arn:aws:acm:us-east-2:123456789012:certificate/0a1b2c3d";
export const REF = { releaseName: "milvus-demo", namespace: "vectors", mode: "cluster" } as const;
export const PROPS: AlbL7IngressProps = {
  milvus: milvusOf(REF, { tlsInPod: false }),
  hosts: ["milvus.example.com"],
  certificate: { kind: "arn", arn: ARN },
  inboundCidrs: ["203.0.113.0/24"],
};

export function stack(): TerraformStack {
  const stack = new TerraformStack(Testing.app(), "platform");
  new KubernetesProvider(stack, "kubernetes", { configPath: "~/.kube/config" });
  new AwsProvider(stack, "aws", { region: "us-east-2" });
  new TlsProvider(stack, "tls");
  new TimeProvider(stack, "time");
  return stack;
}

export function ingress(change: Partial<AlbL7IngressProps> = {}) {
  const scope = stack();
  const construct = new AlbL7Ingress(scope, "ingress", { ...PROPS, ...change });
  const json = synth(scope);
  return { construct, json, manifest: only(json, "kubernetes_manifest", "Ingress").manifest };
}

/** The annotations of the load balancer, without their prefix; others with their whole key. */
export function annotations(change: Partial<AlbL7IngressProps> = {}): Record<string, string> {
  return withoutPrefix(ingress(change).manifest.metadata.annotations);
}

export function withoutPrefix(annotations: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(annotations);
  return Object.fromEntries(entries.map(([key, value]) => [key.replace(/^alb\.ingress\.kubernetes\.io\//, ""), value]));
}

/** One of the annotations whose value is a map, such as the attributes. */
export function mapIn(annotation: string | undefined): Record<string, string> {
  return Object.fromEntries((annotation ?? "").split(",").map((part) => part.split("=") as [string, string]));
}

export const problems = (change: Partial<AlbL7IngressProps>) =>
  AlbL7Ingress.validate({ ...PROPS, ...change }).map((problem) => problemLine(problem));

/** Both ways say the same: all problems as a list, or thrown. */
export function isRefused(change: Partial<AlbL7IngressProps>, ...expected: string[]): void {
  expect(problems(change)).toEqual(expected);
  const count = expected.length === 1 ? "1 problem" : `${expected.length} problems`;
  expect(() => ingress(change)).toThrow([`platform/ingress: ${count}`, ...expected].join("\n  "));
}
