import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MilvusTlsReleaseProps } from "../../constructs/milvus";
import { type Entry, type LiveDetails, liveDeployment } from "../support/deployment";
import { type Cluster, evaluateElsewhere, evaluateRelease } from "../support/evaluate";
import { describeUnless, whatIsMissing } from "../support/terraform";

const ON: Entry[] = [
  { name: "COMMON_SECURITY_TLSMODE", value: "1" },
  { name: "PROXY_HTTP_PORT", value: "8080" },
];

/** A cluster's Deployment with that environment. */
function live(env: readonly Entry[] | null, details?: LiveDetails): { deployment: object } {
  return { deployment: liveDeployment("cluster", env, details) };
}

function refusal(props: Partial<MilvusTlsReleaseProps>, cluster: Cluster): string {
  return evaluateRelease(props, cluster).refused;
}

const missing = whatIsMissing();

describeUnless(missing.terraform, "a release that is not as it is said to be", () => {
  test("isn't there", () => {
    expect(refusal({}, { service: { metadata: [{ uid: null }], spec: [] } })).toContain(
      "There is no Service default/my-release-milvus, which the Milvus chart makes for release my-release. Compare " +
        "releaseName, namespace, nameOverride and fullnameOverride with 'helm list -A' and 'kubectl get services -A', and " +
        "the cluster with the one that you mean.",
    );
  });

  test.each([
    ["cluster", "standalone", "standalone"],
    ["standalone", "proxy", "cluster"],
  ] as const)("runs in another mode than %s", (mode, component, other) => {
    expect(refusal({ mode }, { service: { spec: [{ type: "ClusterIP", selector: { component } }] } })).toContain(
      `The release default/my-release doesn't run as ${mode}: its Service leads to the component ${component}. ` +
        `Set mode to ${other}.`,
    );
  });

  test.each(["pending-upgrade", "pending-install", "pending-rollback", "uninstalling"])("is %s", (status) => {
    expect(
      refusal(
        {},
        {
          revisions: [
            { version: "7", status },
            { version: "6", status: "deployed" },
          ],
        },
      ),
    ).toContain(
      `Helm is in the middle of a change of default/my-release (revision 7 is ${status}), and refuses another. If it is ` +
        "still at work, wait; if it was interrupted: 'helm history my-release -n default' tells which revision runs; " +
        "'helm rollback my-release <that revision> -n default' goes back to it. Then plan again.",
    );
  });

  test("has failed last", () => {
    expect(
      refusal(
        {},
        {
          revisions: [
            { version: "9", status: "deployed" },
            { version: "10", status: "failed" },
          ],
        },
      ),
    ).toContain(
      "The last change of default/my-release failed (revision 10 is failed), and the cluster may hold a part of it. " +
        "'helm history my-release -n default' tells which revision runs; 'helm rollback my-release <that revision> -n " +
        "default' goes back to it, or repeat the change by hand. Then plan again.",
    );
  });

  test("is in the middle of a change after one that failed", () => {
    const revisions = [
      { version: "9", status: "failed" },
      { version: "10", status: "pending-rollback" },
    ];
    const { refused } = evaluateRelease({}, { revisions });
    expect(refused).toContain("Helm is in the middle of a change");
    expect(refused).not.toContain("The last change of");
  });

  test.each(["failed", "pending-upgrade"])("is %s, but not last, which is no reason to refuse", (status) => {
    const revisions = [
      { version: "9", status },
      { version: "10", status: "deployed" },
    ];
    expect(refusal({}, { revisions })).toBe("");
  });

  test("has failed after a change that was interrupted", () => {
    const revisions = [
      { version: "8", status: "deployed" },
      { version: "9", status: "pending-upgrade" },
      { version: "10", status: "failed" },
    ];
    const { refused } = evaluateRelease({}, { revisions });
    expect(refused).toContain("The last change of default/my-release failed (revision 10 is failed)");
    expect(refused).not.toContain("Helm is in the middle of a change");
  });

  test("has settings that can't be read", () => {
    const configMap = { "user.yaml": "common: { security: { tlsMode: !mine 2 } }" };
    expect(refusal({}, { configMap })).toContain(
      "The pods' settings, user.yaml of the ConfigMap default/my-release-milvus, are no YAML that Terraform reads, so that " +
        "what they say of TLS and of the REST port can't be seen. Write them as one plain document: no tags (!), no .inf " +
        "or .nan.",
    );
  });

  test.each(["", "\n", "---\n", "# For example:\n  # log: debug\n", "log: { level: debug }\n"])(
    "has settings that can be read: %j",
    (text) => {
      expect(refusal({}, { configMap: { "user.yaml": text } })).toBe("");
    },
  );
});

