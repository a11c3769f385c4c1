import { checkOtherWaysIn } from "../../doctor/checks/other-ways-in";
import type { KubernetesObject } from "../../doctor/cluster";
import type { Finding } from "../../doctor/finding";
import type { Reading } from "../../doctor/reading";
import type { Subject } from "../../doctor/subject";
import { wayKinds } from "../../doctor/ways-in/kinds";
import { readWaysIn, type WayFacts } from "../../doctor/ways-in/read";
import { aws, type DeploymentDetails, deployment, gcp, texts } from "./support";

type Objects = Record<string, readonly object[]>;

const KINDS: Record<string, string> = {
  services: "services",
  ingresses: "ingresses.networking.k8s.io",
  slices: "endpointslices.discovery.k8s.io",
  gateways: "gateways.gateway.networking.k8s.io",
  httproutes: "httproutes.gateway.networking.k8s.io",
  tcproutes: "tcproutes.gateway.networking.k8s.io",
  backendconfigs: "backendconfigs.cloud.google.com",
  policies: "gcpbackendpolicies.networking.gke.io",
  attachments: "serviceattachments.networking.gke.io",
  bindings: "targetgroupbindings.elbv2.k8s.aws",
  autoModeBindings: "targetgroupbindings.eks.amazonaws.com",
  configurations: "loadbalancerconfigurations.gateway.k8s.aws",
  accelerators: "globalaccelerators.aga.k8s.aws",
  virtualservices: "virtualservices.networking.istio.io",
  ingressroutetcps: "ingressroutetcps.traefik.io",
};

/** What a cluster with every kind has: none but the objects given, beside the chart's own Service. */
function facts(objects: Objects, subject: Subject): WayFacts {
  const all: Objects = { services: [], ...objects };
  const services = [...(all.services as object[])];
  if (!services.some((one: any) => one.metadata.name === "my-release-milvus")) {
    services.push(service());
  }
  const by = Object.fromEntries(Object.entries({ ...all, services }).map(([kind, list]) => [KINDS[kind], list]));
  return {
    definitions: { value: [] },
    objects: Object.fromEntries(
      wayKinds(subject.config.cloud).map(({ resource }) => [
        resource,
        { found: { value: (by[resource] ?? []) as KubernetesObject[] } },
      ]),
    ),
  };
}

interface ServiceDetails {
  readonly name?: string;
  readonly namespace?: string;
  readonly annotations?: Record<string, string>;
  readonly finalizers?: string[];
  readonly spec?: object;
  readonly address?: object;
}

const PORTS = [
  { name: "milvus", port: 19530, protocol: "TCP", targetPort: "milvus" },
  { name: "metrics", port: 9091, protocol: "TCP", targetPort: "metrics" },
];
const SELECTOR = { "app.kubernetes.io/name": "milvus", "app.kubernetes.io/instance": "my-release", component: "proxy" };

/** As the chart renders its own, and the API server gives it. */
function service({ name = "my-release-milvus", namespace = "default", spec, address, ...rest }: ServiceDetails = {}) {
  return {
    metadata: { name, namespace, ...rest },
    spec: { type: "ClusterIP", clusterIP: "10.0.0.7", selector: SELECTOR, ports: PORTS, ...spec },
    status: { loadBalancer: address === undefined ? {} : { ingress: [address] } },
  };
}

const balanced = (details: ServiceDetails = {}) =>
  service({ ...details, spec: { type: "LoadBalancer", ...details.spec } });

function ingress(name: string, service: string, port: object, rest: any = {}) {
  const { annotations, ingressClassName, address, namespace = "default", host = "other.example.com" } = rest;
  const backend = { service: { name: service, port } };
  return {
    metadata: { name, namespace, annotations },
    spec: { ingressClassName, rules: [{ host, http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }] },
    status: { loadBalancer: address === undefined ? {} : { ingress: [address] } },
  };
}

const GRPC = { number: 19530 };

function findings(objects: Objects, subject: Subject, details: DeploymentDetails = {}): Finding[] {
  return check(facts(objects, subject), { value: [deployment(details)] }, subject);
}

function check(facts: WayFacts, deployments: Reading<KubernetesObject[]>, subject: Subject): Finding[] {
  const service = { value: balanced({ address: { ip: "203.0.113.7" } }) };
  return checkOtherWaysIn(facts, { deployments, service }, subject);
}

/** State and check of all that is open. */
const open = (objects: Objects, subject: Subject, details?: DeploymentDetails) =>
  findings(objects, subject, details)
    .filter(({ state }) => state === "problem" || state === "warning")
    .map(({ state, check }) => `${state} ${check}`);

const only = (objects: Objects, subject: Subject, details?: DeploymentDetails): Finding => {
  const [finding, ...others] = findings(objects, subject, details).filter(({ state }) =>
    ["problem", "warning"].includes(state),
  );
  expect(others).toEqual([]);
  return finding as Finding;
};

const leaveAlone = { release: { ownership: "leave-alone", tlsInPod: true } };
const LBC = "service.beta.kubernetes.io/aws-load-balancer";
const nlb = {
  [`${LBC}-type`]: "external",
  [`${LBC}-nlb-target-type`]: "ip",
  [`${LBC}-scheme`]: "internet-facing",
};
const made = ["service.k8s.aws/resources"];

