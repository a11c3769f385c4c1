import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { configFile } from "./schema";

/** The config file's shape for editors, as the content of `milvus-l7.schema.json`. */
export function jsonSchema(): string {
  const schema = z.toJSONSchema(configFile, { target: "draft-7", io: "input" });
  return `${JSON.stringify({ title: "milvus-l7.yaml", ...schema }, null, 2)}\n`;
}

if (require.main === module) {
  writeFileSync(join(__dirname, "milvus-l7.schema.json"), jsonSchema());
}
