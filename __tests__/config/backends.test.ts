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

function stackWith(backend: Settings, id = "gcp-stack", settings = committed()) {
  const text = oneStack(changed(settings, { backend }), id);
  const { json, warnings } = synthesise(writeConfig(folder, text), folder);
  return { backend: json.terraform.backend, warnings };
}

describe("the terraform.backend block", () => {
  test("local: a file per stack, in the folder that the command runs in", () => {
    expect(stackWith({ kind: "local" }).backend).toEqual({
      local: { path: join(process.cwd(), "terraform.gcp-stack.tfstate") },
    });
    expect(stackWith({ kind: "local" }, "other-stack").backend).toEqual({
      local: { path: join(process.cwd(), "terraform.other-stack.tfstate") },
    });
  });

  test("local: a path of the user's", () => {
    expect(stackWith({ kind: "local", path: "/var/states/milvus.tfstate" }).backend).toEqual({
      local: { path: "/var/states/milvus.tfstate" },
    });
  });

  test("local: a path of the user's is seen from the config file's folder, not from where Terraform runs", () => {
    expect(stackWith({ kind: "local", path: "states/milvus.tfstate" }).backend).toEqual({
      local: { path: join(folder, "states/milvus.tfstate") },
    });
  });

  test("gcs: a folder per stack", () => {
    expect(stackWith({ kind: "gcs", bucket: "states" }).backend).toEqual({
      gcs: { bucket: "states", prefix: "milvus-l7/gcp-stack" },
    });
    expect(stackWith({ kind: "gcs", bucket: "states" }, "other-stack").backend).toEqual({
      gcs: { bucket: "states", prefix: "milvus-l7/other-stack" },
    });
  });

  test("gcs: a folder of the user's", () => {
    expect(stackWith({ kind: "gcs", bucket: "states", prefix: "teams/search" }).backend).toEqual({
      gcs: { bucket: "states", prefix: "teams/search" },
    });
  });

  test("s3: encrypted, and locked by a file beside the state", () => {
    const settings = { kind: "s3", bucket: "states", key: "milvus/terraform.tfstate", region: "us-east-1" };

    expect(stackWith(settings).backend).toEqual({
      s3: {
        bucket: "states",
        key: "milvus/terraform.tfstate",
        region: "us-east-1",
        encrypt: true,
        use_lockfile: true,
      },
    });
  });

  test("remote: HCP Terraform unless another host is named", () => {
    expect(stackWith({ kind: "remote", organization: "search", workspace: "milvus" }).backend).toEqual({
      remote: { hostname: "app.terraform.io", organization: "search", workspaces: { name: "milvus" } },
    });
  });

  test("remote: a host of the user's", () => {
    const settings = { kind: "remote", organization: "search", workspace: "milvus", hostname: "tfe.example.com" };

    expect(stackWith(settings).backend).toEqual({
      remote: { hostname: "tfe.example.com", organization: "search", workspaces: { name: "milvus" } },
    });
  });
});

test.each([
  {
    settings: { kind: "local", path: "/var/states/milvus.tfstate" },
    backend: { local: { path: "/var/states/milvus.tfstate" } },
  },
  {
    settings: { kind: "gcs", bucket: "states" },
    backend: { gcs: { bucket: "states", prefix: "milvus-l7/aws-stack" } },
  },
  {
    settings: { kind: "s3", bucket: "states", key: "milvus", region: "us-east-1" },
    backend: { s3: { bucket: "states", key: "milvus", region: "us-east-1", encrypt: true, use_lockfile: true } },
  },
  {
    settings: { kind: "remote", organization: "search", workspace: "milvus" },
    backend: {
      remote: { hostname: "app.terraform.io", organization: "search", workspaces: { name: "milvus" } },
    },
  },
])("an aws stack keeps its state in the same ways: $settings.kind", ({ settings, backend }) => {
  expect(stackWith(settings, "aws-stack", committed("aws-stack")).backend).toEqual(backend);
});

test.each(["gcp-stack", "aws-stack"])("a state on this machine is warned of: %s", (id) => {
  expect(stackWith({ kind: "local" }, id, committed(id)).warnings).toEqual([
    "the state stays in a file on this machine. Plans in pull requests need a shared one, and it may hold a private key " +
      "and an adopted release's values in the clear: set backend to gcs, s3 or remote before anybody else deploys this stack.",
  ]);
});

test.each([
  { kind: "gcs", bucket: "states" },
  { kind: "s3", bucket: "states", key: "milvus", region: "us-east-1" },
  { kind: "remote", organization: "search", workspace: "milvus" },
])("a shared state is not warned of: $kind", (backend) => {
  expect(stackWith(backend).warnings).toEqual([]);
});

test.each(["gcp-stack", "aws-stack"])("Terraform is new enough to keep private keys out of the state: %s", (id) => {
  const { json } = synthesise(writeConfig(folder, committedWith({}, id)), folder);

  expect(json.terraform.required_version).toBe(">= 1.11");
});
