import { PREFIX as ALB } from "../constructs/aws/load-balancer";
import type { Right, Untyped } from "./cluster";
import { KIND_OF_TYPE, resourceOf, type TerraformJson } from "./planned";

export interface NeededRight extends Right {
  /**
   * What stops without it; an `upgrade` of the release, where the chart has rendered such objects. Without one of the `doctor`
   * a check is skipped.
   */
  readonly by: "plan" | "deploy" | "upgrade" | "doctor";
}

/** What a plan of any object by server-side apply lists. */
export const DEFINITIONS = "customresourcedefinitions.apiextensions.k8s.io";

/**
 * What the helm provider does for an upgrade that waits: it keeps a revision as a Secret, reads every object that the chart
 * and its parts render, patches those that change, and watches the rollout. Denied one of them, it leaves the release failed.
 *
 * @see https://github.com/helm/helm/blob/main/pkg/kube/client.go
 */
const HELM_UPGRADE: readonly (readonly [NeededRight["by"], string, readonly string[]])[] = [
  ["plan", "secrets", ["list"]],
  ["deploy", "secrets", ["get", "create", "update"]],
  ["deploy", "deployments.apps", ["get", "patch"]],
  ["deploy", "services", ["get", "patch"]],
  ["deploy", "configmaps", ["get", "patch"]],
  ["deploy", "replicasets.apps", ["list"]],
  // etcd, MinIO and Pulsar, unless the release has them elsewhere.
  ["upgrade", "statefulsets.apps", ["get", "patch"]],
  ["upgrade", "serviceaccounts", ["get"]],
  ["upgrade", "jobs.batch", ["get"]],
  ["upgrade", "roles.rbac.authorization.k8s.io", ["get"]],
  ["upgrade", "rolebindings.rbac.authorization.k8s.io", ["get"]],
  ["upgrade", "persistentvolumeclaims", ["get"]],
];

/** What the account needs, by what the stacks hold. */
export function neededRights(stacks: readonly TerraformJson[]): NeededRight[] {
  const rights = stacks.flatMap(({ resource = {}, data = {} }) => [
    ...each(data, rightsOfData),
    ...each(resource, rightsOfResource),
  ]);
  const key = ({ verb, resource, namespace = "" }: Right) => `${verb} ${resource} ${namespace}`;
  const plan = new Map(rights.filter(({ by }) => by === "plan").map((right) => [key(right), right]));
  return [...new Map([...rights.map((right) => [key(right), right] as const), ...plan]).values()];
}

function each(
  part: Readonly<Record<string, Readonly<Record<string, Untyped>>>>,
  rightsOf: (type: string, settings: Untyped) => NeededRight[],
): NeededRight[] {
  return Object.entries(part).flatMap(([type, byId]) =>
    Object.values(byId).flatMap((settings) => rightsOf(type, settings)),
  );
}

function rightsOfData(type: string, settings: Untyped): NeededRight[] {
  const verb = type === "kubernetes_resources" ? "list" : "get";
  const kind = type === "kubernetes_resource" || type === "kubernetes_resources" ? settings.kind : KIND_OF_TYPE[type];
  const namespace = settings.namespace ?? settings.metadata?.namespace;
  return kind === undefined ? [] : [{ by: "plan", verb, resource: resourceOf(kind), namespace }];
}

function rightsOfResource(type: string, settings: Untyped): NeededRight[] {
  const needs = (
    by: NeededRight["by"],
    kind: string,
    namespace: string | undefined,
    ...verbs: string[]
  ): NeededRight[] => verbs.map((verb) => ({ by, verb, resource: resourceOf(kind), namespace }));
  switch (type) {
    // A plan of it is a server-side apply as a dry run, after a look at the definitions.
    case "kubernetes_manifest": {
      const { kind, metadata } = settings.manifest;
      return [
        { by: "plan", verb: "list", resource: DEFINITIONS },
        ...needs("plan", kind, metadata.namespace, "get", "create", "patch"),
        // The other Ingresses of its group, which may be in any namespace.
        ...(metadata.annotations?.[`${ALB}/group.name`] ? needs("doctor", kind, undefined, "list") : []),
      ];
    }
    case "kubernetes_annotations":
      return needs("deploy", settings.kind, settings.metadata.namespace, "get", "patch");
    // Of a namespace, which is in none.
    case "kubernetes_labels":
      return needs("deploy", settings.kind, settings.metadata.namespace, "get", "patch");
    case "kubernetes_service_v1":
    case "kubernetes_secret_v1":
      return needs("deploy", KIND_OF_TYPE[type] as string, settings.metadata.namespace, "get", "create", "patch");
    case "helm_release":
      // One that is left alone stands there with a count of 0.
      return settings.count === 0
        ? []
        : HELM_UPGRADE.flatMap(([by, resource, verbs]) =>
            verbs.map((verb) => ({ by, verb, resource, namespace: settings.namespace })),
          );
    default:
      return [];
  }
}
