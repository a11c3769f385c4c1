import type { AlbL7IngressProps } from "../../constructs/aws";
import { milvusOf } from "../../constructs/milvus";
import { only } from "../support/synth";
import { annotations, ingress, isRefused, mapIn, PROPS, REF, withoutPrefix } from "./support";

const CHECK = [
  "healthcheck-path",
  "success-codes",
  "healthcheck-interval-seconds",
  "healthcheck-timeout-seconds",
  "healthy-threshold-count",
  "unhealthy-threshold-count",
];

describe("the health check", () => {
  const check = (change: Partial<AlbL7IngressProps>) => CHECK.map((key) => annotations(change)[key]);

  test.each<[string, Partial<AlbL7IngressProps>, string[]]>([
    ["the gRPC server alone by default", {}, ["/AWS.ALB/healthcheck", "12"]],
    ["the gRPC server alone", { healthCheck: { kind: "grpc-server" } }, ["/AWS.ALB/healthcheck", "12"]],
    ["gRPC's health service", { healthCheck: { kind: "grpc-health" } }, ["/grpc.health.v1.Health/Check", "0"]],
    [
      "gRPC's health service, which turns a call without a token away where authorization is on",
      { healthCheck: { kind: "grpc-health" }, authorizationEnabled: true },
      ["/grpc.health.v1.Health/Check", "0,16"],
    ],
    [
      "a method of the user's",
      { healthCheck: { kind: "custom", path: "/milvus.proto.milvus.MilvusService/Connect", successCodes: "0-12" } },
      ["/milvus.proto.milvus.MilvusService/Connect", "0-12"],
    ],
  ])("asks %s, every 15 s", (_, change, call) => {
    expect(check(change)).toEqual([...call, "15", "5", "2", "2"]);
  });

  test.each<AlbL7IngressProps["healthCheck"]>([
    { kind: "grpc-server" },
    { kind: "grpc-health" },
    { kind: "custom", path: "/a.B/C", successCodes: "0" },
  ])("asks as often as it is told: %j", (kind) => {
    const healthCheck = { ...kind, intervalSec: 30, timeoutSec: 10, healthyThreshold: 3, unhealthyThreshold: 4 };
    expect(check({ healthCheck: healthCheck as AlbL7IngressProps["healthCheck"] }).slice(2)).toEqual([
      "30",
      "10",
      "3",
      "4",
    ]);
  });

  test.each<[string, NonNullable<AlbL7IngressProps["healthCheck"]>, string[]]>([
    [
      "a path of HTTP and codes of HTTP",
      { kind: "custom", path: "/healthz", successCodes: "200" },
      [
        'healthCheck.path: given "/healthz", allowed the path of a gRPC method, such as /AWS.ALB/healthcheck or ' +
          "/grpc.health.v1.Health/Check, do write /package.Service/Method",
        'healthCheck.successCodes: given "200", allowed gRPC status codes from 0 to 99: one, a list such as 0,16 or a range ' +
          "such as 0-12, do write the codes of a healthy pod",
      ],
    ],
    [
      "a range of codes backwards",
      { kind: "custom", path: "/a.B/C", successCodes: "16-0" },
      [
        'healthCheck.successCodes: given "16-0", allowed gRPC status codes from 0 to 99: one, a list such as 0,16 or a range ' +
          "such as 0-12, do write the codes of a healthy pod",
      ],
    ],
    [
      "times and thresholds out of their ranges",
      { kind: "grpc-server", intervalSec: 301, timeoutSec: 1, healthyThreshold: 1, unhealthyThreshold: 11 },
      [
        "healthCheck.intervalSec: given 301, allowed a whole number from 5 to 300, do write a number in that range",
        "healthCheck.timeoutSec: given 1, allowed a whole number from 2 to 120, do write a number in that range",
        "healthCheck.healthyThreshold: given 1, allowed a whole number from 2 to 10, do write a number in that range",
        "healthCheck.unhealthyThreshold: given 11, allowed a whole number from 2 to 10, do write a number in that range",
      ],
    ],
    [
      "an answer that may come after the next call",
      { kind: "grpc-server", timeoutSec: 15 },
      [
        "healthCheck.timeoutSec: given 15, allowed less than intervalSec, which is 15, do shorten it, or lengthen intervalSec",
      ],
    ],
    [
      "calls that come before an answer may",
      { kind: "grpc-health", intervalSec: 5 },
      [
        "healthCheck.timeoutSec: given 5, allowed less than intervalSec, which is 5, do shorten it, or lengthen intervalSec",
      ],
    ],
  ])("is refused: %s", (_, healthCheck, expected) => {
    isRefused({ healthCheck }, ...expected);
  });
});

