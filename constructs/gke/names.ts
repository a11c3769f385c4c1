import type { Claim } from "../internal/claims";
import { suffixed } from "../internal/names";
import { OWN_NAME, objectClaim, recordClaims } from "../kubernetes/claims";
import { frontServiceName } from "../kubernetes/front-service";
import type { GkeL7IngressProps } from "./l7-ingress-props";
import { certificateObjects } from "./managed-or-self-signed-cert";
import { placementOf } from "./placement";
import { hasSecurityPolicy } from "./security-policy";
import { sslPolicyOf } from "./ssl-policy";

/** The guide's names, unless the Ingress has been given another. */
export function namesOf(props: GkeL7IngressProps) {
  const { name, milvus, address, securityPolicy: armor, sslPolicy: tls, httpsRedirect } = props;
  const base = name ?? milvus?.fullName ?? "";
  const prefix = name ?? milvus?.releaseName ?? "";
  const ours = suffixed(base, "-l7");
  return {
    ingress: base,
    service: { grpc: frontServiceName(base), rest: suffixed(base, "-l7-rest") },
    certificate: suffixed(base, "-tls"),
    backendConfig: { grpc: suffixed(prefix, "-backendconfig"), rest: suffixed(prefix, "-rest-backendconfig") },
    frontendConfig: suffixed(prefix, httpsRedirect ? "-frontendconfig-redirect" : "-frontendconfig"),
    address: address?.name ?? ours,
    securityPolicy: armor?.name ?? ours,
    sslPolicy: (tls?.kind !== "google-default" && tls?.name) || ours,
  };
}

/** Where the names of a load balancer are taken. */
export interface GkePlaces {
  readonly cluster: string;
  readonly project: string;
  readonly dnsProject: string;
}

/** What a load balancer takes for itself. */
export function claimsOf(props: GkeL7IngressProps, { cluster, project, dnsProject }: GkePlaces): Claim[] {
  const { milvus, rest, certificate, hosts, address, securityPolicy: armor } = props;
  const names = namesOf(props);
  const placement = placementOf(props);
  const tls = sslPolicyOf(props);
  const inCluster = (kind: string, name: string) => objectClaim(kind, milvus.namespace, name, cluster);
  const inProject = (what: string, setting: string, given: string | undefined): Claim => ({
    ...OWN_NAME,
    ...(given === undefined ? {} : { path: `${setting}.name`, fix: "set another name in one of the two" }),
    what,
    where: project,
  });
  return [
    inCluster("Ingress", names.ingress),
    inCluster("Service", names.service.grpc),
    inCluster("BackendConfig", names.backendConfig.grpc),
    ...(rest ? [inCluster("Service", names.service.rest), inCluster("BackendConfig", names.backendConfig.rest)] : []),
    ...(placement.scheme === "external" ? [inCluster("FrontendConfig", names.frontendConfig)] : []),
    ...certificateObjects({ certificate, hosts, name: names.certificate }).map(({ kind, name }) =>
      inCluster(kind, name),
    ),
    // One that exists as well: port 443 of an address leads to one load balancer.
    inProject(
      placement.scheme === "external"
        ? `the global address ${names.address}`
        : `the address ${names.address} in ${placement.region}`,
      "address",
      address?.name,
    ),
    ...(armor?.kind !== "existing" && hasSecurityPolicy(props)
      ? [inProject(`the Cloud Armor policy ${names.securityPolicy}`, "securityPolicy", armor?.name)]
      : []),
    ...(tls.kind === "created" ? [inProject(`the TLS policy ${names.sslPolicy}`, "sslPolicy", tls.name)] : []),
    ...recordClaims(hosts, props.dnsZone, props.dnsProject ?? dnsProject),
  ];
}
