import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DAY, type Issued, issue } from "../config/issue";
import { describeUnless } from "../support/terraform";
import { HOST, type Identity, identity } from "./support/certificates";
import { startMilvusLite } from "./support/milvus";
import { grpc, type Listener, Nginx } from "./support/nginx";
import { freePort } from "./support/processes";
import { StrangeServers } from "./support/strange-servers";
import { whatIsMissing } from "./support/tools";
import { findings, local, verify } from "./support/verify";
import { Workspace } from "./support/workspace";

/** What stands between a client and Milvus, broken in one way each. */
interface Broken {
  readonly listener: (surroundings: Surroundings) => Listener;
  readonly found: string;
  readonly options?: readonly string[];
}

interface Surroundings {
  readonly milvus: number;
  readonly nothing: number;
  readonly silent: number;
  readonly otherGrpc: number;
  readonly unhealthy: number;
  readonly nonsense: number;
  readonly certificates: Record<"commonName" | "expired" | "tomorrow" | "otherName" | "expiresSoon", Identity>;
}

const answer =
  (status: number): Broken["listener"] =>
  () => ({ rules: `return ${status};` });

/** As proxies do that end a gRPC call themselves. */
const ended = (status: number): string =>
  `default_type application/grpc; add_header grpc-status ${status}; return 204;`;

const PROXIES = {
  "no server behind the proxy": {
    listener: ({ nothing }) => ({ rules: grpc(nothing) }),
    found: "grpc failed: bad-gateway",
  },
  "a server behind the proxy that never answers": {
    listener: ({ silent }) => ({ rules: grpc(silent, "grpc_read_timeout 1s;") }),
    found: "grpc failed: gateway-timeout",
  },
  "a proxy without a backend": { listener: answer(503), found: "grpc failed: no-backend" },
  "a proxy whose rules know no such host": { listener: answer(404), found: "grpc failed: wrong-host" },
  "a client that isn't on the allow-list": {
    listener: ({ milvus }) => ({ rules: grpc(milvus, "deny all;") }),
    found: "grpc failed: forbidden",
  },
  "an ALB that takes the request for HTTP/1": { listener: answer(464), found: "grpc failed: http1-request-to-grpc" },
  "a server that takes no gRPC": { listener: answer(415), found: "grpc failed: payload" },
  "a page instead of gRPC": {
    listener: () => ({ rules: 'location / { default_type text/html; return 200 "<h1>Welcome</h1>"; }' }),
    found: "grpc failed: payload",
  },
  "a proxy that ends calls with gRPC status 14": {
    listener: () => ({ rules: ended(14) }),
    found: "grpc failed: grpc-unavailable",
  },
  "a proxy that ends calls with gRPC status 8": {
    listener: () => ({ rules: ended(8) }),
    found: "grpc failed: grpc-other",
  },
  "a Milvus whose write is refused": {
    listener: ({ milvus }) => ({
      rules: `location ~ /Insert$ { ${ended(7)} } ${grpc(milvus)}`,
    }),
    found: "write-test failed: write-test-failed",
    options: ["--write-test"],
  },
  "a Milvus that isn't ready yet": {
    listener: () => ({ rules: `add_header grpc-message "Milvus Proxy is not ready yet"; ${ended(2)}` }),
    found: "grpc failed: milvus-unhealthy",
  },
  "a Milvus that isn't healthy": {
    listener: ({ unhealthy }) => ({ rules: grpc(unhealthy) }),
    found: "milvus failed: milvus-unhealthy",
  },
  "a Milvus whose answers can't be read": {
    listener: ({ nonsense }) => ({ rules: grpc(nonsense) }),
    found: "milvus failed: grpc-other",
  },
  "gRPC without a status": {
    listener: () => ({ rules: 'location / { default_type application/grpc; return 200 "what?"; }' }),
    found: "grpc failed: grpc-other",
  },
  "a gRPC server that is no Milvus": {
    listener: ({ otherGrpc }) => ({ rules: grpc(otherGrpc) }),
    found: "milvus failed: grpc-unimplemented",
  },
  "a listener with HTTP/1 alone": {
    listener: ({ milvus }) => ({ listen: "ssl", rules: grpc(milvus) }),
    found: "alpn failed: http1-only",
  },
  "a listener in plaintext": {
    listener: ({ milvus }) => ({ listen: "", rules: grpc(milvus) }),
    found: "tls failed: tls-plaintext-port",
  },
  "a listener in plaintext with HTTP/2": {
    listener: ({ milvus }) => ({ listen: "http2", rules: grpc(milvus) }),
    found: "tls failed: tls-plaintext-port",
  },
  "a listener without a certificate yet": {
    listener: () => ({ rules: "ssl_reject_handshake on;" }),
    found: "tls failed: tls-not-ready",
  },
  "a listener with TLS 1.1 at most": {
    listener: ({ milvus }) => ({
      rules: `ssl_protocols TLSv1 TLSv1.1; ssl_ciphers ALL:@SECLEVEL=0; ${grpc(milvus)}`,
    }),
    found: "tls failed: tls-old-version",
  },
  "an expired certificate": {
    listener: ({ milvus, certificates }) => ({ certificate: certificates.expired, rules: grpc(milvus) }),
    found: "tls failed: tls-expired",
  },
  "a certificate that begins tomorrow": {
    listener: ({ milvus, certificates }) => ({ certificate: certificates.tomorrow, rules: grpc(milvus) }),
    found: "tls failed: tls-expired",
  },
  "a certificate of another name": {
    listener: ({ milvus, certificates }) => ({ certificate: certificates.otherName, rules: grpc(milvus) }),
    found: "tls failed: tls-wrong-name",
  },
} satisfies Record<string, Broken>;

