import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "../config/load";
import { releaseStackId } from "../config/types";
import { picture } from "../diagram/diagram";
import { withPictures } from "../diagram/pages";
import { synthesised } from "../doctor/planned";
import { stackOf } from "../stacks/catalog";

const ROOT = join(__dirname, "..");

/** A page with pictures, as it is and as it has to be. */
export interface Page {
  readonly file: string;
  readonly text: string;
  readonly current: string;
}

/** Every page of the documentation. */
export function pages(): Page[] {
  const docs = readdirSync(join(ROOT, "docs")).map((file) => join("docs", file));
  return ["README.md", ...docs]
    .filter((file) => file.endsWith(".md"))
    .map((file) => {
      const text = readFileSync(join(ROOT, file), "utf8");
      return { file, text, current: withPictures(text, draw) };
    });
}

function draw(id: string, config: string | undefined): string {
  const found = stacks(config).find((stack) => stack.id === id);
  const [json, releaseJson] = found ? synthesised(id, found.config) : [];
  const drawn =
    json &&
    picture({
      stack: { id, json },
      releaseStack: releaseJson && { id: releaseStackId(id), json: releaseJson },
    });
  if (drawn === undefined) {
    throw new Error(`there is nothing to draw of ${id}`);
  }
  return drawn;
}

function stacks(config: string | undefined) {
  if (config === undefined) {
    return loadConfig(join(ROOT, "milvus-l7.yaml"), stackOf);
  }
  const folder = mkdtempSync(join(tmpdir(), "milvus-l7-diagram-"));
  try {
    const file = join(folder, "milvus-l7.yaml");
    writeFileSync(file, config);
    return loadConfig(file, stackOf);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (require.main === module) {
  for (const { file, current } of pages()) {
    writeFileSync(join(ROOT, file), current);
  }
}
