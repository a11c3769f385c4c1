import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type CauseId, DIAGNOSES } from "../../verify/diagnosis";

/** Rows that no server can be the reason of. */
const ELSEWHERE: Partial<Record<CauseId, string>> = {
  "no-client": "the installed package is broken",
  "hang-alpn": "the protocol is chosen in the TLS handshake, which has ended by then",
};

const sources = readdirSync(__dirname)
  .filter((name) => name.endsWith(".test.ts") && name !== "diagnosis-table.test.ts")
  .map((name) => readFileSync(join(__dirname, name), "utf8"))
  .join();

test.each(Object.keys(DIAGNOSES).filter((cause) => !(cause in ELSEWHERE)))("%s is produced by a server", (cause) => {
  expect(sources).toMatch(new RegExp(`(failed|warned): ${cause}"|"${cause}"`));
});
