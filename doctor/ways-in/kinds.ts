import type { Cloud } from "../../config/schema";
import type { Right } from "../cluster";
import { resourceOf } from "../planned";
import { DEFINITIONS } from "../rights";

/** A kind of object that can lead from outside to a release's pods, or that says how open such a way is. */
export interface WayKind {
  /** As kubectl takes it: the plural, with the group after it. */
  readonly resource: string;
  /** Whether such an object of another namespace can lead to the release's. */
  readonly everywhere: boolean;
  /**
   * Whether a cluster may lack the kind.
   *
   * @default false
   */
  readonly custom?: true;
}

export const SERVICES = resourceOf("Service");
export const INGRESSES = resourceOf("Ingress");
export const SLICES = "endpointslices.discovery.k8s.io";
export const GATEWAYS = "gateways.gateway.networking.k8s.io";
export const BACKEND_CONFIGS = resourceOf("BackendConfig");
export const FRONTEND_CONFIGS = resourceOf("FrontendConfig");
export const BACKEND_POLICIES = "gcpbackendpolicies.networking.gke.io";
export const SERVICE_ATTACHMENTS = "serviceattachments.networking.gke.io";
export const LOAD_BALANCER_CONFIGURATIONS = "loadbalancerconfigurations.gateway.k8s.aws";
export const ACCELERATORS = "globalaccelerators.aga.k8s.aws";

/** The routes of the Gateway API. Milvus has nothing on UDP. */
export const ROUTES: readonly string[] = ["httproutes", "grpcroutes", "tcproutes", "tlsroutes"].map(
  (plural) => `${plural}.gateway.networking.k8s.io`,
);

/** The AWS Load Balancer Controller's, and the same of EKS Auto Mode. */
export const TARGET_GROUP_BINDINGS: readonly string[] = ["elbv2.k8s.aws", "eks.amazonaws.com"].map(
  (group) => `targetgroupbindings.${group}`,
);

/** Routes of other controllers: each names its Services in a form of its own. */
export const OTHER_ROUTES: readonly string[] = [
  "virtualservices.networking.istio.io",
  "ingressroutes.traefik.io",
  "ingressroutetcps.traefik.io",
  "httpproxies.projectcontour.io",
  "virtualservers.k8s.nginx.org",
  "transportservers.k8s.nginx.org",
  "tcpingresses.configuration.konghq.com",
];

const custom = (everywhere: boolean, ...resources: readonly string[]): WayKind[] =>
  resources.map((resource) => ({ resource, everywhere, custom: true }));

const KINDS_OF: Readonly<Record<Cloud, readonly WayKind[]>> = {
  gcp: custom(false, BACKEND_CONFIGS, FRONTEND_CONFIGS, BACKEND_POLICIES, SERVICE_ATTACHMENTS),
  aws: [
    ...custom(false, ...TARGET_GROUP_BINDINGS),
    // A Gateway and an accelerator may be in another namespace than the route's or the Service's.
    ...custom(true, LOAD_BALANCER_CONFIGURATIONS, ACCELERATORS),
  ],
};

/** What is listed to find every way in. */
export function wayKinds(cloud: Cloud): WayKind[] {
  return [
    // Of other namespaces for the names that they give to Services of this one (ExternalName).
    { resource: SERVICES, everywhere: true },
    { resource: INGRESSES, everywhere: true },
    { resource: SLICES, everywhere: false },
    ...custom(true, GATEWAYS, ...ROUTES, ...OTHER_ROUTES),
    ...KINDS_OF[cloud],
  ];
}

/** What the doctor reads in the whole cluster, beside what a plan reads in the release's namespace. */
export function doctorRights(cloud: Cloud): Right[] {
  return [
    { verb: "list", resource: DEFINITIONS },
    ...wayKinds(cloud).map(({ resource }) => ({ verb: "list", resource })),
    ...(cloud === "aws"
      ? [
          { verb: "get", resource: "ingressclasses.networking.k8s.io" },
          // The AWS Load Balancer Controller, wherever it is installed.
          { verb: "list", resource: resourceOf("Deployment") },
        ]
      : []),
  ];
}
