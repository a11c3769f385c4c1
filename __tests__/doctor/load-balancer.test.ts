import type { CloudCluster } from "../../doctor/checks/access";
import { checkLoadBalancer } from "../../doctor/checks/load-balancer";
import type { KubernetesObject } from "../../doctor/cluster";
import { awsConfig, gcpConfig, texts } from "./support";

describe("on GKE", () => {
  const ALL = [
    "backendconfigs.cloud.google.com",
    "frontendconfigs.networking.gke.io",
    "managedcertificates.networking.gke.io",
    "other.example.com",
  ];
  const gke = (missing: string[], cluster?: CloudCluster, settings = {}) =>
    texts(
      checkLoadBalancer(
        {
          definitions: { value: ALL.filter((name) => !missing.includes(name)) },
          cluster: cluster && { value: cluster },
        },
        gcpConfig(settings),
      ),
    );
  const on = { status: "RUNNING", httpLoadBalancing: true, vpcNative: true };
  const turnOn =
    "turn it on: gcloud container clusters update NAME --location LOCATION --update-addons=HttpLoadBalancing=ENABLED";

  test("all is there", () => {
    expect(gke([], on)).toEqual([
      "ok definitions: backendconfigs, frontendconfigs, managedcertificates",
      "ok add-on: HTTP load balancing is on",
      "ok network: VPC-native",
    ]);
  });

  test("the add-on's definitions aren't there", () => {
    expect(gke(["backendconfigs.cloud.google.com"], on)[0]).toBe(
      "problem definitions: the cluster doesn't know backendconfigs.cloud.google.com | means: GKE's HTTP load balancing " +
        `add-on is off, or this is no GKE cluster, and a plan stops at it | next: ${turnOn}`,
    );
  });

  test("ManagedCertificates count where the certificate is one", () => {
    const missing = ["managedcertificates.networking.gke.io"];
    expect(gke(missing, on)[0]).toBe(
      "warning definitions: the cluster doesn't know managedcertificates.networking.gke.io | means: this deploy doesn't use " +
        "them, but GKE's HTTP load balancing add-on brings all three | next: see whether the add-on is on; if not, " +
        turnOn,
    );
    expect(gke(missing, on, { certificate: { kind: "managed" } })[0]).toMatch(/^problem definitions: /);
  });

  test("the add-on is off", () => {
    expect(gke([], { ...on, httpLoadBalancing: false })[1]).toBe(
      `problem add-on: HTTP load balancing is off | means: nothing builds a load balancer of an Ingress | next: ${turnOn}`,
    );
  });

  test("the cluster isn't VPC-native", () => {
    expect(gke([], { ...on, vpcNative: false })[2]).toBe(
      "problem network: the cluster is routes-based, not VPC-native | means: network endpoint groups, by which the load " +
        "balancer reaches pods, need a VPC-native cluster | next: move Milvus to a VPC-native cluster: a cluster can't be " +
        "changed into one",
    );
  });

  test("a kubeconfig doesn't tell whether it is", () => {
    expect(gke([])[1]).toMatch(
      /^skipped network: whether the cluster is VPC-native can't be seen in it \| next: look at 'gcloud/,
    );
  });

  test("definitions that can't be read are skipped", () => {
    const facts = { definitions: { unread: "forbidden" } };
    expect(texts(checkLoadBalancer(facts, gcpConfig()), "definitions")).toEqual(["skipped definitions: forbidden"]);
  });
});

