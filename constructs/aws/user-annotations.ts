import { type Problem, pathTo, shown } from "../internal/problem";
import { type KnownAnnotations, own, type Unread, validateUserAnnotations } from "../kubernetes/user-annotations";
import { type Attributes, PREFIX } from "./load-balancer";

/**
 * The annotations that a user adds to the Ingress. Those of attributes are ours as well: theirs are added to ours, one by
 * one.
 *
 * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/
 */

const LOAD_BALANCER_ATTRIBUTES = `${PREFIX}/load-balancer-attributes`;
const TARGET_GROUP_ATTRIBUTES = `${PREFIX}/target-group-attributes`;

/** What says what stands in each attribute that is written. */
const ATTRIBUTE_OWNERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  [LOAD_BALANCER_ATTRIBUTES]: {
    "access_logs.s3.enabled": "logs",
    "access_logs.s3.bucket": "logs",
    "access_logs.s3.prefix": "logs",
    "connection_logs.s3.enabled": "logs",
    "connection_logs.s3.bucket": "logs",
    "connection_logs.s3.prefix": "logs",
    "deletion_protection.enabled": "deletionProtection",
    "idle_timeout.timeout_seconds": "idleTimeoutSec",
  },
  [TARGET_GROUP_ATTRIBUTES]: {
    "deregistration_delay.timeout_seconds": "deregistrationDelaySec",
    "load_balancing.algorithm.type": "algorithm",
    "slow_start.duration_seconds": "slowStartSec",
  },
};

/** Attributes that have one value here, and why. */
const FIXED_ATTRIBUTES: Readonly<Record<string, string>> = {
  "routing.http2.enabled": "it is always true, since gRPC is HTTP/2",
  "stickiness.enabled": "it is always false, since clients of gRPC keep no cookies",
};

const FIXED: Unread = { because: "it has one value here, which Milvus' gRPC needs", fix: "remove it" };

const SERVICE_LOAD_BALANCER: Unread = {
  because: "it is read on a Service of type LoadBalancer, and this is an Ingress",
  fix: "remove it, or write what alb.ingress.kubernetes.io has for it",
};

const OTHER_CONTROLLER: Unread = {
  because: "another controller would have to read it, and this Ingress is the AWS Load Balancer Controller's",
  fix: "remove it",
};

const KNOWN: KnownAnnotations = {
  byProp: {
    "kubernetes.io/ingress.class": "ingressClassName",
    ...Object.fromEntries(
      Object.entries({
        scheme: "scheme",
        "ip-address-type": "ipAddressType",
        "listen-ports": "httpsRedirect",
        "ssl-redirect": "httpsRedirect",
        "certificate-arn": "certificate",
        "create-acm-cert": "certificate",
        "acm-pca-arn": "certificate",
        "ssl-policy": "sslPolicy",
        "mutual-authentication": "mutualTls",
        "inbound-cidrs": "inboundCidrs",
        "security-group-prefix-lists": "prefixLists",
        "security-groups": "securityGroups",
        "manage-backend-security-group-rules": "securityGroups",
        subnets: "subnets",
        "group.name": "group",
        "group.order": "group",
        "load-balancer-name": "loadBalancerName",
        tags: "tags",
        "backend-protocol": "tlsInPod",
        "healthcheck-protocol": "tlsInPod",
        "healthcheck-path": "healthCheck",
        "success-codes": "healthCheck",
        "healthcheck-interval-seconds": "healthCheck",
        "healthcheck-timeout-seconds": "healthCheck",
        "healthy-threshold-count": "healthCheck",
        "unhealthy-threshold-count": "healthCheck",
        "wafv2-acl-arn": "webAcl",
        "wafv2-acl-name": "webAcl",
        "waf-acl-id": "webAcl",
        "web-acl-id": "webAcl",
        "shield-advanced-protection": "shieldAdvanced",
        "actions.deny-unauthorized-streams": "denyUnauthorizedStreams",
        "conditions.deny-unauthorized-streams": "denyUnauthorizedStreams",
        "transforms.deny-unauthorized-streams": "denyUnauthorizedStreams",
      }).map(([key, prop]) => [`${PREFIX}/${key}`, prop]),
    ),
  },
  byController: [`${PREFIX}/dry-run-plan`, "elbv2.k8s.aws/checkpoint", "elbv2.k8s.aws/checkpoint-timestamp"],
  unread: {
    [`${PREFIX}/target-type`]: FIXED,
    [`${PREFIX}/backend-protocol-version`]: FIXED,
    [`${PREFIX}/healthcheck-port`]: FIXED,
    [`${PREFIX}/target-node-labels`]: { because: "nodes are no targets here: pods are", fix: "remove it" },
    [`${PREFIX}/actions.`]: { because: "no path of this Ingress leads to an action of yours", fix: "remove it" },
    [`${PREFIX}/use-regex-path-match`]: { because: "no path of this Ingress is a pattern", fix: "remove it" },
    "service.beta.kubernetes.io/": SERVICE_LOAD_BALANCER,
    "service.kubernetes.io/": SERVICE_LOAD_BALANCER,
    "nginx.ingress.kubernetes.io/": OTHER_CONTROLLER,
    "cloud.google.com/": OTHER_CONTROLLER,
    "networking.gke.io/": OTHER_CONTROLLER,
    "kubernetes.io/ingress.": OTHER_CONTROLLER,
  },
};

export function validateAlbAnnotations(annotations: Readonly<Record<string, string>> | undefined): Problem[] {
  return [
    ...validateUserAnnotations(annotations, KNOWN),
    ...Object.entries(annotations ?? {}).flatMap(([key, value]) => attributeProblems(key, value)),
  ];
}

/** What a user adds to the Ingress, without the attributes. */
export function addedAnnotations(annotations: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => !Object.hasOwn(ATTRIBUTE_OWNERS, key)));
}

/** The attributes that a user adds to ours. */
export function addedAttributes(annotations: Readonly<Record<string, string>> = {}) {
  return {
    loadBalancer: attributesIn(annotations[LOAD_BALANCER_ATTRIBUTES]),
    targetGroup: attributesIn(annotations[TARGET_GROUP_ATTRIBUTES]),
  };
}

function attributesIn(text = ""): Attributes {
  return Object.fromEntries(partsOf(text).map((part) => part.split("=", 2) as [string, string]));
}

function partsOf(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean);
}

function attributeProblems(annotation: string, text: unknown): Problem[] {
  const owners = own(ATTRIBUTE_OWNERS, annotation);
  if (owners === undefined || typeof text !== "string") {
    return [];
  }
  const path = pathTo("annotations", annotation);
  return partsOf(text).flatMap((part) => {
    const refused = (allowed: string, fix: string): Problem[] => [{ path, given: shown(part), allowed, fix }];
    if (!/^[a-z0-9_.]+=[-A-Za-z0-9_.:/]*$/.test(part)) {
      return refused("attributes such as client_keep_alive.seconds=600, with ',' between them", "correct it");
    }
    const [attribute = ""] = part.split("=");
    const prop = own(owners, attribute);
    if (prop !== undefined) {
      return refused(`an attribute that no setting writes: this one says what ${prop} says`, `set ${prop} instead`);
    }
    const because = own(FIXED_ATTRIBUTES, attribute);
    return because === undefined ? [] : refused(`an attribute that is yours: ${because}`, "remove it");
  });
}
