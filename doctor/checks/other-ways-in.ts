import { releaseStackId } from "../../config/types";
import { PREFIX as ALB } from "../../constructs/aws/load-balancer";
import { HELM_MARKS } from "../../constructs/kubernetes/helm-object";
import { fullName, HEALTH_PORT } from "../../constructs/milvus/chart";
import { deletesLoadBalancer, isKeptByAnnotation, losing } from "../../constructs/milvus/layer4-load-balancer";
import type { KubernetesObject, Untyped } from "../cluster";
import { type Finding, Group, listed } from "../finding";
import { clientDeployment } from "../live-release";
import { shortened } from "../programs";
import { Reading, type Unread } from "../reading";
import { isGke, type Subject } from "../subject";
import {
  ACCELERATORS,
  BACKEND_CONFIGS,
  BACKEND_POLICIES,
  GATEWAYS,
  INGRESSES,
  LOAD_BALANCER_CONFIGURATIONS,
  OTHER_ROUTES,
  ROUTES,
  SERVICE_ATTACHMENTS,
  SERVICES,
  SLICES,
  TARGET_GROUP_BINDINGS,
  wayKinds,
} from "../ways-in/kinds";
import { MilvusPods, type PodPort, placeOf, titleOf } from "../ways-in/milvus-pods";
import {
  addressesOf,
  annotationsOf,
  gatewayOpenness,
  ingressClass,
  ingressOpenness,
  type Openness,
  parsed,
} from "../ways-in/openness";
import type { WayFacts } from "../ways-in/read";
import { type Opening, openingsOf } from "../ways-in/service";
import { checkPort80 } from "./port-80";
import type { ReleaseFacts } from "./release";

/** An object by which somebody outside of the cluster reaches the pods. */
interface Way {
  readonly check: string;
  readonly openings: readonly { readonly seen: string; readonly open: Openness }[];
  /** The pods' ports that it leads to. */
  readonly ports: readonly PodPort[];
  readonly addresses?: readonly string[];
  /** What closes it. */
  readonly next: string;
  /**
   * Whether the next deploy closes it.
   *
   * @default false
   */
  readonly closedByDeploy?: boolean;
}

/** A Service of the pods, as an object of a kind names it, and the pods' ports that it means. */
interface Reference {
  readonly service: KubernetesObject;
  readonly ports: readonly PodPort[];
}

const group = new Group("other ways in");

/** Every way from outside to the pods that answer clients, but for the load balancer that is deployed here. */
export function checkOtherWaysIn(
  facts: WayFacts,
  release: Pick<ReleaseFacts, "deployments" | "service">,
  subject: Subject,
): Finding[] {
  const { deployments } = release;
  const deployment = Reading.isRead(deployments) ? clientDeployment(subject.release, deployments.value) : undefined;
  const pods = new MilvusPods(subject, deployment, servicesOf(facts, release), objectsOf(facts, SLICES));
  return [
    ...waysTo(pods, facts, subject),
    ...checkPort80(group, facts, subject),
    ...notRead(facts, subject),
    notSeen(subject),
  ];
}

const NONE: Reading<readonly KubernetesObject[]> = { value: [] };

/** Those that could be listed, or else the chart's own, which a plan's account may read by its name. */
function servicesOf(facts: WayFacts, { service }: Pick<ReleaseFacts, "service">): readonly KubernetesObject[] {
  if (isKnown(facts, SERVICES)) {
    return objectsOf(facts, SERVICES);
  }
  return Reading.isRead(service) && service.value !== undefined ? [service.value] : [];
}

/** Those of a kind that were read. */
function objectsOf({ objects }: WayFacts, resource: string): readonly KubernetesObject[] {
  const found = objects[resource]?.found;
  return found !== undefined && Reading.isRead(found) ? found.value : [];
}

