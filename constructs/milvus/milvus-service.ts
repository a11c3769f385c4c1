import type { ITerraformDependable } from "cdktf";
import type { Assertion } from "../internal/check-block";
import { type Problem, throwIfAny } from "../internal/problem";
import { helmReleaseName, known, kubernetesName, rule } from "../internal/rules";
import { fullName, GRPC_PORT, HEALTH_PORT, type HelmReleaseRef, type MilvusMode, podSelector } from "./chart";

/** All that an ingress knows of a Milvus. */
export interface IMilvusService {
  /** The Helm release's name, or the Milvus resource's where the operator renders it. */
  readonly releaseName: string;
  /** The namespace of its pods, in which an ingress makes its objects. */
  readonly namespace: string;
  /** What the chart's own Service is called; the names of an ingress' objects begin with it. */
  readonly fullName: string;
  /** Labels of the pods that answer clients: the proxies of a cluster, or the standalone pod. */
  readonly selector: Readonly<Record<string, string>>;
  /** Ports of those pods. */
  readonly ports: {
    /** The port of the gRPC API. */
    readonly grpc: number;
    /** The port of the REST API. */
    readonly rest: number;
    /** The port of `/healthz`. */
    readonly health: number;
  };
  /** Whether the gRPC port speaks TLS. */
  readonly tlsInPod: boolean;
  /**
   * The path of the stack that adopts its Helm release: another one that adopts it as well is refused.
   *
   * @default - no stack adopts it
   */
  readonly adoptedBy?: string;
  /**
   * What makes it so: DNS for a host in use waits for it.
   *
   * @default - nothing of this stack
   */
  readonly changedBy?: ITerraformDependable;
  /**
   * What has to hold before DNS leads to it.
   *
   * @default - nothing that is looked at
   */
  readonly answersWhen?: Assertion;
}

/** What nothing but its owner can tell of a release. */
export interface MilvusOfOptions {
  /** Whether the gRPC port of the pods speaks TLS: `common.security.tlsMode` 1. */
  readonly tlsInPod: boolean;
  /**
   * The pods' port for REST, `proxy.http.port`.
   *
   * @default - 8080 with TLS in the pod, where REST can't share the gRPC port; else the gRPC port
   */
  readonly restPort?: number;
}

/**
 * A Milvus release that stays in somebody else's hands: nothing of it is read or changed.
 *
 * @example
 * const milvus = milvusOf({ releaseName: "my-release", namespace: "default", mode: "cluster" }, { tlsInPod: true });
 *
 * @throws InvalidInputError with every problem of the reference at once
 */
export function milvusOf(ref: HelmReleaseRef, options: MilvusOfOptions): IMilvusService {
  throwIfAny("milvusOf", validateHelmReleaseRef(ref));
  return describeMilvus(ref, options);
}

/** The same of a release that has been checked, or is being checked. */
export function describeMilvus(ref: HelmReleaseRef, { tlsInPod, restPort }: MilvusOfOptions): IMilvusService {
  return {
    releaseName: ref.releaseName,
    namespace: ref.namespace,
    fullName: fullName(ref),
    selector: podSelector(ref),
    ports: { grpc: GRPC_PORT, rest: restPort ?? (tlsInPod ? DEFAULT_REST_PORT : GRPC_PORT), health: HEALTH_PORT },
    tlsInPod,
  };
}

/**
 * Milvus 2.5 and later refuse to start with TLS while REST shares the gRPC port.
 *
 * @see https://github.com/milvus-io/milvus/issues/46312
 */
export const DEFAULT_REST_PORT = 8080;

/** The rules for the reference to a release, whoever owns it. */
export function validateHelmReleaseRef(ref: HelmReleaseRef): Problem[] {
  return [
    ...known("releaseName", ref.releaseName),
    ...known("namespace", ref.namespace),
    ...known("nameOverride", ref.nameOverride),
    ...known("fullnameOverride", ref.fullnameOverride),
    ...helmReleaseName("releaseName", ref.releaseName),
    ...kubernetesName("namespace", ref.namespace),
    ...modeRule("mode", ref.mode),
    ...kubernetesName("nameOverride", ref.nameOverride),
    ...kubernetesName("fullnameOverride", ref.fullnameOverride),
    ...rendererRule("renderedBy", ref.renderedBy),
  ];
}

const rendererRule = rule<string>(
  "helm-chart or milvus-operator",
  "leave it out unless the Milvus operator runs it ('kubectl get milvus -A')",
  (renderer) => ["helm-chart", "milvus-operator"].includes(renderer),
);

export const restPortRule = rule<number>(
  "a port from 1024 to 65535 other than 19530, 19529 and 9091, which Milvus uses itself",
  "leave it out for 8080",
  (port) => Number.isInteger(port) && port >= 1024 && port <= 65535 && ![19529, 19530, 9091].includes(port),
);

const modeRule = rule<MilvusMode>(
  "cluster or standalone",
  "write standalone if 'kubectl get deployments' shows a Deployment that ends in -standalone, else cluster",
  (mode) => ["cluster", "standalone"].includes(mode),
);
