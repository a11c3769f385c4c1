import { DataGoogleContainerCluster } from "@cdktf/provider-google/lib/data-google-container-cluster";
import { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import { HelmProvider } from "@cdktf/provider-helm/lib/provider";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { App, GcsBackend, TerraformOutput, TerraformStack } from "cdktf";
import { GkeL7Ingress } from "cdktf-milvus-l7/gke";
import { MilvusTlsRelease } from "cdktf-milvus-l7/milvus";
import { Construct } from "constructs";

interface RegionalMilvusProps {
  /** Goes into every name that is the project's: addresses and policies of two clusters would clash. */
  readonly key: string;
  readonly location: string;
  readonly host: string;
}

/** One cluster: its providers by an alias each, and all that is on it. */
class RegionalMilvus extends Construct {
  readonly ingress: GkeL7Ingress;

  constructor(scope: Construct, id: string, { key, location, host }: RegionalMilvusProps) {
    super(scope, id);
    const { kubernetesProvider, helmProvider } = this.connect(key, location);
    const release = new MilvusTlsRelease(this, "release", {
      releaseName: "my-release",
      namespace: "milvus",
      mode: "cluster",
      acceptPlaintextClientsCutOff: true,
      // The same release on both clusters: this tells their addresses in the state apart.
      clusterKey: key,
      kubernetesProvider,
      helmProvider,
    });
    this.ingress = new GkeL7Ingress(this, "ingress", {
      milvus: release.service,
      name: `milvus-${key}`,
      hosts: [host],
      certificate: { kind: "managed" },
      inboundCidrs: ["203.0.113.0/24"],
      dnsZone: "vectors",
      kubernetesProvider,
    });
    release.applyAfter(...this.ingress.ready); // the load balancer first, then the pods
  }

  /** No provider here is without an alias: what is forgotten to be passed on fails, and goes to no other cluster. */
  private connect(key: string, location: string) {
    const cluster = new DataGoogleContainerCluster(this, "cluster", { name: `vectors-${key}`, location });
    const connection = {
      host: `https://${cluster.endpoint}`,
      clusterCaCertificate: `\${base64decode(${cluster.masterAuth.get(0).clusterCaCertificate})}`,
    };
    const exec = { apiVersion: "client.authentication.k8s.io/v1beta1", command: "gke-gcloud-auth-plugin" };
    return {
      kubernetesProvider: new KubernetesProvider(this, "kubernetes", { alias: key, ...connection, exec: [exec] }),
      helmProvider: new HelmProvider(this, "helm", { alias: key, kubernetes: { ...connection, exec } }),
    };
  }
}

class VectorsStack extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new GcsBackend(this, { bucket: "acme-terraform-states", prefix: id });
    new GoogleProvider(this, "google", { project: "acme-vectors" });

    const clusters = {
      eu: new RegionalMilvus(this, "eu", { key: "eu", location: "europe-west1", host: "eu.vectors.example.com" }),
      us: new RegionalMilvus(this, "us", { key: "us", location: "us-central1", host: "us.vectors.example.com" }),
    };
    for (const [key, { ingress }] of Object.entries(clusters)) {
      new TerraformOutput(this, `${key}_url`, { value: ingress.url, staticId: true });
    }
  }
}

const app = new App();
new VectorsStack(app, "vectors");
app.synth();