/** A release with `customConfigMap: mine`. */
const CUSTOM: LiveDetails = {
  pod: { volumes: [{ name: "tools" }, { name: "milvus-config", configMap: { name: "mine" } }] },
  volumeMounts: [
    { name: "tools", mountPath: "/milvus/tools", subPath: null },
    { name: "milvus-config", mountPath: "/milvus/configs/user.yaml", subPath: "milvus.yaml" },
  ],
};

describeUnless(missing.terraform, "the settings in the pods' file", () => {
  test("are those of the release's ConfigMap", () => {
    expect(evaluateRelease({}, {}).configMap).toBe("my-release-milvus");
  });

  test("are those of the ConfigMap that the release names", () => {
    const cluster = { ...live(null, CUSTOM), configMap: { "milvus.yaml": "common: { security: { tlsMode: 2 } }" } };
    expect(evaluateRelease({}, live(null, CUSTOM)).configMap).toBe("mine");
    expect(refusal({}, cluster)).toContain("The pods demand client certificates");
  });
});

describeUnless(missing.terraform, "turning TLS on", () => {
  test("is refused as long as nobody has accepted that plaintext clients are cut off, and names those it sees", () => {
    expect(
      refusal(
        { acceptPlaintextClientsCutOff: false },
        { clients: ["my-release-milvus-attu", "my-release-milvus-cdc"] },
      ),
    ).toContain(
      "Port 19530 of default/my-release speaks plaintext, and is to speak TLS only. Every client that connects to it " +
        "without TLS is cut off, inside the cluster too: Attu as the chart deploys it, Milvus CDC, milvus-backup, your " +
        "applications. In this release: my-release-milvus-attu, my-release-milvus-cdc. Prepare them, then accept it: " +
        "acceptPlaintextClientsCutOff: true.",
    );
    expect(refusal({ acceptPlaintextClientsCutOff: false }, {})).toContain("In this release: neither Attu nor CDC.");
  });

  test("cuts nobody off where it is on already, by environment or by file", () => {
    expect(refusal({ acceptPlaintextClientsCutOff: false }, live(ON))).toBe("");
    const configMap = { "user.yaml": "common:\n  security:\n    tlsMode: 1\nproxy:\n  http:\n    port: 8080\n" };
    expect(refusal({ acceptPlaintextClientsCutOff: false }, { configMap })).toBe("");
  });

  test.each([
    ["by environment", live([{ name: "COMMON_SECURITY_TLSMODE", value: "2" }])],
    ["by file", { configMap: { "user.yaml": "common: { security: { tlsMode: 2 } }" } }],
    ["by file as one key", { configMap: { "user.yaml": "Common.Security.TLSMode: 2" } }],
  ])("doesn't give up mutual TLS that is set %s", (_, cluster) => {
    expect(refusal({}, cluster)).toContain(
      "The pods demand client certificates (common.security.tlsMode is 2), which no load balancer presents. To give that " +
        "up, take the setting out of the release's extraEnv or user.yaml first; to keep it, stay with a Layer-4 entrance.",
    );
  });

  test.each([
    ["by environment", live([{ name: "PROXY_HTTP_PORT", value: "9999" }])],
    ["by file", { configMap: { "user.yaml": "proxy: { http: { port: 9999 } }" } }],
  ])("doesn't move a REST port that the user chose %s, unless told where to", (_, cluster) => {
    expect(refusal({}, cluster)).toContain(
      "The pods serve REST on port 9999, and the default here is 8080. Set restPort to 9999 to keep it, or to 8080 to " +
        "change it.",
    );
    expect(evaluateRelease({ restPort: 9999 }, cluster).values.proxy.extraEnv).toEqual([
      ON[0],
      { name: "PROXY_HTTP_PORT", value: "9999" },
    ]);
    expect(evaluateRelease({ restPort: 8080 }, cluster).values.proxy.extraEnv).toEqual(ON);
  });
});

