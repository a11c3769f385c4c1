import { type Attached, type Entrance, type Front, hostsOf, pathsByService } from "./entrance";
import {
  dataSources,
  listed,
  named,
  origin,
  parsed,
  plainText,
  referred,
  resources,
  shortened,
  shortList,
  type TerraformJson,
  type Untyped,
} from "./terraform-json";

const PREFIX = "alb.ingress.kubernetes.io/";

/** The load balancer that the AWS Load Balancer Controller makes of an Ingress; none where it is another controller's. */
export function albEntrance(json: TerraformJson, ingress: Untyped): Entrance | undefined {
  const { namespace, name, annotations = {} } = ingress.metadata;
  const setting = (key: string): string | undefined => annotations[PREFIX + key];
  if (setting("scheme") === undefined) {
    return undefined;
  }
  return {
    cloud: cloudTitle(json),
    cluster: clusterTitle(json, namespace),
    namespace,
    hosts: hostsOf(ingress),
    dns: records(json, hostsOf(ingress)),
    address: address(json, namespace, name, setting),
    loadBalancer: [
      "Application Load Balancer",
      `${setting("scheme")}, ${setting("ip-address-type")}`,
      ...(setting("load-balancer-name") ? [`name ${plainText(setting("load-balancer-name") ?? "")}`] : []),
      ...group(setting),
      ...listeners(setting),
      `TLS policy: ${plainText(setting("ssl-policy") ?? "")}`,
      ...mutualTls(json, setting),
      ...deniedPaths(ingress),
    ],
    listener: "HTTPS 443",
    attached: [...certificates(json, setting), ...accessList(setting), ...webAcl(json, setting), ...logs(setting)],
    fronts: [...pathsByService(ingress)].map(([service, paths]) => front(json, namespace, service, paths, setting)),
  };
}

type Setting = (key: string) => string | undefined;

function cloudTitle({ provider = {} }: TerraformJson): string {
  const [aws, ...others] = provider.aws ?? [];
  return aws?.region && others.length === 0 ? `AWS, ${plainText(aws.region)}` : "AWS";
}

function clusterTitle(json: TerraformJson, namespace: string): string {
  const [cluster, ...others] = dataSources(json, "aws_eks_cluster");
  const name = cluster && others.length === 0 ? ` cluster ${plainText(cluster.name)}` : "";
  return `EKS${name}, namespace ${namespace}`;
}

function records(json: TerraformJson, hosts: readonly string[]): string[] | undefined {
  const ours = resources(json, "aws_route53_record").filter(({ name, alias }) => alias && hosts.includes(name));
  return ours.length === 0
    ? undefined
    : ["Route 53 zone", plainText(ours[0].zone_id), ...shortened(hosts.map((host) => aliases(host, ours)))];
}

function aliases(host: string, records: readonly Untyped[]): string {
  const types = records.filter(({ name }) => name === host).map(({ type }) => type);
  return `alias ${types.join(" and ")} ${plainText(host)}`;
}

function address(json: TerraformJson, namespace: string, name: string, setting: Setting): string[] {
  const wait = resources(json, "time_sleep").find(({ triggers }) => triggers?.ingress === `${namespace}/${name}`);
  return [
    setting("group.name") ? "hostname that the load balancer has" : "hostname that AWS gives it",
    ...(wait ? [`read from the Ingress after ${wait.create_duration.replace(/s$/, " s")}`] : []),
  ];
}

function group(setting: Setting): string[] {
  const name = setting("group.name");
  return name === undefined ? [] : [`IngressGroup ${plainText(name)}, order ${setting("group.order") ?? 0}`];
}

function listeners(setting: Setting): string[] {
  const ports: Record<string, number>[] = parsed(setting("listen-ports")) ?? [];
  const target = setting("ssl-redirect");
  return ports.flatMap((listener) =>
    Object.entries(listener).map(([protocol, port]) =>
      protocol === "HTTP" && target ? `HTTP ${port}: redirect to HTTPS ${target}` : `${protocol} ${port}`,
    ),
  );
}

function mutualTls(json: TerraformJson, setting: Setting): string[] {
  const text = setting("mutual-authentication");
  // The trust store may be one that is made here, whose ARN stands in the JSON.
  const mode = /"mode":"([a-z]+)"/.exec(text ?? "")?.[1];
  const made = resources(json, "aws_lb_trust_store").length > 0 ? ", trust store made here" : "";
  return mode === undefined || mode === "off" ? [] : [`asks clients for a certificate: ${mode}${made}`];
}

