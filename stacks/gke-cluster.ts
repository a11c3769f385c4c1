import type { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import { TerraformDataSource, type TerraformStack } from "cdktf";
import type { GcpStackConfig, GkeClusterConfig } from "../config/types";
import { literal } from "../constructs/internal/hcl";
import type { Problem } from "../constructs/internal/problem";
import { rule } from "../constructs/internal/rules";
import { clusterProviders, kubeconfigConnection, kubeconfigKey } from "./cluster-providers";

/** Every problem of how to reach a GKE cluster. */
export function validateGkeCluster(cluster: GkeClusterConfig | undefined): Problem[] {
  return cluster?.access === "exec"
    ? [...clusterName("name", cluster.name), ...location("location", cluster.location)]
    : [];
}

/** What tells a cluster from others, as far as the config says it. */
export function gkeClusterKey({ project, cluster }: GcpStackConfig): string {
  return cluster.access === "kubeconfig"
    ? kubeconfigKey(cluster)
    : `gke ${project}/${cluster.location}/${cluster.name}`;
}

/** The Kubernetes and Helm providers for a GKE cluster that exists. */
export function gkeProviders(stack: TerraformStack, cluster: GkeClusterConfig, google: GoogleProvider): void {
  clusterProviders(
    stack,
    cluster.access === "kubeconfig" ? kubeconfigConnection(cluster) : execConnection(stack, cluster, google),
  );
}

/** Written without its class in the prebuilt package, which takes longer to load than all the rest of a synthesis. */
const CLUSTER_DATA_SOURCE = "google_container_cluster";

/** A token for each call by the plugin that kubectl uses: none lands in the plan or the state, and none runs out. */
function execConnection(
  stack: TerraformStack,
  cluster: Extract<GkeClusterConfig, { access: "exec" }>,
  google: GoogleProvider,
) {
  const found = new TerraformDataSource(stack, "cluster", {
    terraformResourceType: CLUSTER_DATA_SOURCE,
    terraformGeneratorMetadata: { providerName: "google" },
    provider: google,
  });
  found.addOverride("name", literal(cluster.name));
  found.addOverride("location", literal(cluster.location));
  const address = `data.${CLUSTER_DATA_SOURCE}.${found.friendlyUniqueId}`;
  return {
    host: `https://\${${address}.endpoint}`,
    // Without an authority that can be read, the system's are asked: they don't know the cluster, and it is refused.
    clusterCaCertificate: `\${try(base64decode(${address}.master_auth[0].cluster_ca_certificate), null)}`,
    exec: {
      apiVersion: "client.authentication.k8s.io/v1beta1",
      command: "gke-gcloud-auth-plugin",
      args: cluster.applicationDefaultCredentials ? ["--use_application_default_credentials"] : [],
    },
  };
}

/** @see https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters#Cluster */
const clusterName = rule<string>(
  "a GKE cluster's name: lower-case letters, digits and '-', at most 40 characters, with a letter first",
  "write the name as 'gcloud container clusters list' prints it",
  (name) => /^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$/.test(name),
);

const location = rule<string>(
  "a region or zone such as us-west1 or us-west1-a",
  "write the location as 'gcloud container clusters list' prints it",
  (place) => /^[a-z]+(-[a-z0-9]+)+$/.test(place),
);
