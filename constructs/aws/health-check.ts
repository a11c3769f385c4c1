import { type Problem, shown } from "../internal/problem";
import { integerBetween, rule } from "../internal/rules";

/** How often the load balancer asks a pod, and how many answers count. */
export interface AlbHealthCheckTimes {
  /**
   * From one call to the next, in seconds.
   *
   * @default 15
   */
  readonly intervalSec?: number;
  /**
   * How long an answer may take, in seconds: less than the interval.
   *
   * @default 5
   */
  readonly timeoutSec?: number;
  /**
   * After how many good answers in a row a pod is healthy.
   *
   * @default 2
   */
  readonly healthyThreshold?: number;
  /**
   * After how many bad ones in a row it is not.
   *
   * @default 2
   */
  readonly unhealthyThreshold?: number;
}

/** The health check: a gRPC call to the pods' gRPC port, without a token. Plain data, as it stands in the config file. */
export type AlbHealthCheck = AlbGrpcServerCheck | AlbGrpcHealthCheck | AlbCustomCheck;

/** A method that Milvus doesn't have, which it answers with 12 whatever its authorization: the gRPC server takes calls. */
export interface AlbGrpcServerCheck extends AlbHealthCheckTimes {
  readonly kind: "grpc-server";
}

/**
 * gRPC's health service: the proxy has read its metadata as well; before, it answers 2. One that calls itself
 * NOT_SERVING passes, since that answer's code is 0. With `authorizationEnabled` the call, which has no token, is turned
 * away with 16, which counts as healthy, and Milvus logs a warning each time.
 */
export interface AlbGrpcHealthCheck extends AlbHealthCheckTimes {
  readonly kind: "grpc-health";
}

/** A method and the gRPC codes of a healthy pod. */
export interface AlbCustomCheck extends AlbHealthCheckTimes {
  readonly kind: "custom";
  /** The method: `/package.Service/Method`. */
  readonly path: string;
  /** One code, a list such as `0,16` or a range such as `0-12`. */
  readonly successCodes: string;
}

/** What the controller is told of it. */
export interface HealthCheckSettings extends Required<AlbHealthCheckTimes> {
  readonly path: string;
  readonly successCodes: string;
}

/**
 * The controller's own defaults, which are written out.
 *
 * @see https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/main/pkg/ingress/model_builder.go
 */
const TIMES: Required<AlbHealthCheckTimes> = {
  intervalSec: 15,
  timeoutSec: 5,
  healthyThreshold: 2,
  unhealthyThreshold: 2,
};

export function healthCheckSettings(
  healthCheck: AlbHealthCheck = { kind: "grpc-server" },
  authorizationEnabled = false,
): HealthCheckSettings {
  const { intervalSec, timeoutSec, healthyThreshold, unhealthyThreshold } = withTimes(healthCheck);
  return {
    ...callOf(healthCheck, authorizationEnabled),
    intervalSec,
    timeoutSec,
    healthyThreshold,
    unhealthyThreshold,
  };
}

function callOf(healthCheck: AlbHealthCheck, authorizationEnabled: boolean) {
  switch (healthCheck.kind) {
    case "grpc-server":
      return { path: "/AWS.ALB/healthcheck", successCodes: "12" };
    case "grpc-health":
      return { path: "/grpc.health.v1.Health/Check", successCodes: authorizationEnabled ? "0,16" : "0" };
    case "custom":
      return { path: healthCheck.path, successCodes: healthCheck.successCodes };
  }
}

function withTimes({ intervalSec, timeoutSec, healthyThreshold, unhealthyThreshold }: AlbHealthCheckTimes) {
  return {
    intervalSec: intervalSec ?? TIMES.intervalSec,
    timeoutSec: timeoutSec ?? TIMES.timeoutSec,
    healthyThreshold: healthyThreshold ?? TIMES.healthyThreshold,
    unhealthyThreshold: unhealthyThreshold ?? TIMES.unhealthyThreshold,
  };
}

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html */
export function validateHealthCheck(healthCheck: AlbHealthCheck | undefined): Problem[] {
  if (healthCheck === undefined) {
    return [];
  }
  return [
    ...(healthCheck.kind === "custom"
      ? [...methodPath("path", healthCheck.path), ...grpcCodes("successCodes", healthCheck.successCodes)]
      : []),
    ...integerBetween(5, 300)("intervalSec", healthCheck.intervalSec),
    ...integerBetween(2, 120)("timeoutSec", healthCheck.timeoutSec),
    ...integerBetween(2, 10)("healthyThreshold", healthCheck.healthyThreshold),
    ...integerBetween(2, 10)("unhealthyThreshold", healthCheck.unhealthyThreshold),
    ...answersInTime(withTimes(healthCheck)),
  ];
}

function answersInTime({ intervalSec, timeoutSec }: Required<AlbHealthCheckTimes>): Problem[] {
  return timeoutSec < intervalSec
    ? []
    : [
        {
          path: "timeoutSec",
          given: shown(timeoutSec),
          allowed: `less than intervalSec, which is ${intervalSec}`,
          fix: "shorten it, or lengthen intervalSec",
        },
      ];
}

const methodPath = rule<string>(
  "the path of a gRPC method, such as /AWS.ALB/healthcheck or /grpc.health.v1.Health/Check",
  "write /package.Service/Method",
  (path) => /^\/[A-Za-z0-9._]+\/[A-Za-z0-9_]+$/.test(path) && path.length <= 1024,
);

const grpcCodes = rule<string>(
  "gRPC status codes from 0 to 99: one, a list such as 0,16 or a range such as 0-12",
  "write the codes of a healthy pod",
  (codes) => {
    const [, from, to] = /^(\d{1,2})-(\d{1,2})$/.exec(codes) ?? [];
    return to === undefined ? /^\d{1,2}(,\d{1,2})*$/.test(codes) : Number(from) <= Number(to);
  },
);