const missing = whatIsMissing();

describeUnless(missing.milvus, "a path that is broken in one place", () => {
  const workspace = new Workspace();
  const strange = workspace.keep(new StrangeServers());
  let authority: Issued;
  let own: Identity;
  let proxy: Nginx<keyof typeof PROXIES | "whole" | "expiresSoon" | "commonName">;

  beforeAll(async () => {
    authority = await issue({ commonName: "authority", authority: true });
    const issuer = authority;
    const at = (name: string, wanted: object) => identity(workspace.folder, name, { issuer, ...wanted });
    own = await at("proxy", {});
    const milvus = await startMilvusLite(workspace.folder);
    workspace.keep(milvus.server);
    const surroundings: Surroundings = {
      milvus: milvus.port,
      nothing: await freePort(),
      silent: await strange.silent(),
      otherGrpc: await strange.otherGrpc(),
      unhealthy: await strange.unhealthyMilvus(),
      nonsense: await strange.nonsenseMilvus(),
      certificates: {
        commonName: await at("common-name", { commonName: HOST, hosts: [] }),
        expired: await at("expired", {
          notBefore: new Date(Date.now() - 9 * DAY),
          notAfter: new Date(Date.now() - DAY),
        }),
        tomorrow: await at("tomorrow", { notBefore: new Date(Date.now() + DAY) }),
        otherName: await at("other-name", { hosts: ["other.example.com"] }),
        expiresSoon: await at("expires-soon", { notAfter: new Date(Date.now() + 9 * DAY) }),
      },
    };
    const broken = Object.entries(PROXIES).map(([name, { listener }]) => [name, listener(surroundings)]);
    const rules = grpc(milvus.port);
    proxy = workspace.keep(
      await Nginx.start(workspace.folder, own, {
        ...Object.fromEntries(broken),
        whole: { rules },
        expiresSoon: { rules, certificate: surroundings.certificates.expiresSoon },
        commonName: { rules, certificate: surroundings.certificates.commonName },
      }),
    );
    writeFileSync(ca(), authority.pem);
  });

  afterAll(() => workspace.remove());

  const ca = () => join(workspace.folder, "authority.crt");

  test("nothing is broken: every hop passes", async () => {
    expect(await verify(local(proxy.port("whole"), ca()))).toMatchObject({ passed: true, exit: 0 });
  });

  test.each(Object.entries<Broken>(PROXIES))("%s", async (name, { found, options = [] }) => {
    const verified = await verify([...local(proxy.port(name as keyof typeof PROXIES), ca()), ...options]);
    expect(findings(verified).filter((one) => one.includes("failed"))).toEqual([found]);
    expect(verified).toMatchObject({ passed: false, exit: 1, stderr: "" });
  });

  test("a failed hop says what it means and what to do next, and the rest is skipped", async () => {
    const { hops } = await verify([...local(proxy.port("no server behind the proxy"), ca()), "--cloud", "gcp"]);
    const at = hops.findIndex(({ status }) => status === "failed");
    expect(hops[at]).toMatchObject({ means: expect.stringMatching(/./), next: expect.stringMatching(/./) });
    expect(hops.slice(at + 1).map(({ status }) => status)).toEqual(["skipped", "skipped"]);
  });

  test("an authority that the client wasn't given", async () => {
    const verified = await verify(local(proxy.port("whole")));
    expect(findings(verified)).toEqual(["tls failed: tls-untrusted"]);
    expect(verified.exit).toBe(1);
  });

  test("a certificate that expires soon is warned of", async () => {
    const verified = await verify([...local(proxy.port("expiresSoon"), ca()), "--until", "tls"]);
    expect(findings(verified)).toEqual(["tls warned: certificate-expires-soon"]);
    expect(verified.exit).toBe(0);
  });

  test("a port that nothing listens on", async () => {
    const verified = await verify(local(await freePort()));
    expect(findings(verified)).toEqual(["tcp failed: tcp-refused"]);
    expect(verified.exit).toBe(1);
  });

  test("an address that no way leads to", async () => {
    // No connection to a broadcast address is begun, on whatever network.
    const verified = await verify(["--host", HOST, "--address", "255.255.255.255"]);
    expect(findings(verified)).toEqual(["dns warned: dns-elsewhere", "tcp failed: tcp-unreachable"]);
    expect(verified.exit).toBe(1);
  });

  test("a server that asks for a client certificate", async () => {
    const verified = await verify(local(await strange.mutualTls(own), ca()));
    expect(findings(verified)).toEqual(["grpc failed: tls-client-certificate"]);
    expect(verified.exit).toBe(1);
  });

  test("a certificate without subject alternative names is warned of", async () => {
    const verified = await verify([...local(proxy.port("commonName"), ca()), "--until", "tls"]);
    expect(findings(verified)).toEqual(["tls warned: certificate-common-name"]);
    expect(verified.exit).toBe(0);
  });

  test("a name that nobody knows", async () => {
    const verified = await verify(["--host", "milvus.invalid"]);
    expect(findings(verified)).toEqual(["dns failed: dns-unknown"]);
    expect(verified.exit).toBe(1);
  });

  test("a server that hangs up at the handshake", async () => {
    const verified = await verify(local(await strange.rude()));
    expect(findings(verified)).toEqual(["tls failed: tls-not-ready"]);
    expect(verified.exit).toBe(1);
  });

  test.each([
    ["random bytes", Buffer.concat([Buffer.from([0xff, 0xfe]), randomBytes(2000)])],
    ["lines of another protocol", Buffer.from("220 mail.example.com ESMTP\r\n")],
    ["a TLS record of nonsense", Buffer.concat([Buffer.from([0x16, 3, 3, 0, 32]), Buffer.alloc(32, 0xff)])],
  ])("garbage where TLS is expected: %s", async (_, bytes) => {
    const verified = await verify(local(await strange.garbage(bytes)));
    expect(findings(verified)).toEqual(["tls failed: garbage"]);
    expect(verified).toMatchObject({ exit: 1, stderr: "" });
  });

  test.each([
    ["random bytes", Buffer.concat([Buffer.from([0xff, 0xfe]), randomBytes(2000)])],
    ["words", Buffer.from("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")],
  ])("garbage where HTTP/2 is expected: %s", async (_, bytes) => {
    const verified = await verify(local(await strange.afterHandshake(own, bytes), ca()));
    expect(findings(verified)).toEqual(["grpc failed: garbage"]);
    expect(verified).toMatchObject({ exit: 1, stderr: "" });
  });
});
