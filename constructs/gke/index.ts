export type {
  OwnCertificate,
  PemCertificate,
  PrivateKeySource,
  SelfSignedCertificate,
} from "../certificate/own-certificate";
export { InvalidInputError, type Problem } from "../internal/problem";
export { type GkeAddress, type GkeExisting, GkeL7Ingress, type GkeL7IngressProps } from "./l7-ingress";
export {
  type GkeCertificate,
  ManagedOrSelfSignedCert,
  type ManagedOrSelfSignedCertProps,
} from "./managed-or-self-signed-cert";
