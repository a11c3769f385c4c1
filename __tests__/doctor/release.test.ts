import { checkRelease, type ReleaseFacts } from "../../doctor/checks/release";
import type { Subject } from "../../doctor/subject";
import { recordedObject } from "../support/recorded";
import { aws, type DeploymentDetails, deployment, gcp, texts } from "./support";

const adopted = gcp();
const onEks = aws();

function facts(details: DeploymentDetails = {}, more: Partial<ReleaseFacts> = {}): ReleaseFacts {
  return {
    deployments: { value: [deployment(details)] },
    service: { value: { metadata: { name: "my-release-milvus" }, spec: { type: "LoadBalancer" } } },
    configMap: { value: { metadata: { name: "my-release-milvus" }, data: { "default.yaml": "", "user.yaml": "" } } },
    revisions: { value: [{ revision: 3, status: "deployed" }] },
    ingresses: { value: [] },
    ...more,
  };
}

const userYaml = (text: string): Partial<ReleaseFacts> => ({
  configMap: { value: { metadata: { name: "m" }, data: { "user.yaml": text } } },
});
const env = (...entries: [string, string][]) => ({ env: entries.map(([name, value]) => ({ name, value })) });
const check = (name: string, facts: ReleaseFacts, subject: Subject = adopted) =>
  texts(checkRelease(facts, subject), name);

test("a release as the chart makes it", () => {
  expect(texts(checkRelease(facts(), adopted))).toEqual([
    "ok service: default/my-release-milvus, LoadBalancer",
    "ok deployment: default/my-release-milvus-proxy (cluster), 1 of 1 ready",
    "ok owner: Helm alone, as far as labels tell",
    "ok chart: milvus-5.0.19",
    "ok version: milvusdb/milvus:v2.6.15, no hole of it known here",
    "ok TLS: port 19530 speaks plaintext: common.security.tlsMode is 0 by default",
    "ok REST port: REST shares port 19530; it is to be 8080",
    "warning authorization: off, by default | means: whoever connects from 203.0.113.0/24 may read and drop every " +
      "collection without a password | next: turn it on in Milvus (common.security.authorizationEnabled: true in user.yaml)",
    "ok revision: revision 3 is deployed",
  ]);
});

describe("a Deployment as a real API server gives it", () => {
  test.each([
    { file: "deployment-5.0.19-cluster-proxy.yaml" },
    { file: "deployment-5.0.19-cluster-proxy-43-entries.json" },
  ])("is read like the made-up ones: $file", ({ file }) => {
    const live = recordedObject(file);
    const { name, namespace } = live.metadata;
    const findings = checkRelease(
      { ...facts(), deployments: { value: [live] } },
      gcp({ release: { releaseName: live.metadata.labels["app.kubernetes.io/instance"], namespace } }),
    );
    expect(findings.find(({ check }) => check === "deployment")?.seen).toContain(`${namespace}/${name} (cluster)`);
    expect(findings.find(({ check }) => check === "chart")?.seen).toBe("milvus-5.0.19");
    expect(findings.filter(({ state }) => state === "problem")).toEqual([]);
  });
});

const COMPARE =
  "compare releaseName, namespace, mode, nameOverride and fullnameOverride with 'helm list -A' and 'kubectl get " +
  "deployments -A', and the cluster with the one that you mean";

