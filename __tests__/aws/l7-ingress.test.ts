import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { TimeProvider } from "@cdktf/provider-time/lib/provider";
import { TlsProvider } from "@cdktf/provider-tls/lib/provider";
import { TerraformVariable } from "cdktf";
import { AlbL7Ingress, type AlbL7IngressProps } from "../../constructs/aws";
import { milvusOf } from "../../constructs/milvus";
import { only, synth } from "../support/synth";
import { ARN, annotations, ingress, isRefused, PROPS, problems, REF, stack } from "./support";

const STREAMS = ["CreateReplicateStream", "DumpMessages"].map((rpc) => `/milvus.proto.milvus.MilvusService/${rpc}`);

describe("AlbL7Ingress makes", () => {
  test("an Ingress of class alb for its hosts, with the streaming RPCs answered by the load balancer", () => {
    const { manifest } = ingress({ hosts: ["a.example.com", "b.example.com"] });
    const paths = [
      {
        path: "/",
        pathType: "Prefix",
        backend: { service: { name: "milvus-demo-l7", port: { number: 19530 } } },
      },
      ...STREAMS.map((path) => ({
        path,
        pathType: "Exact",
        backend: { service: { name: "deny-unauthorized-streams", port: { name: "use-annotation" } } },
      })),
    ];
    expect(manifest).toMatchObject({
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { name: "milvus-demo", namespace: "vectors" },
    });
    expect(manifest.spec).toEqual({
      ingressClassName: "alb",
      rules: [
        { host: "a.example.com", http: { paths } },
        { host: "b.example.com", http: { paths } },
      ],
    });
  });

  test("the path to Milvus where the guide's Ingress has it: a port keeps what stands in its place in the cluster", () => {
    const [first] = ingress().manifest.spec.rules[0].http.paths;
    expect(first).toMatchObject({ path: "/", backend: { service: { port: { number: 19530 } } } });
  });

  test("every annotation written, defaults and off as well", () => {
    expect(annotations()).toEqual({
      scheme: "internet-facing",
      "ip-address-type": "ipv4",
      "target-type": "ip",
      "listen-ports": '[{"HTTPS":443}]',
      "certificate-arn": ARN,
      "ssl-policy": "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
      "inbound-cidrs": "203.0.113.0/24",
      "backend-protocol": "HTTP",
      "backend-protocol-version": "GRPC",
      "healthcheck-protocol": "HTTP",
      "healthcheck-port": "19530",
      "healthcheck-path": "/AWS.ALB/healthcheck",
      "success-codes": "12",
      "healthcheck-interval-seconds": "15",
      "healthcheck-timeout-seconds": "5",
      "healthy-threshold-count": "2",
      "unhealthy-threshold-count": "2",
      "mutual-authentication": '[{"port":443,"mode":"off"}]',
      "security-group-prefix-lists": "",
      "security-groups": "",
      tags: "",
      "wafv2-acl-arn": "none",
      "shield-advanced-protection": "false",
      "load-balancer-attributes":
        "access_logs.s3.enabled=false,connection_logs.s3.enabled=false,deletion_protection.enabled=false,idle_timeout.timeout_seconds=240,routing.http2.enabled=true",
      "target-group-attributes":
        "deregistration_delay.timeout_seconds=30,load_balancing.algorithm.type=round_robin,slow_start.duration_seconds=0,stickiness.enabled=false",
      "actions.deny-unauthorized-streams":
        '{"type":"fixed-response","fixedResponseConfig":{"contentType":"text/plain","statusCode":"403","messageBody":"denied: no authorization"}}',
    });
  });

  test("takes the overrides of the load balancer", () => {
    expect(
      annotations({
        scheme: "internal",
        ipAddressType: "dualstack",
        sslPolicy: "ELBSecurityPolicy-TLS13-1-3-2021-06",
        inboundCidrs: ["10.0.0.0/8", "2001:db8::/32"],
        idleTimeoutSec: 60,
        deregistrationDelaySec: 0,
      }),
    ).toMatchObject({
      scheme: "internal",
      "ip-address-type": "dualstack",
      "ssl-policy": "ELBSecurityPolicy-TLS13-1-3-2021-06",
      "inbound-cidrs": "10.0.0.0/8,2001:db8::/32",
      "load-balancer-attributes": expect.stringContaining("idle_timeout.timeout_seconds=60,"),
      "target-group-attributes": expect.stringContaining("deregistration_delay.timeout_seconds=0,"),
    });
  });

  test("lets everybody in where there is no allow-list", () => {
    expect(annotations({ inboundCidrs: undefined, authorizationEnabled: true })["inbound-cidrs"]).toBe(
      "0.0.0.0/0,::/0",
    );
  });

  test("speaks TLS to pods that do", () => {
    expect(annotations({ milvus: milvusOf(REF, { tlsInPod: true }) })).toMatchObject({
      "backend-protocol": "HTTPS",
      "healthcheck-protocol": "HTTPS",
      "backend-protocol-version": "GRPC",
    });
  });

  test("leaves the streaming RPCs open when told to", () => {
    const { manifest } = ingress({ denyUnauthorizedStreams: false });
    expect(manifest.spec.rules[0].http.paths).toHaveLength(1);
    expect(Object.keys(manifest.metadata.annotations).filter((key) => key.includes("/actions."))).toEqual([]);
  });

  test("the Ingress by server-side apply under a name of its own, and never waits for it", () => {
    const manifest = only(ingress().json, "kubernetes_manifest", "Ingress");
    expect(manifest.field_manager).toEqual({ name: "cdktf-milvus-l7", force_conflicts: true });
    expect(manifest).not.toHaveProperty("wait");
    expect(manifest).not.toHaveProperty("wait_for");
  });

  test("the same annotations a second time, so that drift of ours is shown and repaired", () => {
    const { json, manifest } = ingress();
    expect(only(json, "kubernetes_annotations")).toMatchObject({
      annotations: manifest.metadata.annotations,
      metadata: { name: "milvus-demo", namespace: "vectors" },
      field_manager: "cdktf-milvus-l7-annotations",
      force: true,
    });
  });

  test("a Service of its own with the gRPC port alone, by number, for the pods that answer clients", () => {
    const service = only(ingress().json, "kubernetes_service_v1");
    expect(service.metadata).toMatchObject({ name: "milvus-demo-l7", namespace: "vectors" });
    expect(service.spec).toEqual({
      type: "ClusterIP",
      selector: {
        "app.kubernetes.io/name": "milvus",
        "app.kubernetes.io/instance": "milvus-demo",
        component: "proxy",
      },
      port: [{ name: "milvus", port: 19530, target_port: "19530", protocol: "TCP" }],
    });
  });

  test("names everything after the Ingress where that has a name of its own", () => {
    const { json, manifest } = ingress({ name: "edge", certificate: { kind: "self-signed" }, ingressClassName: "eks" });
    expect(manifest.metadata.name).toBe("edge");
    expect(manifest.spec.ingressClassName).toBe("eks");
    expect(only(json, "kubernetes_service_v1").metadata.name).toBe("edge-l7");
    expect(only(json, "aws_acm_certificate").tags).toEqual({ Name: "edge-tls" });
  });

  test("uses the providers that it is given", () => {
    const scope = stack();
    const kubernetesProvider = new KubernetesProvider(scope, "east", { alias: "east" });
    const awsProvider = new AwsProvider(scope, "a", { alias: "edge" });
    const dnsProvider = new AwsProvider(scope, "d", { alias: "dns" });
    const tlsProvider = new TlsProvider(scope, "t", { alias: "certs" });
    const timeProvider = new TimeProvider(scope, "s", { alias: "clock" });
    const providers = { kubernetesProvider, awsProvider, dnsProvider, tlsProvider, timeProvider };
    new AlbL7Ingress(scope, "ingress", { ...PROPS, ...providers, certificate: { kind: "acm" }, dnsZone: "Z1" });
    new AlbL7Ingress(scope, "second", { ...PROPS, ...providers, name: "b", certificate: { kind: "self-signed" } });
    const json = synth(scope);
    const providerOf = (part: "resource" | "data", type: string) => [
      ...new Set(Object.values(json[part]?.[type] ?? {}).map(({ provider }) => provider)),
    ];
    for (const type of ["manifest", "annotations", "service_v1"]) {
      expect(providerOf("resource", `kubernetes_${type}`)).toEqual(["kubernetes.east"]);
    }
    expect(providerOf("data", "kubernetes_ingress_v1")).toEqual(["kubernetes.east"]);
    expect(providerOf("resource", "aws_acm_certificate")).toEqual(["aws.edge"]);
    expect(providerOf("resource", "aws_acm_certificate_validation")).toEqual(["aws.edge"]);
    expect(providerOf("data", "aws_lb_hosted_zone_id")).toEqual(["aws.edge"]);
    expect(providerOf("resource", "aws_route53_record")).toEqual(["aws.dns"]);
    expect(providerOf("resource", "tls_private_key")).toEqual(["tls.certs"]);
    expect(providerOf("resource", "time_sleep")).toEqual(["time.clock"]);
  });
});