describe("where nothing else leads to the pods", () => {
  test.each([
    [
      "GKE",
      gcp(),
      ["pods", "Services", "Ingresses", "routes of Gateways", "routes of other controllers", "ServiceAttachments"],
    ],
    [
      "EKS",
      aws(),
      [
        "pods",
        "Services",
        "Ingresses",
        "routes of Gateways",
        "routes of other controllers",
        "TargetGroupBindings",
        "GlobalAccelerators",
      ],
    ],
  ])("each kind is ok, and what kubectl can't see is skipped once: %s", (_, subject, kinds) => {
    const headless = service({ name: "headless", spec: { clusterIP: "None" } });
    const external = service({
      name: "name",
      spec: { type: "ExternalName", externalName: "x.example.com", selector: undefined },
    });
    const others = balanced({ name: "etcd", spec: { selector: { ...SELECTOR, component: "etcd" } } });
    const elsewhere = balanced({ namespace: "other" });
    expect(
      findings({ services: [service(), headless, external, others, elsewhere] }, subject).map(
        ({ state, check }) => `${state} ${check}`,
      ),
    ).toEqual([...kinds.map((kind) => `ok ${kind}`), "skipped cloud"]);
  });

  test("our own Ingress and front Service are no other way", () => {
    const front = service({
      name: "my-release-milvus-l7",
      annotations: { "cloud.google.com/neg": '{"ingress":true}' },
    });
    const ours = ingress("my-release-milvus", "my-release-milvus-l7", GRPC, {
      annotations: { "kubernetes.io/ingress.allow-http": "false" },
    });
    expect(open({ services: [service(), front], ingresses: [ours] }, gcp())).toEqual([]);
  });

  test("the command of each cloud is complete", () => {
    const next = (subject: Subject) => findings({}, subject).at(-1)?.next;
    expect(next(gcp())).toBe(
      "compare with the cloud: gcloud compute forwarding-rules list --project=milvus-testing && gcloud compute firewall-rules list --project=milvus-testing",
    );
    expect(next(aws({ profile: "my team" }))).toBe(
      "compare with the cloud: aws elbv2 describe-load-balancers --region=us-east-2 --profile='my team' --query " +
        '"LoadBalancers[].[LoadBalancerName,Type,Scheme,DNSName]" --output=table && aws ec2 describe-security-groups ' +
        "--region=us-east-2 --profile='my team' --filters Name=ip-permission.cidr,Values=0.0.0.0/0 --query " +
        '"SecurityGroups[].[GroupId,GroupName]" --output=table',
    );
  });
});

