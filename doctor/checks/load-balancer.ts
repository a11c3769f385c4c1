import { coerce, lt } from "semver";
import type { AwsStackConfig, GcpStackConfig, StackConfig } from "../../config/types";
import type { KubernetesObject } from "../cluster";
import { type Finding, Group } from "../finding";
import { shortened } from "../programs";
import { Reading } from "../reading";
import { isGke } from "../subject";
import type { CloudCluster } from "./access";
import { groupFindings } from "./ingress-group";

/** What builds load balancers in the cluster. */
export interface LoadBalancerFacts {
  /** What the cloud says of the cluster, with access: exec. */
  readonly cluster?: Reading<CloudCluster>;
  /** GKE: the names of the custom resource definitions. */
  readonly definitions?: Reading<readonly string[]>;
  /** EKS: the IngressClass that the Ingress names. */
  readonly ingressClass?: Reading<KubernetesObject | undefined>;
  /** EKS: the Deployments of the AWS Load Balancer Controller. */
  readonly controllers?: Reading<readonly KubernetesObject[]>;
  /** EKS, with a group: the Ingresses of all namespaces. */
  readonly ingresses?: Reading<readonly KubernetesObject[]>;
}

const loadBalancer = new Group("load balancer");

export function checkLoadBalancer(facts: LoadBalancerFacts, config: StackConfig): Finding[] {
  return isGke(config) ? gke(facts, config) : eks(facts, config as AwsStackConfig);
}

const BACKEND_CONFIGS = "backendconfigs.cloud.google.com";
const FRONTEND_CONFIGS = "frontendconfigs.networking.gke.io";
const MANAGED_CERTIFICATES = "managedcertificates.networking.gke.io";

/** What GKE's HTTP load balancing add-on brings. */
const GKE_DEFINITIONS = [BACKEND_CONFIGS, FRONTEND_CONFIGS, MANAGED_CERTIFICATES];

const ADD_ON =
  "turn it on: gcloud container clusters update NAME --location LOCATION --update-addons=HttpLoadBalancing=ENABLED";

function gke({ cluster, definitions }: LoadBalancerFacts, config: GcpStackConfig): Finding[] {
  return [
    ...(definitions ? loadBalancer.of("definitions", definitions, (there) => definitionsFinding(there, config)) : []),
    ...(cluster && Reading.isRead(cluster) ? gkeCluster(cluster.value) : [VPC_NATIVE_UNKNOWN]),
  ];
}

function definitionsFinding(there: readonly string[], config: GcpStackConfig): Finding {
  const missing = GKE_DEFINITIONS.filter((name) => !there.includes(name));
  const used = [
    BACKEND_CONFIGS,
    ...(config.scheme === "internal" ? [] : [FRONTEND_CONFIGS]),
    ...(config.certificate.kind === "managed" ? [MANAGED_CERTIFICATES] : []),
  ];
  const needed = missing.filter((name) => used.includes(name));
  if (needed.length > 0) {
    return loadBalancer.problem("definitions", `the cluster doesn't know ${needed.join(", ")}`, {
      means: "GKE's HTTP load balancing add-on is off, or this is no GKE cluster, and a plan stops at it",
      next: ADD_ON,
    });
  }
  return missing.length > 0
    ? loadBalancer.warning("definitions", `the cluster doesn't know ${missing.join(", ")}`, {
        means: "this deploy doesn't use them, but GKE's HTTP load balancing add-on brings all three",
        next: `see whether the add-on is on; if not, ${ADD_ON}`,
      })
    : loadBalancer.ok("definitions", GKE_DEFINITIONS.map((name) => name.split(".")[0]).join(", "));
}

const VPC_NATIVE_UNKNOWN = loadBalancer.skipped(
  "network",
  "whether the cluster is VPC-native can't be seen in it",
  "look at 'gcloud container clusters describe NAME --location LOCATION --format=\"value(ipAllocationPolicy.useIpAliases)\"': it has to be True",
);

function gkeCluster({ httpLoadBalancing, vpcNative }: CloudCluster): Finding[] {
  return [
    httpLoadBalancing === false
      ? loadBalancer.problem("add-on", "HTTP load balancing is off", {
          means: "nothing builds a load balancer of an Ingress",
          next: ADD_ON,
        })
      : loadBalancer.ok("add-on", "HTTP load balancing is on"),
    vpcNative === false
      ? loadBalancer.problem("network", "the cluster is routes-based, not VPC-native", {
          means: "network endpoint groups, by which the load balancer reaches pods, need a VPC-native cluster",
          next: "move Milvus to a VPC-native cluster: a cluster can't be changed into one",
        })
      : loadBalancer.ok("network", "VPC-native"),
  ];
}

/** @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/ingress_class/ */
const LBC = "ingress.k8s.aws/alb";
const AUTO_MODE = "eks.amazonaws.com/alb";

/** From it on, exact paths outrank a prefix wherever they stand in an Ingress. */
const OLDEST_LBC = "2.4.0";

const INSTALL =
  "install the AWS Load Balancer Controller (helm install aws-load-balancer-controller " +
  "eks/aws-load-balancer-controller -n kube-system --set clusterName=NAME, with its IAM role; " +
  "https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/installation/)";

