import type { MilvusMode } from "../../constructs/milvus";
import { type Entry, liveDeployment } from "../support/deployment";
import { evaluateRelease } from "../support/evaluate";
import { describeUnless, whatIsMissing } from "../support/terraform";

/** The values of a release whose container has that environment. */
function evaluate(mode: MilvusMode, env: readonly Entry[] | null, chart = "milvus-5.0.19") {
  const { values, refused } = evaluateRelease(
    { mode, serviceType: "ClusterIP" },
    { deployment: liveDeployment(mode, env, { chart }) },
  );
  return values ?? refused;
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
      expect(evaluate("cluster", [entry], of).proxy.extraEnv).toEqual(OURS);
      expect(evaluate("cluster", [entry], not).proxy.extraEnv).toEqual([entry, ...OURS]);
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
});
