import { TerraformStack, TerraformVariable } from "cdktf";
import type { Construct } from "constructs";
import { hclOf } from "./key-fits";
import type { PrivateKeySource } from "./own-certificate";

/** Whether the resource that gets the key keeps no copy of it: only then can it come from an ephemeral variable. */
export type KeyRetention = "write-only" | "in-state";

/**
 * The expression by which Terraform reads a private key. Node never sees it, and it stands in no file of `cdktf.out`:
 * that is why this is no TerraformAsset, which would copy it there.
 */
export function privateKeyExpression(scope: Construct, source: PrivateKeySource, retention: KeyRetention): string {
  if ("file" in source) {
    return `\${${hclOf(source)}}`;
  }
  const stack = TerraformStack.of(scope);
  const variable = findVariable(stack, source.variable) ?? newVariable(stack, source.variable, retention);
  return variable.stringValue;
}

function findVariable(stack: TerraformStack, name: string): TerraformVariable | undefined {
  return stack.node
    .findAll()
    .find((node): node is TerraformVariable => node instanceof TerraformVariable && node.friendlyUniqueId === name);
}

/** Under an id of its own: a variable may be called like any construct of the stack. */
function newVariable(stack: TerraformStack, name: string, retention: KeyRetention): TerraformVariable {
  const variable = new TerraformVariable(stack, `variable-${name}`, {
    type: "string",
    description: "The private key of the load balancer's certificate, in PEM",
    sensitive: true,
    nullable: false,
  });
  variable.overrideLogicalId(name);
  if (retention === "write-only") {
    // Kept in neither plan nor state; cdktf 0.21 has no property for it.
    variable.addOverride("ephemeral", true);
  }
  return variable;
}
