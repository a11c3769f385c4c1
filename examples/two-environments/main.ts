import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { TimeProvider } from "@cdktf/provider-time/lib/provider";
import { TlsProvider } from "@cdktf/provider-tls/lib/provider";
import { App, S3Backend, TerraformOutput, TerraformStack } from "cdktf";
import { AlbL7Ingress } from "cdktf-milvus-l7/aws";
import { milvusOf } from "cdktf-milvus-l7/milvus";
import type { Construct } from "constructs";
import { type Environment, environments } from "./config";

/** The same stack for every environment, with a state of its own. */
class MilvusEdgeStack extends TerraformStack {
  constructor(scope: Construct, id: string, { region, account, cluster, milvus, ingress }: Environment) {
    super(scope, id);
    new S3Backend(this, { bucket: `acme-states-${account}`, key: `${id}.tfstate`, region, encrypt: true });
    new AwsProvider(this, "aws", { region, allowedAccountIds: [account] });
    new KubernetesProvider(this, "kubernetes", { configPath: "~/.kube/config", configContext: cluster });
    new TimeProvider(this, "time");
    new TlsProvider(this, "tls");

    const edge = new AlbL7Ingress(this, "edge", { ...ingress, milvus: milvusOf(milvus, { tlsInPod: false }) });
    new TerraformOutput(this, "url", { value: edge.url, staticId: true });
    new TerraformOutput(this, "address", { value: edge.address, staticId: true });
  }
}

const app = new App();
for (const [name, environment] of Object.entries(environments)) {
  new MilvusEdgeStack(app, `milvus-${name}`, environment);
}
app.synth();
