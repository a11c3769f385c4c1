import type { TerraformStack } from "cdktf";

/**
 * The Terraform versions that take what is synthesised.
 *
 * Write-only arguments, which keep private keys out of the state, came with 1.11.
 *
 * @see https://developer.hashicorp.com/terraform/language/resources/ephemeral/write-only
 */
export const TERRAFORM_VERSIONS = ">= 1.11";

export function requireTerraform(stack: TerraformStack): void {
  stack.addOverride("terraform.required_version", TERRAFORM_VERSIONS);
}
