import type { GcpStackConfig } from "../../config/types";
import { CERTIFICATE } from "../support/pem";
import { GCP, GCP_LEFT_ALONE } from "../support/stacks-under-test";
import { describeUnless, type Workspace, whatIsMissing } from "../support/terraform";
import { annotationsOf, livesThrough } from "../support/variants";

/** Whole GKE load balancers, from their first deploy over changes and off again to their end. */

type Settings = Partial<GcpStackConfig>;

const PEM = { kind: "pem", certificate: CERTIFICATE, privateKey: { file: "tls.key" } } as const;

const INGRESS = "kubernetes_manifest.ingress_DF2C2AE3";
const ANNOTATIONS = "kubernetes_annotations.ingress_annotations_96C86BAD";
const BACKEND_CONFIG = "kubernetes_manifest.ingress_backend-config_61F4FC47";
const FRONTEND_CONFIG = "kubernetes_manifest.ingress_frontend-config_B685B32E";
const REDIRECT = "kubernetes_manifest.ingress_frontend-config-redirect_FEC25F55";
const SECRET = "kubernetes_secret_v1.ingress_certificate_secret_85FEDFC6";
const KEY = "tls_private_key.ingress_certificate_self-signed_key_D9F3A3FF";
const CERT = "tls_self_signed_cert.ingress_certificate_self-signed_certificate_360F4225";
const MANAGED = "kubernetes_manifest.ingress_certificate_managed_1854B3E6";
const SECOND_MANAGED = "kubernetes_manifest.ingress_certificate_managed-milvus-demomilvusio_73F18846";
const RECORD = "google_dns_record_set.ingress_dns-my-releasemilvusio_01024E86";
const SECOND_RECORD = "google_dns_record_set.ingress_dns-milvus-demomilvusio_9744500A";
const REST_SERVICE = "kubernetes_service_v1.ingress_rest-service_FD78F9AB";
const REST_BACKEND_CONFIG = "kubernetes_manifest.ingress_rest-backend-config_9D4B1C13";
const ARMOR = "google_compute_security_policy.ingress_security-policy_33135EC8";
const TLS_POLICY = "google_compute_ssl_policy.ingress_ssl-policy_3F721647";
const HELD = "time_sleep.ingress_held-while-in-use_7B93079F";
const GLOBAL_ADDRESS = "google_compute_global_address.ingress_address_B9E164D1";
const REGIONAL_ADDRESS = "google_compute_address.ingress_address_B9E164D1";

/** Destroying ends with what Google can't delete while the load balancer has it. */
const DESTROYED = [
  [
    "kubernetes_annotations:delete",
    "kubernetes_service_v1:delete",
    "time_sleep:delete",
    "google_compute_security_policy:delete",
  ],
  ["time_sleep:delete", "google_compute_ssl_policy:delete"],
  ["time_sleep:delete", "google_compute_global_address:delete"],
];

/** An update of the Ingress' annotations comes after that of the Ingress itself. */
const UPDATED = "kubernetes_annotations:update";

const specsOf = (place: Workspace, kind: string) =>
  place
    .state()
    .resources.filter(({ type }: any) => type === "kubernetes_manifest")
    .map(({ instances }: any) => instances[0].attributes.manifest.value)
    .filter((manifest: any) => manifest.kind === kind)
    .map(({ spec }: any) => spec);

const onlySpecOf = (place: Workspace, kind: string) => {
  const specs = specsOf(place, kind);
  expect(specs).toHaveLength(1);
  return specs[0];
};