describe("a Service", () => {
  test("that a Network Load Balancer stays behind is found whatever its type", () => {
    expect(texts([only({ services: [service({ annotations: nlb, finalizers: made })] }, aws())])).toEqual([
      `problem Service default/my-release-milvus: type ClusterIP, and annotation ${LBC}-type=external keeps a Network Load ` +
        "Balancer: internet-facing, no source ranges; ports 19530 (gRPC), 9091 (metrics and management) | means: anybody may " +
        "reach Milvus by it, past the HTTPS load balancer, its certificate and its allow-list. Port 9091 is worse than the " +
        "gRPC port: it controls Milvus, and asks nobody for a password, whatever authorization says | next: if nobody needs " +
        `it, close it: kubectl annotate service my-release-milvus -n default ${LBC}-type-`,
    ]);
  });

  test.each<[string, ServiceDetails, string]>([
    ["of the controller, public", { spec: { type: "LoadBalancer" }, annotations: nlb }, "problem"],
    [
      "by class",
      {
        spec: { type: "LoadBalancer", loadBalancerClass: "service.k8s.aws/nlb" },
        annotations: { [`${LBC}-scheme`]: "internet-facing" },
      },
      "problem",
    ],
    [
      "by class, with no scheme",
      { spec: { type: "LoadBalancer", loadBalancerClass: "eks.amazonaws.com/nlb" } },
      "warning",
    ],
    ["internal", { annotations: { ...nlb, [`${LBC}-scheme`]: "internal" }, finalizers: made }, "warning"],
    [
      "internal by the old annotation",
      { spec: { type: "LoadBalancer" }, annotations: { [`${LBC}-internal`]: "true" } },
      "warning",
    ],
    [
      "not internal by the old annotation",
      { annotations: { [`${LBC}-type`]: "nlb-ip", [`${LBC}-internal`]: "false" }, finalizers: made },
      "problem",
    ],
    ["of Kubernetes' own controller", { spec: { type: "LoadBalancer" } }, "problem"],
    ["of another controller", { spec: { type: "LoadBalancer", loadBalancerClass: "example.com/lb" } }, "warning"],
    [
      "of another controller, with a public address",
      { spec: { type: "LoadBalancer", loadBalancerClass: "example.com/lb" }, address: { ip: "203.0.113.9" } },
      "problem",
    ],
    ["with ranges", { spec: { type: "LoadBalancer", loadBalancerSourceRanges: ["198.51.100.0/24"] } }, "warning"],
    [
      "with a range of everybody",
      { spec: { type: "LoadBalancer", loadBalancerSourceRanges: ["198.51.100.0/24", "0.0.0.0/0"] } },
      "problem",
    ],
    [
      "with ranges by annotation",
      {
        annotations: {
          ...nlb,
          "service.beta.kubernetes.io/load-balancer-source-ranges": "198.51.100.0/24, 192.0.2.0/24",
        },
        finalizers: made,
      },
      "warning",
    ],
    [
      "with prefix lists",
      { annotations: { ...nlb, [`${LBC}-security-group-prefix-lists`]: "pl-1" }, finalizers: made },
      "warning",
    ],
    [
      "with a prefix list beside everybody",
      {
        annotations: {
          ...nlb,
          [`${LBC}-security-group-prefix-lists`]: "pl-1",
          "service.beta.kubernetes.io/load-balancer-source-ranges": "0.0.0.0/0",
        },
        finalizers: made,
      },
      "problem",
    ],
    [
      "with security groups",
      { annotations: { ...nlb, [`${LBC}-security-groups`]: "sg-1" }, finalizers: made },
      "warning",
    ],
    ["whose annotations no controller has read", { annotations: nlb }, "warning"],
    ["whose load balancer isn't deleted yet", { finalizers: made }, "warning"],
    [
      "whose classic load balancer isn't deleted yet",
      { finalizers: ["service.kubernetes.io/load-balancer-cleanup"] },
      "problem",
    ],
    [
      "on the nodes",
      { spec: { type: "NodePort", ports: [{ port: 19530, targetPort: "milvus", nodePort: 30530 }] } },
      "warning",
    ],
    ["with external addresses", { spec: { externalIPs: ["203.0.113.9"] } }, "warning"],
  ])("is as open on EKS as kubectl can see: %s", (_, details, state) => {
    expect(open({ services: [service({ name: "theirs", ...details })] }, aws())).toEqual([
      `${state} Service default/theirs`,
    ]);
  });

  test.each<[string, ServiceDetails, string]>([
    ["public", {}, "problem"],
    ["internal", { annotations: { "networking.gke.io/load-balancer-type": "Internal" } }, "warning"],
    [
      "internal by the old annotation",
      { annotations: { "cloud.google.com/load-balancer-type": "internal" } },
      "warning",
    ],
    ["internal by class", { spec: { loadBalancerClass: "networking.gke.io/l4-regional-internal" } }, "warning"],
    ["public by class", { spec: { loadBalancerClass: "networking.gke.io/l4-regional-external" } }, "problem"],
    ["of another controller", { spec: { loadBalancerClass: "example.com/lb" } }, "warning"],
    ["with a private address", { address: { ip: "10.128.0.7" } }, "warning"],
    ["with ranges", { spec: { loadBalancerSourceRanges: ["198.51.100.0/24"] } }, "warning"],
    ["left behind, public", { spec: { type: "ClusterIP" }, finalizers: ["gke.networking.io/l4-netlb-v2"] }, "problem"],
    ["left behind, internal", { spec: { type: "ClusterIP" }, finalizers: ["gke.networking.io/l4-ilb-v1"] }, "warning"],
    [
      "left behind by Kubernetes' own controller",
      {
        spec: { type: "NodePort", ports: [{ port: 19530 }] },
        finalizers: ["service.kubernetes.io/load-balancer-cleanup"],
      },
      "problem",
    ],
    ["on the nodes", { spec: { type: "NodePort", ports: [{ port: 19530, nodePort: 30530 }] } }, "warning"],
    [
      "by endpoint groups",
      { spec: { type: "ClusterIP" }, annotations: { "cloud.google.com/neg": '{"exposed_ports":{"19530":{}}}' } },
      "warning",
    ],
  ])("is as open on GKE as kubectl can see: %s", (_, details, state) => {
    expect(open({ services: [balanced({ name: "theirs", ...details })] }, gcp())).toEqual([
      `${state} Service default/theirs`,
    ]);
  });

  test.each<[string, ServiceDetails]>([
    ["annotations of AWS on GKE", { annotations: nlb }],
    [
      "an internal type without a load balancer",
      { annotations: { "networking.gke.io/load-balancer-type": "Internal" } },
    ],
    ["endpoint groups of the Ingress alone", { annotations: { "cloud.google.com/neg": '{"ingress":true}' } }],
    ["a broken annotation", { annotations: { "cloud.google.com/neg": "{" } }],
  ])("is closed on GKE: %s", (_, details) => {
    expect(open({ services: [service({ name: "theirs", ...details })] }, gcp())).toEqual([]);
  });

  test("of type external without a target type has no controller on EKS", () => {
    const annotations = { [`${LBC}-type`]: "external" };
    expect(open({ services: [service({ name: "theirs", annotations })] }, aws())).toEqual([]);
    expect(open({ services: [balanced({ name: "theirs", annotations })] }, aws())).toEqual([
      "warning Service default/theirs",
    ]);
  });

  test("says which of the pods' ports it publishes, whatever it calls them", () => {
    const seen = (ports: readonly object[]) =>
      only(
        { services: [balanced({ name: "theirs", spec: { ports }, address: { hostname: "a.example.com" } })] },
        gcp(),
      );
    expect(seen([{ port: 443, targetPort: "metrics" }])).toMatchObject({
      seen: "type LoadBalancer: internet-facing, no source ranges; ports 9091 (metrics and management); address a.example.com",
      means: expect.stringContaining("Port 9091 is worse"),
    });
    expect(seen([{ port: 443, targetPort: 8080 }, { port: 19530 }])).toMatchObject({
      seen: "type LoadBalancer: internet-facing, no source ranges; ports 8080 (REST), 19530 (gRPC); address a.example.com",
      means: expect.not.stringContaining("9091"),
    });
  });

  test("of endpoint groups says which of its ports are exposed, and keeps the Ingress' group", () => {
    const annotations = {
      "cloud.google.com/neg": '{"ingress":true,"exposed_ports":{"9091":{}}}',
      "cloud.google.com/neg-status": '{"network_endpoint_groups":{"9091":"k8s1-0a1b-metrics"},"zones":["us-east1-b"]}',
    };
    const { seen, next } = only({ services: [service({ name: "theirs", annotations })] }, gcp());
    expect(seen).toBe(
      "annotation cloud.google.com/neg makes network endpoint groups (k8s1-0a1b-metrics): a load balancer outside of the " +
        "cluster may use them; ports 9091 (metrics and management)",
    );
    expect(next).toBe(
      `if nobody needs it, close it: kubectl annotate service theirs -n default --overwrite cloud.google.com/neg='{"ingress":true}'`,
    );
  });

  test("that selects the pods by fewer labels than the chart's is found", () => {
    const selector = { "app.kubernetes.io/instance": "my-release" };
    expect(open({ services: [balanced({ name: "theirs", spec: { selector } })] }, gcp())).toEqual([
      "problem Service default/theirs",
    ]);
  });

  test("that selects the pods by a label of their own is found, where the Deployment can be read", () => {
    const theirs = balanced({ name: "theirs", spec: { selector: { team: "search" } } });
    const labelled: any = deployment();
    labelled.spec.template.metadata.labels.team = "search";
    const look = (deployments: Reading<KubernetesObject[]>) =>
      check(facts({ services: [theirs] }, gcp()), deployments, gcp()).map(({ check }) => check);
    expect(look({ value: [labelled] })).toContain("Service default/theirs");
    expect(look({ value: [deployment()] })).not.toContain("Service default/theirs");
    expect(look({ unread: "forbidden" })).not.toContain("Service default/theirs");
  });

  test("without a selector is found by the addresses that it lists", () => {
    const slice = (name: string, address: string) => ({
      metadata: { name: `${name}-1`, namespace: "default", labels: { "kubernetes.io/service-name": name } },
      endpoints: [{ addresses: [address] }],
    });
    const theirs = balanced({ name: "theirs", spec: { selector: undefined } });
    const found = (address: string) =>
      open({ services: [theirs], slices: [slice("my-release-milvus", "10.1.0.4"), slice("theirs", address)] }, gcp());
    expect(found("10.1.0.4")).toEqual(["problem Service default/theirs"]);
    expect(found("10.1.0.5")).toEqual([]);
  });

  test("of the chart's own is closed by the config file, and is no problem where the deploy closes it", () => {
    const services = [balanced({ address: { ip: "203.0.113.7" } })];
    expect(only({ services }, gcp())).toMatchObject({
      state: "problem",
      next: "close it by release.serviceType: ClusterIP in the config file, then: npx cdktf deploy gcp-stack",
    });
    const closing = only({ services }, gcp({ release: { serviceType: "ClusterIP" } }));
    expect(closing).toMatchObject({ state: "warning", next: "close it: npx cdktf deploy gcp-stack" });
    expect(closing.means).toMatch(/\. It is still open, and the next deploy closes it$/);
    expect(only({ services }, gcp({ release: { stack: "own", serviceType: "ClusterIP" } })).next).toBe(
      "close it: npx cdktf deploy gcp-stack-release",
    );
    expect(only({ services }, gcp({ release: { serviceType: "LoadBalancer" } })).state).toBe("problem");
  });

  test("of a Helm release in other hands is closed by hand and in its values", () => {
    const annotations = { "meta.helm.sh/release-name": "my-release" };
    expect(only({ services: [balanced({ annotations })] }, aws()).next).toBe(
      "if nobody needs it, take it out of the values of Helm release my-release too, and close it: kubectl patch service " +
        `my-release-milvus -n default --type=merge -p '{"spec":{"type":"ClusterIP","loadBalancerSourceRanges":null}}'`,
    );
  });

  test("of ours that somebody has opened is closed by a deploy", () => {
    expect(only({ services: [balanced({ name: "my-release-milvus-l7" })] }, aws())).toMatchObject({
      state: "problem",
      check: "Service default/my-release-milvus-l7",
      next: "set it back to ClusterIP: npx cdktf deploy aws-stack",
    });
  });
});

