import type { TerraformStack } from "cdktf";
import type { ReleaseConfig } from "../config/types";
import { type Problem, within } from "../constructs/internal/problem";
import { type IMilvusService, MilvusTlsRelease, type MilvusTlsReleaseProps } from "../constructs/milvus";
import { describeMilvus, validateHelmReleaseRef } from "../constructs/milvus/milvus-service";
import { describeAdopted } from "../constructs/milvus/milvus-tls-release";

/** What a cloud does with a release of which the config file doesn't say it. */
export interface ReleaseDefaults {
  readonly ownership: "adopt" | "leave-alone";
  /** Whether an adopted release gets TLS. */
  readonly tls: boolean;
}

/** The Milvus of a config file: adopted, or in somebody else's hands. */
export function milvusOfRelease(
  stack: TerraformStack,
  config: ReleaseConfig,
  defaults: ReleaseDefaults,
): { milvus: IMilvusService; release?: MilvusTlsRelease } {
  const adopted = adoptedRelease(config, defaults);
  if (adopted === undefined) {
    MilvusTlsRelease.leaveAlone(stack, config);
    return { milvus: milvusLeftAlone(config) };
  }
  const release = new MilvusTlsRelease(stack, "release", adopted);
  return { milvus: release.service, release };
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
  const adopted = adoptedRelease(config, defaults);
  const milvus = () => (adopted ? describeAdopted(adopted) : milvusLeftAlone(config));
  // A part that has the wrong shape has been reported, and is not here.
  const isNamed = config.releaseName && config.namespace && config.mode;
  return [
    ...within("release", adopted ? MilvusTlsRelease.validate(adopted) : validateHelmReleaseRef(config)),
    // What an ingress says of its Milvus is a setting of the release.
    ...validateIngress(isNamed ? milvus() : undefined).map((problem) => ({
      ...problem,
      path: problem.path.replace(/^milvus\./, "release."),
    })),
  ];
}

function adoptedRelease(config: ReleaseConfig, defaults: ReleaseDefaults): MilvusTlsReleaseProps | undefined {
  const { ownership = defaults.ownership, ...release } = config;
  return ownership === "adopt" ? { tls: defaults.tls, ...release } : undefined;
}

function milvusLeftAlone(config: ReleaseConfig): IMilvusService {
  return describeMilvus(config, { tlsInPod: "tlsInPod" in config && config.tlsInPod === true });
}
