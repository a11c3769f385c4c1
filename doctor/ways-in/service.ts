import type { Cloud } from "../../config/schema";
import { isKeptByAnnotation, LOAD_BALANCER_TYPE } from "../../constructs/milvus/layer4-load-balancer";
import type { KubernetesObject } from "../cluster";
import { listed } from "../finding";
import { shortened } from "../programs";
import { placeOf } from "./milvus-pods";
import {
  addressesOf,
  annotationsOf,
  type Openness,
  openness,
  parsed,
  prefixLists,
  restricting,
  wordsOf,
} from "./openness";

/** One thing that opens a Service to clients outside of the cluster. */
export interface Opening {
  /** What it is. */
  readonly seen: string;
  readonly open: Openness;
  /** The command that closes it, or that tells why it is still there. */
  readonly command: string;
  /** Ports of the Service that it is about; all of them where none is said. */
  readonly ports?: readonly number[];
}

/** Everything that opens a Service, whatever its type. */
export function openingsOf(service: KubernetesObject, cloud: Cloud): Opening[] {
  return [
    ...(cloud === "aws" ? networkLoadBalancer(service) : passthroughLoadBalancer(service)),
    ...(cloud === "gcp" ? endpointGroups(service) : []),
    ...nodePorts(service),
    ...externalIps(service),
  ];
}

const AWS = "service.beta.kubernetes.io/aws-load-balancer";
const LBC_FINALIZER = "service.k8s.aws/resources";

/** The loadBalancerClass of the AWS Load Balancer Controller, and of EKS Auto Mode. */
const NLB_CLASSES = ["service.k8s.aws/nlb", "eks.amazonaws.com/nlb"];

/**
 * The AWS Load Balancer Controller reads its annotations on a Service of any type, unless it is told not to.
 *
 * @see https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/main/pkg/service/service_utils.go
 */
function networkLoadBalancer(service: KubernetesObject): Opening[] {
  const annotations = annotationsOf(service);
  const finalizers = service.metadata.finalizers ?? [];
  const { type = "ClusterIP", loadBalancerClass } = service.spec ?? {};
  const annotated = annotations[LOAD_BALANCER_TYPE] ?? "";
  const isAnnotated = loadBalancerClass === undefined && isKeptByAnnotation(annotations);
  const annotation = `annotation ${LOAD_BALANCER_TYPE}=${shortened(annotated)}`;
  const removal = `kubectl annotate service ${at(service)} ${LOAD_BALANCER_TYPE}-`;
  if (type === "LoadBalancer") {
    const isLbc = isAnnotated || NLB_CLASSES.includes(loadBalancerClass);
    // Neither controller makes anything for the type `external` without a target type.
    const isKnown = isLbc || (loadBalancerClass === undefined && annotated !== "external");
    const scheme = awsScheme(annotations, isLbc, isKnown);
    const command = isAnnotated ? `${toClusterIp(service)} && ${removal}` : toClusterIp(service);
    return [{ seen: loadBalancerType(service), open: withRanges(service, scheme), command }];
  }
  if (isAnnotated && finalizers.includes(LBC_FINALIZER)) {
    const seen = `type ${type}, and ${annotation} keeps a Network Load Balancer`;
    return [{ seen, open: withRanges(service, awsScheme(annotations, true, true)), command: removal }];
  }
  if (isAnnotated) {
    const seen = `type ${type}, and ${annotation} asks for a Network Load Balancer, which is not made yet`;
    return [{ seen, open: { how: "unseen", says: "the controller decides whether it makes one" }, command: removal }];
  }
  if (finalizers.includes(LBC_FINALIZER)) {
    return [notDeleted(service, LBC_FINALIZER, withRanges(service, awsScheme(annotations, true, false)))];
  }
  return finalizers.includes(CLEANUP_FINALIZER)
    ? [notDeleted(service, CLEANUP_FINALIZER, withRanges(service, awsScheme(annotations, false, true)))]
    : [];
}

/**
 * Without a word of it the AWS Load Balancer Controller's is internal, and one by Kubernetes' own controller is public.
 *
 * @see https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/main/pkg/service/model_build_load_balancer.go
 * @see https://github.com/kubernetes/cloud-provider-aws/blob/master/pkg/providers/v1/aws.go
 */
function awsScheme(
  annotations: Readonly<Record<string, string>>,
  isLbc: boolean,
  hasDefault: boolean,
): "public" | "internal" | "unknown" {
  const scheme = annotations[`${AWS}-scheme`];
  const internal = annotations[`${AWS}-internal`];
  if (isLbc && scheme !== undefined) {
    return scheme === "internal" ? "internal" : "public";
  }
  if (internal !== undefined && internal !== "") {
    return /^(f|false|0)$/i.test(internal) ? "public" : "internal";
  }
  if (!hasDefault) {
    return "unknown";
  }
  return isLbc ? "internal" : "public";
}

const GKE_TYPE = ["networking.gke.io/load-balancer-type", "cloud.google.com/load-balancer-type"];

/** @see https://github.com/kubernetes/ingress-gce/blob/master/pkg/l4/annotations/gce_annotations.go */
const GKE_CLASSES: Readonly<Record<string, "public" | "internal">> = {
  "networking.gke.io/l4-regional-internal": "internal",
  "networking.gke.io/l4-regional-internal-legacy": "internal",
  "networking.gke.io/l4-regional-external": "public",
  "networking.gke.io/l4-regional-external-legacy": "public",
};

/** Kubernetes' own controllers, on either cloud. */
const CLEANUP_FINALIZER = "service.kubernetes.io/load-balancer-cleanup";

