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
    expect(Object.keys(json.data?.kubernetes_resource ?? {})).toHaveLength(2);
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
      '"service" = merge({ "type" = "ClusterIP" }, ',
    );
  });

  test("touches nothing but the Service's type where TLS is untouched", () => {
    const { release, construct } = released({ tls: "untouched", serviceType: "ClusterIP" });
    expect(release.values).toEqual([
      expect.stringContaining('${yamlencode({ "service" = merge({ "type" = "ClusterIP" }, '),
    ]);
    expect(construct.service.tlsInPod).toBe(false);
    expect(construct.service.ports.rest).toBe(19530);
    expect(construct.service.changedBy).toBeUndefined();
  });

  test("speaks plaintext again where TLS is disabled", () => {
    const { release, construct } = released({ tls: "disabled" });
    expect(release.values[0]).toContain('"proxy" = { "extraEnv" = concat(');
    expect(release.values[0]).toContain(", []) } })}");
    expect(construct.service).toMatchObject({ tlsInPod: false, ports: { rest: 19530 } });
    expect(construct.service.changedBy).toBeUndefined();
    expect(released({ tls: "disabled", restPort: 9080 }).construct.service.ports.rest).toBe(9080);
  });

  test.each<[string, Partial<MilvusTlsReleaseProps>, string]>([
    [
      "untouched, with nothing else to change",
      { tls: "untouched" },
      "serviceType: given nothing, allowed a type of the chart's own Service, as long as tls is untouched: there is " +
        "nothing else to adopt it for, do set it, set tls to enabled, or leave the release alone",
    ],
    [
      "untouched, with a REST port",
      { tls: "untouched", serviceType: "ClusterIP", restPort: 9080 },
      "restPort: given 9080, allowed nothing, as long as tls is untouched: the pods are not changed, do remove it, or set " +
        "tls to enabled",
    ],
    [
      "disabled, with a certificate",
      { tls: "disabled", podCertificate: { kind: "secret", name: "s" } },
      'podCertificate: given {"kind":"secret","name":"s"}, allowed kind: image, or nothing, as long as tls is disabled, do ' +
        "set kind to image, which takes the mount out",
    ],
    [
      "another word",
      { tls: "on" as "enabled" },
      'tls: given "on", allowed enabled, disabled or untouched, do leave it out for enabled',
    ],
  ])("refuses tls that is %s", (_, change, refused) => {
    expect(() => released(change)).toThrow(`platform/release: 1 problem\n  ${refused}`);
  });

  test.each(["ClusterIP", "NodePort"] as const)("accepts that %s deletes the load balancer", (serviceType) => {
    const acceptLayer4LoadBalancerDeleted = true;
    expect(MilvusTlsRelease.validate({ ...PROPS, serviceType, acceptLayer4LoadBalancerDeleted })).toEqual([]);
  });

  test.each([undefined, "LoadBalancer"] as const)(
    "refuses to accept a deletion that serviceType %s doesn't do",
    (serviceType) => {
      const accepting = (acceptLayer4LoadBalancerDeleted: boolean) =>
        MilvusTlsRelease.validate({ ...PROPS, serviceType, acceptLayer4LoadBalancerDeleted });
      expect(accepting(true)).toMatchObject([{ path: "serviceType", fix: expect.stringContaining("or set one of") }]);
      expect(accepting(false)).toEqual([]);
    },
  );

  test.each<[string, Partial<MilvusTlsReleaseProps>, string]>([
    [
      "no YAML",
      { userYaml: "a: [" },
      "allowed the whole text of the release's user.yaml: a YAML mapping with Milvus' sections, do take it from 'helm get " +
        "values RELEASE -n NAMESPACE', under extraConfigFiles",
    ],
    [
      "no mapping",
      { userYaml: "- a" },
      "userYaml: given something else than a mapping, allowed the whole text of the release's user.yaml: a YAML mapping with Milvus' sections, do " +
        "take it from 'helm get values RELEASE -n NAMESPACE', under extraConfigFiles",
    ],
    [
      "of a section that is no mapping",
      { userYaml: "common: {security: 1}" },
      "userYaml: given a section common.security that is no mapping of its own, allowed",
    ],
    [
      "of mutual TLS",
      { userYaml: "common: {security: {tlsMode: 2}}" },
      "userYaml: given common.security.tlsMode: 2, allowed 1, 0 or nothing: no load balancer presents a client " +
        "certificate, do take it out of the text, and out of the release",
    ],
    [
      "of TLS, where that is disabled",
      { tls: "disabled", userYaml: "common: {security: {tlsMode: 1}}" },
      "userYaml: given common.security.tlsMode: 1, allowed 0 or nothing, since tls is disabled, do take it out of the text, " +
        "and out of the release",
    ],
    [
      "of another REST port than restPort",
      { restPort: 9080, userYaml: "proxy: {http: {port: 9999}}" },
      "restPort: given 9080, allowed the port that userYaml has, 9999, do remove it, or change the text",
    ],
    [
      "of a REST port that Milvus uses",
      { userYaml: "proxy: {http: {port: 9091}}" },
      'userYaml: given proxy.http.port: "9091", allowed a port',
    ],
  ])("refuses a user.yaml %s", (_, change, refused) => {
    expect(() => released(change)).toThrow(refused);
  });

  test.each([
    ["an alias of nothing", "a: *nothing", "userYaml: given an alias (*) that has no anchor (&), or too many of them"],
    ["a tag", "a: !secret b", "userYaml: given Unresolved tag: !secret"],
    [
      "a section that is copied",
      "common: &c {a: 1}\nother: *c",
      "userYaml: given a section common that is no mapping of",
    ],
  ])("refuses a user.yaml with %s", (_, userYaml, refused) => {
    expect(() => released({ userYaml })).toThrow(refused);
  });

  test("takes the REST port of a user.yaml that has one", () => {
    expect(released({ userYaml: "proxy: {http: {port: 9999}}" }).construct.service.ports.rest).toBe(9999);
    expect(released({ userYaml: "" }).construct.service.ports.rest).toBe(8080);
  });

  test.each([
    "oci://registry.example.com/charts/milvus",
    "/charts/milvus",
    "/charts/milvus-5.0.19.tgz",
    "https://charts.example.com/milvus-5.0.19.tgz",
  ])("takes a chart by its whole address %s, without a repository", (chart) => {
    const { release } = released({ chart });
    expect(release.chart).toBe(chart);
    expect(release).not.toHaveProperty("repository");
    expect(() => released({ chart, repository: "https://charts.example.com" })).toThrow(
      'repository: given "https://charts.example.com", allowed nothing, as long as chart is a whole address, do remove ' +
        "it, or write the chart's name in it",
    );
  });

  test.each([
    "./charts/milvus",
    "~/charts/milvus",
    "milvus-5.0.19.tgz",
    "/charts/milvus.tgz",
    "https://charts.example.com/milvus",
  ])("refuses the chart %s, whose place or version can't be told", (chart) => {
    expect(() => released({ chart })).toThrow(
      `chart: given "${chart}", allowed a chart's name, an oci:// address, the absolute path of a folder, or the ` +
        "absolute path or URL of an archive that is named like milvus-5.0.19.tgz, do name the archive as 'helm package' does, and a path from the root: Terraform runs in " +
        "another folder",
    );
  });

  test("refuses a Milvus that an operator renders: there is no release to adopt", () => {
    expect(() => released({ renderedBy: "milvus-operator" })).toThrow(
      'renderedBy: given "milvus-operator", allowed helm-chart: there is no Helm release behind what the operator renders, ' +
        "do set ownership to elsewhere, or use MilvusReleaseElsewhere",
    );
  });

  test("refuses volumes of a standalone that are said to be global, or twice, or no names", () => {
    const podCertificate = { kind: "image", globalVolumes: ["ca", "ca", "A"] } as const;
    expect(() => released({ mode: "standalone", podCertificate })).toThrow(
      'podCertificate.globalVolumes: given ["ca","ca","A"], allowed nothing of a standalone, which has no other volumes ' +
        "than the global ones, do remove it",
    );
    expect(() => released({ podCertificate })).toThrow("platform/release: 2 problems");
  });

  test("reads what a change would lose or interrupt, and no revision's values where the last upgrade went well", () => {
    const { json } = released();
    const lists = Object.values(json.data?.kubernetes_resources ?? {});
    const read = lists.map(({ kind, label_selector, count }) => `${kind} ${label_selector ?? ""} ${count ? "?" : ""}`);
    expect(read.sort()).toEqual([
      "Deployment app.kubernetes.io/instance=my-release,component in (attu,cdc) ",
      "Ingress  ",
      "Secret owner=helm,name=my-release,status in (failed,pending-install,pending-upgrade,pending-rollback,uninstalling) ",
      "Secret owner=helm,name=my-release,status=deployed ?",
    ]);
    expect(Object.values(json.data?.kubernetes_service_v1 ?? {})[0].metadata).toEqual({
      name: "my-release-milvus",
      namespace: "default",
    });
  });

  test("looks again at the pods after the release was changed, in a check of every plan", () => {
    const { json } = released();
    const [check] = Object.values(json.check ?? {});
    expect(check.assert.length).toBeGreaterThan(2);
    const after = Object.entries(json.data?.kubernetes_resource ?? {}).find(([id]) => id.includes("after"));
    expect(after?.[1].depends_on).toEqual(["helm_release.milvus_default_my-release"]);
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
    const sources = Object.values(json.data ?? {}).flatMap((named) => Object.values(named));
    expect(new Set(sources.map(({ provider }) => provider))).toEqual(new Set(["kubernetes.east"]));
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
