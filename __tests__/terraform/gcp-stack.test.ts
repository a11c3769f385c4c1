import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { GcpStackConfig } from "../../config/types";
import { liveDeployment } from "../support/deployment";
import { defaultGcp, gcpStack } from "../support/gcp";
import { CERTIFICATE } from "../support/pem";
import { synth } from "../support/synth";
import { describeUnless, succeeded, unwrapped, Workspace, whatIsMissing } from "../support/terraform";

const KEY = "the bytes of a private key";
const RELEASE = "helm_release.milvus_default_my-release";
const missing = whatIsMissing();

/** A workspace with the committed config, changed; the live Milvus is as the guide leaves it. */
function workspace(change: Partial<GcpStackConfig> = {}): Workspace {
  const place = new Workspace("gcp-stack", { tls_key: KEY });
  place.dataSourcesAnswer({ "data.kubernetes_resource": liveDeployment("cluster", null) });
  writeFileSync(join(place.folder, "tls.key"), KEY);
  succeeded(place.synth({ ...defaultGcp(), ...change }));
  return place;
}

const certificates: [string, GcpStackConfig["certificate"]][] = [
  ["self-signed", { kind: "self-signed" }],
  ["pem with the key in a file", { kind: "pem", certificate: CERTIFICATE, privateKey: { file: "tls.key" } }],
  ["pem with the key in a variable", { kind: "pem", certificate: CERTIFICATE, privateKey: { variable: "tls_key" } }],
  ["managed", { kind: "managed" }],
  ["secret", { kind: "secret", name: "my-tls" }],
];

describeUnless(missing.providers, "gcp-stack before anything is planned", () => {
  test.each(certificates)("is valid with a certificate of kind %s", (_, certificate) => {
    const place = workspace({ certificate });
    succeeded(place.terraform("init", "-backend=false"));
    succeeded(place.terraform("validate"));
    place.remove();
  });

  test.each([
    ["gcs", { kind: "gcs", bucket: "states" }],
    ["s3", { kind: "s3", bucket: "states", key: "milvus/gcp.tfstate", region: "eu-west-1" }],
    ["remote", { kind: "remote", organization: "acme", workspace: "milvus" }],
  ] as const)("is valid with a backend of kind %s", (_, backend) => {
    const place = workspace();
    const json = place.json();
    json.terraform.backend = synth(gcpStack({ backend })).terraform.backend;
    place.write(json);
    succeeded(place.terraform("init", "-backend=false"));
    succeeded(place.terraform("validate"));
    place.remove();
  });
});

