import { ComputeSecurityPolicy } from "@cdktf/provider-google/lib/compute-security-policy";
import { DataGoogleContainerCluster } from "@cdktf/provider-google/lib/data-google-container-cluster";
import { DnsManagedZone } from "@cdktf/provider-google/lib/dns-managed-zone";
import { DnsRecordSet } from "@cdktf/provider-google/lib/dns-record-set";
import { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import { HelmProvider } from "@cdktf/provider-helm/lib/provider";
import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { App, GcsBackend, TerraformOutput, TerraformStack } from "cdktf";
import { GkeL7Ingress } from "cdktf-milvus-l7/gke";
import { MilvusTlsRelease } from "cdktf-milvus-l7/milvus";
import type { Construct } from "constructs";

/** A team's platform: its zone, its edge policy, and what runs behind them. Milvus is one of these. */
class PlatformStack extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new GcsBackend(this, { bucket: "acme-terraform-states", prefix: id });
    this.connect();

    const zone = new DnsManagedZone(this, "zone", { name: "vectors", dnsName: "vectors.example.com." });
    const edge = this.edgePolicy();

    const release = new MilvusTlsRelease(this, "milvus", {
      releaseName: "my-release",
      namespace: "milvus",
      mode: "cluster",
      acceptPlaintextClientsCutOff: true,
    });
    const ingress = new GkeL7Ingress(this, "milvus-edge", {
      milvus: release.service,
      hosts: ["milvus.vectors.example.com"],
      certificate: { kind: "managed" },
      // Values of the platform's own resources: Terraform makes those first.
      dnsZone: zone.name,
      securityPolicy: { kind: "existing", name: edge.name, restrictsClients: true },
    });
    release.applyAfter(...ingress.ready); // the load balancer first, then the pods

    // And the other way round: what the ingress knows goes on to the rest of the platform.
    new DnsRecordSet(this, "search", {
      managedZone: zone.name,
      name: "search.vectors.example.com.",
      type: "A",
      ttl: 300,
      rrdatas: [ingress.address],
    });
    new ConfigMapV1(this, "milvus-client", {
      metadata: { name: "milvus-client", namespace: "search-api" },
      data: { MILVUS_URI: `${ingress.url}:443` },
    });
    new TerraformOutput(this, "milvus_url", { value: ingress.url, staticId: true });
  }

  /** The cluster is another stack's; kubectl's own plugin logs in. */
  private connect(): void {
    new GoogleProvider(this, "google", { project: "acme-platform", region: "europe-west1" });
    const cluster = new DataGoogleContainerCluster(this, "cluster", { name: "platform", location: "europe-west1" });
    const connection = {
      host: `https://${cluster.endpoint}`,
      clusterCaCertificate: `\${base64decode(${cluster.masterAuth.get(0).clusterCaCertificate})}`,
    };
    const exec = { apiVersion: "client.authentication.k8s.io/v1beta1", command: "gke-gcloud-auth-plugin" };
    new KubernetesProvider(this, "kubernetes", { ...connection, exec: [exec] });
    new HelmProvider(this, "helm", { kubernetes: { ...connection, exec } });
  }

  /** One Cloud Armor policy for everything that the team publishes. */
  private edgePolicy(): ComputeSecurityPolicy {
    return new ComputeSecurityPolicy(this, "edge", {
      name: "vectors-edge",
      rule: [
        {
          // Two RPCs of Milvus that pass by its authorization. An ingress with a policy of its own denies them by itself.
          action: "deny(403)",
          priority: 1000,
          match: {
            expr: {
              expression: ["CreateReplicateStream", "DumpMessages"]
                .map((rpc) => `request.path == '/milvus.proto.milvus.MilvusService/${rpc}'`)
                .join(" || "),
            },
          },
        },
        {
          action: "allow",
          priority: 2000,
          match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["203.0.113.0/24"] } },
        },
        {
          action: "deny(403)",
          priority: 2147483647,
          match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["*"] } },
        },
      ],
    });
  }
}

const app = new App();
new PlatformStack(app, "platform");
app.synth();
