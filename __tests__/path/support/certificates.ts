import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DAY, type Issued, issue, pemOf, type Wanted } from "../../config/issue";

/** The host of every test that needs no other. Each machine resolves it. */
export const HOST = "localhost";

/** A certificate with its key, in files. */
export interface Identity {
  readonly certificate: string;
  readonly key: string;
}

/** A certificate of `HOST` for a year, self-signed as the stacks make it, unless it says otherwise. */
export async function identity(folder: string, name: string, wanted: Wanted = {}): Promise<Identity> {
  const hosts = wanted.hosts ?? [HOST];
  const issued = await issue({ commonName: hosts[0], notAfter: new Date(Date.now() + 364 * DAY), ...wanted, hosts });
  return written(folder, name, issued, wanted.issuer ? issued.pem + wanted.issuer.pem : issued.pem);
}

function written(folder: string, name: string, { privateKey }: Issued, chain: string): Identity {
  const files = { certificate: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
  writeFileSync(files.certificate, chain);
  writeFileSync(files.key, pemOf(privateKey), { mode: 0o600 });
  return files;
}
