import type { AlbL7IngressProps } from "../../constructs/aws";
import { milvusOf } from "../../constructs/milvus";
import { only } from "../support/synth";
import { ARN, annotations, ingress, isRefused, problems, REF } from "./support";

const TRUST_STORE = "arn:aws:elasticloadbalancing:us-east-2:123456789012:truststore/clients/73e2d6bc24d8a067";
const GROUPS = { ids: ["sg-0123456789abcdef0", "edge clients"], restrictsClients: true };
const OPEN = { inboundCidrs: undefined };

/** With security groups the ranges have to go. */
const withGroups = (change: Partial<AlbL7IngressProps> = {}) => ({ ...OPEN, securityGroups: GROUPS, ...change });

describe("port 80", () => {
  test("is closed by default", () => {
    const written = annotations();
    expect(written["listen-ports"]).toBe('[{"HTTPS":443}]');
    expect(written).not.toHaveProperty("ssl-redirect");
  });

  test("is open for a redirect and nothing else when told to", () => {
    expect(annotations({ httpsRedirect: true })).toMatchObject({
      "listen-ports": '[{"HTTP":80},{"HTTPS":443}]',
      "ssl-redirect": "443",
    });
    expect(annotations({ httpsRedirect: false })).toEqual(annotations());
  });
});

describe("further certificates", () => {
  const SECOND = ARN.replace("0a1b2c3d", "second");

  test("follow the one that clients get who name no host", () => {
    expect(annotations({ additionalCertificates: [SECOND] })["certificate-arn"]).toBe(`${ARN},${SECOND}`);
    expect(annotations({ additionalCertificates: [] })["certificate-arn"]).toBe(ARN);
  });

  test("are refused where they are no certificates of ACM's, and twice", () => {
    const rule =
      "allowed the ARN of an ACM certificate: arn:aws:acm:<region>:<account>:certificate/<id>, " +
      "do write it as 'aws acm list-certificates' prints it";
    isRefused(
      { additionalCertificates: ["second", SECOND, SECOND] },
      `additionalCertificates[0]: given "second", ${rule}`,
      `additionalCertificates[2]: given "${SECOND}", allowed each value once, do remove it`,
    );
  });
});

describe("mutual TLS", () => {
  const mutualTls = (change: Partial<AlbL7IngressProps>) =>
    JSON.parse(annotations(change)["mutual-authentication"] ?? "");

  test("is off, and said to be off, since a listener would stay as it is", () => {
    expect(mutualTls({})).toEqual([{ port: 443, mode: "off" }]);
  });

  test("takes clients of a trust store that exists", () => {
    expect(mutualTls({ mutualTls: { kind: "existing", trustStore: TRUST_STORE } })).toEqual([
      {
        port: 443,
        mode: "verify",
        trustStore: TRUST_STORE,
        ignoreClientCertificateExpiry: false,
        advertiseTrustStoreCaNames: "off",
      },
    ]);
    expect(ingress({ mutualTls: { kind: "existing", trustStore: TRUST_STORE } }).json.resource).not.toHaveProperty(
      "aws_lb_trust_store",
    );
  });

  test("overlooks an expiry and tells of its authorities when told to", () => {
    const change = { mutualTls: { kind: "existing", trustStore: TRUST_STORE } as const };
    expect(
      mutualTls({ mutualTls: { ...change.mutualTls, ignoreExpiry: true, advertiseAuthorities: true } })[0],
    ).toMatchObject({ ignoreClientCertificateExpiry: true, advertiseTrustStoreCaNames: "on" });
  });

  test("makes a trust store of an object in S3, which stays until no listener names it", () => {
    const { json, manifest } = ingress({
      mutualTls: { kind: "created", bucket: "authorities", key: "milvus/ca.pem", version: "3" },
    });
    expect(only(json, "aws_lb_trust_store")).toMatchObject({
      ca_certificates_bundle_s3_bucket: "authorities",
      ca_certificates_bundle_s3_key: "milvus/ca.pem",
      ca_certificates_bundle_s3_object_version: "3",
      tags: { Name: "milvus-demo-l7" },
      lifecycle: { create_before_destroy: true },
    });
    const [id] = Object.keys(json.resource?.aws_lb_trust_store ?? {});
    expect(JSON.parse(manifest.metadata.annotations["alb.ingress.kubernetes.io/mutual-authentication"])).toMatchObject([
      { trustStore: `\${aws_lb_trust_store.${id}.arn}` },
    ]);
    expect(only(json, "kubernetes_manifest").depends_on).toContain(`aws_lb_trust_store.${id}`);
  });

  test("without a version reads the newest one, when it is made", () => {
    const { json } = ingress({ mutualTls: { kind: "created", bucket: "authorities", key: "ca.pem" } });
    expect(only(json, "aws_lb_trust_store")).not.toHaveProperty("ca_certificates_bundle_s3_object_version");
  });

  test("isn't spoken of when told to, and then restricts nobody", () => {
    expect(annotations({ mutualTls: { kind: "leave-alone" } })).not.toHaveProperty("mutual-authentication");
    expect(problems({ ...OPEN, mutualTls: { kind: "leave-alone" } })).toEqual([
      expect.stringMatching(/^inboundCidrs: given nothing, which admits every address, /),
    ]);
  });

  test("makes an allow-list unnecessary", () => {
    expect(problems({ ...OPEN, mutualTls: { kind: "existing", trustStore: TRUST_STORE } })).toEqual([]);
  });

  test.each<[string, AlbL7IngressProps["mutualTls"], string]>([
    [
      "a trust store's name for its ARN",
      { kind: "existing", trustStore: "clients" },
      'mutualTls.trustStore: given "clients", allowed the ARN of a trust store: ' +
        "arn:aws:elasticloadbalancing:<region>:<account>:truststore/<name>/<id>, " +
        "do write it as 'aws elbv2 describe-trust-stores' prints it",
    ],
    [
      "a bucket's URL",
      { kind: "created", bucket: "s3://authorities", key: "ca.pem" },
      "mutualTls.bucket: given \"s3://authorities\", allowed a bucket's name: 3 to 63 lower-case letters, digits, '-' and " +
        "'.', with a letter or digit at each end, do write the name alone: no s3:// and no ARN",
    ],
    [
      "a key that breaks a line",
      { kind: "created", bucket: "authorities", key: "ca\n.pem" },
      "mutualTls.key: given \"ca\\n.pem\", allowed a line of text, do remove line breaks, control characters and '{TfToken['",
    ],
  ])("refuses %s", (_, mutualTls, expected) => {
    isRefused({ mutualTls }, expected);
  });
});