describe("pods", () => {
  const attributes = (change: Partial<AlbL7IngressProps>) => mapIn(annotations(change)["target-group-attributes"]);

  test("get calls by turns, and their share at once", () => {
    expect(attributes({})).toMatchObject({
      "load_balancing.algorithm.type": "round_robin",
      "slow_start.duration_seconds": "0",
    });
  });

  test("get calls otherwise when told to, newcomers slowly", () => {
    expect(attributes({ algorithm: "least_outstanding_requests" })["load_balancing.algorithm.type"]).toBe(
      "least_outstanding_requests",
    );
    expect(attributes({ algorithm: "round_robin", slowStartSec: 30 })["slow_start.duration_seconds"]).toBe("30");
    expect(attributes({ slowStartSec: 0 })["slow_start.duration_seconds"]).toBe("0");
  });

  test.each<[string, Partial<AlbL7IngressProps>, string]>([
    [
      "an algorithm that there isn't",
      { algorithm: "random" as "round_robin" },
      'algorithm: given "random", allowed round_robin, least_outstanding_requests or weighted_random, do leave it out for ' +
        "round_robin",
    ],
    [
      "a start that is too short to be slow",
      { slowStartSec: 29 },
      "slowStartSec: given 29, allowed 0, which turns it off, or a whole number from 30 to 900, do write a number in that range",
    ],
    [
      "a slow start with an algorithm that knows none",
      { slowStartSec: 30, algorithm: "weighted_random" },
      "slowStartSec: given 30, allowed 0, as long as algorithm is another than round_robin, which alone takes newcomers " +
        "slowly, do remove it, or remove algorithm",
    ],
  ])("are refused: %s", (_, change, expected) => {
    isRefused(change, expected);
  });

  test("count as ready by themselves, unless the namespace is labelled for the controller", () => {
    expect(ingress().json.resource).not.toHaveProperty("kubernetes_labels");
    expect(ingress({ podReadinessGate: false }).json.resource).not.toHaveProperty("kubernetes_labels");
    expect(only(ingress({ podReadinessGate: true }).json, "kubernetes_labels")).toMatchObject({
      api_version: "v1",
      kind: "Namespace",
      metadata: { name: "vectors" },
      labels: { "elbv2.k8s.aws/pod-readiness-gate-inject": "enabled" },
      field_manager: "cdktf-milvus-l7-readiness-gate",
      force: true,
    });
  });
});

describe("REST", () => {
  const rest = (change: Partial<AlbL7IngressProps> = {}) => {
    const { json, manifest } = ingress({ rest: true, ...change });
    const service = Object.values(json.resource?.kubernetes_service_v1 ?? {}).find(({ metadata }) =>
      metadata.name.endsWith("-rest"),
    );
    return { json, service, paths: manifest.spec.rules[0].http.paths };
  };

  test("is not served by default", () => {
    const { json, manifest } = ingress();
    expect(only(json, "kubernetes_service_v1").metadata.name).toBe("milvus-demo-l7");
    expect(manifest.spec.rules[0].http.paths.map(({ path }: { path: string }) => path)).not.toContain("/v2");
    expect(ingress({ rest: false }).manifest).toEqual(manifest);
  });

  test("has its paths, before every other call and after the denied ones", () => {
    const backend = { service: { name: "milvus-demo-l7-rest", port: { number: 19530 } } };
    const { paths } = rest();
    expect(paths.slice(0, 3)).toEqual([
      { path: "/", pathType: "Prefix", backend: { service: { name: "milvus-demo-l7", port: { number: 19530 } } } },
      { path: "/v1", pathType: "Prefix", backend },
      { path: "/v2", pathType: "Prefix", backend },
    ]);
    expect(paths.slice(3).every(({ pathType }: { pathType: string }) => pathType === "Exact")).toBe(true);
  });

  test("has a target group of its own: HTTP/1.1, healthy while Milvus says so on 9091 in plain HTTP", () => {
    const { service } = rest();
    expect(withoutPrefix(service.metadata.annotations)).toEqual({
      "backend-protocol-version": "HTTP1",
      "healthcheck-protocol": "HTTP",
      "healthcheck-port": "9091",
      "healthcheck-path": "/healthz",
      "success-codes": "200",
    });
    expect(service.spec.selector).toEqual(PROPS.milvus.selector);
    expect(service.lifecycle.create_before_destroy).toBe(true);
  });

  test("is on a port of its own where the pods speak TLS", () => {
    const { service, paths } = rest({ milvus: milvusOf(REF, { tlsInPod: true, restPort: 8081 }) });
    expect(service.spec.port).toEqual([{ name: "rest", port: 8081, target_port: "8081", protocol: "TCP" }]);
    expect(paths[1].backend.service.port.number).toBe(8081);
  });

  test("is there before the Ingress, and named after it", () => {
    const { json, service } = rest({ name: "edge" });
    expect(service.metadata.name).toBe("edge-l7-rest");
    expect(only(json, "kubernetes_manifest").depends_on).toHaveLength(2);
  });
});
