import { AnnotationMetadataEntryType, TerraformStack, Testing } from "cdktf";
import type { StackConfig } from "../../config/types";
import { stackOf } from "../../stacks/catalog";
import { type TerraformJson as AnyTerraformJson, synth } from "../support/synth";

export type TerraformJson = AnyTerraformJson & { readonly check?: Record<string, any> };

/** What one entry of a config file gives, as `main.ts` makes it. */
export interface Built {
  /** By the ids of the stacks, in the order in which they are made. */
  readonly stacks: Record<string, TerraformJson>;
  /** The same; what each stack warns of. */
  readonly warnings: Record<string, string[]>;
}

export function build(id: string, config: StackConfig): Built {
  const app = Testing.app();
  stackOf(config.cloud).build(app, id, config);
  const stacks = app.node.children.filter((child) => child instanceof TerraformStack);
  return {
    stacks: Object.fromEntries(stacks.map((stack) => [stack.node.id, synth(stack)])),
    warnings: Object.fromEntries(
      stacks.map(({ node }) => [
        node.id,
        node.metadata.filter(({ type }) => type === AnnotationMetadataEntryType.WARN).map(({ data }) => data),
      ]),
    ),
  };
}

/** One stack of these. */
export function stackIn({ stacks }: Built, id: string): TerraformJson {
  const json = stacks[id];
  if (json === undefined) {
    throw new Error(`no stack ${id} among ${Object.keys(stacks).join(", ")}`);
  }
  return json;
}

/** A text of the Terraform JSON without the hashes that cdktf ends its names with. */
export function withoutHashes<T>(value: T): T {
  return JSON.parse(JSON.stringify(value).replace(/_[0-9A-F]{8}\b/g, ""));
}

/** The resource that stands in the place of a release that isn't the stack's. */
export function leftAlone(releaseName: string, namespace: string) {
  return expect.objectContaining({
    count: 0,
    name: releaseName,
    namespace,
    lifecycle: { prevent_destroy: true },
  });
}

/** What the check of a release says that is not the stack's. */
export function notAsNeeded(release: string, wanted: string, remedy: string): string {
  return (
    `The live pods of ${release} are not as the load balancer needs them: ` +
    '${local.release_live_image == "" ? "no Deployment has their labels" : ' +
    '"common.security.tlsMode is ${local.release_live_tls-mode}, proxy.http.port is ' +
    '${local.release_live_rest-port == "" ? "not set" : local.release_live_rest-port}"}; ' +
    `wanted is ${wanted}. ${remedy} DNS is not pointed at pods that don't answer: a first deploy goes without dnsZone.`
  );
}

/** What that check asks for where the pods are to speak TLS, with this port for REST. */
export function speakTls(restPort: number): string {
  return (
    '${local.release_live_image != "" && local.release_live_tls-mode == "1" && ' +
    `local.release_live_rest-port == "${restPort}"}`
  );
}

/** The same where they are not. */
export const SPEAK_PLAINTEXT = '${local.release_live_image != "" && local.release_live_tls-mode == "0"}';
