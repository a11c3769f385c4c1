import { TerraformOutput, type TerraformStack } from "cdktf";
import type { StackConfig } from "../config/types";
import { literal } from "../constructs/internal/hcl";
import { clientSnippet } from "./client-snippet";

/** What the outputs need of an ingress, on either cloud. */
export interface Reachable {
  readonly address: string;
  readonly url: string;
  readonly certificate: { readonly certificatePem?: string };
  /** What opens the firewall of a Shared VPC. */
  readonly firewallCommand?: string;
  /** What the owner of a release elsewhere has to merge. */
  readonly valuesToMerge?: string;
}

/** The outputs of a stack, the same on both clouds. */
export function addOutputs(stack: TerraformStack, config: StackConfig, reachable: Reachable): void {
  const { address, url, certificate, firewallCommand, valuesToMerge } = reachable;
  const output = (id: string, value: string, description: string) => {
    new TerraformOutput(stack, id, { value, description, staticId: true });
  };
  const { certificatePem } = certificate;
  const [host = ""] = config.hosts;
  const snippet = clientSnippet({
    host,
    address,
    certificatePem,
    dns: config.dnsZone !== undefined,
    authorizationEnabled: config.authorizationEnabled ?? false,
    mutualTls: "mutualTls" in config && config.mutualTls !== undefined && config.mutualTls.kind !== "leave-alone",
  });
  output("host", host, "The name that clients use");
  output("address", address, "The load balancer's address: what the host has to lead to");
  output("url", url, "What a client connects to once DNS leads there");
  if (certificatePem !== undefined) {
    output("certificate_pem", certificatePem, "The certificate that clients are given");
  }
  if (firewallCommand) {
    output("firewall_command", literal(firewallCommand), "What somebody runs who may open the Shared VPC's firewall");
  }
  if (valuesToMerge) {
    output("values_to_merge", literal(valuesToMerge), "What the release's owner has to add to its values");
  }
  output("client_snippet", snippet, "Python that connects to Milvus: paste it and run it");
}
