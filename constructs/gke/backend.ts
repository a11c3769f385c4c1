import { type Problem, shown, within } from "../internal/problem";
import { integerBetween, numberBetween, rule } from "../internal/rules";
import type { GkeScheme } from "./placement";

/** The settings of a GKE backend service as its controller reads them from a BackendConfig, from plain values. */

export interface GkeBackendProps {
  /**
   * How long a call may take, in seconds, from its first byte to its last.
   *
   * @default 3600
   */
  readonly timeoutSec?: number;
  /**
   * How long a pod that goes away may finish its calls, in seconds.
   *
   * @default 60
   */
  readonly connectionDrainingSec?: number;
  /**
   * How often and how patiently each pod is asked whether it is well: over plain HTTP, for `/healthz` on port 9091.
   *
   * @default - every 15 seconds, with the defaults that stand at its parts
   */
  readonly healthCheck?: GkeHealthCheck;
  /**
   * Whether calls of one client go to one pod.
   *
   * @default - none: each call goes to any pod
   */
  readonly sessionAffinity?: GkeSessionAffinity;
  /**
   * The share of the calls that is logged, from 0 to 1.
   *
   * @default 0, which turns the logs off; GKE's own default is to log, and to bill, every call
   */
  readonly logSampleRate?: number;
}

/**
 * How often and how patiently each pod is asked.
 *
 * @see https://cloud.google.com/load-balancing/docs/health-check-concepts#probes
 */
export interface GkeHealthCheck {
  /**
   * The time from one question to the next, in seconds.
   *
   * @default 15
   */
  readonly intervalSec?: number;
  /**
   * How long an answer may take, in seconds; no longer than the interval.
   *
   * @default - 15, or the interval where that is shorter
   */
  readonly timeoutSec?: number;
  /**
   * After how many good answers a pod gets calls.
   *
   * @default 1
   */
  readonly healthyThreshold?: number;
  /**
   * After how many bad answers it gets no more.
   *
   * @default 2
   */
  readonly unhealthyThreshold?: number;
}

/** One pod for each client: it takes the balance away that a load balancer for gRPC is there for. */
export type GkeSessionAffinity =
  /** Each call goes to any pod. */
  | { readonly kind: "none" }
  /** Calls from one address go to one pod: those of a whole network, where it reaches the internet by one address. */
  | { readonly kind: "client-ip" }
  /** For clients that keep cookies: browsers do, no Milvus SDK does. */
  | {
      readonly kind: "generated-cookie";
      /**
       * How long the cookie lives, in seconds; 0 for as long as the client does.
       *
       * @default 0
       */
      readonly ttlSec?: number;
    };

/** Every problem of a backend. */
export function validateBackend(props: GkeBackendProps): Problem[] {
  const { sessionAffinity: affinity } = props;
  return [
    ...integerBetween(1, 2_147_483_647)("timeoutSec", props.timeoutSec),
    ...integerBetween(0, 3600)("connectionDrainingSec", props.connectionDrainingSec),
    ...within("healthCheck", validateHealthCheck(props.healthCheck ?? {})),
    ...affinityKind("sessionAffinity.kind", affinity?.kind),
    ...(affinity?.kind === "generated-cookie"
      ? integerBetween(0, 86_400)("sessionAffinity.ttlSec", affinity.ttlSec)
      : []),
    ...numberBetween(0, 1)("logSampleRate", props.logSampleRate),
  ];
}

function validateHealthCheck(check: GkeHealthCheck): Problem[] {
  const { intervalSec = DEFAULT_INTERVAL_SEC, timeoutSec } = check;
  const seconds = integerBetween(1, 300);
  const count = integerBetween(1, 10);
  return [
    ...seconds("intervalSec", check.intervalSec),
    ...seconds("timeoutSec", timeoutSec),
    ...(timeoutSec !== undefined && timeoutSec > intervalSec
      ? [
          {
            path: "timeoutSec",
            given: shown(timeoutSec),
            allowed: `at most the interval, ${intervalSec}`,
            fix: "make it shorter, or intervalSec longer",
          },
        ]
      : []),
    ...count("healthyThreshold", check.healthyThreshold),
    ...count("unhealthyThreshold", check.unhealthyThreshold),
  ];
}

const DEFAULT_INTERVAL_SEC = 15;

const AFFINITY_TYPES: Readonly<Record<GkeSessionAffinity["kind"], string>> = {
  none: "NONE",
  "client-ip": "CLIENT_IP",
  "generated-cookie": "GENERATED_COOKIE",
};

const affinityKind = rule<GkeSessionAffinity["kind"]>(
  Object.keys(AFFINITY_TYPES).join(", "),
  "leave it out for none",
  (kind) => kind in AFFINITY_TYPES,
);

export interface BackendSettings extends GkeBackendProps {
  readonly healthPort: number;
  readonly scheme: GkeScheme;
  /** The name of the Cloud Armor policy; empty for none. */
  readonly securityPolicyName: string;
}

/**
 * The BackendConfig's spec. Whatever has a setting here is written, off as well: what is absent the controller leaves as
 * it was. An internal load balancer alone says nothing of Cloud Armor, since its controller stops at the word.
 *
 * @see https://github.com/kubernetes/ingress-gce/blob/master/pkg/apis/backendconfig/v1/types.go
 * @see https://github.com/kubernetes/ingress-gce/blob/master/pkg/backends/features/securitypolicy.go
 */
export function backendConfigSpec(settings: BackendSettings): Record<string, unknown> {
  const { healthCheck = {}, sessionAffinity = { kind: "none" }, logSampleRate = 0 } = settings;
  const { intervalSec = DEFAULT_INTERVAL_SEC } = healthCheck;
  return {
    healthCheck: {
      type: "HTTP",
      port: settings.healthPort,
      requestPath: "/healthz",
      checkIntervalSec: intervalSec,
      timeoutSec: healthCheck.timeoutSec ?? Math.min(DEFAULT_INTERVAL_SEC, intervalSec),
      healthyThreshold: healthCheck.healthyThreshold ?? 1,
      unhealthyThreshold: healthCheck.unhealthyThreshold ?? 2,
    },
    timeoutSec: settings.timeoutSec ?? 3600,
    connectionDraining: { drainingTimeoutSec: settings.connectionDrainingSec ?? 60 },
    sessionAffinity: {
      affinityType: AFFINITY_TYPES[sessionAffinity.kind],
      ...(sessionAffinity.kind === "generated-cookie" ? { affinityCookieTtlSec: sessionAffinity.ttlSec ?? 0 } : {}),
    },
    logging: { enable: logSampleRate > 0, sampleRate: logSampleRate },
    ...(settings.scheme === "external" ? { securityPolicy: { name: settings.securityPolicyName } } : {}),
  };
}
