import type { GkeL7IngressProps } from "../../constructs/gke";
import { milvusOf } from "../../constructs/milvus";
import { only } from "../support/synth";
import { backendConfig, ingress, PROPS, problems } from "./support";

const CHECK = {
  type: "HTTP",
  port: 9091,
  requestPath: "/healthz",
  checkIntervalSec: 15,
  timeoutSec: 15,
  healthyThreshold: 1,
  unhealthyThreshold: 2,
};

describe("the health check", () => {
  test("takes another interval, timeout and thresholds", () => {
    const healthCheck = { intervalSec: 20, timeoutSec: 5, healthyThreshold: 3, unhealthyThreshold: 4 };
    expect(backendConfig({ healthCheck }).healthCheck).toEqual({
      ...CHECK,
      checkIntervalSec: 20,
      timeoutSec: 5,
      healthyThreshold: 3,
      unhealthyThreshold: 4,
    });
  });

  test("has a timeout no longer than its interval, which Google would refuse", () => {
    expect(backendConfig({ healthCheck: { intervalSec: 5 } }).healthCheck).toEqual({
      ...CHECK,
      checkIntervalSec: 5,
      timeoutSec: 5,
    });
  });
});

describe("session affinity", () => {
  test("is none, and said to be", () => {
    expect(backendConfig().sessionAffinity).toEqual({ affinityType: "NONE" });
    expect(backendConfig({ sessionAffinity: { kind: "none" } }).sessionAffinity).toEqual({ affinityType: "NONE" });
  });

  test("is by the client's address", () => {
    expect(backendConfig({ sessionAffinity: { kind: "client-ip" } }).sessionAffinity).toEqual({
      affinityType: "CLIENT_IP",
    });
  });

  test.each([
    [undefined, 0],
    [600, 600],
  ])("is by a cookie that lives %p seconds", (ttlSec, written) => {
    expect(backendConfig({ sessionAffinity: { kind: "generated-cookie", ttlSec } }).sessionAffinity).toEqual({
      affinityType: "GENERATED_COOKIE",
      affinityCookieTtlSec: written,
    });
  });
});

describe("REST beside gRPC", () => {
  test("is not served unless it is asked for", () => {
    const { json, manifest } = ingress();
    expect(manifest.spec.rules[0].http.paths.map(({ path }: any) => path)).toEqual(["/"]);
    expect(Object.keys(json.resource?.kubernetes_service_v1 ?? {})).toHaveLength(1);
  });

  test("has a Service and a BackendConfig of its own, and the paths /v1 and /v2 of every host", () => {
    const { json, manifest } = ingress({ rest: true, hosts: ["a.example.com", "b.example.com"] });
    const rest = { service: { name: "my-release-milvus-l7-rest", port: { number: 8080 } } };
    for (const { http } of manifest.spec.rules) {
      expect(http.paths).toEqual([
        {
          path: "/",
          pathType: "Prefix",
          backend: { service: { name: "my-release-milvus-l7", port: { number: 19530 } } },
        },
        { path: "/v1", pathType: "Prefix", backend: rest },
        { path: "/v2", pathType: "Prefix", backend: rest },
      ]);
    }
    const service = Object.values(json.resource?.kubernetes_service_v1 ?? {}).find(
      ({ metadata }) => metadata.name === "my-release-milvus-l7-rest",
    );
    expect(service?.metadata.annotations).toEqual({
      "cloud.google.com/app-protocols": '{"rest":"HTTPS"}',
      "cloud.google.com/backend-config": '{"default":"my-release-rest-backendconfig"}',
      "cloud.google.com/neg": '{"ingress":true}',
    });
    expect(service?.spec.port).toEqual([{ name: "rest", port: 8080, target_port: "8080", protocol: "TCP" }]);
    expect(service?.spec.selector).toEqual(PROPS.milvus.selector);
    const configs = Object.values(json.resource?.kubernetes_manifest ?? {})
      .map(({ manifest }) => manifest)
      .filter(({ kind }) => kind === "BackendConfig");
    expect(configs.map(({ metadata }) => metadata.name)).toEqual([
      "my-release-backendconfig",
      "my-release-rest-backendconfig",
    ]);
    expect(configs[1].spec).toEqual(configs[0].spec);
    expect(configs[1].spec.securityPolicy).toEqual({ name: "my-release-milvus-l7" });
  });

  test("goes to the port that the pods have for it", () => {
    const milvus = milvusOf(
      { releaseName: "my-release", namespace: "vectors", mode: "cluster" },
      { tlsInPod: true, restPort: 8443 },
    );
    const { manifest } = ingress({ milvus, rest: true });
    expect(manifest.spec.rules[0].http.paths[1].backend.service.port).toEqual({ number: 8443 });
  });

  test("has names after the Ingress where that has a name of its own", () => {
    const { json } = ingress({ rest: true, name: "edge" });
    const names = Object.values(json.resource?.kubernetes_service_v1 ?? {}).map(({ metadata }) => metadata.name);
    expect(names.sort()).toEqual(["edge-l7", "edge-l7-rest"]);
  });
});

