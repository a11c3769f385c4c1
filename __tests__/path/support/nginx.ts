import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Identity } from "./certificates";
import { freePorts, Server } from "./processes";

/** One of the proxy's listeners. */
export interface Listener {
  /** What is done with requests, as nginx has it. */
  readonly rules: string;
  /** The proxy's own, where it isn't given. */
  readonly certificate?: Identity;
  /** What is added to the port. TLS with HTTP/2 where it isn't given. */
  readonly listen?: string;
  /** The only host that the rules are for; every other gets 404. All of them where it isn't given. */
  readonly host?: string;
  /** Where it isn't one that is free. */
  readonly address?: string;
}

/** nginx, with each listener on a port of its own. */
export class Nginx<Name extends string> {
  private constructor(
    private readonly server: Server,
    private readonly ports: ReadonlyMap<string, number>,
  ) {}

  static async start<Name extends string>(
    folder: string,
    certificate: Identity,
    listeners: Record<Name, Listener>,
  ): Promise<Nginx<Name>> {
    const names = Object.keys(listeners) as Name[];
    const free = await freePorts(names.length);
    const ports = new Map(names.map((name, index) => [name, free[index] as number]));
    const home = mkdtempSync(join(folder, "nginx-"));
    const servers = names.map((name) =>
      block(listeners[name].address ?? `127.0.0.1:${ports.get(name)}`, { certificate, ...listeners[name] }),
    );
    const file = join(home, "nginx.conf");
    writeFileSync(file, configuration(home, servers.join("\n")));
    const server = await Server.start(
      join(home, "output.log"),
      ["nginx", "-p", home, "-c", file, "-e", join(home, "error.log")],
      async () => existsSync(join(home, "pid")),
    );
    return new Nginx(server, ports);
  }

  port(name: Name): number {
    return this.ports.get(name) as number;
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}

/** To pods in plaintext, as the ALB does by default. */
export function grpc(port: number, more = ""): string {
  return `location / { grpc_pass grpc://127.0.0.1:${port}; ${more} }`;
}

/** To pods with TLS, as GKE does: whatever their certificate is. */
export function grpcs(port: number, more = ""): string {
  return `location / { grpc_pass grpcs://127.0.0.1:${port}; ${more} }`;
}

function block(address: string, { host, ...listener }: Listener): string {
  const { certificate, listen = "ssl http2", rules } = listener;
  if (host !== undefined) {
    const others = block(address, { ...listener, listen: `${listen} default_server`, rules: "return 404;" });
    return others + block(address, { ...listener, rules: `server_name ${host}; ${rules}` });
  }
  return `
  server {
    listen ${`${address} ${listen}`.trim()};
    ${certificate ? `ssl_certificate ${certificate.certificate}; ssl_certificate_key ${certificate.key};` : ""}
    ${rules}
  }`;
}

function configuration(home: string, servers: string): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return `
${process.getuid?.() === 0 ? "user root;" : ""}
daemon off;
pid ${home}/pid;
events { worker_connections 4096; }
http {
  access_log ${home}/access.log;
  client_max_body_size 0;
  ${temporary.map((name) => `${name}_temp_path ${home}/${name};`).join("\n  ")}
  ${servers}
}
`;
}
