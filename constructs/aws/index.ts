export type {
  OwnCertificate,
  PemCertificate,
  PrivateKeySource,
  SelfSignedCertificate,
} from "../certificate/own-certificate";
export { InvalidInputError, type Problem } from "../internal/problem";
export { type AlbExisting, AlbL7Ingress, type AlbL7IngressProps } from "./l7-ingress";
export type { AlbIpAddressType, AlbScheme } from "./load-balancer";
export {
  type AwsCertificate,
  ManagedOrSelfSignedCert,
  type ManagedOrSelfSignedCertProps,
} from "./managed-or-self-signed-cert";
