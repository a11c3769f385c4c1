import { guard } from "../../commands/plan-guard";
import { refusalsOf, reviewOf } from "../../review/findings";
import { annotated, change, IN_USE, INGRESS, ingress, manifest, planOf, planText, saidOf, updated } from "./support";

const ALB = "alb.ingress.kubernetes.io";
const RELEASE = "helm_release.milvus_default_my-release";
const BACKEND_CONFIG = "kubernetes_manifest.backend-config";
const FRONTEND_CONFIG = "kubernetes_manifest.frontend-config";
const ARMOR = "google_compute_security_policy.armor";

describe("an Ingress", () => {
  test.each<[string, string | undefined, string | undefined, string[]]>([
    [
      `${ALB}/inbound-cidrs`,
      "203.0.113.0/24",
      "203.0.113.0/24,198.51.100.0/24",
      ["public: lets in clients of 198.51.100.0/24"],
    ],
    [`${ALB}/inbound-cidrs`, "203.0.113.0/24", undefined, ["public: lets in clients of 0.0.0.0/0, ::/0: everybody"]],
    [`${ALB}/inbound-cidrs`, "203.0.113.0/24", "203.0.112.0/20", ["public: lets in clients of 203.0.112.0/20"]],
    [
      `${ALB}/inbound-cidrs`,
      "203.0.113.0/24",
      "0.0.0.0/1,128.0.0.0/1",
      ["public: lets in clients of 0.0.0.0/1, 128.0.0.0/1: everybody"],
    ],
    [
      `${ALB}/inbound-cidrs`,
      "203.0.113.0/24",
      "203.0.113.0/24,64.0.0.0/2",
      ["public: lets in clients of 64.0.0.0/2: a large part of the internet"],
    ],
    [`${ALB}/inbound-cidrs`, "0.0.0.0/0", "0.0.0.0/1,128.0.0.0/1", []],
    [`${ALB}/inbound-cidrs`, "0.0.0.0/1,128.0.0.0/1", "0.0.0.0/0", []],
    [`${ALB}/inbound-cidrs`, "0.0.0.0/0", "0.0.0.0/0,2001:db8::/32", ["public: lets in clients of 2001:db8::/32"]],
    [
      `${ALB}/security-group-prefix-lists`,
      "pl-01234567",
      "pl-01234567,pl-89abcdef",
      ["public: lets in clients of pl-89abcdef"],
    ],
    [
      `${ALB}/inbound-cidrs`,
      "10.0.0.0/8,2001:db8::/32",
      "10.1.0.0/16,2001:db8:1::/48",
      ["interrupted: shuts out clients of 10.0.0.0/8, 2001:db8::/32, but for those that another network has"],
    ],
    [
      `${ALB}/scheme`,
      "internal",
      "internet-facing",
      [
        "public: puts the load balancer on the internet",
        `interrupted: moves clients to another load balancer: ${ALB}/scheme from "internal" to "internet-facing"`,
      ],
    ],
    [
      `${ALB}/ssl-policy`,
      "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
      "ELBSecurityPolicy-TLS13-1-0-2021-06",
      [
        'weakened: takes a TLS policy with older TLS, from "ELBSecurityPolicy-TLS13-1-2-Res-2021-06" to "ELBSecurityPolicy-TLS13-1-0-2021-06"',
      ],
    ],
    [
      `${ALB}/ssl-policy`,
      "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
      undefined,
      ['weakened: takes a TLS policy with older TLS, from "ELBSecurityPolicy-TLS13-1-2-Res-2021-06" to nothing'],
    ],
    [
      `${ALB}/ssl-policy`,
      "ELBSecurityPolicy-TLS13-1-2-2021-06",
      "ELBSecurityPolicy-TLS13-1-3-2021-06",
      [
        'interrupted: takes a TLS policy without older TLS, from "ELBSecurityPolicy-TLS13-1-2-2021-06" to "ELBSecurityPolicy-TLS13-1-3-2021-06": clients that need it are cut off',
      ],
    ],
    [
      `${ALB}/ssl-policy`,
      "ELBSecurityPolicy-TLS13-1-2-2021-06",
      "somebody's",
      [
        'unknown: takes another TLS policy, from "ELBSecurityPolicy-TLS13-1-2-2021-06" to "somebody\'s", which can\'t be compared',
      ],
    ],
    [
      `${ALB}/wafv2-acl-arn`,
      "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/a/b",
      undefined,
      ["public: takes the web application firewall away from the load balancer"],
    ],
    [`${ALB}/listen-ports`, '[{"HTTPS":443}]', '[{"HTTPS":443},{"HTTP":80}]', ["public: opens HTTP 80"]],
    [`${ALB}/listen-ports`, '[{"HTTPS":443},{"HTTP":80}]', '[{"HTTPS":443}]', ["interrupted: closes HTTP 80"]],
    [
      `${ALB}/load-balancer-attributes`,
      "deletion_protection.enabled=true,routing.http2.enabled=true",
      "deletion_protection.enabled=false,routing.http2.enabled=false",
      [
        "weakened: takes the load balancer's deletion protection away",
        "interrupted: turns HTTP/2 off: no gRPC call gets through",
      ],
    ],
    [`${ALB}/load-balancer-attributes`, "idle_timeout.timeout_seconds=60", "idle_timeout.timeout_seconds=240", []],
    [
      `${ALB}/actions.deny-unauthorized-streams`,
      '{"type":"fixed-response","fixedResponseConfig":{"statusCode":"403"}}',
      undefined,
      ["public: lets through the streaming RPCs that pass by Milvus' authorization"],
    ],
    [`${ALB}/backend-protocol`, "HTTPS", "HTTP", ["weakened: has the load balancer speak plaintext to the pods"]],
    [
      `${ALB}/success-codes`,
      "12",
      "0",
      [
        'interrupted: checks the pods\' health in another way (success-codes from "12" to "0"): a pod that fails gets no calls',
      ],
    ],
    [
      `${ALB}/certificate-arn`,
      "arn:one",
      "arn:other",
      ["interrupted: serves another certificate: clients that trust the one before alone are cut off"],
    ],
    [`${ALB}/ip-address-type`, "ipv4", "dualstack", ['public: is reached in another way: "ipv4" becomes "dualstack"']],
    ["kubernetes.io/ingress.allow-http", "false", "true", ["public: opens port 80"]],
    ["cdktf-milvus-l7/secret-version", "one", "two", []],
    [
      "example.com/owner",
      "search",
      "vectors",
      ["unknown: changes what this review knows nothing of: manifest.metadata.annotations.example.com/owner"],
    ],
  ])("%s from %j to %j", (name, before, after, said) => {
    expect(annotated(name, before, after)).toEqual(said);
  });

  test("lets nobody else in beside prefix lists, by whatever value says that", () => {
    const prefixLists = { [`${ALB}/security-group-prefix-lists`]: "pl-01234567" };
    const said = (before: object, after: object) =>
      saidOf([updated(INGRESS, ingress({ ...prefixLists, ...before }), ingress({ ...prefixLists, ...after }))]);
    const ranges = (text: string) => ({ [`${ALB}/inbound-cidrs`]: text });
    expect(said(ranges(""), ranges("127.0.0.1/32"))).toEqual([]);
    expect(said(ranges("127.0.0.1/32"), ranges("0.0.0.0/0"))).toEqual([
      "public: lets in clients of 0.0.0.0/0: everybody",
    ]);
    expect(said(ranges("203.0.113.0/24"), ranges("127.0.0.1/32"))).toEqual([
      "interrupted: shuts out clients of 203.0.113.0/24, but for those that another network has",
    ]);
  });

  test("says of a value that it is known after the apply only", () => {
    const name = `${ALB}/inbound-cidrs`;
    const unknown = { after_unknown: { manifest: { metadata: { annotations: { [name]: true } } } } };
    expect(saidOf([updated(INGRESS, ingress({ [name]: "203.0.113.0/24" }), ingress({}), unknown)])).toEqual([
      `unknown: sets manifest.metadata.annotations.${name} to a value that is known after the apply only`,
    ]);
  });

  test("says nothing of a sensitive value but that it changes", () => {
    const name = `${ALB}/inbound-cidrs`;
    const marks = { manifest: { metadata: { annotations: { [name]: true } } } };
    const secret = updated(INGRESS, ingress({ [name]: "192.0.2.1/32" }), ingress({ [name]: "192.0.2.2/32" }), {
      before_sensitive: marks,
      after_sensitive: marks,
    });
    expect(JSON.stringify(reviewOf(planOf([secret])))).not.toContain("192.0.2");
    expect(saidOf([secret])).toEqual([
      `unknown: changes manifest.metadata.annotations.${name}, whose value is sensitive`,
    ]);
  });

  const path = (path: string, service: string, port: object = { number: 443 }) => ({
    path,
    backend: { service: { name: service, port } },
  });
  const rules = (host: string, ...paths: object[]) => ({ rules: [{ host, http: { paths } }] });
  const deny = path("/milvus.proto.milvus.MilvusService/DumpMessages", "deny-unauthorized-streams", {
    name: "use-annotation",
  });

  test("says what it leads to no longer, and what it denies no longer", () => {
    const before = ingress({}, rules("a.example.com", deny, path("/", "front")));
    const after = ingress({}, rules("b.example.com", path("/", "front")));
    expect(saidOf([updated(INGRESS, before, after)])).toEqual([
      "lost: no longer answers for a.example.com/",
      "public: lets through the streaming RPCs that pass by Milvus' authorization",
    ]);
  });

  test("says that it answers under any name", () => {
    const after = ingress({}, { rules: [{ http: { paths: [path("/", "front")] } }] });
    expect(saidOf([updated(INGRESS, ingress({}, rules("a.example.com", path("/", "front"))), after)])).toEqual([
      "lost: no longer answers for a.example.com/",
      "public: answers under any name: */",
    ]);
  });

  test("says that it serves a certificate of another kind, or none", () => {
    const managed = ingress({ "networking.gke.io/managed-certificates": "search" });
    const secret = ingress({}, { tls: [{ secretName: "search-tls" }] });
    expect(saidOf([updated(INGRESS, managed, secret)])).toEqual([
      "weakened: serves a certificate of another kind: of a Secret, in the place of one managed by Google",
    ]);
    expect(saidOf([updated(INGRESS, secret, ingress({}))])).toEqual(["lost: serves no certificate any longer"]);
  });

  describe("of GKE, whose managed certificates its kubernetes_annotations name", () => {
    const MANAGED = "networking.gke.io/managed-certificates";
    const PRE_SHARED = "ingress.gcp.kubernetes.io/pre-shared-cert";
    const gke = (annotations: object, spec: object = {}) =>
      ingress({ "kubernetes.io/ingress.class": "gce", ...annotations }, spec);
    const later = (before: object, after: object) =>
      updated("kubernetes_annotations.search", { annotations: before }, { annotations: after });

    test("says nothing where a name moves there, or no name is written as empty", () => {
      expect(saidOf([updated(INGRESS, gke({ [MANAGED]: "search" }), gke({}))])).toEqual([]);
      const tls = { tls: [{ secretName: "search-tls" }] };
      expect(saidOf([updated(INGRESS, gke({}, tls), gke({ [PRE_SHARED]: "" }, tls))])).toEqual([]);
      expect(saidOf([later({}, { [MANAGED]: "", [PRE_SHARED]: "" })])).toEqual([]);
    });

    test("says nothing where the same names stand in another order", () => {
      const [unsorted, sorted] = [{ [PRE_SHARED]: "two,one" }, { [PRE_SHARED]: "one,two" }];
      expect(saidOf([updated(INGRESS, gke(unsorted), gke(sorted)), later(unsorted, sorted)])).toEqual([]);
    });

    test("says that it serves another, or one of another kind", () => {
      const another = "interrupted: serves another certificate: clients that trust the one before alone are cut off";
      expect(saidOf([later({ [PRE_SHARED]: "one" }, { [PRE_SHARED]: "two" })])).toEqual([another]);
      expect(saidOf([later({ [MANAGED]: "one" }, { [MANAGED]: "one,two" })])).toEqual([another]);
      expect(saidOf([updated(INGRESS, gke({ [PRE_SHARED]: "one" }), gke({}))])).toEqual([
        "weakened: serves a certificate of another kind: managed by Google, in the place of one of Compute Engine",
        another,
      ]);
    });
  });

  test("is said once, though two resources write its annotations", () => {
    const [before, after] = [{ [`${ALB}/inbound-cidrs`]: "10.0.0.0/8" }, { [`${ALB}/inbound-cidrs`]: "0.0.0.0/0" }];
    const beside = (annotations: object) => ({
      kind: "Ingress",
      metadata: [{ name: "search", namespace: "default" }],
      annotations,
    });
    const both = [
      updated("kubernetes_annotations.beside", beside(before), beside(after)),
      updated(INGRESS, ingress(before), ingress(after)),
    ];
    expect(reviewOf(planOf(both)).findings.map(({ address }) => address)).toEqual([INGRESS]);
    expect(reviewOf(planOf(both.slice(0, 1))).findings).toMatchObject([
      { address: "kubernetes_annotations.beside", concern: "public", title: "Ingress default/search" },
    ]);
  });

  test("is public from its creation on", () => {
    expect(saidOf([change(INGRESS, ["create"], null, ingress({ "kubernetes.io/ingress.class": "gce" }))])).toEqual([
      "public: makes a load balancer on the internet",
    ]);
    expect(
      saidOf([
        change(
          INGRESS,
          ["create"],
          null,
          ingress({ [`${ALB}/scheme`]: "internet-facing", [`${ALB}/inbound-cidrs`]: "10.0.0.0/8" }),
        ),
      ]),
    ).toEqual(["public: makes a load balancer on the internet for clients of 10.0.0.0/8"]);
    const made = (annotations: object) =>
      saidOf([change(INGRESS, ["create"], null, ingress({ [`${ALB}/scheme`]: "internet-facing", ...annotations }))]);
    expect(made({ [`${ALB}/inbound-cidrs`]: "0.0.0.0/1,128.0.0.0/1" })).toEqual([
      "public: makes a load balancer on the internet for clients of 0.0.0.0/1, 128.0.0.0/1: everybody",
    ]);
    expect(
      made({ [`${ALB}/inbound-cidrs`]: "127.0.0.1/32", [`${ALB}/security-group-prefix-lists`]: "pl-01234567" }),
    ).toEqual(["public: makes a load balancer on the internet for clients of pl-01234567"]);
    expect(made({ [`${ALB}/security-groups`]: "sg-1" })).toEqual([
      "public: makes a load balancer on the internet for the clients that its security groups let in",
    ]);
    expect(
      saidOf([change(INGRESS, ["create"], null, ingress({ "kubernetes.io/ingress.class": "gce-internal" }))]),
    ).toEqual([]);
  });

  test("is replaced, and says why", () => {
    const replaced = change(INGRESS, ["delete", "create"], ingress({}), ingress({}), {
      replace_paths: [["manifest", "metadata", "name"]],
    });
    expect(saidOf([replaced])).toEqual([
      "interrupted: deletes the Ingress, and the load balancer that clients use with it",
      "replaced: deletes it, and creates it anew: manifest.metadata.name can't be changed in place",
    ]);
  });
});

