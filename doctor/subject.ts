import type { AwsStackConfig, GcpStackConfig, StackConfig } from "../config/types";
import type { HelmReleaseRef, IMilvusService, MilvusTlsReleaseProps } from "../constructs/milvus";
import { adoptedRelease, milvusBehind, RELEASE_DEFAULTS } from "../stacks/release";
import { type PlannedObject, plannedObjects, synthesised } from "./planned";
import { type NeededRight, neededRights } from "./rights";

/** A stack of the config file, and what its deploy is going to make, read and change. */
export interface Subject {
  readonly id: string;
  readonly config: StackConfig;
  /** The release, by the names that the chart gives its objects. */
  readonly release: HelmReleaseRef;
  /** What is to be done to the release; nothing where it is in other hands. */
  readonly adopted?: MilvusTlsReleaseProps;
  /** The Milvus as it is to be, as the ingress in front of it sees it. */
  readonly milvus: IMilvusService;
  readonly objects: readonly PlannedObject[];
  readonly rights: readonly NeededRight[];
}

export function subjectOf(id: string, config: StackConfig): Subject {
  const defaults = RELEASE_DEFAULTS[config.cloud];
  const stacks = synthesised(id, config);
  return {
    id,
    config,
    release: config.release,
    adopted: adoptedRelease(config.release, defaults),
    milvus: milvusBehind(config.release, defaults),
    objects: plannedObjects(stacks),
    rights: neededRights(stacks),
  };
}

/** Who looks after the release. */
export function ownershipOf({ config, adopted }: Pick<Subject, "config" | "adopted">) {
  return adopted !== undefined ? "adopt" : config.release.ownership === "elsewhere" ? "elsewhere" : "leave-alone";
}

export function isPublic(config: StackConfig): boolean {
  return config.cloud === "gcp" || (config.scheme ?? "internet-facing") === "internet-facing";
}

export function isGke(config: StackConfig): config is GcpStackConfig {
  return config.cloud === "gcp";
}

export function isEks(config: StackConfig): config is AwsStackConfig {
  return config.cloud === "aws";
}
