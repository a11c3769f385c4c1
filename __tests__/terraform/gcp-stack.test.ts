import type { GcpStackConfig } from "../../config/types";
import { liveDeployment } from "../support/deployment";
import { gcpStack } from "../support/gcp";
import {
  answer,
  deleted,
  expectOrder,
  isAdopted,
  isDeployed,
  isDeployedByCdktf,
  isMadeBeforeItIsServed,
  isProtectedUntilHandedBack,
  isRefusedADestroy,
  isRefusedADestroyByCdktf,
  isRefusedAnotherKey,
  isValid,
  KEY_TYPES,
  keepsTheKeyIn,
  made,
  workspace,
} from "../support/life";
import { CERTIFICATE } from "../support/pem";
import { GCP, GCP_LEFT_ALONE } from "../support/stacks-under-test";
import { synth } from "../support/synth";
import { describeUnless, succeeded, unwrapped, whatIsMissing } from "../support/terraform";

const certificates: [string, GcpStackConfig["certificate"]][] = [
  ["self-signed", { kind: "self-signed" }],
  ["pem with the key in a file", { kind: "pem", certificate: CERTIFICATE, privateKey: { file: "tls.key" } }],
  ["pem with the key in a variable", { kind: "pem", certificate: CERTIFICATE, privateKey: { variable: "tls_key" } }],
  ["managed", { kind: "managed" }],
  ["secret", { kind: "secret", name: "my-tls" }],
];

const missing = whatIsMissing();

describeUnless(missing.providers, "gcp-stack before anything is planned", () => {
  test.each(certificates)("is valid with a certificate of kind %s", (_, certificate) => {
    const place = workspace(GCP, { certificate });
    isValid(place);
    place.remove();
  });

  test.each([
    ["gcs", { kind: "gcs", bucket: "states" }],
    ["s3", { kind: "s3", bucket: "states", key: "milvus/gcp.tfstate", region: "eu-west-1" }],
    ["remote", { kind: "remote", organization: "acme", workspace: "milvus" }],
  ] as const)("is valid with a backend of kind %s", (_, backend) => {
    const place = workspace(GCP);
    const json = place.json();
    json.terraform.backend = synth(gcpStack({ backend })).terraform.backend;
    place.write(json);
    isValid(place);
    place.remove();
  });
});

