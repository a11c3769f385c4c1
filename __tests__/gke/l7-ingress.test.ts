import { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { TlsProvider } from "@cdktf/provider-tls/lib/provider";
import { TerraformVariable } from "cdktf";
import { GkeL7Ingress, type GkeL7IngressProps } from "../../constructs/gke";
import { milvusOf } from "../../constructs/milvus";
import { only, synth, type TerraformJson } from "../support/synth";
import { backendConfig, ingress, PROPS, problems, stack } from "./support";

describe("GkeL7Ingress makes", () => {
  test("an Ingress of class gce for its hosts, with plain HTTP off", () => {
    const { manifest } = ingress({ hosts: ["a.example.com", "b.example.com"] });
    const paths = [
      {
        path: "/",
        pathType: "Prefix",
        backend: { service: { name: "my-release-milvus-l7", port: { number: 19530 } } },
      },
    ];
    expect(manifest).toEqual({
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: {
        name: "my-release-milvus",
        namespace: "vectors",
        annotations: {
          "kubernetes.io/ingress.class": "gce",
          "kubernetes.io/ingress.global-static-ip-name": "my-release-milvus-l7",
          "kubernetes.io/ingress.allow-http": "false",
          "networking.gke.io/v1beta1.FrontendConfig": "my-release-frontendconfig",
          "ingress.gcp.kubernetes.io/pre-shared-cert": "",
        },
      },
      spec: {
        tls: [{ hosts: ["a.example.com", "b.example.com"], secretName: "my-tls" }],
        rules: [
          { host: "a.example.com", http: { paths } },
          { host: "b.example.com", http: { paths } },
        ],
      },
    });
  });

  test("the Ingress by server-side apply under a name of its own, and never waits for it", () => {
    const manifest = only(ingress().json, "kubernetes_manifest", "Ingress");
    expect(manifest.field_manager).toEqual({ name: "cdktf-milvus-l7", force_conflicts: true });
    expect(manifest).not.toHaveProperty("wait");
    expect(manifest).not.toHaveProperty("wait_for");
  });

  test("the same annotations a second time, so that drift of ours is shown and repaired", () => {
    const { json, manifest } = ingress();
    const annotations = only(json, "kubernetes_annotations");
    expect(annotations.annotations).toEqual({
      ...manifest.metadata.annotations,
      "networking.gke.io/managed-certificates": "",
    });
    expect(annotations).toMatchObject({
      api_version: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { name: "my-release-milvus", namespace: "vectors" },
      field_manager: "cdktf-milvus-l7-annotations",
      force: true,
    });
  });

  test("a Service of its own with the gRPC port alone, by number, for the pods that answer clients", () => {
    const service = only(ingress().json, "kubernetes_service_v1");
    expect(service.spec).toEqual({
      type: "ClusterIP",
      selector: {
        "app.kubernetes.io/name": "milvus",
        "app.kubernetes.io/instance": "my-release",
        component: "proxy",
      },
      port: [{ name: "milvus", port: 19530, target_port: "19530", protocol: "TCP" }],
    });
    expect(service.metadata).toEqual({
      name: "my-release-milvus-l7",
      namespace: "vectors",
      annotations: {
        "cloud.google.com/app-protocols": '{"milvus":"HTTP2"}',
        "cloud.google.com/backend-config": '{"default":"my-release-backendconfig"}',
        "cloud.google.com/neg": '{"ingress":true}',
        "cdktf-milvus-l7/stack": expect.anything(),
      },
    });
  });

  test("leaves the NEG controller its annotation", () => {
    expect(only(ingress().json, "kubernetes_service_v1").lifecycle).toMatchObject({
      create_before_destroy: true,
      ignore_changes: ['metadata[0].annotations["cloud.google.com/neg-status"]'],
    });
  });

  test("a BackendConfig with the health check on 9091 and every setting written, off as well", () => {
    expect(
      backendConfig({ inboundCidrs: undefined, authorizationEnabled: true, denyUnauthorizedStreams: false }),
    ).toEqual({
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
  });

  test("takes the overrides of the backend", () => {
    expect(backendConfig({ timeoutSec: 30, connectionDrainingSec: 0, logSampleRate: 0.25 })).toMatchObject({
      timeoutSec: 30,
      connectionDraining: { drainingTimeoutSec: 0 },
      logging: { enable: true, sampleRate: 0.25 },
      securityPolicy: { name: "my-release-milvus-l7" },
    });
  });

  test("reserves a global address", () => {
    const { json, construct } = ingress();
    expect(only(json, "google_compute_global_address")).toMatchObject({
      name: "my-release-milvus-l7",
      address_type: "EXTERNAL",
      ip_version: "IPV4",
    });
    expect(construct.url).toBe("https://milvus.example.com");
  });

  test("takes an address that exists, and makes none", () => {
    const { json, manifest } = ingress({ address: { kind: "existing", name: "front-door" } });
    expect(json.resource).not.toHaveProperty("google_compute_global_address");
    expect(Object.values(json.data?.google_compute_global_address ?? {})[0].name).toBe("front-door");
    expect(manifest.metadata.annotations["kubernetes.io/ingress.global-static-ip-name"]).toBe("front-door");
  });

  test("names everything after the Ingress where that has a name of its own", () => {
    const { json, manifest } = ingress({ name: "edge", certificate: { kind: "self-signed" } });
    expect(manifest.metadata.name).toBe("edge");
    expect(manifest.spec.tls[0].secretName).toBe("edge-tls");
    expect(only(json, "kubernetes_service_v1").metadata.name).toBe("edge-l7");
    expect(only(json, "kubernetes_manifest", "BackendConfig").manifest.metadata.name).toBe("edge-backendconfig");
    expect(only(json, "google_compute_global_address").name).toBe("edge-l7");
    expect(only(json, "google_compute_security_policy").name).toBe("edge-l7");
  });

  test("keeps names of 63 characters apart and within that length", () => {
    const name = "n".repeat(63);
    const { json } = ingress({ name });
    expect(only(json, "kubernetes_service_v1").metadata.name).toMatch(/^n{51}-[0-9a-f]{8}-l7$/);
  });

  test("uses the providers that it is given", () => {
    const scope = stack();
    const kubernetesProvider = new KubernetesProvider(scope, "east", { alias: "east" });
    const googleProvider = new GoogleProvider(scope, "g", { alias: "edge" });
    const dnsProvider = new GoogleProvider(scope, "d", { alias: "dns" });
    const tlsProvider = new TlsProvider(scope, "t", { alias: "certs" });
    const certificate = { kind: "self-signed" } as const;
    const providers = { kubernetesProvider, googleProvider, dnsProvider, tlsProvider };
    new GkeL7Ingress(scope, "ingress", { ...PROPS, ...providers, certificate, dnsZone: "zone" });
    const json = synth(scope);
    const providerOf = (type: string) => [
      ...new Set(Object.values(json.resource?.[type] ?? {}).map(({ provider }) => provider)),
    ];
    for (const type of ["manifest", "annotations", "service_v1", "secret_v1"]) {
      expect(providerOf(`kubernetes_${type}`)).toEqual(["kubernetes.east"]);
    }
    expect(providerOf("google_compute_global_address")).toEqual(["google.edge"]);
    expect(providerOf("google_compute_security_policy")).toEqual(["google.edge"]);
    expect(providerOf("google_compute_ssl_policy")).toEqual(["google.edge"]);
    expect(providerOf("google_dns_record_set")).toEqual(["google.dns"]);
    expect(providerOf("tls_private_key")).toEqual(["tls.certs"]);
    expect(providerOf("tls_self_signed_cert")).toEqual(["tls.certs"]);
  });
});

describe("the Cloud Armor policy", () => {
  const rules = (change: Partial<GkeL7IngressProps> = {}) =>
    only(ingress(change).json, "google_compute_security_policy").rule.map((rule: any) => [
      rule.priority,
      rule.action,
      rule.match.config?.src_ip_ranges ?? rule.match.expr.expression,
    ]);
  const STREAMS =
    "request.path == '/milvus.proto.milvus.MilvusService/CreateReplicateStream' || " +
    "request.path == '/milvus.proto.milvus.MilvusService/DumpMessages'";

  test("denies the streaming RPCs to everybody, lets the client networks in and nobody else", () => {
    expect(rules()).toEqual([
      [1000, "deny(403)", STREAMS],
      [2000, "allow", ["203.0.113.0/24"]],
      [2147483647, "deny(403)", ["*"]],
    ]);
  });

  test("lets everybody in where there is no allow-list", () => {
    expect(rules({ inboundCidrs: undefined, authorizationEnabled: true })).toEqual([
      [1000, "deny(403)", STREAMS],
      [2147483647, "allow", ["*"]],
    ]);
  });

  test("leaves the streaming RPCs open when told to", () => {
    expect(rules({ denyUnauthorizedStreams: false })).toEqual([
      [2000, "allow", ["203.0.113.0/24"]],
      [2147483647, "deny(403)", ["*"]],
    ]);
  });

  test("denies plain HTTP while port 80 is open, for the moments in which nothing redirects", () => {
    expect(rules({ httpsRedirect: true })[0]).toEqual([900, "deny(403)", "request.scheme == 'http'"]);
    expect(rules({ httpsRedirect: true }).slice(1)).toEqual(rules({ httpsRedirect: false }));
    expect(rules({ httpsRedirect: false })).toEqual(rules());
  });

  test("isn't made for that alone", () => {
    const open = { inboundCidrs: undefined, authorizationEnabled: true, denyUnauthorizedStreams: false };
    expect(ingress({ ...open, httpsRedirect: true }).json.resource).not.toHaveProperty(
      "google_compute_security_policy",
    );
  });

  test("has ten networks in one rule, as they are given", () => {
    const inboundCidrs = Array.from({ length: 10 }, (_, index) => `10.0.${index}.0/24`);
    expect(rules({ inboundCidrs }).slice(1, -1)).toEqual([[2000, "allow", inboundCidrs]]);
  });

  test("puts more networks into rules of at most ten, each network into one", () => {
    const inboundCidrs = Array.from({ length: 100 }, (_, index) => `10.0.${index}.0/24`);
    const allowing: [number, string, string[]][] = rules({ inboundCidrs }).slice(1, -1);
    expect(allowing.flatMap(([, , ranges]) => ranges).sort()).toEqual([...inboundCidrs].sort());
    expect(Math.max(...allowing.map(([, , ranges]) => ranges.length))).toBeLessThanOrEqual(10);
    expect(new Set(allowing.map(([priority]) => priority)).size).toBe(allowing.length);
    expect(allowing.length).toBeLessThan(20);
  });

  test("keeps a network in its rule while others come and go", () => {
    const priorityOf = (inboundCidrs: string[]) =>
      new Map<string, number>(
        rules({ inboundCidrs })
          .slice(1, -1)
          .flatMap(([priority, , ranges]: [number, string, string[]]) => ranges.map((range) => [range, priority])),
      );
    const inboundCidrs = Array.from({ length: 12 }, (_, index) => `10.0.${index}.0/24`);
    const before = priorityOf(inboundCidrs);
    for (const after of [priorityOf(["10.1.0.0/24", ...inboundCidrs]), priorityOf(inboundCidrs.slice(1))]) {
      for (const range of inboundCidrs.slice(1)) {
        expect([range, after.get(range)]).toEqual([range, before.get(range)]);
      }
    }
  });

  test("has the name that it is given", () => {
    const { json } = ingress({ securityPolicy: { kind: "created", name: "edge-armor" } });
    expect(only(json, "google_compute_security_policy").name).toBe("edge-armor");
    expect(only(json, "kubernetes_manifest", "BackendConfig").manifest.spec.securityPolicy.name).toBe("edge-armor");
  });

  test("stays until the load balancer has let go of it", () => {
    expect(only(ingress().json, "google_compute_security_policy").lifecycle).toEqual({ create_before_destroy: true });
  });

  const existing = (restrictsClients: boolean): Partial<GkeL7IngressProps> => ({
    inboundCidrs: undefined,
    securityPolicy: { kind: "existing", name: "corporate", restrictsClients },
  });

  test("may be one that exists, and none is made", () => {
    const { json } = ingress(existing(true));
    expect(json.resource).not.toHaveProperty("google_compute_security_policy");
    expect(only(json, "kubernetes_manifest", "BackendConfig").manifest.spec.securityPolicy.name).toBe("corporate");
  });

  test("counts as an allow-list where it is said to be one", () => {
    expect(problems(existing(true))).toEqual([]);
    expect(problems(existing(false)).map((problem) => problem.split(":")[0])).toEqual(["inboundCidrs"]);
    expect(problems({ ...existing(false), authorizationEnabled: true })).toEqual([]);
  });

  test("of somebody else is warned of: it may let the streaming RPCs through", () => {
    const warnings = (change: Partial<GkeL7IngressProps>) =>
      ingress(change).construct.node.metadata.map(({ data }) => data);
    expect(warnings(existing(true))).toEqual([
      "the Cloud Armor policy corporate is yours: have it deny /milvus.proto.milvus.MilvusService/CreateReplicateStream and " +
        "/milvus.proto.milvus.MilvusService/DumpMessages, which pass by Milvus' authorization. " +
        "'denyUnauthorizedStreams: false' says that you know",
    ]);
    expect(warnings({ ...existing(true), denyUnauthorizedStreams: false })).toEqual([]);
    expect(warnings({})).toEqual([]);
  });

  test.each<[string, Partial<GkeL7IngressProps>, string]>([
    [
      "the networks of the clients",
      { inboundCidrs: ["203.0.113.0/24"] },
      'inboundCidrs: given ["203.0.113.0/24"], allowed nothing beside an existing securityPolicy, whose rules stay as they ' +
        "are, do remove it, and put the rule into that policy",
    ],
    [
      "the denial of the streaming RPCs",
      { denyUnauthorizedStreams: true },
      "denyUnauthorizedStreams: given true, allowed nothing beside an existing securityPolicy, whose rules stay as they are, " +
        "do remove it, and put the rule into that policy",
    ],
    [
      "a name that Google doesn't take",
      { securityPolicy: { kind: "existing", name: "Corporate", restrictsClients: true } },
      "securityPolicy.name: given \"Corporate\", allowed a Google Cloud resource name: lower-case letters, digits and '-', at " +
        "most 63 characters, with a letter first, do write the name as 'gcloud compute security-policies list' prints it",
    ],
  ])("of somebody else takes no rule of ours: %s", (_, change, expected) => {
    expect(problems({ ...existing(true), ...change })).toEqual([expected]);
  });

  test("is not made where it would hold no rule", () => {
    const { json } = ingress({ inboundCidrs: undefined, authorizationEnabled: true, denyUnauthorizedStreams: false });
    expect(json.resource).not.toHaveProperty("google_compute_security_policy");
  });
});

describe("Cloud DNS", () => {
  test("gets no record unless a zone is named", () => {
    expect(ingress().json.resource).not.toHaveProperty("google_dns_record_set");
  });

  test("gets an A record for each host, after the Ingress", () => {
    const { json } = ingress({ dnsZone: "zone", hosts: ["a.example.com", "b.example.com"] });
    const records = Object.values(json.resource?.google_dns_record_set ?? {});
    expect(records.map(({ name, type, ttl, managed_zone }) => [name, type, ttl, managed_zone])).toEqual([
      ["a.example.com.", "A", 300, "zone"],
      ["b.example.com.", "A", 300, "zone"],
    ]);
    expect(records[0].rrdatas).toEqual([expect.stringMatching(/^\$\{google_compute_global_address\..+\.address\}$/)]);
    expect(records[0].depends_on).toEqual([expect.stringMatching(/^kubernetes_manifest\./)]);
  });

  test("is written in the zone's project", () => {
    const { json } = ingress({ dnsZone: "zone", dnsProject: "dns-project" });
    expect(only(json, "google_dns_record_set").project).toBe("dns-project");
    expect(only(ingress({ dnsZone: "zone" }).json, "google_dns_record_set")).not.toHaveProperty("project");
  });

  test("takes another time to live", () => {
    expect(only(ingress({ dnsZone: "zone", dnsTtlSec: 60 }).json, "google_dns_record_set").ttl).toBe(60);
  });
});

describe("what exists already", () => {
  const manifestImport = (json: TerraformJson, apiVersion: string, kind: string, name: string) => {
    const [[id]] = Object.entries(json.resource?.kubernetes_manifest ?? {}).filter(
      ([, { manifest }]) => manifest.kind === kind && manifest.metadata.name === name,
    ) as [[string, unknown]];
    return {
      to: `kubernetes_manifest.${id}`,
      id: `apiVersion=${apiVersion},kind=${kind},namespace=vectors,name=${name}`,
    };
  };

  test("is created unless something else is said", () => {
    expect(ingress().json.import).toBeUndefined();
    expect(ingress({ adoptExisting: [] }).json.import).toBeUndefined();
  });

  test("is the Ingress, imported", () => {
    const { json } = ingress({ adoptExisting: ["ingress"] });
    expect(json.import).toEqual([manifestImport(json, "networking.k8s.io/v1", "Ingress", "my-release-milvus")]);
  });

  test("is the BackendConfig, imported", () => {
    const { json } = ingress({ adoptExisting: ["backend-config"] });
    expect(json.import).toEqual([
      manifestImport(json, "cloud.google.com/v1", "BackendConfig", "my-release-backendconfig"),
    ]);
  });

  test("is the certificate's Secret, imported", () => {
    const { json } = ingress({ adoptExisting: ["tls-secret"], certificate: { kind: "self-signed" } });
    const [id] = Object.keys(json.resource?.kubernetes_secret_v1 ?? {});
    expect(json.import).toEqual([{ to: `kubernetes_secret_v1.${id}`, id: "vectors/my-release-milvus-tls" }]);
  });

  test("is the first host's ManagedCertificate, imported: the others have no name of the guide's", () => {
    const { json } = ingress({
      adoptExisting: ["managed-certificate"],
      certificate: { kind: "managed" },
      hosts: ["a.example.com", "b.example.com"],
    });
    expect(json.import).toEqual([
      manifestImport(json, "networking.gke.io/v1", "ManagedCertificate", "my-release-milvus-tls"),
    ]);
  });

  test("is found under the name that the Ingress has been given, by the provider that it has been given", () => {
    const scope = stack();
    const kubernetesProvider = new KubernetesProvider(scope, "other", { alias: "other" });
    new GkeL7Ingress(scope, "ingress", {
      ...PROPS,
      name: "edge",
      certificate: { kind: "self-signed" },
      adoptExisting: ["ingress", "backend-config", "tls-secret"],
      kubernetesProvider,
    });
    const { import: imports = [] } = synth(scope);
    expect(imports.map(({ id }) => id).sort()).toEqual([
      "apiVersion=cloud.google.com/v1,kind=BackendConfig,namespace=vectors,name=edge-backendconfig",
      "apiVersion=networking.k8s.io/v1,kind=Ingress,namespace=vectors,name=edge",
      "vectors/edge-tls",
    ]);
    expect(imports.map(({ provider }) => provider)).toEqual(Array(3).fill("kubernetes.other"));
  });

  test("names no Secret any more where the certificate is Google's", () => {
    const resource = (change: Partial<GkeL7IngressProps>) =>
      only(ingress({ certificate: { kind: "managed" }, ...change }).json, "kubernetes_manifest", "Ingress");
    const adopted = resource({ adoptExisting: ["ingress"] });
    expect(adopted.manifest.spec.tls).toEqual([]);
    expect(adopted.computed_fields).toEqual(["metadata.labels", "metadata.annotations", "spec.tls"]);
    expect(resource({}).manifest.spec).not.toHaveProperty("tls");
    expect(resource({})).not.toHaveProperty("computed_fields");
  });

  const TLS_SECRET =
    "allowed only with a certificate of kind self-signed or pem, which makes a Secret, " +
    "do remove it; a Secret that is to stay as it is needs no more than kind secret and its name";

  test.each<[string, Partial<GkeL7IngressProps>, string]>([
    [
      "something that has another name",
      { adoptExisting: ["service" as "ingress"] },
      'adoptExisting[0]: given "service", allowed ingress, backend-config, tls-secret or managed-certificate, ' +
        "do write one of these",
    ],
    [
      "the same twice",
      { adoptExisting: ["ingress", "ingress"] },
      'adoptExisting[1]: given "ingress", allowed each value once, do remove it',
    ],
    [
      "a Secret that exists and is named",
      { adoptExisting: ["ingress", "tls-secret"] },
      `adoptExisting[1]: given "tls-secret", ${TLS_SECRET}`,
    ],
    [
      "a Secret beside a managed certificate",
      { adoptExisting: ["tls-secret"], certificate: { kind: "managed" } },
      `adoptExisting[0]: given "tls-secret", ${TLS_SECRET}`,
    ],
    [
      "a ManagedCertificate beside a self-signed certificate",
      { adoptExisting: ["managed-certificate"], certificate: { kind: "self-signed" } },
      'adoptExisting[0]: given "managed-certificate", allowed only with a certificate of kind managed, which makes a ' +
        "ManagedCertificate, do remove it, or set the certificate's kind to managed",
    ],
  ])("is refused: %s", (_, change, expected) => {
    expect(problems(change)).toEqual([expected]);
    expect(() => ingress(change)).toThrow(`platform/ingress: 1 problem\n  ${expected}`);
  });
});

describe("GkeL7Ingress refuses", () => {
  test.each<[string, Partial<GkeL7IngressProps>, string]>([
    [
      "a Milvus without TLS",
      { milvus: { ...PROPS.milvus, tlsInPod: false } },
      "milvus.tlsInPod: given false, allowed a Milvus whose pods speak TLS: GKE speaks HTTP/2 to a backend over TLS only, " +
        "do adopt the release, which turns it on, or turn on common.security.tlsMode yourself and then say tlsInPod: true",
    ],
    ["no host", { hosts: [] }, "hosts: given [], allowed at least one entry, do add one"],
    [
      "a host that is an address",
      { hosts: ["203.0.113.7"] },
      'hosts[0]: given "203.0.113.7", allowed a DNS name such as milvus.example.com, in lower case, with no wildcard, ' +
        "do write the name alone: no scheme, port, path or trailing dot, and a name in another script in its xn-- form",
    ],
    [
      "a name that Kubernetes doesn't take",
      { name: "Edge" },
      "name: given \"Edge\", allowed a Kubernetes name: lower-case letters, digits and '-', at most 63 characters, " +
        "with a letter or digit at each end, do write the name as kubectl prints it",
    ],
    [
      "a name that a Service can't have",
      { name: "1st" },
      "name: given \"1st\", allowed a name with a letter first and no '.', since the front Service is named after it, do give the " +
        "Ingress a name of its own",
    ],
    [
      "a release whose name a Service can't have",
      { milvus: milvusOf({ releaseName: "search.v2", namespace: "vectors", mode: "cluster" }, { tlsInPod: true }) },
      "name: given \"search.v2-milvus\", allowed a name with a letter first and no '.', since the front Service is named after " +
        "it, do give the Ingress a name of its own",
    ],
    [
      "an address' name that Google doesn't take",
      { address: { kind: "existing", name: "1st" } },
      "address.name: given \"1st\", allowed a Google Cloud resource name: lower-case letters, digits and '-', at most 63 " +
        "characters, with a letter first, do write the name as 'gcloud compute addresses list' prints it",
    ],
    [
      "a zone's domain",
      { dnsZone: "example.com." },
      "dnsZone: given \"example.com.\", allowed the name of a Cloud DNS zone: lower-case letters, digits and '-', with a " +
        "letter first, do write the zone's name, not its domain, as 'gcloud dns managed-zones list' prints it",
    ],
    [
      "a time to live without a zone",
      { dnsTtlSec: 60 },
      "dnsTtlSec: given 60, allowed only together with dnsZone, do add dnsZone, or remove it",
    ],
    [
      "the project of no zone",
      { dnsProject: "dns-project" },
      'dnsProject: given "dns-project", allowed only together with dnsZone, do add dnsZone, or remove it',
    ],
    [
      "a project's number",
      { dnsZone: "zone", dnsProject: "1234567890" },
      "dnsProject: given \"1234567890\", allowed a Google Cloud project's id: 6 to 30 lower-case letters, digits and '-', with " +
        "a letter first, do write the id, not the name or the number, as 'gcloud projects list' prints it",
    ],
    [
      "no time at all",
      { timeoutSec: 0 },
      "timeoutSec: given 0, allowed a whole number from 1 to 2147483647, do write a number in that range",
    ],
    [
      "too long a drain",
      { connectionDrainingSec: 3601 },
      "connectionDrainingSec: given 3601, allowed a whole number from 0 to 3600, do write a number in that range",
    ],
    [
      "more logs than calls",
      { logSampleRate: 2 },
      "logSampleRate: given 2, allowed a number from 0 to 1, do write a number in that range",
    ],
    ["an empty allow-list", { inboundCidrs: [] }, "inboundCidrs: given [], allowed at least one entry, do add one"],
    [
      "an address without a prefix length",
      { inboundCidrs: ["203.0.113.7"] },
      'inboundCidrs[0]: given "203.0.113.7", allowed an address range in CIDR notation such as 203.0.113.0/24 or ' +
        "2001:db8::/32, do write the address and its prefix length",
    ],
  ])("%s", (_, change, expected) => {
    expect(problems(change)).toEqual([expected]);
    expect(() => ingress(change)).toThrow(`platform/ingress: 1 problem\n  ${expected}`);
  });

  const MEANT =
    "allowed the networks of the clients, unless authorizationEnabled: true states that Milvus asks for a password, or " +
    "acceptPublicUnauthenticated: true that everybody may read and drop every collection, " +
    "do list the networks that clients connect from";

  test("a public Milvus that nobody has said to be meant", () => {
    expect(problems({ inboundCidrs: undefined })).toEqual([
      `inboundCidrs: given nothing, which admits every address, ${MEANT}`,
    ]);
    expect(problems({ inboundCidrs: ["0.0.0.0/0"] })).toEqual([
      `inboundCidrs: given ranges that add up to more than a /4 of the public IPv4 addresses, which is no allow-list, ${MEANT}`,
    ]);
    expect(problems({ inboundCidrs: undefined, authorizationEnabled: false })).toHaveLength(1);
  });

  test.each([{ authorizationEnabled: true }, { acceptPublicUnauthenticated: true }])(
    "no public Milvus of which %j has been said",
    (statement) => {
      expect(problems({ inboundCidrs: undefined, ...statement })).toEqual([]);
    },
  );

  test("nothing of a value that only Terraform knows", () => {
    const scope = stack();
    const host = new TerraformVariable(scope, "host", { type: "string" }).stringValue;
    new GkeL7Ingress(scope, "ingress", { ...PROPS, hosts: [host], certificate: { kind: "managed" }, dnsZone: "zone" });
    const { rules } = only(synth(scope), "kubernetes_manifest", "Ingress").manifest.spec;
    expect(rules[0].host).toBe("${var.host}");
  });
});
