export { InvalidInputError, type Problem } from "../internal/problem";
export type { HelmReleaseRef, MilvusMode } from "./chart";
export { type IMilvusService, type MilvusOfOptions, milvusOf } from "./milvus-service";
export {
  type LeaveAloneOptions,
  type MilvusServiceType,
  MilvusTlsRelease,
  type MilvusTlsReleaseProps,
} from "./milvus-tls-release";
