import type { HelmProvider } from "@cdktf/provider-helm/lib/provider";
import { Release } from "@cdktf/provider-helm/lib/release";
import type { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { DataResource, dependable, type ITerraformDependable, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { type HclValue, hclExpression, literal } from "../internal/hcl";
import { ImportBlock } from "../internal/import-block";
import { type Problem, shown, throwIfAny } from "../internal/problem";
import { RemovedBlock } from "../internal/removed-block";
import { integerBetween, plainText, rule } from "../internal/rules";
import { component, type HelmReleaseRef } from "./chart";
import { type EnvEntry, LiveEnv } from "./live-env";
import { DEFAULT_REST_PORT, describeMilvus, type IMilvusService, validateHelmReleaseRef } from "./milvus-service";

/** Where a Milvus chart's own Service is reached from. */
export type MilvusServiceType = "ClusterIP" | "NodePort" | "LoadBalancer";

export interface MilvusTlsReleaseProps extends HelmReleaseRef {
  /**
   * Whether the gRPC port is to speak TLS. With `false` it stays with plaintext and the pods' environment is not touched:
   * for a load balancer that speaks plaintext to them, and a release that is adopted for its Service's type.
   *
   * @default true
   */
  readonly tls?: boolean;
  /**
   * The type of the chart's own Service, the Layer-4 entrance. `ClusterIP` takes its load balancer away: whoever still
   * uses that address is cut off.
   *
   * @default - stays as it is
   */
  readonly serviceType?: MilvusServiceType;
  /**
   * The pods' port for REST, which can't share the gRPC port once that speaks TLS.
   *
   * @default 8080, or the gRPC port where that doesn't speak TLS
   * @see https://github.com/milvus-io/milvus/issues/46312
   */
  readonly restPort?: number;
  /**
   * The chart repository that the release came from. The chart's version is never changed.
   *
   * @default "https://zilliztech.github.io/milvus-helm/"
   */
  readonly repository?: string;
  /**
   * The chart's name in that repository.
   *
   * @default "milvus"
   */
  readonly chart?: string;
  /**
   * How long one step of the upgrade may take, in seconds, before Helm rolls it back. At least 1200: a Milvus pod needs
   * minutes to become ready.
   *
   * @default 1200
   */
  readonly timeoutSec?: number;
  /**
   * Tells two clusters apart where one stack adopts releases of the same name and namespace on both. Part of the
   * resource's address: once applied, leave it as it is.
   *
   * @default - none: the address is made of namespace and release name
   */
  readonly clusterKey?: string;
  /**
   * The provider of the cluster that Milvus runs on.
   *
   * @default - the stack's provider without alias
   */
  readonly kubernetesProvider?: KubernetesProvider;
  /**
   * The Helm provider of the same cluster.
   *
   * @default - the stack's provider without alias
   */
  readonly helmProvider?: HelmProvider;
}

export interface LeaveAloneOptions {
  /** @default - the release was never adopted with one */
  readonly clusterKey?: string;
  /** @default - the stack's provider without alias */
  readonly helmProvider?: HelmProvider;
}

/**
 * A Milvus release that somebody installed with Helm, adopted so that its gRPC port speaks TLS, and so that nothing that
 * Terraform does can lose it.
 *
 * It is imported, never installed; the user's values stay, the chart's version stays, the entries of their `extraEnv` are
 * read from the live Deployment and kept. Only the pods that answer clients restart. `terraform destroy` is refused.
 *
 * @example
 * const release = new MilvusTlsRelease(this, "release", {
 *   releaseName: "my-release",
 *   namespace: "default",
 *   mode: "cluster",
 * });
 * const ingress = new GkeL7Ingress(this, "ingress", { milvus: release.service, hosts: ["milvus.example.com"], ... });
 * release.applyAfter(...ingress.ready);
 */
export class MilvusTlsRelease extends Construct {
  /** What an ingress needs to know. */
  readonly service: IMilvusService;
  /** The adopted release. */
  readonly resource: Release;

  /** Every problem of these props, at once. */
  static validate(props: MilvusTlsReleaseProps): Problem[] {
    return [
      ...validateHelmReleaseRef(props),
      ...serviceTypeRule("serviceType", props.serviceType),
      ...restPortRule("restPort", props.restPort),
      ...somethingToChange(props),
      ...plainText("repository", props.repository),
      ...plainText("chart", props.chart),
      ...integerBetween(1200, 86_400)("timeoutSec", props.timeoutSec),
      ...clusterKeyRule("clusterKey", props.clusterKey),
    ];
  }

  constructor(scope: Construct, id: string, props: MilvusTlsReleaseProps) {
    super(scope, id);
    throwIfAny(this.node.path, [...MilvusTlsRelease.validate(props), ...adoptedTwice(this, props)]);

    const service = describeAdopted(props);
    this.resource = this.adopt(props, service, new LiveEnv(this, "live-env", props));
    this.service = service.tlsInPod ? { ...service, changedBy: this.resource } : service;
  }

  /**
   * Stands in the place of a release that is adopted no longer: the next apply forgets it, and Milvus runs on as it is.
   * A destroy is refused until this has been applied and the line is taken away: `removed` works on apply only.
   *
   * @param clusterKey the one that it was adopted with, if any
   */
  static forget(scope: Construct, ref: HelmReleaseRef, clusterKey?: string): void {
    const logicalId = releaseLogicalId({ ...ref, clusterKey });
    new RemovedBlock(scope, `forget-${logicalId}`, releaseAddress(logicalId));
    destroyGuard(scope, `guard-${logicalId}`, logicalId);
  }

  /**
   * Protects a release that is not this stack's. Where the state doesn't know it, this makes nothing. Where it was adopted
   * here before, every plan that would destroy it is refused, `terraform destroy` as well, until it has been handed back
   * with `terraform state rm`: Terraform holds the instances that a block with `count = 0` has left to its
   * `prevent_destroy`.
   */
  static leaveAlone(scope: Construct, ref: HelmReleaseRef, options: LeaveAloneOptions = {}): void {
    const logicalId = releaseLogicalId({ ...ref, clusterKey: options.clusterKey });
    if (releaseAt(scope, logicalId) !== undefined) {
      return;
    }
    new Release(scope, `leave-alone-${logicalId}`, {
      provider: options.helmProvider,
      count: 0,
      name: literal(ref.releaseName),
      namespace: literal(ref.namespace),
      chart: DEFAULT_CHART,
      lifecycle: { preventDestroy: true },
    }).overrideLogicalId(logicalId);
  }

  /** The release is changed after these: a load balancer that is to take over from another goes first. */
  applyAfter(...dependables: ITerraformDependable[]): void {
    this.resource.dependsOn = [...(this.resource.dependsOn ?? []), ...dependables.map(dependable)];
  }

  private adopt(props: MilvusTlsReleaseProps, service: IMilvusService, live: LiveEnv): Release {
    const logicalId = releaseLogicalId(props);
    const release = new Release(this, "Resource", {
      provider: props.helmProvider,
      name: literal(props.releaseName),
      namespace: literal(props.namespace),
      repository: literal(props.repository ?? "https://zilliztech.github.io/milvus-helm/"),
      chart: literal(props.chart ?? DEFAULT_CHART),
      values: [releaseValues(props, service, live)],
      // Honoured on an update only, and after an import every apply is one.
      reuseValues: true,
      atomic: true,
      timeout: props.timeoutSec ?? 1200,
      // First the guard, then what it guards.
      dependsOn: [destroyGuard(this, "guard", logicalId)],
      lifecycle: {
        preventDestroy: true,
        // Whatever version is installed stays.
        ignoreChanges: ["version"],
        precondition: [
          settingFromElsewhere(live),
          ...(service.tlsInPod ? conflictsWithTls(props, live) : conflictsWithPlaintext(live)),
        ],
      },
    });
    release.overrideLogicalId(logicalId);
    new ImportBlock(this, "import", {
      to: releaseAddress(logicalId),
      id: literal(`${props.namespace}/${props.releaseName}`),
      provider: props.helmProvider,
    });
    return release;
  }
}

const DEFAULT_CHART = "milvus";

/** What an ingress will know of the release once it is adopted with these props. */
export function describeAdopted(props: MilvusTlsReleaseProps): IMilvusService {
  return describeMilvus(props, { tlsInPod: props.tls ?? true, restPort: props.restPort });
}

/** To adopt a release and change nothing of it would only keep it from being destroyed. */
function somethingToChange({ tls, restPort, serviceType }: MilvusTlsReleaseProps): Problem[] {
  if (tls === false && restPort !== undefined) {
    return [
      {
        path: "restPort",
        given: shown(restPort),
        allowed: "a port of its own only where the gRPC port speaks TLS",
        fix: "remove it, or set tls to true",
      },
    ];
  }
  return tls === false && serviceType === undefined
    ? [
        {
          path: "serviceType",
          given: shown(serviceType),
          allowed: "a type of the chart's own Service, as long as tls is false: there is nothing else to adopt it for",
          fix: "set it, set tls to true, or leave the release alone",
        },
      ]
    : [];
}

const serviceTypeRule = rule<MilvusServiceType>(
  "ClusterIP, NodePort or LoadBalancer",
  "leave it out to keep the Service's type",
  (type) => ["ClusterIP", "NodePort", "LoadBalancer"].includes(type),
);

const restPortRule = rule<number>(
  "a port from 1024 to 65535 other than 19530, 19529 and 9091, which Milvus uses itself",
  "leave it out for 8080",
  (port) => Number.isInteger(port) && port >= 1024 && port <= 65535 && ![19529, 19530, 9091].includes(port),
);

const clusterKeyRule = rule<string>(
  "letters, digits and '-', at most 40 characters, with a letter first",
  "write a short name for the cluster",
  (key) => /^[a-zA-Z][-a-zA-Z0-9]{0,39}$/.test(key),
);

/**
 * The release's address, from what it is and not from where its construct stands: a renamed or moved construct is no
 * other release. '_' is in none of the names, so that two releases never share an address.
 */
function releaseLogicalId({ releaseName, namespace, clusterKey }: MilvusTlsReleaseProps): string {
  return ["milvus", ...(clusterKey ? [clusterKey] : []), namespace, releaseName.replaceAll(".", "__")].join("_");
}

function releaseAddress(logicalId: string): string {
  return `${Release.tfResourceType}.${logicalId}`;
}

/**
 * Refuses a destroy of the stack beside the release, and one step longer than it: `terraform destroy` passes by the
 * `removed` block that a release is given back with.
 */
function destroyGuard(scope: Construct, id: string, logicalId: string): DataResource {
  const guard = new DataResource(scope, id, { input: { purpose: GUARD_MEANING }, lifecycle: { preventDestroy: true } });
  guard.overrideLogicalId(logicalId);
  return guard;
}

const GUARD_MEANING = "keeps the Helm release beside it from being destroyed";

function releaseAt(scope: Construct, logicalId: string): Release | undefined {
  return TerraformStack.of(scope)
    .node.findAll()
    .find((node): node is Release => node instanceof Release && node.friendlyUniqueId === logicalId);
}

function adoptedTwice(construct: MilvusTlsRelease, props: MilvusTlsReleaseProps): Problem[] {
  const twin = releaseAt(construct, releaseLogicalId(props));
  return twin
    ? [
        {
          path: "releaseName",
          given: shown(`${props.namespace}/${props.releaseName}`),
          allowed: `each release once in a stack; ${twin.node.scope?.node.path} has this one`,
          fix: "share that construct, or set clusterKey where it is a release of another cluster",
        },
      ]
    : [];
}

function releaseValues(props: MilvusTlsReleaseProps, service: IMilvusService, live: LiveEnv): string {
  const values: Record<string, HclValue> = {};
  if (service.tlsInPod) {
    values[component(props.mode)] = { extraEnv: live.extraEnv(tlsEnv(service)) };
  }
  if (props.serviceType !== undefined) {
    values.service = { type: props.serviceType };
  }
  return `\${yamlencode(${hclExpression(values)})}`;
}

/** The two settings of Milvus that are ours with TLS. */
const TLS_MODE = "COMMON_SECURITY_TLSMODE";
const REST_PORT = "PROXY_HTTP_PORT";

/**
 * TLS by environment, which outranks Milvus' files: the user's `user.yaml` stays as it is. The certificate is the one in
 * Milvus' image unless theirs names another: a load balancer doesn't check it.
 *
 * @see https://github.com/milvus-io/milvus/blob/master/pkg/config/env_source.go
 */
function tlsEnv({ ports }: IMilvusService): EnvEntry[] {
  return [
    { name: TLS_MODE, value: "1" },
    { name: REST_PORT, value: String(ports.rest) },
  ];
}

/** A setting by `valueFrom`: what it is can't be seen, so it is neither kept nor replaced. */
function settingFromElsewhere(live: LiveEnv) {
  return {
    condition: `\${!(${live.hasSettingFromElsewhere([TLS_MODE, REST_PORT])})}`,
    errorMessage:
      `The pods take ${TLS_MODE} or ${REST_PORT} by valueFrom, and what that gives can't be seen here. ` +
      "Write it as a plain value in the release's extraEnv first, or take it out.",
  };
}

/** Settings of the user's that ours would replace: a plan that meets one is refused and says what to decide. */
function conflictsWithTls({ restPort }: MilvusTlsReleaseProps, live: LiveEnv) {
  const mutualTls = {
    condition: `\${${live.setting(TLS_MODE)} != "2"}`,
    errorMessage:
      `The pods demand client certificates (${TLS_MODE} is 2), which no load balancer presents. ` +
      "To give that up, take the entry out of the release's extraEnv first; to keep it, stay with a Layer-4 entrance.",
  };
  if (restPort !== undefined) {
    return [mutualTls];
  }
  const livePort = live.setting(REST_PORT);
  const otherRestPort = {
    condition: `\${contains(["", "${DEFAULT_REST_PORT}"], ${livePort})}`,
    errorMessage:
      `The pods serve REST on port \${${livePort}}, and the default here is ${DEFAULT_REST_PORT}. ` +
      `Set restPort to \${${livePort}} to keep it, or to ${DEFAULT_REST_PORT} to change it.`,
  };
  return [mutualTls, otherRestPort];
}

/** An ingress is told that the pods speak plaintext; it would get no answer from pods that don't. */
function conflictsWithPlaintext(live: LiveEnv) {
  const tlsMode = live.setting(TLS_MODE);
  return [
    {
      condition: `\${contains(["", "0"], ${tlsMode})}`,
      errorMessage:
        `The pods speak TLS (${TLS_MODE} is \${${tlsMode}}), and tls is false here, which leaves it so. ` +
        "Set tls to true, or take the entry out of the release's extraEnv first.",
    },
  ];
}
