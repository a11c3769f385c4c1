import { type IAspect, TerraformResource, Token } from "cdktf";
import type { IConstruct } from "constructs";
import { literals } from "../internal/hcl";
import { awsTags, googleLabels, kubernetesLabels, type Labels } from "../internal/labels";
import { type Problem, throwIfAny } from "../internal/problem";

/** The props of `ResourceLabels`. */
export interface ResourceLabelsProps {
  /**
   * Labels of every Kubernetes object.
   *
   * @default - none
   */
  readonly kubernetes?: Readonly<Record<string, string>>;
  /**
   * Labels of every Google resource that takes some.
   *
   * @default - none
   */
  readonly google?: Readonly<Record<string, string>>;
  /**
   * Tags of every AWS resource that takes some.
   *
   * @default - none
   */
  readonly aws?: Readonly<Record<string, string>>;
}

/**
 * Labels and tags of all that Terraform makes below a construct, what somebody else's constructs make included. One that a
 * resource has already stays as it is there.
 *
 * What a controller makes in the cloud, and what a Helm chart renders, is no resource of Terraform's.
 *
 * @example
 * import { Aspects } from "cdktf";
 *
 * Aspects.of(this).add(new ResourceLabels({ kubernetes: { team: "search" }, google: { team: "search" } }));
 */
export class ResourceLabels implements IAspect {
  /** Every problem of these props, at once. */
  static validate({ kubernetes, google, aws }: ResourceLabelsProps): Problem[] {
    return [...kubernetesLabels("kubernetes", kubernetes), ...googleLabels("google", google), ...awsTags("aws", aws)];
  }

  /** @throws InvalidInputError with every problem of the props at once */
  constructor(private readonly props: ResourceLabelsProps) {
    throwIfAny("ResourceLabels", ResourceLabels.validate(props));
  }

  visit(node: IConstruct): void {
    if (!TerraformResource.isTerraformResource(node)) {
      return;
    }
    const { kubernetes, google, aws } = this.props;
    const resource = node as unknown as Labelled;
    switch (node.terraformGeneratorMetadata?.providerName) {
      case "kubernetes":
        labelObject(resource, kubernetes);
        break;
      case "google":
      case "google-beta":
        // Other labels than those of the resource itself come without these.
        if ("effectiveLabels" in resource && "labelsInput" in resource) {
          resource.labels = beside(resource.labelsInput, google);
        }
        break;
      case "aws":
        if ("tagsAllInput" in resource) {
          resource.tags = beside(resource.tagsInput, aws);
        }
        break;
    }
  }
}

/** As the prebuilt classes have it, whichever of it a resource has. */
interface Labelled {
  labels?: Labels;
  labelsInput?: Labels;
  tags?: Labels;
  tagsInput?: Labels;
  manifest?: unknown;
  readonly manifestInput?: unknown;
  readonly metadata?: { labels?: Labels; readonly labelsInput?: Labels };
}

function labelObject(resource: Labelled, labels: Labels | undefined): void {
  const manifest = resource.manifestInput;
  if (isPlainObject(manifest) && isPlainObject(manifest.metadata)) {
    const { metadata } = manifest;
    const all = beside(metadata.labels as Labels | undefined, labels);
    resource.manifest = all === undefined ? manifest : { ...manifest, metadata: { ...metadata, labels: all } };
  } else if (resource.metadata !== undefined && "labelsInput" in resource.metadata) {
    resource.metadata.labels = beside(resource.metadata.labelsInput, labels);
  }
}

/** A resource's own outrank these. */
function beside(own: Labels | undefined, labels: Labels | undefined): Labels | undefined {
  if (labels === undefined || Object.keys(labels).length === 0 || Token.isUnresolved(own)) {
    return own;
  }
  return { ...literals(labels), ...own };
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !Token.isUnresolved(value);
}