describeUnless(missing.terraform, "turning TLS off again", () => {
  const MINE: Entry = { name: "MINE", value: "1" };

  test("takes our settings out and keeps the user's", () => {
    expect(evaluateRelease({ tls: "disabled" }, live([MINE, ...ON])).values).toEqual({ proxy: { extraEnv: [MINE] } });
    expect(evaluateRelease({ tls: "disabled" }, live([MINE])).values).toEqual({ proxy: { extraEnv: [MINE] } });
  });

  test("keeps a REST port that is asked for, and doesn't lose one that the user chose", () => {
    const port: Entry = { name: "PROXY_HTTP_PORT", value: "9999" };
    expect(evaluateRelease({ tls: "disabled", restPort: 9999 }, live([port])).values.proxy.extraEnv).toEqual([port]);
    expect(refusal({ tls: "disabled" }, live([port]))).toContain("Set restPort to 9999 to keep it");
  });

  test("doesn't lose the default REST port of pods that spoke plaintext all along", () => {
    const port: Entry = { name: "PROXY_HTTP_PORT", value: "8080" };
    expect(refusal({ tls: "disabled" }, live([port]))).toContain(
      "The pods speak plaintext already, and serve REST on port 8080, which would go back to the gRPC port. Set restPort to " +
        "8080 to keep it, or take PROXY_HTTP_PORT out of the release's extraEnv first.",
    );
    expect(evaluateRelease({ tls: "disabled", restPort: 8080 }, live([port])).values.proxy.extraEnv).toEqual([port]);
    expect(refusal({ tls: "disabled" }, { configMap: { "user.yaml": "proxy: { http: { port: 8080 } }" } })).toBe("");
  });

  test("is refused where user.yaml would turn it on at once", () => {
    expect(
      refusal({ tls: "disabled" }, { configMap: { "user.yaml": "common: { security: { tlsMode: 1 } }" } }),
    ).toContain(
      "The release's user.yaml sets common.security.tlsMode to 1, so that TLS stays on without the environment's " +
        "settings. Take it out there, or give the whole text as userYaml.",
    );
  });
});

describeUnless(missing.terraform, "a release whose TLS is untouched", () => {
  test("is left as it is, and refused where its pods speak TLS", () => {
    const props = { tls: "untouched", serviceType: "ClusterIP" } as const;
    expect(evaluateRelease(props, live([{ name: "MINE", value: "1" }])).values).toEqual({
      service: { type: "ClusterIP" },
    });
    expect(refusal(props, live(ON))).toContain(
      "The pods speak TLS (common.security.tlsMode is 1), and tls is untouched here, which leaves it so. Set tls to " +
        "enabled, or to disabled to turn it off.",
    );
  });
});

