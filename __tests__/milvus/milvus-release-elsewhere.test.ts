import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { TerraformStack, Testing } from "cdktf";
import { MilvusReleaseElsewhere, type MilvusReleaseElsewhereProps, milvusOf } from "../../constructs/milvus";
import { synth } from "../support/synth";

const PROPS: MilvusReleaseElsewhereProps = { releaseName: "my-release", namespace: "default", mode: "cluster" };

function elsewhere(change: Partial<MilvusReleaseElsewhereProps> = {}) {
  const scope = new TerraformStack(Testing.app(), "platform");
  new KubernetesProvider(scope, "kubernetes", { configPath: "~/.kube/config" });
  const construct = new MilvusReleaseElsewhere(scope, "milvus", { ...PROPS, ...change });
  return { construct, json: synth(scope) };
}

describe("MilvusReleaseElsewhere", () => {
  test("changes nothing", () => {
    const { json } = elsewhere();
    expect([json.resource, json.import]).toEqual([undefined, undefined]);
  });

  test("says what the owner of a release has to merge", () => {
    expect(elsewhere().construct.valuesToMerge).toBe(
      [
        "# Append to the entries that extraEnv has: Helm replaces a list.",
        "proxy:",
        "  extraEnv:",
        "    - name: COMMON_SECURITY_TLSMODE",
        '      value: "1"',
        "    - name: PROXY_HTTP_PORT",
        '      value: "8080"',
        "",
      ].join("\n"),
    );
    const other = elsewhere({ mode: "standalone", restPort: 9080 }).construct.valuesToMerge;
    expect(other).toContain("standalone:\n  extraEnv:");
    expect(other).toContain('value: "9080"');
  });

  test("says it in the operator's words", () => {
    const [check] = Object.values(elsewhere({ renderedBy: "milvus-operator" }).json.check ?? {});
    expect(check.assert[0].error_message).toContain(
      "set spec.config.common.security.tlsMode to 1 and spec.config.proxy.http.port to 8080",
    );
    expect(elsewhere({ renderedBy: "milvus-operator" }).construct.valuesToMerge).toBe(
      "spec:\n  config:\n    common:\n      security:\n        tlsMode: 1\n    proxy:\n      http:\n        port: 8080\n",
    );
  });

  test("has nothing to say where the pods are to speak plaintext", () => {
    const { construct } = elsewhere({ tlsInPod: false });
    expect(construct.valuesToMerge).toBe("");
    expect(construct.service).toMatchObject({ tlsInPod: false, ports: { rest: 19530 } });
  });

  test("finds the pods by their labels, the operator's too", () => {
    const selectors = (change: Partial<MilvusReleaseElsewhereProps>) =>
      Object.values(elsewhere(change).json.data?.kubernetes_resources ?? {}).map(
        ({ label_selector }) => label_selector,
      );
    expect(selectors({})).toEqual([
      "app.kubernetes.io/name=milvus,app.kubernetes.io/instance=my-release,component=proxy",
    ]);
    expect(selectors({ renderedBy: "milvus-operator" })).toEqual([
      "app.kubernetes.io/name=milvus,app.kubernetes.io/instance=my-release,app.kubernetes.io/component=proxy",
    ]);
  });

  test("looks at the pods in every plan, and keeps DNS from leading to those that aren't ready", () => {
    const { construct, json } = elsewhere();
    const [check] = Object.values(json.check ?? {});
    expect(check.assert[0].error_message).toContain(
      "DNS is not pointed at pods that don't answer: a first deploy goes without dnsZone.",
    );
    expect(construct.service.answersWhen?.errorMessage).toBe(check.assert[0].error_message);
    expect(milvusOf(PROPS, { tlsInPod: true }).answersWhen).toBeUndefined();
  });

  test("says what else to do where it is told", () => {
    const [check] = Object.values(elsewhere({ remedy: "Ask ${team}." }).json.check ?? {});
    expect(check.assert[0].error_message).toContain(" 8080. Ask $${team}. DNS is");
  });

  test("uses the provider that it is given", () => {
    const scope = new TerraformStack(Testing.app(), "platform");
    const kubernetesProvider = new KubernetesProvider(scope, "east", { alias: "east" });
    new MilvusReleaseElsewhere(scope, "milvus", { ...PROPS, kubernetesProvider });
    const sources = Object.values(synth(scope).data ?? {}).flatMap((named) => Object.values(named));
    expect(sources.map(({ provider }) => provider)).toEqual(["kubernetes.east", "kubernetes.east"]);
  });

  test("names everything that is wrong at once", () => {
    expect(() =>
      elsewhere({ releaseName: "A_", restPort: 80, renderedBy: "argo" as "helm-chart", remedy: "" }),
    ).toThrow("platform/milvus: 4 problems");
  });
});

describe("a Milvus that the operator runs", () => {
  test("has the operator's names and labels", () => {
    const milvus = milvusOf({ ...PROPS, renderedBy: "milvus-operator", mode: "standalone" }, { tlsInPod: true });
    expect(milvus.fullName).toBe("my-release-milvus");
    expect(milvus.selector).toEqual({
      "app.kubernetes.io/name": "milvus",
      "app.kubernetes.io/instance": "my-release",
      "app.kubernetes.io/component": "standalone",
    });
  });
});
