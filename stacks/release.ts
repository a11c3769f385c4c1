import { Annotations, type TerraformStack } from "cdktf";
import type { Cloud } from "../config/schema";
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
import { GRPC_PORT } from "../constructs/milvus/chart";
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

/** On EKS there is nothing to change of a release: an ALB speaks plaintext to the pods as well as TLS. */
export const RELEASE_DEFAULTS: Readonly<Record<Cloud, ReleaseDefaults>> = {
  // Google's load balancer speaks HTTP/2 to pods over TLS only: a release is made to.
  gcp: { ownership: "adopt", tls: "enabled", needsTls: true },
  aws: { ownership: "leave-alone", tls: "untouched", needsTls: false },
};

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
    if (losesTls(owned.props, defaults)) {
      Annotations.of(stack).addWarning(
        `${TLS_OFF} Next: give the release back with 'npm run release:detach', and destroy the stack.`,
      );
    }
    return { milvus: behindLoadBalancer(release.service, defaults), release };
  }
  // Where it was adopted here before.
  MilvusTlsRelease.leaveAlone(stack, config);
  if (owned.by === "nobody-here") {
    return { milvus: describeMilvus(config, owned) };
  }
  if (owned.by === "elsewhere") {
    const { service, valuesToMerge } = new MilvusReleaseElsewhere(stack, "release", owned.props);
    return { milvus: service, valuesToMerge };
  }
  return { milvus: milvusOfOwnStack(stack, owned.props, defaults) };
}

/** What the load balancer's stack has of a release in a stack of its own. */
function milvusOfOwnStack(
  stack: TerraformStack,
  release: MilvusTlsReleaseProps,
  defaults: ReleaseDefaults,
): IMilvusService {
  let remedy = `Deploy ${releaseStackId(stack.node.id)}.`;
  if (losesTls(release, defaults)) {
    Annotations.of(stack).addWarning(`${TLS_OFF} Next: destroy the stack.`);
    remedy = `Destroy this stack, or set tls to enabled and deploy ${releaseStackId(stack.node.id)}.`;
  }
  const { service } = new MilvusReleaseElsewhere(stack, "release", { ...seenFromBeside(release, defaults), remedy });
  // The mark of both stacks is on the front Service, which only this one has.
  return { ...service, adoptedBy: stack.node.path };
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

/** The props of the release that is adopted, by whichever stack; none where it is in other hands. */
export function adoptedRelease(config: ReleaseConfig, defaults: ReleaseDefaults): MilvusTlsReleaseProps | undefined {
  const owner = ownerOf(config, defaults);
  return owner.by === "this-stack" || owner.by === "own-stack" ? owner.props : undefined;
}

type Owner =
  | { readonly by: "this-stack"; readonly props: MilvusTlsReleaseProps }
  | { readonly by: "own-stack"; readonly props: MilvusTlsReleaseProps }
  | { readonly by: "elsewhere"; readonly props: MilvusReleaseElsewhereProps }
  | { readonly by: "nobody-here"; readonly tlsInPod: boolean };

function ownerOf(config: ReleaseConfig, defaults: ReleaseDefaults): Owner {
  const ownership = config.ownership ?? defaults.ownership;
  const adopted = releaseOfOwnStack(config, defaults);
  if (adopted !== undefined) {
    return { by: "own-stack", props: adopted };
  }
  if (ownership === "adopt") {
    return { by: "this-stack", props: adoptedProps(config, defaults) };
  }
  if (ownership === "elsewhere") {
    const { ownership: _, ...props } = config as Extract<ReleaseConfig, { ownership: "elsewhere" }>;
    return { by: "elsewhere", props: { tlsInPod: defaults.needsTls, ...props } };
  }
  return { by: "nobody-here", tlsInPod: "tlsInPod" in config && config.tlsInPod === true };
}

function validateOwner(owner: Owner, config: ReleaseConfig): Problem[] {
  switch (owner.by) {
    case "this-stack":
    case "own-stack":
      return MilvusTlsRelease.validate(owner.props);
    case "elsewhere":
      return MilvusReleaseElsewhere.validate(owner.props);
    case "nobody-here":
      return validateHelmReleaseRef(config);
  }
}

/** The Milvus as it is to be, as the ingress in front of it sees it. */
export function milvusBehind(config: ReleaseConfig, defaults: ReleaseDefaults): IMilvusService {
  const owner = ownerOf(config, defaults);
  switch (owner.by) {
    case "this-stack":
      return behindLoadBalancer(describeAdopted(owner.props), defaults);
    case "own-stack":
      return describeElsewhere(seenFromBeside(owner.props, defaults));
    case "elsewhere":
      return describeElsewhere(owner.props);
    case "nobody-here":
      return describeMilvus(config, owner);
  }
}

/** A load balancer that knows TLS only stays as it is while the pods go back to plaintext: it is on its way out. */
function behindLoadBalancer(milvus: IMilvusService, { needsTls }: ReleaseDefaults): IMilvusService {
  return needsTls ? { ...milvus, tlsInPod: true } : milvus;
}

function losesTls({ tls }: MilvusTlsReleaseProps, { needsTls }: ReleaseDefaults): boolean {
  return needsTls && tls === "disabled";
}

const TLS_OFF =
  "the pods go back to plaintext, which this load balancer can't speak: clients behind it get 502 until TLS is enabled " +
  "again.";

function adoptedProps(config: ReleaseConfig, defaults: ReleaseDefaults): MilvusTlsReleaseProps {
  const { ownership, stack, ...release } = config as Extract<ReleaseConfig, { ownership?: "adopt" }> & {
    stack?: unknown;
  };
  return { tls: defaults.tls, ...release };
}

/** What the load balancer's stack looks for where the release has a stack of its own. */
function seenFromBeside(release: MilvusTlsReleaseProps, defaults: ReleaseDefaults): MilvusReleaseElsewhereProps {
  const { tlsInPod, ports } = behindLoadBalancer(describeAdopted(release), defaults);
  return { ...refOf(release), tlsInPod, restPort: tlsInPod ? portOf(ports.rest) : undefined };
}

function refOf({ releaseName, namespace, mode, nameOverride, fullnameOverride }: HelmReleaseRef): HelmReleaseRef {
  return { releaseName, namespace, mode, nameOverride, fullnameOverride };
}

/** The gRPC port is no REST port of its own. */
function portOf(restPort: number): number | undefined {
  return restPort === GRPC_PORT ? undefined : restPort;
}