describe("the Service", () => {
  test("isn't there", () => {
    expect(check("service", facts({}, { service: { value: undefined } }))).toEqual([
      `problem service: there is no Service default/my-release-milvus | means: the release isn't where the config file says, and a plan stops at it | next: ${COMPARE}`,
    ]);
  });

  test("has a load balancer left over that an annotation keeps", () => {
    const service = {
      value: {
        metadata: {
          name: "my-release-milvus",
          annotations: { "service.beta.kubernetes.io/aws-load-balancer-type": "nlb-ip" },
        },
        spec: { type: "ClusterIP" },
      },
    };
    expect(check("service", facts({}, { service }), onEks)).toEqual([
      "warning service: default/my-release-milvus, ClusterIP, with the annotation " +
        "service.beta.kubernetes.io/aws-load-balancer-type | means: AWS Load Balancer Controller keeps a Network Load " +
        "Balancer for the Service whatever its type is: clients can bypass this stack's load balancer | next: adopt the " +
        "release with serviceType: ClusterIP and acceptLayer4LoadBalancerDeleted: true, or empty the annotation where the " +
        "release's values are kept",
    ]);
    // Then the interruptions tell what becomes of it.
    const deleting = aws({ release: { ownership: "adopt", serviceType: "ClusterIP" } });
    expect(check("service", facts({}, { service }), deleting)).toEqual([
      "ok service: default/my-release-milvus, ClusterIP",
    ]);
  });

  test("needn't be there where the release is left alone", () => {
    expect(check("service", facts({}, { service: { value: undefined } }), onEks)).toEqual([
      "skipped service: there is no Service default/my-release-milvus; the load balancer gets one of its own",
    ]);
  });
});

describe("the Deployment", () => {
  test("isn't there", () => {
    const others = [{ metadata: { name: "my-release-milvus-attu" } }];
    expect(check("deployment", facts({}, { deployments: { value: others } }))).toEqual([
      "problem deployment: no Deployment in default has pods labelled app.kubernetes.io/name=milvus,app.kubernetes.io/" +
        "instance=my-release,component=proxy; of the release: my-release-milvus-attu | means: the load balancer would have " +
        `no pods to send calls to, and a plan stops at it | next: ${COMPARE}`,
    ]);
  });

  test("is of the other mode", () => {
    expect(check("deployment", facts({ mode: "standalone" }))).toEqual([
      "problem deployment: default/my-release runs as standalone, not as cluster | means: the load balancer would look for " +
        "pods that aren't there | next: set release.mode to standalone",
    ]);
  });

  test("has another name than a plan looks for", () => {
    expect(check("deployment", facts({ name: "vec-proxy" }))).toEqual([
      "problem deployment: it is called vec-proxy, and is looked for as my-release-milvus-proxy | means: a plan doesn't " +
        "find it, and stops | next: set release.nameOverride or release.fullnameOverride to what 'helm get values' shows",
    ]);
  });

  test("has no pod that is ready", () => {
    expect(check("deployment", facts({ ready: 0 }))).toEqual([
      "warning deployment: default/my-release-milvus-proxy (cluster), 0 of 1 ready | means: Milvus answers nobody, and an " +
        "upgrade that waits for its pods runs into its timeout | next: look at 'kubectl describe deployment " +
        "my-release-milvus-proxy -n default'",
    ]);
  });

  test("can't be read", () => {
    expect(
      check("deployment", facts({}, { deployments: { unread: "'kubectl get deployments.apps' failed: forbidden" } })),
    ).toEqual(["skipped deployment: 'kubectl get deployments.apps' failed: forbidden"]);
  });
});

describe("the owner", () => {
  const argo = { annotations: { "argocd.argoproj.io/tracking-id": "x" } };

  test("is Argo CD: it can't be adopted", () => {
    expect(check("owner", facts(argo))).toEqual([
      "problem owner: default/my-release-milvus-proxy is rendered by Argo CD | means: Argo CD would undo a change of the " +
        "Helm release, or be fought by it; a plan refuses it | next: set ownership: elsewhere, and make the change where " +
        "Argo CD takes its values from",
    ]);
  });

  test("is Argo CD, and the release is left alone", () => {
    expect(check("owner", facts(argo), onEks)).toEqual(["ok owner: Argo CD"]);
  });
});

test("a chart whose version isn't told is warned of", () => {
  const unlabelled = deployment({ labels: { "helm.sh/chart": undefined as any } });
  expect(check("chart", facts({}, { deployments: { value: [unlabelled] } }))).toEqual([
    "warning chart: the Deployment doesn't say its chart's version (label helm.sh/chart) | means: which environment " +
      "entries are the chart's own is judged without it | next: look at 'helm list', and read extraEnv in the plan with care",
  ]);
});

