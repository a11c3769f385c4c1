import { randomInt } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ownTemporaryFolder from "../../support/temporary/setup";
import { FIGURES } from "./run";

/** One seed for all test files, and a place for their figures. */
export default function setup(): void {
  ownTemporaryFolder();
  if (process.env.SEED === "random") {
    process.env.SEED = String(randomInt(2 ** 31));
  }
  process.env[FIGURES] = join(tmpdir(), "figures.txt");
}
