import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder of its own for the servers of one file of tests, and all that has to end after them. */
export class Workspace {
  private made?: string;
  private readonly running: { stop(): Promise<void> }[] = [];

  /** Made when it is needed: tests that are skipped leave none. */
  get folder(): string {
    this.made ??= mkdtempSync(join(tmpdir(), "milvus-l7-path-"));
    return this.made;
  }

  /** Stops it at the end, before what was started earlier. */
  keep<T extends { stop(): Promise<void> }>(server: T): T {
    this.running.unshift(server);
    return server;
  }

  async remove(): Promise<void> {
    for (const server of this.running) {
      await server.stop();
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
