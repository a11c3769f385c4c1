import { otherOwnerOf } from "../../constructs/milvus/release-owners";

test.each([
  ["Argo CD", { annotations: { "argocd.argoproj.io/tracking-id": "x" } }],
  ["Argo CD", { labels: { "argocd.argoproj.io/instance": "x" } }],
  ["Flux", { labels: { "helm.toolkit.fluxcd.io/name": "x" } }],
  ["Flux", { labels: { "kustomize.toolkit.fluxcd.io/name": "x" } }],
  ["the Milvus operator", { labels: { "app.kubernetes.io/managed-by": "milvus-operator" } }],
])("%s is known by its marks: %o", (owner, metadata) => {
  expect(otherOwnerOf(metadata)).toBe(owner);
});

test("Helm's own labels are no other owner's", () => {
  expect(otherOwnerOf({ labels: { "app.kubernetes.io/managed-by": "Helm" }, annotations: {} })).toBeUndefined();
});