/** Whether it is known what there is of a kind: one that isn't installed has no objects. */
function isKnown({ definitions, objects }: WayFacts, resource: string): boolean {
  const found = objects[resource]?.found;
  return found === undefined ? Reading.isRead(definitions) : Reading.isRead(found);
}

function waysTo(pods: MilvusPods, facts: WayFacts, subject: Subject): Finding[] {
  const kinds: readonly (readonly [title: string, resources: readonly string[], ways: Way[]])[] = [
    ...(pods.areSeen ? ([["pods", [], podWays(pods, subject)]] as const) : []),
    ["Services", [SERVICES], serviceWays(pods, subject)],
    ["Ingresses", [INGRESSES], ingressWays(pods, facts, subject)],
    ["routes of Gateways", ROUTES, routeWays(pods, facts)],
    ["routes of other controllers", OTHER_ROUTES, otherRouteWays(pods, facts)],
    ...(isGke(subject.config)
      ? ([["ServiceAttachments", [SERVICE_ATTACHMENTS], attachmentWays(pods, facts)]] as const)
      : ([
          ["TargetGroupBindings", TARGET_GROUP_BINDINGS, bindingWays(pods, facts, subject)],
          ["GlobalAccelerators", [ACCELERATORS], acceleratorWays(pods, facts, subject)],
        ] as const)),
  ];
  return kinds.flatMap(([title, resources, ways]) => {
    if (ways.length > 0) {
      return ways.map((way) => finding(way, pods));
    }
    // What could not be read is reported as skipped, and without every Service nobody knows what leads to the pods.
    return resources.length === 0 || [SERVICES, ...resources].every((resource) => isKnown(facts, resource))
      ? [group.ok(title, "none leads to the pods from outside of the cluster")]
      : [];
  });
}

function finding({ check, openings, ports, addresses, next, closedByDeploy }: Way, pods: MilvusPods): Finding {
  const says = [
    ...openings.map(({ seen, open }) => `${seen}: ${open.says}`),
    `ports ${pods.described(ports)}`,
    ...(addresses === undefined ? [] : [addresses.length === 0 ? "no address yet" : `address ${listed(addresses)}`]),
  ].join("; ");
  const isPublic = openings.some(({ open }) => open.how === "public");
  const means = [
    isPublic
      ? "anybody may reach Milvus by it, past the HTTPS load balancer, its certificate and its allow-list"
      : "whoever reaches it bypasses the HTTPS load balancer, its certificate and its allow-list",
    ...(ports.includes(HEALTH_PORT) ? [HEALTH_PORT_IS_WORSE] : []),
    ...(closedByDeploy ? ["It is still open, and the next deploy closes it"] : []),
  ].join(". ");
  return isPublic && !closedByDeploy
    ? group.problem(check, says, { means, next })
    : group.warning(check, says, { means, next });
}

const HEALTH_PORT_IS_WORSE =
  `Port ${HEALTH_PORT} is worse than the gRPC port: it controls Milvus, and asks nobody for a password, whatever ` +
  "authorization says";

function podWays(pods: MilvusPods, { release }: Subject): Way[] {
  const ports = pods.hostPorts();
  return ports.length === 0
    ? []
    : [
        {
          check: "pods",
          openings: [
            {
              seen: `${pods.hostNetwork ? "hostNetwork" : "hostPort"} on every node that runs such a pod`,
              open: { how: "unseen", says: "the nodes' firewall decides who gets in" },
            },
          ],
          ports,
          next: `take ${pods.hostNetwork ? "hostNetwork" : "hostPort"} out of the Deployment: kubectl get deployments -n ${release.namespace} -o yaml`,
        },
      ];
}

