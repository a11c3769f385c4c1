import type { Claim } from "../internal/claims";
import { suffixed } from "../internal/names";
import { OWN_NAME, objectClaim, recordClaims } from "../kubernetes/claims";
import { frontServiceName } from "../kubernetes/front-service";
import type { AlbL7IngressProps } from "./l7-ingress-props";

/** The guide's names, unless the Ingress has been given another. */
export function namesOf({ name, milvus, webAcl }: AlbL7IngressProps) {
  const base = name ?? milvus?.fullName ?? "";
  return {
    ingress: base,
    service: { grpc: frontServiceName(base), rest: suffixed(base, "-l7-rest") },
    certificate: suffixed(base, "-tls"),
    webAcl: (webAcl?.kind === "created" && webAcl.name) || suffixed(base, "-l7"),
    trustStore: suffixed(base, "-l7"),
  };
}

/** Where the names of a load balancer are taken. */
export interface AlbPlaces {
  readonly cluster: string;
  /** The account in its region. */
  readonly account: string;
}

/** What a load balancer takes for itself. */
export function claimsOf(props: AlbL7IngressProps, { cluster, account }: AlbPlaces): Claim[] {
  const { milvus, rest, hosts, webAcl, logs, loadBalancerName, group, podReadinessGate } = props;
  const names = namesOf(props);
  const inCluster = (kind: string, name: string) => objectClaim(kind, milvus.namespace, name, cluster);
  const ofSetting = (path: string, what: string, where: string): Claim => ({
    ...OWN_NAME,
    path,
    what,
    where,
    fix: "set another name in one of the two",
  });
  return [
    inCluster("Ingress", names.ingress),
    inCluster("Service", names.service.grpc),
    ...(rest ? [inCluster("Service", names.service.rest)] : []),
    ...(podReadinessGate
      ? [
          {
            path: "podReadinessGate",
            what: `the readiness gate's label on Namespace ${milvus.namespace}`,
            where: cluster,
            allowed: "true in one of two: a destroy of either takes the label away",
            fix: "remove it from one of the two: the label is there for all pods of the namespace",
          },
        ]
      : []),
    ...(webAcl?.kind === "created"
      ? [
          webAcl.name === undefined
            ? { ...OWN_NAME, what: `the web ACL ${names.webAcl}`, where: account }
            : ofSetting("webAcl.name", `the web ACL ${names.webAcl}`, account),
        ]
      : []),
    // A bucket's name is the only one in all of AWS.
    ...(logs?.kind === "created" ? [ofSetting("logs.bucket", `the bucket ${logs.bucket}`, "S3")] : []),
    ...(loadBalancerName === undefined
      ? []
      : [
          {
            ...ofSetting("loadBalancerName", `the load balancer ${loadBalancerName}`, account),
            // The Ingresses of a group have one load balancer, and have to agree on its name.
            ...(group ? { sharedBy: `${cluster} ${group.name}` } : {}),
          },
        ]),
    // A zone's id is the only one in all of AWS.
    ...recordClaims(hosts, props.dnsZone, "Route 53"),
  ];
}
