import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What is put before a command so that it, and nothing else on this machine, has these hosts and this name server. */
export function withNames(folder: string, hosts: Record<string, string>, nameServer = "127.0.0.1"): string[] {
  const own = mkdtempSync(join(folder, "names-"));
  const files = { "/etc/hosts": join(own, "hosts"), "/etc/resolv.conf": join(own, "resolv.conf") };
  const lines = Object.entries(hosts).map(([name, address]) => `${address} ${name}\n`);
  writeFileSync(files["/etc/hosts"], lines.join(""));
  writeFileSync(files["/etc/resolv.conf"], `nameserver ${nameServer}\noptions timeout:30 attempts:1\n`);
  const mounts = Object.entries(files).map(([path, file]) => `mount --bind '${file}' ${path}`);
  return ["unshare", "--map-root-user", "--mount", "sh", "-c", `${mounts.join(" && ")} && exec "$@"`, "sh"];
}
