import { Fn, Token } from "cdktf";
import * as aws from "../aws/support";
import * as gke from "../gke/support";

/** The halves of the internet. */
const HALVES = ["0.0.0.0/1", "128.0.0.0/1"];

const warningsOf = (cloud: typeof aws | typeof gke, change: object) =>
  cloud.ingress(change).construct.node.metadata.map(({ data }) => String(data));
const paths = (cloud: typeof aws | typeof gke, change: object) =>
  cloud.problems(change).map((problem) => problem.split(":")[0]);

describe.each([
  ["GKE", gke],
  ["EKS", aws],
] as const)("a public load balancer on %s", (_, cloud) => {
  const refused = (inboundCidrs: readonly string[], more: object = {}) => paths(cloud, { inboundCidrs, ...more });
  const warnings = (inboundCidrs: readonly string[], more: object = {}) => warningsOf(cloud, { inboundCidrs, ...more });

  test.each([
    ["two halves of the internet", HALVES],
    ["four quarters", ["0.0.0.0/2", "64.0.0.0/2", "128.0.0.0/2", "192.0.0.0/2"]],
    ["a fourth of the internet", ["64.0.0.0/2"]],
    ["the halves of IPv6, beside a network of IPv4", ["198.51.100.0/24", "::/1", "8000::/1"]],
    ["a network and the whole internet", ["198.51.100.0/24", "0.0.0.0/0"]],
  ])("refuses %s as it refuses no list", (_, ranges) => {
    expect(refused(ranges)).toEqual(["inboundCidrs"]);
    expect(refused(ranges, { authorizationEnabled: true })).toEqual([]);
    expect(refused(ranges, { acceptPublicUnauthenticated: true })).toEqual([]);
  });

  test("says of a list that is none what it adds up to", () => {
    expect(cloud.problems({ inboundCidrs: HALVES })).toEqual([
      "inboundCidrs: given ranges that add up to more than a /4 of the public IPv4 addresses, which is no allow-list, allowed " +
        "the networks of the clients, unless authorizationEnabled: true states that Milvus asks for a password, or " +
        "acceptPublicUnauthenticated: true that everybody may read and drop every collection, do list the networks that " +
        "clients connect from",
    ]);
  });

  test("warns of more than a /8, but not of what is not on the internet, nor where a password is asked for", () => {
    expect(warnings(["8.0.0.0/7"])).toEqual([
      "inboundCidrs lets in more than a /8 of the public IPv4 addresses. List only the networks that your clients connect " +
        "from, or set authorizationEnabled: true if Milvus asks for a password.",
    ]);
    expect(warnings(["8.0.0.0/7"], { authorizationEnabled: true })).toEqual([]);
    expect(warnings(["8.0.0.0/8"])).toEqual([]);
    expect(warnings(["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16"])).toEqual([]);
  });

  test("refuses a list of the other address family alone, and warns of single ranges of it", () => {
    expect(refused(["2a00:1450::/32", "2001:db8::/32"])).toEqual(["inboundCidrs"]);
    expect(warnings(["198.51.100.0/24", "2001:db8::/32"])).toEqual([
      "1 of the 2 ranges in inboundCidrs have no effect (the first is 2001:db8::/32): clients reach this load balancer by " +
        "IPv4 only. Remove these ranges.",
    ]);
  });

  test("says nothing of values that only Terraform knows", () => {
    const token = Token.asString(Fn.cidrsubnet("10.0.0.0/8", 8, 2));
    expect(refused([token])).toEqual([]);
    expect(refused([token, "2001:db8::/32"])).toEqual([]);
    expect(warnings([token])).toEqual([]);
  });
});

describe("on EKS", () => {
  test("IPv6 counts by the address type", () => {
    const change = { inboundCidrs: ["198.51.100.0/24", "2a00:1450::/32"] };
    expect(warningsOf(aws, { ...change, ipAddressType: "dualstack" })).toEqual([]);
    expect(warningsOf(aws, { ...change, ipAddressType: "dualstack-without-public-ipv4" })).toEqual([
      expect.stringMatching(/the first is 198\.51\.100\.0\/24\): clients reach this load balancer by IPv6 only\./),
    ]);
    const ipv4 = { inboundCidrs: ["198.51.100.0/24"], ipAddressType: "dualstack-without-public-ipv4" };
    expect(aws.problems(ipv4 as object)).toEqual([
      'inboundCidrs: given ["198.51.100.0/24"], allowed at least one IPv6 range: clients reach this load balancer by IPv6 only, ' +
        "do list the IPv6 addresses that clients connect from",
    ]);
  });

  test("an internal load balancer may let in every address, and is warned of nothing", () => {
    const change = { scheme: "internal", inboundCidrs: HALVES };
    expect(paths(aws, change)).toEqual([]);
    expect(warningsOf(aws, change)).toEqual([]);
  });

  test("what else restricts clients is as good as a statement", () => {
    const trustStore = "arn:aws:elasticloadbalancing:us-east-2:123456789012:truststore/clients/73e2d6bc24d8a067";
    const change = { inboundCidrs: ["8.0.0.0/7"], mutualTls: { kind: "existing", trustStore } };
    expect(warningsOf(aws, change)).toEqual([]);
  });
});

describe("on GKE", () => {
  test("an existing address may be an IPv6 one", () => {
    const change = { inboundCidrs: ["2a00:1450::/32"], address: { kind: "existing", name: "edge" } };
    expect(paths(gke, change)).toEqual([]);
    expect(warningsOf(gke, change)).toEqual([]);
  });
});
