import { checkInterruptions } from "../../doctor/checks/interruptions";
import type { ReleaseFacts } from "../../doctor/checks/release";
import type { KubernetesObject } from "../../doctor/cluster";
import type { Subject } from "../../doctor/subject";
import { aws, type DeploymentDetails, deployment, gcp, texts } from "./support";

const accepted = { acceptPlaintextClientsCutOff: true };

function facts(
  details: DeploymentDetails = {},
  more: Partial<ReleaseFacts> = {},
  others: KubernetesObject[] = [],
): ReleaseFacts {
  return {
    deployments: { value: [deployment(details), ...others] },
    service: {
      value: {
        metadata: { name: "my-release-milvus" },
        spec: { type: "LoadBalancer" },
        status: { loadBalancer: { ingress: [{ ip: "203.0.113.7" }] } },
      },
    },
    configMap: { value: { metadata: { name: "my-release-milvus" }, data: {} } },
    revisions: { value: [] },
    ingresses: { value: [] },
    ...more,
  };
}

const check = (facts: ReleaseFacts, subject: Subject, name?: string) => texts(checkInterruptions(facts, subject), name);
const tlsOn = {
  env: [
    { name: "COMMON_SECURITY_TLSMODE", value: "1" },
    { name: "PROXY_HTTP_PORT", value: "8080" },
  ],
};
const CUT_OFF =
  "every client without TLS is cut off, inside the cluster too: Attu as the chart deploys it, Milvus CDC, milvus-backup, " +
  "your applications";

test("a release that is left alone is interrupted by nothing", () => {
  expect(check(facts(), aws())).toEqual([
    "ok release: none: the release is left as it is, and the load balancer comes beside it",
  ]);
});

test("a release that is as it is to be is interrupted by nothing", () => {
  expect(check(facts(tlsOn), gcp())).toEqual(["ok release: none: nothing that runs is changed"]);
});

test("plaintext clients are cut off: a plan wants to be told so", () => {
  expect(check(facts(), gcp(), "clients")).toEqual([
    "problem clients: port 19530 speaks plaintext, and is to speak TLS only; in this release: neither Attu nor CDC | means: " +
      `${CUT_OFF}. A plan refuses that unless it is accepted | next: prepare them, then accept it: acceptPlaintextClientsCutOff: true`,
  ]);
});

test("the release's own plaintext clients are named", () => {
  const others = ["attu", "cdc", "datanode"].map((component) => ({
    metadata: { name: `my-release-milvus-${component}`, labels: { component } },
  }));
  expect(check(facts({}, {}, others), gcp({ release: accepted }), "clients")).toEqual([
    "warning clients: port 19530 speaks plaintext, and is to speak TLS only; in this release: my-release-milvus-attu, " +
      `my-release-milvus-cdc | means: ${CUT_OFF} | next: prepare them; the config file accepts it already`,
  ]);
});

test("clients with TLS are cut off on the way back", () => {
  expect(check(facts(tlsOn), gcp({ release: { tls: "disabled" } }), "clients")).toEqual([
    "warning clients: port 19530 speaks TLS, and is to speak plaintext | means: every client that connects with TLS is cut " +
      "off | next: prepare them",
  ]);
});

test("a cluster's proxies restart by a rolling update", () => {
  expect(check(facts({ spec: { replicas: 3 } }), gcp(), "restart")).toEqual([
    "ok restart: a rolling update of 3 pods: clients reconnect",
  ]);
});

test("a standalone is away for its readiness delay", () => {
  const subject = gcp({ release: { ...accepted, mode: "standalone" } });
  const standalone = facts({ mode: "standalone", spec: { strategy: { type: "Recreate" } } });
  expect(check(standalone, subject, "restart")).toEqual([
    "warning restart: the standalone pod restarts, with strategy Recreate | means: no Milvus for at least 90 s: its " +
      "readiness is first looked at then | next: choose a quiet hour",
  ]);
});

test("a user.yaml restarts every component", () => {
  expect(check(facts(), gcp({ release: { ...accepted, userYaml: "log: {level: info}" } }), "restart")).toEqual([
    "warning restart: user.yaml is to be changed | means: every component of Milvus restarts, not the pods that answer " +
      "clients alone | next: choose a quiet hour, or leave userYaml out to have the setting made by the environment",
  ]);
});

