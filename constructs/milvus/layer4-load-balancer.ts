import { HclCode, hclExpression } from "../internal/hcl";
import { SERVICE_TYPES } from "./chart";
import type { MilvusServiceType } from "./milvus-tls-release";

/**
 * The annotation by which AWS Load Balancer Controller takes a Service for its own, whatever the Service's type is. Without
 * it, or with an empty text, the controller deletes the load balancer that it made. Google's controllers, and AWS' for a
 * `loadBalancerClass`, look at the type: the API server drops the class with the type LoadBalancer.
 *
 * @see https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/v3.5.0/pkg/service/service_utils.go
 * @see https://github.com/kubernetes/ingress-gce/blob/master/pkg/l4/annotations/service.go (WantsL4ILB, WantsL4NetLB)
 */
export const LOAD_BALANCER_TYPE = "service.beta.kubernetes.io/aws-load-balancer-type";

/** Our own annotation: what `LOAD_BALANCER_TYPE` was before we emptied it. */
export const FORMER_LOAD_BALANCER_TYPE = "cdktf-milvus-l7/aws-load-balancer-type";

const TARGET_TYPE = "service.beta.kubernetes.io/aws-load-balancer-nlb-target-type";

/** The controller keeps a load balancer with deletion protection even after it has lost interest in the Service. */
export const LOAD_BALANCER_ATTRIBUTES = "service.beta.kubernetes.io/aws-load-balancer-attributes";

/** As Go's strconv.ParseBool reads a boolean. */
const PROTECTED = "(^|,)\\s*deletion_protection\\.enabled\\s*=\\s*(1|t|T|true|True|TRUE)\\s*(,|$)";

const NLB_IP = "nlb-ip";
const EXTERNAL = "external";
/** The controller leaves an `external` load balancer alone without one of these. */
const TARGET_TYPES = ["ip", "instance"];

type Annotations = Readonly<Record<string, string>>;

/** The types that offer something which the wanted one doesn't. */
export function losing(wanted: MilvusServiceType): MilvusServiceType[] {
  return SERVICE_TYPES.slice(SERVICE_TYPES.indexOf(wanted) + 1);
}

/** Whether a Service that becomes one of this type gives its load balancer up. */
export function deletesLoadBalancer(wanted: string | undefined): boolean {
  return wanted === "ClusterIP" || wanted === "NodePort";
}

/** Whether the annotations alone keep a Network Load Balancer. */
export function isKeptByAnnotation(annotations: Annotations = {}): boolean {
  const type = annotations[LOAD_BALANCER_TYPE] ?? "";
  return type === NLB_IP || (type === EXTERNAL && TARGET_TYPES.includes(annotations[TARGET_TYPE] ?? ""));
}

/** Whether the controller refuses to delete the load balancer. */
export function isDeletionProtected(annotations: Annotations = {}): boolean {
  return new RegExp(PROTECTED).test(annotations[LOAD_BALANCER_ATTRIBUTES] ?? "");
}

function annotationIn(annotations: string, key: string): string {
  return `try(${annotations}[${hclExpression(key)}], "")`;
}

/** The same as HCL, of the expression of a Service's annotations. */
export function isKeptByAnnotationIn(annotations: string): string {
  const type = annotationIn(annotations, LOAD_BALANCER_TYPE);
  const target = annotationIn(annotations, TARGET_TYPE);
  return (
    `(${type} == ${hclExpression(NLB_IP)} || ` +
    `(${type} == ${hclExpression(EXTERNAL)} && contains(${hclExpression(TARGET_TYPES)}, ${target})))`
  );
}

/** The same as HCL. */
export function isDeletionProtectedIn(annotations: string): string {
  return `can(regex(${hclExpression(PROTECTED)}, ${annotationIn(annotations, LOAD_BALANCER_ATTRIBUTES)}))`;
}

/**
 * The release's value `service`: the type, and the annotations that go with it. It gives the same before and after an
 * apply.
 *
 * The annotation is emptied and not removed: with `reuse_values` Helm takes the old values for the chart's own, so that a
 * `null` still renders the annotation in that upgrade.
 *
 * @param annotations the expression of the live Service's annotations
 * @param isKept the expression of whether they keep a load balancer
 * @see https://github.com/helm/helm/blob/v3.18.4/pkg/action/upgrade.go (reuseValues)
 */
export function serviceValue(type: MilvusServiceType, annotations: string, isKept: string): HclCode {
  const live = annotationIn(annotations, LOAD_BALANCER_TYPE);
  const former = annotationIn(annotations, FORMER_LOAD_BALANCER_TYPE);
  const emptied = {
    [LOAD_BALANCER_TYPE]: "",
    [FORMER_LOAD_BALANCER_TYPE]: new HclCode(`${isKept} ? ${live} : ${former}`),
  };
  const restored = {
    [LOAD_BALANCER_TYPE]: new HclCode(`${former} != "" ? ${former} : ${live}`),
    [FORMER_LOAD_BALANCER_TYPE]: "",
  };
  const formerKey = hclExpression(FORMER_LOAD_BALANCER_TYPE);
  const [texts, isWritten] = deletesLoadBalancer(type)
    ? [emptied, `texts[${formerKey}] != ""`]
    : [restored, `can(${annotations}[${formerKey}])`];
  const written = `{ for key, texts in ${hclExpression({ annotations: texts })} : key => texts if ${isWritten} }`;
  return new HclCode(`merge(${hclExpression({ type })}, ${written})`);
}