describeUnless(missing.terraform, "the pods' own certificate", () => {
  const certificate = { kind: "secret", name: "my-pod-tls" } as const;
  const OURS = {
    volume: { name: "milvus-l7-tls", secret: { secretName: "my-pod-tls" } },
    mount: { name: "milvus-l7-tls", mountPath: "/milvus/l7-tls", readOnly: true },
    env: [
      ...ON,
      { name: "TLS_SERVERPEMPATH", value: "/milvus/l7-tls/tls.crt" },
      { name: "TLS_SERVERKEYPATH", value: "/milvus/l7-tls/tls.key" },
    ],
  };
  /** Volumes as the data source gives them: each source as an object of nulls. */
  const NULLS = { configMap: { name: null, items: null }, emptyDir: { medium: null, sizeLimit: null }, secret: null };
  const CHARTS = {
    volumes: [
      { ...NULLS, name: "milvus-config", configMap: { name: "my-release-milvus", items: null } },
      { ...NULLS, name: "tools" },
    ],
    mounts: [
      { name: "milvus-config", mountPath: "/milvus/configs/user.yaml", subPath: "user.yaml", readOnly: true },
      { name: "tools", mountPath: "/milvus/tools", subPath: null, readOnly: null },
    ],
  };
  const MINE = {
    volume: { name: "ca", configMap: { name: 'my, "ca":null,', items: [{ key: "a", path: "b" }] } },
    mounts: [
      { name: "ca", mountPath: "/etc/ca" },
      { name: "milvus-config", mountPath: "/milvus/configs/glog.conf", subPath: "glog.conf" },
    ],
  };
  const withMine = (mode: "cluster" | "standalone" = "cluster") => ({
    deployment: liveDeployment(mode, null, {
      pod: { volumes: [...CHARTS.volumes, { ...NULLS, ...MINE.volume }] },
      volumeMounts: [...CHARTS.mounts, ...MINE.mounts.map((mount) => ({ subPath: null, readOnly: null, ...mount }))],
    }),
  });

  test("is mounted from its Secret and named to Milvus", () => {
    const cluster = live(null, { pod: { volumes: CHARTS.volumes }, volumeMounts: CHARTS.mounts });
    expect(evaluateRelease({ podCertificate: certificate }, cluster).values).toEqual({
      proxy: { extraEnv: OURS.env, volumes: [OURS.volume], volumeMounts: [OURS.mount] },
    });
  });

  test("of a standalone stands in the release's own lists, beside the user's volumes", () => {
    const { values } = evaluateRelease({ mode: "standalone", podCertificate: certificate }, withMine("standalone"));
    expect(values).toEqual({
      standalone: { extraEnv: OURS.env },
      volumes: [MINE.volume, OURS.volume],
      volumeMounts: [...MINE.mounts, OURS.mount],
    });
  });

  test("of a cluster is refused beside volumes whose place in the values nobody knows", () => {
    expect(refusal({ podCertificate: certificate }, withMine())).toContain(
      "The proxies have volumes of yours: ca, milvus-config. Which of them stand in the release's global values 'volumes' " +
        "and 'volumeMounts', and which under 'proxy', can't be seen here. Look at 'helm get values' and list the global " +
        "ones as podCertificate.globalVolumes, [] if there are none.",
    );
  });

  test("of a cluster keeps the proxies' volumes, and leaves the global ones where they are", () => {
    const own = evaluateRelease({ podCertificate: { ...certificate, globalVolumes: [] } }, withMine()).values;
    expect(own.proxy.volumes).toEqual([MINE.volume, OURS.volume]);
    expect(own.proxy.volumeMounts).toEqual([...MINE.mounts, OURS.mount]);
    const global = evaluateRelease({ podCertificate: { ...certificate, globalVolumes: ["ca"] } }, withMine()).values;
    expect(global.proxy.volumes).toEqual([OURS.volume]);
    expect(global.proxy.volumeMounts).toEqual([MINE.mounts[1], OURS.mount]);
  });

  test("of a cluster is refused with a global volume that the proxies don't have", () => {
    expect(refusal({ podCertificate: { ...certificate, globalVolumes: ["ca"] } }, withMine())).toBe("");
    expect(refusal({ podCertificate: { ...certificate, globalVolumes: ["ca", "cert"] } }, withMine())).toContain(
      "podCertificate.globalVolumes names cert, and the proxies have no such volume. Theirs: ca, milvus-config. Correct " +
        "the name, or remove it.",
    );
  });

  test("is the same when it is read back after the apply", () => {
    const { values } = evaluateRelease({ podCertificate: certificate }, {});
    const deployed = live(values.proxy.extraEnv, {
      pod: { volumes: [...CHARTS.volumes, ...values.proxy.volumes] },
      volumeMounts: [...CHARTS.mounts, ...values.proxy.volumeMounts],
    });
    expect(evaluateRelease({ podCertificate: certificate }, deployed).values).toEqual(values);
  });

  test("is taken out by kind image, and not lost by leaving the setting out", () => {
    const deployed = live(OURS.env, { pod: { volumes: [OURS.volume] }, volumeMounts: [OURS.mount] });
    expect(evaluateRelease({ podCertificate: { kind: "image" } }, deployed).values).toEqual({
      proxy: { extraEnv: ON, volumes: [], volumeMounts: [] },
    });
    expect(refusal({}, deployed)).toContain(
      "The pods still mount the certificate that podCertificate gave them. Put it back, or set podCertificate to kind: " +
        "image, which takes it out.",
    );
  });

  test("of the user's own making is kept", () => {
    const theirs: Entry[] = [{ name: "TLS_SERVERPEMPATH", value: "/etc/mine/tls.crt" }];
    expect(evaluateRelease({}, live(theirs)).values.proxy.extraEnv).toEqual([...theirs, ...ON]);
  });
});