describe("who gets in", () => {
  test("is whoever a prefix list names, and nobody else", () => {
    expect(annotations({ ...OPEN, prefixLists: ["pl-0123456789abcdef0", "pl-01234567"] })).toMatchObject({
      "inbound-cidrs": "127.0.0.1/32",
      "security-group-prefix-lists": "pl-0123456789abcdef0,pl-01234567",
    });
  });

  test("is both where there are ranges too", () => {
    expect(annotations({ prefixLists: ["pl-01234567"] })).toMatchObject({
      "inbound-cidrs": "203.0.113.0/24",
      "security-group-prefix-lists": "pl-01234567",
    });
  });

  test("is what the user's security groups say, and the controller opens the pods' ports to the load balancer", () => {
    const written = annotations(withGroups());
    expect(written).toMatchObject({
      "security-groups": "sg-0123456789abcdef0,edge clients",
      "manage-backend-security-group-rules": "true",
    });
    expect(written).not.toHaveProperty("inbound-cidrs");
    expect(written).not.toHaveProperty("security-group-prefix-lists");
  });

  test("leaves the rules of the pods to the user when told to", () => {
    expect(annotations(withGroups({ securityGroups: { ...GROUPS, backendRules: false } }))).toMatchObject({
      "manage-backend-security-group-rules": "false",
    });
  });

  test("is never for a group's other Ingress to say: what it could add stands here, so that the controller refuses it", () => {
    for (const change of [{}, { group: { name: "shared" } }]) {
      expect(annotations(change)["security-groups"]).toBe("");
      for (const access of [{}, { ...OPEN, prefixLists: ["pl-01234567"] }, { ...OPEN, authorizationEnabled: true }]) {
        expect(annotations({ ...change, ...access })["inbound-cidrs"]).not.toBe("");
      }
    }
  });

  test.each<[string, Partial<AlbL7IngressProps>, string[]]>([
    [
      "ranges and prefix lists beside security groups",
      { securityGroups: GROUPS, prefixLists: ["pl-01234567"] },
      [
        'inboundCidrs: given ["203.0.113.0/24"], allowed nothing beside securityGroups: the controller passes by it then, and ' +
          "their rules say who gets in, do remove it, or remove securityGroups",
        'prefixLists: given ["pl-01234567"], allowed nothing beside securityGroups: the controller passes by it then, and ' +
          "their rules say who gets in, do remove it, or remove securityGroups",
      ],
    ],
    [
      "security groups that let everybody in to a Milvus without a password",
      withGroups({ securityGroups: { ...GROUPS, restrictsClients: false } }),
      [
        "securityGroups.restrictsClients: given false, allowed true, unless authorizationEnabled: true states that Milvus " +
          "asks for a password, or acceptPublicUnauthenticated: true that everybody may read and drop every collection, " +
          "do let only your clients' networks in by these groups, and set it to true",
      ],
    ],
    [
      "no security group at all",
      withGroups({ securityGroups: { ...GROUPS, ids: [] } }),
      ["securityGroups.ids: given [], allowed at least one entry, do add one"],
    ],
    [
      "what is no security group",
      withGroups({ securityGroups: { ...GROUPS, ids: ["sg-EDGE", "one,two"] } }),
      ["sg-EDGE", "one,two"].map(
        (id, index) =>
          `securityGroups.ids[${index}]: given "${id}", allowed the id of a security group, sg- and hex digits, or its Name ` +
          "tag, with no comma, do write it as 'aws ec2 describe-security-groups' prints it",
      ),
    ],
    [
      "what is no prefix list",
      { prefixLists: ["office"] },
      [
        'prefixLists[0]: given "office", allowed the id of a managed prefix list: pl- and hex digits, ' +
          "do write the id as 'aws ec2 describe-managed-prefix-lists' prints it",
      ],
    ],
    ["no prefix list at all", { prefixLists: [] }, ["prefixLists: given [], allowed at least one entry, do add one"]],
  ])("refuses %s", (_, change, expected) => {
    isRefused(change, ...expected);
  });

  test.each<Partial<AlbL7IngressProps>>([
    { authorizationEnabled: true },
    { acceptPublicUnauthenticated: true },
    { scheme: "internal" },
    { mutualTls: { kind: "existing", trustStore: TRUST_STORE } },
  ])("takes security groups that let everybody in beside %j", (change) => {
    expect(problems(withGroups({ securityGroups: { ...GROUPS, restrictsClients: false }, ...change }))).toEqual([]);
  });

  test("is asked for where a range admits everybody beside a prefix list", () => {
    expect(problems({ inboundCidrs: ["0.0.0.0/0"], prefixLists: ["pl-01234567"] })).toEqual([
      expect.stringMatching(/^inboundCidrs: given ranges that add up to more than a \/4 /),
    ]);
  });
});