function serviceWays(pods: MilvusPods, subject: Subject): Way[] {
  return pods.services.flatMap((service) => {
    const openings = openingsOf(service, subject.config.cloud);
    if (openings.length === 0) {
      return [];
    }
    const about = openings.some(({ ports }) => ports === undefined)
      ? undefined
      : openings.flatMap(({ ports = [] }) => ports);
    return [
      {
        check: `Service ${titleOf(service)}`,
        openings,
        ports:
          about === undefined
            ? pods.podPorts(service, undefined)
            : about.flatMap((port) => pods.podPorts(service, port)),
        addresses: service.spec?.type === "LoadBalancer" ? addressesOf(service) : undefined,
        ...closing(service, openings, subject),
      },
    ];
  });
}

/** How a Service is closed: by a deploy where that writes its type, or by hand. */
function closing(
  service: KubernetesObject,
  openings: readonly Opening[],
  { id, release, adopted, objects, config }: Subject,
): Pick<Way, "next" | "closedByDeploy"> {
  const { name, namespace } = placeOf(service);
  const type = service.spec?.type;
  const isOurs = objects.some((one) => one.kind === "Service" && one.name === name && one.namespace === namespace);
  if (isOurs && type !== "ClusterIP") {
    return { next: `set it back to ClusterIP: ${DEPLOY} ${id}` };
  }
  const isCharts = adopted !== undefined && name === fullName(release) && namespace === release.namespace;
  const isKept = isKeptByAnnotation(annotationsOf(service));
  if (isCharts && (type !== "ClusterIP" || isKept)) {
    const stack = "stack" in config.release && config.release.stack === "own" ? releaseStackId(id) : id;
    const { serviceType } = adopted;
    const losesType = serviceType !== undefined && losing(serviceType).includes(type);
    const closedByDeploy = losesType || (isKept && deletesLoadBalancer(serviceType));
    return closedByDeploy
      ? { closedByDeploy, next: `close it: ${DEPLOY} ${stack}` }
      : { next: `close it by release.serviceType: ClusterIP in the config file, then: ${DEPLOY} ${stack}` };
  }
  const helm = annotationsOf(service)[HELM_MARKS.release];
  const values = helm === undefined ? "" : `take it out of the values of Helm release ${shortened(helm)} too, and `;
  return { next: `if nobody needs it, ${values}close it: ${openings.map(({ command }) => command).join(" && ")}` };
}

const DEPLOY = "npx cdktf deploy";

function deletion(resource: string, object: KubernetesObject): string {
  const { name, namespace } = placeOf(object);
  return `if nobody needs it, delete it: kubectl delete ${resource} ${name} -n ${namespace}`;
}

/** References of an object of a namespace, each to a Service and perhaps one of its ports. */
function references(
  pods: MilvusPods,
  namespace: string,
  named: readonly { readonly name?: string; readonly namespace?: string; readonly port?: unknown }[],
): Reference[] {
  return named.flatMap(({ name = "", namespace: other = namespace, port }) => {
    const service = pods.service(other, name);
    return service === undefined ? [] : [{ service, ports: pods.podPorts(service, port) }];
  });
}

function portsOf(found: readonly Reference[]): PodPort[] {
  return found.flatMap(({ ports }) => ports);
}

function isOurIngress(ingress: KubernetesObject, { objects }: Subject): boolean {
  const { name, namespace } = ingress.metadata;
  return objects.some((one) => one.kind === "Ingress" && one.name === name && one.namespace === namespace);
}

function ingressWays(pods: MilvusPods, facts: WayFacts, subject: Subject): Way[] {
  return objectsOf(facts, INGRESSES)
    .filter((ingress) => !isOurIngress(ingress, subject))
    .flatMap((ingress) => {
      const { namespace } = placeOf(ingress);
      const found = references(pods, namespace, [...backendsOf(ingress), ...actionsOf(ingress)]);
      if (found.length === 0) {
        return [];
      }
      const hosts = (ingress.spec?.rules ?? []).map(({ host }: Untyped) => shortened(String(host ?? "*")));
      const policies = found.flatMap(({ service }) => armorPolicies(service, facts));
      return [
        {
          check: `Ingress ${titleOf(ingress)}`,
          openings: [
            {
              seen: `class ${shortened(ingressClass(ingress) ?? "(none)")}, hosts ${listed([...new Set<string>(hosts)])}`,
              open: ingressOpenness(ingress, subject.config.cloud, [...new Set(policies)]),
            },
          ],
          ports: portsOf(found),
          addresses: addressesOf(ingress),
          next: deletion("ingress", ingress),
        },
      ];
    });
}