describe("the load balancer's address", () => {
  test("is read after a while, and what comes too early says to apply again", () => {
    const { json, construct } = ingress();
    expect(only(json, "time_sleep")).toMatchObject({
      create_duration: "60s",
      triggers: { ingress: "vectors/milvus-demo", scheme: "internet-facing" },
    });
    const [[id, status] = []] = Object.entries(json.data?.kubernetes_ingress_v1 ?? {});
    expect(status.metadata).toEqual({ name: "milvus-demo", namespace: "vectors" });
    expect(status.depends_on).toEqual([
      expect.stringMatching(/^kubernetes_manifest\./),
      expect.stringMatching(/^time_sleep\./),
    ]);
    expect(status.lifecycle.postcondition).toEqual([
      {
        condition: "${try(length(self.status[0].load_balancer[0].ingress[0].hostname) > 0, false)}",
        error_message:
          "The load balancer of Ingress vectors/milvus-demo has no address yet. Nothing is lost: apply again in a minute. " +
          "If it stays so, 'kubectl describe ingress milvus-demo -n vectors' says what its controller lacks.",
      },
    ]);
    expect(construct.address).toBe(
      `\${try(data.kubernetes_ingress_v1.${id}.status[0].load_balancer[0].ingress[0].hostname, "")}`,
    );
    expect(construct.url).toBe("https://milvus.example.com");
  });

  test("is waited for as long as it is told", () => {
    expect(only(ingress({ addressWaitSec: 300 }).json, "time_sleep").create_duration).toBe("300s");
  });
});

