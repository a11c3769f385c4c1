import { join } from "node:path";
import {
  changed,
  committed,
  committedWith,
  oneStack,
  type Settings,
  synthesise,
  temporaryFolder,
  writeConfig,
} from "./support";

/** Where Terraform keeps a stack's state. */

const folder = temporaryFolder();

async function stackWith(backend: Settings, id = "gcp-stack") {
  const text = oneStack(changed(committed(), { backend })).replace("gcp-stack:", `${id}:`);
  const { json, warnings } = await synthesise(writeConfig(folder, text), folder);
  return { backend: json.terraform.backend, warnings };
}

describe("the terraform.backend block", () => {
  test("local: a file per stack, in the folder that the command runs in", async () => {
    expect((await stackWith({ kind: "local" })).backend).toEqual({
      local: { path: join(process.cwd(), "terraform.gcp-stack.tfstate") },
    });
    expect((await stackWith({ kind: "local" }, "other-stack")).backend).toEqual({
      local: { path: join(process.cwd(), "terraform.other-stack.tfstate") },
    });
  });

  test("local: a path of the user's", async () => {
    expect((await stackWith({ kind: "local", path: "/var/states/milvus.tfstate" })).backend).toEqual({
      local: { path: "/var/states/milvus.tfstate" },
    });
  });

  test("gcs: a folder per stack", async () => {
    expect((await stackWith({ kind: "gcs", bucket: "states" })).backend).toEqual({
      gcs: { bucket: "states", prefix: "milvus-l7/gcp-stack" },
    });
    expect((await stackWith({ kind: "gcs", bucket: "states" }, "other-stack")).backend).toEqual({
      gcs: { bucket: "states", prefix: "milvus-l7/other-stack" },
    });
  });

  test("gcs: a folder of the user's", async () => {
    expect((await stackWith({ kind: "gcs", bucket: "states", prefix: "teams/search" })).backend).toEqual({
      gcs: { bucket: "states", prefix: "teams/search" },
    });
  });

  test("s3: encrypted, and locked by a file beside the state", async () => {
    const settings = { kind: "s3", bucket: "states", key: "milvus/terraform.tfstate", region: "us-east-1" };

    expect((await stackWith(settings)).backend).toEqual({
      s3: {
        bucket: "states",
        key: "milvus/terraform.tfstate",
        region: "us-east-1",
        encrypt: true,
        use_lockfile: true,
      },
    });
  });

  test("remote: HCP Terraform unless another host is named", async () => {
    expect((await stackWith({ kind: "remote", organization: "search", workspace: "milvus" })).backend).toEqual({
      remote: { hostname: "app.terraform.io", organization: "search", workspaces: { name: "milvus" } },
    });
  });

  test("remote: a host of the user's", async () => {
    const settings = { kind: "remote", organization: "search", workspace: "milvus", hostname: "tfe.example.com" };

    expect((await stackWith(settings)).backend).toEqual({
      remote: { hostname: "tfe.example.com", organization: "search", workspaces: { name: "milvus" } },
    });
  });
});

test("a state on this machine is warned of", async () => {
  expect((await stackWith({ kind: "local" })).warnings).toEqual([
    "the state stays in a file on this machine: plans in pull requests need a shared one, and it holds the values of the " +
      "adopted release in the clear. Set backend to gcs, s3 or remote before anybody else deploys this stack.",
  ]);
});

test.each([
  { kind: "gcs", bucket: "states" },
  { kind: "s3", bucket: "states", key: "milvus", region: "us-east-1" },
  { kind: "remote", organization: "search", workspace: "milvus" },
])("a shared state is not warned of: $kind", async (backend) => {
  expect((await stackWith(backend)).warnings).toEqual([]);
});

test("Terraform is new enough to keep private keys out of the state", async () => {
  const { json } = await synthesise(writeConfig(folder, committedWith({})), folder);

  expect(json.terraform.required_version).toBe(">= 1.11");
});