describe("a Shared VPC", () => {
  const COMMAND =
    "gcloud compute firewall-rules create my-release-milvus --project=network-host --network=shared " +
    "--direction=INGRESS --action=ALLOW --rules=tcp:19530,tcp:9091 --source-ranges=130.211.0.0/22,35.191.0.0/16";
  const sharedVpc = { hostProject: "network-host", network: "shared" };

  test("is none, and no firewall rule is anybody's to make", () => {
    const { construct, manifest } = ingress();
    expect(construct.firewallCommand).toBeUndefined();
    expect(manifest.metadata.annotations).not.toHaveProperty("networking.gke.io/suppress-firewall-xpn-error");
  });

  test("has its firewall opened by a command, and the controller told that it need not ask for it", () => {
    const { construct, manifest } = ingress({ sharedVpc });
    expect(construct.firewallCommand).toBe(COMMAND);
    expect(manifest.metadata.annotations["networking.gke.io/suppress-firewall-xpn-error"]).toBe("true");
  });

  test("has it opened for the cluster's nodes alone where they are named, and for REST's port", () => {
    const { construct } = ingress({ rest: true, sharedVpc: { ...sharedVpc, nodeTags: ["gke-a", "gke-b"] } });
    expect(construct.firewallCommand).toBe(
      `${COMMAND.replace("tcp:19530,tcp:9091", "tcp:19530,tcp:8080,tcp:9091")} --target-tags=gke-a,gke-b`,
    );
  });

  test("has it opened for the proxies of an internal load balancer too", () => {
    const { construct } = ingress({
      scheme: "internal",
      region: "us-west1",
      subnetwork: "gke",
      inboundCidrs: undefined,
      denyUnauthorizedStreams: false,
      sharedVpc: { ...sharedVpc, proxyOnlySubnetCidr: "10.129.0.0/23" },
    });
    expect(construct.firewallCommand).toContain("--source-ranges=130.211.0.0/22,35.191.0.0/16,10.129.0.0/23");
  });
});

describe("annotations of the user", () => {
  test.each(["constructor", "toString", "example.com/valueOf"])(
    "may be called like what every object has: %s",
    (key) => {
      const { manifest } = ingress({ annotations: { [key]: "ours" } });
      expect(Object.entries(manifest.metadata.annotations)).toContainEqual([key, "ours"]);
    },
  );

  test("stand beside ours, and are watched like ours", () => {
    const { json, manifest } = ingress({ annotations: { "example.com/owner": 'the "search" team: ${x}' } });
    const written = 'the "search" team: $${x}';
    expect(manifest.metadata.annotations["example.com/owner"]).toBe(written);
    expect(only(json, "kubernetes_annotations").annotations["example.com/owner"]).toBe(written);
  });
});