describeUnless(missing.terraform, "user.yaml as the vehicle", () => {
  const THEIRS =
    "# mine\ncommon:\n  security:\n    authorizationEnabled: true # keep\nquotaAndLimits: { enabled: true }\n";
  const configMap = { "user.yaml": THEIRS };
  const MERGED =
    "# mine\ncommon:\n  security:\n    authorizationEnabled: true # keep\n    tlsMode: 1\n" +
    "quotaAndLimits: { enabled: true }\nproxy:\n  http:\n    port: 8080\n";

  test("sets TLS in the user's text, and takes it out of the environment", () => {
    expect(evaluateRelease({ userYaml: THEIRS }, { configMap, ...live(ON) }).values).toEqual({
      proxy: { extraEnv: [] },
      extraConfigFiles: { "user.yaml": MERGED },
    });
  });

  test("is the same once it is there", () => {
    const { values, refused } = evaluateRelease({ userYaml: THEIRS }, { configMap: { "user.yaml": MERGED } });
    expect(refused).toBe("");
    expect(values.extraConfigFiles["user.yaml"]).toBe(MERGED);
  });

  test("is the user's own text again when TLS is turned off", () => {
    const off = evaluateRelease({ userYaml: THEIRS, tls: "disabled" }, { configMap: { "user.yaml": MERGED } });
    expect(off.values.extraConfigFiles).toEqual({ "user.yaml": THEIRS });
  });

  test("keeps the REST port that the text has", () => {
    const text = "proxy:\n  http:\n    port: 9999\n";
    const { values } = evaluateRelease({ userYaml: text }, { configMap: { "user.yaml": text } });
    expect(values.extraConfigFiles["user.yaml"]).toBe(`${text}common:\n  security:\n    tlsMode: 1\n`);
  });

  test.each([
    ["another setting", "common: { security: { authorizationEnabled: false } }\nquotaAndLimits: { enabled: true }"],
    ["one setting more", `${THEIRS}log: { level: debug }\n`],
    ["nothing", ""],
  ])("is refused where the live text has %s", (_, text) => {
    expect(refusal({ userYaml: THEIRS }, { configMap: { "user.yaml": text } })).toContain(
      "The userYaml that is given and the user.yaml of default/my-release differ in more than the TLS settings, and the " +
        "first would replace the second. Take the text from 'helm get values my-release -n default', extraConfigFiles.",
    );
  });

  test("is refused where the pods read another ConfigMap, and for that reason alone", () => {
    const refused = refusal({ userYaml: THEIRS }, live(null, CUSTOM));
    expect(refused).toContain(
      "The pods of default/my-release don't read the user.yaml of the release's values, but milvus.yaml of the ConfigMap " +
        "mine: userYaml would change nothing. Leave it out, and TLS is set by environment, which outranks the file.",
    );
    expect(refused).not.toContain("differ in more than");
  });

  test("doesn't lose a certificate of the user's, unless it is replaced on purpose", () => {
    const cluster = { configMap: { "user.yaml": `${THEIRS}tls: { serverPemPath: /etc/mine/tls.crt }\n` } };
    expect(refusal({ userYaml: THEIRS }, cluster)).toContain("differ in more than the TLS settings");
    const podCertificate = { kind: "secret", name: "s" } as const;
    expect(refusal({ userYaml: THEIRS, podCertificate }, cluster)).toBe("");
  });

  test.each([
    { text: THEIRS, has: "the default here is 8080", other: 8080 },
    { text: `${THEIRS}proxy: { http: { port: 7777 } }\n`, has: "userYaml has 7777", other: 7777 },
  ])("doesn't move a REST port that is set by environment: $has", ({ text, has, other }) => {
    const cluster = {
      configMap: { "user.yaml": text },
      ...live([{ name: "PROXY_HTTP_PORT", value: "9999" }]),
    };
    expect(refusal({ userYaml: text }, cluster)).toContain(
      `The pods serve REST on port 9999, and ${has}. Set restPort to 9999 to keep it, or to ${other} to change it.`,
    );
  });

  test.each([
    ["as one key", "common.security.tlsMode: 0\nlog: { level: debug }\n"],
    ["in an empty section", "common:\nlog: { level: debug }\n"],
    ["with deeper settings beside it", "a: { b: { c: { d: 1 }, e: [1, { f: ~ }] } }\n"],
  ])("is the same once it is there, %s", (_, text) => {
    const first = evaluateRelease({ userYaml: text }, { configMap: { "user.yaml": text } });
    const merged = first.values.extraConfigFiles["user.yaml"];
    const second = evaluateRelease({ userYaml: text }, { configMap: { "user.yaml": merged } });
    expect(second).toMatchObject({ refused: "", values: first.values });
    expect(second.warned).not.toContain("Warning");
  });

  test("names the pods' own certificate in the text", () => {
    const { values } = evaluateRelease(
      { userYaml: THEIRS, podCertificate: { kind: "secret", name: "s" } },
      { configMap },
    );
    expect(values.extraConfigFiles["user.yaml"]).toContain(
      "tls:\n  serverPemPath: /milvus/l7-tls/tls.crt\n  serverKeyPath: /milvus/l7-tls/tls.key\n",
    );
    expect(values.proxy.extraEnv).toEqual([]);
  });
});

describeUnless(missing.terraform, "a chart that is no choice from a repository", () => {
  const folder = mkdtempSync(join(tmpdir(), "milvus-l7-chart-"));
  writeFileSync(join(folder, "Chart.yaml"), "name: milvus\nversion: 5.0.19\n");
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each([
    ["a folder", () => folder, (version: string) => ({ chart: `milvus-${version}` })],
    [
      "an archive",
      () => "https://charts.example.com/milvus-5.0.19.tgz",
      (version: string) => ({ chart: `milvus-${version}` }),
    ],
  ])(
    "is taken from %s where that has the installed version, and refused where it has another",
    (_, chart, installed) => {
      expect(refusal({ chart: chart() }, live(null, installed("5.0.19")))).toBe("");
      expect(refusal({ chart: chart() }, live(null, installed("4.2.8")))).toContain(
        `The chart at ${chart()} is 5.0.19, and 4.2.8 is installed. An upgrade of the chart is no business of this. Give it ` +
          "the installed one.",
      );
    },
  );
});

