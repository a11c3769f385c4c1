import { mkdirSync, symlinkSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { REST_PORT, SERVER_CERTIFICATE, SERVER_KEY, TLS_MODE } from "../../../constructs/milvus/milvus-setting";
import type { Identity } from "./certificates";
import { freePorts, Server } from "./processes";
import { pythonEnvironment, venv } from "./tools";

/** The user that every Milvus is born with. */
export const ROOT_TOKEN = "root:Milvus";

export interface Milvus {
  readonly server: Server;
  readonly port: number;
  /** Health and metrics. */
  readonly adminPort: number;
}

/**
 * Milvus 2.3.5, with the environment that MilvusTlsRelease gives to its pods. One at a time: the etcd in it has fixed ports.
 *
 * @param tls the certificate of the pods; in plaintext without
 */
export async function startMilvus(
  folder: string,
  { tls, authorization = false }: { tls?: Identity; authorization?: boolean },
): Promise<Milvus> {
  if (await listens(2379)) {
    throw new Error("something listens on port 2379, which the etcd inside Milvus needs: another Milvus or an etcd");
  }
  const [port, adminPort, restPort] = (await freePorts(3)) as [number, number, number];
  const data = join(folder, "milvus");
  // Its programs are unpacked at the first start: 4 s that the next one needn't wait.
  const programs = join(pythonEnvironment(), "milvus-bin");
  mkdirSync(data, { recursive: true });
  mkdirSync(programs, { recursive: true });
  symlinkSync(programs, join(data, "bin"));
  const env = {
    ...(tls && {
      [TLS_MODE.env]: "1",
      [REST_PORT.env]: String(restPort),
      [SERVER_CERTIFICATE.env]: tls.certificate,
      [SERVER_KEY.env]: tls.key,
    }),
    ...(authorization && { COMMON_SECURITY_AUTHORIZATIONENABLED: "true" }),
  };
  const start = `import milvus; milvus.default_server.webservice_port = ${adminPort}; milvus.main()`;
  const server = await Server.start(
    join(folder, "milvus.log"),
    [venv("python"), "-c", start, "--data", data, "--proxy-port", String(port)],
    async () => (await fetch(`http://127.0.0.1:${adminPort}/healthz`)).ok && (await listens(port)),
    env,
  );
  return { server, port, adminPort };
}

/** Milvus Lite, which has today's API; always in plaintext and without authorization. */
export async function startMilvusLite(folder: string): Promise<Omit<Milvus, "adminPort">> {
  const [port] = (await freePorts(1)) as [number];
  const server = await Server.start(
    join(folder, "milvus-lite.log"),
    [venv("milvus-lite"), "server", "--data-dir", join(folder, "lite"), "--host", "127.0.0.1", "--port", String(port)],
    () => listens(port),
  );
  return { server, port };
}

export function listens(port: number, host = "127.0.0.1"): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
