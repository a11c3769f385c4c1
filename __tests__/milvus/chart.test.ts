import { deploymentName, fullName, type HelmReleaseRef, podSelector } from "../../constructs/milvus/chart";

const ref = (change: Partial<HelmReleaseRef>): HelmReleaseRef => ({
  releaseName: "my-release",
  namespace: "default",
  mode: "cluster",
  ...change,
});

// Each expectation was read off `helm template` of chart 5.0.19 with these values.
describe("the names of a release's objects", () => {
  test.each<[Partial<HelmReleaseRef>, string]>([
    [{}, "my-release-milvus"],
    [{ releaseName: "milvus-demo" }, "milvus-demo"],
    [{ releaseName: "prod-milvus" }, "prod-milvus"],
    [{ nameOverride: "vectors" }, "my-release-vectors"],
    [{ nameOverride: "release" }, "my-release"],
    [{ releaseName: "milvus-demo", nameOverride: "vectors" }, "milvus-demo-vectors"],
    [{ fullnameOverride: "db" }, "db"],
    [{ fullnameOverride: "db", nameOverride: "vectors" }, "db"],
    [{ fullnameOverride: `${"a".repeat(62)}-b` }, "a".repeat(62)],
    [{ releaseName: "r".repeat(53), nameOverride: "n".repeat(20) }, `${"r".repeat(53)}-${"n".repeat(9)}`],
  ])("%j gives %s", (change, expected) => {
    expect(fullName(ref(change))).toBe(expected);
  });

  test("the Deployment of the proxies, and of a standalone Milvus", () => {
    expect(deploymentName(ref({}))).toBe("my-release-milvus-proxy");
    expect(deploymentName(ref({ mode: "standalone" }))).toBe("my-release-milvus-standalone");
  });

  test("the labels of the pods that answer clients", () => {
    expect(podSelector(ref({ nameOverride: "vectors" }))).toEqual({
      "app.kubernetes.io/name": "vectors",
      "app.kubernetes.io/instance": "my-release",
      component: "proxy",
    });
    expect(podSelector(ref({ mode: "standalone", fullnameOverride: "db" }))).toEqual({
      "app.kubernetes.io/name": "milvus",
      "app.kubernetes.io/instance": "my-release",
      component: "standalone",
    });
  });
});
