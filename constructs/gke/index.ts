export type {
  OwnCertificate,
  PemCertificate,
  PrivateKeySource,
  SelfSignedCertificate,
} from "../certificate/own-certificate";
export { InvalidInputError, type Problem } from "../internal/problem";
export type { GkeAddress } from "./address";
export type { GkeHealthCheck, GkeSessionAffinity } from "./backend";
export { GkeL7Ingress } from "./l7-ingress";
export type { GkeExisting, GkeL7IngressProps } from "./l7-ingress-props";
export type { RedirectCode } from "./load-balancer";
export {
  type GkeCertificate,
  ManagedOrSelfSignedCert,
  type ManagedOrSelfSignedCertProps,
  type SecretCertificate,
} from "./managed-or-self-signed-cert";
export type { GkeScheme } from "./placement";
export type { GkeSecurityPolicy } from "./security-policy";
export type { GkeSharedVpc } from "./shared-vpc";
export type { CreatedSslPolicy, GkeSslPolicy, MinTlsVersion, SslProfile } from "./ssl-policy";