describe("the pods themselves", () => {
  const withPorts = (ports: object[], spec: object = {}) => {
    const one: any = deployment();
    Object.assign(one.spec.template.spec, spec);
    one.spec.template.spec.containers[1].ports = ports;
    return check(facts({}, gcp()), { value: [one] }, gcp()).find(({ check }) => check === "pods") as Finding;
  };
  const port = { containerPort: 9091, name: "metrics" };

  test("are open on their nodes by a hostPort and by the host's network", () => {
    expect(withPorts([{ ...port, hostPort: 9091 }])).toMatchObject({
      state: "warning",
      seen: "hostPort on every node that runs such a pod: the nodes' firewall decides who gets in; ports 9091 (metrics and management)",
    });
    expect(withPorts([port], { hostNetwork: true })).toMatchObject({
      state: "warning",
      seen: expect.stringMatching(/^hostNetwork on every node/),
    });
    expect(withPorts([port]).state).toBe("ok");
  });
});

describe("an Ingress", () => {
  const alb = "alb.ingress.kubernetes.io";
  const albPublic = { [`${alb}/scheme`]: "internet-facing" };

  test.each<[string, any, string]>([
    ["public", { ingressClassName: "alb", annotations: albPublic }, "problem"],
    ["internal by default", { ingressClassName: "alb" }, "warning"],
    ["of another class of the controller", { ingressClassName: "theirs", annotations: albPublic }, "problem"],
    [
      "with ranges",
      { ingressClassName: "alb", annotations: { ...albPublic, [`${alb}/inbound-cidrs`]: "198.51.100.0/24" } },
      "warning",
    ],
    [
      "with a range of everybody",
      { ingressClassName: "alb", annotations: { ...albPublic, [`${alb}/inbound-cidrs`]: "198.51.100.0/24,::/0" } },
      "problem",
    ],
    [
      "with a prefix list beside everybody",
      {
        ingressClassName: "alb",
        annotations: {
          ...albPublic,
          [`${alb}/inbound-cidrs`]: "0.0.0.0/0",
          [`${alb}/security-group-prefix-lists`]: "pl-1",
        },
      },
      "problem",
    ],
    [
      "with security groups",
      { ingressClassName: "alb", annotations: { ...albPublic, [`${alb}/security-groups`]: "sg-1" } },
      "warning",
    ],
    [
      "with a web ACL",
      { ingressClassName: "alb", annotations: { ...albPublic, [`${alb}/wafv2-acl-arn`]: "arn:x" } },
      "warning",
    ],
    [
      "with none",
      { ingressClassName: "alb", annotations: { ...albPublic, [`${alb}/wafv2-acl-arn`]: "none" } },
      "problem",
    ],
    ["of nginx", { ingressClassName: "nginx", address: { hostname: "a.elb.us-east-2.amazonaws.com" } }, "warning"],
    ["of nginx, with a public address", { ingressClassName: "nginx", address: { ip: "203.0.113.9" } }, "problem"],
    [
      "of nginx, with a list",
      {
        ingressClassName: "nginx",
        address: { ip: "203.0.113.9" },
        annotations: { "nginx.ingress.kubernetes.io/whitelist-source-range": "198.51.100.0/24" },
      },
      "warning",
    ],
    [
      "of HAProxy, with a list",
      {
        ingressClassName: "haproxy",
        address: { ip: "203.0.113.9" },
        annotations: { "haproxy.org/allow-list": "198.51.100.0/24" },
      },
      "warning",
    ],
    ["of nginx, with an internal address", { ingressClassName: "nginx", address: { ip: "10.0.0.9" } }, "warning"],
  ])("to the chart's Service is as open on EKS as kubectl can see: %s", (_, rest, state) => {
    const theirs = ingress("theirs", "my-release-milvus", GRPC, rest);
    expect(open({ ingresses: [theirs] }, aws())).toEqual([`${state} Ingress default/theirs`]);
  });

  test.each<[string, any, string]>([
    ["without a class, which is Google's", {}, "problem"],
    ["gce", { annotations: { "kubernetes.io/ingress.class": "gce" } }, "problem"],
    ["gce-internal", { annotations: { "kubernetes.io/ingress.class": "gce-internal" } }, "warning"],
    ["gce-regional-external", { annotations: { "kubernetes.io/ingress.class": "gce-regional-external" } }, "problem"],
    ["nginx", { ingressClassName: "nginx" }, "warning"],
  ])("to the chart's Service is as open on GKE as kubectl can see: %s", (_, rest, state) => {
    const theirs = ingress("theirs", "my-release-milvus", GRPC, rest);
    expect(open({ ingresses: [theirs] }, gcp())).toEqual([`${state} Ingress default/theirs`]);
  });

  test("is told with its hosts, ports and address", () => {
    const theirs = ingress("theirs", "my-release-milvus", { name: "metrics" }, { address: { ip: "203.0.113.9" } });
    expect(only({ ingresses: [theirs] }, gcp())).toMatchObject({
      seen:
        "class (none), hosts other.example.com: internet-facing, no Cloud Armor policy; ports 9091 (metrics and management); " +
        "address 203.0.113.9",
      means: expect.stringContaining("Port 9091 is worse"),
      next: "if nobody needs it, delete it: kubectl delete ingress theirs -n default",
    });
  });

  test("behind a Cloud Armor policy is restricted", () => {
    const services = [service({ annotations: { "cloud.google.com/backend-config": '{"default":"theirs"}' } })];
    const ingresses = [ingress("theirs", "my-release-milvus", GRPC)];
    const config = (name: string) => [
      { metadata: { name: "theirs", namespace: "default" }, spec: { securityPolicy: { name } } },
    ];
    expect(only({ services, ingresses, backendconfigs: config("edge") }, gcp())).toMatchObject({
      state: "warning",
      seen: expect.stringContaining("internet-facing, Cloud Armor policy edge"),
    });
    expect(only({ services, ingresses, backendconfigs: config("") }, gcp()).state).toBe("problem");
  });

  test("is found by its default backend and by an ALB's actions", () => {
    const byDefault = {
      metadata: { name: "default-backend", namespace: "default" },
      spec: { defaultBackend: { service: { name: "my-release-milvus", port: GRPC } } },
    };
    const actions = {
      type: "forward",
      forwardConfig: { targetGroups: [{ serviceName: "my-release-milvus", servicePort: "9091" }] },
    };
    const byAction = ingress(
      "by-action",
      "x",
      { name: "use-annotation" },
      {
        ingressClassName: "alb",
        annotations: { [`${alb}/actions.x`]: JSON.stringify(actions), [`${alb}/actions.broken`]: "{" },
      },
    );
    expect(open({ ingresses: [byDefault, byAction] }, aws())).toEqual([
      "warning Ingress default/default-backend",
      "warning Ingress default/by-action",
    ]);
  });

  test("of another namespace is found where a name leads from there to here", () => {
    const alias = (externalName: string) => ({
      metadata: { name: "alias", namespace: "web" },
      spec: { type: "ExternalName", externalName },
    });
    const theirs = ingress("theirs", "alias", GRPC, { namespace: "web", ingressClassName: "nginx" });
    const found = (externalName: string) => open({ services: [alias(externalName)], ingresses: [theirs] }, gcp());
    expect(found("my-release-milvus.default.svc.cluster.local")).toEqual(["warning Ingress web/theirs"]);
    expect(found("my-release-milvus.other.svc.cluster.local")).toEqual([]);
    const sameName = ingress("theirs", "my-release-milvus", GRPC, { namespace: "web" });
    expect(open({ ingresses: [sameName] }, gcp())).toEqual([]);
  });
});