describe("the Layer-4 entry point", () => {
  const toClusterIp = { ...accepted, serviceType: "ClusterIP" };
  const subject = gcp({ release: toClusterIp });
  const accepting = { acceptLayer4LoadBalancerDeleted: true };
  const TYPE = "service.beta.kubernetes.io/aws-load-balancer-type";
  const kept = (type: string, annotations: Record<string, string> = {}): Partial<ReleaseFacts> => ({
    service: {
      value: {
        metadata: {
          name: "milvus-demo",
          annotations: {
            [TYPE]: "external",
            "service.beta.kubernetes.io/aws-load-balancer-nlb-target-type": "ip",
            ...annotations,
          },
        },
        spec: { type },
      },
    },
  });
  const entryPoint = (more: Partial<ReleaseFacts>, of: Subject) =>
    checkInterruptions(facts(tlsOn, more), of).filter(({ check }) => check === "Layer-4 entry point");
  const eks = (more: object = {}) => aws({ release: { ownership: "adopt", serviceType: "ClusterIP", ...more } });
  const ingress = (name: string, service: string): KubernetesObject => ({
    metadata: { name },
    spec: { rules: [{ http: { paths: [{ backend: { service: { name: service } } }] } }] },
  });

  test("is deleted with its address: a plan wants to be told so", () => {
    const ingresses = {
      value: [ingress("a", "my-release-milvus"), ingress("b", "other"), { metadata: { name: "c" } }],
    };
    expect(check(facts(tlsOn, { ingresses }), subject)).toEqual([
      "problem Layer-4 entry point: the Service default/my-release-milvus is a LoadBalancer, and is to be a ClusterIP. " +
        "Addresses in its status: 203.0.113.7. Ingresses that lead to it: a | means: the deploy deletes the Layer-4 load " +
        "balancer, and clients that still use it are cut off. A plan refuses that unless it is accepted | next: move them, " +
        "then accept it: acceptLayer4LoadBalancerDeleted: true; or leave serviceType out to keep it",
    ]);
    const [finding] = entryPoint({}, gcp({ release: { ...toClusterIp, ...accepting } }));
    expect(finding).toMatchObject({ state: "warning", next: "move them; the config file accepts it already" });
  });

  test.each(["ClusterIP", "NodePort", "LoadBalancer"])(
    "is deleted where an annotation keeps it behind a %s",
    (type) => {
      const [finding, ...others] = entryPoint(kept(type), eks());
      expect(finding?.state).toBe("problem");
      expect(finding?.seen).toContain(`The annotation ${TYPE} keeps a Network Load Balancer. `);
      expect(others).toEqual([]);
      expect(entryPoint(kept(type), eks(accepting)).map(({ state }) => state)).toEqual(["warning"]);
      expect(entryPoint(kept(type), eks({ serviceType: "LoadBalancer" }))).toEqual([]);
      expect(entryPoint(kept("ClusterIP", { [TYPE]: "" }), eks())).toEqual([]);
    },
  );

  test("can't be deleted while it is protected", () => {
    const attributes = "service.beta.kubernetes.io/aws-load-balancer-attributes";
    const isProtected = kept("ClusterIP", { [attributes]: "deletion_protection.enabled=true" });
    expect(entryPoint(isProtected, eks(accepting)).map(({ state, seen }) => [state, seen])).toEqual([
      ["warning", expect.stringContaining("keeps a Network Load Balancer")],
      ["problem", `${attributes} sets deletion_protection.enabled`],
    ]);
  });

  test.each(["NodePort", "LoadBalancer"])("is lost with nothing to accept: a %s without a load balancer", (type) => {
    const service = { value: { metadata: { name: "m" }, spec: { type } } };
    expect(entryPoint({ service }, subject)).toMatchObject([
      { state: "warning", means: "clients that reach Milvus by it from outside are cut off" },
    ]);
  });

  test("stays where it is of that type already", () => {
    const service = { value: { metadata: { name: "m" }, spec: { type: "ClusterIP" } } };
    expect(check(facts(tlsOn, { service }), subject)).toEqual(["ok release: none: nothing that runs is changed"]);
  });

  test("stays where no type is asked for", () => {
    expect(check(facts(tlsOn), gcp(), "Layer-4 entry point")).toEqual([]);
  });
});

test("what can't be read is skipped", () => {
  expect(check(facts({}, { deployments: { unread: "forbidden" } }), gcp())).toEqual(["skipped pods: forbidden"]);
});
