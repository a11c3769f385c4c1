import type { HelmProvider } from "@cdktf/provider-helm/lib/provider";
import { Release } from "@cdktf/provider-helm/lib/release";
import type { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { dependable, type ITerraformDependable, TerraformResource, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { CheckBlock } from "../internal/check-block";
import { literal } from "../internal/hcl";
import { ImportBlock } from "../internal/import-block";
import { type Problem, shown, throwIfAny } from "../internal/problem";
import { RemovedBlock } from "../internal/removed-block";
import { type HelmReleaseRef, isWholeAddress, type SERVICE_TYPES } from "./chart";
import { InstalledRelease } from "./installed-release";
import { LiveMilvus } from "./live-milvus";
import { describeMilvus, type IMilvusService } from "./milvus-service";
import { REST_PORT } from "./milvus-setting";
import { isAdoptable, refusals, warnings } from "./release-checks";
import { validateAdopted } from "./release-rules";
import { releaseValues } from "./release-values";
import { settingOf } from "./user-yaml";

/** Where a Milvus chart's own Service is reached from. */
export type MilvusServiceType = (typeof SERVICE_TYPES)[number];

/** What the gRPC port is to speak, and who sees to it. */
export type MilvusTls = "enabled" | "disabled" | "untouched";

/** The certificate of the pods. */
export type PodCertificate = PodCertificateFromSecret | PodCertificateOfImage;

/** One from a Secret of type kubernetes.io/tls in the release's namespace. The pods read it when they start. */
export interface PodCertificateFromSecret extends PodVolumes {
  readonly kind: "secret";
  /** The Secret's name. */
  readonly name: string;
}

/** The one in Milvus' image again: the mount of a Secret is taken out. */
export interface PodCertificateOfImage extends PodVolumes {
  readonly kind: "image";
}

interface PodVolumes {
  /**
   * Of a cluster's proxies: the names of the volumes that stand in the release's global values `volumes` and
   * `volumeMounts`. They show on the proxies beside those of `proxy.volumes`, which are kept.
   *
   * @default - there are none; a plan is refused where the proxies have volumes of yours
   */
  readonly globalVolumes?: readonly string[];
}

/** The props of `MilvusTlsRelease`. */
export interface MilvusTlsReleaseProps extends HelmReleaseRef {
  /**
   * What the gRPC port is to speak. `disabled` is the way back: the settings that turned TLS on are taken out, and the
   * port speaks plaintext again. `untouched` is plaintext all along: the pods' environment is not written, for a release
   * that is adopted for its Service's type; one that speaks TLS is refused.
   *
   * @default "enabled"
   */
  readonly tls?: MilvusTls;
  /**
   * Accepts that clients that speak plaintext to port 19530 are cut off when TLS is turned on, Attu, Milvus CDC and
   * milvus-backup in the cluster among them. A plan that would turn it on is refused without.
   *
   * @default false
   */
  readonly acceptPlaintextClientsCutOff?: boolean;
  /**
   * The certificate of the pods' gRPC and REST ports.
   *
   * @default - as it is: the one in Milvus' image, whose key is public, unless the release names another
   */
  readonly podCertificate?: PodCertificate;
  /**
   * The whole text of the release's `user.yaml`, to set TLS in it and not in the environment. It has to be what the
   * release has: a plan is refused where they differ. A change of it restarts every component of Milvus.
   *
   * @default - TLS is set by environment, and `user.yaml` isn't touched
   */
  readonly userYaml?: string;
  /**
   * The type of the chart's own Service, the Layer-4 entry point. `ClusterIP` and `NodePort` delete its load balancer and
   * the address with it: clients that still use the address are cut off. On EKS the annotation
   * `service.beta.kubernetes.io/aws-load-balancer-type` keeps a Network Load Balancer whatever the type is: it is emptied
   * together with the type. `LoadBalancer` restores it; the new load balancer has a new address.
   *
   * @default - the type and the annotations are not changed
   * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/service/annotations/#lb-type
   */
  readonly serviceType?: MilvusServiceType;
  /**
   * Accepts that `serviceType` deletes the Service's live Layer-4 load balancer: one that has an address, or one that an
   * annotation of AWS Load Balancer Controller keeps. A plan that would delete it is refused without. A Service that still
   * waits for its address has no client to lose, and needs no acceptance. `true` is refused where `serviceType` is
   * `LoadBalancer` or left out: it would have no effect until a later change deletes the load balancer unasked.
   *
   * @default false
   */
  readonly acceptLayer4LoadBalancerDeleted?: boolean;
  /**
   * The pods' port for REST, which can't share the gRPC port once that speaks TLS.
   *
   * @default 8080, or the one in `userYaml`; without TLS the gRPC port
   * @see https://github.com/milvus-io/milvus/issues/46312
   */
  readonly restPort?: number;
  /**
   * The chart repository that the release came from, or a mirror of it, `https://` or `oci://`. It has to hold the
   * installed version, which is never changed.
   *
   * @default "https://zilliztech.github.io/milvus-helm/"; none where `chart` is a whole address
   */
  readonly repository?: string;
  /**
   * The chart's name in that repository; or its whole address: an absolute path of its folder or archive, the URL of its
   * archive, or `oci://…`. What a path or an archive holds has to be the installed version: a plan is refused where it
   * isn't.
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

/** How the release was adopted before. */
export interface LeaveAloneOptions {
  /**
   * The key that it was adopted with.
   *
   * @default - the release was never adopted with one
   */
  readonly clusterKey?: string;
  /**
   * The Helm provider of the cluster that Milvus runs on.
   *
   * @default - the stack's provider without alias
   */
  readonly helmProvider?: HelmProvider;
}

/**
 * A Milvus release that somebody installed with Helm, adopted so that its gRPC port speaks TLS, and so that nothing that
 * Terraform does can lose it.
 *
 * It is imported, never installed; the user's values stay, the chart's version stays, the entries of their `extraEnv` are
 * read from the live Deployment and kept. Only the pods that answer clients restart, and those of the release's own etcd where
 * nobody has upgraded the release since its installation. `terraform destroy` is refused.
 *
 * @example
 * const release = new MilvusTlsRelease(this, "release", {
 *   releaseName: "my-release",
 *   namespace: "default",
 *   mode: "cluster",
 * });
 * const ingress = new GkeL7Ingress(this, "ingress", {
 *   milvus: release.service,
 *   hosts: ["milvus.example.com"],
 *   certificate: { kind: "managed" },
 *   inboundCidrs: ["203.0.113.0/24"],
 * });
 * release.applyAfter(...ingress.ready);
 */
export class MilvusTlsRelease extends Construct {
  /** What an ingress needs to know. */
  readonly service: IMilvusService;
  /** The adopted release. */
  readonly resource: Release;

  /** Every problem of these props, at once. */
  static validate(props: MilvusTlsReleaseProps): Problem[] {
    return validateAdopted(props);
  }

  /** @throws InvalidInputError with every problem of the props at once */
  constructor(scope: Construct, id: string, props: MilvusTlsReleaseProps) {
    super(scope, id);
    throwIfAny(this.node.path, [...MilvusTlsRelease.validate(props), ...adoptedTwice(this, props)]);

    const service = describeAdopted(props);
    const { kubernetesProvider } = props;
    const installed = new InstalledRelease(this, "installed", { release: props, kubernetesProvider });
    const live = new LiveMilvus(this, "live", {
      release: props,
      findBy: "name",
      postconditions: isAdoptable(props),
      dependsOn: [installed.service],
      kubernetesProvider,
    });
    this.resource = this.adopt(props, service, live, installed);
    const after = new LiveMilvus(this, "after", {
      release: props,
      findBy: "name",
      dependsOn: [this.resource],
      kubernetesProvider,
    });
    new CheckBlock(this, "check", warnings(props, service, { live, installed, after }));
    const adopted = { ...service, adoptedBy: TerraformStack.of(this).node.path };
    this.service = service.tlsInPod ? { ...adopted, changedBy: this.resource } : adopted;
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
   * with `release:detach`: Terraform holds the instances that a block with `count = 0` has left to its
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

  private adopt(
    props: MilvusTlsReleaseProps,
    service: IMilvusService,
    live: LiveMilvus,
    installed: InstalledRelease,
  ): Release {
    const logicalId = releaseLogicalId(props);
    const release = new Release(this, "Resource", {
      provider: props.helmProvider,
      name: literal(props.releaseName),
      namespace: literal(props.namespace),
      ...chartSource(props),
      values: [releaseValues(props, service, live, installed)],
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
        precondition: refusals(props, live, installed),
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
  const { tls = "enabled", userYaml = "" } = props;
  const restPort = Number(props.restPort ?? settingOf(userYaml, REST_PORT));
  return describeMilvus(props, {
    tlsInPod: tls === "enabled",
    restPort: Number.isNaN(restPort) ? undefined : restPort,
  });
}

function chartSource({ repository, chart = DEFAULT_CHART }: MilvusTlsReleaseProps) {
  return isWholeAddress(chart)
    ? { chart: literal(chart) }
    : { repository: literal(repository ?? "https://zilliztech.github.io/milvus-helm/"), chart: literal(chart) };
}

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
function destroyGuard(scope: Construct, id: string, logicalId: string): TerraformResource {
  // Not cdktf's DataResource: that runs the terraform binary at synthesis, to ask for its version.
  const guard = new TerraformResource(scope, id, {
    terraformResourceType: "terraform_data",
    lifecycle: { preventDestroy: true },
  });
  guard.addOverride("input", { purpose: GUARD_MEANING });
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
