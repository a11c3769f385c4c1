import type { TerraformProvider, TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import { JsonOnlyBlock } from "./json-only-block";

export interface ImportBlockProps {
  /** The resource that the object becomes, or its address, e.g. `helm_release.x`. */
  readonly to: TerraformResource | string;
  /** What the provider calls the existing object. */
  readonly id: string;
  /**
   * The provider that finds it.
   *
   * @default - the one without alias
   */
  readonly provider?: TerraformProvider;
}

/**
 * An `import` block beside a resource. cdktf's own `importFrom` runs the terraform binary during synthesis to ask for
 * its version; synthesis here needs nothing but Node.
 *
 * @see https://developer.hashicorp.com/terraform/language/import
 */
export class ImportBlock extends JsonOnlyBlock {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: ImportBlockProps,
  ) {
    super(scope, id, "import", "the next apply would create what is there already");
  }

  override toTerraform(): unknown {
    const { to, id, provider } = this.props;
    const address = typeof to === "string" ? to : `${to.terraformResourceType}.${to.friendlyUniqueId}`;
    return { import: [{ to: address, id, ...(provider ? { provider: provider.fqn } : {}) }] };
  }
}
