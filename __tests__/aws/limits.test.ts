import type { AlbL7IngressProps } from "../../constructs/aws";
import { ARN, ingress, isRefused, problems } from "./support";

const warnings = (change: Partial<AlbL7IngressProps>) =>
  ingress(change).construct.node.metadata.map(({ data }) => String(data));
const ranges = (count: number) => Array.from({ length: count }, (_, index) => `9.${index >> 8}.${index & 255}.0/24`);
const ipv6 = (count: number) => Array.from({ length: count }, (_, index) => `2a00:${(index + 1).toString(16)}::/32`);
const hosts = (count: number) => Array.from({ length: count }, (_, index) => `milvus-${index}.example.com`);

describe("rules of the security group", () => {
  test("are warned of beyond AWS' default, once and with the way out", () => {
    expect(warnings({ inboundCidrs: ranges(60) })).toEqual([]);
    expect(warnings({ inboundCidrs: ranges(70) })).toEqual([
      "inboundCidrs takes 70 IPv4 rules of the load balancer's security group, one for each range and port. AWS allows 60 by " +
        "default. Above the quota the controller fails with RulesPerSecurityGroupLimitExceeded, and clients are cut off. Merge " +
        "neighbouring ranges, raise the quota 'Inbound or outbound rules per security group', or set securityGroups to several " +
        "groups of your own. A prefix list counts as its maximum number of entries.",
    ]);
  });

  test("are as many for port 80", () => {
    expect(warnings({ inboundCidrs: ranges(30), httpsRedirect: true })).toEqual([]);
    expect(warnings({ inboundCidrs: ranges(31), httpsRedirect: true })).toEqual([
      expect.stringContaining("takes 62 IPv4 rules"),
    ]);
  });

  test("are counted for each address family, and for those that the load balancer has", () => {
    const both = [...ranges(60), ...ipv6(60)];
    expect(warnings({ inboundCidrs: both, ipAddressType: "dualstack" })).toEqual([]);
    expect(warnings({ inboundCidrs: [...ranges(1), ...ipv6(61)], ipAddressType: "dualstack" })).toEqual([
      expect.stringContaining("takes 61 IPv6 rules"),
    ]);
    expect(warnings({ inboundCidrs: [...ranges(1), ...ipv6(61)] }).join()).not.toContain("IPv6 rules");
  });

  test("count for an internal load balancer, too", () => {
    expect(warnings({ inboundCidrs: ranges(61), scheme: "internal" })).toHaveLength(1);
  });

  test("are refused beyond what AWS ever allows", () => {
    expect(problems({ inboundCidrs: ranges(1000) })).toEqual([]);
    isRefused(
      { inboundCidrs: ranges(501), httpsRedirect: true },
      "inboundCidrs: given 1002 IPv4 rules of a security group, one for each range and port, allowed at most 1000 for each " +
        "address family, however far the quota is raised, do merge neighbouring ranges, or set securityGroups to several " +
        "groups of your own",
    );
  });
});

describe("listener rules", () => {
  test("are warned of beyond AWS' default: one for each host and path", () => {
    expect(warnings({ hosts: hosts(33) })).toEqual([]);
    expect(warnings({ hosts: hosts(34) })).toEqual([
      "34 hosts take 102 listener rules of the load balancer, 3 each. AWS allows 100 by default. Above the quota the controller " +
        "serves some of the hosts only. Raise the quota 'Rules per Application Load Balancer', or give some of the hosts a load " +
        "balancer of their own.",
    ]);
    expect(warnings({ hosts: hosts(34), denyUnauthorizedStreams: false })).toEqual([]);
  });

  test.each<[Partial<AlbL7IngressProps>, number]>([
    [{}, 3],
    [{ rest: true }, 5],
    [{ rest: true, denyUnauthorizedStreams: false }, 3],
  ])("of a host with %j are the paths that the Ingress has", (change, count) => {
    const { rules } = ingress({ hosts: hosts(101), ...change }).manifest.spec;
    expect(rules[0].http.paths).toHaveLength(count);
    expect(warnings({ hosts: hosts(101), ...change })).toEqual([expect.stringContaining(`, ${count} each.`)]);
  });

  test("are not all of a group's", () => {
    expect(warnings({ hosts: hosts(34), group: { name: "shared" } })).toEqual([
      expect.stringContaining("3 each, beside those of the group's other Ingresses."),
    ]);
  });
});

test("certificates beside the first are warned of beyond AWS' default", () => {
  const certificates = (count: number) =>
    Array.from({ length: count }, (_, index) => ARN.replace("0a1b2c3d", `0a1b2c${index}`));
  expect(warnings({ additionalCertificates: certificates(25) })).toEqual([]);
  expect(warnings({ additionalCertificates: certificates(26) })).toEqual([
    "additionalCertificates has 26 certificates. AWS allows 25 beside the first by default. Raise the quota 'Certificates per " +
      "Application Load Balancer', or use certificates with several names.",
  ]);
});
