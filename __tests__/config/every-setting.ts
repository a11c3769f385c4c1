import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathTo } from "../../constructs/internal/problem";
import { issue } from "./issue";
import type { Settings } from "./support";

/** Config files that together have every setting that there is, and every kind of each, on both clouds. */

const HOST = "milvus.example.com";

/** What stands in every stack of a cloud, so that another kind of anything has the rest right. */
const GCP = {
  cloud: "gcp",
  project: "milvus-testing",
  cluster: { access: "exec", name: "vectors", location: "us-west1" },
  release: { ownership: "adopt", releaseName: "search", namespace: "vector-db", mode: "cluster" },
  hosts: [HOST],
  certificate: { kind: "self-signed" },
  inboundCidrs: ["203.0.113.0/24"],
  backend: { kind: "local" },
};

const AWS = {
  cloud: "aws",
  region: "eu-west-1",
  cluster: { access: "exec", name: "vectors" },
  release: { ownership: "leave-alone", releaseName: "search", namespace: "vector-db", mode: "cluster" },
  hosts: [HOST],
  certificate: { kind: "self-signed" },
  inboundCidrs: ["203.0.113.0/24"],
  backend: { kind: "local" },
};

const BACKENDS = {
  local: { kind: "local", path: "states/milvus.tfstate" },
  gcs: { kind: "gcs", bucket: "the-bucket", prefix: "the/prefix" },
  s3: { kind: "s3", bucket: "the-bucket", key: "the/key", region: "eu-west-1" },
  remote: {
    kind: "remote",
    organization: "the-organization",
    workspace: "the-workspace",
    hostname: "tfe.example.com",
  },
};

const KUBECONFIG = { access: "kubeconfig", path: "kube/config", context: "the-context" };

const OVERRIDES = { nameOverride: "vectordb", fullnameOverride: "search-vectordb" };

/** A text with settings of the user's, and with one of ours. */
export const USER_YAML = [
  "# what we changed",
  "common:",
  "  security:",
  "    authorizationEnabled: true",
  "proxy:",
  "  http:",
  "    port: 8081",
  "",
].join("\n");

const ADOPTED = {
  ...OVERRIDES,
  tls: "enabled",
  acceptPlaintextClientsCutOff: true,
  podCertificate: { kind: "secret", name: "pod.tls", globalVolumes: ["audit", "plugins"] },
  userYaml: USER_YAML,
  stack: "same",
  restPort: 8081,
  serviceType: "NodePort",
  acceptLayer4LoadBalancerDeleted: true,
  repository: "https://charts.example.com/",
  chart: "milvus-fork",
  timeoutSec: 1800,
};

const TLS_TAKEN_BACK = {
  tls: "disabled",
  podCertificate: { kind: "image", globalVolumes: ["audit"] },
  userYaml: { file: "user.yaml" },
  stack: "own",
};

/** Of a release that the file says nothing of but what it is. */
const BY_DEFAULT = { releaseName: "search", namespace: "vector-db", mode: "cluster" };

const PEM_FILES = {
  kind: "pem",
  certificate: { file: "server.crt" },
  chain: { file: "chain.crt" },
  privateKey: { variable: "tls_key" },
};

const HEALTH_CHECK_TIMES = { intervalSec: 30, timeoutSec: 10, healthyThreshold: 3, unhealthyThreshold: 4 };

const TRUST_STORE = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:truststore/clients/73e2d6bc24d8a067";

const WEB_ACL =
  "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/clients-only/11111111-2222-3333-4444-555555555555";

export interface Certificates {
  readonly server: string;
  readonly authority: string;
}

