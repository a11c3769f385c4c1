import { HelmProvider } from "@cdktf/provider-helm/lib/provider";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { TerraformStack, TerraformVariable, Testing } from "cdktf";
import { Construct } from "constructs";
import { MilvusTlsRelease, type MilvusTlsReleaseProps, milvusOf } from "../../constructs/milvus";
import { only, synth } from "../support/synth";

const PROPS: MilvusTlsReleaseProps = { releaseName: "my-release", namespace: "default", mode: "cluster" };

function stack(): TerraformStack {
  const stack = new TerraformStack(Testing.app(), "platform");
  new KubernetesProvider(stack, "kubernetes", { configPath: "~/.kube/config" });
  new HelmProvider(stack, "helm", {});
  return stack;
}

function released(change: Partial<MilvusTlsReleaseProps> = {}) {
  const scope = stack();
  const construct = new MilvusTlsRelease(scope, "release", { ...PROPS, ...change });
  const json = synth(scope);
  return { construct, json, release: only(json, "helm_release") };
}

describe("MilvusTlsRelease", () => {
  test("imports the release that exists, under an address made of namespace and name", () => {
    const { json } = released();
    expect(json.import).toEqual([{ to: "helm_release.milvus_default_my-release", id: "default/my-release" }]);
    expect(Object.keys(json.resource?.helm_release ?? {})).toEqual(["milvus_default_my-release"]);
  });

  test("keeps values and version, rolls back what fails, and can't be destroyed", () => {
    const { release } = released();
    expect(release).toMatchObject({
      name: "my-release",
      namespace: "default",
      repository: "https://zilliztech.github.io/milvus-helm/",
      chart: "milvus",
      reuse_values: true,
      atomic: true,
      timeout: 1200,
      lifecycle: { prevent_destroy: true, ignore_changes: ["version"] },
    });
    expect(release).not.toHaveProperty("version");
    expect(release).not.toHaveProperty("upgrade_install");
    expect(release).not.toHaveProperty("reset_values");
  });

  test("has the same address wherever its construct stands", () => {
    const scope = stack();
    new MilvusTlsRelease(new Construct(scope, "team-a"), "some-other-id", PROPS);
    expect(Object.keys(synth(scope).resource?.helm_release ?? {})).toEqual(["milvus_default_my-release"]);
  });

  test.each<[Partial<MilvusTlsReleaseProps>, string]>([
    [{ namespace: "a-b", releaseName: "c" }, "milvus_a-b_c"],
    [{ namespace: "a", releaseName: "b-c" }, "milvus_a_b-c"],
    [{ releaseName: "v2.6" }, "milvus_default_v2__6"],
    [{ clusterKey: "east" }, "milvus_east_default_my-release"],
  ])("with %j has the address %s", (change, address) => {
    expect(Object.keys(released(change).json.resource?.helm_release ?? {})).toEqual([address]);
  });

  test("reads the environment of the Deployment that answers clients", () => {
    const { json } = released({ mode: "standalone", nameOverride: "vectors" });
    const [deployment] = Object.values(json.data?.kubernetes_resource ?? {});
    expect(deployment).toMatchObject({
      api_version: "apps/v1",
      kind: "Deployment",
      metadata: { name: "my-release-vectors-standalone", namespace: "default" },
    });
  });

  test("sets TLS and moves REST by environment, and nothing else of the values", () => {
    const { release } = released();
    expect(release.values).toHaveLength(1);
    expect(release.values[0]).toContain('yamlencode({ "proxy" = { "extraEnv" = concat(');
    expect(release.values[0]).toContain(
      '[{ "name" = "COMMON_SECURITY_TLSMODE", "value" = "1" }, { "name" = "PROXY_HTTP_PORT", "value" = "8080" }]) } })}',
    );
    expect(release.values[0]).not.toContain('"service"');
  });

  test("changes the Service's type when asked to", () => {
    expect(released({ serviceType: "ClusterIP" }).release.values[0]).toContain(
      '"service" = { "type" = "ClusterIP" } })}',
    );
  });

  test("touches nothing but the Service's type without TLS, and is refused where that leaves nothing to change", () => {
    const { release, construct } = released({ tls: false, serviceType: "ClusterIP" });
    expect(release.values).toEqual(['${yamlencode({ "service" = { "type" = "ClusterIP" } })}']);
    expect(construct.service.tlsInPod).toBe(false);
    expect(construct.service.ports.rest).toBe(19530);
    expect(() => released({ tls: false })).toThrow(
      "serviceType: given nothing, allowed a type of the chart's own Service, as long as tls is false: there is nothing " +
        "else to adopt it for, do set it, set tls to true, or leave the release alone",
    );
    expect(() => released({ tls: false, serviceType: "ClusterIP", restPort: 9080 })).toThrow(
      "restPort: given 9080, allowed a port of its own only where the gRPC port speaks TLS, do remove it, or set tls to true",
    );
  });

  test("is forgotten and not destroyed in the place of a release that is adopted no longer", () => {
    const scope = stack();
    MilvusTlsRelease.forget(scope, PROPS);
    MilvusTlsRelease.forget(scope, { ...PROPS, releaseName: "other" }, "east");
    const json = synth(scope);
    expect(json.removed).toEqual([
      { from: "helm_release.milvus_default_my-release", lifecycle: { destroy: false } },
      { from: "helm_release.milvus_east_default_other", lifecycle: { destroy: false } },
    ]);
    expect(json.resource).toEqual({
      terraform_data: {
        "milvus_default_my-release": expect.objectContaining({ lifecycle: { prevent_destroy: true } }),
        milvus_east_default_other: expect.objectContaining({ lifecycle: { prevent_destroy: true } }),
      },
    });
  });

  test("has a guard made before it, which a destroy meets where the release itself is forgotten", () => {
    const { json, release } = released();
    expect(json.resource?.terraform_data).toEqual({
      "milvus_default_my-release": expect.objectContaining({ lifecycle: { prevent_destroy: true } }),
    });
    expect(release.depends_on).toEqual(["terraform_data.milvus_default_my-release"]);
  });

  test("is protected where it is left alone, by a block that makes nothing", () => {
    const scope = stack();
    const helmProvider = new HelmProvider(scope, "helm-east", { alias: "east" });
    MilvusTlsRelease.leaveAlone(scope, PROPS);
    MilvusTlsRelease.leaveAlone(scope, PROPS);
    MilvusTlsRelease.leaveAlone(scope, { ...PROPS, releaseName: "other" }, { clusterKey: "east", helmProvider });
    const { resource, data, import: imports } = synth(scope);
    expect(resource?.helm_release).toEqual({
      "milvus_default_my-release": expect.objectContaining({ count: 0, lifecycle: { prevent_destroy: true } }),
      milvus_east_default_other: expect.objectContaining({ count: 0, provider: "helm.east" }),
    });
    expect([data, imports]).toEqual([undefined, undefined]);
  });

  test("takes the overrides that it offers", () => {
    const { release, construct } = released({
      repository: "oci://registry.example.com/charts",
      chart: "milvus-fork",
      timeoutSec: 3600,
      restPort: 9080,
    });
    expect(release).toMatchObject({
      repository: "oci://registry.example.com/charts",
      chart: "milvus-fork",
      timeout: 3600,
    });
    expect(release.values[0]).toContain('"PROXY_HTTP_PORT", "value" = "9080"');
    expect(construct.service.ports.rest).toBe(9080);
  });

  test("uses the providers that it is given, for the import too", () => {
    const scope = stack();
    const helmProvider = new HelmProvider(scope, "helm-east", { alias: "east" });
    const kubernetesProvider = new KubernetesProvider(scope, "kubernetes-east", { alias: "east" });
    new MilvusTlsRelease(scope, "release", { ...PROPS, helmProvider, kubernetesProvider });
    const json = synth(scope);
    expect(only(json, "helm_release").provider).toBe("helm.east");
    expect(json.import?.[0].provider).toBe("helm.east");
    expect(Object.values(json.data?.kubernetes_resource ?? {})[0].provider).toBe("kubernetes.east");
  });

  test("is changed after what it is told to wait for", () => {
    const scope = stack();
    const release = new MilvusTlsRelease(scope, "release", PROPS);
    const other = new MilvusTlsRelease(scope, "other", { ...PROPS, releaseName: "other" });
    release.applyAfter(other.resource);
    expect(synth(scope).resource?.helm_release?.["milvus_default_my-release"].depends_on).toEqual([
      "terraform_data.milvus_default_my-release",
      "helm_release.milvus_default_other",
    ]);
  });

  test("refuses the same release twice, and says how two clusters are told apart", () => {
    const scope = stack();
    new MilvusTlsRelease(scope, "one", PROPS);
    expect(() => new MilvusTlsRelease(scope, "two", PROPS)).toThrow(
      [
        "platform/two: 1 problem",
        '  releaseName: given "default/my-release", allowed each release once in a stack; platform/one has this one, ' +
          "do share that construct, or set clusterKey where it is a release of another cluster",
      ].join("\n"),
    );
    expect(() => new MilvusTlsRelease(scope, "three", { ...PROPS, clusterKey: "east" })).not.toThrow();
  });

  test("names everything that is wrong at once", () => {
    const wrong = {
      releaseName: "My_Release",
      namespace: "-",
      mode: "both" as "cluster",
      nameOverride: "A",
      fullnameOverride: "",
      serviceType: "ExternalName" as "ClusterIP",
      restPort: 19530,
      repository: "a\nb",
      chart: "\u0000",
      timeoutSec: 300,
      clusterKey: "1",
    };
    expect(MilvusTlsRelease.validate(wrong).map(({ path, given }) => `${path}: ${given}`)).toEqual([
      'releaseName: "My_Release"',
      'namespace: "-"',
      'mode: "both"',
      'nameOverride: "A"',
      'fullnameOverride: ""',
      'serviceType: "ExternalName"',
      "restPort: 19530",
      'repository: "a\\nb"',
      'chart: "\\u0000"',
      "timeoutSec: 300",
      'clusterKey: "1"',
    ]);
    expect(() => released(wrong)).toThrow("platform/release: 11 problems");
  });
});

