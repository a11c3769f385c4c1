import type { HopName } from "../../../verify/hop";
import type { Lookup } from "../../../verify/lookup";
import { endOf, type Identity, identity, LOCAL, lastOf, Servers, walkTo } from "./support";

const servers = new Servers();
let own: Identity;
beforeAll(async () => {
  own = await identity();
});
afterAll(() => servers.close());

// Jest cannot require what the Milvus client is made of; only files of vectors need it.
jest.mock("@shanghaikid/parquetjs", () => ({}));

const TIMEOUT = 600;

/** A walk to a port that ends in time. */
async function hangs(port: number, { until = "grpc" as HopName, lookup }: { until?: HopName; lookup?: Lookup } = {}) {
  const start = performance.now();
  const options = { until, timeoutMs: TIMEOUT, ...(lookup && { lookup }) };
  const walked = await walkTo({ port, authorities: own.cert }, options);
  expect(performance.now() - start).toBeLessThan(TIMEOUT + 1000);
  expect([walked.timedOut, lastOf(walked).seen]).toEqual([true, "nothing came in time"]);
  return endOf(walked);
}

/** Bytes one by one, slower than anybody waits. */
const trickle = (bytes: Buffer) => (socket: any) => {
  let index = 0;
  const timer = setInterval(() => socket.write(bytes.subarray(index, ++index)), 100);
  socket.once("close", () => clearInterval(timer));
};

describe("a server that hangs", () => {
  test("at dns", async () => {
    const lookup: Lookup = () => new Promise(() => {});
    expect(await hangs(1, { lookup })).toBe("dns failed: hang-dns");
  });

  test("at tls, saying nothing", async () => {
    expect(await hangs(await servers.tcp(() => {}))).toBe("tls failed: hang-tls");
  });

  test("at tls, byte by byte", async () => {
    const record = Buffer.concat([Buffer.from("1603030200020001fc0303", "hex"), Buffer.alloc(500)]);
    expect(await hangs(await servers.tcp(trickle(record)))).toBe("tls failed: hang-tls");
  });

  test("at grpc, without a byte of HTTP/2", async () => {
    expect(await hangs(await servers.tls(own))).toBe("grpc failed: hang-grpc");
  });

  test("at grpc, byte by byte", async () => {
    const port = await servers.tls(own, trickle(Buffer.from("0000000400000000000000040100000000", "hex")));
    expect(await hangs(port)).toBe("grpc failed: hang-grpc");
  });

  test("at grpc, without an answer", async () => {
    expect(await hangs(await servers.http2(own, () => {}))).toBe("grpc failed: hang-grpc");
  });

  test("at grpc, in the middle of an answer", async () => {
    const port = await servers.http2(own, (stream) => {
      stream.respond({ ":status": 200, "content-type": "application/grpc" });
      stream.write("x");
    });
    expect(await hangs(port)).toBe("grpc failed: hang-grpc");
  });

  test("at grpc, with pings and settings only", async () => {
    const port = await servers.http2(own, (stream) => {
      const timer = setInterval(() => stream.session?.ping(() => {}), 20);
      stream.once("close", () => clearInterval(timer));
    });
    expect(await hangs(port)).toBe("grpc failed: hang-grpc");
  });

  test("at milvus", async () => {
    const port = await servers.http2(own, (stream, headers) => {
      if (String(headers[":path"]).includes("Health")) {
        stream.respond({ ":status": 200, "content-type": "application/grpc", "grpc-status": "0" }, { endStream: true });
      }
    });
    expect(await hangs(port, { until: "milvus" })).toBe("milvus failed: hang-milvus");
  });
});

test("a walk that somebody ends says so, at once", async () => {
  const { Stop } = await import("../../../verify/walk");
  const end = new AbortController();
  const port = await servers.tcp((socket) => socket.once("data", () => end.abort(new Stop("interrupted"))));
  const walked = await walkTo({ port }, { signal: end.signal, timeoutMs: 20_000 });
  expect(lastOf(walked)).toMatchObject({ hop: "tls", status: "failed", seen: "interrupted" });
});

test("what a library throws on its own fails the hop, by a row of the table", async () => {
  const { Stop } = await import("../../../verify/walk");
  const end = new AbortController();
  const port = await servers.tcp((socket) => socket.once("data", () => end.abort(new Stop("something odd", true))));
  const walked = await walkTo({ port }, { signal: end.signal });
  expect([endOf(walked), lastOf(walked).seen]).toEqual(["tls failed: tls-not-ready", "something odd"]);
});

test("a hop that throws fails by a row of the table, without a stack trace", async () => {
  const lookup: Lookup = async () => {
    throw Object.assign(new Error("spawn node EAGAIN"), { code: "EAGAIN" });
  };
  const walked = await walkTo({}, { lookup });
  expect([endOf(walked), lastOf(walked).seen]).toEqual(["dns failed: dns-unknown", "EAGAIN spawn node EAGAIN"]);
});

test("fifty walks at once don't get in each other's way", async () => {
  const good = await servers.answering(own, { ":status": 200, "content-type": "application/grpc", "grpc-status": "0" });
  const bad = await servers.answering(own, { ":status": 502 });
  const ends = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      walkTo({ port: index % 2 === 0 ? good : bad, authorities: own.cert }, { timeoutMs: 25_000 }),
    ),
  );
  expect(ends.map(endOf)).toEqual(
    ends.map((_, index) => (index % 2 === 0 ? "grpc passed" : "grpc failed: bad-gateway")),
  );
});

test("the system's lookup knows this machine, and an address as itself", async () => {
  const { lookup } = await import("../../../verify/lookup");
  const { signal } = new AbortController();
  expect((await lookup("localhost", signal)).addresses).toContain(LOCAL);
  expect(await lookup("192.0.2.1", signal)).toEqual({ addresses: ["192.0.2.1"] });
  expect(await lookup("no-such-host.invalid", signal)).toMatchObject({ addresses: [], error: expect.any(String) });
});