describeUnless(missing.apply, "gcp-stack through terraform", () => {
  test.each(certificates)(
    "with a certificate of kind %s applies, plans no change, and can't be made to destroy Milvus",
    (_, certificate) => {
      const place = workspace(GCP, { certificate });
      isDeployed(place);
      isRefusedADestroy(place, GCP);
      place.remove();
    },
  );

  test("imports the release and destroys nothing", () => {
    const place = workspace(GCP);
    succeeded(place.terraform("init"));
    const plan = succeeded(place.terraform("plan", "-no-color")).text;
    expect(plan).toMatch(/1 to import, \d+ to add, 1 to change, 0 to destroy/);
    place.remove();
  });

  test.each<[string, GcpStackConfig["certificate"], GcpStackConfig["adoptExisting"]]>([
    ["a Secret", { kind: "self-signed" }, ["ingress", "backend-config", "tls-secret"]],
    ["a ManagedCertificate", { kind: "managed" }, ["ingress", "backend-config", "managed-certificate"]],
  ])("imports what the guide's reader has made, with %s, and destroys nothing", (_, certificate, adoptExisting) => {
    const place = workspace(GCP, { certificate, adoptExisting });
    isAdopted(place, { imported: 4 });
    place.remove();
  });

  test.each(certificates.filter(([kind]) => kind.startsWith("pem")))(
    "keeps no byte of the private key: %s",
    (_, certificate) => {
      expect(keepsTheKeyIn(GCP, certificate)).toEqual([]);
    },
  );

  test.each(KEY_TYPES)("refuses at plan a key that isn't that of its certificate, which is %s", async (type) => {
    await isRefusedAnotherKey(GCP, type);
  });

  test("keeps the private key that it makes itself in the state and in saved plans", () => {
    expect(keepsTheKeyIn(GCP, { kind: "self-signed" })).toEqual(["a saved plan", "the state"]);
  });

  test("makes a self-signed certificate of the next generation before it is served", () => {
    // The Ingress' annotations change with the Secret, for a controller that doesn't watch Secrets.
    isMadeBeforeItIsServed(GCP, "kubernetes_annotations", "kubernetes_manifest", "kubernetes_secret_v1");
  });

  test("creates what runs beside Milvus first, then changes the release, then DNS", () => {
    const place = workspace(GCP, { dnsZone: "milvus" });
    succeeded(place.terraform("init"));
    place.takeLog();
    succeeded(place.terraform("apply", "-auto-approve"));
    const done = made(place);
    expectOrder(done, "google_compute_global_address", "kubernetes_annotations");
    expectOrder(done, "google_compute_security_policy", "kubernetes_manifest", "helm_release", "google_dns_record_set");
    expectOrder(done, "kubernetes_secret_v1", "kubernetes_annotations");
    expectOrder(done, "kubernetes_service_v1", "helm_release");
    place.remove();
  });

  test("with a release that is left alone destroys the Ingress first, and Milvus not at all", () => {
    const place = workspace(GCP, { release: GCP_LEFT_ALONE, dnsZone: "milvus" });
    isDeployed(place);
    place.takeLog();
    succeeded(place.terraform("destroy", "-auto-approve"));
    const gone = deleted(place);
    expect(gone).not.toContain("helm_release");
    const ingress = gone.indexOf("kubernetes_manifest");
    for (const later of ["google_compute_global_address", "kubernetes_secret_v1", "kubernetes_service_v1"]) {
      expect([later, gone.indexOf(later) > ingress]).toEqual([later, true]);
    }
    expect(gone.indexOf("google_dns_record_set")).toBeLessThan(ingress);
    expectOrder(gone, "kubernetes_manifest", "google_compute_security_policy");
    place.remove();
  });

  test("keeps what a release on a cluster was configured with, and two applies give it the same values", () => {
    const theirs = [
      { name: "MY_PLAIN", value: "1" },
      { name: "MY_IP", valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "status.podIP" } } },
    ];
    const ours = [
      { name: "COMMON_SECURITY_TLSMODE", value: "1" },
      { name: "PROXY_HTTP_PORT", value: "8080" },
    ];
    const place = workspace(GCP, {}, theirs);
    succeeded(place.terraform("init"));
    succeeded(place.terraform("apply", "-auto-approve"));
    const first = place.attributes("helm_release").values[0];
    expect(first).toBe(
      [
        '"proxy":',
        '  "extraEnv":',
        '  - "name": "MY_PLAIN"',
        '    "value": "1"',
        '  - "name": "MY_IP"',
        '    "valueFrom":',
        '      "fieldRef":',
        '        "apiVersion": "v1"',
        '        "fieldPath": "status.podIP"',
        '  - "name": "COMMON_SECURITY_TLSMODE"',
        '    "value": "1"',
        '  - "name": "PROXY_HTTP_PORT"',
        '    "value": "8080"',
        '"service":',
        '  "type": "ClusterIP"',
        "",
      ].join("\n"),
    );
    answer(place, GCP, [...theirs, ...ours]);
    succeeded(place.terraform("apply", "-auto-approve"));
    expect(place.attributes("helm_release").values[0]).toBe(first);
    expect(place.terraform("plan", "-detailed-exitcode").status).toBe(0);
    place.remove();
  });

  test("refuses to plan where the Deployment has no container of that mode", () => {
    const place = workspace(GCP);
    place.dataSourcesAnswer({ "data.kubernetes_resource": liveDeployment("standalone", null) });
    succeeded(place.terraform("init"));
    const plan = place.terraform("plan", "-no-color");
    expect(plan.status).not.toBe(0);
    expect(unwrapped(plan.text)).toContain(
      "The Deployment default/my-release-milvus-proxy was not found, or has no container 'proxy'.",
    );
    place.remove();
  });

  test.each([
    ["Argo CD", { annotations: { "argocd.argoproj.io/tracking-id": "milvus:apps/Deployment:default/x" } }],
    ["Argo CD", { labels: { "argocd.argoproj.io/instance": "milvus" } }],
    ["Flux", { labels: { "helm.toolkit.fluxcd.io/name": "milvus", "helm.toolkit.fluxcd.io/namespace": "default" } }],
    ["the Milvus operator", { labels: { "app.kubernetes.io/managed-by": "milvus-operator" } }],
  ])("refuses to adopt what %s renders: %j", (owner, metadata) => {
    const place = workspace(GCP);
    const { object } = liveDeployment("cluster", null);
    place.dataSourcesAnswer({ "data.kubernetes_resource": { object: { ...object, metadata } } });
    succeeded(place.terraform("init"));
    const plan = place.terraform("plan", "-no-color");
    expect(plan.status).not.toBe(0);
    expect(unwrapped(plan.text)).toContain(
      `The Deployment default/my-release-milvus-proxy is rendered by ${owner}, which would undo a change of the Helm ` +
        "release, or be fought by it. Leave the release in its hands (ownership: elsewhere, or MilvusReleaseElsewhere) " +
        `and make the change where ${owner} takes its values from.`,
    );
    place.remove();
  });

  test("adopts the release again after it was handed back with 'state rm'", () => {
    const place = workspace(GCP);
    succeeded(place.terraform("init"));
    succeeded(place.terraform("apply", "-auto-approve"));
    succeeded(place.terraform("state", "rm", GCP.releaseAddress));
    expect(succeeded(place.terraform("plan", "-no-color")).text).toMatch(
      /1 to import, 0 to add, 1 to change, 0 to destroy/,
    );
    place.remove();
  });

  test("protects a release that was adopted and is to be left alone, until it is handed back", () => {
    const place = workspace(GCP);
    isProtectedUntilHandedBack(place, GCP, GCP_LEFT_ALONE);
    place.remove();
  });
});

describeUnless(missing.apply, "gcp-stack through the cdktf command", () => {
  test("synthesises, diffs, deploys, deploys again with no change, and is refused a destroy", () => {
    const place = workspace(GCP);
    isDeployedByCdktf(place, GCP);
    isRefusedADestroyByCdktf(place, GCP);
    place.remove();
  });
});
