import type { KnownAnnotations } from "../kubernetes/user-annotations";
import { INGRESS_ANNOTATIONS } from "./load-balancer";

const NOT_ON_AN_INGRESS = {
  because: "GKE's controller reads it on a Service alone",
  fix: "remove it; the front Service's own are written by this project",
};

const UNKNOWN = {
  because: "GKE's controller knows no such one",
  fix: "remove it; those that it knows are written by settings",
};

const OTHER_CONTROLLER = { because: "another Ingress controller's, which GKE's passes over", fix: "remove it" };

/**
 * The annotations that GKE's controllers know, and those that they would pass over in silence.
 *
 * @see https://github.com/kubernetes/ingress-gce/blob/master/pkg/annotations/ingress.go
 */
export const KNOWN_ANNOTATIONS: KnownAnnotations = {
  byProp: {
    [INGRESS_ANNOTATIONS.class]: "scheme",
    [INGRESS_ANNOTATIONS.globalAddress]: "address",
    [INGRESS_ANNOTATIONS.regionalAddress]: "address",
    [INGRESS_ANNOTATIONS.allowHttp]: "httpsRedirect",
    [INGRESS_ANNOTATIONS.frontendConfig]: "sslPolicy or httpsRedirect",
    [INGRESS_ANNOTATIONS.managedCertificates]: "certificate",
    [INGRESS_ANNOTATIONS.preSharedCertificates]: "certificate",
    [INGRESS_ANNOTATIONS.secretVersion]: "certificate",
    [INGRESS_ANNOTATIONS.suppressFirewallEvents]: "sharedVpc",
  },
  byController: ["ingress.kubernetes.io/", "ingress.gcp.kubernetes.io/instance-groups"],
  unread: {
    "cloud.google.com/": NOT_ON_AN_INGRESS,
    "beta.cloud.google.com/": NOT_ON_AN_INGRESS,
    "service.alpha.kubernetes.io/": NOT_ON_AN_INGRESS,
    "networking.gke.io/max-rate-per-endpoint": NOT_ON_AN_INGRESS,
    "networking.gke.io/capacity-scaler": NOT_ON_AN_INGRESS,
    "networking.gke.io/transparent-health-checker": NOT_ON_AN_INGRESS,
    "networking.gke.io/": UNKNOWN,
    "kubernetes.io/ingress.": UNKNOWN,
    "ingress.gcp.kubernetes.io/": UNKNOWN,
    "alb.ingress.kubernetes.io/": OTHER_CONTROLLER,
    "nginx.ingress.kubernetes.io/": OTHER_CONTROLLER,
    "traefik.ingress.kubernetes.io/": OTHER_CONTROLLER,
  },
};
