import { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { TlsProvider } from "@cdktf/provider-tls/lib/provider";
import { TerraformStack, Testing } from "cdktf";
import { GkeL7Ingress, type GkeL7IngressProps } from "../../constructs/gke";
import { problemLine } from "../../constructs/internal/problem";
import { milvusOf } from "../../constructs/milvus";
import { only, synth } from "../support/synth";

/** A GkeL7Ingress with little, to change one prop of. */
export const PROPS: GkeL7IngressProps = {
  milvus: milvusOf({ releaseName: "my-release", namespace: "vectors", mode: "cluster" }, { tlsInPod: true }),
  hosts: ["milvus.example.com"],
  certificate: { kind: "secret", name: "my-tls" },
  inboundCidrs: ["203.0.113.0/24"],
};

export function stack(): TerraformStack {
  const stack = new TerraformStack(Testing.app(), "platform");
  new KubernetesProvider(stack, "kubernetes", { configPath: "~/.kube/config" });
  new GoogleProvider(stack, "google", { project: "my-project" });
  new TlsProvider(stack, "tls");
  return stack;
}

export function ingress(change: Partial<GkeL7IngressProps> = {}) {
  const scope = stack();
  const construct = new GkeL7Ingress(scope, "ingress", { ...PROPS, ...change });
  const json = synth(scope);
  return { construct, json, manifest: only(json, "kubernetes_manifest", "Ingress").manifest };
}

export const backendConfig = (change: Partial<GkeL7IngressProps> = {}) =>
  only(ingress(change).json, "kubernetes_manifest", "BackendConfig").manifest.spec;

export const problems = (change: Partial<GkeL7IngressProps>) =>
  GkeL7Ingress.validate({ ...PROPS, ...change }).map((problem) => problemLine(problem));
