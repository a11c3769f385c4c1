import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Packs the package once for all tests. */
export default function setup(): void {
  const folder = mkdtempSync(join(tmpdir(), "milvus-l7-packed-"));
  execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: join(__dirname, "../../..") });
  process.env.MILVUS_L7_PACKED = folder;
}