describeUnless(missing.terraform, "a Layer-4 load balancer", () => {
  const TYPE = "service.beta.kubernetes.io/aws-load-balancer-type";
  const TARGET_TYPE = "service.beta.kubernetes.io/aws-load-balancer-nlb-target-type";
  const FORMER = "cdktf-milvus-l7/aws-load-balancer-type";
  const GUIDE = { [TYPE]: "external", [TARGET_TYPE]: "ip" };
  const service = (type: string, annotations: Record<string, string> = {}, ingress: object[] = []) => ({
    ...live(ON),
    service: {
      metadata: [{ uid: "1", annotations }],
      spec: [{ type, selector: { component: "proxy" } }],
      status: [{ load_balancer: [{ ingress }] }],
    },
  });
  const address = [{ hostname: "nlb.example.com", ip: "" }];
  const values = (props: Partial<MilvusTlsReleaseProps>, cluster: Cluster) => evaluateRelease(props, cluster).values;
  const accepting = { acceptLayer4LoadBalancerDeleted: true };

  test("is deleted with consent only", () => {
    const cluster = service("LoadBalancer", {}, address);
    expect(refusal({ serviceType: "ClusterIP" }, cluster)).toContain(
      "serviceType: ClusterIP deletes the Layer-4 load balancer of the Service default/my-release-milvus, a LoadBalancer. " +
        "Clients that still use it are cut off. Addresses in its status: nlb.example.com. Ingresses that lead to it: none. " +
        "Move the clients, then accept it: acceptLayer4LoadBalancerDeleted: true. Leave serviceType out to keep the load " +
        "balancer.",
    );
    expect(refusal({ serviceType: "NodePort" }, cluster)).toContain("serviceType: NodePort deletes");
    expect(refusal({ serviceType: "ClusterIP", tls: "untouched" }, { ...cluster, ...live(null) })).toContain("deletes");
    expect(refusal({ serviceType: "ClusterIP", ...accepting }, cluster)).toBe("");
    expect(refusal({ serviceType: "LoadBalancer" }, cluster)).toBe("");
    expect(refusal({}, cluster)).toBe("");
  });

  test.each<[string, Record<string, string>]>([
    ["external with target type ip", GUIDE],
    ["external with target type instance", { ...GUIDE, [TARGET_TYPE]: "instance" }],
    ["nlb-ip", { [TYPE]: "nlb-ip" }],
  ])("that the annotation %s keeps behind a ClusterIP is deleted with consent only", (_, annotations) => {
    const cluster = service("ClusterIP", annotations);
    expect(refusal({ serviceType: "ClusterIP" }, cluster)).toContain(
      `a ClusterIP. Clients that still use it are cut off. The annotation ${TYPE} keeps a Network Load Balancer whatever ` +
        "the type is, so Terraform empties the annotation, too. Addresses in its status: none.",
    );
    expect(values({ serviceType: "ClusterIP", ...accepting }, cluster).service).toEqual({
      type: "ClusterIP",
      annotations: { [TYPE]: "", [FORMER]: annotations[TYPE] },
    });
  });

  test.each<[string, string, Record<string, string>]>([
    ["a ClusterIP without annotations", "ClusterIP", {}],
    ["a ClusterIP with other annotations", "ClusterIP", { "example.com/team": "search", [TARGET_TYPE]: "ip" }],
    ["external without a target type, which the controller leaves alone", "ClusterIP", { [TYPE]: "external" }],
    ["nlb, whose controller looks at the type", "ClusterIP", { [TYPE]: "nlb", [TARGET_TYPE]: "ip" }],
    [
      "GKE's L4 annotations",
      "ClusterIP",
      { "cloud.google.com/l4-rbs": "enabled", "networking.gke.io/load-balancer-type": "Internal" },
    ],
  ])("that isn't there needs no consent, and leaves the values as they are: %s", (_, type, annotations) => {
    expect(values({ serviceType: "ClusterIP" }, service(type, annotations)).service).toEqual({ type: "ClusterIP" });
  });

  test("comes back with what its annotation was, and every plan gives the same before and after its apply", () => {
    const emptied = { ...GUIDE, [TYPE]: "", [FORMER]: "external" };
    const restored = { ...GUIDE, [FORMER]: "" };
    const ofValues = (serviceType: "ClusterIP" | "NodePort" | "LoadBalancer", annotations: Record<string, string>) =>
      values({ serviceType, ...(serviceType === "LoadBalancer" ? {} : accepting) }, service(serviceType, annotations))
        .service;
    const gone = { [TYPE]: "", [FORMER]: "external" };
    expect(ofValues("ClusterIP", GUIDE)).toEqual({ type: "ClusterIP", annotations: gone });
    expect(ofValues("ClusterIP", emptied)).toEqual({ type: "ClusterIP", annotations: gone });
    expect(ofValues("NodePort", emptied)).toEqual({ type: "NodePort", annotations: gone });
    const back = { [TYPE]: "external", [FORMER]: "" };
    expect(ofValues("LoadBalancer", emptied)).toEqual({ type: "LoadBalancer", annotations: back });
    expect(ofValues("LoadBalancer", restored)).toEqual({ type: "LoadBalancer", annotations: back });
    expect(ofValues("LoadBalancer", GUIDE)).toEqual({ type: "LoadBalancer" });
    // And away again.
    expect(ofValues("ClusterIP", restored)).toEqual({ type: "ClusterIP", annotations: gone });
  });

  test("whose annotation has been emptied needs no consent any more, and nothing puts it back unasked", () => {
    const emptied = { ...GUIDE, [TYPE]: "", [FORMER]: "external" };
    expect(refusal({ serviceType: "ClusterIP" }, service("ClusterIP", emptied))).toBe("");
    expect(values({}, service("ClusterIP", emptied))).not.toHaveProperty("service");
  });

  test("with deletion protection would stay: the plan is refused, whatever is accepted", () => {
    const attributes = (text: string) => ({ "service.beta.kubernetes.io/aws-load-balancer-attributes": text });
    const on = attributes("load_balancing.cross_zone.enabled=true, deletion_protection.enabled=true");
    const wanted = { serviceType: "ClusterIP", ...accepting } as const;
    expect(refusal(wanted, service("ClusterIP", { ...GUIDE, ...on }))).toContain(
      "AWS Load Balancer Controller would not delete the load balancer of the Service default/my-release-milvus: the " +
        "annotation service.beta.kubernetes.io/aws-load-balancer-attributes sets deletion_protection.enabled. Set it to " +
        "false in the release's values with 'helm upgrade', then plan again.",
    );
    expect(refusal(wanted, service("LoadBalancer", on, address))).toContain("sets deletion_protection.enabled");
    expect(
      refusal(wanted, service("LoadBalancer", { ...GUIDE, ...attributes("deletion_protection.enabled=false") })),
    ).toBe("");
    expect(refusal({ serviceType: "LoadBalancer" }, service("LoadBalancer", { ...GUIDE, ...on }))).toBe("");
  });
});