describe("a route of a Gateway", () => {
  const gateway = (gatewayClassName: string, rest: any = {}) => ({
    metadata: { name: "edge", namespace: "infra" },
    spec: { gatewayClassName, ...rest.spec },
    status: { addresses: rest.addresses },
  });
  const route = (rest: any = {}) => ({
    metadata: { name: "theirs", namespace: rest.namespace ?? "web" },
    spec: {
      parentRefs: [rest.parent ?? { name: "edge", namespace: "infra" }],
      rules: rest.rules ?? [
        { backendRefs: [{ name: "my-release-milvus", namespace: "default", port: rest.port ?? 19530 }] },
      ],
    },
    status: rest.status,
  });

  test.each<[string, object, string]>([
    ["gke-l7-global-external-managed", {}, "problem"],
    ["gke-l7-rilb", {}, "warning"],
    ["theirs", {}, "warning"],
    ["theirs", { addresses: [{ value: "203.0.113.9" }] }, "problem"],
    ["theirs", { addresses: [{ value: "10.0.0.9" }] }, "warning"],
  ])("is as open on GKE as the Gateway's class and addresses tell: %s %j", (className, rest, state) => {
    expect(open({ gateways: [gateway(className, rest)], httproutes: [route()] }, gcp())).toEqual([
      `${state} HTTPRoute web/theirs`,
    ]);
  });

  test.each<[string, object | undefined, string]>([
    ["public", { scheme: "internet-facing" }, "problem"],
    ["internal by default", {}, "warning"],
    ["with ranges", { scheme: "internet-facing", sourceRanges: ["198.51.100.0/24"] }, "warning"],
    [
      "with prefix lists beside the default of everybody",
      { scheme: "internet-facing", securityGroupPrefixes: ["pl-1"] },
      "problem",
    ],
    [
      "with prefix lists alone",
      { scheme: "internet-facing", sourceRanges: [], securityGroupPrefixes: ["pl-1"] },
      "warning",
    ],
    ["with no settings", undefined, "warning"],
  ])("is as open on EKS as the load balancer's settings tell: %s", (_, spec, state) => {
    const parametersRef = { group: "gateway.k8s.aws", kind: "LoadBalancerConfiguration", name: "edge" };
    const gateways = [
      gateway("nlb", { spec: { infrastructure: { parametersRef } }, addresses: [{ value: "a.elb.amazonaws.com" }] }),
    ];
    const configurations = spec === undefined ? [] : [{ metadata: { name: "edge", namespace: "infra" }, spec }];
    expect(open({ gateways, configurations, tcproutes: [route()] }, aws())).toEqual([`${state} TCPRoute web/theirs`]);
  });

  test("says which port it publishes, mirrors too", () => {
    const rules = [
      {
        backendRefs: [],
        filters: [
          {
            type: "RequestMirror",
            requestMirror: { backendRef: { name: "my-release-milvus", namespace: "default", port: 9091 } },
          },
        ],
      },
    ];
    expect(only({ gateways: [gateway("x")], httproutes: [route({ rules })] }, gcp())).toMatchObject({
      seen: expect.stringContaining("; ports 9091 (metrics and management); "),
      next: "if nobody needs it, delete it: kubectl delete httproutes.gateway.networking.k8s.io theirs -n web",
    });
  });

  test("behind a Cloud Armor policy is restricted", () => {
    const policies = [
      {
        metadata: { name: "p", namespace: "default" },
        spec: { default: { securityPolicy: "edge" }, targetRef: { kind: "Service", name: "my-release-milvus" } },
      },
    ];
    expect(open({ gateways: [gateway("gke-l7-gxlb")], httproutes: [route()], policies }, gcp())).toEqual([
      "warning HTTPRoute web/theirs",
    ]);
  });

  test("is no way in where it is a mesh's, refused, or not granted", () => {
    const condition = (type: string, reason: string) => ({
      parents: [{ conditions: [{ type, status: "False", reason }] }],
    });
    for (const rest of [
      { parent: { kind: "Service", name: "my-release-milvus" } },
      { status: condition("ResolvedRefs", "RefNotPermitted") },
      { status: condition("Accepted", "NotAllowedByListeners") },
      { rules: [{ backendRefs: [{ name: "my-release-milvus", port: 19530 }] }] },
    ]) {
      expect(open({ gateways: [gateway("gke-l7-gxlb")], httproutes: [route(rest)] }, gcp())).toEqual([]);
    }
    const half = condition("ResolvedRefs", "BackendNotFound");
    expect(open({ gateways: [gateway("gke-l7-gxlb")], httproutes: [route({ status: half })] }, gcp())).toHaveLength(1);
  });
});

