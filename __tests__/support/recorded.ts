import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

const FOLDER = join(__dirname, "../recorded");

/** The names of the plans of real runs. */
export type RecordedPlan =
  | "aws-adopt-guides-ingress"
  | "aws-annotation-drift"
  | "aws-first-deploy"
  | "gcp-drift"
  | "gcp-first-deploy"
  | "gcp-upgrade-by-hand";

/** What `terraform show -json` said of a real run's plan. */
export function recordedPlan(name: RecordedPlan): string {
  return readFileSync(join(FOLDER, `${name}.plan.json`), "utf8");
}

/** An object of a real cluster, as kubectl gives it. */
export function recordedObject(file: string) {
  return parse(readFileSync(join(FOLDER, file), "utf8"));
}
