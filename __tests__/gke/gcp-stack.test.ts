import { parse } from "yaml";
import type { GcpStackConfig } from "../../config/types";
import { clientSnippet } from "../../stacks/client-snippet";
import { gcpStack } from "../support/gcp";
import { CERTIFICATE } from "../support/pem";
import { addresses, normalised, only, synth } from "../support/synth";

const certificates: Record<string, GcpStackConfig["certificate"]> = {
  "self-signed": { kind: "self-signed" },
  pem: { kind: "pem", certificate: CERTIFICATE, privateKey: { file: "/keys/tls.key" } },
  managed: { kind: "managed" },
  secret: { kind: "secret", name: "my-release-milvus-tls" },
};

describe("the output firewall_command", () => {
  test("is there for a Shared VPC alone", () => {
    expect(synth(gcpStack()).output).not.toHaveProperty("firewall_command");
    const sharedVpc = { hostProject: "network-host", network: "shared" };
    expect(synth(gcpStack({ sharedVpc })).output?.firewall_command.value).toBe(
      "gcloud compute firewall-rules create my-release-milvus --project=network-host --network=shared --direction=INGRESS " +
        "--action=ALLOW --rules=tcp:19530,tcp:9091 --source-ranges=130.211.0.0/22,35.191.0.0/16",
    );
  });
});

describe("the committed config holds every input of the guide", () => {
  const json = synth(gcpStack());
  const ingress = only(json, "kubernetes_manifest", "Ingress").manifest;
  const backendConfig = only(json, "kubernetes_manifest", "BackendConfig").manifest;
  const service = only(json, "kubernetes_service_v1");

  test("project milvus-testing-nonprod", () => {
    expect(json.provider?.google?.[0].project).toBe("milvus-testing-nonprod");
  });

  test("release my-release in namespace default, with service.type ClusterIP", () => {
    const release = only(json, "helm_release");
    expect(release).toMatchObject({ name: "my-release", namespace: "default", chart: "milvus" });
    expect(release.values[0]).toContain('"service" = merge({ "type" = "ClusterIP" }, ');
  });

  test("tlsMode 1", () => {
    expect(only(json, "helm_release").values[0]).toContain('{ "name" = "COMMON_SECURITY_TLSMODE", "value" = "1" }');
  });

  test("BackendConfig my-release-backendconfig: HTTP, port 9091, /healthz", () => {
    expect(backendConfig.metadata).toEqual({ name: "my-release-backendconfig", namespace: "default" });
    expect(backendConfig.spec.healthCheck).toMatchObject({ port: 9091, requestPath: "/healthz", type: "HTTP" });
  });

  test("the three annotations of the Service", () => {
    const annotations = Object.entries<string>(service.metadata.annotations).filter(([key]) => key.includes(".com/"));
    expect(Object.fromEntries(annotations.map(([key, value]) => [key, parse(value)]))).toEqual({
      "cloud.google.com/app-protocols": { milvus: "HTTP2" },
      "cloud.google.com/backend-config": { default: "my-release-backendconfig" },
      "cloud.google.com/neg": { ingress: true },
    });
  });

  test("a self-signed certificate for my-release.milvus.io by an RSA key of 2048 bits, in Secret my-release-milvus-tls", () => {
    expect(only(json, "tls_private_key")).toMatchObject({ algorithm: "RSA", rsa_bits: 2048 });
    expect(only(json, "tls_self_signed_cert").subject).toEqual([{ common_name: "my-release.milvus.io" }]);
    expect(only(json, "kubernetes_secret_v1")).toMatchObject({
      type: "kubernetes.io/tls",
      metadata: { name: "my-release-milvus-tls", namespace: "default" },
    });
  });

  test("Ingress my-release-milvus for the host, path / by Prefix, port 19530", () => {
    expect(ingress.metadata).toMatchObject({ name: "my-release-milvus", namespace: "default" });
    expect(ingress.spec.tls).toEqual([{ hosts: ["my-release.milvus.io"], secretName: "my-release-milvus-tls" }]);
    expect(ingress.spec.rules).toHaveLength(1);
    expect(ingress.spec.rules[0]).toMatchObject({
      host: "my-release.milvus.io",
      http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { port: { number: 19530 } } } }] },
    });
  });

  test("with a managed certificate: ManagedCertificate my-release-milvus-tls, named by the Ingress' annotation", () => {
    const managed = synth(gcpStack({ certificate: { kind: "managed" } }));
    expect(only(managed, "kubernetes_manifest", "ManagedCertificate").manifest).toEqual({
      apiVersion: "networking.gke.io/v1",
      kind: "ManagedCertificate",
      metadata: { name: "my-release-milvus-tls", namespace: "default" },
      spec: { domains: ["my-release.milvus.io"] },
    });
    const { annotations } = only(managed, "kubernetes_annotations");
    expect(annotations["networking.gke.io/managed-certificates"]).toBe("my-release-milvus-tls");
    const { spec } = only(managed, "kubernetes_manifest", "Ingress").manifest;
    expect(spec).not.toHaveProperty("tls");
  });
});

