import { type Attached, type Entrance, type Front, hostsOf, pathsByService } from "./entrance";
import {
  dataSources,
  listed,
  manifests,
  named,
  origin,
  parsed,
  plainText,
  resources,
  shortened,
  shortList,
  type TerraformJson,
  type Untyped,
} from "./terraform-json";

/** The load balancer that GKE's controller makes of an Ingress; none where it is another controller's. */
export function gkeEntrance(json: TerraformJson, ingress: Untyped): Entrance | undefined {
  const { namespace, annotations = {} } = ingress.metadata;
  const internal = annotations["kubernetes.io/ingress.class"] === "gce-internal";
  if (!internal && annotations["kubernetes.io/ingress.class"] !== "gce") {
    return undefined;
  }
  const frontend = named(
    manifests(json, "FrontendConfig"),
    namespace,
    annotations["networking.gke.io/v1beta1.FrontendConfig"],
  );
  const fronts = [...pathsByService(ingress)].map(([service, paths]) => front(json, namespace, service, paths));
  return {
    cloud: cloudTitle(json),
    cluster: clusterTitle(json, namespace),
    namespace,
    hosts: hostsOf(ingress),
    dns: records(json, hostsOf(ingress)),
    address: address(json, annotations, internal),
    loadBalancer: [
      `${internal ? "internal" : "external"} load balancer`,
      ...ports(annotations, frontend),
      tlsPolicy(json, frontend),
    ],
    listener: "HTTPS 443",
    attached: [
      ...certificates(json, ingress),
      ...securityPolicies(json, fronts),
      ...(annotations["networking.gke.io/suppress-firewall-xpn-error"] === "true" ? [FIREWALL_BY_HAND] : []),
    ],
    fronts,
  };
}

const FIREWALL_BY_HAND: Attached = {
  lines: ["firewall of the Shared VPC", "opened by hand: output firewall_command"],
  as: "lets it reach the pods",
};

function cloudTitle({ provider = {} }: TerraformJson): string {
  const [google, ...others] = provider.google ?? [];
  return google?.project && others.length === 0 ? `Google Cloud, project ${plainText(google.project)}` : "Google Cloud";
}

function clusterTitle(json: TerraformJson, namespace: string): string {
  const [cluster, ...others] = dataSources(json, "google_container_cluster");
  const name = cluster && others.length === 0 ? ` cluster ${plainText(cluster.name)}` : "";
  return `GKE${name}, namespace ${namespace}`;
}

function records(json: TerraformJson, hosts: readonly string[]): string[] | undefined {
  const ours = resources(json, "google_dns_record_set").filter(({ name }) => hosts.includes(name.replace(/\.$/, "")));
  return ours.length === 0
    ? undefined
    : [
        "Cloud DNS zone",
        plainText(ours[0].managed_zone),
        ...shortened(ours.map(({ name, type, ttl }) => `${type} ${plainText(name).replace(/\.$/, "")}, ${ttl} s`)),
      ];
}

function address(json: TerraformJson, annotations: Untyped, internal: boolean): string[] {
  const name =
    annotations["kubernetes.io/ingress.global-static-ip-name"] ??
    annotations["kubernetes.io/ingress.regional-static-ip-name"];
  const type = internal ? "google_compute_address" : "google_compute_global_address";
  const reserved = resources(json, type).find((one) => one.name === name);
  const found = reserved ?? dataSources(json, type).find((one) => one.name === name);
  return [
    "address",
    plainText(name),
    internal ? `internal IPv4 in ${plainText(found?.region ?? "its region")}` : "global IPv4",
    reserved ? "reserved for it" : "there already",
  ];
}

function ports(annotations: Untyped, frontend: Untyped): string[] {
  const code = frontend?.spec.redirectToHttps.responseCodeName;
  return ["HTTPS 443", ...(annotations["kubernetes.io/ingress.allow-http"] === "true" ? [redirect(code)] : [])];
}

function redirect(code: string | undefined): string {
  return code === undefined ? "HTTP 80" : `HTTP 80: redirect ${REDIRECTS[code] ?? code} to HTTPS`;
}

/** @see https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration#https_redirect */
const REDIRECTS: Readonly<Record<string, string>> = {
  MOVED_PERMANENTLY_DEFAULT: "301",
  FOUND: "302",
  TEMPORARY_REDIRECT: "307",
  PERMANENT_REDIRECT: "308",
};

