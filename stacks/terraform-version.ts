import type { TerraformStack } from "cdktf";

/**
 * Write-only arguments, which keep private keys out of the state, came with 1.11.
 *
 * @see https://developer.hashicorp.com/terraform/language/resources/ephemeral/write-only
 */
export function requireTerraform(stack: TerraformStack): void {
  stack.addOverride("terraform.required_version", ">= 1.11");
}
