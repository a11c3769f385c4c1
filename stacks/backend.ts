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
  switch (backend.kind) {
    case "local":
      new LocalBackend(stack, backend.path === undefined ? {} : { path: literal(apart(backend.path, suffix)) });
      Annotations.of(stack).addWarning(LOCAL_STATE_WARNING);
      break;
    case "gcs":
      new GcsBackend(stack, {
        bucket: literal(backend.bucket),
        prefix: literal(backend.prefix === undefined ? `milvus-l7/${stack.node.id}` : backend.prefix + suffix),
      });
      break;
    case "s3":
      new S3Backend(stack, {
        bucket: literal(backend.bucket),
        key: literal(apart(backend.key, suffix)),
        region: literal(backend.region),
        encrypt: true,
      });
      // Locking by a file beside the state, with no DynamoDB table; cdktf 0.21 has no property for it.
      stack.addOverride("terraform.backend.s3.use_lockfile", true);
      break;
    case "remote":
      new RemoteBackend(stack, {
        hostname: literal(backend.hostname ?? "app.terraform.io"),
        organization: literal(backend.organization),
        workspaces: new NamedRemoteWorkspace(literal(backend.workspace + suffix)),
      });
      break;
  }
}

/** A file's name with a suffix before its extension. */
function apart(file: string, suffix: string): string {
  return file.replace(/(\.[^./\\]*)?$/, (extension) => suffix + extension);
}