describeUnless(missing.terraform, "a plan warns", () => {
  const warned = (props: Partial<MilvusTlsReleaseProps>, cluster: Cluster) => evaluateRelease(props, cluster).warned;
  const service = (type: string, ingress: object[]) => ({
    spec: [{ type, selector: { component: "proxy" } }],
    status: [{ load_balancer: [{ ingress }] }],
  });
  const ingress = (name: string, backend: string) => ({
    metadata: { name },
    spec: { rules: [{ http: { paths: [{ backend: { service: { name: backend } } }] } }] },
  });

  test("of a Layer-4 load balancer that is deleted as accepted", () => {
    const text = warned(
      { serviceType: "ClusterIP", acceptLayer4LoadBalancerDeleted: true },
      {
        ...live(ON),
        service: service("LoadBalancer", [{ ip: "192.0.2.7", hostname: "" }]),
        ingresses: [ingress("nginx", "my-release-milvus"), ingress("other", "other")],
      },
    );
    expect(text).toContain(
      "serviceType: ClusterIP deletes the Layer-4 load balancer of the Service default/my-release-milvus, a LoadBalancer. " +
        "Clients that still use it are cut off. Addresses in its status: 192.0.2.7. Ingresses that lead to it: nginx. " +
        "acceptLayer4LoadBalancerDeleted accepts it. If the plan doesn't change the release, somebody else has brought the " +
        "load balancer back, which Terraform doesn't show as a change: 'npm run release:repair' has the next deploy delete it.",
    );
    expect(text).not.toContain("and is to be a ClusterIP");
  });

  test.each([
    ["NodePort", "a port of every node"],
    ["LoadBalancer", "a load balancer that has no address yet"],
  ])("of who loses a %s, %s, with nothing to accept", (type) => {
    expect(warned({ serviceType: "ClusterIP" }, { ...live(ON), service: service(type, []) })).toContain(
      `The Service default/my-release-milvus is a ${type}, and is to be a ClusterIP. Clients that reach Milvus by it from ` +
        "outside are cut off. Addresses in its status: none. Ingresses that lead to it: none. Leave serviceType out until " +
        "nobody uses them.",
    );
  });

  test("of nothing where the Service's type stays, or offers more", () => {
    for (const serviceType of [undefined, "LoadBalancer"] as const) {
      expect(warned({ serviceType }, { ...live(ON), service: service("NodePort", []) })).not.toContain("Warning");
    }
  });

  test.each([
    [
      "2.5.20",
      "milvusdb/milvus:v2.5.20 has CVE-2025-64513: whoever reaches the client port, through a load balancer too, is an administrator without a password. It is fixed in 2.4.24 and 2.5.21 and 2.6.5: upgrade Milvus.",
    ],
    [
      "2.6.9",
      "milvusdb/milvus:v2.6.9 has CVE-2026-26190: whoever reaches port 9091, which is no entrance of the load balancer, controls Milvus without a password. It is fixed in 2.5.27 and 2.6.10: upgrade Milvus.",
    ],
    [
      "2.5.27",
      "milvusdb/milvus:v2.5.27 can't be upgraded to Milvus 2.6 by a rolling upgrade while TLS is on: the old and the new proxies forward to each other in plaintext. Upgrade before TLS is turned on, or turn it off for the upgrade (tls: disabled).",
    ],
  ])("of what Milvus %s has", (version, text) => {
    expect(warned({}, live(ON, { image: `milvusdb/milvus:v${version}` }))).toContain(text);
  });

  test.each(["milvusdb/milvus:v2.6.10", "registry:5000/milvus:2.6.15-gpu", "milvus:latest", "milvus@sha256:0a1b"])(
    "of nothing that %s has",
    (image) => {
      expect(warned({}, live(ON, { image }))).not.toContain("Warning");
    },
  );

  test("of settings that a foreign upgrade has dropped", () => {
    expect(warned({}, live(null))).toContain(
      "The pods of default/my-release have lost settings: common.security.tlsMode is 0 where 1 is wanted, proxy.http.port " +
        "is not set where 8080 is wanted. A 'helm upgrade' by somebody else may have dropped them, which Terraform doesn't " +
        "show as a change: 'npm run release:repair' has the next deploy put them back.",
    );
    expect(warned({ tls: "disabled" }, { ...live(null), after: live(ON).deployment })).toContain(
      "common.security.tlsMode is 1 where 0 is wanted, proxy.http.port is 8080.",
    );
  });

  test("of pods that the load balancer's Service doesn't select", () => {
    const labels = {
      "app.kubernetes.io/name": "vectors",
      "app.kubernetes.io/instance": "my-release",
      component: "proxy",
    };
    expect(warned({}, live(ON, { labels }))).toContain(
      "The pods of default/my-release don't have the labels that the load balancer's Service selects them by, so that it " +
        "leads to nobody. Compare nameOverride and mode with 'helm get values'.",
    );
  });

  test("of nothing where all is as it was deployed", () => {
    expect(warned({}, live(ON))).not.toContain("Warning");
  });
});