/** By a name for each, with one entry each. Those that name files find `server.crt`, `chain.crt` and `user.yaml`. */
export function everySetting({ server, authority }: Certificates): Record<string, Settings> {
  const pemTexts = { kind: "pem", certificate: server, chain: authority, privateKey: { file: "keys/server.key" } };
  const gcp = (settings: Settings) => ({ "gcp-stack": { ...GCP, ...settings } });
  const aws = (settings: Settings) => ({ "aws-stack": { ...AWS, ...settings } });
  return {
    "gcp: self-signed, exec, adopt, local": gcp({
      cluster: { ...GCP.cluster, applicationDefaultCredentials: true },
      release: { ...GCP.release, ...ADOPTED },
      hosts: [HOST, "vectors.example.com"],
      certificate: { kind: "self-signed", validityDays: 90, generation: 2 },
      adoptExisting: ["ingress", "backend-config", "tls-secret"],
      inboundCidrs: ["203.0.113.0/24", "2001:db8::/32"],
      authorizationEnabled: true,
      acceptPublicUnauthenticated: false,
      denyUnauthorizedStreams: true,
      rest: true,
      annotations: { "example.com/owner": "search team" },
      name: "front-door",
      labels: { team: "search", "example.com/owner": "Search.Team" },
      scheme: "external",
      address: { kind: "reserved", name: "front-address" },
      sslPolicy: { kind: "created", name: "front-tls", minTlsVersion: "TLS_1_1", profile: "MODERN" },
      httpsRedirect: true,
      httpsRedirectCode: "PERMANENT_REDIRECT",
      securityPolicy: { kind: "created", name: "front-armor" },
      sharedVpc: { hostProject: "network-host", network: "shared", nodeTags: ["gke-vectors"] },
      dnsZone: "example-zone",
      dnsProject: "dns-project",
      dnsTtlSec: 60,
      timeoutSec: 600,
      connectionDrainingSec: 30,
      healthCheck: { intervalSec: 20, timeoutSec: 10, healthyThreshold: 2, unhealthyThreshold: 3 },
      sessionAffinity: { kind: "client-ip" },
      logSampleRate: 0.5,
      backend: BACKENDS.local,
    }),
    "gcp: pem text and key file, kubeconfig, leave-alone, gcs": gcp({
      cluster: KUBECONFIG,
      release: {
        ...GCP.release,
        ...OVERRIDES,
        ownership: "leave-alone",
        mode: "standalone",
        renderedBy: "milvus-operator",
        tlsInPod: true,
      },
      certificate: pemTexts,
      scheme: "internal",
      region: "us-west1",
      subnetwork: "gke-nodes",
      inboundCidrs: undefined,
      denyUnauthorizedStreams: false,
      sharedVpc: { hostProject: "network-host", network: "shared", proxyOnlySubnetCidr: "10.129.0.0/23" },
      address: { kind: "existing", name: "front-address" },
      sessionAffinity: { kind: "none" },
      backend: BACKENDS.gcs,
    }),
    "gcp: pem files and key variable, adopt to turn TLS off, s3": gcp({
      certificate: PEM_FILES,
      release: { ...GCP.release, ...TLS_TAKEN_BACK },
      sslPolicy: { kind: "existing", name: "the-tls" },
      inboundCidrs: undefined,
      securityPolicy: { kind: "existing", name: "the-armor", restrictsClients: true },
      sessionAffinity: { kind: "generated-cookie", ttlSec: 600 },
      backend: BACKENDS.s3,
    }),
    "gcp: managed, adopt in its own stack, remote": gcp({
      certificate: { kind: "managed" },
      adoptExisting: ["managed-certificate"],
      sslPolicy: { kind: "google-default" },
      release: { ...GCP.release, stack: "own", chart: "charts/milvus-5.0.19.tgz" },
      backend: BACKENDS.remote,
    }),
    "gcp: elsewhere": gcp({
      release: { ...GCP.release, ...OVERRIDES, ownership: "elsewhere", renderedBy: "helm-chart", restPort: 8081 },
    }),
    "gcp: managed with pem meanwhile": gcp({ certificate: { kind: "managed", meanwhile: PEM_FILES } }),
    "gcp: managed with pem text and key file meanwhile": gcp({ certificate: { kind: "managed", meanwhile: pemTexts } }),
    "gcp: managed with self-signed meanwhile": gcp({
      certificate: { kind: "managed", meanwhile: { kind: "self-signed", validityDays: 30, generation: 2 } },
    }),
    "gcp: managed with a secret meanwhile": gcp({
      certificate: { kind: "managed", meanwhile: { kind: "secret", name: "the-secret" } },
    }),
    "gcp: pre-shared": gcp({ certificate: { kind: "pre-shared", name: "the-cert", otherNames: ["other-cert"] } }),
    "gcp: secret, release by default": gcp({
      certificate: { kind: "secret", name: "the-secret" },
      release: BY_DEFAULT,
    }),
    "aws: self-signed, exec, adopt, local": aws({
      account: "123456789012",
      profile: "the-profile",
      cluster: { ...AWS.cluster, roleArn: "arn:aws:iam::123456789012:role/deployers/milvus" },
      release: { ...AWS.release, ...ADOPTED, ownership: "adopt" },
      hosts: [HOST, "vectors.example.com"],
      certificate: { kind: "self-signed", validityDays: 90, generation: 2 },
      adoptExisting: ["ingress"],
      inboundCidrs: ["203.0.113.0/24", "2001:db8::/32"],
      authorizationEnabled: true,
      acceptPublicUnauthenticated: false,
      denyUnauthorizedStreams: true,
      rest: true,
      annotations: { owner: "search team" },
      name: "front-door",
      labels: { team: "search", "example.com/owner": "Search.Team" },
      scheme: "internet-facing",
      ipAddressType: "dualstack",
      ingressClassName: "alb-public",
      sslPolicy: "ELBSecurityPolicy-TLS13-1-3-2021-06",
      dnsZone: "Z0123456789ABCDEFGHIJ",
      idleTimeoutSec: 120,
      deregistrationDelaySec: 60,
      httpsRedirect: true,
      additionalCertificates: ["arn:aws:acm:eu-west-1:123456789012:certificate/01234567-89ab-cdef"],
      mutualTls: { kind: "existing", trustStore: TRUST_STORE, ignoreExpiry: true, advertiseAuthorities: true },
      prefixLists: ["pl-0123456789abcdef0"],
      subnets: ["subnet-0123456789abcdef0", "public b"],
      group: { name: "shared.edge", order: 10 },
      loadBalancerName: "milvus-edge",
      tags: { team: "search" },
      dnsLogin: { kind: "role", arn: "arn:aws:iam::210987654321:role/dns", externalId: "the-external-id" },
      algorithm: "least_outstanding_requests",
      slowStartSec: 0,
      healthCheck: {
        kind: "custom",
        path: "/grpc.health.v1.Health/Check",
        successCodes: "0,12",
        ...HEALTH_CHECK_TIMES,
      },
      podReadinessGate: true,
      webAcl: { kind: "created", name: "the-web-acl", action: "count" },
      logs: {
        kind: "created",
        bucket: "the-log-bucket",
        prefix: "the/prefix",
        calls: true,
        connections: true,
        expireAfterDays: 90,
        destroyWithLogs: true,
      },
      shieldAdvanced: true,
      deletionProtection: true,
      addressWaitSec: 90,
      backend: BACKENDS.local,
    }),
    "aws: pem text and key file, kubeconfig, leave-alone, gcs": aws({
      cluster: KUBECONFIG,
      release: { ...AWS.release, ...OVERRIDES, mode: "standalone", renderedBy: "helm-chart", tlsInPod: true },
      certificate: pemTexts,
      inboundCidrs: undefined,
      securityGroups: { ids: ["sg-0123456789abcdef0", "edge clients"], restrictsClients: true, backendRules: false },
      mutualTls: {
        kind: "created",
        bucket: "the-authorities",
        key: "the/bundle.pem",
        version: "the-version",
        ignoreExpiry: false,
        advertiseAuthorities: true,
      },
      healthCheck: { kind: "grpc-server", ...HEALTH_CHECK_TIMES },
      webAcl: { kind: "existing", arn: WEB_ACL, restrictsClients: false },
      logs: { kind: "existing", bucket: "the-log-bucket", prefix: "the/prefix", calls: false, connections: true },
      backend: BACKENDS.gcs,
    }),
    "aws: pem files and key variable, release by default, s3": aws({
      release: { ...BY_DEFAULT, tlsInPod: false },
      certificate: PEM_FILES,
      healthCheck: { kind: "grpc-health", ...HEALTH_CHECK_TIMES },
      webAcl: { kind: "leave-alone" },
      backend: BACKENDS.s3,
    }),
    "aws: acm with zone, adopt in its own stack, remote": aws({
      release: { ...AWS.release, ownership: "adopt", serviceType: "ClusterIP", tls: "untouched", stack: "own" },
      certificate: { kind: "acm", zone: "Z0123456789ABCDEFGHIJ" },
      backend: BACKENDS.remote,
    }),
    "aws: acm without zone, adopt to turn TLS off": aws({
      certificate: { kind: "acm" },
      release: { ...AWS.release, ...TLS_TAKEN_BACK, ownership: "adopt" },
      dnsZone: "Z0123456789ABCDEFGHIJ",
      dnsLogin: { kind: "profile", name: "the-dns-profile" },
      mutualTls: { kind: "leave-alone" },
    }),
    "aws: arn, elsewhere": aws({
      release: {
        ...AWS.release,
        ...OVERRIDES,
        ownership: "elsewhere",
        renderedBy: "milvus-operator",
        tlsInPod: true,
        restPort: 8081,
      },
      certificate: { kind: "arn", arn: "arn:aws:acm:eu-west-1:123456789012:certificate/01234567-89ab-cdef" },
    }),
  };
}