describe("gcp-stack differs from the guide on purpose:", () => {
  const json = synth(gcpStack());
  const ingress = only(json, "kubernetes_manifest", "Ingress").manifest;

  test("the annotations stand on a Service of its own, not on the chart's", () => {
    expect(ingress.spec.rules[0].http.paths[0].backend.service.name).toBe("my-release-milvus-l7");
    expect(only(json, "kubernetes_service_v1").metadata.name).toBe("my-release-milvus-l7");
  });

  test("TLS comes by environment with REST on another port, and user.yaml is left alone", () => {
    const [values] = only(json, "helm_release").values;
    expect(values).toContain('{ "name" = "PROXY_HTTP_PORT", "value" = "8080" }');
    expect(values).not.toContain("extraConfigFiles");
  });

  test("the release is imported with its values instead of upgraded without them", () => {
    expect(json.import).toEqual([{ to: "helm_release.milvus_default_my-release", id: "default/my-release" }]);
    expect(only(json, "helm_release").reuse_values).toBe(true);
  });

  test("the certificate has a SAN and ends after 825 days, not 99,999", () => {
    expect(only(json, "tls_self_signed_cert")).toMatchObject({
      dns_names: ["my-release.milvus.io"],
      validity_period_hours: 825 * 24,
    });
  });

  test("plain HTTP is off and the address is reserved", () => {
    expect(ingress.metadata.annotations).toMatchObject({
      "kubernetes.io/ingress.allow-http": "false",
      "kubernetes.io/ingress.global-static-ip-name": only(json, "google_compute_global_address").name,
    });
  });

  test("only the client networks are let in, and the streaming RPCs that need no password are denied", () => {
    const actions = only(json, "google_compute_security_policy").rule.map(({ action }: any) => action);
    expect(actions).toEqual(["deny(403)", "allow", "deny(403)"]);
  });

  test("a call may take an hour, a pod that goes away has a minute, and no call is logged", () => {
    expect(only(json, "kubernetes_manifest", "BackendConfig").manifest.spec).toMatchObject({
      timeoutSec: 3600,
      connectionDraining: { drainingTimeoutSec: 60 },
      logging: { enable: false },
    });
  });

  test("a managed certificate is made beside the Ingress, and nothing waits for it", () => {
    const managed = synth(gcpStack({ certificate: { kind: "managed" } }));
    for (const manifest of Object.values(managed.resource?.kubernetes_manifest ?? {})) {
      expect(manifest).not.toHaveProperty("wait");
      expect(manifest).not.toHaveProperty("wait_for");
    }
  });
});

describe("gcp-stack", () => {
  test.each(Object.keys(certificates))("with a certificate of kind %s has these addresses", (kind) => {
    expect(addresses(synth(gcpStack({ certificate: certificates[kind], dnsZone: "zone" })))).toMatchSnapshot();
  });

  test("of the committed config is this Terraform JSON", () => {
    expect(normalised(synth(gcpStack()))).toMatchSnapshot();
  });

  test("changes the release after the Ingress", () => {
    expect(only(synth(gcpStack()), "helm_release").depends_on).toEqual([
      "terraform_data.milvus_default_my-release",
      "kubernetes_manifest.ingress_DF2C2AE3",
    ]);
  });

  test("leaves a release alone that is somebody else's, if its pods speak TLS", () => {
    const release = { ownership: "leave-alone", releaseName: "r", namespace: "n", mode: "standalone" } as const;
    const json = synth(gcpStack({ release: { ...release, tlsInPod: true } }));
    expect(json.resource?.helm_release).toEqual({
      milvus_n_r: expect.objectContaining({ count: 0 }),
    });
    expect(json.import).toBeUndefined();
    expect(json.data).not.toHaveProperty("kubernetes_resource");
    expect(only(json, "kubernetes_service_v1").spec.selector.component).toBe("standalone");
  });

  test("points DNS at the load balancer only when the release has been changed", () => {
    const json = synth(gcpStack({ dnsZone: "zone" }));
    expect(only(json, "google_dns_record_set").depends_on).toEqual([
      "kubernetes_manifest.ingress_DF2C2AE3",
      "helm_release.milvus_default_my-release",
    ]);
  });
});

