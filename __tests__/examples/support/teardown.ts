import { rmSync } from "node:fs";
import { packed } from "./packed";

export default function teardown(): void {
  rmSync(packed(), { recursive: true });
}
