import { TerraformVariable } from "cdktf";
import { type GkeCertificate, GkeL7Ingress, type GkeL7IngressProps } from "../../constructs/gke";
import { CERTIFICATE } from "../support/pem";
import { ServerSideApplied } from "../support/server-side-applied";
import { only, synth } from "../support/synth";
import { ingress, PROPS, problems, stack } from "./support";

const INTERNAL: Partial<GkeL7IngressProps> = {
  scheme: "internal",
  region: "us-west1",
  subnetwork: "gke-nodes",
  inboundCidrs: undefined,
  denyUnauthorizedStreams: false,
};

const annotationsOf = (change: Partial<GkeL7IngressProps> = {}) => ingress(change).manifest.metadata.annotations;

const frontendConfig = (change: Partial<GkeL7IngressProps> = {}) =>
  only(ingress(change).json, "kubernetes_manifest", "FrontendConfig");

describe("port 80", () => {
  test("is closed, and the FrontendConfig says that nothing is redirected", () => {
    expect(annotationsOf()).toMatchObject({
      "kubernetes.io/ingress.allow-http": "false",
      "networking.gke.io/v1beta1.FrontendConfig": "my-release-frontendconfig",
    });
    expect(frontendConfig().manifest).toEqual({
      apiVersion: "networking.gke.io/v1beta1",
      kind: "FrontendConfig",
      metadata: { name: "my-release-frontendconfig", namespace: "vectors" },
      spec: { sslPolicy: "my-release-milvus-l7", redirectToHttps: { enabled: false } },
    });
  });

  test("sends every call to HTTPS when told to", () => {
    expect(annotationsOf({ httpsRedirect: true })["kubernetes.io/ingress.allow-http"]).toBe("true");
    expect(frontendConfig({ httpsRedirect: true }).manifest.spec.redirectToHttps).toEqual({
      enabled: true,
      responseCodeName: "MOVED_PERMANENTLY_DEFAULT",
    });
  });

  test("is opened by the write that names the redirect, so that Milvus is never served in plaintext", () => {
    const opened = ingress({ httpsRedirect: true });
    const name = opened.manifest.metadata.annotations["networking.gke.io/v1beta1.FrontendConfig"];
    expect(name).toBe("my-release-frontendconfig-redirect");
    expect(only(opened.json, "kubernetes_manifest", "FrontendConfig").manifest.metadata.name).toBe(name);
    expect(Object.keys(opened.json.resource?.kubernetes_manifest ?? {})).not.toEqual(
      Object.keys(ingress().json.resource?.kubernetes_manifest ?? {}),
    );
  });

  test("keeps the FrontendConfig until the Ingress names another", () => {
    expect(frontendConfig().lifecycle).toEqual({ create_before_destroy: true });
  });

  test.each(["FOUND", "TEMPORARY_REDIRECT", "PERMANENT_REDIRECT"] as const)("redirects with %s", (code) => {
    const { spec } = frontendConfig({ httpsRedirect: true, httpsRedirectCode: code }).manifest;
    expect(spec.redirectToHttps.responseCodeName).toBe(code);
  });
});

describe("the TLS policy", () => {
  const sslPolicy = (change: Partial<GkeL7IngressProps> = {}) =>
    only(ingress(change).json, "google_compute_ssl_policy");

  test("is made for TLS 1.2 and 1.3, with the ciphers that have forward secrecy", () => {
    expect(sslPolicy()).toEqual({
      name: "my-release-milvus-l7",
      min_tls_version: "TLS_1_2",
      profile: "RESTRICTED",
      lifecycle: { create_before_destroy: true },
    });
  });

  test("takes another name, version and profile", () => {
    const policy = { kind: "created", name: "edge-tls", minTlsVersion: "TLS_1_0", profile: "COMPATIBLE" } as const;
    expect(sslPolicy({ sslPolicy: policy })).toMatchObject({
      name: "edge-tls",
      min_tls_version: "TLS_1_0",
      profile: "COMPATIBLE",
    });
    expect(frontendConfig({ sslPolicy: policy }).manifest.spec.sslPolicy).toBe("edge-tls");
  });

  test("may be one that exists, and none is made", () => {
    const { json } = ingress({ sslPolicy: { kind: "existing", name: "corporate" } });
    expect(json.resource).not.toHaveProperty("google_compute_ssl_policy");
    expect(only(json, "kubernetes_manifest", "FrontendConfig").manifest.spec.sslPolicy).toBe("corporate");
  });

  test("may be Google's own, which is written as none", () => {
    const { json } = ingress({ sslPolicy: { kind: "google-default" } });
    expect(json.resource).not.toHaveProperty("google_compute_ssl_policy");
    expect(only(json, "kubernetes_manifest", "FrontendConfig").manifest.spec.sslPolicy).toBe("");
  });
});

