import { mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { committedWith, load, temporaryFolder, writeConfig } from "./support";

/** Files that a release names: Terraform runs in another folder. */

const folder = temporaryFolder();

function release(changes: Record<string, unknown>) {
  const inRelease = Object.fromEntries(Object.entries(changes).map(([key, value]) => [`release.${key}`, value]));
  return load(writeConfig(folder, committedWith(inRelease)))[0]?.config.release;
}

test.each([
  { chart: "./charts/milvus", is: join(folder, "charts/milvus") },
  { chart: "../charts/milvus", is: join(folder, "../charts/milvus") },
  { chart: "~/charts/milvus", is: join(homedir(), "charts/milvus") },
  { chart: "milvus-5.0.19.tgz", is: join(folder, "milvus-5.0.19.tgz") },
  { chart: "charts/milvus-5.0.19.tgz", is: join(folder, "charts/milvus-5.0.19.tgz") },
])("a chart's path is seen from the config file's folder: $chart", ({ chart, is }) => {
  expect(release({ chart })).toMatchObject({ chart: is });
});

test.each([
  "milvus",
  "milvus-fork.v2",
  "/srv/charts/milvus",
  "/srv/charts/milvus-5.0.19.tgz",
  "oci://registry.example.com/charts/milvus",
  "https://charts.example.com/milvus-5.0.19.tgz",
])("a chart that is no path of that folder stays as it is: %s", (chart) => {
  expect(release({ chart })).toMatchObject({ chart });
});

test("a user.yaml's file is seen from the config file's folder", () => {
  mkdirSync(join(folder, "milvus"));
  writeFileSync(join(folder, "milvus/user.yaml"), "# ours\nproxy: {}\n");

  expect(release({ userYaml: { file: "milvus/user.yaml" } })).toMatchObject({ userYaml: "# ours\nproxy: {}\n" });
});

test("a user.yaml's text stays as it is", () => {
  expect(release({ userYaml: "# ours\nproxy: {}\n" })).toMatchObject({ userYaml: "# ours\nproxy: {}\n" });
});
