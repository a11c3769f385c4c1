import { Annotations, type TerraformStack } from "cdktf";
import { type ReleaseConfig, releaseStackId } from "../config/types";
import { type Problem, within } from "../constructs/internal/problem";
import {
  type HelmReleaseRef,
  type IMilvusService,
  MilvusReleaseElsewhere,
  type MilvusReleaseElsewhereProps,
  MilvusTlsRelease,
  type MilvusTlsReleaseProps,
} from "../constructs/milvus";
import { describeElsewhere } from "../constructs/milvus/milvus-release-elsewhere";
import { describeMilvus, validateHelmReleaseRef } from "../constructs/milvus/milvus-service";
import { describeAdopted } from "../constructs/milvus/milvus-tls-release";

/** What a cloud does with a release of which the config file doesn't say it. */
export interface ReleaseDefaults {
  readonly ownership: "adopt" | "leave-alone";
  /** What an adopted release's gRPC port is to speak. */
  readonly tls: "enabled" | "untouched";
  /** Whether the load balancer speaks to pods over TLS only. */
  readonly needsTls: boolean;
}

/** What a stack in front of a Milvus has of it. */
export interface MilvusOfStack {
  readonly milvus: IMilvusService;
  /** The adopted release, where it is this stack's. */
  readonly release?: MilvusTlsRelease;
  /** What the owner of a release elsewhere has to merge. */
  readonly valuesToMerge?: string;
}

/** The Milvus of a config file: adopted, or in somebody else's hands. */
export function milvusOfRelease(
  stack: TerraformStack,
  config: ReleaseConfig,
  defaults: ReleaseDefaults,
): MilvusOfStack {
  const owned = ownerOf(config, defaults);
  if (owned.by === "this-stack") {
    const release = new MilvusTlsRelease(stack, "release", owned.props);
    if (defaults.needsTls && owned.props.tls === "disabled") {
      Annotations.of(stack).addWarning(TLS_OFF_WARNING);
    }
    return { milvus: behindLoadBalancer(release.service, defaults), release };
  }
  // Where it was adopted here before.
  MilvusTlsRelease.leaveAlone(stack, config);
  if (owned.by === "nobody-here") {
    return { milvus: owned.milvus };
  }
  const remedy = owned.by === "own-stack" ? `Deploy ${releaseStackId(stack.node.id)}.` : undefined;
  const elsewhere = new MilvusReleaseElsewhere(stack, "release", { ...owned.props, remedy });
  return owned.by === "own-stack"
    ? { milvus: elsewhere.service }
    : { milvus: elsewhere.service, valuesToMerge: elsewhere.valuesToMerge };
}

/** Every problem of the release, and of the ingress in front of it. */
export function validateRelease(
  config: ReleaseConfig | undefined,
  defaults: ReleaseDefaults,
  validateIngress: (milvus: IMilvusService | undefined) => Problem[],
): Problem[] {
  if (config === undefined) {
    return validateIngress(undefined);
  }
  // A part that has the wrong shape has been reported, and is not here.
  const isNamed = config.releaseName && config.namespace && config.mode;
  return [
    ...within("release", validateOwner(ownerOf(config, defaults), config)),
    // What an ingress says of its Milvus is a setting of the release.
    ...validateIngress(isNamed ? milvusBehind(config, defaults) : undefined).map((problem) => ({
      ...problem,
      path: problem.path.replace(/^milvus\./, "release."),
    })),
  ];
}

/** The props of the release that a stack of its own adopts; none where there is no such stack. */
export function releaseOfOwnStack(config: ReleaseConfig, defaults: ReleaseDefaults): MilvusTlsReleaseProps | undefined {
  return "stack" in config && config.stack === "own" ? adoptedProps(config, defaults) : undefined;
}

type Owner =
  | { readonly by: "this-stack"; readonly props: MilvusTlsReleaseProps }
  | { readonly by: "own-stack"; readonly props: MilvusReleaseElsewhereProps; readonly adopted: MilvusTlsReleaseProps }
  | { readonly by: "elsewhere"; readonly props: MilvusReleaseElsewhereProps }
  | { readonly by: "nobody-here"; readonly milvus: IMilvusService };

function ownerOf(config: ReleaseConfig, defaults: ReleaseDefaults): Owner {
  const ownership = config.ownership ?? defaults.ownership;
  const adopted = releaseOfOwnStack(config, defaults);
  if (adopted !== undefined) {
    const { tlsInPod, ports } = behindLoadBalancer(describeAdopted(adopted), defaults);
    return { by: "own-stack", adopted, props: { ...refOf(config), tlsInPod, restPort: portOf(ports.rest) } };
  }
  if (ownership === "adopt") {
    return { by: "this-stack", props: adoptedProps(config, defaults) };
  }
  if (ownership === "elsewhere") {
    const { ownership: _, ...props } = config as Extract<ReleaseConfig, { ownership: "elsewhere" }>;
    return { by: "elsewhere", props: { tlsInPod: defaults.needsTls, ...props } };
  }
  const tlsInPod = "tlsInPod" in config && config.tlsInPod === true;
  return { by: "nobody-here", milvus: describeMilvus(config, { tlsInPod }) };
}

function validateOwner(owner: Owner, config: ReleaseConfig): Problem[] {
  switch (owner.by) {
    case "this-stack":
      return MilvusTlsRelease.validate(owner.props);
    case "own-stack":
      return MilvusTlsRelease.validate(owner.adopted);
    case "elsewhere":
      return MilvusReleaseElsewhere.validate(owner.props);
    case "nobody-here":
      return validateHelmReleaseRef(config);
  }
}

function milvusBehind(config: ReleaseConfig, defaults: ReleaseDefaults): IMilvusService {
  const owner = ownerOf(config, defaults);
  switch (owner.by) {
    case "this-stack":
      return behindLoadBalancer(describeAdopted(owner.props), defaults);
    case "nobody-here":
      return owner.milvus;
    default:
      return describeElsewhere(owner.props);
  }
}

/** A load balancer that knows TLS only stays as it is while the pods go back to plaintext: it is on its way out. */
function behindLoadBalancer(milvus: IMilvusService, { needsTls }: ReleaseDefaults): IMilvusService {
  return needsTls ? { ...milvus, tlsInPod: true } : milvus;
}

const TLS_OFF_WARNING =
  "the pods go back to plaintext, which this load balancer can't speak: clients behind it get 502 until TLS is enabled " +
  "again. Next: give the release back with 'npm run release:detach', and destroy the stack.";

function adoptedProps(config: ReleaseConfig, defaults: ReleaseDefaults): MilvusTlsReleaseProps {
  const { ownership, stack, ...release } = config as Extract<ReleaseConfig, { ownership?: "adopt" }> & {
    stack?: unknown;
  };
  return { tls: defaults.tls, ...release };
}

function refOf({ releaseName, namespace, mode, nameOverride, fullnameOverride }: HelmReleaseRef): HelmReleaseRef {
  return { releaseName, namespace, mode, nameOverride, fullnameOverride };
}

/** The gRPC port is no REST port of its own. */
function portOf(restPort: number): number | undefined {
  return restPort === 19530 ? undefined : restPort;
}
