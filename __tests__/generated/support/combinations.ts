import fc from "fast-check";
import type { Settings } from "../../config/support";
import { CERTIFIED } from "./certified";

/**
 * What goes together. Each setting of a generated stack is right by itself; here those that a rule forbids beside others are
 * taken out or changed, and those that one asks for are added, out of what the documentation says and not by asking the rules.
 */

/** What is added where something is missing: one of several ways is as good as another. */
export interface Spare {
  readonly statement: "authorizationEnabled" | "acceptPublicUnauthenticated" | "inboundCidrs";
  readonly region: string;
  readonly zone: string;
  readonly serviceType: string;
}

export const spare: fc.Arbitrary<Spare> = fc.record({
  statement: fc.constantFrom("authorizationEnabled", "acceptPublicUnauthenticated", "inboundCidrs"),
  region: fc.constantFrom("us-west1", "europe-north1"),
  zone: fc.constantFrom("Z0123456789ABCDEFGHIJ", "Z1"),
  serviceType: fc.constantFrom("ClusterIP", "NodePort", "LoadBalancer"),
});

export function ruled(settings: Settings, spare: Spare): Settings {
  const stack = structuredClone(settings);
  releaseOf(stack, spare);
  pemCovers(stack);
  letterFirst(stack);
  if (stack.cloud === "gcp") {
    gcp(stack, spare);
  } else {
    aws(stack, spare);
  }
  return stack;
}

function gcp(stack: Settings, spare: Spare): void {
  const { certificate, sharedVpc, hosts } = parts(stack);
  if (stack.scheme === "internal") {
    stack.region ??= spare.region;
    if (parts(stack).address?.kind !== "existing") {
      stack.subnetwork ??= "nodes";
    }
    if (certificate.kind === "managed") {
      stack.certificate = certificate.meanwhile ?? { kind: "self-signed" };
    }
    drop(stack, "inboundCidrs", "securityPolicy", "sslPolicy");
    stack.httpsRedirect &&= false;
    stack.denyUnauthorizedStreams = false;
    if (sharedVpc) {
      sharedVpc.proxyOnlySubnetCidr ??= "10.129.0.0/23";
    }
  } else {
    drop(stack, "region", "subnetwork");
    if (sharedVpc) {
      drop(sharedVpc, "proxyOnlySubnetCidr");
    }
    gcpClients(stack, spare);
    if (parts(stack).address?.kind !== "existing") {
      reachable(stack, ["IPv4"]);
    }
  }
  if (stack.httpsRedirect !== true) {
    drop(stack, "httpsRedirectCode");
  }
  if (stack.dnsZone === undefined) {
    drop(stack, "dnsProject", "dnsTtlSec");
  }
  if (Array.isArray(certificate.otherNames)) {
    certificate.otherNames = certificate.otherNames.filter((name) => name !== certificate.name);
  }
  const kind = parts(stack).certificate.kind as string;
  const made = { "tls-secret": ["self-signed", "pem"], "managed-certificate": ["managed"] };
  if (Array.isArray(stack.adoptExisting)) {
    stack.adoptExisting = stack.adoptExisting.filter(
      (object) => made[object as keyof typeof made]?.includes(kind) ?? true,
    );
  }
  if (kind === "managed") {
    stack.hosts = hosts.map((host, index) => (host.length > 63 ? `host-${index}.example.com` : host));
  }
  const { healthCheck } = parts(stack);
  if (healthCheck?.timeoutSec !== undefined) {
    healthCheck.timeoutSec = Math.min(healthCheck.timeoutSec as number, (healthCheck.intervalSec as number) ?? 15);
  }
  // What has a prefix is for Kubernetes alone, which takes capitals too.
  if (stack.labels) {
    const values = Object.entries(stack.labels).map(([key, value]) => [
      key,
      key.includes("/") ? value.toUpperCase() : value,
    ]);
    stack.labels = Object.fromEntries(values);
  }
}

