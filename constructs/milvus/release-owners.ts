import { hclExpression } from "../internal/hcl";

/** What whoever renders an object leaves on it: one of these keys among its labels or annotations, or this label. */
type Marks = { readonly keys: readonly string[] } | { readonly label: string; readonly value: string };

/**
 * Who would undo a change of a Helm release, or be fought by it.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/
 * @see https://github.com/fluxcd/helm-controller/blob/main/internal/postrender/origin_labels.go
 * @see https://github.com/zilliztech/milvus-operator/blob/main/pkg/controllers/utils.go
 */
export const OTHER_OWNERS: readonly { readonly owner: string; readonly marks: Marks }[] = [
  { owner: "Argo CD", marks: { keys: ["argocd.argoproj.io/tracking-id", "argocd.argoproj.io/instance"] } },
  { owner: "Flux", marks: { keys: ["helm.toolkit.fluxcd.io/name", "kustomize.toolkit.fluxcd.io/name"] } },
  { owner: "the Milvus operator", marks: { label: "app.kubernetes.io/managed-by", value: "milvus-operator" } },
];

/** The metadata of an object, as far as it tells its owner. */
interface Marked {
  readonly labels?: Readonly<Record<string, unknown>>;
  readonly annotations?: Readonly<Record<string, unknown>>;
}

/** Which of them renders an object. */
export function otherOwnerOf({ labels = {}, annotations = {} }: Marked): string | undefined {
  return OTHER_OWNERS.find(({ marks }) =>
    "keys" in marks
      ? marks.keys.some((key) => labels[key] != null || annotations[key] != null)
      : labels[marks.label] === marks.value,
  )?.owner;
}

/** The same in HCL, of `self.object`. */
export function hasMark(marks: Marks): string {
  if ("label" in marks) {
    return `try(self.object.metadata.labels[${hclExpression(marks.label)}], "") == ${hclExpression(marks.value)}`;
  }
  const places = ["self.object.metadata.labels", "self.object.metadata.annotations"];
  return places
    .flatMap((place) => marks.keys.map((key) => `try(${place}[${hclExpression(key)}], null) != null`))
    .join(" || ");
}
