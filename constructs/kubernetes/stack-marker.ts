import { DataKubernetesServiceV1 } from "@cdktf/provider-kubernetes/lib/data-kubernetes-service-v1";
import type { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { TerraformResource, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import type { Assertion } from "../internal/check-block";
import { literal } from "../internal/hcl";

export interface StackMarkerProps {
  /** The name of the Service that is marked. */
  readonly service: string;
  readonly namespace: string;
  /** @default - the stack's provider without alias */
  readonly kubernetesProvider?: KubernetesProvider;
}

/**
 * Says on a Service whose state it is in, and refuses a plan where that is another's: a stack that was renamed begins with
 * an empty state, and would make everything a second time.
 *
 * The mark is the name under which the stack was first deployed. It is kept in the state, and so it moves with that: under a new
 * name the plan has nothing to do.
 */
export class StackMarker extends Construct {
  /** What the Service carries. */
  readonly annotations: Readonly<Record<string, string>>;
  /** What has to hold before it is made or changed. */
  readonly isOurs: Assertion;

  constructor(scope: Construct, id: string, { service, namespace, kubernetesProvider }: StackMarkerProps) {
    super(scope, id);
    const stack = TerraformStack.of(this).node.path;
    // Not cdktf's DataResource: that runs the terraform binary at synthesis, to ask for its version.
    const first = new TerraformResource(this, "Resource", {
      terraformResourceType: "terraform_data",
      lifecycle: { ignoreChanges: ["input"] },
    });
    first.addOverride("input", literal(stack));
    const live = new DataKubernetesServiceV1(this, "live", {
      provider: kubernetesProvider,
      metadata: { name: literal(service), namespace: literal(namespace) },
    });
    // Its input, which a plan knows before it is made; its output is known after the apply alone.
    const ours = `terraform_data.${first.friendlyUniqueId}.input`;
    const marked = `try(data.${DataKubernetesServiceV1.tfResourceType}.${live.friendlyUniqueId}.metadata[0].annotations["${MARK}"], "")`;
    this.annotations = { [MARK]: `\${${ours}}` };
    this.isOurs = {
      condition: `\${coalesce(${marked}, ${ours}) == ${ours}}`,
      errorMessage: refusal(`\${${marked}}`, stack, service, namespace),
    };
  }
}

const MARK = "cdktf-milvus-l7/stack";

function refusal(other: string, stack: string, service: string, namespace: string): string {
  const here = literal(stack);
  return (
    `${literal(`The Service ${namespace}/${service} is in the state of another stack`)}, first deployed as ${other}: this is ` +
    `${here}, and its state doesn't have it. Where that stack was renamed to ${here}, move its state before the first apply, or ` +
    `everything is made a second time. Backend local: cp terraform.${other}.tfstate terraform.${here}.tfstate. Backend gcs: gcloud ` +
    `storage cp gs://BUCKET/milvus-l7/${other}/default.tfstate gs://BUCKET/milvus-l7/${here}/default.tfstate. Or leave it ` +
    "where it is, and say where that is in the stack's backend: path, prefix, key or workspace. docs/rename-a-stack.md has " +
    "each step. " +
    literal(
      `If that stack and its state are gone for good: kubectl annotate service ${service} -n ${namespace} ${MARK}-`,
    )
  );
}
