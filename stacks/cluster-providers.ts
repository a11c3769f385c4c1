import { HelmProvider } from "@cdktf/provider-helm/lib/provider";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import type { TerraformStack } from "cdktf";
import type { KubeconfigConfig } from "../config/types";
import { literal } from "../constructs/internal/hcl";

/** How a provider reaches a cluster: the same words for both providers. */
export interface ClusterConnection {
  readonly host?: string;
  readonly clusterCaCertificate?: string;
  readonly exec?: { readonly apiVersion: string; readonly command: string; readonly args: string[] };
  readonly configPath?: string;
  readonly configContext?: string;
}

export function kubeconfigConnection({ path, context }: KubeconfigConfig): ClusterConnection {
  return { configPath: literal(path ?? "~/.kube/config"), configContext: literal(context) };
}

/** What tells a kubeconfig's cluster from others; the loader has made its path absolute. */
export function kubeconfigKey({ path, context }: KubeconfigConfig): string {
  return `kubeconfig ${path} ${context}`;
}

/** The Kubernetes and Helm providers of a stack, both for the one cluster. */
export function clusterProviders(stack: TerraformStack, { exec, ...connection }: ClusterConnection): void {
  new KubernetesProvider(stack, "kubernetes", { ...connection, ...(exec ? { exec: [exec] } : {}) });
  new HelmProvider(stack, "helm", { kubernetes: { ...connection, exec } });
}
