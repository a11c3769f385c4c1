import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readApi } from "./model";
import { pagesOf } from "./pages";

const folder = join(__dirname, "../docs/api");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
for (const [file, text] of Object.entries(pagesOf(readApi()))) {
  writeFileSync(join(folder, file), text);
}