describe("GkeL7Ingress refuses", () => {
  const ranged = (path: string, given: number, least: number, most: number) =>
    `${path}: given ${given}, allowed a whole number from ${least} to ${most}, do write a number in that range`;
  const mine = (key: string, given: string, prop: string) =>
    `annotations["${key}"]: given "${given}", allowed an annotation that no setting writes: this one says what ${prop} ` +
    `says, do set ${prop} instead`;

  test.each<[string, Partial<GkeL7IngressProps>, string]>([
    ["no interval", { healthCheck: { intervalSec: 0 } }, ranged("healthCheck.intervalSec", 0, 1, 300)],
    ["too long an interval", { healthCheck: { intervalSec: 301 } }, ranged("healthCheck.intervalSec", 301, 1, 300)],
    [
      "a timeout longer than the interval",
      { healthCheck: { intervalSec: 10, timeoutSec: 11 } },
      "healthCheck.timeoutSec: given 11, allowed at most the interval, 10, do make it shorter, or intervalSec longer",
    ],
    [
      "a timeout longer than the interval that is there by default",
      { healthCheck: { timeoutSec: 16 } },
      "healthCheck.timeoutSec: given 16, allowed at most the interval, 15, do make it shorter, or intervalSec longer",
    ],
    ["no good answer", { healthCheck: { healthyThreshold: 0 } }, ranged("healthCheck.healthyThreshold", 0, 1, 10)],
    ["too many bad", { healthCheck: { unhealthyThreshold: 11 } }, ranged("healthCheck.unhealthyThreshold", 11, 1, 10)],
    [
      "an affinity that GKE doesn't know",
      { sessionAffinity: { kind: "header" as "none" } },
      'sessionAffinity.kind: given "header", allowed none, client-ip, generated-cookie, do leave it out for none',
    ],
    [
      "a cookie of more than a day",
      { sessionAffinity: { kind: "generated-cookie", ttlSec: 86_401 } },
      ranged("sessionAffinity.ttlSec", 86_401, 0, 86_400),
    ],
    [
      "a host project's number",
      { sharedVpc: { hostProject: "1234567890", network: "shared" } },
      'sharedVpc.hostProject: given "1234567890", allowed a Google Cloud project\'s id: 6 to 30 lower-case letters, digits ' +
        "and '-', with a letter first, do write the id, not the name or the number, as 'gcloud projects list' prints it",
    ],
    [
      "a network that is a shell's",
      { sharedVpc: { hostProject: "network-host", network: "a; rm -rf ." } },
      "sharedVpc.network: given \"a; rm -rf .\", allowed a Google Cloud resource name: lower-case letters, digits and '-', " +
        "at most 63 characters, with a letter first, do write the name as 'gcloud compute networks list' prints it",
    ],
    [
      "a proxy-only subnet of an external load balancer",
      { sharedVpc: { hostProject: "network-host", network: "shared", proxyOnlySubnetCidr: "10.129.0.0/23" } },
      'sharedVpc.proxyOnlySubnetCidr: given "10.129.0.0/23", allowed only with scheme internal: an external load balancer ' +
        "sends from Google's own ranges, do remove it",
    ],
    [
      "an internal load balancer in a Shared VPC whose proxies nobody has named",
      {
        scheme: "internal",
        region: "us-west1",
        subnetwork: "gke",
        inboundCidrs: undefined,
        denyUnauthorizedStreams: false,
        sharedVpc: { hostProject: "network-host", network: "shared" },
      },
      "sharedVpc.proxyOnlySubnetCidr: given nothing, allowed the range of the region's proxy-only subnet with scheme " +
        "internal: calls come from there, do add it, as 'gcloud compute networks subnets list " +
        "--filter=purpose=REGIONAL_MANAGED_PROXY' prints it",
    ],
    [
      "an annotation that says what a setting says: the class",
      { annotations: { "kubernetes.io/ingress.class": "gce-internal" } },
      mine("kubernetes.io/ingress.class", "gce-internal", "scheme"),
    ],
    [
      "an annotation that says what a setting says: port 80",
      { annotations: { "kubernetes.io/ingress.allow-http": "true" } },
      mine("kubernetes.io/ingress.allow-http", "true", "httpsRedirect"),
    ],
    [
      "an annotation that says what a setting says: certificates",
      { annotations: { "networking.gke.io/managed-certificates": "mine" } },
      mine("networking.gke.io/managed-certificates", "mine", "certificate"),
    ],
    [
      "an annotation that the controller writes",
      { annotations: { "ingress.kubernetes.io/url-map": "mine" } },
      'annotations["ingress.kubernetes.io/url-map"]: given "mine", allowed an annotation that is yours: the controller ' +
        "writes this one, do remove it",
    ],
    [
      "an annotation that GKE reads on a Service alone",
      { annotations: { "cloud.google.com/backend-config": '{"default":"mine"}' } },
      'annotations["cloud.google.com/backend-config"]: given "{\\"default\\":\\"mine\\"}", allowed an annotation that has ' +
        "an effect: GKE's controller reads it on a Service alone, " +
        "do remove it; the front Service's own are written by this project",
    ],
    [
      "an annotation with a slip of the pen",
      { annotations: { "kubernetes.io/ingress.allow_http": "false" } },
      'annotations["kubernetes.io/ingress.allow_http"]: given "false", allowed an annotation that has an effect: GKE\'s ' +
        "controller knows no such one, do remove it; those that it knows are written by settings",
    ],
    [
      "an annotation of another controller",
      { annotations: { "alb.ingress.kubernetes.io/scheme": "internal" } },
      'annotations["alb.ingress.kubernetes.io/scheme"]: given "internal", allowed an annotation that has an effect: another ' +
        "Ingress controller's, which GKE's passes over, do remove it",
    ],
    [
      "an annotation under a key that Kubernetes doesn't take",
      { annotations: { "Example.com/owner": "me" } },
      'annotations["Example.com/owner"]: given "Example.com/owner", allowed under a key such as example.com/owner: a DNS ' +
        "name in lower case, '/', and at most 63 letters, digits, '-', '_' and '.', do correct the key",
    ],
    [
      "an annotation that is no text",
      { annotations: { "example.com/replicas": 2 as unknown as string } },
      "annotations[\"example.com/replicas\"]: given 2, allowed text, without '{TfToken[', do put it in quotes",
    ],
  ])("%s", (_, change, expected) => {
    expect(problems(change)).toEqual([expected]);
    expect(() => ingress(change)).toThrow(`platform/ingress: 1 problem\n  ${expected}`);
  });
});