describeUnless(missing.terraform, "a release elsewhere", () => {
  test("is warned of until the live pods have the values", () => {
    expect(evaluateElsewhere({}, live(null)).warned).toContain(
      "The live pods of default/my-release are not as the load balancer needs them: common.security.tlsMode is 0, " +
        "proxy.http.port is not set; wanted is common.security.tlsMode 1 and proxy.http.port 8080. Where the release takes " +
        "its values from, add COMMON_SECURITY_TLSMODE=1 and PROXY_HTTP_PORT=8080 to proxy.extraEnv (valuesToMerge has it " +
        "as YAML). DNS is not pointed at pods that don't answer: a first deploy goes without dnsZone.",
    );
    expect(evaluateElsewhere({}, live(ON)).warned).not.toContain("Warning");
    expect(evaluateElsewhere({ tlsInPod: false }, live(null)).warned).not.toContain("Warning");
  });

  test("is warned of where it isn't found", () => {
    expect(evaluateElsewhere({}, { deployment: {} }).warned).toContain("no Deployment has their labels; wanted is");
  });

  test("may have its settings in the operator's ConfigMap", () => {
    const configMap = { "user.yaml": "common: { security: { tlsMode: 1 } }\nproxy: { http: { port: 8080 } }" };
    expect(evaluateElsewhere({ renderedBy: "milvus-operator" }, { ...live(null), configMap }).warned).not.toContain(
      "Warning",
    );
  });
});
