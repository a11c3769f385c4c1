import type { Construct } from "constructs";
import { JsonOnlyBlock } from "./json-only-block";

/**
 * A `removed` block: Terraform forgets the object at an address, and leaves it in place. For an address that is not in the
 * state it does nothing. It works on apply only; `terraform destroy` passes by it.
 *
 * An element of its own, since `addOverride` keeps only the last of several.
 *
 * @see https://developer.hashicorp.com/terraform/language/block/removed
 */
export class RemovedBlock extends JsonOnlyBlock {
  constructor(
    scope: Construct,
    id: string,
    private readonly from: string,
  ) {
    super(scope, id, "removed", `the next apply would destroy ${from}, which this one has Terraform forget`);
  }

  override toTerraform(): unknown {
    return { removed: [{ from: this.from, lifecycle: { destroy: false } }] };
  }
}