describe("objects of other controllers", () => {
  test.each<[string, string, string, object, string | undefined]>([
    [
      "ingressroutetcps",
      "web",
      "by name and namespace",
      { routes: [{ services: [{ name: "my-release-milvus", namespace: "default", port: 9091 }] }] },
      "9091 (metrics and management)",
    ],
    [
      "ingressroutetcps",
      "default",
      "by name",
      { routes: [{ services: [{ name: "my-release-milvus", port: 19530 }] }] },
      "19530 (gRPC)",
    ],
    [
      "ingressroutetcps",
      "web",
      "another of that name",
      { routes: [{ services: [{ name: "my-release-milvus", port: 19530 }] }] },
      undefined,
    ],
    [
      "virtualservices",
      "web",
      "by DNS name",
      {
        hosts: ["x"],
        gateways: ["edge"],
        tcp: [
          {
            route: [{ destination: { host: "my-release-milvus.default.svc.cluster.local", port: { number: 19530 } } }],
          },
        ],
      },
      "19530 (gRPC)",
    ],
    [
      "virtualservices",
      "default",
      "of the mesh alone",
      { hosts: ["x"], tcp: [{ route: [{ destination: { host: "my-release-milvus" } }] }] },
      undefined,
    ],
  ])("%s in %s: %s", (kind, namespace, _, spec, ports) => {
    const found = findings({ [kind]: [{ metadata: { name: "theirs", namespace }, spec }] }, gcp()).filter(
      ({ state }) => state === "warning",
    );
    expect(found.map(({ check, seen }) => [check, seen.split("; ports ")[1]])).toEqual(
      ports === undefined ? [] : [[`${KINDS[kind]} ${namespace}/theirs`, ports]],
    );
  });
});

