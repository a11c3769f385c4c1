import { exposure } from "../../../verify/hops/exposure";
import type { Target } from "../../../verify/target";
import { FakeMilvus, type FakeMilvusOptions } from "./fake-milvus";
import { closedPort, endOf, hopOf, type Identity, identity, LOCAL, lastOf, Servers, target, walkTo } from "./support";

// Jest can't require what it is made of; only files of vectors need it.
jest.mock("@shanghaikid/parquetjs", () => ({}));

const TOKEN = "root:a-secret";
const NAME = /^milvus_l7_verify_[0-9a-f]{12}$/;

let own: Identity;
let fakes: FakeMilvus[] = [];
const servers = new Servers();
beforeAll(async () => {
  own = await identity();
});
afterEach(() => {
  for (const fake of fakes) {
    fake.close();
  }
  fakes = [];
});
afterAll(() => servers.close());

async function milvus(options: Partial<FakeMilvusOptions> = {}): Promise<FakeMilvus> {
  const fake = await FakeMilvus.start({ ...own, ...options });
  fakes.push(fake);
  return fake;
}

async function verify(
  options: Partial<FakeMilvusOptions>,
  { token, ...rest }: { token?: string; writeTest?: boolean; timeoutMs?: number; signal?: AbortSignal } = {},
) {
  const fake = await milvus(options);
  const walked = await walkTo(
    { port: fake.port, authorities: own.cert, token },
    { until: rest.writeTest ? "write-test" : "milvus", ...rest },
  );
  return { fake, walked, seen: lastOf(walked).seen };
}

describe("the hop milvus", () => {
  test("passes with the token that is asked for, and says the version", async () => {
    const { walked, seen, fake } = await verify({ token: TOKEN }, { token: TOKEN });
    expect([endOf(walked), seen]).toEqual(["milvus passed", "Milvus 2.6.15, healthy, takes the token"]);
    expect(fake.collections.size).toBe(0);
  });

  test("names the host, whatever address is dialled", async () => {
    const { fake } = await verify({});
    expect([...fake.authorities]).toEqual([`milvus.example.com:${fake.port}`]);
  });

  test("warns where no token is asked for, even of one who has a token", async () => {
    for (const token of [undefined, TOKEN]) {
      const { walked, seen } = await verify({}, { token });
      expect([endOf(walked), seen, walked.passed]).toEqual([
        "milvus warned: no-authorization",
        "Milvus 2.6.15, healthy, asks for no token",
        true,
      ]);
    }
  });

  test("fails without the token that is asked for", async () => {
    const { walked, seen } = await verify({ token: TOKEN });
    expect([endOf(walked), seen]).toEqual([
      "milvus failed: grpc-unauthenticated",
      "Milvus asks for a token, and there is none",
    ]);
  });

  test("fails with a wrong token, which it doesn't print though the server does", async () => {
    const { walked, seen } = await verify({ token: TOKEN }, { token: "root:wrong-one" });
    expect([endOf(walked), seen]).toEqual([
      "milvus failed: grpc-unauthenticated",
      "gRPC status 16 (UNAUTHENTICATED): auth check failure for ***",
    ]);
  });

  test("warns of a version with known holes, beside no authorization", async () => {
    const answers = { GetVersion: () => ({ status: {}, version: "2.6.4" }) };
    const { walked } = await verify({ answers });
    expect(hopOf(walked, "milvus")).toMatchObject({
      status: "warned",
      cause: "no-authorization",
      more: [{ cause: "known-hole", seen: expect.stringMatching(/has CVE-2025-64513: .*; CVE-2026-26190: /) }],
    });
    const closed = await verify({ answers, token: TOKEN }, { token: TOKEN });
    expect(endOf(closed.walked)).toBe("milvus warned: known-hole");
  });

  test("fails where Milvus isn't healthy, with its reasons", async () => {
    const CheckHealth = () => ({ isHealthy: false, reasons: ["querynode 3 is down", "no etcd"] });
    const { walked, seen } = await verify({ answers: { CheckHealth } });
    expect([endOf(walked), seen]).toEqual([
      "milvus failed: milvus-unhealthy",
      "not healthy: querynode 3 is down; no etcd",
    ]);
  });

  test("fails where Milvus isn't ready yet", async () => {
    const { walked } = await verify({ error: { code: 2, details: "Milvus Proxy is not ready yet. please wait" } });
    expect(endOf(walked)).toBe("milvus failed: milvus-unhealthy");
  });

  test.each([
    [14, "grpc-unavailable"],
    [12, "grpc-unimplemented"],
    [13, "grpc-other"],
  ])("fails with gRPC status %i", async (code, cause) => {
    const { walked } = await verify({ error: { code, details: "no" } });
    expect(endOf(walked)).toBe(`milvus failed: ${cause}`);
  });

  test("fails where a status of Milvus' own says so", async () => {
    const ShowCollections = () => ({
      status: { error_code: "UnexpectedError", code: 65535, reason: "no coordinator" },
    });
    const { walked, seen } = await verify({ answers: { ShowCollections } });
    expect([endOf(walked), seen]).toEqual(["milvus failed: grpc-other", "no coordinator"]);
  });

  test("takes a user for known who may list nothing", async () => {
    const fake = await verify({ token: TOKEN, error: undefined }, { token: TOKEN });
    expect(fake.walked.passed).toBe(true);
    const ShowCollections = () => ({
      status: { error_code: "UnexpectedError", code: 65535, reason: "permission deny" },
    });
    expect((await verify({ token: TOKEN, answers: { ShowCollections } }, { token: TOKEN })).walked.passed).toBe(true);
  });

  test("fails with a gRPC server that is no Milvus", async () => {
    const headers = { ":status": 200, "content-type": "application/grpc", "grpc-status": "12" };
    const port = await servers.http2(own, (stream) => stream.respond(headers, { endStream: true }));
    const walked = await walkTo({ port, authorities: own.cert }, { until: "milvus" });
    expect(endOf(walked)).toBe("milvus failed: grpc-unimplemented");
  });

  test("fails by the proxy's own page, where that comes after the health check", async () => {
    const port = await servers.http2(own, (stream, headers) => {
      const isHealth = String(headers[":path"]).includes("Health");
      stream.respond(
        isHealth
          ? { ":status": 200, "content-type": "application/grpc", "grpc-status": "0" }
          : { ":status": 503, "content-type": "text/html" },
        { endStream: true },
      );
    });
    expect(endOf(await walkTo({ port, authorities: own.cert }, { until: "milvus" }))).toBe("milvus failed: no-backend");
  });
});

