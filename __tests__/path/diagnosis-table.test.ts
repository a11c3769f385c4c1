import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type CauseId, DIAGNOSES } from "../../verify/diagnosis";

/** Rows that no server can be the reason of. */
const ELSEWHERE: Partial<Record<CauseId, string>> = {
  "no-client": "the installed package is broken",
  "hang-alpn": "the protocol is chosen in the TLS handshake, which has ended by then",
};

/** Port 80 is a server's of the processes tier: here it is the machine's own. */
const sources = [__dirname, join(__dirname, "../processes/verify")]
  .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
  .filter((file) => file.endsWith(".test.ts") && file !== __filename)
  .map((file) => readFileSync(file, "utf8"))
  .join();

test.each(Object.keys(DIAGNOSES).filter((cause) => !(cause in ELSEWHERE)))("%s is produced by a server", (cause) => {
  expect(sources).toMatch(new RegExp(`(failed|warned): ${cause}"|"${cause}"`));
});
