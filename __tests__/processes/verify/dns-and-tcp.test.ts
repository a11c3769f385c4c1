import { closedPort, endOf, HOST, hopOf, LOCAL, lastOf, Servers, walkTo } from "./support";

const servers = new Servers();
afterAll(() => servers.close());

const BALANCER = "203.0.113.9";
const dns = (address: string | undefined, names: Record<string, string[]>, goByAddress = false) =>
  walkTo({ address, goByAddress }, { names, until: "dns" });

describe("the hop dns", () => {
  test("passes where the name leads to the load balancer", async () => {
    const walked = await dns(BALANCER, { [HOST]: [BALANCER], [BALANCER]: [BALANCER] });
    expect(lastOf(walked)).toEqual({
      hop: "dns",
      status: "passed",
      seen: "milvus.example.com is 203.0.113.9, the load balancer's",
    });
  });

  test("passes where nothing is known of the load balancer, and the name is there", async () => {
    const walked = await dns(undefined, { [HOST]: ["192.0.2.1", "2001:db8::1"] });
    expect(lastOf(walked).seen).toBe("milvus.example.com is 192.0.2.1, 2001:db8::1");
    expect(walked.passed).toBe(true);
  });

  test("fails where there is no such name", async () => {
    const walked = await dns(undefined, {});
    expect([endOf(walked), lastOf(walked).seen]).toEqual([
      "dns failed: dns-unknown",
      "milvus.example.com does not resolve (ENOTFOUND)",
    ]);
  });

  test("fails where the name leads elsewhere, and names both", async () => {
    const walked = await dns(BALANCER, { [HOST]: ["192.0.2.1"], [BALANCER]: [BALANCER] });
    expect([endOf(walked), lastOf(walked).seen]).toEqual([
      "dns failed: dns-elsewhere",
      "milvus.example.com is 192.0.2.1; the load balancer is at 203.0.113.9",
    ]);
  });

  test("fails where one of the name's addresses is somebody else's", async () => {
    const walked = await dns(BALANCER, { [HOST]: [BALANCER, "2001:db8::1"], [BALANCER]: [BALANCER] });
    expect(endOf(walked)).toBe("dns failed: dns-elsewhere");
  });

  test("compares the addresses of a load balancer that has a name, of which it may know some only", async () => {
    const alb = "my-alb.us-east-2.elb.amazonaws.com";
    const there = await dns(alb, { [HOST]: ["192.0.2.2", "192.0.2.3"], [alb]: ["192.0.2.1", "192.0.2.2"] });
    expect(endOf(there)).toBe("dns passed");
    const elsewhere = await dns(alb, { [HOST]: ["192.0.2.9"], [alb]: ["192.0.2.1"] });
    expect([endOf(elsewhere), lastOf(elsewhere).seen]).toEqual([
      "dns failed: dns-elsewhere",
      `milvus.example.com is 192.0.2.9; the load balancer is at ${alb} (192.0.2.1)`,
    ]);
    const gone = await dns(alb, { [HOST]: ["192.0.2.9"] }, true);
    expect([endOf(gone), lastOf(gone).seen]).toEqual([
      "dns failed: dns-unknown",
      `the load balancer's name ${alb} does not resolve (ENOTFOUND)`,
    ]);
  });

  test.each([
    ["dns-unknown", []],
    ["dns-elsewhere", ["192.0.2.1"]],
  ])("warns of %s where the user named the address, and the walk goes on by that", async (cause, addresses) => {
    const port = await servers.tcp(() => {});
    const walked = await walkTo(
      { address: LOCAL, goByAddress: true, port },
      { names: { [HOST]: addresses, [LOCAL]: [LOCAL] }, until: "tcp" },
    );
    expect(hopOf(walked, "dns")).toMatchObject({ status: "warned", cause });
    expect([walked.passed, walked.address]).toEqual([true, LOCAL]);
  });

  test("takes every way to say this machine for the same", async () => {
    expect(endOf(await dns(LOCAL, { [HOST]: ["::1"], [LOCAL]: [LOCAL] }))).toBe("dns passed");
  });
});

describe("the hop tcp", () => {
  test("goes on by the address that answers", async () => {
    const port = await servers.tcp(() => {});
    const walked = await walkTo({ port }, { names: { [HOST]: ["127.0.0.2", LOCAL, "::1"] }, until: "tcp" });
    expect([endOf(walked), walked.address]).toEqual(["tcp passed", LOCAL]);
  });

  test("says where the connection is refused", async () => {
    const port = await closedPort();
    const walked = await walkTo({ port });
    expect([endOf(walked), lastOf(walked).seen, walked.timedOut]).toEqual([
      "tcp failed: tcp-refused",
      `127.0.0.1:${port}: ECONNREFUSED`,
      false,
    ]);
  });

  test("says where there is no way to the address", async () => {
    const walked = await walkTo({ port: 443 }, { names: { [HOST]: ["255.255.255.255"] } });
    expect(endOf(walked)).toBe("tcp failed: tcp-unreachable");
  });

  test("leaves the rest as not reached", async () => {
    const { hops } = await walkTo({ port: await closedPort() }, { until: "exposure" });
    expect(hops.map(({ hop, status, seen }) => `${hop} ${status}${status === "skipped" ? ` ${seen}` : ""}`)).toEqual([
      "dns passed",
      "tcp failed",
      "tls skipped not reached",
      "alpn skipped not reached",
      "grpc skipped not reached",
      "milvus skipped not reached",
      "exposure skipped not reached",
    ]);
  });
});