describeUnless(missing.apply, "gcp-stack through terraform", () => {
  test.each(certificates)(
    "with a certificate of kind %s applies, plans no change, and can't be made to destroy Milvus",
    (_, certificate) => {
      const place = workspace({ certificate });
      succeeded(place.terraform("init"));
      const plan = succeeded(place.terraform("plan", "-no-color"));
      expect(plan.text).toMatch(/1 to import, \d+ to add, 1 to change, 0 to destroy/);
      succeeded(place.terraform("apply", "-auto-approve"));
      expect(place.terraform("plan", "-detailed-exitcode").status).toBe(0);

      place.takeLog();
      const destroy = place.terraform("destroy", "-auto-approve", "-no-color");
      expect(destroy.status).not.toBe(0);
      expect(unwrapped(destroy.text)).toContain(`Resource ${RELEASE} has lifecycle.prevent_destroy set`);
      expect(place.takeLog().filter((line) => line.includes(":delete:"))).toEqual([]);
      place.remove();
    },
  );

  test.each(certificates.filter(([kind]) => kind.startsWith("pem")))(
    "keeps no byte of the private key: %s",
    (_, certificate) => {
      const place = workspace({ certificate });
      succeeded(place.terraform("init"));
      succeeded(place.terraform("apply", "-auto-approve"));
      expect(JSON.stringify(place.json())).not.toContain(KEY);
      expect(JSON.stringify(place.state())).not.toContain(KEY);
      place.remove();
    },
  );

  test("creates what runs beside Milvus first, then changes the release, then DNS", () => {
    const place = workspace({ dnsZone: "milvus" });
    succeeded(place.terraform("init"));
    place.takeLog();
    succeeded(place.terraform("apply", "-auto-approve"));
    const done = place
      .takeLog()
      .filter((line) => /:(create|update):/.test(line))
      .map((line) => line.split(":")[0]);
    const order = (type: string) => {
      expect(done).toContain(type);
      return done.lastIndexOf(type);
    };
    const ingress = order("kubernetes_manifest");
    for (const earlier of ["google_compute_global_address", "google_compute_security_policy", "kubernetes_secret_v1"]) {
      expect(order(earlier)).toBeLessThan(ingress);
    }
    expect(order("kubernetes_service_v1")).toBeLessThan(ingress);
    expect(order("helm_release")).toBeGreaterThan(ingress);
    expect(order("google_dns_record_set")).toBeGreaterThan(order("helm_release"));
    place.remove();
  });

  test("with a release that is left alone destroys the Ingress first, and Milvus not at all", () => {
    const release = {
      ownership: "leave-alone",
      releaseName: "my-release",
      namespace: "default",
      mode: "cluster",
    } as const;
    const place = workspace({ release: { ...release, tlsInPod: true }, dnsZone: "milvus" });
    succeeded(place.terraform("init"));
    succeeded(place.terraform("apply", "-auto-approve"));
    place.takeLog();
    succeeded(place.terraform("destroy", "-auto-approve"));
    const gone = place
      .takeLog()
      .filter((line) => line.includes(":delete:"))
      .map((line) => line.split(":")[0]);
    expect(gone).not.toContain("helm_release");
    const ingress = gone.indexOf("kubernetes_manifest");
    for (const later of ["google_compute_global_address", "kubernetes_secret_v1", "kubernetes_service_v1"]) {
      expect(gone.indexOf(later)).toBeGreaterThan(ingress);
    }
    expect(gone.indexOf("google_dns_record_set")).toBeLessThan(ingress);
    expect(gone.indexOf("google_compute_security_policy")).toBeGreaterThan(gone.lastIndexOf("kubernetes_manifest"));
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
    const place = workspace();
    succeeded(place.terraform("init"));
    const appliedValues = (live: Parameters<typeof liveDeployment>[1]) => {
      place.dataSourcesAnswer({ "data.kubernetes_resource": liveDeployment("cluster", live) });
      succeeded(place.terraform("apply", "-auto-approve"));
      return place.attributes("helm_release").values[0];
    };
    const first = appliedValues(theirs);
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
    expect(appliedValues([...theirs, ...ours])).toBe(first);
    expect(place.terraform("plan", "-detailed-exitcode").status).toBe(0);
    place.remove();
  });

  test("refuses to plan where the Deployment has no container of that mode", () => {
    const place = workspace();
    place.dataSourcesAnswer({ "data.kubernetes_resource": liveDeployment("standalone", null) });
    succeeded(place.terraform("init"));
    const plan = place.terraform("plan", "-no-color");
    expect(plan.status).not.toBe(0);
    expect(unwrapped(plan.text)).toContain(
      "The Deployment default/my-release-milvus-proxy was not found, or has no container 'proxy'.",
    );
    place.remove();
  });

  test("adopts the release again after it was handed back with 'state rm'", () => {
    const place = workspace();
    succeeded(place.terraform("init"));
    succeeded(place.terraform("apply", "-auto-approve"));
    succeeded(place.terraform("state", "rm", RELEASE));
    expect(succeeded(place.terraform("plan", "-no-color")).text).toMatch(
      /1 to import, 0 to add, 1 to change, 0 to destroy/,
    );
    place.remove();
  });
});

describeUnless(missing.apply, "gcp-stack through the cdktf command", () => {
  test("synthesises, diffs, deploys, deploys again with no change, and is refused a destroy", () => {
    const place = workspace();
    succeeded(place.cdktf("synth"));
    expect(succeeded(place.cdktf("diff", "gcp-stack", "--skip-provider-lock")).text).toMatch(/1 to import/);
    succeeded(place.cdktf("deploy", "gcp-stack", "--auto-approve", "--skip-provider-lock"));
    const again = succeeded(place.cdktf("diff", "gcp-stack", "--skip-provider-lock"));
    expect(unwrapped(again.text)).toContain("No changes. Your infrastructure matches the configuration.");
    const destroy = place.cdktf("destroy", "gcp-stack", "--auto-approve", "--skip-provider-lock");
    expect(destroy.status).not.toBe(0);
    expect(unwrapped(destroy.text)).toContain(`Resource ${RELEASE} has lifecycle.prevent_destroy set`);
    place.remove();
  });
});
