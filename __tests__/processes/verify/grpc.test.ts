import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http2";
import { endOf, type Identity, identity, lastOf, Servers, walkTo } from "./support";

const servers = new Servers();
let own: Identity;
beforeAll(async () => {
  own = await identity();
});
afterAll(() => servers.close());

const GRPC = { ":status": 200, "content-type": "application/grpc" };

const MANY_HEADERS = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`h${index}`, "x".repeat(100)]));

const answered = async (headers: OutgoingHttpHeaders, body?: string, trailers?: OutgoingHttpHeaders) => {
  const port = await servers.answering(own, headers, body, trailers);
  return walkTo({ port, authorities: own.cert });
};

const after = async (bytes: Buffer | string) => {
  const port = await servers.tls(own, (socket) => socket.write(bytes));
  return walkTo({ port, authorities: own.cert });
};

describe("the hop grpc", () => {
  test("asks as a gRPC client does, for the host, without a token", async () => {
    let asked: IncomingHttpHeaders = {};
    const port = await servers.http2(own, (stream, headers) => {
      asked = headers;
      stream.respond({ ...GRPC, "grpc-status": "0" }, { endStream: true });
    });
    await walkTo({ port, authorities: own.cert, token: "root:Milvus" });
    expect(asked).toMatchObject({
      ":method": "POST",
      ":path": "/grpc.health.v1.Health/Check",
      ":authority": `milvus.example.com:${port}`,
      "content-type": "application/grpc",
      te: "trailers",
    });
    expect(asked.authorization).toBeUndefined();
  });

  test.each([
    ["0", "gRPC answers a health check"],
    ["16", "gRPC answers, and asks for a token"],
    ["12", "gRPC answers, and has no health check"],
  ])("passes with gRPC status %s, in the headers or after the body", async (status, seen) => {
    for (const walked of [
      await answered({ ...GRPC, "grpc-status": status }),
      await answered(GRPC, "", { "grpc-status": status }),
    ]) {
      expect([endOf(walked), lastOf(walked).seen]).toEqual(["grpc passed", seen]);
    }
  });

  test.each([
    ["14", "no%20healthy%20upstream", "grpc-unavailable", "gRPC status 14 (UNAVAILABLE): no healthy upstream"],
    ["8", "", "grpc-other", "gRPC status 8 (RESOURCE_EXHAUSTED)"],
    ["77", "%zz", "grpc-other", "gRPC status 77: %zz"],
    [
      "2",
      "Milvus Proxy is not ready yet",
      "milvus-unhealthy",
      "gRPC status 2 (UNKNOWN): Milvus Proxy is not ready yet",
    ],
  ])("fails with gRPC status %s", async (status, message, cause, seen) => {
    const walked = await answered({ ...GRPC, "grpc-status": status, "grpc-message": message });
    expect([endOf(walked), lastOf(walked).seen]).toEqual([`grpc failed: ${cause}`, seen]);
  });

  test.each([
    [403, "forbidden"],
    [404, "wrong-host"],
    [415, "payload"],
    [301, "payload"],
    [200, "payload"],
    [464, "http1-request-to-grpc"],
    [502, "bad-gateway"],
    [503, "no-backend"],
    [504, "gateway-timeout"],
  ])("fails with a page of HTTP %i", async (status, cause) => {
    const walked = await answered({ ":status": status, "content-type": "text/html" }, "<h1>Sorry</h1>\n");
    expect([endOf(walked), lastOf(walked).seen]).toEqual([
      `grpc failed: ${cause}`,
      `HTTP ${status}, content-type text/html: <h1>Sorry</h1>`,
    ]);
  });

  test("shows the title of a page that has one", async () => {
    const page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body></body></html>";
    const walked = await answered({ ":status": 502, "content-type": "text/html" }, page);
    expect(lastOf(walked).seen).toBe("HTTP 502, content-type text/html: 502 Bad Gateway");
  });

  test("believes a proxy's 502 more than the gRPC status that it adds", async () => {
    expect(endOf(await answered({ ...GRPC, ":status": 502, "grpc-status": "14" }))).toBe("grpc failed: bad-gateway");
  });

  test("tells the 404 of Milvus' REST server from others", async () => {
    const page = "404 page not found";
    expect(endOf(await answered({ ":status": 404, "content-type": "text/plain" }, page))).toBe(
      "grpc failed: spoke-http1-to-milvus",
    );
    const types = [
      ["text/plain; charset=utf-8", `${page}\n`],
      ["text/plain", "default backend - 404"],
    ];
    for (const [type, body] of types) {
      expect(endOf(await answered({ ":status": 404, "content-type": type }, body))).toBe("grpc failed: wrong-host");
    }
  });

  test("takes a 404 with a gRPC status for a gRPC server's", async () => {
    expect(endOf(await answered({ ...GRPC, ":status": 404, "grpc-status": "12" }))).toBe("grpc passed");
  });

  test("says that gRPC without a status is none", async () => {
    expect(endOf(await answered(GRPC, "x"))).toBe("grpc failed: grpc-other");
  });

  test("prints nothing that moves a terminal, nor much of a page", async () => {
    const walked = await answered({ ":status": 502, "content-type": "text/html" }, `\x1b[2J\x07${"x".repeat(9999)}`);
    expect(lastOf(walked).seen).toMatch(/^HTTP 502, content-type text\/html: \[2J x{10,140}…$/);
  });

  test("needn't read a page to its end", async () => {
    const port = await servers.http2(own, (stream) => {
      stream.respond({ ":status": 503 });
      const more = () => {
        while (!stream.destroyed && stream.write(Buffer.alloc(16384, "x"))) {}
      };
      stream.on("drain", more);
      more();
    });
    expect(endOf(await walkTo({ port, authorities: own.cert }))).toBe("grpc failed: no-backend");
  });

  test.each([
    ["bytes of another protocol", Buffer.concat([Buffer.from("SSH-2.0-OpenSSH_9.2"), Buffer.alloc(5000, 0xa5)])],
    ["HTTP/1", "HTTP/1.1 400 Bad Request\r\n\r\n"],
    ["a frame that is too long", Buffer.from("ffffff000000000001", "hex")],
  ])("takes %s after the handshake for garbage", async (_, bytes) => {
    expect(endOf(await after(bytes))).toBe("grpc failed: garbage");
  });

  test.each([
    ["headers beyond measure", (stream: any) => stream.respond({ ...GRPC, ...MANY_HEADERS }, { endStream: true })],
    ["a reset stream", (stream: any) => stream.close(2)],
    ["a refused stream", (stream: any) => stream.close(7)],
    ["the end of the session", (stream: any) => stream.session.goaway(11)],
  ])("fails with %s", async (_, act) => {
    const port = await servers.http2(own, act);
    const walked = await walkTo({ port, authorities: own.cert });
    expect(endOf(walked)).toMatch(/^grpc failed: (grpc-unavailable|garbage)$/);
    expect(lastOf(walked).seen).not.toBe("");
  });

  test("fails where the connection ends without an answer", async () => {
    const port = await servers.tls(own, (socket) => socket.once("data", () => socket.destroy()));
    expect(endOf(await walkTo({ port, authorities: own.cert }))).toBe("grpc failed: grpc-unavailable");
  });
});