function backendsOf({ spec }: KubernetesObject): { name?: string; port?: unknown }[] {
  const paths: readonly Untyped[] = (spec?.rules ?? []).flatMap((rule: Untyped) => rule?.http?.paths ?? []);
  return [spec?.defaultBackend, ...paths.map(({ backend }) => backend)].flatMap((backend) => {
    const { name, port } = backend?.service ?? {};
    return name === undefined ? [] : [{ name, port: port?.number ?? port?.name }];
  });
}

/**
 * The Services that an ALB's actions forward to.
 *
 * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#actions
 */
function actionsOf(ingress: KubernetesObject): { name?: string; port?: unknown }[] {
  const actions = Object.entries(annotationsOf(ingress)).filter(([key]) => key.startsWith(`${ALB}/actions.`));
  const targets = actions.flatMap(([, json]) => parsed(json)?.forwardConfig?.targetGroups ?? []);
  return targets.map(({ serviceName, servicePort }: Untyped) => ({ name: serviceName, port: servicePort }));
}

/** The Cloud Armor policies of a Service's backends: of an Ingress by a BackendConfig, of a Gateway by a policy. */
function armorPolicies(service: KubernetesObject, facts: WayFacts): string[] {
  const annotations = annotationsOf(service);
  const configs = parsed(
    annotations["cloud.google.com/backend-config"] ?? annotations["beta.cloud.google.com/backend-config"],
  );
  const named: unknown[] = [configs?.default, ...Object.values(configs?.ports ?? {})];
  return objectsOf(facts, BACKEND_CONFIGS)
    .filter(({ metadata }) => named.includes(metadata.name))
    .flatMap(({ spec }) => armor(spec?.securityPolicy?.name));
}

function gatewayPolicies(service: KubernetesObject, facts: WayFacts): string[] {
  return objectsOf(facts, BACKEND_POLICIES)
    .filter(({ spec }) => spec?.targetRef?.kind === "Service" && spec.targetRef.name === service.metadata.name)
    .flatMap(({ spec }) => armor(spec?.default?.securityPolicy));
}

function armor(name: unknown): string[] {
  return typeof name === "string" && name !== "" ? [`Cloud Armor policy ${shortened(name)}`] : [];
}

/** @see https://gateway-api.sigs.k8s.io/reference/spec/ */
function routeWays(pods: MilvusPods, facts: WayFacts): Way[] {
  return ROUTES.flatMap((resource) =>
    objectsOf(facts, resource).flatMap((route) => {
      const { namespace } = placeOf(route);
      const rules: readonly Untyped[] = route.spec?.rules ?? [];
      const backends: readonly Untyped[] = rules.flatMap(({ backendRefs = [], filters = [] }) => [
        ...backendRefs,
        ...filters.flatMap(({ requestMirror }: Untyped) => (requestMirror ? [requestMirror.backendRef] : [])),
      ]);
      const found = references(
        pods,
        namespace,
        backends.filter(({ kind = "Service" }) => kind === "Service"),
      );
      const gateways = gatewaysOf(route, facts);
      if (found.length === 0 || gateways.length === 0 || isRefused(route)) {
        return [];
      }
      const policies = found.flatMap(({ service }) => gatewayPolicies(service, facts));
      const hosts = (route.spec?.hostnames ?? ["*"]).map((host: unknown) => shortened(String(host)));
      return [
        {
          check: `${KIND_OF_ROUTE[resource.split(".")[0] as string]} ${titleOf(route)}`,
          openings: gateways.map(({ title, className, gateway }) => ({
            seen: `Gateway ${title}, class ${className}, hosts ${listed(hosts)}`,
            open:
              gateway === undefined
                ? { how: "unseen" as const, says: "the Gateway could not be read" }
                : gatewayOpenness(gateway, policies, configurationOf(gateway, facts)),
          })),
          ports: portsOf(found),
          addresses: gateways.flatMap(({ gateway }) => (gateway === undefined ? [] : addressesOf(gateway))),
          next: deletion(resource, route),
        },
      ];
    }),
  );
}