describe("addresses", () => {
  test("may be IPv6 alone on the internet, with an AAAA record alone", () => {
    const { json, manifest } = ingress({
      ipAddressType: "dualstack-without-public-ipv4",
      inboundCidrs: ["2001:db8::/32"],
      dnsZone: "Z1",
    });
    expect(manifest.metadata.annotations["alb.ingress.kubernetes.io/ip-address-type"]).toBe(
      "dualstack-without-public-ipv4",
    );
    expect(only(json, "aws_route53_record").type).toBe("AAAA");
  });

  test("are not without public ones where there are none anyway", () => {
    isRefused(
      { ipAddressType: "dualstack-without-public-ipv4", scheme: "internal" },
      'ipAddressType: given "dualstack-without-public-ipv4", allowed ipv4 or dualstack, where scheme is internal: it has no ' +
        "public address, do set it to dualstack, or leave it out",
    );
  });
});

describe("the load balancer's place", () => {
  test("is the controller's choice by default", () => {
    const written = annotations();
    for (const key of ["subnets", "group.name", "group.order", "load-balancer-name"]) {
      expect(written).not.toHaveProperty([key]);
    }
  });

  test("is in the subnets that are named", () => {
    expect(annotations({ subnets: ["subnet-0123456789abcdef0", "public b"] }).subnets).toBe(
      "subnet-0123456789abcdef0,public b",
    );
  });

  test("is shared with a group's other Ingresses, first by order 0", () => {
    expect(annotations({ group: { name: "shared.edge" } })).toMatchObject({
      "group.name": "shared.edge",
      "group.order": "0",
    });
    expect(annotations({ group: { name: "shared.edge", order: -1000 } })["group.order"]).toBe("-1000");
  });

  test("is waited for anew when the group is another, which has another load balancer", () => {
    const triggers = (change: Partial<AlbL7IngressProps>) => only(ingress(change).json, "time_sleep").triggers;
    expect(triggers({ group: { name: "shared" } })).toMatchObject({ group: "shared" });
    expect(triggers({})).not.toHaveProperty("group");
  });

  test("has the name that it is given", () => {
    expect(annotations({ loadBalancerName: "milvus-edge" })["load-balancer-name"]).toBe("milvus-edge");
  });

  test.each<[string, Partial<AlbL7IngressProps>, string]>([
    [
      "one subnet",
      { subnets: ["subnet-0123456789abcdef0"] },
      'subnets: given ["subnet-0123456789abcdef0"], allowed at least two, in different availability zones, do add one of ' +
        "another zone, or leave subnets out: the controller finds those that are tagged for it",
    ],
    [
      "what is no subnet",
      { subnets: ["subnet-0123456789abcdef0", "subnet-b"] },
      'subnets[1]: given "subnet-b", allowed the id of a subnet, subnet- and hex digits, or its Name tag, with no comma, ' +
        "do write it as 'aws ec2 describe-subnets' prints it",
    ],
    [
      "a group's name in upper case",
      { group: { name: "Shared" } },
      "group.name: given \"Shared\", allowed the name of an IngressGroup: lower-case letters, digits, '-' and '.', at most " +
        "63 characters, with a letter or digit at each end, do correct it",
    ],
    [
      "an order that is out of range",
      { group: { name: "shared", order: 1001 } },
      "group.order: given 1001, allowed a whole number from -1000 to 1000, do write a number in that range",
    ],
    [
      "a load balancer's name that is too long",
      { loadBalancerName: "x".repeat(33) },
      `loadBalancerName: given "${"x".repeat(33)}", allowed a load balancer's name: letters, digits and '-', at most 32 ` +
        "characters, with no '-' at either end and no internal- before it, do leave it out for a name of the controller's",
    ],
    [
      "a load balancer's name that AWS keeps for itself",
      { loadBalancerName: "internal-milvus" },
      "loadBalancerName: given \"internal-milvus\", allowed a load balancer's name: letters, digits and '-', at most 32 " +
        "characters, with no '-' at either end and no internal- before it, do leave it out for a name of the controller's",
    ],
  ])("is refused: %s", (_, change, expected) => {
    isRefused(change, expected);
  });
});