describe("Route 53", () => {
  const records = (change: Partial<AlbL7IngressProps>) =>
    Object.values(ingress(change).json.resource?.aws_route53_record ?? {});

  test("gets no record unless a zone is named", () => {
    expect(records({})).toEqual([]);
  });

  test("gets an alias for each host, after the Ingress", () => {
    const found = records({ dnsZone: "Z1", hosts: ["a.example.com", "b.example.com"] });
    expect(found.map(({ name, type, zone_id }) => [name, type, zone_id])).toEqual([
      ["a.example.com", "A", "Z1"],
      ["b.example.com", "A", "Z1"],
    ]);
    expect(found[0].alias).toEqual({
      name: expect.stringMatching(/^\$\{try\(data\.kubernetes_ingress_v1\..+\.hostname, ""\)\}$/),
      zone_id: expect.stringMatching(/^\$\{data\.aws_lb_hosted_zone_id\..+\.id\}$/),
      evaluate_target_health: false,
    });
    expect(found[0].allow_overwrite).toBe(true);
    expect(found[0].depends_on).toEqual([expect.stringMatching(/^kubernetes_manifest\./)]);
  });

  test("gets one for IPv6 as well where the load balancer has it", () => {
    expect(
      records({ dnsZone: "Z1", ipAddressType: "dualstack" })
        .map(({ type }) => type)
        .sort(),
    ).toEqual(["A", "AAAA"]);
  });
});

describe("what exists already", () => {
  test("is created unless something else is said", () => {
    expect(ingress().json.import).toBeUndefined();
    expect(ingress({ adoptExisting: [] }).json.import).toBeUndefined();
  });

  test("is the Ingress, imported", () => {
    const { json } = ingress({ adoptExisting: ["ingress"] });
    const [id] = Object.keys(json.resource?.kubernetes_manifest ?? {});
    expect(json.import).toEqual([
      {
        to: `kubernetes_manifest.${id}`,
        id: "apiVersion=networking.k8s.io/v1,kind=Ingress,namespace=vectors,name=milvus-demo",
      },
    ]);
  });

  test("is found under the name that the Ingress has been given, by the provider that it has been given", () => {
    const scope = stack();
    const kubernetesProvider = new KubernetesProvider(scope, "other", { alias: "other" });
    new AlbL7Ingress(scope, "ingress", { ...PROPS, name: "edge", adoptExisting: ["ingress"], kubernetesProvider });
    expect(synth(scope).import).toEqual([
      expect.objectContaining({
        id: "apiVersion=networking.k8s.io/v1,kind=Ingress,namespace=vectors,name=edge",
        provider: "kubernetes.other",
      }),
    ]);
  });

  test("names no Secret any more: the certificate is ACM's", () => {
    const resource = (change: Partial<AlbL7IngressProps>) => only(ingress(change).json, "kubernetes_manifest");
    const adopted = resource({ adoptExisting: ["ingress"] });
    expect(adopted.manifest.spec.tls).toEqual([]);
    expect(adopted.computed_fields).toEqual(["metadata.labels", "metadata.annotations", "spec.tls"]);
    expect(resource({}).manifest.spec).not.toHaveProperty("tls");
    expect(resource({})).not.toHaveProperty("computed_fields");
  });

  test.each<[string, Partial<AlbL7IngressProps>, string]>([
    [
      "something that only another cloud has",
      { adoptExisting: ["tls-secret" as "ingress"] },
      'adoptExisting[0]: given "tls-secret", allowed ingress, do write ingress, or remove it',
    ],
    [
      "the same twice",
      { adoptExisting: ["ingress", "ingress"] },
      'adoptExisting[1]: given "ingress", allowed each value once, do remove it',
    ],
  ])("is refused: %s", (_, change, expected) => {
    isRefused(change, expected);
  });
});

