import { type ITerraformDependable, TerraformDataSource, TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import { literal } from "../internal/hcl";

/** What the load balancer uses by its name. */
export interface Used {
  readonly name: string;
  /** @default - there is none */
  readonly resource?: ITerraformDependable;
}

/**
 * A minute between the last object in the cluster that names something and its end: the controller needs a while to let go
 * of an address or a policy, and Google deletes none that is in use.
 *
 * What names them depends on this, and this on them. A change of what there is makes it anew, and the minute passes between
 * the update of the one and the deletion of the other.
 *
 * @see https://registry.terraform.io/providers/hashicorp/time/latest/docs/resources/sleep
 */
export function heldWhileInUse(
  scope: Construct,
  id: string,
  used: Readonly<Record<string, Used>>,
): ITerraformDependable[] {
  const made = Object.entries(used).filter(
    ([, { resource }]) => resource !== undefined && !(resource instanceof TerraformDataSource),
  );
  if (made.length === 0) {
    return [];
  }
  // Not the class of the prebuilt package: with it every user of this construct would have to add its provider.
  const sleep = new TerraformResource(scope, id, {
    terraformResourceType: "time_sleep",
    dependsOn: made.flatMap(([, { resource }]) => (resource ? [resource] : [])),
    lifecycle: { createBeforeDestroy: true },
  });
  sleep.addOverride("destroy_duration", "60s");
  sleep.addOverride("triggers", Object.fromEntries(made.map(([what, { name }]) => [what, literal(name)])));
  return [sleep];
}