describe("on EKS", () => {
  test.each(["bindings", "autoModeBindings"])("a target group bound by hand is found: %s", (kind) => {
    const arn = "arn:aws:elasticloadbalancing:us-east-2:111122223333:targetgroup/theirs/0123456789abcdef";
    const binding = (labels?: object) => ({
      metadata: { name: "theirs", namespace: "default", labels },
      spec: { targetGroupARN: arn, serviceRef: { name: "my-release-milvus", port: 19530 }, targetType: "ip" },
    });
    expect(only({ [kind]: [binding()] }, aws())).toMatchObject({
      state: "warning",
      check: "TargetGroupBinding default/theirs",
      seen: `target group ${arn}: the load balancer that uses it decides who gets in; ports 19530 (gRPC)`,
      next:
        `see which load balancer has it: aws elbv2 describe-target-groups --region=us-east-2 --target-group-arns ${arn} ` +
        '--query "TargetGroups[].LoadBalancerArns"',
    });
    for (const label of [
      "ingress.k8s.aws/stack-name",
      "service.k8s.aws/stack",
      "gateway.k8s.aws.alb/stack",
      "ingress.eks.amazonaws.com/stack",
    ]) {
      expect(open({ [kind]: [binding({ [label]: "x" })] }, aws())).toEqual([]);
    }
  });

  test("an accelerator makes our internal load balancer public", () => {
    const accelerator = (endpoint: object) => ({
      metadata: { name: "theirs", namespace: "web" },
      spec: { listeners: [{ endpointGroups: [{ endpoints: [endpoint] }] }] },
      status: { dnsName: "a1.awsglobalaccelerator.com" },
    });
    const ours = ingress("my-release-milvus", "my-release-milvus-l7", GRPC);
    const found = (endpoint: object) =>
      open({ ingresses: [ours], accelerators: [accelerator(endpoint)] }, aws({ scheme: "internal" }));
    const name = "my-release-milvus";
    expect(found({ type: "Ingress", name, namespace: "default" })).toEqual(["warning GlobalAccelerator web/theirs"]);
    expect(found({ type: "Service", name, namespace: "default" })).toEqual(["warning GlobalAccelerator web/theirs"]);
    expect(found({ type: "Ingress", name })).toEqual([]);
  });

  test("a listener for HTTP without a redirect is a problem of our own Ingress", () => {
    const port80 = (annotations: object) =>
      findings({ ingresses: [ingress("my-release-milvus", "my-release-milvus-l7", GRPC, { annotations })] }, aws())
        .filter(({ check }) => check === "port 80")
        .map(({ state }) => state);
    const both = '[{"HTTP":80},{"HTTPS":443}]';
    expect(port80({ "alb.ingress.kubernetes.io/listen-ports": both })).toEqual(["problem"]);
    expect(
      port80({ "alb.ingress.kubernetes.io/listen-ports": both, "alb.ingress.kubernetes.io/ssl-redirect": "443" }),
    ).toEqual(["ok"]);
    expect(port80({ "alb.ingress.kubernetes.io/listen-ports": '[{"HTTPS":443}]' })).toEqual(["ok"]);
  });
});

describe("on GKE", () => {
  test.each([
    ["ACCEPT_AUTOMATIC", "problem"],
    ["ACCEPT_MANUAL", "warning"],
  ])("a ServiceAttachment opens an internal load balancer to projects: %s", (connectionPreference, state) => {
    const attachments = [
      {
        metadata: { name: "theirs", namespace: "default" },
        spec: { connectionPreference, resourceRef: { kind: "Service", name: "my-release-milvus" } },
      },
    ];
    expect(open({ attachments }, gcp())).toEqual([`${state} ServiceAttachment default/theirs`]);
  });

  const FRONTEND = "networking.gke.io/v1beta1.FrontendConfig";
  const ALLOW = "kubernetes.io/ingress.allow-http";
  const RULE = "ingress.kubernetes.io/forwarding-rule";
  const port80 = (annotations: Record<string, string>, enabled?: boolean, settings: object = {}) => {
    const subject = gcp(settings);
    const ours = ingress("my-release-milvus", "my-release-milvus-l7", GRPC, { annotations });
    const config = { metadata: { name: "mine", namespace: "default" }, spec: { redirectToHttps: { enabled } } };
    const all = facts({ ingresses: [ours] }, subject);
    const frontends = { found: { value: enabled === undefined ? [] : [config] } };
    const objects = { ...all.objects, "frontendconfigs.networking.gke.io": frontends };
    return check({ ...all, objects }, { value: [deployment()] }, subject).filter(({ check }) => check === "port 80");
  };

  test("a redirect whose FrontendConfig is missing serves plaintext", () => {
    expect(texts(port80({ [FRONTEND]: "mine", [ALLOW]: "true" }, undefined, { httpsRedirect: true }))).toEqual([
      "problem port 80: Ingress default/my-release-milvus opens port 80, and FrontendConfig mine, which would redirect it, is " +
        "missing | means: the load balancer serves Milvus in plaintext: passwords and data can be read on their way | next: " +
        "have it repaired: npx cdktf deploy gcp-stack",
    ]);
  });

  test("a forwarding rule that is left over is told with its cure", () => {
    expect(texts(port80({ [FRONTEND]: "mine", [ALLOW]: "false", [RULE]: "k8s2-fr-x" }, false))).toEqual([
      "problem port 80: Ingress default/my-release-milvus closes port 80, and forwarding rule k8s2-fr-x is still there | " +
        "means: the load balancer serves Milvus in plaintext: passwords and data can be read on their way | next: if the last " +
        "deploy was minutes ago, have GKE's controller delete the rule: set httpsRedirect: true, 'npx cdktf deploy gcp-stack', " +
        "then set httpsRedirect: false and deploy again",
    ]);
  });

  test.each<[string, Record<string, string>, boolean | undefined, string]>([
    ["redirected", { [FRONTEND]: "mine", [ALLOW]: "true", [RULE]: "k8s2-fr-x" }, true, "ok"],
    ["closed", { [FRONTEND]: "mine", [ALLOW]: "false" }, false, "ok"],
    ["opened by hand", { [FRONTEND]: "mine", [ALLOW]: "true" }, false, "problem"],
    ["open by default", { [FRONTEND]: "mine" }, false, "problem"],
    ["open by a word that is no boolean", { [FRONTEND]: "mine", [ALLOW]: "no" }, false, "problem"],
    ["with no FrontendConfig named", { [ALLOW]: "true" }, true, "problem"],
    ["closed, FrontendConfig missing", { [FRONTEND]: "mine", [ALLOW]: "false" }, undefined, "warning"],
  ])("port 80 is judged by what is there: %s", (_, annotations, enabled, state) => {
    expect(port80(annotations, enabled).map((finding) => finding.state)).toEqual([state]);
  });

  test("port 80 of an Ingress that isn't there yet is nothing to report", () => {
    expect(findings({}, gcp()).filter(({ check }) => check === "port 80")).toEqual([]);
  });
});

