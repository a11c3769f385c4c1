import { createServer as createHttp1Server } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import type { AddressInfo, Server } from "node:net";
import type { TlsOptions } from "node:tls";
import { DAY, issue } from "../../config/issue";
import { endOf, HOST, hopOf, type Identity, identity, lastOf, Servers, walkTo } from "./support";

const servers = new Servers();
let own: Identity;
beforeAll(async () => {
  own = await identity();
});
afterAll(() => servers.close());

const tls = async (options: TlsOptions, authorities?: string) =>
  walkTo({ port: await servers.tls({ ...own, ...options }), authorities: authorities ?? own.cert }, { until: "alpn" });

const shown = (date: Date) => date.toISOString().slice(0, 10);

describe("the hop tls", () => {
  test("passes with the certificate's authority, and shows what it saw", async () => {
    const walked = await tls({});
    expect(hopOf(walked, "tls")).toEqual({
      hop: "tls",
      status: "passed",
      seen: expect.stringMatching(/^TLSv1\.3, certificate of milvus\.example\.com, valid until \d{4}-\d\d-\d\d$/),
    });
    expect(walked.passed).toBe(true);
  });

  test("takes a chain up to the authority", async () => {
    const issuer = await issue({ commonName: "authority", authority: true });
    const leaf = await identity({ issuer });
    const walked = await tls({ ...leaf, cert: leaf.cert + issuer.pem }, issuer.pem);
    expect(hopOf(walked, "tls")?.seen).toContain("certificate of milvus.example.com by authority");
    expect(walked.passed).toBe(true);
  });

  test("doesn't trust what clients weren't given", async () => {
    const walked = await walkTo({ port: await servers.tls({ ...own }) });
    expect([endOf(walked), lastOf(walked).seen]).toEqual([
      "tls failed: tls-untrusted",
      "certificate of milvus.example.com: DEPTH_ZERO_SELF_SIGNED_CERT",
    ]);
    expect(endOf(await tls({}, (await identity()).cert))).toBe("tls failed: tls-untrusted");
  });

  test("sees a certificate of another name, even one that it doesn't trust", async () => {
    const other = await identity({ hosts: ["other.example.com", "*.example.org"] });
    for (const authorities of [other.cert, own.cert]) {
      const walked = await tls(other, authorities);
      expect([endOf(walked), lastOf(walked).seen]).toEqual([
        "tls failed: tls-wrong-name",
        "certificate of other.example.com is for other.example.com, *.example.org, not for milvus.example.com",
      ]);
    }
  });

  test("warns of one with a common name alone, and of all that there is to warn of", async () => {
    const bare = await identity({ hosts: [], commonName: HOST, notAfter: new Date(Date.now() + DAY) });
    const walked = await tls(bare, bare.cert);
    expect([walked.passed, hopOf(walked, "tls")]).toMatchObject([
      true,
      { cause: "certificate-expires-soon", more: [{ cause: "certificate-common-name" }] },
    ]);
  });

  test("sees one that has ended, and one that hasn't begun", async () => {
    const [before, yesterday, tomorrow] = [-9, -1, 1].map((days) => new Date(Date.now() + days * DAY)) as [
      Date,
      Date,
      Date,
    ];
    const ended = await identity({ notBefore: before, notAfter: yesterday });
    const endedWalk = await tls(ended, ended.cert);
    expect([endOf(endedWalk), lastOf(endedWalk).seen]).toEqual([
      "tls failed: tls-expired",
      `certificate of milvus.example.com ended on ${shown(yesterday)}`,
    ]);
    const early = await identity({ notBefore: tomorrow });
    const earlyWalk = await tls(early, early.cert);
    expect([endOf(earlyWalk), lastOf(earlyWalk).seen]).toEqual([
      "tls failed: tls-expired",
      `certificate of milvus.example.com begins on ${shown(tomorrow)}`,
    ]);
  });

  test("sees an authority that has ended", async () => {
    const notAfter = new Date(Date.now() - DAY);
    const issuer = await issue({ commonName: "authority", authority: true, notBefore: new Date(0), notAfter });
    const walked = await tls(await identity({ issuer }), issuer.pem);
    expect([endOf(walked), lastOf(walked).seen]).toEqual([
      "tls failed: tls-expired",
      "a certificate above certificate of milvus.example.com by authority has ended",
    ]);
  });

  test("warns of one that has less than 30 days, and lets the client through", async () => {
    const soon = await identity({ notAfter: new Date(Date.now() + 29 * DAY) });
    const walked = await tls(soon, soon.cert);
    expect([walked.passed, hopOf(walked, "tls")]).toMatchObject([
      true,
      {
        status: "warned",
        cause: "certificate-expires-soon",
        seen: expect.stringMatching(/, valid until \d{4}-\d\d-\d\d: 28 days left$/),
      },
    ]);
    const later = await identity({ notAfter: new Date(Date.now() + 31 * DAY) });
    expect(hopOf(await tls(later, later.cert), "tls")?.status).toBe("passed");
  });

  test.each([
    [26, "1 day left"],
    [2, "less than a day left"],
  ])("says how long one of %i hours still lives", async (hours, left) => {
    const soon = await identity({ notAfter: new Date(Date.now() + hours * 60 * 60 * 1000) });
    expect(hopOf(await tls(soon, soon.cert), "tls")?.seen).toContain(`: ${left}`);
  });

  test("sees a server that has TLS 1.1 only", async () => {
    const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "ALL:@SECLEVEL=0" } as const;
    const rsa = await identity({ key: "RSA 2048" });
    expect(endOf(await tls({ ...rsa, ...old }, rsa.cert))).toBe("tls failed: tls-old-version");
  });

  test("sees a server without a certificate yet", async () => {
    expect(endOf(await tls({ cert: undefined, key: undefined }))).toBe("tls failed: tls-not-ready");
  });

  test.each([
    ["resets the connection", (socket: any) => socket.once("data", () => socket.resetAndDestroy())],
    ["ends the connection", (socket: any) => socket.once("data", () => socket.end())],
    ["ends it at once", (socket: any) => socket.end()],
  ])("takes a server that %s for one that isn't ready", async (_, act) => {
    const walked = await walkTo({ port: await servers.tcp(act) });
    expect(endOf(walked)).toBe("tls failed: tls-not-ready");
  });

  test.each([
    ["HTTP/1", () => createHttp1Server()],
    ["HTTP/2", () => createHttp2Server()],
  ])("sees %s in plaintext", async (_, create) => {
    const server = create() as Server;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const walked = await walkTo({ port: (server.address() as AddressInfo).port });
    server.close();
    expect(endOf(walked)).toBe("tls failed: tls-plaintext-port");
  });

  test.each([1, 9, 100, 100_000])("takes %i bytes of something else for garbage", async (count) => {
    const port = await servers.tcp((socket) => {
      socket.end(Buffer.alloc(count, 0xa5));
    });
    expect(endOf(await walkTo({ port }))).toMatch(/^tls failed: (garbage|tls-not-ready)$/);
  });

  test("says that a client certificate is asked for", async () => {
    const options = { requestCert: true, rejectUnauthorized: true, ca: own.cert };
    const port = await servers.http2({ ...own, ...options }, (stream) => stream.respond({}));
    expect(endOf(await walkTo({ port, authorities: own.cert }))).toBe("grpc failed: tls-client-certificate");
  });
});

describe("the hop alpn", () => {
  test.each([
    ["http/1.1", { ALPNProtocols: ["http/1.1"] }, "the server chose http/1.1"],
    ["no protocol at all", { ALPNProtocols: undefined }, "the server chose no protocol"],
    ["none of a client's", { ALPNProtocols: ["other"] }, "the server chose no protocol"],
  ])("sees a server that has %s", async (_, options, seen) => {
    const walked = await tls(options);
    expect([endOf(walked), lastOf(walked).seen]).toEqual(["alpn failed: http1-only", seen]);
  });
});