describe("GKE's objects", () => {
  test.each<[string, object, object, string[]]>([
    [
      "BackendConfig",
      { securityPolicy: { name: "armor" } },
      { securityPolicy: { name: "" } },
      ["public: takes the Cloud Armor policy away: nobody is kept out by address or path any longer"],
    ],
    [
      "BackendConfig",
      { securityPolicy: { name: "armor" } },
      { securityPolicy: { name: "other" } },
      ['unknown: has calls pass another Cloud Armor policy, "other": its rules may not be in this plan'],
    ],
    [
      "BackendConfig",
      { timeoutSec: 60 },
      { timeoutSec: 30 },
      ["interrupted: ends a call after 30 s, where that was 60 s"],
    ],
    [
      "BackendConfig",
      { logging: { enable: true } },
      { logging: { enable: false } },
      ["weakened: keeps no log of who calls any longer"],
    ],
    ["BackendConfig", { healthCheck: { checkIntervalSec: 5 } }, { healthCheck: { checkIntervalSec: 15 } }, []],
    [
      "BackendConfig",
      { healthCheck: { port: 9091 } },
      { healthCheck: { port: 80 } },
      ["interrupted: checks the pods' health in another way: a pod that fails gets no calls"],
    ],
    [
      "FrontendConfig",
      { sslPolicy: "strict" },
      { sslPolicy: "" },
      ["weakened: takes the TLS policy away: Google's own takes TLS 1.0 and every cipher"],
    ],
    [
      "FrontendConfig",
      { redirectToHttps: { enabled: true } },
      { redirectToHttps: { enabled: false } },
      ["public: no longer redirects plain HTTP to HTTPS: if port 80 stays open, it serves Milvus in plaintext"],
    ],
    [
      "ManagedCertificate",
      { domains: ["a.example.com"] },
      { domains: ["b.example.com"] },
      ["interrupted: has Google issue the certificate anew: no HTTPS for its hosts until then"],
    ],
    [
      "Gateway",
      { listeners: [1] },
      { listeners: [2] },
      ["unknown: changes what this review knows nothing of: manifest.spec.listeners"],
    ],
  ])("%s from %j to %j", (kind, before, after, said) => {
    expect(saidOf([updated(BACKEND_CONFIG, manifest(kind, before), manifest(kind, after))])).toEqual(said);
  });

  test("a FrontendConfig that comes in the place of another is compared with it", () => {
    const gone = (sslPolicy: string) =>
      change(FRONTEND_CONFIG, ["delete"], manifest("FrontendConfig", { sslPolicy }), null);
    const come = change("kubernetes_manifest.other", ["create"], null, manifest("FrontendConfig", { sslPolicy: "" }));
    expect(saidOf([gone("strict"), come])).toEqual([
      "weakened: takes the TLS policy away: Google's own takes TLS 1.0 and every cipher",
    ]);
    expect(saidOf([gone(""), come])).toEqual([]);
    expect(saidOf([gone("strict")])).toEqual([
      "weakened: takes the TLS policy and the redirect of the load balancer away",
    ]);
  });
});