describe("the providers of gcp-stack reach the cluster", () => {
  test("by the plugin that kubectl uses", () => {
    const { provider } = synth(gcpStack());
    const exec = {
      api_version: "client.authentication.k8s.io/v1beta1",
      command: "gke-gcloud-auth-plugin",
      args: [],
    };
    const place = {
      host: "https://${data.google_container_cluster.cluster.endpoint}",
      cluster_ca_certificate:
        "${try(base64decode(data.google_container_cluster.cluster.master_auth[0].cluster_ca_certificate), null)}",
    };
    expect(provider?.kubernetes).toEqual([{ ...place, exec: [exec] }]);
    expect(provider?.helm).toEqual([{ kubernetes: { ...place, exec } }]);
  });

  test("by that plugin with application default credentials", () => {
    const cluster = { access: "exec", name: "c", location: "us-west1", applicationDefaultCredentials: true } as const;
    expect(synth(gcpStack({ cluster })).provider?.kubernetes?.[0].exec[0].args).toEqual([
      "--use_application_default_credentials",
    ]);
  });

  test("by a kubeconfig, and then ask Google nothing about it", () => {
    const cluster = { access: "kubeconfig", path: "/home/me/.kube/config", context: "prod" } as const;
    const { provider, data } = synth(gcpStack({ cluster }));
    const place = { config_path: "/home/me/.kube/config", config_context: "prod" };
    expect(provider?.kubernetes).toEqual([place]);
    expect(provider?.helm).toEqual([{ kubernetes: place }]);
    expect(data).not.toHaveProperty("google_container_cluster");
  });
});

describe("the outputs of gcp-stack", () => {
  test("are the same five under fixed names", () => {
    const { output } = synth(gcpStack());
    expect(Object.keys(output ?? {}).sort()).toEqual(["address", "certificate_pem", "client_snippet", "host", "url"]);
    expect(output?.host.value).toBe("my-release.milvus.io");
    expect(output?.url.value).toBe("https://my-release.milvus.io");
  });

  test.each(["managed", "secret"])("hold no certificate with one of kind %s", (kind) => {
    expect(synth(gcpStack({ certificate: certificates[kind] })).output).not.toHaveProperty("certificate_pem");
  });
});

describe("the client snippet", () => {
  const outputs = {
    host: "milvus.example.com",
    address: "192.0.2.1",
    url: "",
    dns: false,
    authorizationEnabled: false,
  };

  test("dials the address, names the host and brings the certificate", () => {
    expect(clientSnippet({ ...outputs, certificatePem: "PEM" })).toBe(
      [
        "import tempfile",
        "",
        "from pymilvus import MilvusClient",
        "",
        'certificate = tempfile.NamedTemporaryFile("w", suffix=".pem", delete=False)',
        'certificate.write("""PEM""")',
        "certificate.close()",
        "",
        'client = MilvusClient(uri="https://192.0.2.1:443", secure=True, server_name="milvus.example.com", ' +
          "server_pem_path=certificate.name)",
        "print(client.list_collections())",
        "",
      ].join("\n"),
    );
  });

  test("dials the host where DNS leads there, with a token where Milvus asks for one", () => {
    expect(clientSnippet({ ...outputs, dns: true, authorizationEnabled: true })).toBe(
      [
        "import os  # MILVUS_TOKEN is user:password",
        "from pymilvus import MilvusClient",
        "",
        'client = MilvusClient(uri="https://milvus.example.com:443", secure=True, token=os.environ["MILVUS_TOKEN"])',
        "print(client.list_collections())",
        "",
      ].join("\n"),
    );
  });
});
