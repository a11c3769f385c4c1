import { DataKubernetesResources } from "@cdktf/provider-kubernetes/lib/data-kubernetes-resources";
import { DataKubernetesServiceV1 } from "@cdktf/provider-kubernetes/lib/data-kubernetes-service-v1";
import type { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { Lazy, TerraformLocal, TerraformResource, TerraformStack } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import type { Assertion } from "../internal/check-block";
import { HclCode, hclExpression, literal } from "../internal/hcl";
import type { IMilvusService } from "../milvus/milvus-service";

export interface StackMarkerProps {
  /** The name of the Service that is marked. */
  readonly service: string;
  /** The Milvus that the Service leads to. */
  readonly milvus: IMilvusService;
  /** @default - the stack's provider without alias */
  readonly kubernetesProvider?: KubernetesProvider;
}

/**
 * Says on a Service whose state it is in and which release that stack adopts, and refuses a plan where that is another's: two
 * stacks with one state, or with one release, destroy or undo what the other has made.
 *
 * The mark is the name under which the stack was first deployed. It is kept in the state, and so it moves with that: under a new
 * name the plan has nothing to do.
 */
export class StackMarker extends Construct {
  /** What the Service carries. */
  readonly annotations: Readonly<Record<string, string>>;
  /** What has to hold before it is made or changed. */
  readonly preconditions: Assertion[];

  constructor(scope: Construct, id: string, { service, milvus, kubernetesProvider }: StackMarkerProps) {
    super(scope, id);
    const { namespace, releaseName } = milvus;
    const stack = TerraformStack.of(this).node.path;
    const release = `${namespace}/${releaseName}`;
    // Not cdktf's DataResource: that runs the terraform binary at synthesis, to ask for its version.
    const first = new TerraformResource(this, "Resource", {
      terraformResourceType: "terraform_data",
      lifecycle: { ignoreChanges: ["input"] },
    });
    first.addOverride("input", { stack: literal(stack), release: literal(release) });
    const live = new DataKubernetesServiceV1(this, "live", {
      provider: kubernetesProvider,
      metadata: { name: literal(service), namespace: literal(namespace) },
    });
    const marker = `terraform_data.${first.friendlyUniqueId}`;
    // Its input, which a plan knows before it is made; its output is known after the apply alone. Older states have the
    // stack's name alone there.
    const ours = local(this, "ours", `try(${marker}.input.stack, ${marker}.input)`);
    const annotations = `data.${DataKubernetesServiceV1.tfResourceType}.${live.friendlyUniqueId}.metadata[0].annotations`;
    const marked = local(this, "marked", `try(${annotations}["${STACK_MARK}"], "")`);
    const adopts = milvus.adoptedBy === stack;
    this.annotations = {
      [STACK_MARK]: `\${${ours}}`,
      ...(adopts ? { [RELEASE_MARK]: literal(releaseName) } : {}),
    };
    this.preconditions = [
      {
        condition: `\${coalesce(${marked}, ${ours}) == ${ours}}`,
        errorMessage: inAnotherState(`\${${marked}}`, stack, service, namespace),
      },
      {
        condition: Lazy.stringValue({
          produce: () => `\${${ours} == ${hclExpression(stack)} || !contains(${stacksOf(this.node.root)}, ${ours})}`,
        }),
        errorMessage: sharedState(`\${${ours}}`, stack, marker),
      },
      {
        condition: `\${try(${marker}.input.release, ${hclExpression(release)}) == ${hclExpression(release)}}`,
        errorMessage: otherRelease(`\${try(${marker}.input.release, "")}`, stack, release, marker),
      },
      ...(adopts ? [adoptedOnce(this, { release: milvus, ours: new HclCode(ours), kubernetesProvider })] : []),
    ];
  }
}

/** The name under which the Service's stack was first deployed. */
export const STACK_MARK = "cdktf-milvus-l7/stack";

/** The name of the Helm release that the Service's stack has adopted. */
export const RELEASE_MARK = "cdktf-milvus-l7/adopts";

export interface AdoptedOnceProps {
  readonly release: { readonly releaseName: string; readonly namespace: string };
  /** The mark of the stack that may adopt it. */
  readonly ours: string | HclCode;
  /**
   * The front Service of that stack, for somebody who doesn't know by which mark the stack goes.
   *
   * @default - the mark tells
   */
  readonly service?: string;
  /** @default - the stack's provider without alias */
  readonly kubernetesProvider?: KubernetesProvider;
}

/** No front Service in the release's namespace is that of another stack that has adopted it. */
export function adoptedOnce(
  scope: Construct,
  { release, ours, service, kubernetesProvider }: AdoptedOnceProps,
): Assertion {
  const { releaseName, namespace } = release;
  const services = new DataKubernetesResources(scope, "adopters", {
    provider: kubernetesProvider,
    apiVersion: "v1",
    kind: "Service",
    namespace: literal(namespace),
  });
  const mark = (key: string) => `try(one.metadata.annotations["${key}"], "")`;
  const isOther = [
    `${mark(RELEASE_MARK)} == ${hclExpression(releaseName)}`,
    `${mark(STACK_MARK)} != ${hclExpression(ours)}`,
    ...(service === undefined ? [] : [`one.metadata.name != ${hclExpression(service)}`]),
  ].join(" && ");
  const address = `data.${DataKubernetesResources.tfResourceType}.${services.friendlyUniqueId}`;
  const named = `"\${${mark(STACK_MARK)}} (Service \${one.metadata.name})"`;
  const others = local(scope, "other-adopters", `try([for one in ${address}.objects : ${named} if ${isOther}], [])`);
  return {
    condition: `\${length(${others}) == 0}`,
    errorMessage:
      `${literal(`The Helm release ${namespace}/${releaseName} is adopted by another stack, first deployed as `)}\${join(", ", ${others})}. ` +
      "Two stacks that adopt one release undo each other's settings: TLS off in one is TLS off under the other. Set the " +
      "release's ownership to leave-alone or elsewhere in one of them (with constructs: milvusOf or MilvusReleaseElsewhere).",
  };
}

function local(scope: Construct, id: string, expression: string): string {
  return `local.${new TerraformLocal(scope, id, `\${${expression}}`).friendlyUniqueId}`;
}

const stackLists = new WeakMap<IConstruct, { readonly count: number; readonly list: string }>();

/** The expression of all stacks' names, which are known when all of the app is there. A large app has it made once. */
function stacksOf(app: IConstruct): string {
  const stacks = stacksBelow(app);
  const known = stackLists.get(app);
  if (known?.count === stacks.length) {
    return known.list;
  }
  const list = hclExpression(stacks.map(({ node }) => node.path));
  stackLists.set(app, { count: stacks.length, list });
  return list;
}

function stacksBelow(construct: IConstruct): TerraformStack[] {
  return TerraformStack.isStack(construct) ? [construct] : construct.node.children.flatMap(stacksBelow);
}

function inAnotherState(other: string, stack: string, service: string, namespace: string): string {
  const here = literal(stack);
  return (
    `${literal(`The Service ${namespace}/${service} is in the state of another stack`)}, first deployed as ${other}: this is ` +
    `${here}, and its state doesn't have it. If ${here} is to be a second load balancer of the same Milvus, set name in it: all ` +
    `names are made of that. Only if that stack was renamed to ${here}: move its state before the first apply, or say in ` +
    "the stack's backend where the state is (path, prefix, key or workspace). docs/rename-a-stack.md has each step. " +
    literal(
      `If that stack and its state are gone for good: kubectl annotate service ${service} -n ${namespace} ${STACK_MARK}-`,
    )
  );
}

function sharedState(other: string, stack: string, marker: string): string {
  return (
    `The state of ${literal(stack)} is that of ${other}, which is another stack of this app: an apply would destroy what ${other} has ` +
    "made. Give each stack a state of its own, by its backend's path, prefix, key or workspace. If this stack was renamed " +
    `from ${other}, and a new stack has that name now: ${newMark(marker)}`
  );
}

function otherRelease(other: string, stack: string, release: string, marker: string): string {
  return (
    `The state of ${literal(stack)} is that of a load balancer of the Helm release ${other}, and this configuration is for ` +
    `${literal(release)}: an apply would move clients of the one Milvus to the other. If two configurations have one state, give each a ` +
    `state of its own, by its backend's path, prefix, key or workspace. If this load balancer is to lead to another release: ${newMark(marker)}`
  );
}

function newMark(marker: string): string {
  return `docs/rename-a-stack.md says how to give it a new mark (terraform apply -replace=${marker}).`;
}