describe("what may not be read", () => {
  const forbidden = { unread: "'kubectl get x' failed: Error from server (Forbidden)" };

  test("is skipped with the right that it needs, and not called ok", () => {
    const all = facts({}, gcp());
    const objects = { ...all.objects, "ingresses.networking.k8s.io": { found: forbidden } };
    const found = check({ ...all, objects }, { value: [] }, gcp());
    expect(texts(found, "objects")).toEqual([
      `skipped objects: ${forbidden.unread} | next: allow it: list ingresses.networking.k8s.io in default ` +
        "(deploy/rbac/gke-doctor-role.yaml)",
    ]);
    expect(found.map(({ check }) => check)).not.toContain("Ingresses");
  });

  test("in other namespaces is skipped once, with the release's own looked at", () => {
    const all = facts({ services: [balanced()] }, aws());
    const objects = Object.fromEntries(
      Object.entries(all.objects).map(([resource, { found }], index) => [
        resource,
        index < 2 ? { found, elsewhere: forbidden } : { found },
      ]),
    );
    const found = check({ ...all, objects }, { value: [deployment()] }, aws());
    expect(texts(found, "other namespaces")).toEqual([
      `skipped other namespaces: ${forbidden.unread} | next: allow it: list services, ingresses.networking.k8s.io in all ` +
        "namespaces (deploy/rbac/eks-doctor-role.yaml)",
    ]);
    expect(found.map(({ check }) => check)).toContain("Service default/my-release-milvus");
  });

  test("of custom resources is skipped, and no kind of them is called ok", () => {
    const annotations = { "networking.gke.io/v1beta1.FrontendConfig": "mine" };
    const ours = ingress("my-release-milvus", "my-release-milvus-l7", GRPC, { annotations });
    const all = Object.entries(facts({ ingresses: [ours] }, gcp()).objects);
    const builtIn = wayKinds("gcp").flatMap(({ resource, custom }) => (custom ? [] : [resource]));
    const objects = Object.fromEntries(all.filter(([resource]) => builtIn.includes(resource)));
    const found = check({ definitions: forbidden, objects }, { value: [] }, gcp());
    expect(found.map(({ state, check }) => `${state} ${check}`)).toEqual([
      "ok Services",
      "ok Ingresses",
      "skipped port 80",
      "skipped custom resources",
      "skipped cloud",
    ]);
  });

  test("without the list of Services the chart's own is judged, and no kind is called ok", () => {
    const all = facts({}, gcp());
    const look = (found: Reading<KubernetesObject[]>) =>
      check({ ...all, objects: { ...all.objects, services: { found } } }, { value: [deployment()] }, gcp());
    expect(look(forbidden).map(({ state, check }) => `${state} ${check}`)).toEqual([
      "ok pods",
      "problem Service default/my-release-milvus",
      "skipped objects",
      "skipped cloud",
    ]);
    expect(look({ unread: "no answer in time", late: true }).find(({ check }) => check === "objects")).toMatchObject({
      late: true,
    });
  });
});

describe("reading", () => {
  const cluster = (refused: (resource: string, namespace?: string) => boolean) => {
    const asked: string[] = [];
    return {
      asked,
      list: async (resource: string, _: unknown, namespace?: string) => {
        asked.push(`${resource} ${namespace ?? "*"}`);
        return refused(resource, namespace) ? { unread: "forbidden" } : { value: [] };
      },
    };
  };

  test("asks for kinds that the cluster has, and for no others", async () => {
    const { asked, list } = cluster(() => false);
    const definitions = { value: ["tcproutes.gateway.networking.k8s.io", "targetgroupbindings.elbv2.k8s.aws"] };
    await readWaysIn({ list } as any, aws(), definitions);
    expect(asked).toEqual([
      "services *",
      "ingresses.networking.k8s.io *",
      "endpointslices.discovery.k8s.io default",
      "tcproutes.gateway.networking.k8s.io *",
      "targetgroupbindings.elbv2.k8s.aws default",
    ]);
  });

  test("takes the release's namespace where all may not be read", async () => {
    const { list } = cluster((_, namespace) => namespace === undefined);
    const { objects } = await readWaysIn({ list } as any, gcp(leaveAlone), { unread: "forbidden" });
    expect(objects).toEqual({
      services: { found: { value: [] }, elsewhere: { unread: "forbidden" } },
      "ingresses.networking.k8s.io": { found: { value: [] }, elsewhere: { unread: "forbidden" } },
      "endpointslices.discovery.k8s.io": { found: { value: [] } },
    });
  });
});

test("a name that no API server gives is put into no command", () => {
  const theirs = balanced({ name: "x; rm -rf ~" });
  expect(() => findings({ services: [theirs] }, gcp())).toThrow("no name that an API server gives");
});