describe("tags", () => {
  test("are those of the user's, beside the controller's own", () => {
    expect(annotations({ tags: { team: "search co", "cost:center": "a=b" } }).tags).toBe(
      "team=search co,cost:center=a=b",
    );
    expect(annotations({ tags: {} }).tags).toBe("");
  });

  test.each<[string, Record<string, string>, string]>([
    [
      "a key that AWS keeps for itself",
      { "aws:owner": "us" },
      'tags["aws:owner"]: given "aws:owner", allowed under a key of at most 128 letters, digits, spaces and \'+-._:/@\', that ' +
        "AWS and the controller don't keep for themselves, do rename it",
    ],
    [
      "a key by which the controller finds what it has made",
      { "ingress.k8s.aws/stack": "ours" },
      'tags["ingress.k8s.aws/stack"]: given "ingress.k8s.aws/stack", allowed under a key of at most 128 letters, digits, ' +
        "spaces and '+-._:/@', that AWS and the controller don't keep for themselves, do rename it",
    ],
    [
      "a key that cdktf would lose",
      { ["__proto__"]: "ours" },
      "tags.__proto__: given \"__proto__\", allowed under a key of at most 128 letters, digits, spaces and '+-._:/@', that AWS " +
        "and the controller don't keep for themselves, do rename it",
    ],
    [
      "a value with a comma, which would begin another tag",
      { team: "search,scheme=internal" },
      "tags.team: given \"search,scheme=internal\", allowed at most 256 letters, digits, spaces and '+-=._:/@', with no " +
        "space at either end, do correct it, and put it in quotes",
    ],
  ])("are refused: %s", (_, tags, expected) => {
    isRefused({ tags }, expected);
  });

  test("are refused where there are more than AWS takes", () => {
    isRefused(
      { tags: Object.fromEntries(Array.from({ length: 48 }, (_, index) => [`tag${index}`, "x"])) },
      "tags: given 48, allowed at most 47: AWS takes 50, and the controller adds its own, do remove some",
    );
  });
});

test("end to end, TLS is spoken to pods that do", () => {
  expect(annotations({ milvus: milvusOf(REF, { tlsInPod: true }) })).toMatchObject({
    "backend-protocol": "HTTPS",
    "healthcheck-protocol": "HTTPS",
  });
});