const KIND_OF_ROUTE: Readonly<Record<string, string>> = {
  httproutes: "HTTPRoute",
  grpcroutes: "GRPCRoute",
  tcproutes: "TCPRoute",
  tlsroutes: "TLSRoute",
};

interface Parent {
  readonly title: string;
  readonly className: string;
  readonly gateway?: KubernetesObject;
}

/** A route of a Service, which a mesh has, leads to nothing from outside. */
function gatewaysOf(route: KubernetesObject, facts: WayFacts): Parent[] {
  const parents: readonly Untyped[] = route.spec?.parentRefs ?? [];
  return parents
    .filter(({ kind = "Gateway" }) => kind !== "Service")
    .map(({ name, namespace = route.metadata.namespace }) => {
      const gateway = objectsOf(facts, GATEWAYS).find(
        ({ metadata }) => metadata.name === name && metadata.namespace === namespace,
      );
      const className = shortened(String(gateway?.spec?.gatewayClassName ?? "unknown"));
      return { title: shortened(`${namespace}/${name}`), className, gateway };
    });
}

/** Whether every Gateway refuses it, or the namespace of the Service grants it no reference. */
function isRefused({ status }: KubernetesObject): boolean {
  const parents: readonly Untyped[] = status?.parents ?? [];
  return (
    parents.length > 0 &&
    parents.every(({ conditions = [] }) =>
      conditions.some(
        ({ type, status: is, reason }: Untyped) =>
          is === "False" && (type === "Accepted" || (type === "ResolvedRefs" && reason === "RefNotPermitted")),
      ),
    )
  );
}

function configurationOf(gateway: KubernetesObject, facts: WayFacts): KubernetesObject | undefined {
  const name = gateway.spec?.infrastructure?.parametersRef?.name;
  return objectsOf(facts, LOAD_BALANCER_CONFIGURATIONS).find(
    ({ metadata }) => metadata.name === name && metadata.namespace === gateway.metadata.namespace,
  );
}

/** Each kind names Services in its own form: whatever text is a Service's name counts. */
function otherRouteWays(pods: MilvusPods, facts: WayFacts): Way[] {
  return OTHER_ROUTES.flatMap((resource) =>
    objectsOf(facts, resource).flatMap((route) => {
      const found = isMeshOnly(route) ? [] : namedIn(route.spec, pods, placeOf(route).namespace);
      return found.length === 0
        ? []
        : [
            {
              check: `${resource} ${titleOf(route)}`,
              openings: [
                {
                  seen: "it names a Service of the pods",
                  open: { how: "unseen" as const, says: "its controller's own load balancer decides who gets in" },
                },
              ],
              ports: portsOf(found),
              next: deletion(resource, route),
            },
          ];
    }),
  );
}

/** A VirtualService of Istio that names no gateway is for the mesh alone. */
function isMeshOnly({ spec }: KubernetesObject): boolean {
  const gateways: readonly string[] = spec?.gateways ?? ["mesh"];
  return spec?.hosts !== undefined && gateways.every((name) => name === "mesh");
}

const NAMING_KEYS = ["name", "host", "service", "serviceName"];

function namedIn(part: Untyped, pods: MilvusPods, namespace: string): Reference[] {
  if (typeof part !== "object" || part === null) {
    return [];
  }
  const port = part.servicePort ?? part.port?.number ?? part.port;
  const named = NAMING_KEYS.flatMap((key) => (typeof part[key] === "string" ? [{ name: part[key], port }] : []));
  return [
    ...references(pods, part.namespace ?? namespace, named),
    ...Object.values(part).flatMap((inner) => namedIn(inner, pods, namespace)),
  ];
}

