import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder for what the tests leave behind: cdktf makes one for each app, and takes none away. */
export default function setup(): void {
  const folder = mkdtempSync(join(tmpdir(), "milvus-l7-unit-"));
  for (const variable of ["TMPDIR", "TEMP", "TMP"]) {
    process.env[variable] = folder;
  }
}
