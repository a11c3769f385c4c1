import { existsSync, readFileSync } from "node:fs";
import removeTemporaryFolder from "../../support/temporary/teardown";
import { FIGURES, seed } from "./run";

export default function teardown(): void {
  const file = process.env[FIGURES] ?? "";
  if (existsSync(file)) {
    process.stderr.write(`\nGenerated, out of seed ${seed()}:\n${readFileSync(file, "utf8")}`);
  }
  removeTemporaryFolder();
}
