import { type Problem, shown } from "../internal/problem";
import { rule } from "../internal/rules";
import { resourceName } from "./resource-name";

/** `external`: reached from the internet. `internal`: from the VPC and what is connected to it. */
export type GkeScheme = "external" | "internal";

/** Where a load balancer is: an external one is global. */
export type GkePlacement =
  | { readonly scheme: "external" }
  | { readonly scheme: "internal"; readonly region: string; readonly subnetwork?: string };

/** What of a load balancer's props says where it is, and what only one of the places has. */
export interface PlacementProps {
  readonly scheme?: GkeScheme;
  readonly region?: string;
  readonly subnetwork?: string;
  readonly address?: { readonly kind: string };
  readonly certificate?: { readonly kind: string };
  readonly inboundCidrs?: readonly string[];
  readonly denyUnauthorizedStreams?: boolean;
  readonly securityPolicy?: unknown;
  readonly httpsRedirect?: boolean;
  readonly sslPolicy?: unknown;
}

/** The place, out of props that have been checked. */
export function placementOf({ scheme = "external", region = "", subnetwork }: PlacementProps): GkePlacement {
  return scheme === "external" ? { scheme } : { scheme, region, subnetwork };
}

/** Every problem of where a load balancer is. */
export function validatePlacement(props: PlacementProps): Problem[] {
  return [
    ...schemeRule("scheme", props.scheme),
    ...regionRule("region", props.region),
    ...subnetworkRule("subnetwork", props.subnetwork),
    ...(props.scheme === "internal" ? validateInternal(props) : validateExternal(props)),
  ];
}

function validateExternal({ region, subnetwork }: PlacementProps): Problem[] {
  return Object.entries({ region, subnetwork }).flatMap(([path, given]) =>
    given === undefined
      ? []
      : [
          {
            path,
            given: shown(given),
            allowed: "only with scheme internal: an external load balancer is global",
            fix: "remove it, or set scheme to internal",
          },
        ],
  );
}

function validateInternal(props: PlacementProps): Problem[] {
  const { region, subnetwork, address } = props;
  const missing = (path: string, allowed: string, fix: string) => [{ path, given: "nothing", allowed, fix }];
  return [
    ...(region === undefined
      ? missing("region", "the cluster's region: an internal load balancer is in one", "add it")
      : []),
    ...(subnetwork === undefined && address?.kind !== "existing"
      ? missing(
          "subnetwork",
          "the subnetwork that the address is reserved in",
          "add it, or take an address of kind existing",
        )
      : []),
    ...EXTERNAL_ONLY.flatMap(({ path, given, reason, fix }) => {
      const value = given(props);
      return value === undefined ? [] : [{ path, given: value, allowed: `${NOT_INTERNAL}: ${reason}`, fix }];
    }),
  ];
}

const NOT_INTERNAL = "nothing of the kind with scheme internal";

interface ExternalOnly {
  readonly path: string;
  /** What stands there, if it is what an internal load balancer can't have. */
  readonly given: (props: PlacementProps) => string | undefined;
  readonly reason: string;
  readonly fix: string;
}

const NO_CLOUD_ARMOR = "GKE's controller takes no Cloud Armor policy for it, and stops at one";

const given = (value: unknown) => (value === undefined ? undefined : shown(value));

/**
 * What GKE's controller has no internal form of.
 *
 * @see https://github.com/kubernetes/ingress-gce/blob/master/pkg/backends/features/securitypolicy.go
 * @see https://github.com/kubernetes/ingress-gce/blob/master/pkg/loadbalancers/url_maps.go
 * @see https://github.com/kubernetes/ingress-gce/issues/1936 for TLS policies
 * @see https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration#comparison
 */
const EXTERNAL_ONLY: readonly ExternalOnly[] = [
  {
    path: "certificate.kind",
    given: ({ certificate }) => (certificate?.kind === "managed" ? shown("managed") : undefined),
    reason: "Google issues certificates for external load balancers alone",
    fix: "take a certificate of kind self-signed, pem, secret or pre-shared",
  },
  {
    path: "inboundCidrs",
    given: ({ inboundCidrs }) => given(inboundCidrs),
    reason: NO_CLOUD_ARMOR,
    fix: "remove it; who reaches the VPC is who reaches the load balancer",
  },
  {
    path: "securityPolicy",
    given: ({ securityPolicy }) => given(securityPolicy),
    reason: NO_CLOUD_ARMOR,
    fix: "remove it",
  },
  {
    path: "denyUnauthorizedStreams",
    given: ({ denyUnauthorizedStreams = true }) =>
      denyUnauthorizedStreams ? "true, or nothing, which is the same" : undefined,
    reason: NO_CLOUD_ARMOR,
    fix: "write false: who reaches the load balancer can call them with no password",
  },
  {
    path: "httpsRedirect",
    given: ({ httpsRedirect }) => (httpsRedirect ? "true" : undefined),
    reason: "GKE's controller stops at a redirect there",
    fix: "remove it: port 80 stays closed",
  },
  {
    path: "sslPolicy",
    given: ({ sslPolicy }) => given(sslPolicy),
    reason: "GKE's controller can't give it a TLS policy",
    fix: "remove it; an internal load balancer serves what Google's default policy allows",
  },
];

const schemeRule = rule<GkeScheme>("external or internal", "leave it out for external", (scheme) =>
  ["external", "internal"].includes(scheme),
);

/** @see https://cloud.google.com/compute/docs/regions-zones */
const regionRule = rule<string>(
  "a Google Cloud region such as us-west1",
  "write the region, not a zone, as 'gcloud compute regions list' prints it",
  (region) => /^[a-z]+(-[a-z]+)+\d+$/.test(region),
);

const subnetworkName = resourceName("gcloud compute networks subnets list");

/** By its name, or by its path where it is another project's. */
const subnetworkRule: typeof subnetworkName = (path, subnetwork) => {
  const [, name = subnetwork] = /^projects\/[^/]+\/regions\/[^/]+\/subnetworks\/([^/]+)$/.exec(subnetwork ?? "") ?? [];
  return subnetworkName(path, name);
};