/** A public load balancer says who gets in, or that everybody may. */
function gcpClients(stack: Settings, spare: Spare): void {
  const { securityPolicy: policy } = parts(stack);
  if (policy?.kind === "existing") {
    drop(stack, "inboundCidrs");
    if (stack.denyUnauthorizedStreams === true) {
      drop(stack, "denyUnauthorizedStreams");
    }
    if (policy.restrictsClients !== true && !isStated(stack)) {
      policy.restrictsClients = true;
    }
  } else {
    saysWhoGetsIn(stack, spare);
  }
}

function aws(stack: Settings, spare: Spare): void {
  const { certificate, securityGroups, mutualTls, webAcl, logs, dnsLogin, hosts } = parts(stack);
  const isPublic = stack.scheme !== "internal";
  if (!isPublic && stack.ipAddressType === "dualstack-without-public-ipv4") {
    stack.ipAddressType = "dualstack";
  }
  const isRestricted =
    ["existing", "created"].includes(mutualTls?.kind as string) ||
    (webAcl?.kind === "existing" && webAcl.restrictsClients === true);
  if (securityGroups) {
    drop(stack, "inboundCidrs", "prefixLists");
    if (isPublic && !isRestricted && !isStated(stack)) {
      securityGroups.restrictsClients = true;
    }
  } else if (isPublic && !isRestricted && !(stack.prefixLists && stack.inboundCidrs === undefined)) {
    saysWhoGetsIn(stack, spare);
  }
  const { ipAddressType = "ipv4" } = stack;
  if (ipAddressType !== "dualstack") {
    reachable(stack, ipAddressType === "ipv4" ? ["IPv4"] : ["IPv6"]);
  }
  if (stack.slowStartSec && stack.algorithm !== "round_robin") {
    drop(stack, "algorithm");
  }
  const { healthCheck } = parts(stack);
  if (healthCheck) {
    const interval = (healthCheck.intervalSec as number) ?? 15;
    if (((healthCheck.timeoutSec as number) ?? 5) >= interval) {
      healthCheck.timeoutSec = interval - 1;
    }
  }
  if (logs?.calls === false && logs.connections !== true) {
    logs.connections = true;
  }
  if (certificate.kind === "acm") {
    if (certificate.zone === undefined) {
      stack.dnsZone ??= spare.zone;
    }
    stack.hosts = hosts.map((host, index) => (index === 0 && host.length > 64 ? "first.example.com" : host));
  }
  if (dnsLogin && stack.dnsZone === undefined && certificate.zone === undefined) {
    stack.dnsZone = spare.zone;
  }
  inRegion(stack);
}

/** A load balancer takes what is in its own region only. */
function inRegion(stack: Settings): void {
  const { certificate, mutualTls, webAcl } = parts(stack);
  const moved = (arn: unknown) => (arn as string).replace(":eu-west-1:", `:${stack.region}:`);
  if (certificate.kind === "arn") {
    certificate.arn = moved(certificate.arn);
  }
  if (Array.isArray(stack.additionalCertificates)) {
    stack.additionalCertificates = stack.additionalCertificates.map(moved);
  }
  if (mutualTls?.kind === "existing") {
    mutualTls.trustStore = moved(mutualTls.trustStore);
  }
  if (webAcl?.kind === "existing") {
    webAcl.arn = moved(webAcl.arn);
  }
}

function isStated({ authorizationEnabled, acceptPublicUnauthenticated }: Settings): boolean {
  return authorizationEnabled === true || acceptPublicUnauthenticated === true;
}

function saysWhoGetsIn(stack: Settings, { statement }: Spare): void {
  const { inboundCidrs } = parts(stack);
  // Few ranges, each no wider than this, are never too much together.
  const isWide = (range: string) => Number(range.split("/")[1]) < (range.includes(":") ? 11 : 8);
  if (isStated(stack) || (inboundCidrs && !inboundCidrs.some(isWide))) {
    return;
  }
  stack[statement] = statement === "inboundCidrs" ? ["203.0.113.0/24"] : true;
}

