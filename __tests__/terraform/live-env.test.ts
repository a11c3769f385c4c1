import { parse } from "yaml";
import type { MilvusMode } from "../../constructs/milvus";
import { type Entry, liveDeployment } from "../support/deployment";
import { defaultGcp, gcpStack } from "../support/gcp";
import { only, synth } from "../support/synth";
import { describeUnless, succeeded, unwrapped, Workspace, whatIsMissing } from "../support/terraform";

/** Terraform's own evaluation of the release's values, with no provider: the data source is a literal. */
function evaluate(
  mode: MilvusMode,
  env: readonly Entry[] | null,
  { chart = "milvus-5.0.19", restPort }: { chart?: string; restPort?: number } = {},
) {
  const release = { ...defaultGcp().release, mode, restPort } as ReturnType<typeof defaultGcp>["release"];
  const json = synth(gcpStack({ release }));
  const { values, lifecycle } = only(json, "helm_release");
  const data = `data.kubernetes_resource.${Object.keys(json.data?.kubernetes_resource ?? {})[0]}`;
  const text = JSON.stringify({
    locals: { ...json.locals, live: "LIVE" },
    output: { values: { value: values[0] } },
    resource: { terraform_data: { release: { lifecycle: { precondition: lifecycle.precondition } } } },
  }).replaceAll(data, "local.live");
  const workspace = new Workspace("env");
  try {
    workspace.write(
      JSON.parse(text.replace('"LIVE"', () => JSON.stringify(escaped(liveDeployment(mode, env, chart))))),
    );
    succeeded(workspace.terraform("init"));
    const applied = workspace.terraform("apply", "-auto-approve", "-no-color");
    return applied.status === 0
      ? parse(JSON.parse(workspace.terraform("output", "-json", "values").text))
      : unwrapped(applied.text);
  } finally {
    workspace.remove();
  }
}

/** Text of a fixture, which Terraform must not take for a template. */
function escaped(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll(/([$%])\{/g, "$1$1{"));
}

const OURS = [
  { name: "COMMON_SECURITY_TLSMODE", value: "1" },
  { name: "PROXY_HTTP_PORT", value: "8080" },
];
const PLAIN: Entry = { name: "MY_PLAIN", value: 'a "quote", a \\ and ${x} %{y}' };
const FROM_FIELD: Entry = { name: "MY_IP", valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "status.podIP" } } };
const FROM_SECRET: Entry = { name: "MY_KEY", valueFrom: { secretKeyRef: { name: "s", key: "k", optional: true } } };

const missing = whatIsMissing();

describeUnless(missing.terraform, "the extraEnv of an adopted release", () => {
  test.each(["cluster", "standalone"] as const)(
    "of a %s keeps the user's entries before ours, without nulls",
    (mode) => {
      const values = evaluate(mode, [PLAIN, FROM_FIELD, FROM_SECRET, { name: "EMPTY" }]);
      const component = mode === "cluster" ? "proxy" : "standalone";
      expect(values).toEqual({
        service: { type: "ClusterIP" },
        [component]: { extraEnv: [PLAIN, FROM_FIELD, FROM_SECRET, { name: "EMPTY", value: "" }, ...OURS] },
      });
    },
  );

  test("is the same when it is read back after the apply", () => {
    const first = evaluate("cluster", [PLAIN, FROM_FIELD]);
    expect(evaluate("cluster", first.proxy.extraEnv)).toEqual(first);
  });

  test("is ours alone where the container has none", () => {
    expect(evaluate("cluster", null).proxy.extraEnv).toEqual(OURS);
  });

  test("leaves out what the chart renders by itself", () => {
    const charts: Entry[] = [
      { name: "LD_LIBRARY_PATH", value: "/milvus/tools/heaptrack/lib:/milvus/lib:/usr/lib" },
      {
        name: "LOCAL_STORAGE_SIZE",
        valueFrom: { resourceFieldRef: { resource: "limits.ephemeral-storage", divisor: "1Gi" } },
      },
    ];
    expect(evaluate("standalone", [...charts, PLAIN]).standalone.extraEnv).toEqual([PLAIN, ...OURS]);
  });

  test("keeps the user's own entry of a name that the chart also uses", () => {
    const own: Entry = { name: "LD_LIBRARY_PATH", value: "/opt/lib" };
    expect(evaluate("cluster", [own]).proxy.extraEnv).toEqual([own, ...OURS]);
  });

  test.each([
    ["MILVUS_STREAMING_SERVICE_ENABLED", { value: "1" }, "milvus-4.2.58", "milvus-5.0.19"],
    ["MILVUS_STREAMING_SERVICE_ENABLED", { value: "1" }, "milvus-4.2.8", "milvus-4.2.7"],
    ["MILVUS_STREAMING_SERVICE_ENABLED", { value: "1" }, "milvus-4.2.10", "milvus-4.1.20"],
    ["CACHE_SIZE", { valueFrom: { resourceFieldRef: { resource: "limits.memory" } } }, "milvus-3.1.3", "milvus-3.1.4"],
  ])(
    "counts %s as the chart's in the chart versions that render it, as the user's in others",
    (name, content, of, not) => {
      const entry: Entry = { name, ...content };
      expect(evaluate("cluster", [entry], { chart: of }).proxy.extraEnv).toEqual(OURS);
      expect(evaluate("cluster", [entry], { chart: not }).proxy.extraEnv).toEqual([entry, ...OURS]);
    },
  );

  test.each(["COMMON_SECURITY_TLSMODE", "MILVUS_CONF_COMMON_SECURITY_TLSMODE", "common.security.tlsMode"])(
    "replaces the live %s, which is the same setting to Milvus",
    (name) => {
      expect(evaluate("cluster", [{ name, value: "0" }, PLAIN]).proxy.extraEnv).toEqual([PLAIN, ...OURS]);
    },
  );

  test("keeps what only the other mode's template has", () => {
    const own: Entry = {
      name: "LOCAL_STORAGE_SIZE",
      valueFrom: { resourceFieldRef: { resource: "limits.ephemeral-storage" } },
    };
    expect(evaluate("cluster", [own]).proxy.extraEnv).toEqual([own, ...OURS]);
  });

  test("refuses a setting whose value comes from elsewhere", () => {
    const entry: Entry = { name: "PROXY_HTTP_PORT", valueFrom: { configMapKeyRef: { name: "c", key: "port" } } };
    expect(evaluate("cluster", [entry])).toContain(
      "The pods take COMMON_SECURITY_TLSMODE or PROXY_HTTP_PORT by valueFrom",
    );
  });

  test("refuses to give up mutual TLS", () => {
    expect(evaluate("cluster", [{ name: "COMMON_SECURITY_TLSMODE", value: "2" }])).toContain(
      "The pods demand client certificates (COMMON_SECURITY_TLSMODE is 2), which no load balancer presents.",
    );
  });

  test("refuses to move a REST port that the user chose, unless told where to", () => {
    const live = [{ name: "PROXY_HTTP_PORT", value: "9999" }];
    expect(evaluate("cluster", live)).toContain("Set restPort to 9999 to keep it, or to 8080 to change it.");
    expect(evaluate("cluster", live, { restPort: 9999 }).proxy.extraEnv).toEqual([OURS[0], live[0]]);
    expect(evaluate("cluster", live, { restPort: 8080 }).proxy.extraEnv).toEqual(OURS);
  });
});