describeUnless(whatIsMissing().apply, "a GKE load balancer", () => {
  test("with a self-signed certificate: a new certificate, a redirect, another TLS policy, and none of it again", () => {
    const settings: Settings = { release: GCP_LEFT_ALONE };
    livesThrough(GCP, {
      settings,
      order: [
        ["google_compute_global_address:create", "time_sleep:create", "kubernetes_annotations:create"],
        ["tls_self_signed_cert:create", "kubernetes_secret_v1:create", "kubernetes_annotations:create"],
        ["google_compute_ssl_policy:create", "time_sleep:create", "kubernetes_manifest:create"],
        ["google_compute_security_policy:create", "time_sleep:create", "kubernetes_service_v1:create"],
      ],
      steps: [
        {
          to: { ...settings, certificate: { kind: "self-signed", validityDays: 90 } },
          // The stand-in keeps the certificate's text, so that the Secret stays: see the unit tests for its revision.
          touches: { [CERT]: "update", [INGRESS]: "update", [ANNOTATIONS]: "update" },
        },
        {
          to: { ...settings, httpsRedirect: true },
          touches: {
            [CERT]: "update",
            [ARMOR]: "update",
            [REDIRECT]: "create",
            [INGRESS]: "update",
            [ANNOTATIONS]: "update",
            [FRONTEND_CONFIG]: "delete",
          },
          order: [
            ["kubernetes_manifest:create", UPDATED, "kubernetes_manifest:delete"],
            ["google_compute_security_policy:update", UPDATED],
          ],
          check: (place) => {
            expect(annotationsOf(place)["kubernetes.io/ingress.allow-http"]).toBe("true");
            expect(onlySpecOf(place, "FrontendConfig").redirectToHttps.enabled).toBe(true);
          },
        },
        {
          to: { ...settings, sslPolicy: { kind: "google-default" } },
          touches: {
            [ARMOR]: "update",
            [REDIRECT]: "delete",
            [FRONTEND_CONFIG]: "create",
            [INGRESS]: "update",
            [ANNOTATIONS]: "update",
            [HELD]: "update",
            [TLS_POLICY]: "delete",
          },
          order: [
            ["kubernetes_manifest:create", UPDATED, "kubernetes_manifest:delete"],
            ["time_sleep:update", UPDATED, "google_compute_ssl_policy:delete"],
          ],
          check: (place) => {
            expect(annotationsOf(place)["kubernetes.io/ingress.allow-http"]).toBe("false");
            expect(onlySpecOf(place, "FrontendConfig")).toEqual({
              sslPolicy: "",
              redirectToHttps: { enabled: false },
            });
          },
        },
        {
          to: settings,
          touches: { [TLS_POLICY]: "create", [HELD]: "update", [FRONTEND_CONFIG]: "update" },
          order: [["google_compute_ssl_policy:create", "kubernetes_manifest:update"]],
        },
      ],
      destroyOrder: DESTROYED,
    });
  });

  test("with managed certificates and DNS: another host, one's own certificate meanwhile, and none of it again", () => {
    const managed: Settings = { release: GCP_LEFT_ALONE, certificate: { kind: "managed" }, dnsZone: "zone" };
    const hosts = ["my-release.milvus.io", "milvus-demo.milvus.io"];
    livesThrough(GCP, {
      settings: managed,
      order: [
        ["google_compute_global_address:create", "kubernetes_annotations:create"],
        ["kubernetes_service_v1:create", "google_dns_record_set:create"],
      ],
      steps: [
        {
          to: { ...managed, hosts },
          touches: {
            [SECOND_MANAGED]: "create",
            [SECOND_RECORD]: "create",
            [INGRESS]: "update",
            [ANNOTATIONS]: "update",
          },
          order: [["kubernetes_manifest:create", "kubernetes_manifest:update", "google_dns_record_set:create"]],
        },
        {
          to: { ...managed, hosts, certificate: { kind: "managed", meanwhile: PEM } },
          touches: { [SECRET]: "create", [INGRESS]: "update", [ANNOTATIONS]: "update" },
          order: [["kubernetes_secret_v1:create", "kubernetes_manifest:update"]],
          check: (place) => {
            expect(onlySpecOf(place, "Ingress").tls[0].secretName).toBe("my-release-milvus-tls");
            expect(annotationsOf(place)["networking.gke.io/managed-certificates"]).toContain("my-release-milvus-tls,");
          },
        },
        {
          to: managed,
          touches: {
            [SECRET]: "delete",
            [SECOND_MANAGED]: "delete",
            [SECOND_RECORD]: "delete",
            [INGRESS]: "update",
            [ANNOTATIONS]: "update",
          },
          order: [
            [UPDATED, "kubernetes_secret_v1:delete"],
            [UPDATED, "kubernetes_manifest:delete"],
          ],
          check: (place) => {
            expect(onlySpecOf(place, "Ingress")).not.toHaveProperty("tls");
            expect(specsOf(place, "ManagedCertificate")).toHaveLength(1);
          },
        },
        {
          to: { ...managed, certificate: { kind: "pre-shared", name: "corporate" }, dnsZone: undefined },
          touches: { [MANAGED]: "delete", [RECORD]: "delete", [INGRESS]: "update", [ANNOTATIONS]: "update" },
          order: [[UPDATED, "kubernetes_manifest:delete"]],
          check: (place) => {
            const annotations = annotationsOf(place);
            expect(annotations["ingress.gcp.kubernetes.io/pre-shared-cert"]).toBe("corporate");
            expect(annotations["networking.gke.io/managed-certificates"]).toBe("");
          },
        },
        {
          to: { ...managed, certificate: { kind: "secret", name: "my-tls" }, dnsZone: undefined },
          touches: { [INGRESS]: "update", [ANNOTATIONS]: "update" },
          check: (place) => {
            expect(annotationsOf(place)["ingress.gcp.kubernetes.io/pre-shared-cert"]).toBe("");
          },
        },
      ],
      destroyOrder: DESTROYED,
    });
  });

  test("that is internal: another backend, external, and internal again", () => {
    const internal: Settings = {
      release: GCP_LEFT_ALONE,
      certificate: PEM,
      scheme: "internal",
      region: "us-west1",
      subnetwork: "gke-nodes",
      inboundCidrs: undefined,
      denyUnauthorizedStreams: false,
    };
    const external: Settings = { release: GCP_LEFT_ALONE, certificate: PEM };
    livesThrough(GCP, {
      settings: internal,
      order: [
        ["google_compute_address:create", "time_sleep:create", "kubernetes_annotations:create"],
        ["kubernetes_secret_v1:create", "kubernetes_annotations:create"],
      ],
      steps: [
        {
          to: { ...internal, timeoutSec: 600, sessionAffinity: { kind: "client-ip" }, logSampleRate: 1 },
          touches: { [BACKEND_CONFIG]: "update" },
          check: (place) => {
            expect(onlySpecOf(place, "BackendConfig")).toMatchObject({
              timeoutSec: 600,
              sessionAffinity: { affinityType: "CLIENT_IP" },
              logging: { enable: true, sampleRate: 1 },
            });
          },
        },
        {
          to: external,
          touches: {
            [REGIONAL_ADDRESS]: "delete",
            [GLOBAL_ADDRESS]: "create",
            [ARMOR]: "create",
            [TLS_POLICY]: "create",
            [HELD]: "update",
            [FRONTEND_CONFIG]: "create",
            [BACKEND_CONFIG]: "update",
            [INGRESS]: "update",
            [ANNOTATIONS]: "update",
          },
          order: [
            ["google_compute_global_address:create", "time_sleep:update", UPDATED, "google_compute_address:delete"],
          ],
          check: (place) => {
            expect(annotationsOf(place)).not.toHaveProperty(["kubernetes.io/ingress.regional-static-ip-name"]);
            expect(onlySpecOf(place, "BackendConfig")).toMatchObject({
              sessionAffinity: { affinityType: "NONE" },
              logging: { enable: false, sampleRate: 0 },
              securityPolicy: { name: "my-release-milvus-l7" },
            });
          },
        },
        {
          to: internal,
          touches: {
            [GLOBAL_ADDRESS]: "delete",
            [REGIONAL_ADDRESS]: "create",
            [ARMOR]: "delete",
            [TLS_POLICY]: "delete",
            [HELD]: "update",
            [FRONTEND_CONFIG]: "delete",
            [BACKEND_CONFIG]: "update",
            [INGRESS]: "update",
            [ANNOTATIONS]: "update",
          },
          order: [
            [UPDATED, "google_compute_global_address:delete"],
            [UPDATED, "google_compute_security_policy:delete"],
            [UPDATED, "google_compute_ssl_policy:delete"],
            [UPDATED, "kubernetes_manifest:delete"],
          ],
          check: (place) => {
            expect(onlySpecOf(place, "BackendConfig")).not.toHaveProperty("securityPolicy");
          },
        },
      ],
      destroyOrder: [
        ["kubernetes_annotations:delete", "kubernetes_secret_v1:delete"],
        ["kubernetes_annotations:delete", "time_sleep:delete", "google_compute_address:delete"],
      ],
    });
  });

  test("with everything on: changed, off, and on again", () => {
    const off: Settings = { release: GCP_LEFT_ALONE, inboundCidrs: undefined, authorizationEnabled: true };
    const on: Settings = {
      release: GCP_LEFT_ALONE,
      hosts: ["my-release.milvus.io", "milvus-demo.milvus.io"],
      certificate: { kind: "managed", meanwhile: PEM },
      address: { kind: "reserved", name: "my-release-milvus-l7" },
      sslPolicy: { kind: "created", minTlsVersion: "TLS_1_2", profile: "MODERN" },
      httpsRedirect: true,
      httpsRedirectCode: "PERMANENT_REDIRECT",
      securityPolicy: { kind: "created" },
      sharedVpc: { hostProject: "network-host", network: "shared", nodeTags: ["gke-vectors"] },
      dnsZone: "zone",
      dnsProject: "dns-project",
      dnsTtlSec: 60,
      timeoutSec: 7200,
      connectionDrainingSec: 120,
      healthCheck: { intervalSec: 5, timeoutSec: 5, healthyThreshold: 2, unhealthyThreshold: 3 },
      sessionAffinity: { kind: "generated-cookie", ttlSec: 600 },
      logSampleRate: 0.5,
      rest: true,
      annotations: { "example.com/owner": "search team" },
    };
    livesThrough(GCP, {
      settings: on,
      order: [
        ["google_compute_security_policy:create", "time_sleep:create", "kubernetes_service_v1:create"],
        ["kubernetes_service_v1:create", "kubernetes_annotations:create"],
      ],
      check: (place) => {
        expect(onlySpecOf(place, "Ingress").rules[1].http.paths).toHaveLength(3);
        expect(place.state().outputs.firewall_command.value).toContain("--target-tags=gke-vectors");
      },
      steps: [
        {
          to: { ...on, inboundCidrs: ["198.51.100.0/24"], annotations: { "example.com/owner": "vector team" } },
          touches: { [ARMOR]: "update", [INGRESS]: "update", [ANNOTATIONS]: "update" },
        },
        {
          to: { ...on, healthCheck: undefined, logSampleRate: 1 },
          touches: {
            [ARMOR]: "update",
            [INGRESS]: "update",
            [ANNOTATIONS]: "update",
            [BACKEND_CONFIG]: "update",
            [REST_BACKEND_CONFIG]: "update",
          },
        },
        {
          to: { ...off, denyUnauthorizedStreams: false },
          touches: {
            [ARMOR]: "delete",
            [TLS_POLICY]: "update",
            [HELD]: "update",
            [KEY]: "create",
            [CERT]: "create",
            [SECRET]: "update",
            [MANAGED]: "delete",
            [SECOND_MANAGED]: "delete",
            [RECORD]: "delete",
            [SECOND_RECORD]: "delete",
            [REST_SERVICE]: "delete",
            [REST_BACKEND_CONFIG]: "delete",
            [REDIRECT]: "delete",
            [FRONTEND_CONFIG]: "create",
            [BACKEND_CONFIG]: "update",
            [INGRESS]: "update",
            [ANNOTATIONS]: "update",
          },
          order: [
            [UPDATED, "kubernetes_service_v1:delete"],
            [UPDATED, "kubernetes_manifest:delete"],
            [UPDATED, "google_compute_security_policy:delete"],
            ["kubernetes_manifest:update", "google_compute_security_policy:delete"],
          ],
          check: (place) => {
            expect(annotationsOf(place)).toEqual({
              "kubernetes.io/ingress.class": "gce",
              "kubernetes.io/ingress.global-static-ip-name": "my-release-milvus-l7",
              "kubernetes.io/ingress.allow-http": "false",
              "networking.gke.io/v1beta1.FrontendConfig": "my-release-frontendconfig",
              "networking.gke.io/managed-certificates": "",
              "ingress.gcp.kubernetes.io/pre-shared-cert": "",
              "cdktf-milvus-l7/secret-version": expect.any(String),
            });
            expect(onlySpecOf(place, "FrontendConfig").redirectToHttps).toEqual({ enabled: false });
            expect(onlySpecOf(place, "BackendConfig")).toEqual({
              healthCheck: {
                type: "HTTP",
                port: 9091,
                requestPath: "/healthz",
                checkIntervalSec: 15,
                timeoutSec: 15,
                healthyThreshold: 1,
                unhealthyThreshold: 2,
              },
              timeoutSec: 3600,
              connectionDraining: { drainingTimeoutSec: 60 },
              sessionAffinity: { affinityType: "NONE" },
              logging: { enable: false, sampleRate: 0 },
              securityPolicy: { name: "" },
            });
            expect(place.state().outputs).not.toHaveProperty("firewall_command");
          },
        },
        {
          to: on,
          touches: {
            [ARMOR]: "create",
            [TLS_POLICY]: "update",
            [HELD]: "update",
            [KEY]: "delete",
            [CERT]: "delete",
            [SECRET]: "update",
            [MANAGED]: "create",
            [SECOND_MANAGED]: "create",
            [RECORD]: "create",
            [SECOND_RECORD]: "create",
            [REST_SERVICE]: "create",
            [REST_BACKEND_CONFIG]: "create",
            [REDIRECT]: "create",
            [FRONTEND_CONFIG]: "delete",
            [BACKEND_CONFIG]: "update",
            [INGRESS]: "update",
            [ANNOTATIONS]: "update",
          },
          order: [["google_compute_security_policy:create", "time_sleep:update", "kubernetes_manifest:update"]],
        },
      ],
      destroyOrder: [...DESTROYED, ["google_dns_record_set:delete", "kubernetes_service_v1:delete"]],
    });
  });
});