/** A target group that a controller makes for an Ingress, a Service or a Gateway is reported with that one. */
const MADE_BY_CONTROLLER = /^(ingress|service|gateway)\.(k8s\.aws|eks\.amazonaws\.com)/;

function bindingWays(pods: MilvusPods, facts: WayFacts, { config }: Subject): Way[] {
  return TARGET_GROUP_BINDINGS.flatMap((resource) =>
    objectsOf(facts, resource)
      .filter(({ metadata }) => !Object.keys(metadata.labels ?? {}).some((label) => MADE_BY_CONTROLLER.test(label)))
      .flatMap((binding) => {
        const { targetGroupARN, targetGroupName, serviceRef = {} } = binding.spec ?? {};
        const found = references(pods, placeOf(binding).namespace, [serviceRef]);
        const target = shortened(String(targetGroupARN ?? targetGroupName));
        const which = targetGroupARN === undefined ? "--names" : "--target-group-arns";
        return found.length === 0
          ? []
          : [
              {
                check: `TargetGroupBinding ${titleOf(binding)}`,
                openings: [
                  {
                    seen: `target group ${target}`,
                    open: { how: "unseen" as const, says: "the load balancer that uses it decides who gets in" },
                  },
                ],
                ports: portsOf(found),
                next: `see which load balancer has it: ${awsCommand(config, "elbv2 describe-target-groups", `${which} ${quoted(target)} --query "TargetGroups[].LoadBalancerArns"`)}`,
              },
            ];
      }),
  );
}

/** An accelerator is public, and leads to an internal load balancer too. */
function acceleratorWays(pods: MilvusPods, facts: WayFacts, subject: Subject): Way[] {
  return objectsOf(facts, ACCELERATORS).flatMap((accelerator) => {
    const { namespace } = placeOf(accelerator);
    const groups: readonly Untyped[] = (accelerator.spec?.listeners ?? []).flatMap(
      ({ endpointGroups = [] }: Untyped) => endpointGroups,
    );
    const endpoints: readonly Untyped[] = groups.flatMap(({ endpoints = [] }) => endpoints);
    const found = references(
      pods,
      namespace,
      endpoints.filter(({ type }) => type === "Service"),
    );
    const ours = objectsOf(facts, INGRESSES).find(
      (ingress) =>
        isOurIngress(ingress, subject) &&
        endpoints.some(
          ({ type, name, namespace: other = namespace }) =>
            type === "Ingress" && name === ingress.metadata.name && other === ingress.metadata.namespace,
        ),
    );
    const name = accelerator.status?.dnsName;
    return found.length === 0 && ours === undefined
      ? []
      : [
          {
            check: `GlobalAccelerator ${titleOf(accelerator)}`,
            openings: [
              {
                seen: `it leads to ${ours === undefined ? "a Service of the pods" : `Ingress ${titleOf(ours)}`}`,
                open: {
                  how: "unseen" as const,
                  says: "internet-facing, and the load balancer's security groups decide who gets in",
                },
              },
            ],
            ports: portsOf(found).length > 0 ? portsOf(found) : [subject.milvus.ports.grpc],
            addresses: name === undefined ? [] : [shortened(String(name))],
            next: deletion(ACCELERATORS, accelerator),
          },
        ];
  });
}