/** The same in a folder, with certificates and files that are right. */
export async function everySettingIn(folder: string): Promise<Record<string, Settings>> {
  const authority = await issue({ commonName: "authority", authority: true });
  const server = await issue({ hosts: [HOST], issuer: authority });
  writeFileSync(join(folder, "server.crt"), server.pem);
  writeFileSync(join(folder, "chain.crt"), authority.pem);
  writeFileSync(join(folder, "user.yaml"), USER_YAML);
  return everySetting({ server: server.pem, authority: authority.pem });
}

/** One place in one of these config files. */
export interface Place {
  /** The setting, and the kind of what it belongs to, where that has kinds. */
  readonly setting: string;
  /** The setting from the stack's id on, which is also how an error names it. */
  readonly path: string;
  /** Which config file. */
  readonly of: string;
  readonly value: unknown;
}

/** Every place inside a stack, once for each kind of what it belongs to. */
export function everyPlace(): Place[] {
  const files = Object.entries(everySetting({ server: "-", authority: "-" }));
  const places = files.flatMap(([of, stacks]) =>
    Object.entries(stacks).flatMap(([id, settings]) => placesIn(settings as Settings, of, id)),
  );
  return places.filter(({ setting }, index) => places.findIndex((place) => place.setting === setting) === index);
}

function placesIn(value: object, of: string, parent: string): Place[] {
  return Object.entries(value).flatMap(([key, inner]) => {
    const path = pathTo(parent, Array.isArray(value) ? Number(key) : key);
    const place = { setting: withKind(path, value as Settings), path, of, value: inner };
    return typeof inner === "object" ? [place, ...placesIn(inner, of, path)] : [place];
  });
}

/** A setting's path, and the kind of what it belongs to. */
export function withKind(path: string, { kind, access, ownership }: Settings): string {
  const belongsTo = kind ?? access ?? ownership;
  return belongsTo === undefined ? path : `${path} (${belongsTo})`;
}
