import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { IngressV1 } from "@cdktf/provider-kubernetes/lib/ingress-v1";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { TimeProvider } from "@cdktf/provider-time/lib/provider";
import { App, S3Backend, TerraformOutput, TerraformStack } from "cdktf";
import { AlbL7Ingress } from "cdktf-milvus-l7/aws";
import { milvusOf } from "cdktf-milvus-l7/milvus";
import type { Construct } from "constructs";

/** Ingresses that name the same group share one load balancer, and have to say the same of it. */
const GROUP = "vectors";
const CLIENTS = ["203.0.113.0/24"];

/** Milvus, and the dashboard beside it, behind one Application Load Balancer. */
class VectorsStack extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new S3Backend(this, {
      bucket: "acme-terraform-states",
      key: `${id}.tfstate`,
      region: "us-east-2",
      encrypt: true,
    });
    new AwsProvider(this, "aws", { region: "us-east-2" });
    new KubernetesProvider(this, "kubernetes", { configPath: "~/.kube/config", configContext: "platform" });
    new TimeProvider(this, "time");

    const milvus = new AlbL7Ingress(this, "milvus", {
      milvus: milvusOf({ releaseName: "milvus-demo", namespace: "milvus", mode: "cluster" }, { tlsInPod: false }),
      hosts: ["milvus.example.com"],
      certificate: { kind: "acm" },
      dnsZone: "Z0123456789ABCDEFGHIJ",
      inboundCidrs: CLIENTS,
      group: { name: GROUP, order: 10 },
    });
    this.dashboard();

    new TerraformOutput(this, "milvus_url", { value: milvus.url, staticId: true });
    new TerraformOutput(this, "load_balancer", { value: milvus.address, staticId: true });
  }

  /** Somebody else's Ingress, as they have it: its rules come after Milvus', and its certificate beside Milvus'. */
  private dashboard(): IngressV1 {
    return new IngressV1(this, "dashboard", {
      metadata: {
        name: "attu",
        namespace: "attu",
        annotations: {
          "alb.ingress.kubernetes.io/group.name": GROUP,
          "alb.ingress.kubernetes.io/group.order": "20",
          "alb.ingress.kubernetes.io/scheme": "internet-facing",
          "alb.ingress.kubernetes.io/inbound-cidrs": CLIENTS.join(","),
          "alb.ingress.kubernetes.io/listen-ports": '[{"HTTPS": 443}]',
          "alb.ingress.kubernetes.io/certificate-arn":
            "arn:aws:acm:us-east-2:123456789012:certificate/0a1b2c3d-0000-0000-0000-000000000000",
          "alb.ingress.kubernetes.io/target-type": "ip",
        },
      },
      spec: {
        ingressClassName: "alb",
        rule: [
          {
            host: "attu.example.com",
            http: {
              path: [{ path: "/", pathType: "Prefix", backend: { service: { name: "attu", port: { number: 3000 } } } }],
            },
          },
        ],
      },
    });
  }
}

const app = new App();
new VectorsStack(app, "vectors");
app.synth();
