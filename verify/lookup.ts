import { execFile } from "node:child_process";
import { isIP } from "node:net";

/** The addresses of a name, or why there are none. */
export type Lookup = (name: string, signal: AbortSignal) => Promise<Resolved>;

export interface Resolved {
  readonly addresses: readonly string[];
  /** The system's code, e.g. ENOTFOUND. */
  readonly error?: string;
}

const SCRIPT = `require("node:dns").lookup(process.argv[1], { all: true }, (error, found = []) =>
  console.log(JSON.stringify(error ? { addresses: [], error: error.code } : { addresses: found.map((one) => one.address) })));`;

/**
 * As the system's own programs resolve a name: hosts file, search domains, split DNS. It is asked in a process of its own,
 * because an unanswered one can't be given up: Node wouldn't exit before it ends.
 *
 * @see https://nodejs.org/api/dns.html#implementation-considerations
 */
export const lookup: Lookup = async (name, signal) => {
  if (isIP(name) !== 0) {
    return { addresses: [name] };
  }
  const text = await new Promise<string>((resolve, reject) => {
    execFile(
      process.execPath,
      ["-e", SCRIPT, name],
      { signal, killSignal: "SIGKILL", env: { ...process.env, NODE_OPTIONS: "" } },
      (error, stdout) => (error ? reject(error) : resolve(stdout)),
    );
  });
  const { addresses, error } = JSON.parse(text) as Resolved;
  return { addresses: [...new Set(addresses)], error };
};
