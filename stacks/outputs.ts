import { TerraformOutput, type TerraformStack } from "cdktf";
import { type ClientConnection, clientSnippet } from "./client-snippet";

export interface StackOutputs extends ClientConnection {
  readonly url: string;
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