describe("a Cloud Armor policy", () => {
  const rule = (action: string, priority: number, match: object, more: object = {}) => ({
    action,
    priority,
    match: [match],
    ...more,
  });
  const from = (...src_ip_ranges: string[]) => ({
    versioned_expr: "SRC_IPS_V1",
    config: [{ src_ip_ranges }],
    expr: [],
  });
  const streams = rule("deny(403)", 1000, {
    config: [],
    expr: [{ expression: "request.path == '/milvus.proto.milvus.MilvusService/DumpMessages'" }],
  });
  const last = (action: string) => rule(action, 2_147_483_647, from("*"));
  const said = (before: object[], after: object[], more: object = {}) =>
    saidOf([updated(ARMOR, { rule: before }, { rule: after }, more)]);

  test("lets in more, or less", () => {
    const narrow = [rule("allow", 2000, from("203.0.113.0/24")), last("deny(403)")];
    const wide = [rule("allow", 2000, from("203.0.113.0/24", "198.51.100.0/23")), last("deny(403)")];
    expect(said(narrow, wide)).toEqual(["public: lets in clients of 198.51.100.0/23"]);
    expect(said(wide, narrow)).toEqual([
      "interrupted: shuts out clients of 198.51.100.0/23, but for those that another network has",
    ]);
    expect(said(narrow, [last("allow")])).toEqual(["public: lets in clients of 0.0.0.0/0, ::/0: everybody"]);
    expect(said(wide, [...wide].reverse())).toEqual([]);
  });

  test("denies plain HTTP, which shuts nobody out, or no longer does", () => {
    const plain = rule("deny(403)", 900, { config: [], expr: [{ expression: "request.scheme == 'http'" }] });
    expect(said([last("allow")], [plain, last("allow")])).toEqual([]);
    expect(said([plain, last("allow")], [last("allow")])).toEqual([
      "weakened: no longer denies plain HTTP, should port 80 not redirect",
    ]);
  });

  test("says nothing where networks move between rules", () => {
    const [one, two] = ["203.0.113.0/24", "198.51.100.0/24"];
    const before = [rule("allow", 2000, from(one)), rule("allow", 2001, from(two)), last("deny(403)")];
    const after = [rule("allow", 10_002, from(two, one)), last("deny(403)")];
    expect(said(before, after)).toEqual([]);
  });

  test("denies the streams no longer, or in preview only", () => {
    const opened = ["public: lets through the streaming RPCs that pass by Milvus' authorization"];
    expect(said([streams, last("allow")], [last("allow")])).toEqual(opened);
    expect(said([streams, last("allow")], [{ ...streams, preview: true }, last("allow")])).toEqual(opened);
  });

  test("has rules that are known after the apply only", () => {
    const unknown = { after_unknown: { rule: [{ match: [{ config: [{ src_ip_ranges: true }] }] }] } };
    expect(said([last("deny(403)")], [last("deny(403)"), rule("allow", 2000, {})], unknown)).toEqual([
      "unknown: changes rules of the Cloud Armor policy to some that are known after the apply only",
    ]);
  });

  test("is deleted", () => {
    expect(saidOf([change(ARMOR, ["delete"], { rule: [] }, null)])).toEqual([
      "public: deletes the Cloud Armor policy: nobody is kept out by address or path any longer",
    ]);
  });
});

