import { type Problem, shown } from "../internal/problem";
import { exposureWarnings, type Reach } from "../internal/public-exposure";
import { eachOf, integerBetween, rule } from "../internal/rules";
import { validateL7Ingress } from "../kubernetes/l7-ingress-props";
import { validateUserAnnotations } from "../kubernetes/user-annotations";
import { validateAddress } from "./address";
import { validateBackend } from "./backend";
import { dnsZoneRule } from "./dns-zone";
import type { GkeExisting, GkeL7IngressProps } from "./l7-ingress-props";
import { REDIRECT_CODES, type RedirectCode } from "./load-balancer";
import { placementOf, validatePlacement } from "./placement";
import { projectId } from "./resource-name";
import { validateSecurityPolicy } from "./security-policy";
import { validateSharedVpc } from "./shared-vpc";
import { validateSslPolicy } from "./ssl-policy";
import { KNOWN_ANNOTATIONS } from "./user-annotations";

/** Every problem of a load balancer's props, but for those of its certificate. */
export function validateLoadBalancer(props: GkeL7IngressProps): Problem[] {
  const { scheme } = placementOf(props);
  return [
    ...tlsInPodRule("milvus.tlsInPod", props.milvus?.tlsInPod),
    ...validateL7Ingress(props, reachOf(props)),
    ...adoptExistingRule("adoptExisting", props.adoptExisting),
    ...adoptedCertificate(props),
    ...validatePlacement(props),
    ...validateAddress(props.address),
    ...validateSslPolicy(props.sslPolicy),
    ...redirectCodeRule("httpsRedirectCode", props.httpsRedirectCode),
    ...onlyWith("httpsRedirectCode", props.httpsRedirectCode, "httpsRedirect: true", props.httpsRedirect === true),
    ...validateSecurityPolicy(props),
    ...validateBackend(props),
    ...validateSharedVpc(props.sharedVpc, scheme),
    ...dnsZoneRule("dnsZone", props.dnsZone),
    ...projectId("dnsProject", props.dnsProject),
    ...onlyWith("dnsProject", props.dnsProject, "dnsZone", props.dnsZone !== undefined),
    ...integerBetween(1, 86_400)("dnsTtlSec", props.dnsTtlSec),
    ...onlyWith("dnsTtlSec", props.dnsTtlSec, "dnsZone", props.dnsZone !== undefined),
    ...validateUserAnnotations(props.annotations, KNOWN_ANNOTATIONS),
  ];
}

/** What of these props is allowed, and probably not meant. */
export function loadBalancerWarnings(props: GkeL7IngressProps): string[] {
  return exposureWarnings(props, reachOf(props));
}

function reachOf(props: GkeL7IngressProps): Reach {
  const { securityPolicy: policy, address } = props;
  const isPublic = placementOf(props).scheme === "external";
  return {
    isPublic,
    restrictedElsewhere: policy?.kind === "existing" && policy.restrictsClients === true,
    // An address that is made here is IPv4. Nobody knows of an existing one, and an internal load balancer has no list.
    families: isPublic && address?.kind !== "existing" ? ["IPv4"] : ["IPv4", "IPv6"],
  };
}

const tlsInPodRule = rule<boolean>(
  "a Milvus whose pods speak TLS: GKE speaks HTTP/2 to a backend over TLS only",
  "adopt the release, which turns it on, or turn on common.security.tlsMode yourself and then say tlsInPod: true",
  (tlsInPod) => tlsInPod,
);

const adoptExistingRule = eachOf(
  rule<string>("ingress, backend-config, tls-secret or managed-certificate", "write one of these", (object) =>
    ["ingress", "backend-config", "tls-secret", "managed-certificate"].includes(object),
  ),
);

/** What only some kinds of certificates make. */
export const CERTIFICATE_OBJECTS: readonly (Pick<Problem, "allowed" | "fix"> & {
  object: GkeExisting;
  kinds: string[];
})[] = [
  {
    object: "tls-secret",
    kinds: ["self-signed", "pem"],
    allowed: "only with a certificate of kind self-signed or pem, which makes a Secret",
    fix: "remove it; a Secret that is to stay as it is needs no more than kind secret and its name",
  },
  {
    object: "managed-certificate",
    kinds: ["managed"],
    allowed: "only with a certificate of kind managed, which makes a ManagedCertificate",
    fix: "remove it, or set the certificate's kind to managed",
  },
];

/** Only what is made here can be adopted. */
function adoptedCertificate({ adoptExisting = [], certificate }: GkeL7IngressProps): Problem[] {
  return CERTIFICATE_OBJECTS.flatMap(({ object, kinds, allowed, fix }) => {
    const index = adoptExisting.indexOf(object);
    return index === -1 || certificate === undefined || kinds.includes(certificate.kind)
      ? []
      : [{ path: `adoptExisting[${index}]`, given: shown(object), allowed, fix }];
  });
}

const redirectCodeRule = rule<RedirectCode>(
  `${REDIRECT_CODES.slice(0, -1).join(", ")} or ${REDIRECT_CODES.at(-1)}`,
  "leave it out for MOVED_PERMANENTLY_DEFAULT",
  (code) => REDIRECT_CODES.includes(code),
);

/** A setting of something that isn't there would do nothing. */
function onlyWith(path: string, given: unknown, what: string, isThere: boolean): Problem[] {
  return given !== undefined && !isThere
    ? [{ path, given: shown(given), allowed: `only together with ${what}`, fix: `add ${what}, or remove it` }]
    : [];
}
