import { atMost, type Figure } from "./figure";
import { ROOT, run } from "./process";

const LIMIT_SECONDS = 20;

/** The unit tier on two cores. The first run after a clone takes longer: it transforms the sources. */
export async function measureUnitTests(): Promise<Figure[]> {
  const command = { command: "npm test --silent -- --maxWorkers=2", folder: ROOT };
  const { seconds } = await run(command);
  return [atMost("`npm test` on two cores", seconds, LIMIT_SECONDS, "s", 1)];
}