describe("Google's and AWS' resources", () => {
  test.each<[string, object, object, string[]]>([
    [
      "google_compute_ssl_policy.a",
      { min_tls_version: "TLS_1_2" },
      { min_tls_version: "TLS_1_0" },
      ['weakened: takes older TLS, from "TLS_1_2" to "TLS_1_0"'],
    ],
    [
      "google_compute_ssl_policy.a",
      { profile: "RESTRICTED" },
      { profile: "CUSTOM" },
      ['unknown: goes from "RESTRICTED" to "CUSTOM", which can\'t be compared'],
    ],
    [
      "google_dns_record_set.a",
      { rrdatas: ["192.0.2.1"] },
      { rrdatas: ["192.0.2.2"] },
      ['interrupted: points the name elsewhere: to ["192.0.2.2"], where that was ["192.0.2.1"]'],
    ],
    ["google_dns_record_set.a", { ttl: 300 }, { ttl: 60 }, []],
    [
      "aws_s3_bucket_public_access_block.a",
      { block_public_acls: true },
      { block_public_acls: false },
      ["public: lets the bucket be made public"],
    ],
    [
      "aws_wafv2_web_acl.a",
      { rule: [{ name: "limit", action: [{ block: [{}] }] }] },
      { rule: [] },
      ['public: takes rules of the web application firewall away: "limit"'],
    ],
    [
      "aws_lb.a",
      { enable_deletion_protection: true },
      { enable_deletion_protection: false },
      ["weakened: takes a protection away: enable_deletion_protection"],
    ],
    ["aws_route53_record.a", { ttl: 300 }, { ttl: 60 }, []],
    ["time_sleep.a", { triggers: { a: "1" } }, { triggers: { a: "2" } }, []],
    [
      "kubernetes_service_v1.a",
      { spec: [{ type: "ClusterIP" }] },
      { spec: [{ type: "LoadBalancer" }] },
      ["public: becomes a LoadBalancer, which is reached from outside the cluster"],
    ],
    [
      "somebodys_thing.a",
      { color: "red" },
      { color: "green" },
      ["unknown: changes what this review knows nothing of: color"],
    ],
  ])("%s from %j to %j", (address, before, after, said) => {
    expect(saidOf([updated(address, before, after)])).toEqual(said);
  });

  test("what is deleted is lost, unless something else says what that means", () => {
    const deleted = (address: string, before: object = {}) => saidOf([change(address, ["delete"], before, null)]);
    expect(deleted("somebodys_thing.a")).toEqual(["lost: deletes it"]);
    expect(deleted("google_compute_ssl_policy.a")).toEqual([
      "weakened: deletes the TLS policy: without one, Google takes TLS 1.0 and every cipher",
    ]);
    expect(deleted("aws_wafv2_web_acl_association.a")).toEqual([
      "public: takes the web application firewall away from the load balancer",
    ]);
    expect(deleted("aws_s3_bucket.a")).toEqual(["lost: deletes the bucket, and the logs in it"]);
    expect(deleted("aws_acm_certificate.a", { domain_name: "a.example.com" })).toEqual([
      'lost: deletes the certificate for "a.example.com" from ACM',
    ]);
    expect(deleted("google_dns_record_set.a", { name: "a.example.com." })).toEqual([
      'lost: deletes the DNS record of "a.example.com.": clients don\'t find it any longer',
    ]);
    expect(deleted("kubernetes_secret_v1.a")).toEqual(["lost: deletes the Secret, and the certificate and key in it"]);
    expect(deleted("tls_private_key.a")).toEqual([]);
    expect(deleted("time_sleep.a")).toEqual([]);
  });

  test("a certificate is rotated", () => {
    const certificate = [
      updated(
        "aws_acm_certificate.a",
        { private_key: "k" },
        {},
        {
          after_unknown: { private_key: true, certificate_body: true },
          before_sensitive: { private_key: true },
          after_sensitive: { private_key: true },
        },
      ),
    ];
    expect(saidOf(certificate)).toEqual([
      "interrupted: serves another certificate: clients that trust the one before alone are cut off",
    ]);
  });

  test("a certificate of another kind comes in", () => {
    const issued = change("aws_acm_certificate.issued", ["delete"], { validation_method: "DNS" }, null);
    const imported = change("aws_acm_certificate.imported", ["create"], null, { certificate_body: "c" });
    expect(saidOf([issued, imported])).toEqual([
      "weakened: serves a certificate of another kind: one that is imported, and that nobody renews but you",
    ]);
    const own = change("tls_self_signed_cert.a", ["create"], null, {});
    expect(saidOf([own], { prior_state: IN_USE })).toEqual([
      "weakened: brings a certificate that signs itself in: clients trust it only if they are given it",
    ]);
    expect(saidOf([own])).toEqual([]);
  });
});