function eks(facts: LoadBalancerFacts, config: AwsStackConfig): Finding[] {
  const name = config.ingressClassName ?? "alb";
  const autoMode = facts.cluster && Reading.isRead(facts.cluster) ? facts.cluster.value.autoMode === true : false;
  const { ingressClass, controllers, ingresses } = facts;
  const { group } = config;
  return [
    ...(ingressClass
      ? loadBalancer.of("IngressClass", ingressClass, (found) => classFinding(name, found, autoMode))
      : []),
    ...(controllers
      ? loadBalancer.of("controller", controllers, (found) => controllerFinding(found, facts, autoMode))
      : []),
    ...(group && ingresses ? groupReading(ingresses, config, group.name) : []),
  ];
}

function groupReading(
  ingresses: Reading<readonly KubernetesObject[]>,
  config: AwsStackConfig,
  group: string,
): Finding[] {
  return loadBalancer
    .of("group", ingresses, (all) => groupFindings(all, config, group))
    .map((finding) =>
      finding.state === "skipped"
        ? {
            ...finding,
            next:
              "run 'kubectl get ingresses --all-namespaces -o yaml' as somebody who may, and look for other Ingresses with " +
              `alb.ingress.kubernetes.io/group.name: ${group}: they decide too who gets in`,
          }
        : finding,
    );
}

function classFinding(name: string, found: KubernetesObject | undefined, autoMode: boolean): Finding {
  if (found === undefined) {
    return loadBalancer.problem("IngressClass", `there is no IngressClass ${name}`, {
      means: autoMode
        ? "EKS Auto Mode makes none by itself, and its controller isn't the one that this project knows"
        : "no controller would take the Ingress, and the AWS Load Balancer Controller's webhook refuses it",
      next: `${INSTALL}, or name its class by ingressClassName ('kubectl get ingressclass')`,
    });
  }
  const controller = shortened(String(found.spec?.controller ?? ""));
  if (controller === LBC) {
    const parameters = found.spec?.parameters?.name;
    return parameters === undefined
      ? loadBalancer.ok("IngressClass", `${name}, controller ${LBC}`)
      : loadBalancer.warning(
          "IngressClass",
          `${name}, controller ${LBC}, with IngressClassParams ${shortened(String(parameters))}`,
          {
            means:
              "what these say of scheme, group, certificate or inbound networks outranks the annotations that are deployed",
            next: `read them: kubectl get ingressclassparams ${shortened(String(parameters))} -o yaml`,
          },
        );
  }
  if (controller === AUTO_MODE) {
    return loadBalancer.problem("IngressClass", `${name} belongs to EKS Auto Mode (controller ${AUTO_MODE})`, {
      means:
        "Auto Mode has a controller of its own, which takes its settings from IngressClassParams; it wasn't tried with this project",
      next: `${INSTALL} beside it, with an IngressClass of another name (--set ingressClass=NAME), and set ingressClassName to that`,
    });
  }
  return loadBalancer.problem("IngressClass", `${name} belongs to the controller ${controller || "(none)"}`, {
    means: `the Ingress is written for ${LBC}: another controller doesn't know its annotations`,
    next: "set ingressClassName to the class of the AWS Load Balancer Controller ('kubectl get ingressclass')",
  });
}

function controllerFinding(
  found: readonly KubernetesObject[],
  { ingressClass }: LoadBalancerFacts,
  autoMode: boolean,
): Finding {
  const [deployment] = found;
  if (deployment === undefined) {
    const isAutoModes =
      autoMode || (ingressClass && Reading.isRead(ingressClass) && ingressClass.value?.spec?.controller === AUTO_MODE);
    return loadBalancer.problem(
      "controller",
      isAutoModes
        ? "EKS Auto Mode's controller alone; no AWS Load Balancer Controller in the cluster"
        : "no Deployment labelled app.kubernetes.io/name=aws-load-balancer-controller",
      { means: "nothing builds the load balancer, and an apply ends with 'has no address yet'", next: INSTALL },
    );
  }
  const image = String(deployment.spec?.template?.spec?.containers?.[0]?.image ?? "");
  const tag = shortened(/:([^:/]+)$/.exec(image.replace(/@.*$/, ""))?.[1] ?? "");
  const version = coerce(tag)?.version;
  const seen = `AWS Load Balancer Controller ${tag || "of unknown version"}`;
  if (!deployment.status?.availableReplicas) {
    return loadBalancer.problem("controller", `${seen}, with no pod that is ready`, {
      means: "nothing builds the load balancer; its webhook may refuse every Ingress and Service until it is back",
      next: `look at 'kubectl describe deployment ${deployment.metadata.name} -n ${deployment.metadata.namespace}'`,
    });
  }
  if (version !== undefined && lt(version, OLDEST_LBC)) {
    return loadBalancer.warning("controller", seen, {
      means: `before ${OLDEST_LBC} the order of paths counts, and the two denied streaming RPCs reach Milvus`,
      next: `upgrade the controller to ${OLDEST_LBC} or later`,
    });
  }
  return loadBalancer.ok("controller", seen);
}
