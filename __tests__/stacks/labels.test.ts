import { AcmCertificate } from "@cdktf/provider-aws/lib/acm-certificate";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { ComputeAddress } from "@cdktf/provider-google/lib/compute-address";
import { MonitoringNotificationChannel } from "@cdktf/provider-google/lib/monitoring-notification-channel";
import { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import { Annotations } from "@cdktf/provider-kubernetes/lib/annotations";
import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { Aspects, TerraformStack, Testing } from "cdktf";
import type { Construct } from "constructs";
import { ResourceLabels, type ResourceLabelsProps } from "../../constructs/milvus";
import { AwsStack } from "../../stacks/aws-stack";
import { GcpStack } from "../../stacks/gcp-stack";
import { awsStack, defaultAws } from "../support/aws";
import { defaultGcp, gcpStack } from "../support/gcp";
import { CERTIFICATE } from "../support/pem";
import { synth, type TerraformJson } from "../support/synth";

/** Labels of all that is made. */

const LABELS = { team: "search", "example.com/owner": "Jane.Doe" };

/** What takes no labels. The release has none, and what its chart renders gets them by its values. */
const WITHOUT = [
  "aws_acm_certificate",
  "google_compute_security_policy",
  "google_compute_ssl_policy",
  "google_dns_record_set",
  "helm_release",
  "kubernetes_annotations",
  "terraform_data",
  "time_sleep",
  "tls_private_key",
  "tls_self_signed_cert",
];

/** The labels of every resource that has a place for some. */
function labelsIn({ resource = {} }: TerraformJson): [string, unknown][] {
  return Object.entries(resource)
    .filter(([type]) => !WITHOUT.includes(type))
    .flatMap(([type, byId]) =>
      Object.values(byId).map((settings): [string, unknown] => [
        type === "kubernetes_manifest" ? settings.manifest.kind : type,
        settings.labels ?? (settings.manifest ?? settings).metadata?.labels,
      ]),
    )
    .sort(([one], [other]) => one.localeCompare(other));
}

describe("on GKE", () => {
  test("every object of the cluster and every resource of Google's that takes some has them", () => {
    const certificate = { kind: "managed", meanwhile: { kind: "self-signed" } } as const;
    expect(labelsIn(synth(gcpStack({ labels: LABELS, certificate, rest: true, dnsZone: "zone" })))).toEqual([
      ["BackendConfig", LABELS],
      ["BackendConfig", LABELS],
      ["FrontendConfig", LABELS],
      ["google_compute_global_address", { team: "search" }],
      ["Ingress", LABELS],
      ["kubernetes_secret_v1", LABELS],
      ["kubernetes_service_v1", LABELS],
      ["kubernetes_service_v1", LABELS],
      ["ManagedCertificate", LABELS],
    ]);
  });

  test("an internal load balancer's address too", () => {
    const place = { scheme: "internal", region: "us-west1", subnetwork: "s" } as const;
    const open = { inboundCidrs: undefined, denyUnauthorizedStreams: false };
    const json = synth(gcpStack({ ...place, ...open, labels: LABELS }));
    expect(Object.fromEntries(labelsIn(json)).google_compute_address).toEqual({ team: "search" });
  });

  test("a key with a prefix, which Google has none of, is for the objects of the cluster alone", () => {
    const labels = { "example.com/Owner": "Jane" };
    const { google_compute_global_address: address, Ingress } = Object.fromEntries(
      labelsIn(synth(gcpStack({ labels }))),
    );
    expect([address, Ingress]).toEqual([undefined, labels]);
  });

  test("without labels nothing is written", () => {
    expect(labelsIn(synth(gcpStack())).filter(([, labels]) => labels !== undefined)).toEqual([]);
  });

  test("each has to be one of Google's too, unless it has a prefix", () => {
    const labels = { Team: "search", "example.com/Team": "Search", "app.kubernetes.io/name": "x", tier: 5 };
    const problems = GcpStack.validate({ ...defaultGcp(), labels } as never);
    expect(problems.map(({ path }) => path)).toEqual([
      'labels["app.kubernetes.io/name"]',
      "labels.tier",
      "labels.Team",
    ]);
  });
});

describe("on EKS", () => {
  test("every object of the cluster has them", () => {
    const certificate = { kind: "pem", certificate: CERTIFICATE, privateKey: { file: "/k" } } as const;
    expect(labelsIn(synth(awsStack({ labels: LABELS, certificate })))).toEqual([
      ["Ingress", LABELS],
      ["kubernetes_service_v1", LABELS],
    ]);
  });

  test("each has to be one of Kubernetes'", () => {
    const labels = { Team: "Search", "a b": "x" };
    expect(AwsStack.validate({ ...defaultAws(), labels }).map(({ path }) => path)).toEqual(['labels["a b"]']);
  });
});

describe("ResourceLabels in somebody's own stack", () => {
  function labelled(props: ResourceLabelsProps, make: (scope: Construct) => void): TerraformJson {
    const stack = new TerraformStack(Testing.app(), "stack");
    new AwsProvider(stack, "aws");
    new GoogleProvider(stack, "google");
    new KubernetesProvider(stack, "kubernetes");
    make(stack);
    Aspects.of(stack).add(new ResourceLabels(props));
    return synth(stack);
  }
  const resource = (json: TerraformJson, type: string) => Object.values(json.resource?.[type] ?? {})[0];

  test("tags what AWS has", () => {
    const json = labelled({ aws: { Team: "search", Name: "other" } }, (scope) => {
      new AcmCertificate(scope, "certificate", { domainName: "a.example.com", tags: { Name: "mine" } });
    });
    expect(resource(json, "aws_acm_certificate").tags).toEqual({ Team: "search", Name: "mine" });
  });

  test("labels a typed object and a manifest, and keeps their own", () => {
    const metadata = { name: "x", labels: { team: "mine" } };
    const json = labelled({ kubernetes: LABELS }, (scope) => {
      new ConfigMapV1(scope, "map", { metadata });
      new Manifest(scope, "manifest", { manifest: { apiVersion: "v1", kind: "ConfigMap", metadata } });
      new Manifest(scope, "unknown", { manifest: "${yamldecode(var.x)}" as never });
    });
    const own = { ...LABELS, team: "mine" };
    expect(resource(json, "kubernetes_config_map_v1").metadata.labels).toEqual(own);
    const manifests = Object.values(json.resource?.kubernetes_manifest ?? {}).map(({ manifest }) => manifest);
    expect(manifests).toEqual([
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x", labels: own } },
      "${yamldecode(var.x)}",
    ]);
  });

  test("leaves what only looks like labels as it is", () => {
    const json = labelled({ kubernetes: LABELS, google: { team: "search" } }, (scope) => {
      new MonitoringNotificationChannel(scope, "channel", {
        type: "email",
        labels: { email_address: "a@example.com" },
      });
      new Annotations(scope, "note", {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name: "x" },
        annotations: { a: "b" },
      });
      new ComputeAddress(scope, "address", { name: "x" });
    });
    expect(resource(json, "google_monitoring_notification_channel").labels).toEqual({ email_address: "a@example.com" });
    expect(resource(json, "kubernetes_annotations").metadata).toEqual({ name: "x" });
    expect(resource(json, "google_compute_address").labels).toEqual({ team: "search" });
  });

  test("refuses what a system doesn't take, all at once", () => {
    const props = { kubernetes: { "a b": "x" }, google: { Team: "x" }, aws: { "aws:x": "x" } };
    expect(ResourceLabels.validate(props).map(({ path }) => path)).toEqual([
      'kubernetes["a b"]',
      "google.Team",
      'aws["aws:x"]',
    ]);
    expect(() => new ResourceLabels(props)).toThrow(/^ResourceLabels: 3 problems\n/);
  });
});
