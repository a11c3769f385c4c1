import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { issue } from "./issue";
import type { Settings } from "./support";

/** Config files that together have every setting that there is, and every kind of each. */

const HOST = "milvus.example.com";

/** What stands in every one of them, so that another kind of anything has the rest right. */
const COMMON = {
  cloud: "gcp",
  project: "milvus-testing",
  cluster: { access: "exec", name: "vectors", location: "us-west1" },
  release: { ownership: "adopt", releaseName: "search", namespace: "vector-db", mode: "cluster" },
  hosts: [HOST],
  certificate: { kind: "self-signed" },
  inboundCidrs: ["203.0.113.0/24"],
  backend: { kind: "local" },
};

export interface Certificates {
  readonly server: string;
  readonly authority: string;
}

/** By a name for each. The one that names certificate files finds `server.crt` and `chain.crt` beside it. */
export function everySetting({ server, authority }: Certificates): Record<string, Settings> {
  return {
    "self-signed, exec, adopt, local": {
      ...COMMON,
      cluster: { ...COMMON.cluster, applicationDefaultCredentials: true },
      release: {
        ...COMMON.release,
        nameOverride: "vectordb",
        fullnameOverride: "search-vectordb",
        restPort: 8081,
        serviceType: "NodePort",
        repository: "https://charts.example.com/",
        chart: "milvus-fork",
        timeoutSec: 1800,
      },
      hosts: [HOST, "vectors.example.com"],
      certificate: { kind: "self-signed", validityDays: 90 },
      inboundCidrs: ["203.0.113.0/24", "2001:db8::/32"],
      authorizationEnabled: true,
      acceptPublicUnauthenticated: false,
      denyUnauthorizedStreams: true,
      name: "front-door",
      address: { kind: "reserved", name: "front-address" },
      dnsZone: "example-zone",
      dnsTtlSec: 60,
      timeoutSec: 600,
      connectionDrainingSec: 30,
      logSampleRate: 0.5,
      backend: { kind: "local", path: "states/milvus.tfstate" },
    },
    "pem text and key file, kubeconfig, leave-alone, gcs": {
      ...COMMON,
      cluster: { access: "kubeconfig", path: "kube/config", context: "the-context" },
      release: {
        ownership: "leave-alone",
        releaseName: "search",
        namespace: "vector-db",
        mode: "standalone",
        nameOverride: "vectordb",
        fullnameOverride: "search-vectordb",
        restPort: 8081,
        tlsInPod: true,
      },
      certificate: {
        kind: "pem",
        certificate: server,
        chain: authority,
        privateKey: { file: "keys/server.key" },
      },
      address: { kind: "existing", name: "front-address" },
      backend: { kind: "gcs", bucket: "the-bucket", prefix: "the/prefix" },
    },
    "pem files and key variable, s3": {
      ...COMMON,
      certificate: {
        kind: "pem",
        certificate: { file: "server.crt" },
        chain: { file: "chain.crt" },
        privateKey: { variable: "tls_key" },
      },
      backend: { kind: "s3", bucket: "the-bucket", key: "the/key", region: "eu-west-1" },
    },
    "managed, remote": {
      ...COMMON,
      certificate: { kind: "managed" },
      backend: {
        kind: "remote",
        organization: "the-organization",
        workspace: "the-workspace",
        hostname: "tfe.example.com",
      },
    },
    secret: { ...COMMON, certificate: { kind: "secret", name: "the-secret" } },
  };
}

/** The same in a folder, with certificates and files that are right. */
export async function everySettingIn(folder: string): Promise<Record<string, Settings>> {
  const authority = await issue({ commonName: "authority", authority: true });
  const server = await issue({ hosts: [HOST], issuer: authority });
  writeFileSync(join(folder, "server.crt"), server.pem);
  writeFileSync(join(folder, "chain.crt"), authority.pem);
  return everySetting({ server: server.pem, authority: authority.pem });
}

/** One place in one of these config files. */
export interface Place {
  /** The setting, and the kind of what it belongs to, where that has kinds. */
  readonly setting: string;
  readonly path: string;
  /** Which config file. */
  readonly of: string;
  readonly value: unknown;
}

/** Every place, once for each kind of what it belongs to. */
export function everyPlace(): Place[] {
  const files = Object.entries(everySetting({ server: "-", authority: "-" }));
  const places = files.flatMap(([of, settings]) => placesIn(settings, of));
  return places.filter(({ setting }, index) => places.findIndex((place) => place.setting === setting) === index);
}

function placesIn(value: object, of: string, parent = ""): Place[] {
  const { kind, access, ownership } = value as Settings;
  const belongsTo = kind ?? access ?? ownership;
  return Object.entries(value).flatMap(([key, inner]) => {
    const path = Array.isArray(value) ? `${parent}[${key}]` : `${parent}${parent && "."}${key}`;
    const setting = belongsTo === undefined ? path : `${path} (${belongsTo})`;
    const place = { setting, path, of, value: inner };
    return typeof inner === "object" ? [place, ...placesIn(inner, of, path)] : [place];
  });
}
