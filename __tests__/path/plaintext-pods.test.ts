import { readFileSync } from "node:fs";
import { describeUnless } from "../support/terraform";
import { HOST, type Identity, identity } from "./support/certificates";
import { pymilvus, runSnippet } from "./support/client";
import { type Milvus, startMilvus } from "./support/milvus";
import { withNames } from "./support/names";
import { grpc, grpcs, Nginx } from "./support/nginx";
import { LOW_PORTS_ADDRESS, whatIsMissing } from "./support/tools";
import { findings, local, verify } from "./support/verify";
import { Workspace } from "./support/workspace";

const missing = whatIsMissing();

describeUnless(missing.milvus, "Milvus in plaintext, without authorization", () => {
  const host = "milvus.example.com";
  const workspace = new Workspace();
  let milvus: Milvus;
  let own: Identity;
  let proxy: Nginx<"grpc" | "grpcs" | "http1" | "hostRule" | "exposed">;

  beforeAll(async () => {
    own = await identity(workspace.folder, "proxy", { hosts: [HOST, host] });
    milvus = await startMilvus(workspace.folder, {});
    workspace.keep(milvus.server);
    await pymilvus(milvus.port, 'create_collection("kept", dimension=4)');
    const { port, adminPort } = milvus;
    const admin = (path: string) => `location ${path} { proxy_pass http://127.0.0.1:${adminPort}; }`;
    proxy = workspace.keep(
      await Nginx.start(workspace.folder, own, {
        grpc: { rules: grpc(port) },
        grpcs: { rules: grpcs(port) },
        http1: { rules: `location / { proxy_pass http://127.0.0.1:${port}; }` },
        hostRule: { host, rules: grpc(port) },
        exposed: { rules: [admin("/metrics"), admin("/webui/"), admin("/expr"), grpc(port)].join("\n") },
      }),
    );
  });

  afterAll(() => workspace.remove());

  const run = (name: Parameters<typeof proxy.port>[0], ...more: string[]) =>
    verify([...local(proxy.port(name), own.certificate), ...more]);

  test("gRPC in plaintext to the pods, as the ALB does, passes", async () => {
    const verified = await run("grpc");
    expect(verified).toMatchObject({ passed: true, exit: 0, host: "localhost", stderr: "" });
    expect(verified.hops.map(({ hop }) => hop)).toEqual(["dns", "tcp", "tls", "alpn", "grpc", "milvus", "exposure"]);
  });

  test("a Milvus that answers without a token, and one with a known hole, are warned of", async () => {
    const verified = await run("grpc");
    expect(findings(verified)).toEqual(["milvus warned: no-authorization", "milvus warned: known-hole"]);
    expect(JSON.stringify(verified)).toMatch(/2\.3\.5.*CVE-2025-64513/);
  });

  test("TLS to pods that are in plaintext is a bad gateway", async () => {
    const verified = await run("grpcs");
    expect(verified).toMatchObject({ passed: false, exit: 1 });
    expect(findings(verified)).toEqual(["grpc failed: bad-gateway"]);
  });

  test("a proxy that speaks HTTP/1 to Milvus is recognised by the answer of Milvus", async () => {
    const verified = await run("http1");
    expect(verified).toMatchObject({ passed: false, exit: 1 });
    expect(findings(verified)).toEqual(["grpc failed: spoke-http1-to-milvus"]);
  });

  describeUnless(missing.names, "with a name of its own", () => {
    const args = (...more: string[]) => ["--host", host, "--port", String(proxy.port("hostRule")), ...more];

    test("passes", async () => {
      const before = withNames(workspace.folder, { [host]: "127.0.0.1" });
      const verified = await verify(args("--ca", own.certificate), { before });
      expect(verified).toMatchObject({ passed: true, exit: 0, host, address: "127.0.0.1" });
    });

    test("that leads elsewhere is warned of, where the address is given", async () => {
      const before = withNames(workspace.folder, { [host]: "192.0.2.7" });
      const given = args("--ca", own.certificate, "--address", "127.0.0.1");
      const verified = await verify(given, { before });
      expect(findings(verified)[0]).toBe("dns warned: dns-elsewhere");
      expect(verified).toMatchObject({ passed: true, exit: 0 });
    });
  });

  test("a host that the proxy has no rule for is the wrong host", async () => {
    const verified = await run("hostRule");
    expect(verified).toMatchObject({ passed: false, exit: 1 });
    expect(findings(verified)).toEqual(["grpc failed: wrong-host"]);
  });

  test("Milvus itself, where TLS is expected, is a plaintext port", async () => {
    const verified = await verify(local(milvus.port, own.certificate));
    expect(verified).toMatchObject({ passed: false, exit: 1 });
    expect(findings(verified)).toEqual(["tls failed: tls-plaintext-port"]);
  });

  test("paths of port 9091 that the proxy doesn't serve pass", async () => {
    const { hops } = await run("grpc");
    expect(hops.at(-1)).toMatchObject({ hop: "exposure", status: "passed" });
  });

  test("paths of port 9091 that the proxy serves are warned of, and pass all the same", async () => {
    const verified = await run("exposed");
    expect(verified).toMatchObject({ passed: true, exit: 0 });
    expect(findings(verified)).toContain("exposure warned: port-9091-exposed");
  });

  test("the test that writes goes through, and leaves nothing behind", async () => {
    const verified = await run("grpc", "--write-test");
    expect(verified).toMatchObject({ passed: true, exit: 0 });
    expect(verified.hops.find(({ hop }) => hop === "write-test")).toMatchObject({ status: "passed" });
    expect(await pymilvus(milvus.port, "list_collections()")).toBe("['kept']\n");
  });

  // Each takes a second of a processor: the longer timeout is for machines with few of them.
  test("fifty at once all pass", async () => {
    const all = await Promise.all(Array.from({ length: 50 }, () => run("grpc", "--timeout", "2m")));
    expect(all.flatMap((one) => (one.exit === 0 ? [] : [one.exit, one.elapsedMs, ...findings(one)]))).toEqual([]);
  }, 240_000);

  describeUnless(missing.lowPorts, "the snippet of a stack", () => {
    const connection = { host, address: LOW_PORTS_ADDRESS, dns: false, authorizationEnabled: false };
    let certificatePem: string;

    beforeAll(async () => {
      certificatePem = readFileSync(own.certificate, "utf8");
      const listener = { address: `${LOW_PORTS_ADDRESS}:443`, host, rules: grpc(milvus.port) };
      workspace.keep(await Nginx.start(workspace.folder, own, { listener }));
    });

    test("without DNS, with a self-signed certificate", async () => {
      expect(await runSnippet({ ...connection, certificatePem })).toBe("['kept']\n");
    });

    describeUnless(missing.names, "with DNS", () => {
      let before: string[];

      beforeAll(() => {
        before = withNames(workspace.folder, { [host]: LOW_PORTS_ADDRESS });
      });

      test("with a self-signed certificate", async () => {
        expect(await runSnippet({ ...connection, dns: true, certificatePem }, { before })).toBe("['kept']\n");
      });

      test("with a certificate whose issuer the machine trusts", async () => {
        const env = { GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: own.certificate };
        expect(await runSnippet({ ...connection, dns: true }, { before, env })).toBe("['kept']\n");
      });
    });
  });
});
