import type { TerraformStack } from "cdktf";
import type { ReleaseConfig } from "../config/types";
import { type Problem, within } from "../constructs/internal/problem";
import { type IMilvusService, MilvusTlsRelease, milvusOf } from "../constructs/milvus";
import { validateHelmReleaseRef } from "../constructs/milvus/milvus-tls-release";

/** The Milvus of a config file: adopted, or in somebody else's hands. */
export function milvusOfRelease(
  stack: TerraformStack,
  config: ReleaseConfig,
): { milvus: IMilvusService; release?: MilvusTlsRelease } {
  if (config.ownership === "leave-alone") {
    return { milvus: milvusOf(config, config) };
  }
  const release = new MilvusTlsRelease(stack, "release", config);
  return { milvus: release.service, release };
}

/** Every problem of the release, and of the ingress in front of it. */
export function validateRelease(
  config: ReleaseConfig | undefined,
  validateIngress: (milvus: IMilvusService | undefined) => Problem[],
): Problem[] {
  const problems = config === undefined ? [] : within("release", ruleOf(config));
  return [
    ...problems,
    // What an ingress says of its Milvus is a setting of the release.
    ...validateIngress(serviceOf(config)).map((problem) => ({
      ...problem,
      path: problem.path.replace(/^milvus\./, "release."),
    })),
  ];
}

function ruleOf(config: ReleaseConfig): Problem[] {
  return config.ownership === "adopt" ? MilvusTlsRelease.validate(config) : validateHelmReleaseRef(config);
}

function serviceOf(config: ReleaseConfig | undefined): IMilvusService | undefined {
  return config?.releaseName && config.namespace && config.mode
    ? milvusOf(config, { tlsInPod: config.ownership === "adopt" || config.tlsInPod })
    : undefined;
}
