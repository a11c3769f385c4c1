import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { ROOT } from "../../support/terraform";

const REQUIREMENTS = join(__dirname, "../requirements.txt");

/** Debian keeps servers where only root's PATH leads. */
export const PATH = [process.env.PATH, "/usr/sbin", "/usr/local/sbin"].join(delimiter);

/** The virtual environment with both Milvus servers and PyMilvus. Kept outside the project, for the next run. */
export function pythonEnvironment(): string {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  const python = run("python3", "--version").text;
  const wanted = createHash("sha256").update(python).update(readFileSync(REQUIREMENTS)).digest("hex");
  return join(cache, "cdktf-milvus-l7", `path-${wanted.slice(0, 12)}`);
}

/** A program of the virtual environment. */
export function venv(program: string): string {
  return join(pythonEnvironment(), "bin", program);
}

/** Makes the virtual environment where it isn't there. Says why it can't. */
export function makePythonEnvironment(): string | undefined {
  const folder = pythonEnvironment();
  if (existsSync(join(folder, "complete"))) {
    return undefined;
  }
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [command, ...args] of [
    ["python3", "-m", "venv", folder],
    [join(folder, "bin/pip"), "install", "--quiet", "--disable-pip-version-check", "-r", REQUIREMENTS],
  ] as [string, ...string[]][]) {
    const { ok, text } = run(command, ...args);
    if (!ok) {
      rmSync(folder, { recursive: true, force: true });
      return `${[command, ...args].join(" ")}: ${text.trim() || "not found"}`;
    }
  }
  writeFileSync(join(folder, "complete"), "");
  return undefined;
}

/** Where the tier has ports that can't be chosen: 443, which is in a stack's snippet, and that of name servers. */
export const LOW_PORTS_ADDRESS = "127.0.0.2";

/** What of the tier is to be had on this machine. Each `undefined` is there; a text says what is missing. */
export function whatIsMissing(): { proxy?: string; milvus?: string; lowPorts?: string; names?: string } {
  const proxy = run("nginx", "-v").ok ? undefined : "nginx is not installed";
  const python = existsSync(join(pythonEnvironment(), "complete"))
    ? undefined
    : "no Python environment with Milvus could be made";
  return {
    proxy,
    milvus: proxy ?? python,
    lowPorts: run(process.execPath, "-e", LISTEN_ON_443).ok
      ? undefined
      : `this user can't listen on ${LOW_PORTS_ADDRESS}:443, or something else does`,
    names: run("unshare", "--map-root-user", "--mount", "mount", "--bind", ROOT, ROOT).ok
      ? undefined
      : "this user can't have a hosts file of its own (unshare --map-root-user --mount)",
  };
}

const LISTEN_ON_443 = `require("net").createServer().listen(443, "${LOW_PORTS_ADDRESS}", () => process.exit())`;

function run(command: string, ...args: string[]): { ok: boolean; text: string } {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", env: { ...process.env, PATH } });
  return { ok: status === 0, text: `${stdout ?? ""}${stderr ?? ""}` };
}
