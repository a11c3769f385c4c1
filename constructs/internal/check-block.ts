import type { Construct } from "constructs";
import { JsonOnlyBlock } from "./json-only-block";

/** Something that should hold. Where it doesn't, Terraform goes on, with a warning in the plan and after the apply. */
export interface Assertion {
  /** A whole expression, `${…}`. */
  readonly condition: string;
  /** What is seen, what it means and what to do. */
  readonly errorMessage: string;
}

/**
 * A `check` block. It reads nothing by itself: a data source inside it would be read again by every apply, and make a plan
 * with nothing to do look like one with changes.
 *
 * @see https://developer.hashicorp.com/terraform/language/block/check
 */
export class CheckBlock extends JsonOnlyBlock {
  constructor(
    scope: Construct,
    id: string,
    private readonly assertions: readonly Assertion[],
  ) {
    super(scope, id, "check", "nobody would be warned of what this one looks at");
  }

  override toTerraform(): unknown {
    const assert = this.assertions.map(({ condition, errorMessage }) => ({ condition, error_message: errorMessage }));
    return { check: { [this.friendlyUniqueId]: { assert } } };
  }
}