function tlsPolicy(json: TerraformJson, frontend: Untyped): string {
  const name = frontend?.spec.sslPolicy || undefined;
  const made = resources(json, "google_compute_ssl_policy").find((policy) => policy.name === name);
  if (name === undefined) {
    return "TLS policy: Google's default";
  }
  return made
    ? `TLS policy: ${made.min_tls_version.replace("TLS_", "TLS ").replace("_", ".")} or newer, ${made.profile}`
    : `TLS policy ${plainText(name)}, there already`;
}

/** The Ingress' annotations, with those that are written after it. */
function writtenAnnotations(json: TerraformJson, { metadata }: Untyped): Untyped {
  const later = resources(json, "kubernetes_annotations").filter(
    (one) =>
      one.kind === "Ingress" && one.metadata.name === metadata.name && one.metadata.namespace === metadata.namespace,
  );
  return Object.assign({}, metadata.annotations, ...later.map(({ annotations }) => annotations));
}

function certificates(json: TerraformJson, ingress: Untyped): Attached[] {
  const { namespace } = ingress.metadata;
  const annotations = writtenAnnotations(json, ingress);
  const managed = listed(annotations["networking.gke.io/managed-certificates"]).map((name) =>
    managedCertificate(json, namespace, name),
  );
  const preShared = listed(annotations["ingress.gcp.kubernetes.io/pre-shared-cert"]).map((name) => [
    "certificate of Compute Engine",
    plainText(name),
    "there already",
  ]);
  const secrets = (ingress.spec.tls ?? []).map(({ secretName }: Untyped) =>
    secretCertificate(json, namespace, secretName),
  );
  const meanwhile = managed.length > 0 ? "certificate meanwhile" : "certificate";
  return [
    ...[...managed, ...preShared].map((lines) => ({ lines, as: "certificate" })),
    ...secrets.map((lines: string[]) => ({ lines, as: meanwhile })),
  ];
}

function managedCertificate(json: TerraformJson, namespace: string, name: string): string[] {
  const made = named(manifests(json, "ManagedCertificate"), namespace, name);
  return ["certificate managed by Google", plainText(name), `for ${shortList(made.spec.domains.map(plainText))}`];
}

function secretCertificate(json: TerraformJson, namespace: string, name: string): string[] {
  const made = named(resources(json, "kubernetes_secret_v1"), namespace, name);
  return ["certificate in Secret", plainText(name), made ? origin(json, made.data_wo["tls.crt"]) : "there already"];
}

/** Each front Service has one of its own for the same policy. */
function securityPolicies(json: TerraformJson, fronts: readonly (Front & { readonly policy?: string })[]): Attached[] {
  const names = new Set(fronts.flatMap(({ policy }) => policy || []));
  return [...names].map((name) => {
    const made = resources(json, "google_compute_security_policy").find((policy) => policy.name === name);
    return {
      lines: [
        "Cloud Armor policy",
        plainText(name),
        ...(made ? made.rule.map(armorRule).map(plainText) : ["there already"]),
      ],
      as: "asked about each call",
    };
  });
}

function armorRule({ action, description, match }: Untyped): string {
  const ranges: string[] = match.config?.src_ip_ranges ?? [];
  const who = ranges.length === 0 || ranges[0] === "*" ? description : `${description} ${shortList(ranges)}`;
  return `${action}: ${who}`;
}

function front(json: TerraformJson, namespace: string, name: string, paths: readonly string[]) {
  const { metadata, spec } = named(resources(json, "kubernetes_service_v1"), namespace, name);
  const [{ name: portName, port }] = spec.port;
  const protocol: string = parsed(metadata.annotations["cloud.google.com/app-protocols"])[portName];
  const config = parsed(metadata.annotations["cloud.google.com/backend-config"]).default;
  const backend = named(manifests(json, "BackendConfig"), namespace, config).spec;
  const grpc = protocol === "HTTP2";
  return {
    service: plainText(name),
    port,
    api: grpc ? "gRPC" : "REST",
    paths: grpc ? [] : paths,
    protocol: grpc ? "HTTP/2 over TLS" : "HTTPS",
    healthCheck: healthCheck(backend.healthCheck),
    selector: spec.selector,
    endpoints: "endpoints by NEG",
    policy: backend.securityPolicy?.name,
  };
}

function healthCheck({ type, port, requestPath, checkIntervalSec }: Untyped): string[] {
  return [`${type} ${port} ${requestPath}`, `every ${checkIntervalSec} s`];
}