/** @see https://github.com/kubernetes/ingress-gce/blob/master/pkg/apis/serviceattachment/v1/types.go */
function attachmentWays(pods: MilvusPods, facts: WayFacts): Way[] {
  return objectsOf(facts, SERVICE_ATTACHMENTS).flatMap((attachment) => {
    const { connectionPreference, consumerAllowList = [], resourceRef = {} } = attachment.spec ?? {};
    const found = references(pods, placeOf(attachment).namespace, [{ name: resourceRef.name }]);
    const projects = consumerAllowList.map(({ project }: Untyped) => shortened(String(project)));
    return found.length === 0
      ? []
      : [
          {
            check: `ServiceAttachment ${titleOf(attachment)}`,
            openings: [
              {
                seen: `Private Service Connect, ${shortened(String(connectionPreference))}`,
                open:
                  connectionPreference === "ACCEPT_AUTOMATIC"
                    ? { how: "public" as const, says: "every project of Google Cloud may connect" }
                    : { how: "limited" as const, says: `for projects ${listed(projects)}` },
              },
            ],
            ports: portsOf(found),
            next: deletion(SERVICE_ATTACHMENTS, attachment),
          },
        ];
  });
}

/** What the account may not read, with the right that it needs. */
function notRead({ definitions, objects }: WayFacts, { config, release }: Subject): Finding[] {
  const cluster = config.cloud === "gcp" ? "gke" : "eks";
  const right = (what: string) => `allow it: list ${what} (deploy/rbac/${cluster}-doctor-role.yaml)`;
  const kinds = wayKinds(config.cloud).map(({ resource }) => ({ resource, ...(objects[resource] ?? { found: NONE }) }));
  const unread = kinds.flatMap(({ resource, found }) => (Reading.isRead(found) ? [] : [{ resource, reason: found }]));
  const elsewhere = kinds.flatMap(({ resource, found, elsewhere: reason }) =>
    reason !== undefined && Reading.isRead(found) ? [{ resource, reason }] : [],
  );
  const together = (check: string, all: typeof unread, where: string) => {
    const names = all.map(({ resource }) => resource).join(", ");
    const [first] = all;
    return first === undefined ? [] : [skipped(check, first.reason, right(`${names} in ${where}`))];
  };
  return [
    ...together("objects", unread, release.namespace),
    ...together("other namespaces", elsewhere, "all namespaces"),
    ...(Reading.isRead(definitions)
      ? []
      : [skipped("custom resources", definitions, right("customresourcedefinitions.apiextensions.k8s.io"))]),
  ];
}

function skipped(check: string, { unread, late }: Unread, next: string): Finding {
  return late ? { ...group.skipped(check, unread), late } : group.skipped(check, unread, next);
}

/** Once for the cloud: what decides beside the cluster. */
function notSeen({ config }: Subject): Finding {
  const seen = isGke(config)
    ? "kubectl does not see firewall rules, peered networks, load balancers made outside of the cluster, nor whether a NetworkPolicy is enforced. It does not see a forwarding rule for port 80 that GKE's controller left behind"
    : "kubectl does not see security groups, peered networks, load balancers made outside of the cluster, nor whether a NetworkPolicy is enforced";
  const next = isGke(config)
    ? `compare with the cloud: gcloud compute forwarding-rules list --project=${config.project} && ` +
      `gcloud compute firewall-rules list --project=${config.sharedVpc?.hostProject ?? config.project}`
    : "compare with the cloud: " +
      awsCommand(
        config,
        "elbv2 describe-load-balancers",
        '--query "LoadBalancers[].[LoadBalancerName,Type,Scheme,DNSName]" --output=table',
      ) +
      " && " +
      awsCommand(
        config,
        "ec2 describe-security-groups",
        '--filters Name=ip-permission.cidr,Values=0.0.0.0/0 --query "SecurityGroups[].[GroupId,GroupName]" --output=table',
      );
  return group.skipped("cloud", seen, next);
}

function awsCommand(config: Subject["config"], command: string, options: string): string {
  const { region, profile } = config as { region?: string; profile?: string };
  return [`aws ${command}`, `--region=${region}`, ...(profile ? [`--profile=${quoted(profile)}`] : []), options].join(
    " ",
  );
}

/** As a shell takes it. */
function quoted(text: string): string {
  return /^[\w.:/@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