/** A list needs a range that clients can connect from. */
function reachable(stack: Settings, families: readonly ("IPv4" | "IPv6")[]): void {
  const { inboundCidrs } = parts(stack);
  if (inboundCidrs && !inboundCidrs.some((range) => families.includes(range.includes(":") ? "IPv6" : "IPv4"))) {
    stack.inboundCidrs = [...inboundCidrs, families.includes("IPv4") ? "198.51.100.77/32" : "2001:db8:77::/48"];
  }
}

function releaseOf(stack: Settings, spare: Spare): void {
  const { release } = parts(stack);
  const isGcp = stack.cloud === "gcp";
  const ownership = release.ownership ?? (isGcp ? "adopt" : "leave-alone");
  if (ownership === "leave-alone" && isGcp) {
    release.tlsInPod = true;
  }
  if (ownership === "elsewhere" && !isGcp && release.tlsInPod !== true) {
    drop(release, "restPort");
  }
  if (ownership !== "adopt") {
    return;
  }
  const tls = release.tls ?? (isGcp ? "enabled" : "untouched");
  if (tls === "untouched") {
    drop(release, "restPort", "podCertificate", "userYaml");
    release.serviceType ??= spare.serviceType;
  }
  if (release.serviceType === undefined || release.serviceType === "LoadBalancer") {
    drop(release, "acceptLayer4LoadBalancerDeleted");
  }
  const podCertificate = release.podCertificate as Settings | undefined;
  if (podCertificate) {
    if (tls === "disabled" && podCertificate.kind === "secret") {
      podCertificate.kind = "image";
      drop(podCertificate, "name");
    }
    if (release.mode === "standalone") {
      drop(podCertificate, "globalVolumes");
    }
  }
  if (release.userYaml !== undefined) {
    if (typeof release.userYaml === "string" && tls === "disabled") {
      release.userYaml = release.userYaml.replace("tlsMode: 1", "tlsMode: 0");
    }
    // The port stands in the text.
    drop(release, "restPort");
  }
  if (/^[./~]|^oci:|^https?:/.test((release.chart as string) ?? "") || /\.tgz$/.test((release.chart as string) ?? "")) {
    drop(release, "repository");
  }
}

/** The names of Services begin with a letter and have no '.', and so does what they are made of. */
function letterFirst(stack: Settings): void {
  const { release } = parts(stack);
  const base = stack.name ?? (release.renderedBy === "milvus-operator" ? undefined : release.fullnameOverride);
  if (/^\d|\./.test((base ?? release.releaseName) as string)) {
    stack.name = `n${((stack.name as string) ?? "").slice(1)}`.replace(/-$/, "z");
  }
}

/** A certificate that is brought names the hosts. */
function pemCovers(stack: Settings): void {
  const { certificate, hosts } = parts(stack);
  const meanwhile = certificate.meanwhile as Settings | undefined;
  if (certificate.kind === "pem" || meanwhile?.kind === "pem") {
    stack.hosts = hosts.map(
      (host, index) => `${host.split(".")[0]?.slice(0, 20).replace(/-$/, "")}${index}.${CERTIFIED}`,
    );
  }
}

function drop(settings: Settings, ...keys: string[]): void {
  for (const key of keys) {
    delete settings[key];
  }
}

interface Parts {
  readonly release: Settings;
  readonly certificate: Settings;
  readonly hosts: string[];
  readonly inboundCidrs?: string[];
  readonly address?: Settings;
  readonly securityPolicy?: Settings;
  readonly securityGroups?: Settings;
  readonly sharedVpc?: Settings;
  readonly healthCheck?: Settings;
  readonly mutualTls?: Settings;
  readonly webAcl?: Settings;
  readonly logs?: Settings;
  readonly dnsLogin?: Settings;
}

function parts(stack: Settings): Parts {
  return stack as unknown as Parts;
}