/** What is answered by the load balancer itself. */
function deniedPaths(ingress: Untyped): string[] {
  const denied: string[] = ingress.spec.rules[0].http.paths
    .filter(({ backend }: Untyped) => backend.service.port.name === "use-annotation")
    .map(({ path }: Untyped) => path.split("/").at(-1));
  return denied.length === 0 ? [] : [`answers 403 itself: ${shortList(denied)}`];
}

function certificates(json: TerraformJson, setting: Setting): Attached[] {
  const [first = "", ...others] = (setting("certificate-arn") ?? "").split(",");
  return [
    { lines: certificate(json, first), as: "certificate" },
    ...others.map((arn) => ({ lines: certificate(json, arn), as: "further certificate" })),
  ];
}

function certificate(json: TerraformJson, arn: string): string[] {
  const made = referred(json, arn);
  if (made?.type === "aws_acm_certificate_validation") {
    const { domain_name, subject_alternative_names = [] } = referred(json, made.certificate_arn);
    return [
      "certificate that ACM issues",
      `for ${shortList([domain_name, ...subject_alternative_names].map(plainText))}`,
    ];
  }
  if (made === undefined) {
    return ["certificate in ACM", plainText(arn), "there already"];
  }
  return [
    "certificate imported into ACM",
    ...(made.tags?.Name ? [plainText(made.tags.Name)] : []),
    origin(json, made.certificate_body),
  ];
}

function accessList(setting: Setting): Attached[] {
  const items = (key: string) => listed(setting(key));
  const [groups, cidrs, lists] = [
    items("security-groups"),
    items("inbound-cidrs"),
    items("security-group-prefix-lists"),
  ];
  const own = groups.length > 0;
  return [
    {
      lines: own
        ? [`security groups ${shortList(groups.map(plainText))}`, "yours: they let in whom they let in"]
        : ["security group by the controller", `lets in ${shortList([...cidrs, ...lists].map(plainText))}`],
      as: "asked about each connection",
    },
  ];
}

/** Of calls and of connections. */
function logs(setting: Setting): Attached[] {
  const attributes = new Map(
    (setting("load-balancer-attributes") ?? "").split(",").map((one) => one.split("=") as [string, string]),
  );
  return ["access_logs", "connection_logs"]
    .filter((kind) => attributes.get(`${kind}.s3.enabled`) === "true")
    .map((kind) => ({
      lines: ["bucket of S3", plainText(attributes.get(`${kind}.s3.bucket`) ?? "")],
      as: kind === "access_logs" ? "logs of calls" : "logs of connections",
    }));
}

function webAcl(json: TerraformJson, setting: Setting): Attached[] {
  const arn = setting("wafv2-acl-arn") ?? setting("waf-acl-arn") ?? "none";
  if (arn === "none" || arn === "") {
    return [];
  }
  const made = referred(json, arn);
  return [
    {
      lines: ["web ACL of AWS WAF", ...(made ? [plainText(made.name)] : [plainText(arn), "there already"])],
      as: "asked about each call",
    },
  ];
}

function front(
  json: TerraformJson,
  namespace: string,
  name: string,
  paths: readonly string[],
  ofIngress: Setting,
): Front {
  const { metadata, spec } = named(resources(json, "kubernetes_service_v1"), namespace, name);
  // The Service's own annotations outrank the Ingress'.
  const setting = (key: string): string | undefined => metadata.annotations?.[PREFIX + key] ?? ofIngress(key);
  const grpc = setting("backend-protocol-version") === "GRPC";
  const tls = setting("backend-protocol") === "HTTPS";
  return {
    service: plainText(name),
    port: spec.port[0].port,
    api: grpc ? "gRPC" : "REST",
    paths: grpc ? [] : paths,
    protocol: grpc ? `HTTP/2 ${tls ? "over TLS" : "in plaintext"}` : tls ? "HTTPS" : "HTTP in plaintext",
    healthCheck: healthCheck(setting, grpc),
    selector: spec.selector,
    endpoints: "target group of pod addresses",
  };
}

function healthCheck(setting: Setting, grpc: boolean): string[] {
  const protocol = grpc ? "gRPC" : setting("healthcheck-protocol");
  return [
    `${protocol} ${setting("healthcheck-port")} ${plainText(setting("healthcheck-path") ?? "")}`,
    `healthy at ${setting("success-codes")}, every ${setting("healthcheck-interval-seconds")} s`,
  ];
}
