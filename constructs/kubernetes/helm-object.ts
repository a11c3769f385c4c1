import { DataKubernetesResources } from "@cdktf/provider-kubernetes/lib/data-kubernetes-resources";
import type { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import type { Construct } from "constructs";
import type { Assertion } from "../internal/check-block";
import { literal } from "../internal/hcl";

export interface HelmObjectProps {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  /** @default - the stack's provider without alias */
  readonly kubernetesProvider?: KubernetesProvider;
}

/**
 * What Helm writes on every object that a release renders.
 *
 * @see https://github.com/helm/helm/blob/v3.18.4/pkg/action/validate.go
 */
export const HELM_MARKS = {
  release: "meta.helm.sh/release-name",
  namespace: "meta.helm.sh/release-namespace",
} as const;

/** The way out for an object of a kind that a Helm release renders. */
export function helmWayOut(kind: string): string {
  const stop = kind === "Ingress" ? "set ingress.enabled to false in" : `take the ${kind} out of`;
  return (
    `either set name, and everything here gets names of its own; or ${stop} that release's values, upgrade it, which deletes ` +
    `the ${kind}, and have adoptExisting name it no longer`
  );
}

/**
 * An object that a Helm release renders is the release's: its next upgrade would put back what it says, past what stands here,
 * or delete the object.
 */
export function notOfHelm(scope: Construct, id: string, props: HelmObjectProps): Assertion {
  const { apiVersion, kind, name, namespace, kubernetesProvider } = props;
  // A list of one or none: a read by name fails where there is nothing.
  const found = new DataKubernetesResources(scope, id, {
    provider: kubernetesProvider,
    apiVersion,
    kind,
    namespace: literal(namespace),
    fieldSelector: literal(`metadata.name=${name}`),
    // Of a Secret that isn't Helm's nothing is read: its key would stand in the state.
    ...(kind === "Secret" ? { labelSelector: "app.kubernetes.io/managed-by=Helm" } : {}),
  });
  const address = `data.${DataKubernetesResources.tfResourceType}.${found.friendlyUniqueId}`;
  const mark = (key: string) => `try("\${${address}.objects[0].metadata.annotations["${key}"]}", "")`;
  return {
    condition: `\${${mark(HELM_MARKS.release)} == ""}`,
    errorMessage:
      `${literal(`The ${kind} ${namespace}/${name}, which adoptExisting names, belongs to the Helm release `)}` +
      `\${${mark(HELM_MARKS.namespace)}}/\${${mark(HELM_MARKS.release)}}: that release's next upgrade would overwrite or delete it, ` +
      `and what keeps clients out with it. Do one of two: ${helmWayOut(kind)}.`,
  };
}
