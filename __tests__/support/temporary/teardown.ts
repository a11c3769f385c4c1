import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename } from "node:path";

/** Takes it away again. */
export default function teardown(): void {
  if (basename(tmpdir()).startsWith("milvus-l7-unit-")) {
    rmSync(tmpdir(), { recursive: true, force: true });
  }
}