describe("Milvus' version", () => {
  test("has known holes", () => {
    expect(check("version", facts({ image: "milvusdb/milvus:v2.6.4" }))).toEqual([
      "warning version: milvusdb/milvus:v2.6.4 has CVE-2025-64513 | means: whoever reaches the client port, through a load " +
        "balancer too, is an administrator without a password | next: upgrade Milvus: it is fixed in 2.4.24 and 2.5.21 and 2.6.5",
      "warning version: milvusdb/milvus:v2.6.4 has CVE-2026-26190 | means: whoever reaches port 9091, which is no entrance " +
        "of the load balancer, controls Milvus without a password | next: upgrade Milvus: it is fixed in 2.5.27 and 2.6.10",
    ]);
  });

  test("can't roll to the next with TLS", () => {
    expect(check("version", facts({ image: "milvusdb/milvus:v2.5.27" }))).toEqual([
      "warning version: milvusdb/milvus:v2.5.27 | means: it can't be upgraded to Milvus 2.6 by a rolling upgrade while TLS " +
        "is on: the old and the new proxies forward to each other in plaintext | next: upgrade before TLS is turned on, or " +
        "turn it off for the upgrade (tls: disabled)",
    ]);
    expect(check("version", facts({ image: "milvusdb/milvus:v2.5.27" }), onEks)).toEqual([
      "ok version: milvusdb/milvus:v2.5.27, no hole of it known here",
    ]);
  });

  test("isn't in the image's tag", () => {
    expect(check("version", facts({ image: "milvusdb/milvus@sha256:0123" }))).toEqual([
      "skipped version: milvusdb/milvus@sha256:0123 doesn't say Milvus' version",
    ]);
  });
});

describe("Helm's last revision", () => {
  const revisions = (...all: [number, string][]) =>
    check("revision", facts({}, { revisions: { value: all.map(([revision, status]) => ({ revision, status })) } }));
  const rollback =
    "'helm history my-release -n default' tells which revision runs, 'helm rollback my-release <that revision> -n " +
    "default' goes back to it";

  test("is deployed after one that failed", () => {
    expect(revisions([1, "superseded"], [9, "failed"], [10, "deployed"])).toEqual([
      "ok revision: revision 10 is deployed",
    ]);
  });

  test("failed", () => {
    expect(revisions([9, "deployed"], [10, "failed"])).toEqual([
      "problem revision: revision 10 is failed | means: the last change failed, the cluster may hold a part of it, and a " +
        `plan refuses another | next: ${rollback}; or repeat the change by hand`,
    ]);
  });

  test("is under way", () => {
    expect(revisions([9, "deployed"], [10, "pending-upgrade"])).toEqual([
      "problem revision: revision 10 is pending-upgrade | means: Helm is in the middle of a change, and refuses another | " +
        `next: if it is still at work, wait; if it was interrupted: ${rollback}`,
    ]);
  });

  test("isn't there", () => {
    expect(revisions()).toEqual([
      "problem revision: no revision of default/my-release is kept as a Secret | means: there is no Helm release to adopt, " +
        "or Helm keeps it elsewhere (HELM_DRIVER) | next: compare releaseName and namespace with 'helm list -A'; set " +
        "ownership: elsewhere where Helm doesn't have it",
    ]);
  });

  test("isn't looked at where the release is left alone", () => {
    expect(check("revision", facts({}, { revisions: { value: [] } }), onEks)).toEqual([]);
  });
});

