import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { parse, stringify } from "yaml";
import { changed, ROOT, type Settings, temporaryFolder } from "../../config/support";

/** docs/environments.md, as it stands. */

const folder = temporaryFolder();
const page = readFileSync(join(ROOT, "docs/environments.md"), "utf8");
const [base = "", prod = "", printed = ""] = [...page.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, code]) => code);
const [, refused = ""] = /^```\n(milvus-l7\.yaml, [\s\S]*?)^```/m.exec(page) ?? [];

function run(baseText: string, prodText: string, ...args: string[]) {
  writeFileSync(join(folder, "milvus-l7.yaml"), baseText);
  writeFileSync(join(folder, "milvus-l7.prod.yaml"), prodText);
  return spawnSync(process.execPath, ["--require", require.resolve("tsx/cjs"), join(ROOT, "main.ts"), ...args], {
    cwd: folder,
    env: { ...process.env, MILVUS_L7_CONFIG: ["milvus-l7.yaml", "milvus-l7.prod.yaml"].join(delimiter) },
    encoding: "utf8",
  });
}

test("the two files give what the page says is printed", () => {
  const { status, stdout, stderr } = run(base, prod, "--print-config", "--stack", "milvus");
  expect([stdout, stderr, status]).toEqual([printed, "", 0]);
});

test("broken ones give the problems that the page shows", () => {
  const breaking = (text: string, changes: Settings) => stringify(changed(parse(text), changes));
  const { status, stderr } = run(
    breaking(base, { "milvus.project": "Milvus" }),
    breaking(prod, {
      "milvus.project": undefined,
      "milvus.dnsZon": null,
      "milvus.backend": { kind: "s3", key: "k", region: "eu-west-1" },
    }),
  );
  expect([stderr, status]).toEqual([refused, 1]);
});
