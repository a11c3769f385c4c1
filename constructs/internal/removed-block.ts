import { TerraformElement } from "cdktf";
import type { Construct } from "constructs";

/**
 * A `removed` block: Terraform forgets the object at an address, and leaves it in place. For an address that is not in the
 * state it does nothing. It works on apply only; `terraform destroy` passes by it.
 *
 * An element of its own, since `addOverride` keeps only the last of several.
 *
 * @see https://developer.hashicorp.com/terraform/language/block/removed
 */
export class RemovedBlock extends TerraformElement {
  constructor(
    scope: Construct,
    id: string,
    private readonly from: string,
  ) {
    super(scope, id);
  }

  override toTerraform(): unknown {
    return { removed: [{ from: this.from, lifecycle: { destroy: false } }] };
  }
}