describe("TLS", () => {
  test("is on by the environment, under any spelling", () => {
    expect(check("TLS", facts(env(["MILVUS_CONF_COMMON_SECURITY_TLSMODE", "1"])))).toEqual([
      "ok TLS: port 19530 speaks TLS: common.security.tlsMode is 1 by the environment",
    ]);
  });

  test("is on by user.yaml, which the environment outranks", () => {
    const file = userYaml("common: {security: {tlsMode: 1}}");
    expect(check("TLS", facts({}, file))).toEqual([
      "ok TLS: port 19530 speaks TLS: common.security.tlsMode is 1 by user.yaml",
    ]);
    expect(check("TLS", facts(env(["COMMON_SECURITY_TLSMODE", "0"]), file))).toEqual([
      "ok TLS: port 19530 speaks plaintext: common.security.tlsMode is 0 by the environment",
    ]);
  });

  test("is mutual", () => {
    expect(check("TLS", facts(env(["COMMON_SECURITY_TLSMODE", "2"])))).toEqual([
      "problem TLS: port 19530 speaks mutual TLS: common.security.tlsMode is 2 by the environment | means: the pods demand " +
        "client certificates, which no load balancer presents | next: take the setting out of the release's extraEnv or " +
        "user.yaml; to keep it, stay with a Layer-4 entrance",
    ]);
  });

  const hidden = {
    env: [{ name: "COMMON_SECURITY_TLSMODE", valueFrom: { configMapKeyRef: { name: "x", key: "y" } } }],
  };

  test("comes from elsewhere", () => {
    expect(check("TLS", facts(hidden))).toEqual([
      "problem TLS: the pods take COMMON_SECURITY_TLSMODE by valueFrom, and what that gives can't be seen | means: it could " +
        "be neither kept nor replaced, and a plan refuses it | next: write it as a plain value in the release's extraEnv " +
        "first, or take it out",
    ]);
    expect(check("TLS", facts(hidden), onEks)).toEqual([
      "skipped TLS: the pods take COMMON_SECURITY_TLSMODE by valueFrom, and what that gives can't be seen",
    ]);
  });

  test("is on in pods that the config file says are plaintext", () => {
    expect(check("TLS", facts(env(["COMMON_SECURITY_TLSMODE", "1"])), onEks)).toEqual([
      "problem TLS: port 19530 speaks TLS: common.security.tlsMode is 1 by the environment, and the config file says " +
        "plaintext | means: the load balancer gets no answer from such pods | next: correct release.tlsInPod, or change the pods",
    ]);
  });

  test("isn't on yet in a release elsewhere", () => {
    expect(check("TLS", facts(), gcp({ release: { ownership: "elsewhere" } }))).toEqual([
      "warning TLS: port 19530 speaks plaintext: common.security.tlsMode is 0 by default, and TLS is wanted | means: the " +
        "load balancer gets no answer from such pods, and a plan warns; with dnsZone it is refused | next: have the " +
        "release's owner merge the output values_to_merge",
    ]);
  });

  test("is on where it is to be left untouched", () => {
    const subject = aws({ release: { ownership: "adopt", serviceType: "ClusterIP" } });
    expect(check("TLS", facts(env(["COMMON_SECURITY_TLSMODE", "1"])), subject)).toEqual([
      "problem TLS: port 19530 speaks TLS: common.security.tlsMode is 1 by the environment | means: tls is untouched in the " +
        "config file, which leaves it so and tells the load balancer that it is plaintext | next: set release.tls to " +
        "enabled, or to disabled to turn it off",
    ]);
  });

  test("is on by a file that nobody turns it off in", () => {
    expect(
      check("TLS", facts({}, userYaml("common: {security: {tlsMode: 1}}")), gcp({ release: { tls: "disabled" } })),
    ).toEqual([
      "problem TLS: port 19530 speaks TLS: common.security.tlsMode is 1 by user.yaml | means: TLS stays on without the " +
        "environment's settings, and a plan refuses it | next: take it out of the release's user.yaml, or give the whole " +
        "text as release.userYaml",
    ]);
  });
});

