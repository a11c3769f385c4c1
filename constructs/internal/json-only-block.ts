import { App, TerraformElement } from "cdktf";
import type { Construct } from "constructs";
import { InvalidInputError } from "./problem";

/**
 * A block of a kind that cdktf writes into Terraform JSON alone: out of HCL it leaves it without a word. Where HCL is
 * asked for it refuses to be made, before anything is written.
 *
 * @see https://github.com/hashicorp/terraform-cdk/blob/v0.21.0/packages/cdktf/lib/terraform-stack.ts
 */
export abstract class JsonOnlyBlock extends TerraformElement {
  /**
   * @param kind the block's keyword
   * @param loss what the next apply would do without the block
   */
  constructor(
    scope: Construct,
    id: string,
    private readonly kind: string,
    private readonly loss: string,
  ) {
    super(scope, id);
    const { root } = this.node;
    if (App.isApp(root) && root.hclOutput) {
      this.refuseHcl();
    }
  }

  abstract override toTerraform(): unknown;

  override toHclTerraform(): never {
    return this.refuseHcl();
  }

  private refuseHcl(): never {
    throw new InvalidInputError(this.node.path, [
      {
        path: "synth --hcl",
        given: "HCL (--hcl, SYNTH_HCL_OUTPUT)",
        allowed: `Terraform JSON: cdktf leaves ${this.kind} blocks out of HCL without a word, and ${this.loss}`,
        fix: "run it without --hcl: Terraform takes cdk.tf.json as it is",
      },
    ]);
  }
}
