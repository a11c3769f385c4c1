import { randomInt } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FIGURES } from "./run";

/** One seed for all test files, and a place for their figures. */
export default function setup(): void {
  if (process.env.SEED === "random") {
    process.env.SEED = String(randomInt(2 ** 31));
  }
  process.env[FIGURES] = join(mkdtempSync(join(tmpdir(), "milvus-l7-generated-")), "figures.txt");
}
