import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { neededByEveryStack } from "./every-stack";
import { accessFiles } from "./files";

neededByEveryStack().then((needed) => {
  for (const [path, text] of Object.entries(Object.assign({}, ...needed.map(accessFiles)))) {
    const file = join(__dirname, "..", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, String(text));
  }
});