describe("a Helm release", () => {
  const values = (text: string) => ({ values: [text] });
  const env = (name: string, value: string) => `proxy:\n  extraEnv:\n    - name: ${name}\n      value: "${value}"\n`;

  test.each<[string, string, string[]]>([
    [
      "proxy:\n  replicas: 1\n",
      "proxy:\n  replicas: 2\n",
      ["interrupted: upgrades the Helm release: the pods of proxy restart; it sets proxy.replicas"],
    ],
    [
      "extraConfigFiles:\n  user.yaml: a\n",
      "extraConfigFiles:\n  user.yaml: b\n",
      [
        "interrupted: upgrades the Helm release: every pod of the release may restart; it sets extraConfigFiles.user.yaml",
      ],
    ],
    [
      "service:\n  type: LoadBalancer\n",
      "service:\n  type: ClusterIP\n",
      [
        "interrupted: makes the release's Service a ClusterIP, which deletes its Layer-4 load balancer if it has one; its " +
          "address is lost, and clients that still use it are cut off",
        "interrupted: upgrades the Helm release: no pod restarts; it sets service.type",
      ],
    ],
    [
      "service:\n  type: ClusterIP\n",
      'service:\n  type: ClusterIP\n  annotations:\n    service.beta.kubernetes.io/aws-load-balancer-type: ""\n',
      [
        "interrupted: empties the annotation service.beta.kubernetes.io/aws-load-balancer-type: AWS Load Balancer " +
          "Controller deletes its load balancer; its address is lost, and clients that still use it are cut off",
        "interrupted: upgrades the Helm release: no pod restarts; it sets " +
          "service.annotations.service.beta.kubernetes.io/aws-load-balancer-type",
      ],
    ],
    [
      'service:\n  type: ClusterIP\n  annotations:\n    service.beta.kubernetes.io/aws-load-balancer-type: ""\n',
      "service:\n  type: LoadBalancer\n  annotations:\n    service.beta.kubernetes.io/aws-load-balancer-type: external\n",
      [
        "public: makes the release's Service a LoadBalancer, which is reached from outside the cluster",
        "public: sets the annotation service.beta.kubernetes.io/aws-load-balancer-type: AWS Load Balancer Controller " +
          "makes a load balancer",
        "interrupted: upgrades the Helm release: no pod restarts; it sets service.type, " +
          "service.annotations.service.beta.kubernetes.io/aws-load-balancer-type",
      ],
    ],
    [
      "service:\n  type: NodePort\n",
      "service:\n  type: ClusterIP\n",
      [
        "interrupted: changes the Service that the release has: whoever reaches Milvus by its address or port may be cut off",
        "interrupted: upgrades the Helm release: no pod restarts; it sets service.type",
      ],
    ],
    [
      "service:\n  port: 19530\n",
      "service:\n  port: 19531\n",
      [
        "interrupted: changes the Service that the release has: whoever reaches Milvus by its address or port may be cut off",
        "interrupted: upgrades the Helm release: no pod restarts; it sets service.port",
      ],
    ],
    ["a: 1\n", '"a": 1\n', ["interrupted: upgrades the Helm release: no setting differs, only how they are written"]],
    [
      env("COMMON_SECURITY_TLSMODE", "1"),
      env("COMMON_SECURITY_TLSMODE", "0"),
      [
        "weakened: has the pods speak plaintext: clients that connect to port 19530 with TLS are cut off",
        "interrupted: upgrades the Helm release: the pods of proxy restart; it sets proxy.extraEnv COMMON_SECURITY_TLSMODE",
      ],
    ],
    [
      env("A", "1"),
      env("COMMON_SECURITY_TLSMODE", "1"),
      [
        "interrupted: has the pods speak TLS: clients that connect to port 19530 without it are cut off",
        "interrupted: upgrades the Helm release: the pods of proxy restart; it sets proxy.extraEnv A, proxy.extraEnv COMMON_SECURITY_TLSMODE",
      ],
    ],
    [
      "extraConfigFiles:\n  user.yaml: |\n    common:\n      security:\n        authorizationEnabled: true\n",
      "extraConfigFiles:\n  user.yaml: |\n    common:\n      security:\n        authorizationEnabled: false\n",
      [
        "weakened: turns Milvus' authorization off: whoever reaches it may read and drop every collection",
        "interrupted: upgrades the Helm release: every pod of the release may restart; it sets extraConfigFiles.user.yaml",
      ],
    ],
    [
      ": no: yaml: [",
      "a: 1\n",
      [
        "interrupted: upgrades the Helm release: every pod of the release may restart; it sets values that can't be read, a",
      ],
    ],
  ])("has other values: %j, %j", (before, after, said) => {
    expect(saidOf([updated(RELEASE, values(before), values(after))])).toEqual(said);
  });

  test("makes its Service another one by a single setting, too", () => {
    const set = (name: string, value: string) => ({ set: [{ name, value }] });
    expect(saidOf([updated(RELEASE, {}, set("service.type", "ClusterIP"))])).toContainEqual(
      expect.stringContaining("makes the release's Service a ClusterIP, which deletes its Layer-4 load balancer"),
    );
    const annotation = "service.annotations.service\\.beta\\.kubernetes\\.io/aws-load-balancer-type";
    expect(saidOf([updated(RELEASE, set(annotation, "external"), set(annotation, ""))])).toContainEqual(
      expect.stringContaining("empties the annotation"),
    );
  });

  test("has another version", () => {
    const version = (before: string, after: string | null, more: object = {}) =>
      saidOf([updated(RELEASE, { version: before }, { version: after }, more)]);
    expect(version("5.0.9", "5.0.19")).toEqual([
      "interrupted: upgrades the chart from 5.0.9 to 5.0.19: every pod of the release may restart",
    ]);
    expect(version("5.0.19", "4.2.58")).toEqual([
      "lost: downgrades the chart from 5.0.19 to 4.2.58, which Milvus' metadata may not survive",
    ]);
    expect(version("5.0.19", null, { after_unknown: { version: true } })).toEqual([
      "unknown: takes a chart version that is known after the apply only, the newest perhaps",
    ]);
  });

  test("has values that are known after the apply only", () => {
    expect(saidOf([updated(RELEASE, values("a: 1"), {}, { after_unknown: { values: [true] } })])).toEqual([
      "unknown: upgrades the Helm release with values that are known after the apply only: which pods restart is unknown",
    ]);
  });

  test("loses what protects it", () => {
    expect(
      saidOf([updated(RELEASE, { reuse_values: true, atomic: true }, { reuse_values: false, atomic: false })]),
    ).toEqual([
      "lost: gives up the values that the release has, but for those that Terraform sends",
      "weakened: leaves an upgrade that failed as it is, where it was rolled back before",
    ]);
  });

  test("is adopted: what an import doesn't find out is no change", () => {
    const adopted = (more: object) =>
      saidOf([
        updated(
          RELEASE,
          { repository: null, namespace: "" },
          { repository: "https://charts.example.com", namespace: "a" },
          more,
        ),
      ]);
    expect(adopted({ importing: { id: "a/search" } })).toEqual([]);
    expect(adopted({})).toEqual([
      "unknown: takes the chart from another repository",
      "unknown: puts the release into another namespace",
    ]);
  });

  test("is uninstalled, or given up", () => {
    expect(saidOf([change(RELEASE, ["delete"], {}, null)])).toEqual([
      "lost: uninstalls the Helm release, and Milvus with it",
    ]);
    expect(saidOf([change(RELEASE, ["forget"], {}, null)])).toEqual([
      "weakened: leaves it as it is, and to others: no deploy looks after it any longer",
    ]);
  });
});