describe("what an ingress knows of a Milvus", () => {
  test("an adopted release speaks TLS, and DNS waits for it", () => {
    const { construct } = released();
    expect(construct.service).toMatchObject({
      releaseName: "my-release",
      namespace: "default",
      fullName: "my-release-milvus",
      ports: { grpc: 19530, rest: 8080, health: 9091 },
      tlsInPod: true,
      changedBy: construct.resource,
    });
  });

  test("a release that is left alone is as its owner says", () => {
    expect(milvusOf(PROPS, { tlsInPod: false }).ports.rest).toBe(19530);
    expect(milvusOf(PROPS, { tlsInPod: true }).ports.rest).toBe(8080);
    expect(milvusOf(PROPS, { tlsInPod: true, restPort: 9080 }).ports.rest).toBe(9080);
    expect(milvusOf(PROPS, { tlsInPod: true }).changedBy).toBeUndefined();
  });
});

describe("a name that only Terraform will know", () => {
  test("is refused where other names are made of it", () => {
    const scope = stack();
    const token = new TerraformVariable(scope, "name", { type: "string" }).stringValue;
    const refused =
      "releaseName: given a value that only Terraform will know, allowed plain text: other names are made of it at " +
      "synthesis, do write the text itself";
    expect(() => milvusOf({ ...PROPS, releaseName: token }, { tlsInPod: true })).toThrow(
      `milvusOf: 1 problem\n  ${refused}`,
    );
    expect(() => new MilvusTlsRelease(scope, "release", { ...PROPS, releaseName: token })).toThrow(refused);
  });
});
