import { faultsOf, NEVER } from "../support/faults";
import { defaultGcp } from "../support/gcp";
import { CERTIFICATE } from "../support/pem";
import { GCP, GCP_LEFT_ALONE } from "../support/stacks-under-test";

const { release } = defaultGcp();
const PEM = { kind: "pem", certificate: CERTIFICATE, privateKey: { file: "tls.key" } };

/** Nothing but the address, the Service, the Ingress and who gets in by other means. */
const BARE = {
  inboundCidrs: undefined,
  authorizationEnabled: true,
  denyUnauthorizedStreams: false,
  sslPolicy: { kind: "google-default" },
  certificate: { kind: "secret", name: "the-secret" },
  address: { kind: "existing", name: "the-address" },
  dnsZone: undefined,
  httpsRedirect: false,
};

const INTERNAL = {
  scheme: "internal",
  region: "us-west1",
  subnetwork: "gke-nodes",
  inboundCidrs: undefined,
  denyUnauthorizedStreams: false,
};

faultsOf({
  stack: GCP,
  resources: [
    "google_compute_address",
    "google_compute_global_address",
    "google_compute_security_policy",
    "google_compute_ssl_policy",
    "google_dns_record_set",
    "helm_release",
    "kubernetes_annotations",
    "kubernetes_manifest",
    "kubernetes_secret_v1",
    "kubernetes_service_v1",
    "terraform_data",
    "time_sleep",
    "tls_private_key",
    "tls_self_signed_cert",
  ],
  dataSources: [
    "google_compute_address",
    "google_container_cluster",
    "kubernetes_config_map_v1",
    "kubernetes_ingress_v1",
    "kubernetes_resource",
    "kubernetes_resources",
    "kubernetes_service_v1",
  ],
  never: NEVER,
  lives: [
    {
      name: "",
      settings: {
        dnsZone: "zone",
        certificate: { kind: "managed", meanwhile: { kind: "self-signed" } },
        httpsRedirect: true,
      },
      changed: {
        labels: { team: "search" },
        annotations: { "example.com/owner": "search team" },
        hosts: ["my-release.milvus.io", "milvus-demo.milvus.io"],
        inboundCidrs: ["198.51.100.0/24"],
        dnsTtlSec: 60,
        sslPolicy: { kind: "created", profile: "MODERN" },
        release: { ...release, restPort: 8081 },
      },
      drifted: { time_sleep: { destroy_duration: "1s" } },
      off: BARE,
      leftAlone: GCP_LEFT_ALONE,
    },
    {
      name: "internal, with a certificate that is brought",
      only: ["google_compute_address", "kubernetes_secret_v1"],
      settings: { ...INTERNAL, certificate: PEM },
      changed: { labels: { team: "search" } },
      off: { address: { kind: "existing", name: "the-address" }, certificate: { kind: "secret", name: "the-secret" } },
      leftAlone: GCP_LEFT_ALONE,
    },
    {
      name: "internal, with an address that exists",
      only: ["data.google_compute_address"],
      settings: { ...INTERNAL, address: { kind: "existing", name: "the-address" } },
    },
    {
      name: "the release's own stack",
      only: ["data.kubernetes_ingress_v1"],
      settings: { release: { ...release, stack: "own" } },
      releaseStack: true,
    },
  ],
  keyIn: ["kubernetes_secret_v1", "tls_self_signed_cert"],
  afterRelease: "google_dns_record_set",
});
