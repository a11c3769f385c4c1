import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { measureAppCommand } from "./app-command";
import { measureDeployment } from "./deployment";
import type { Part } from "./figure";
import { measureManyStacks } from "./many-stacks";
import { performancePage } from "./page";
import { ROOT } from "./process";
import { measureUnitTests } from "./unit-tests";

/** `npm run bench`: prints every figure with its target. `npm run bench:docs` (--write) writes docs/performance.md too. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { write: { type: "boolean" } } });
  const appCommand = print("The app command", { figures: await measureAppCommand() });
  const manyStacks = await measureManyStacks();
  print("Many stacks in one synthesis", manyStacks);
  const unitTests = print("Unit tests", { figures: await measureUnitTests() });
  const deployment = print("A deploy's critical path", measureDeployment());
  if (values.write) {
    const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version.slice(1)}, ${process.platform}`;
    const page = performancePage({ machine, appCommand, manyStacks, unitTests, deployment });
    writeFileSync(join(ROOT, "docs", "performance.md"), page);
    console.log("\nwritten: docs/performance.md");
  }
}

function print<T extends Part>(title: string, part: T): T {
  console.log(`\n${title}`);
  if ("skipped" in part) {
    console.log(`  skipped: ${part.skipped}`);
    return part;
  }
  for (const { name, measured, target } of part.figures) {
    console.log(`  ${name}: ${measured}${target ? `, target ${target.text}: ${target.met ? "pass" : "FAIL"}` : ""}`);
  }
  return part;
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