describe("on EKS", () => {
  const ingressClass = (controller: string, parameters?: object): KubernetesObject => ({
    metadata: { name: "alb" },
    spec: { controller, parameters },
  });
  const LBC = ingressClass("ingress.k8s.aws/alb");
  const AUTO_MODE = ingressClass("eks.amazonaws.com/alb");
  const controller = (image: string, availableReplicas?: number): KubernetesObject => ({
    metadata: { name: "aws-load-balancer-controller", namespace: "kube-system" },
    spec: { template: { spec: { containers: [{ image }] } } },
    status: { availableReplicas },
  });
  const IMAGE = "public.ecr.aws/eks/aws-load-balancer-controller:v3.5.0";
  const eks = (
    found: KubernetesObject | undefined,
    controllers: KubernetesObject[] = [controller(IMAGE, 2)],
    autoMode?: boolean,
  ) =>
    texts(
      checkLoadBalancer(
        {
          ingressClass: { value: found },
          controllers: { value: controllers },
          cluster: autoMode === undefined ? undefined : { value: { status: "ACTIVE", autoMode } },
        },
        awsConfig(),
      ),
    );
  const INSTALL =
    "install the AWS Load Balancer Controller (helm install aws-load-balancer-controller " +
    "eks/aws-load-balancer-controller -n kube-system --set clusterName=NAME, with its IAM role; " +
    "https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/installation/)";

  test("all is there", () => {
    expect(eks(LBC)).toEqual([
      "ok IngressClass: alb, controller ingress.k8s.aws/alb",
      "ok controller: AWS Load Balancer Controller v3.5.0",
    ]);
  });

  test("the IngressClass isn't there", () => {
    expect(eks(undefined)[0]).toBe(
      "problem IngressClass: there is no IngressClass alb | means: no controller would take the Ingress, and the AWS Load " +
        `Balancer Controller's webhook refuses it | next: ${INSTALL}, or name its class by ingressClassName ('kubectl get ingressclass')`,
    );
  });

  test("the IngressClass isn't there, on EKS Auto Mode", () => {
    expect(eks(undefined, [], true)[0]).toContain(
      "means: EKS Auto Mode makes none by itself, and its controller isn't the one that this project knows",
    );
  });

  test("the IngressClass is EKS Auto Mode's", () => {
    expect(eks(AUTO_MODE, [])).toEqual([
      "problem IngressClass: alb belongs to EKS Auto Mode (controller eks.amazonaws.com/alb) | means: Auto Mode has a " +
        "controller of its own, which takes its settings from IngressClassParams; it wasn't tried with this project | next: " +
        `${INSTALL} beside it, with an IngressClass of another name (--set ingressClass=NAME), and set ingressClassName to that`,
      "problem controller: EKS Auto Mode's controller alone; no AWS Load Balancer Controller in the cluster | means: nothing " +
        `builds the load balancer, and an apply ends with 'has no address yet' | next: ${INSTALL}`,
    ]);
  });

  test("the IngressClass is another controller's", () => {
    expect(eks(ingressClass("k8s.io/ingress-nginx"))[0]).toBe(
      "problem IngressClass: alb belongs to the controller k8s.io/ingress-nginx | means: the Ingress is written for " +
        "ingress.k8s.aws/alb: another controller doesn't know its annotations | next: set ingressClassName to the class of " +
        "the AWS Load Balancer Controller ('kubectl get ingressclass')",
    );
  });

  test("the IngressClass has parameters", () => {
    expect(eks(ingressClass("ingress.k8s.aws/alb", { name: "corporate" }))[0]).toBe(
      "warning IngressClass: alb, controller ingress.k8s.aws/alb, with IngressClassParams corporate | means: what these say " +
        "of scheme, group, certificate or inbound networks outranks the annotations that are deployed | next: read them: " +
        "kubectl get ingressclassparams corporate -o yaml",
    );
  });

  test("there is no controller", () => {
    expect(eks(LBC, [])[1]).toBe(
      "problem controller: no Deployment labelled app.kubernetes.io/name=aws-load-balancer-controller | means: nothing " +
        `builds the load balancer, and an apply ends with 'has no address yet' | next: ${INSTALL}`,
    );
  });

  test("the controller has no pod that is ready", () => {
    expect(eks(LBC, [controller(IMAGE)])[1]).toBe(
      "problem controller: AWS Load Balancer Controller v3.5.0, with no pod that is ready | means: nothing builds the load " +
        "balancer; its webhook may refuse every Ingress and Service until it is back | next: look at 'kubectl describe " +
        "deployment aws-load-balancer-controller -n kube-system'",
    );
  });

  test("the controller is too old for the denied paths", () => {
    expect(
      eks(LBC, [
        controller("602401143452.dkr.ecr.us-east-2.amazonaws.com/amazon/aws-load-balancer-controller:v2.3.1", 1),
      ])[1],
    ).toBe(
      "warning controller: AWS Load Balancer Controller v2.3.1 | means: before 2.4.0 the order of paths counts, and the two " +
        "denied streaming RPCs reach Milvus | next: upgrade the controller to 2.4.0 or later",
    );
  });

  test("the controller's version isn't in its image's tag", () => {
    expect(eks(LBC, [controller("registry:5000/lbc@sha256:00", 1)])[1]).toBe(
      "ok controller: AWS Load Balancer Controller of unknown version",
    );
  });
});