describe("a plan", () => {
  test("that changes nothing says nothing", () => {
    expect(reviewOf(planOf([change(INGRESS, ["no-op"], {}, {}), change("data.a.b", ["read"], null, {})]))).toEqual({
      findings: [],
      harmless: [],
    });
  });

  test("says the most serious resource first, and all of one resource together", () => {
    const changes = [
      change("somebodys_thing.replaced", ["delete", "create"], { a: 1 }, { a: 1 }),
      updated(
        INGRESS,
        ingress({ [`${ALB}/inbound-cidrs`]: "10.0.0.0/8", [`${ALB}/subnets`]: "a" }),
        ingress({ [`${ALB}/subnets`]: "b" }),
      ),
      change("somebodys_thing.deleted", ["delete"], {}, null),
    ];
    expect(reviewOf(planOf(changes)).findings.map(({ address, concern }) => [address, concern])).toEqual([
      ["somebodys_thing.deleted", "lost"],
      [INGRESS, "public"],
      [INGRESS, "interrupted"],
      ["somebodys_thing.replaced", "replaced"],
    ]);
  });

  test("names what is harmless", () => {
    const changes = [
      change("time_sleep.a", ["delete", "create"], { triggers: { a: "1" } }, { triggers: { a: "2" } }),
      change("google_compute_global_address.a", ["create"], null, {}),
      { ...change("time_sleep.moved", ["no-op"], {}, {}), previous_address: "time_sleep.before" },
      change("time_sleep.found", ["no-op"], {}, {}, { importing: { id: "x" } }),
    ];
    expect(reviewOf(planOf(changes))).toEqual({
      findings: [],
      harmless: [
        { address: "time_sleep.a", what: "is replaced" },
        { address: "google_compute_global_address.a", what: "is created" },
        { address: "time_sleep.moved", what: "moves here from time_sleep.before" },
        { address: "time_sleep.found", what: "is taken over as it is" },
      ],
    });
  });

  test("says what it leaves out, which checks fail, and which outputs go", () => {
    const check = (kind: string, status: string) => ({
      address: { kind, to_display: `${kind}.tls` },
      status,
      instances: [{ problems: [{ message: "The pods have lost settings." }] }],
    });
    expect(
      saidOf([], {
        errored: true,
        deferred_changes: [{}],
        checks: [check("check", "fail"), check("check", "pass"), check("check", "unknown"), check("resource", "pass")],
        output_changes: { address: { actions: ["delete"] }, host: { actions: ["update"] } },
      }),
    ).toEqual([
      "lost: deletes the output, which another configuration may read",
      "check: The pods have lost settings.",
      "unknown: ended with an error: what would come after that is not in it",
      "unknown: puts changes off to a later one, which are not in it",
    ]);
  });
});

test("what the plan guard refuses are findings of the review", () => {
  const changes = [
    change(RELEASE, ["delete"], {}, null),
    change(INGRESS, ["delete"], ingress({}), null),
    change("google_compute_address.a", ["delete"], {}, null),
    updated("time_sleep.a", { triggers: { a: "1" } }, { triggers: { a: "2" } }),
  ];
  const said = reviewOf(planOf(changes)).findings;
  const refused = refusalsOf(planOf(changes));
  expect(refused).toHaveLength(3);
  expect(said).toEqual(expect.arrayContaining(refused));
  expect(guard(planText(changes), []).lines.filter((line) => line.includes("refused"))).toHaveLength(3);
});