/** @see https://github.com/kubernetes/ingress-gce/blob/master/pkg/utils/common/finalizer.go */
const GKE_FINALIZER = /^gke\.networking\.io\/l4-(ilb|netlb)-v\d+$/;

/** GKE's controllers build a load balancer for type LoadBalancer alone: on another type a finalizer is what is left of one. */
function passthroughLoadBalancer(service: KubernetesObject): Opening[] {
  const annotations = annotationsOf(service);
  const { type, loadBalancerClass } = service.spec ?? {};
  const annotated = GKE_TYPE.map((key) => annotations[key]).find((value) => value !== undefined);
  const byAnnotation = ["Internal", "internal"].includes(annotated ?? "") ? "internal" : "public";
  if (type === "LoadBalancer") {
    const scheme = loadBalancerClass === undefined ? byAnnotation : (GKE_CLASSES[loadBalancerClass] ?? "unknown");
    return [{ seen: loadBalancerType(service), open: withRanges(service, scheme), command: toClusterIp(service) }];
  }
  const finalizer = service.metadata.finalizers?.find((one) => GKE_FINALIZER.test(one) || one === CLEANUP_FINALIZER);
  if (finalizer === undefined) {
    return [];
  }
  const kind = GKE_FINALIZER.exec(finalizer)?.[1];
  const scheme = kind === "ilb" ? "internal" : kind === "netlb" ? "public" : byAnnotation;
  return [notDeleted(service, finalizer, withRanges(service, scheme))];
}

const NEG = "cloud.google.com/neg";

/**
 * Network endpoint groups for load balancers that are made outside of the cluster.
 *
 * @see https://github.com/kubernetes/ingress-gce/blob/master/pkg/negannotation/negannotation.go
 */
function endpointGroups(service: KubernetesObject): Opening[] {
  const annotations = annotationsOf(service);
  const settings = parsed(annotations[NEG]);
  const ports = Object.keys(settings?.exposed_ports ?? {}).map(Number);
  if (ports.length === 0) {
    return [];
  }
  const groups = parsed(annotations[`${NEG}-status`])?.network_endpoint_groups ?? {};
  const names = ports.map((port) => groups[port]).filter(Boolean);
  const command =
    settings.ingress === true
      ? `kubectl annotate service ${at(service)} --overwrite ${NEG}='{"ingress":true}'`
      : `kubectl annotate service ${at(service)} ${NEG}-`;
  return [
    {
      seen: `annotation ${NEG} makes network endpoint groups (${listed(names.map((name) => shortened(String(name))))})`,
      open: { how: "unseen", says: "a load balancer outside of the cluster may use them" },
      ports,
      command,
    },
  ];
}

function nodePorts(service: KubernetesObject): Opening[] {
  return service.spec?.type === "NodePort"
    ? [
        {
          seen: `type NodePort, port ${onNodes(service).join(", ")} of every node`,
          open: { how: "unseen", says: "the nodes' firewall decides who gets in" },
          command: toClusterIp(service),
        },
      ]
    : [];
}

function onNodes({ spec }: KubernetesObject): number[] {
  const ports: readonly { readonly nodePort?: number }[] = spec?.ports ?? [];
  return ports.flatMap(({ nodePort }) => (nodePort ? [nodePort] : []));
}

function externalIps(service: KubernetesObject): Opening[] {
  const addresses: readonly unknown[] = service.spec?.externalIPs ?? [];
  return addresses.length === 0
    ? []
    : [
        {
          seen: `externalIPs ${listed(addresses.map((one) => shortened(String(one))))}`,
          open: { how: "unseen", says: "routes and the nodes' firewall decide who gets in" },
          command: `kubectl patch service ${at(service)} --type=merge -p '{"spec":{"externalIPs":null}}'`,
        },
      ];
}

function loadBalancerType(service: KubernetesObject): string {
  const { loadBalancerClass } = service.spec ?? {};
  const ports = onNodes(service);
  return [
    `type LoadBalancer${loadBalancerClass === undefined ? "" : ` (${shortened(String(loadBalancerClass))})`}`,
    ...(ports.length > 0 ? [`port ${ports.join(", ")} of every node`] : []),
  ].join(" and ");
}

function notDeleted(service: KubernetesObject, finalizer: string, open: Openness): Opening {
  const { name, namespace } = placeOf(service);
  return {
    seen: `type ${service.spec?.type ?? "ClusterIP"}, and finalizer ${finalizer} says that a load balancer is not deleted yet`,
    open,
    command: `kubectl describe service ${name} -n ${namespace}`,
  };
}

const RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges";

/** The field outranks the annotation. */
function withRanges(service: KubernetesObject, scheme: "public" | "internal" | "unknown"): Openness {
  const annotations = annotationsOf(service);
  const field: readonly string[] = service.spec?.loadBalancerSourceRanges ?? [];
  const ranges = field.length > 0 ? field : wordsOf(annotations[RANGES]);
  const groups = wordsOf(annotations[`${AWS}-security-groups`]);
  const lists = prefixLists(annotations[`${AWS}-security-group-prefix-lists`]);
  const restrictions =
    groups.length > 0
      ? groups.map((group) => `security group ${shortened(group)}`)
      : ranges.length === 0
        ? lists
        : restricting(ranges, lists);
  return openness({ scheme, addresses: addressesOf(service), restrictions, missing: "source ranges" });
}

/** The API server refuses ranges on any other type. */
function toClusterIp(service: KubernetesObject): string {
  return `kubectl patch service ${at(service)} --type=merge -p '{"spec":{"type":"ClusterIP","loadBalancerSourceRanges":null}}'`;
}

function at(service: KubernetesObject): string {
  const { name, namespace } = placeOf(service);
  return `${name} -n ${namespace}`;
}
