export type {
  OwnCertificate,
  PemCertificate,
  PrivateKeySource,
  SelfSignedCertificate,
} from "../certificate/own-certificate";
export { InvalidInputError, type Problem } from "../internal/problem";
export type { AlbCustomCheck, AlbGrpcHealthCheck, AlbGrpcServerCheck, AlbHealthCheck } from "./health-check";
export { AlbL7Ingress } from "./l7-ingress";
export type { AlbExisting, AlbL7IngressProps } from "./l7-ingress-props";
export type { AlbAlgorithm, AlbGroup, AlbIpAddressType, AlbScheme, AlbSecurityGroups } from "./load-balancer";
export type { AlbCreatedLogBucket, AlbExistingLogBucket, AlbLogs } from "./logs";
export {
  type AwsCertificate,
  ManagedOrSelfSignedCert,
  type ManagedOrSelfSignedCertProps,
} from "./managed-or-self-signed-cert";
export type { AlbCreatedTrustStore, AlbExistingTrustStore, AlbMutualTls, AlbUnsupportedMutualTls } from "./mutual-tls";
export type { AlbWebAcl } from "./web-acl";