describe("AlbL7Ingress refuses", () => {
  test.each<[string, Partial<AlbL7IngressProps>, string]>([
    ["no host", { hosts: [] }, "hosts: given [], allowed at least one entry, do add one"],
    [
      "a name that a Service can't have",
      { name: "1st" },
      "name: given \"1st\", allowed a name with a letter first and no '.', since the front Service is named after it, do give the " +
        "Ingress a name of its own",
    ],
    [
      "a release whose name a Service can't have",
      { milvus: milvusOf({ releaseName: "search.v2", namespace: "vectors", mode: "cluster" }, { tlsInPod: false }) },
      "name: given \"search.v2-milvus\", allowed a name with a letter first and no '.', since the front Service is named after " +
        "it, do give the Ingress a name of its own",
    ],
    [
      "a host that is an address",
      { hosts: ["203.0.113.7"] },
      'hosts[0]: given "203.0.113.7", allowed a DNS name such as milvus.example.com, in lower case, with no wildcard, ' +
        "do write the name alone: no scheme, port, path or trailing dot, and a name in another script in its xn-- form",
    ],
    [
      "a scheme that there isn't",
      { scheme: "public" as "internal" },
      'scheme: given "public", allowed internet-facing or internal, do leave it out for internet-facing',
    ],
    [
      "a kind of address that there isn't",
      { ipAddressType: "ipv6" as "ipv4" },
      'ipAddressType: given "ipv6", allowed ipv4, dualstack or dualstack-without-public-ipv4, do leave it out for ipv4',
    ],
    [
      "a name that Kubernetes doesn't take",
      { name: "Edge" },
      "name: given \"Edge\", allowed a Kubernetes name: lower-case letters, digits and '-', at most 63 characters, " +
        "with a letter or digit at each end, do write the name as kubectl prints it",
    ],
    [
      "a TLS policy that isn't one",
      { sslPolicy: "TLS13" },
      'sslPolicy: given "TLS13", allowed the name of a TLS policy of Elastic Load Balancing, such as ' +
        "ELBSecurityPolicy-TLS13-1-2-Res-2021-06, do write the name as 'aws elbv2 describe-ssl-policies' prints it",
    ],
    [
      "a zone's domain",
      { dnsZone: "example.com" },
      'dnsZone: given "example.com", allowed the id of a Route 53 hosted zone, such as Z0123456789ABCDEFGHIJ, ' +
        "do write the zone's id, not its domain, as 'aws route53 list-hosted-zones' prints it, without /hostedzone/",
    ],
    [
      "too long a silence",
      { idleTimeoutSec: 4001 },
      "idleTimeoutSec: given 4001, allowed a whole number from 1 to 4000, do write a number in that range",
    ],
    [
      "too long a drain",
      { deregistrationDelaySec: 3601 },
      "deregistrationDelaySec: given 3601, allowed a whole number from 0 to 3600, do write a number in that range",
    ],
    [
      "an address without a prefix length",
      { inboundCidrs: ["203.0.113.7"] },
      'inboundCidrs[0]: given "203.0.113.7", allowed an address range in CIDR notation such as 203.0.113.0/24 or ' +
        "2001:db8::/32, do write the address and its prefix length",
    ],
    [
      "a public Milvus that nobody has said to be meant",
      { inboundCidrs: undefined },
      "inboundCidrs: given nothing, which admits every address, allowed the networks of the clients, unless " +
        "authorizationEnabled: true states that Milvus asks for a password, or acceptPublicUnauthenticated: true that " +
        "everybody may read and drop every collection, do list the networks that clients connect from",
    ],
  ])("%s", (_, change, expected) => {
    isRefused(change, expected);
  });

  test.each([{ authorizationEnabled: true }, { acceptPublicUnauthenticated: true }, { scheme: "internal" as const }])(
    "no Milvus without an allow-list of which %j has been said",
    (statement) => {
      expect(problems({ inboundCidrs: undefined, ...statement })).toEqual([]);
    },
  );

  test("nothing of a value that only Terraform knows", () => {
    const scope = stack();
    const host = new TerraformVariable(scope, "host", { type: "string" }).stringValue;
    new AlbL7Ingress(scope, "ingress", { ...PROPS, hosts: [host], dnsZone: "Z1" });
    const { rules } = only(synth(scope), "kubernetes_manifest", "Ingress").manifest.spec;
    expect(rules[0].host).toBe("${var.host}");
  });
});