describe("the hop write-test", () => {
  test("writes, finds and drops a collection of its own name", async () => {
    const { walked, seen, fake } = await verify({ token: TOKEN }, { token: TOKEN, writeTest: true });
    expect([endOf(walked), seen.replace(/_[0-9a-f]{12}/, "_x")]).toEqual([
      "write-test passed",
      "3 rows written to milvus_l7_verify_x, found by a search, dropped",
    ]);
    expect([fake.calls.includes("DropCollection"), fake.collections.size]).toEqual([true, 0]);
  });

  test("isn't walked unless it is asked for", async () => {
    const { walked, fake } = await verify({});
    expect([hopOf(walked, "write-test"), fake.calls.includes("CreateCollection")]).toEqual([undefined, false]);
  });

  test.each(["CreateCollection", "Insert", "CreateIndex", "LoadCollection", "Search"])(
    "drops the collection where %s fails, and says what failed",
    async (step) => {
      const refused = { error_code: "UnexpectedError", code: 9, reason: "quota exceeded" };
      const answer = () => (step === "Insert" || step === "Search" ? { status: refused } : refused);
      const { walked, seen, fake } = await verify({ answers: { [step]: answer } }, { writeTest: true });
      expect(endOf(walked)).toBe("write-test failed: write-test-failed");
      expect(seen).toMatch(new RegExp(`^${step}: (ErrorCode: UnexpectedError. Reason: )?quota exceeded$`));
      expect([fake.calls.at(-1), fake.collections.size]).toEqual(["DropCollection", 0]);
    },
  );

  test("fails where the search finds something else", async () => {
    const results = { num_queries: "1", top_k: "0", scores: [], ids: { int_id: { data: [] } }, topks: ["0"] };
    const Search = () => ({ status: {}, results });
    const { seen } = await verify({ answers: { Search } }, { writeTest: true });
    expect(seen).toBe("Search: it found nothing, not the row that was written");
  });

  test("drops the collection where time is up, in time", async () => {
    const start = performance.now();
    const answers = { LoadCollection: () => new Promise<object>(() => {}) };
    const { walked, seen, fake } = await verify({ answers }, { writeTest: true, timeoutMs: 2500 });
    expect([endOf(walked), seen, walked.timedOut]).toEqual([
      "write-test failed: hang-write-test",
      "no answer to LoadCollection in time",
      true,
    ]);
    expect(fake.collections.size).toBe(0);
    expect(performance.now() - start).toBeLessThan(3500);
  });

  test("drops the collection where somebody ends the walk", async () => {
    const end = new AbortController();
    const answers = {
      Insert: () => {
        setTimeout(() => end.abort(), 50);
        return new Promise<object>(() => {});
      },
    };
    const { fake } = await verify({ answers }, { writeTest: true, signal: end.signal });
    expect([fake.calls.at(-1), fake.collections.size]).toEqual(["DropCollection", 0]);
  });

  test("says which collection is left where it can't be dropped", async () => {
    const answers = { DropCollection: () => ({ error_code: "UnexpectedError", code: 5, reason: "no coordinator" }) };
    const { walked, seen, fake } = await verify({ answers }, { writeTest: true });
    const [name = ""] = fake.collections;
    expect(name).toMatch(NAME);
    expect([endOf(walked), seen]).toEqual([
      "write-test failed: write-test-failed",
      `the collection ${name} may be left behind (no coordinator): drop it`,
    ]);
  });

  test("says so, too, where the drop isn't answered in time", async () => {
    const start = performance.now();
    const hang = () => new Promise<object>(() => {});
    const options = { writeTest: true, timeoutMs: 2500 };
    const { walked, seen } = await verify({ answers: { Insert: hang, DropCollection: hang } }, options);
    expect(endOf(walked)).toBe("write-test failed: hang-write-test");
    expect(seen).toMatch(/^no answer to Insert in time; the collection \w+ may be left behind \(no answer to DropC/);
    expect(performance.now() - start).toBeLessThan(3500);
  });
});

describe("the hop exposure", () => {
  const stackOf = (httpsRedirect: boolean) => ({ id: "gcp-stack", authorizationEnabled: false, httpsRedirect });

  const through = async (port: number, plainPort?: number, stack?: Target["stack"]) =>
    exposure(
      {
        target: { ...target({ port, stack }), authorities: own.cert },
        address: LOCAL,
        addresses: [LOCAL],
        signal: new AbortController().signal,
        timeLeft: () => 5000,
      },
      plainPort ?? (await closedPort()),
    );

  /** A load balancer whose port 80 says this. */
  const plain = async (answer: string, stack?: Target["stack"]) => {
    const port = await servers.http2(own, (stream) => {
      stream.respond({ ":status": 404 });
      stream.end();
    });
    return through(port, await servers.tcp((socket) => socket.end(answer)), stack);
  };

  const answering = async (pages: Record<string, [number, string]>) => {
    const asked: string[] = [];
    const port = await servers.http2(own, (stream, headers) => {
      asked.push(`${headers[":method"]} ${headers[":path"]}`);
      const [status, body] = pages[String(headers[":path"])] ?? [404, "no"];
      stream.respond({ ":status": status });
      stream.end(body);
    });
    return { asked, outcome: await through(port) };
  };

  test("passes where nothing of 9091 answers, and asks for nothing that acts", async () => {
    const { outcome, asked } = await answering({});
    expect(outcome).toEqual({
      status: "passed",
      seen: "9091 is not reachable here: /metrics 404, /webui/ 404, /expr 404; port 80 is closed",
    });
    expect(asked.sort()).toEqual(["GET /expr", "GET /metrics", "GET /webui/"]);
  });

  test.each([
    ["/metrics", "# HELP milvus_proxy_x y\n"],
    ["/webui/", "<title>Milvus WebUI</title>"],
    ["/expr", '{"msg": "failed to execute expression, the expr body is empty"}'],
  ])("warns where %s is answered", async (path, page) => {
    const { outcome } = await answering({ [path]: [200, page] });
    expect(outcome).toEqual({ status: "warned", cause: "port-9091-exposed", seen: `Milvus answers ${path} here` });
  });

  test("isn't misled by a page of something else", async () => {
    const { outcome } = await answering({ "/metrics": [200, "<h1>Welcome</h1>"], "/webui/": [403, "milvus"] });
    expect(outcome.status).toBe("passed");
  });

  test("passes where the server hangs up", async () => {
    const port = await servers.tls(own, (socket) => socket.destroy());
    expect(await through(port)).toEqual({
      status: "passed",
      seen: "9091 is not reachable here: /metrics no answer, /webui/ no answer, /expr no answer; port 80 is closed",
    });
  });

  const REDIRECT = "HTTP/1.1 301 Moved\r\nLocation: https://milvus.example.com/\r\nContent-Length: 0\r\n\r\n";
  const SEEN = "9091 is not reachable here: /metrics 404, /webui/ 404, /expr 404; port 80 redirects to HTTPS (301)";

  test("passes where port 80 redirects, and the config says so or isn't known", async () => {
    expect(await plain(REDIRECT)).toEqual({ status: "passed", seen: SEEN });
    expect(await plain(REDIRECT, stackOf(true))).toEqual({ status: "passed", seen: SEEN });
  });

  test("warns where port 80 redirects, and the config says that it is closed", async () => {
    expect(await plain(REDIRECT, stackOf(false))).toEqual({
      status: "warned",
      cause: "port-80-open",
      seen: "port 80 redirects to HTTPS (301), but httpsRedirect is off",
    });
  });

  test.each([
    ["Milvus itself", "HTTP/1.1 415 Unsupported\r\nContent-Length: 0\r\n\r\n", 415],
    ["a default backend", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", 404],
    ["the Cloud Armor policy", "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", 403],
    ["a redirect to plain HTTP", REDIRECT.replace("https:", "http:"), 301],
    ["a redirect to nowhere", "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", 302],
  ])("warns where port 80 is answered by %s", async (_, answer, status) => {
    for (const stack of [undefined, stackOf(true), stackOf(false)]) {
      expect(await plain(answer, stack)).toEqual({
        status: "warned",
        cause: "port-80-plaintext",
        seen: `port 80 answers HTTP ${status} without TLS`,
      });
    }
  });

  test("takes for closed what is no HTTP, and what says nothing", async () => {
    expect((await plain("220 mail.example.com ESMTP\r\n")).status).toBe("passed");
    const silent = await servers.tcp(() => {});
    const port = await servers.tls(own, (socket) => socket.destroy());
    expect((await through(port, silent)).status).toBe("passed");
  });
});
