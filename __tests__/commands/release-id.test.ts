import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { TerraformStack, Testing } from "cdktf";
import { parseReleaseId, releaseTitle } from "../../commands/release-id";
import { MilvusTlsRelease } from "../../constructs/milvus";

test.each([
  [undefined, "default", "my-release", "default/my-release"],
  [undefined, "a-b", "v2.6.x", "a-b/v2.6.x"],
  ["east", "default", "my-release", "east/default/my-release"],
])(
  "the id that MilvusTlsRelease makes says what it was made of: %s %s %s",
  (clusterKey, namespace, releaseName, title) => {
    const stack = new TerraformStack(Testing.app(), "platform");
    new KubernetesProvider(stack, "kubernetes", {});
    const { resource } = new MilvusTlsRelease(stack, "release", {
      clusterKey,
      namespace,
      releaseName,
      mode: "cluster",
    });
    const id = parseReleaseId(resource.friendlyUniqueId);
    expect(id).toEqual({ clusterKey, namespace, releaseName });
    expect(id && releaseTitle(id)).toBe(title);
  },
);

test.each(["milvus", "milvus_x", "milvus_a_b_c_d", "milvus__x", "attu_default_x", "my_milvus_default_x", ""])(
  "another id says nothing: %j",
  (id) => {
    expect(parseReleaseId(id)).toBeUndefined();
  },
);
