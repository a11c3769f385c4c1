import { TerraformStack, TerraformVariable } from "cdktf";
import type { Construct } from "constructs";
import { hclExpression } from "../internal/hcl";
import type { PrivateKeySource } from "./own-certificate";

/**
 * The expression by which Terraform reads a private key. Node never sees it, and it stands in no file of `cdktf.out`:
 * that is why this is no TerraformAsset, which would copy it there.
 */
export function privateKeyExpression(scope: Construct, source: PrivateKeySource): string {
  if ("file" in source) {
    return `\${file(${hclExpression(source.file)})}`;
  }
  const stack = TerraformStack.of(scope);
  const variable =
    stack.node.tryFindChild(source.variable) ??
    new TerraformVariable(stack, source.variable, {
      type: "string",
      description: "The private key of the load balancer's certificate, in PEM",
      sensitive: true,
      nullable: false,
    });
  if (!(variable instanceof TerraformVariable)) {
    throw new Error(`${variable.node.path} is no variable: give the variable of the private key another name`);
  }
  // Read when it is needed, kept in neither plan nor state; cdktf 0.21 has no property for it.
  variable.addOverride("ephemeral", true);
  return variable.stringValue;
}
