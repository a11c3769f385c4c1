import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server as NetServer, type Socket } from "node:net";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { Server as GrpcServer, ServerCredentials, type sendUnaryData } from "@grpc/grpc-js";
import type { Identity } from "./certificates";
import { Server } from "./processes";
import { LOW_PORTS_ADDRESS, venv } from "./tools";

/** Servers in the test's own process that do what no proxy does on purpose. */
export class StrangeServers {
  private readonly ends: (() => unknown)[] = [];

  /** Takes connections, and says nothing. */
  silent(): Promise<number> {
    return this.listen(createServer((socket) => socket.resume()));
  }

  /** Takes questions about names, and answers none. Its address: the port is always 53. */
  async silentNameServer(): Promise<string> {
    const socket = createSocket("udp4");
    this.ends.push(() => socket.close());
    await once(socket.bind(53, LOW_PORTS_ADDRESS), "listening");
    return LOW_PORTS_ADDRESS;
  }

  /** Hangs up at the first byte. */
  rude(): Promise<number> {
    return this.listen(createServer((socket) => socket.once("data", () => socket.resetAndDestroy())));
  }

  /** Answers the first byte with what is no TLS. */
  garbage(bytes: Buffer): Promise<number> {
    return this.listen(createServer((socket) => socket.once("data", () => socket.write(bytes))));
  }

  /** TLS with HTTP/2 promised, and then these bytes, or none. */
  afterHandshake({ certificate, key }: Identity, bytes?: Buffer): Promise<number> {
    const files = { cert: readFileSync(certificate), key: readFileSync(key) };
    return this.listen(
      createTlsServer({ ...files, ALPNProtocols: ["h2"] }, (socket) => {
        socket.on("error", () => {});
        socket.resume();
        if (bytes !== undefined) {
          socket.write(bytes);
        }
      }),
    );
  }

  /** TLS that wants to know who the client is. */
  mutualTls({ certificate, key }: Identity): Promise<number> {
    const files = { cert: readFileSync(certificate), key: readFileSync(key) };
    const options = { ...files, ALPNProtocols: ["h2"], requestCert: true, rejectUnauthorized: true };
    return this.listen(createTlsServer(options, (socket) => socket.resume()));
  }

  /** gRPC that knows no method. */
  otherGrpc(): Promise<number> {
    return this.listenGrpc(new GrpcServer());
  }

  /** What a Milvus says whose coordinators are away. */
  unhealthyMilvus(): Promise<number> {
    return this.milvus({ GetVersion: text(2, "v2.6.15"), CheckHealth: text(3, "rootcoord is away") });
  }

  /** A Milvus whose answers are gRPC, but nothing that can be read. */
  nonsenseMilvus(): Promise<number> {
    const nonsense = Buffer.alloc(64, 0xff);
    return this.milvus({ Connect: nonsense, ShowCollections: nonsense, GetVersion: nonsense, CheckHealth: nonsense });
  }

  /** Answers in protobuf; what isn't given is an empty one. */
  private milvus(given: Record<string, Buffer>): Promise<number> {
    const empty = Buffer.alloc(0);
    const server = new GrpcServer();
    const same = (bytes: Buffer) => bytes;
    for (const [method, answer] of Object.entries({ Connect: empty, ShowCollections: empty, ...given })) {
      const handle = (_: unknown, reply: sendUnaryData<Buffer>) => reply(null, answer);
      server.register(`/milvus.proto.milvus.MilvusService/${method}`, handle, same, same, "unary");
    }
    return this.listenGrpc(server);
  }

  private listenGrpc(server: GrpcServer): Promise<number> {
    this.ends.push(() => server.forceShutdown());
    return new Promise((resolve, reject) =>
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
        error ? reject(error) : resolve(port),
      ),
    );
  }

  /** Doesn't even take connections: its queue of them is full, and packets are dropped. */
  async full(folder: string, port: number): Promise<number> {
    const code = [
      "import socket, sys, time",
      "server = socket.socket()",
      "server.bind(('127.0.0.1', int(sys.argv[1])))",
      "server.listen(0)",
      "waiting = [socket.socket() for _ in range(4)]",
      "for one in waiting:",
      "  one.setblocking(False)",
      "  one.connect_ex(server.getsockname())",
      "print('full', flush=True)",
      "time.sleep(600)",
    ].join("\n");
    const log = join(folder, "full.log");
    const isUp = async () => readFileSync(log, "utf8").includes("full");
    const server = await Server.start(log, [venv("python"), "-c", code, String(port)], isUp);
    this.ends.push(() => server.stop());
    return port;
  }

  async stop(): Promise<void> {
    for (const end of this.ends.splice(0)) {
      await end();
    }
  }

  private async listen(server: NetServer): Promise<number> {
    const sockets = new Set<Socket>();
    server.on("connection", (socket: Socket) => {
      sockets.add(socket);
      socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    });
    this.ends.push(() => {
      for (const socket of sockets) {
        socket.destroy();
      }
      server.close();
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    return (server.address() as AddressInfo).port;
  }
}

/** A field of text in protobuf. */
function text(field: number, value: string): Buffer {
  return Buffer.from([(field << 3) | 2, value.length, ...Buffer.from(value)]);
}
