import { posix, resolve } from "node:path";
import {
  Annotations,
  GcsBackend,
  LocalBackend,
  NamedRemoteWorkspace,
  RemoteBackend,
  S3Backend,
  type TerraformStack,
} from "cdktf";
import type { BackendConfig } from "../config/types";
import { literal } from "../constructs/internal/hcl";

/** Said whatever the stack holds: a private key of its own, or the values of an adopted release, passwords among them. */
const LOCAL_STATE_WARNING =
  "the state stays in a file on this machine. Plans in pull requests need a shared one, and it may hold a private key " +
  "and an adopted release's values in the clear: set backend to gcs, s3 or remote before anybody else deploys this stack.";

/**
 * Where a stack's state is kept.
 *
 * @param suffix sets the place of a second stack of the same config apart
 */
export function configureBackend(stack: TerraformStack, backend: BackendConfig, suffix = ""): void {
  const whole = withPlace(stack.node.id, backend, suffix);
  switch (whole.kind) {
    case "local":
      new LocalBackend(stack, { path: literal(whole.path) });
      Annotations.of(stack).addWarning(LOCAL_STATE_WARNING);
      break;
    case "gcs":
      new GcsBackend(stack, { bucket: literal(whole.bucket), prefix: literal(whole.prefix) });
      break;
    case "s3":
      new S3Backend(stack, {
        bucket: literal(whole.bucket),
        key: literal(whole.key),
        region: literal(whole.region),
        encrypt: true,
      });
      // Locking by a file beside the state, with no DynamoDB table; cdktf 0.21 has no property for it.
      stack.addOverride("terraform.backend.s3.use_lockfile", true);
      break;
    case "remote":
      new RemoteBackend(stack, {
        hostname: literal(whole.hostname),
        organization: literal(whole.organization),
        workspaces: new NamedRemoteWorkspace(literal(whole.workspace)),
      });
      break;
  }
}

/**
 * The setting that says where a state is, and the place. Two settings that Terraform takes for the same place give the same.
 *
 * @see https://github.com/hashicorp/terraform/blob/v1.11.4/internal/backend/remote-state/gcs/backend_state.go (stateFile)
 */
export function statePlace(id: string, backend: BackendConfig, suffix = ""): { setting: string; place: string } {
  const whole = withPlace(id, backend, suffix);
  switch (whole.kind) {
    case "local":
      return { setting: "path", place: resolve(whole.path) };
    case "gcs":
      return { setting: "prefix", place: `gs://${posix.join(whole.bucket, whole.prefix)}`.replace(/\/+$/, "") };
    case "s3":
      // Its region is that of the bucket, whose name is the only one in all of AWS.
      return { setting: "key", place: `s3://${whole.bucket}/${whole.key.replace(/^\/+/, "")}` };
    case "remote":
      return {
        setting: "workspace",
        place: `${whole.hostname.toLowerCase()}/${whole.organization}/${whole.workspace}`,
      };
  }
}

/** A backend with every default filled in. */
function withPlace(id: string, backend: BackendConfig, suffix: string) {
  switch (backend.kind) {
    case "local":
      return { ...backend, path: backend.path ? apart(backend.path, suffix) : resolve(`terraform.${id}.tfstate`) };
    case "gcs":
      return { ...backend, prefix: backend.prefix === undefined ? `milvus-l7/${id}` : backend.prefix + suffix };
    case "s3":
      return { ...backend, key: apart(backend.key, suffix) };
    case "remote":
      return {
        ...backend,
        hostname: backend.hostname ?? "app.terraform.io",
        workspace: backend.workspace + suffix,
      };
  }
}

/** A file's name with a suffix before its extension. */
function apart(file: string, suffix: string): string {
  return file.replace(/(\.[^./\\]*)?$/, (extension) => suffix + extension);
}
