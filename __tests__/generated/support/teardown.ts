import { existsSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { FIGURES, seed } from "./run";

export default function teardown(): void {
  const file = process.env[FIGURES] ?? "";
  if (existsSync(file)) {
    process.stderr.write(`\nGenerated, out of seed ${seed()}:\n${readFileSync(file, "utf8")}`);
  }
  rmSync(dirname(file), { recursive: true, force: true });
}