describe("the certificates that the Ingress names", () => {
  const MANAGED = "networking.gke.io/managed-certificates";
  const PRE_SHARED = "ingress.gcp.kubernetes.io/pre-shared-cert";

  /** What the two resources write: the Ingress itself, and its annotations after it. */
  const written = (certificate: GkeCertificate) => {
    const { json, manifest } = ingress({ certificate, hosts: ["my-release.milvus.io"] });
    return { first: manifest.metadata.annotations, last: only(json, "kubernetes_annotations").annotations, manifest };
  };

  test.each<GkeCertificate>([
    { kind: "secret", name: "my-tls" },
    { kind: "self-signed" },
    { kind: "pem", certificate: CERTIFICATE, privateKey: { file: "tls.key" } },
  ])("are a Secret, and no others: kind $kind", (certificate) => {
    const { last, manifest } = written(certificate);
    expect([last[MANAGED], last[PRE_SHARED]]).toEqual(["", ""]);
    expect(manifest.spec.tls).toHaveLength(1);
  });

  test("are those of Compute Engine, sorted, and no Secret", () => {
    const { first, last, manifest } = written({ kind: "pre-shared", name: "two", otherNames: ["one"] });
    expect([last[MANAGED], last[PRE_SHARED], first[PRE_SHARED]]).toEqual(["", "one,two", "one,two"]);
    expect(manifest.spec).not.toHaveProperty("tls");
  });

  test("are sorted by Terraform where it alone knows their names", () => {
    const scope = stack();
    const { stringValue: name } = new TerraformVariable(scope, "name", { type: "string" });
    new GkeL7Ingress(scope, "ingress", { ...PROPS, certificate: { kind: "pre-shared", name, otherNames: ["a"] } });
    const { annotations } = only(synth(scope), "kubernetes_annotations");
    expect(annotations[PRE_SHARED]).toMatch(/^\$\{join\(",", sort\(distinct\(\[/);
    expect(annotations[PRE_SHARED]).toContain("var.name");
  });

  test("are a managed one and a Secret beside it, and those of Compute Engine are its controller's to write", () => {
    const { last, manifest } = written({ kind: "managed", meanwhile: { kind: "secret", name: "my-tls" } });
    expect(last[MANAGED]).toBe("my-release-milvus-tls");
    expect(last).not.toHaveProperty([PRE_SHARED]);
    expect(manifest.spec.tls).toEqual([{ hosts: ["my-release.milvus.io"], secretName: "my-tls" }]);
  });

  interface Kind {
    readonly kind: string;
    readonly certificate: GkeCertificate;
    /** What the Ingress is to have of the annotation that two write. */
    readonly preShared: string;
  }

  const KINDS: readonly Kind[] = [
    { kind: "secret", certificate: { kind: "secret", name: "my-tls" }, preShared: "" },
    { kind: "self-signed", certificate: { kind: "self-signed" }, preShared: "" },
    {
      kind: "pem",
      certificate: { kind: "pem", certificate: CERTIFICATE, privateKey: { file: "tls.key" } },
      preShared: "",
    },
    {
      kind: "pre-shared",
      certificate: { kind: "pre-shared", name: "two", otherNames: ["one"] },
      preShared: "one,two",
    },
    { kind: "managed", certificate: { kind: "managed" }, preShared: "mcrt-1" },
    {
      kind: "managed and meanwhile",
      certificate: { kind: "managed", meanwhile: { kind: "self-signed" } },
      preShared: "mcrt-1",
    },
  ];
  const everyChange = KINDS.flatMap((from) => KINDS.map((to) => ({ from, to })));

  test.each(everyChange)("are none of those before, once $from.kind has become $to.kind", ({ from, to }) => {
    for (const controllerIsQuick of [true, false]) {
      const live = new ServerSideApplied();
      // The controller of managed certificates keeps what is there, and adds those of ManagedCertificates that are named.
      const controller = (gone: readonly string[] = []) => {
        const named = live.value(MANAGED) ? ["mcrt-1"] : [];
        const there = (live.value(PRE_SHARED) ?? "").split(",").filter((name) => name && !gone.includes(name));
        live.update("certificate controller", PRE_SHARED, [...new Set([...there, ...named])].sort().join(","));
      };
      for (const { certificate } of [from, to]) {
        const { first, last } = written(certificate);
        live.apply("cdktf-milvus-l7", first);
        if (controllerIsQuick) {
          controller();
        }
        live.apply("cdktf-milvus-l7-annotations", last);
        controller();
      }
      if (to.certificate.kind !== "managed") {
        controller(["mcrt-1"]);
      }
      expect(live.value(PRE_SHARED) ?? "").toBe(to.preShared);
    }
  });
});

describe("an internal load balancer", () => {
  test("is of class gce-internal, with an address of the cluster's region", () => {
    const { json, manifest } = ingress(INTERNAL);
    expect(manifest.metadata.annotations).toEqual({
      "kubernetes.io/ingress.class": "gce-internal",
      "kubernetes.io/ingress.regional-static-ip-name": "my-release-milvus-l7",
      "kubernetes.io/ingress.allow-http": "false",
      "ingress.gcp.kubernetes.io/pre-shared-cert": "",
    });
    expect(only(json, "google_compute_address")).toEqual({
      name: "my-release-milvus-l7",
      region: "us-west1",
      subnetwork: "gke-nodes",
      address_type: "INTERNAL",
      purpose: "GCE_ENDPOINT",
      lifecycle: { create_before_destroy: true },
    });
    expect(json.resource).not.toHaveProperty("google_compute_global_address");
  });

  test("has no FrontendConfig and says nothing of Cloud Armor, at which its controller would stop", () => {
    const { json } = ingress(INTERNAL);
    const kinds = Object.values(json.resource?.kubernetes_manifest ?? {}).map(({ manifest }) => manifest.kind);
    expect(kinds.sort()).toEqual(["BackendConfig", "Ingress"]);
    expect(only(json, "kubernetes_manifest", "BackendConfig").manifest.spec).not.toHaveProperty("securityPolicy");
    expect(json.resource).not.toHaveProperty("google_compute_ssl_policy");
    expect(json.resource).not.toHaveProperty("google_compute_security_policy");
  });

  test("takes an address of the region that exists, and no subnetwork then", () => {
    const { json } = ingress({
      ...INTERNAL,
      subnetwork: undefined,
      address: { kind: "existing", name: "front-door" },
    });
    expect(Object.values(json.data?.google_compute_address ?? {})).toEqual([
      { name: "front-door", region: "us-west1" },
    ]);
    expect(json.resource).not.toHaveProperty("google_compute_address");
    expect(json.resource).not.toHaveProperty("time_sleep");
  });

  test("takes another project's subnetwork", () => {
    const subnetwork = "projects/network-host/regions/us-west1/subnetworks/gke-nodes";
    expect(only(ingress({ ...INTERNAL, subnetwork }).json, "google_compute_address").subnetwork).toBe(subnetwork);
  });

  test("needs no statement that a public Milvus is meant", () => {
    expect(problems(INTERNAL)).toEqual([]);
  });
});

describe("an address or a policy", () => {
  const held = (change: Partial<GkeL7IngressProps> = {}) => only(ingress(change).json, "time_sleep");

  test("outlives by a minute whatever named it: Google deletes none that is in use", () => {
    const { json } = ingress();
    const address = "time_sleep.ingress_held-while-in-use_7B93079F";
    expect(held()).toEqual({
      depends_on: [
        expect.stringMatching(/^google_compute_global_address\./),
        expect.stringMatching(/^google_compute_security_policy\./),
        expect.stringMatching(/^google_compute_ssl_policy\./),
      ],
      destroy_duration: "60s",
      triggers: {
        "external address": "my-release-milvus-l7",
        "security policy": "my-release-milvus-l7",
        "ssl policy": "my-release-milvus-l7",
      },
      lifecycle: { create_before_destroy: true },
    });
    for (const kind of ["Ingress", "BackendConfig", "FrontendConfig"]) {
      expect(only(json, "kubernetes_manifest", kind).depends_on).toContain(address);
    }
  });

  test("is none of ours where it exists already", () => {
    const { triggers } = held({
      address: { kind: "existing", name: "front-door" },
      sslPolicy: { kind: "existing", name: "corporate" },
    });
    expect(triggers).toEqual({ "security policy": "my-release-milvus-l7" });
  });
});

describe("GkeL7Ingress refuses", () => {
  const NOT_INTERNAL = "allowed nothing of the kind with scheme internal:";
  const NO_ARMOR = `${NOT_INTERNAL} GKE's controller takes no Cloud Armor policy for it, and stops at one`;

  test.each<[string, Partial<GkeL7IngressProps>, string]>([
    [
      "another scheme",
      { scheme: "public" as "external" },
      'scheme: given "public", allowed external or internal, do leave it out for external',
    ],
    [
      "a region of an external load balancer",
      { region: "us-west1" },
      'region: given "us-west1", allowed only with scheme internal: an external load balancer is global, ' +
        "do remove it, or set scheme to internal",
    ],
    [
      "a subnetwork of an external load balancer",
      { subnetwork: "gke-nodes" },
      'subnetwork: given "gke-nodes", allowed only with scheme internal: an external load balancer is global, ' +
        "do remove it, or set scheme to internal",
    ],
    [
      "an internal load balancer of no region",
      { ...INTERNAL, region: undefined },
      "region: given nothing, allowed the cluster's region: an internal load balancer is in one, do add it",
    ],
    [
      "a zone for a region",
      { ...INTERNAL, region: "us-west1-a" },
      'region: given "us-west1-a", allowed a Google Cloud region such as us-west1, ' +
        "do write the region, not a zone, as 'gcloud compute regions list' prints it",
    ],
    [
      "an internal address in no subnetwork",
      { ...INTERNAL, subnetwork: undefined },
      "subnetwork: given nothing, allowed the subnetwork that the address is reserved in, " +
        "do add it, or take an address of kind existing",
    ],
    [
      "a subnetwork's path that is none",
      { ...INTERNAL, subnetwork: "regions/us-west1/subnetworks/gke" },
      'subnetwork: given "regions/us-west1/subnetworks/gke", allowed a Google Cloud resource name: lower-case letters, ' +
        "digits and '-', at most 63 characters, with a letter first, " +
        "do write the name as 'gcloud compute networks subnets list' prints it",
    ],
    [
      "a managed certificate of an internal load balancer",
      { ...INTERNAL, certificate: { kind: "managed" } },
      `certificate.kind: given "managed", ${NOT_INTERNAL} Google issues certificates for external load balancers alone, ` +
        "do take a certificate of kind self-signed, pem, secret or pre-shared",
    ],
    [
      "an allow-list of an internal load balancer",
      { ...INTERNAL, inboundCidrs: ["10.0.0.0/8"] },
      `inboundCidrs: given ["10.0.0.0/8"], ${NO_ARMOR}, ` +
        "do remove it; who reaches the VPC is who reaches the load balancer",
    ],
    [
      "to deny the streaming RPCs of an internal load balancer, which it would by default",
      { ...INTERNAL, denyUnauthorizedStreams: undefined },
      `denyUnauthorizedStreams: given true, or nothing, which is the same, ${NO_ARMOR}, ` +
        "do write false: who reaches the load balancer can call them with no password",
    ],
    [
      "a Cloud Armor policy of an internal load balancer",
      { ...INTERNAL, securityPolicy: { kind: "created" } },
      `securityPolicy: given {"kind":"created"}, ${NO_ARMOR}, do remove it`,
    ],
    [
      "a redirect of an internal load balancer",
      { ...INTERNAL, httpsRedirect: true },
      `httpsRedirect: given true, ${NOT_INTERNAL} GKE's controller stops at a redirect there, ` +
        "do remove it: port 80 stays closed",
    ],
    [
      "a TLS policy of an internal load balancer",
      { ...INTERNAL, sslPolicy: { kind: "existing", name: "corporate" } },
      `sslPolicy: given {"kind":"existing","name":"corporate"}, ${NOT_INTERNAL} GKE's controller can't give it a TLS ` +
        "policy, do remove it; an internal load balancer serves what Google's default policy allows",
    ],
    [
      "an address that GKE's controller has reserved",
      { address: { kind: "existing", name: "k8s2-fr-bwgu80sk-default-my-release-milvus-65ffc7hf" } },
      'address.name: given "k8s2-fr-bwgu80sk-default-my-release-milvus-65ffc7hf", allowed a name that none of GKE\'s ' +
        "controllers gives: the controller deletes the resource, do reserve an address of your own; to keep the IP of a " +
        "load balancer that is there, see docs/gke-l7-ingress.md#keep-the-address",
    ],
    [
      "a redirect's code without a redirect",
      { httpsRedirectCode: "FOUND" },
      'httpsRedirectCode: given "FOUND", allowed only together with httpsRedirect: true, ' +
        "do add httpsRedirect: true, or remove it",
    ],
    [
      "a redirect's code that GKE doesn't know",
      { httpsRedirect: true, httpsRedirectCode: "301" as "FOUND" },
      'httpsRedirectCode: given "301", allowed MOVED_PERMANENTLY_DEFAULT, FOUND, TEMPORARY_REDIRECT or ' +
        "PERMANENT_REDIRECT, do leave it out for MOVED_PERMANENTLY_DEFAULT",
    ],
    [
      "a TLS version that no policy begins at",
      { sslPolicy: { kind: "created", minTlsVersion: "TLS_1_3" as "TLS_1_2" } },
      'sslPolicy.minTlsVersion: given "TLS_1_3", allowed TLS_1_0, TLS_1_1 or TLS_1_2, do leave it out for TLS_1_2',
    ],
    [
      "a profile with ciphers of one's own",
      { sslPolicy: { kind: "created", profile: "CUSTOM" as "MODERN" } },
      'sslPolicy.profile: given "CUSTOM", allowed COMPATIBLE, MODERN or RESTRICTED, do leave it out for RESTRICTED; ' +
        "a policy with ciphers of your own is one of kind existing",
    ],
    [
      "a TLS policy's name that Google doesn't take",
      { sslPolicy: { kind: "existing", name: "Corporate" } },
      "sslPolicy.name: given \"Corporate\", allowed a Google Cloud resource name: lower-case letters, digits and '-', at " +
        "most 63 characters, with a letter first, do write the name as 'gcloud compute ssl-policies list' prints it",
    ],
  ])("%s", (_, change, expected) => {
    expect(problems(change)).toEqual([expected]);
    expect(() => ingress(change)).toThrow(`platform/ingress: 1 problem\n  ${expected}`);
  });

  const CONTROLLERS = [
    ["an Ingress", "k8s2-fr-bwgu80sk-default-search-65ffc7hf"],
    ["an Ingress of the first naming scheme", "k8s-fw-default-search--0123456789abcdef"],
    ["an Ingress' HTTPS of the first naming scheme", "k8s-fws-default-search--0123456789abcdef"],
    ["a network endpoint group", "k8s1-0123abcd-default-search-80-1a2b3c4d"],
    ["an Ingress of a tenant", "gk3-mt-fw-default-search--0123456789abcdef"],
    ["a Gateway", "gkegw1-abcd-default-search-9kzqx2j1m0ab"],
    ["a Gateway of several clusters", "gkemcg1-default-search-9kzqx2j1m0ab"],
    ["a ManagedCertificate", "mcrt-34446a53-d639-4764-8438-346d7871a76e"],
    ["a Service's load balancer", "a0123456789abcdef0123456789abcde"],
  ] as const;

  test.each(CONTROLLERS)("the name of %s for whatever lasts longer", (_, name) => {
    const paths = (change: Partial<GkeL7IngressProps>) => problems(change).map((problem) => problem.split(":")[0]);
    for (const kind of ["existing", "reserved"] as const) {
      expect(paths({ address: { kind, name } })).toEqual(["address.name"]);
    }
    for (const kind of ["existing", "created"] as const) {
      expect(paths({ sslPolicy: { kind, name } })).toEqual(["sslPolicy.name"]);
    }
    expect(paths({ securityPolicy: { kind: "created", name } })).toEqual(["securityPolicy.name"]);
    expect(paths({ certificate: { kind: "pre-shared", name } })).toEqual(["certificate.name"]);
  });

  test("no name of a user's that only looks like one", () => {
    for (const name of ["k8s-milvus", "k8s2", "gke-nodes", "a-milvus", "abcdef0123456789abcdef0123456789abc", "mcrt"]) {
      expect(problems({ address: { kind: "existing", name }, sslPolicy: { kind: "existing", name } })).toEqual([]);
    }
  });

  test("all that an internal load balancer can't have at once", () => {
    const paths = problems({
      ...PROPS,
      ...INTERNAL,
      inboundCidrs: ["10.0.0.0/8"],
      httpsRedirect: true,
      region: undefined,
    }).map((problem) => problem.split(":")[0]);
    expect(paths).toEqual(["region", "inboundCidrs", "httpsRedirect"]);
  });
});
