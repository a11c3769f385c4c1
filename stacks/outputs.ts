import { TerraformOutput, type TerraformStack } from "cdktf";
import { clientSnippet } from "./client-snippet";

export interface StackOutputs {
  /** The first host. */
  readonly host: string;
  /** The load balancer's address. */
  readonly address: string;
  readonly url: string;
  /** What clients that don't know the issuer are given. */
  readonly certificatePem?: string;
  /** Whether DNS leads the host to the load balancer. */
  readonly dns: boolean;
  readonly authorizationEnabled: boolean;
}

/** The outputs of a stack, the same on both clouds. */
export function addOutputs(stack: TerraformStack, outputs: StackOutputs): void {
  const output = (id: string, value: string, description: string) => {
    new TerraformOutput(stack, id, { value, description, staticId: true });
  };
  output("host", outputs.host, "The name that clients use");
  output("address", outputs.address, "The load balancer's address: what the host has to lead to");
  output("url", outputs.url, "What a client connects to once DNS leads there");
  if (outputs.certificatePem !== undefined) {
    output("certificate_pem", outputs.certificatePem, "The certificate that clients are given");
  }
  output("client_snippet", clientSnippet(outputs), "Python that connects to Milvus: paste it and run it");
}
