import { TerraformElement, type TerraformProvider } from "cdktf";
import type { Construct } from "constructs";

export interface ImportBlockProps {
  /** The address that the object gets, e.g. `helm_release.x`. */
  readonly to: string;
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
export class ImportBlock extends TerraformElement {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: ImportBlockProps,
  ) {
    super(scope, id);
  }

  override toTerraform(): unknown {
    const { to, id, provider } = this.props;
    return { import: [{ to, id, ...(provider ? { provider: provider.fqn } : {}) }] };
  }
}