describe("the REST port", () => {
  const own = facts(env(["PROXY_HTTP_PORT", "8085"]));

  test("is a choice that has to be repeated", () => {
    expect(check("REST port", own)).toEqual([
      "problem REST port: REST is on port 8085, by the environment | means: the default here is 8080, and a plan refuses to " +
        "change it unsaid | next: set release.restPort to 8085 to keep it, or to 8080 to change it",
    ]);
  });

  test("is the one that the config file names", () => {
    expect(check("REST port", own, gcp({ release: { restPort: 8085 } }))).toEqual([
      "ok REST port: REST is on port 8085, by the environment",
    ]);
  });
});

describe("authorization", () => {
  const on = facts({}, userYaml("common:\n  security:\n    authorizationEnabled: true"));

  test("is on", () => {
    expect(check("authorization", on)).toEqual(["ok authorization: on, by user.yaml"]);
    expect(check("authorization", facts(env(["COMMON_SECURITY_AUTHORIZATIONENABLED", "true"])))).toEqual([
      "ok authorization: on, by the environment",
    ]);
  });

  test("is off where the config file states that it is on", () => {
    expect(check("authorization", facts(), gcp({ inboundCidrs: undefined, authorizationEnabled: true }))).toEqual([
      "problem authorization: off, by default | means: the config file states authorizationEnabled: true, and Milvus asks " +
        "nobody for a password: whoever is admitted may read and drop every collection | next: turn it on in Milvus " +
        "(common.security.authorizationEnabled: true in user.yaml), or take the statement out of the config file and list " +
        "inboundCidrs",
    ]);
  });

  test("is off for everybody on the internet", () => {
    const open = gcp({ inboundCidrs: undefined, acceptPublicUnauthenticated: true });
    expect(check("authorization", facts(), open)[0]).toContain("means: everybody on the internet may read and drop");
    expect(check("authorization", facts(), aws({ inboundCidrs: undefined, scheme: "internal" }))[0]).toContain(
      "means: everybody in the load balancer's network may read and drop",
    );
    const halves = gcp({ inboundCidrs: ["0.0.0.0/1", "128.0.0.0/1"], acceptPublicUnauthenticated: true });
    expect(check("authorization", facts(), halves)[0]).toContain("means: everybody on the internet may read and drop");
  });

  test("is off for those that are let in", () => {
    const means = (subject: Subject) =>
      /means: (.*) may read and drop/.exec(check("authorization", facts(), subject)[0] ?? "")?.[1];
    expect(means(gcp())).toBe("whoever connects from 203.0.113.0/24");
    expect(means(aws({ inboundCidrs: undefined, prefixLists: ["pl-01234567"] }))).toBe(
      "whoever connects from pl-01234567",
    );
    expect(
      means(aws({ inboundCidrs: undefined, securityGroups: { ids: ["sg-01234567"], restrictsClients: true } })),
    ).toBe("whoever the security groups let in");
  });
});

describe("the pods' certificate", () => {
  const subject = gcp({ release: { podCertificate: { kind: "secret", name: "pods" } } });
  const keys = (value: string[] | undefined) =>
    check("pod certificate", facts({}, { podCertificate: { value } }), subject);
  const consequence =
    " | means: pods that mount it don't start, and the upgrade is rolled back | next: create it: kubectl create secret tls " +
    "pods -n default --cert=FILE --key=FILE";

  test("is there", () => {
    expect(keys(["ca.crt", "tls.crt", "tls.key"])).toEqual([
      "ok pod certificate: Secret default/pods has tls.crt and tls.key",
    ]);
  });

  test("isn't there", () => {
    expect(keys(undefined)).toEqual([`problem pod certificate: there is no Secret default/pods${consequence}`]);
  });

  test("lacks its key", () => {
    expect(keys(["tls.crt"])).toEqual([`problem pod certificate: Secret default/pods has no tls.key${consequence}`]);
  });
});

test("settings can't be told without the ConfigMap", () => {
  const texts = check("settings", facts({}, { configMap: { unread: "forbidden" } }));
  expect(texts).toEqual(["skipped settings: forbidden"]);
});
