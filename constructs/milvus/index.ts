export type { Assertion } from "../internal/check-block";
export { InvalidInputError, type Problem } from "../internal/problem";
export { ResourceLabels, type ResourceLabelsProps } from "../kubernetes/resource-labels";
export type { HelmReleaseRef, MilvusMode } from "./chart";
export { MilvusReleaseElsewhere, type MilvusReleaseElsewhereProps } from "./milvus-release-elsewhere";
export { type IMilvusService, type MilvusOfOptions, milvusOf } from "./milvus-service";
export {
  type LeaveAloneOptions,
  type MilvusServiceType,
  type MilvusTls,
  MilvusTlsRelease,
  type MilvusTlsReleaseProps,
  type PodCertificate,
  type PodCertificateFromSecret,
  type PodCertificateOfImage,
} from "./milvus-tls-release";
