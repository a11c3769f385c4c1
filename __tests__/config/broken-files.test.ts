import { CLOUDS, changed, committed, committedWith, oneStack, refusal, temporaryFolder, writeConfig } from "./support";

/** Every broken config file, with the whole of the error that its author reads. */

const folder = temporaryFolder();

interface BrokenFile {
  readonly broken: string;
  readonly text: string;
  readonly says: readonly string[];
}

const PEM_CERTIFICATE = { kind: "pem", certificate: "not a certificate", privateKey: { variable: "tls_key" } };

const KEY_BODY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ";

/** What a stack on Google Cloud takes at its top. */
const GCP_KEYS =
  "the keys cloud, project, cluster, release, hosts, certificate, adoptExisting, inboundCidrs, authorizationEnabled, " +
  "acceptPublicUnauthenticated, denyUnauthorizedStreams, rest, annotations, name, address, scheme, region, subnetwork, " +
  "sslPolicy, httpsRedirect, httpsRedirectCode, securityPolicy, sharedVpc, dnsZone, dnsProject, dnsTtlSec, timeoutSec, " +
  "connectionDrainingSec, healthCheck, sessionAffinity, logSampleRate, labels, backend";

const PASTED_KEY = `-----BEGIN PRIVATE KEY-----\n${KEY_BODY}\n-----END PRIVATE KEY-----\n`;

const notYaml: BrokenFile[] = [
  {
    broken: "an empty file",
    text: "",
    says: [
      "milvus-l7.yaml: 1 problem",
      "  file: given null, allowed at least one stack: its id as a key, its settings below, do add a stack",
    ],
  },
  {
    broken: "a file with comments only",
    text: "# gcp-stack:\n#   cloud: gcp\n",
    says: [
      "milvus-l7.yaml: 1 problem",
      "  file: given null, allowed at least one stack: its id as a key, its settings below, do add a stack",
    ],
  },
  {
    broken: "a list at the top",
    text: "- cloud: gcp\n",
    says: [
      "milvus-l7.yaml: 1 problem",
      '  file: given [{"cloud":"gcp"}], allowed at least one stack: its id as a key, its settings below, do add a stack',
    ],
  },
  {
    broken: "a text at the top",
    text: "gcp-stack\n",
    says: [
      "milvus-l7.yaml: 1 problem",
      '  file: given "gcp-stack", allowed at least one stack: its id as a key, its settings below, do add a stack',
    ],
  },
  {
    broken: "a list that is not closed",
    text: "gcp-stack:\n  cloud: gcp\n  hosts: [a.example.com\n  project: x\n",
    says: [
      "milvus-l7.yaml: 1 problem",
      '  line 4: given "Flow sequence in block collection must be sufficiently indented and end with a ] at line 4, colu…, ' +
        "allowed YAML 1.2 with each key once and no tags, do correct that line",
    ],
  },
  {
    broken: "a tab as indentation",
    text: "gcp-stack:\n\tcloud: gcp\n",
    says: [
      "milvus-l7.yaml: 1 problem",
      '  line 2: given "Tabs are not allowed as indentation at line 2, column 1:", ' +
        "allowed YAML 1.2 with each key once and no tags, do correct that line",
    ],
  },
  {
    broken: "a key twice",
    text: "gcp-stack:\n  cloud: gcp\n  project: one\n  project: two\n",
    says: [
      "milvus-l7.yaml: 1 problem",
      '  line 4: given "Map keys must be unique at line 4, column 3:", ' +
        "allowed YAML 1.2 with each key once and no tags, do correct that line",
    ],
  },
  {
    broken: "a stack twice",
    text: "gcp-stack:\n  cloud: gcp\ngcp-stack:\n  cloud: gcp\n",
    says: [
      "milvus-l7.yaml: 1 problem",
      '  line 3: given "Map keys must be unique at line 3, column 1:", ' +
        "allowed YAML 1.2 with each key once and no tags, do correct that line",
    ],
  },
  {
    broken: "an unknown tag",
    text: "gcp-stack:\n  cloud: gcp\n  project: !secret project\n",
    says: [
      "milvus-l7.yaml: 1 problem",
      '  line 3: given "Unresolved tag: !secret at line 3, column 12:", ' +
        "allowed YAML 1.2 with each key once and no tags, do correct that line",
    ],
  },
  {
    broken: "two documents in one file",
    text: "gcp-stack:\n  cloud: gcp\n---\nother-stack:\n  cloud: gcp\n",
    says: [
      "milvus-l7.yaml: 1 problem",
      '  line 3: given "Source contains multiple documents; please use YAML.parseAllDocuments() at line 3, column 1:", ' +
        "allowed YAML 1.2 with each key once and no tags, do correct that line",
    ],
  },
  {
    broken: "an alias to nothing",
    text: "gcp-stack: *nothing\n",
    says: [
      "milvus-l7.yaml: 1 problem",
      '  file: given "Unresolved alias (the anchor must be set before the alias): nothing", ' +
        "allowed YAML whose aliases (*) have an anchor (&), do correct them",
    ],
  },
  {
    broken: "aliases that fill the memory",
    text: [
      "a: &a [x, x, x, x, x, x, x, x, x]",
      "b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]",
      "c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]",
      "d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c]",
      "e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d]",
      "",
    ].join("\n"),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  file: given "Excessive alias count indicates a resource exhaustion attack", ' +
        "allowed YAML whose aliases (*) have an anchor (&), do correct them",
    ],
  },
];

const stacks: BrokenFile[] = [
  {
    broken: "a stack with nothing in it",
    text: "gcp-stack:\n",
    says: [
      "milvus-l7.yaml: 1 problem",
      `  gcp-stack.cloud: given nothing, allowed ${CLOUDS}, do say which cloud the stack is for`,
    ],
  },
  {
    broken: "a stack that is a text",
    text: "gcp-stack: gcp\n",
    says: [
      "milvus-l7.yaml: 1 problem",
      `  gcp-stack.cloud: given nothing, allowed ${CLOUDS}, do say which cloud the stack is for`,
    ],
  },
  {
    broken: "a stack without cloud",
    text: committedWith({ cloud: undefined }),
    says: [
      "milvus-l7.yaml: 1 problem",
      `  gcp-stack.cloud: given nothing, allowed ${CLOUDS}, do say which cloud the stack is for`,
    ],
  },
  {
    broken: "an unknown cloud",
    text: committedWith({ cloud: "azure" }),
    says: [
      "milvus-l7.yaml: 1 problem",
      `  gcp-stack.cloud: given "azure", allowed ${CLOUDS}, do say which cloud the stack is for`,
    ],
  },
  {
    broken: "a stack id with a space",
    text: oneStack(committed()).replace("gcp-stack:", "gcp stack:"),
    says: [
      "milvus-l7.yaml: 1 problem",
      "  gcp stack: given \"gcp stack\", allowed a stack id: letters, digits and '-', at most 63 characters, " +
        "with a letter first, do rename the stack",
    ],
  },
  {
    broken: "a stack id that leads out of the output folder",
    text: oneStack(committed()).replace("gcp-stack:", "../gcp-stack:"),
    says: [
      "milvus-l7.yaml: 1 problem",
      "  ../gcp-stack: given \"../gcp-stack\", allowed a stack id: letters, digits and '-', at most 63 characters, " +
        "with a letter first, do rename the stack",
    ],
  },
  {
    broken: "a stack id that is a number",
    text: oneStack(committed()).replace("gcp-stack:", "1:"),
    says: [
      "milvus-l7.yaml: 1 problem",
      "  1: given \"1\", allowed a stack id: letters, digits and '-', at most 63 characters, " +
        "with a letter first, do rename the stack",
    ],
  },
];

const shapes: BrokenFile[] = [
  {
    broken: "something to adopt that has another name",
    text: committedWith({ adoptExisting: ["secret"] }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  gcp-stack.adoptExisting[0]: given "secret", allowed ingress, backend-config, tls-secret, managed-certificate, ' +
        "do write one of these",
    ],
  },
  {
    broken: "one thing to adopt that is no list",
    text: committedWith({ adoptExisting: "ingress" }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  gcp-stack.adoptExisting: given "ingress", allowed a list: a list of what is in the cluster already, ' +
        "do write it as a list, in [ ]",
    ],
  },
  {
    broken: "an unknown key at the top of a stack",
    text: committedWith({ ingressClassName: "gce" }),
    says: [
      "milvus-l7.yaml: 1 problem",
      `  gcp-stack.ingressClassName: given "gce", allowed ${GCP_KEYS}, do remove it, or correct the key`,
    ],
  },
  {
    broken: "an unknown key in release",
    text: committedWith({ "release.version": "5.0.19" }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  gcp-stack.release.version: given "5.0.19", allowed the keys ownership, releaseName, namespace, mode, ' +
        "nameOverride, fullnameOverride, acceptPlaintextClientsCutOff, podCertificate, userYaml, stack, restPort, " +
        "serviceType, acceptLayer4LoadBalancerDeleted, repository, chart, timeoutSec, tls, do remove it, or correct the key",
    ],
  },
  {
    broken: "an unknown key in certificate",
    text: committedWith({ "certificate.days": 90 }),
    says: [
      "milvus-l7.yaml: 1 problem",
      "  gcp-stack.certificate.days: given 90, allowed the keys kind, validityDays, generation, do remove it, or correct the key",
    ],
  },
  {
    broken: "a missing project",
    text: committedWith({ project: undefined }),
    says: [
      "milvus-l7.yaml: 1 problem",
      "  gcp-stack.project: given nothing, allowed text: the Google Cloud project's id, do add it",
    ],
  },
  {
    broken: "a project with nothing after its colon",
    text: committedWith({ project: null }),
    says: [
      "milvus-l7.yaml: 1 problem",
      "  gcp-stack.project: given null, allowed text: the Google Cloud project's id, do add it",
    ],
  },
  {
    broken: "a number where a text belongs",
    text: committedWith({ project: 123456789 }),
    says: [
      "milvus-l7.yaml: 1 problem",
      "  gcp-stack.project: given 123456789, allowed text: the Google Cloud project's id, do put it in quotes",
    ],
  },
  {
    broken: "a text where a number belongs",
    text: committedWith({ timeoutSec: "3600" }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  gcp-stack.timeoutSec: given "3600", allowed a number: how many seconds a call may take, ' +
        "do write a number, with no quotes around it",
    ],
  },
  {
    broken: "a text where a list belongs",
    text: committedWith({ hosts: "milvus.example.com" }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  gcp-stack.hosts: given "milvus.example.com", allowed a list: a list of the names that clients use, ' +
        "do write it as a list, in [ ]",
    ],
  },
  {
    broken: "a YAML 1.1 'yes' where true belongs",
    text: committedWith({ authorizationEnabled: "yes" }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  gcp-stack.authorizationEnabled: given "yes", allowed true or false: ' +
        "states that Milvus asks for a user and a password, do write it in this form",
    ],
  },
  {
    broken: "a certificate that is a text",
    text: committedWith({ certificate: "managed" }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  gcp-stack.certificate: given "managed", allowed settings (key: value): the load balancer\'s certificate, ' +
        "do write it in this form",
    ],
  },
  {
    broken: "a wrong kind of certificate",
    text: committedWith({ "certificate.kind": "letsencrypt" }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  gcp-stack.certificate.kind: given "letsencrypt", allowed self-signed, pem, managed, secret, ' +
        "pre-shared, do write one of these",
    ],
  },
  {
    broken: "a certificate without kind",
    text: committedWith({ certificate: { validityDays: 90 } }),
    says: [
      "milvus-l7.yaml: 1 problem",
      "  gcp-stack.certificate.kind: given nothing, allowed self-signed, pem, managed, secret, pre-shared, do add it",
    ],
  },
  {
    broken: "a wrong kind of backend",
    text: committedWith({ backend: { kind: "azurerm" } }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  gcp-stack.backend.kind: given "azurerm", allowed local, gcs, s3, remote, do write one of these',
    ],
  },
  {
    broken: "a backend with another's settings",
    text: committedWith({ backend: { kind: "gcs", bucket: "states", key: "milvus" } }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  gcp-stack.backend.key: given "milvus", allowed the keys kind, bucket, prefix, do remove it, or correct the key',
    ],
  },
  {
    broken: "a release with nothing in it",
    text: committedWith({ release: {} }),
    says: [
      "milvus-l7.yaml: 3 problems",
      "  gcp-stack.release.releaseName: given nothing, allowed text: the release's name, as 'helm list' prints it, " +
        "do add it",
      "  gcp-stack.release.namespace: given nothing, allowed text: the release's namespace, do add it",
      "  gcp-stack.release.mode: given nothing, allowed cluster, standalone, do add it",
    ],
  },
  {
    broken: "a wrong service type",
    text: committedWith({ "release.serviceType": "ExternalName" }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  gcp-stack.release.serviceType: given "ExternalName", allowed ClusterIP, NodePort, LoadBalancer, ' +
        "do write one of these",
    ],
  },
];

const HOST_RULE =
  "allowed a DNS name such as milvus.example.com, in lower case, with no wildcard, " +
  "do write the name alone: no scheme, port, path or trailing dot, and a name in another script in its xn-- form";

const rules: BrokenFile[] = [
  {
    broken: "something to adopt that this certificate doesn't make, and something twice",
    text: committedWith({ adoptExisting: ["managed-certificate", "ingress", "ingress"] }),
    says: [
      "milvus-l7.yaml: 2 problems",
      '  gcp-stack.adoptExisting[2]: given "ingress", allowed each value once, do remove it',
      '  gcp-stack.adoptExisting[0]: given "managed-certificate", allowed only with a certificate of kind managed, ' +
        "which makes a ManagedCertificate, do remove it, or set the certificate's kind to managed",
    ],
  },
  {
    broken: "a host with a scheme",
    text: committedWith({ hosts: ["https://milvus.example.com"] }),
    says: ["milvus-l7.yaml: 1 problem", `  gcp-stack.hosts[0]: given "https://milvus.example.com", ${HOST_RULE}`],
  },
  {
    broken: "a host with a port",
    text: committedWith({ hosts: ["milvus.example.com:443"] }),
    says: ["milvus-l7.yaml: 1 problem", `  gcp-stack.hosts[0]: given "milvus.example.com:443", ${HOST_RULE}`],
  },
  {
    broken: "a host in upper case",
    text: committedWith({ hosts: ["Milvus.example.com"] }),
    says: ["milvus-l7.yaml: 1 problem", `  gcp-stack.hosts[0]: given "Milvus.example.com", ${HOST_RULE}`],
  },
  {
    broken: "a host with a wildcard",
    text: committedWith({ hosts: ["*.example.com"] }),
    says: ["milvus-l7.yaml: 1 problem", `  gcp-stack.hosts[0]: given "*.example.com", ${HOST_RULE}`],
  },
  {
    broken: "a host in another script",
    text: committedWith({ hosts: ["mílvus.example.com"] }),
    says: ["milvus-l7.yaml: 1 problem", `  gcp-stack.hosts[0]: given "mílvus.example.com", ${HOST_RULE}`],
  },
  {
    broken: "an address as a host",
    text: committedWith({ hosts: ["203.0.113.7"] }),
    says: ["milvus-l7.yaml: 1 problem", `  gcp-stack.hosts[0]: given "203.0.113.7", ${HOST_RULE}`],
  },
  {
    broken: "a host twice",
    text: committedWith({ hosts: ["a.example.com", "b.example.com", "a.example.com"] }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  gcp-stack.hosts[2]: given "a.example.com", allowed each value once, do remove it',
    ],
  },
  {
    broken: "no hosts",
    text: committedWith({ hosts: [] }),
    says: ["milvus-l7.yaml: 1 problem", "  gcp-stack.hosts: given [], allowed at least one entry, do add one"],
  },
  {
    broken: "an address range without prefix length",
    text: committedWith({ inboundCidrs: ["203.0.113.0"] }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  gcp-stack.inboundCidrs[0]: given "203.0.113.0", allowed an address range in CIDR notation such as ' +
        "203.0.113.0/24 or 2001:db8::/32, do write the address and its prefix length",
    ],
  },
  {
    broken: "an address range with too long a prefix",
    text: committedWith({ inboundCidrs: ["203.0.113.0/24", "10.0.0.0/33"] }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  gcp-stack.inboundCidrs[1]: given "10.0.0.0/33", allowed an address range in CIDR notation such as ' +
        "203.0.113.0/24 or 2001:db8::/32, do write the address and its prefix length",
    ],
  },
  {
    broken: "an address range that is no text",
    text: committedWith({ inboundCidrs: ["203.0.113.0/24", 5] }),
    says: ["milvus-l7.yaml: 1 problem", "  gcp-stack.inboundCidrs[1]: given 5, allowed text, do put it in quotes"],
  },
  {
    broken: "everybody as an address range with zeros before its length",
    text: committedWith({ inboundCidrs: ["0.0.0.0/00", "::/000", "203.0.113.0/024"] }),
    says: [
      "milvus-l7.yaml: 3 problems",
      '  gcp-stack.inboundCidrs[0]: given "0.0.0.0/00", allowed an address range in CIDR notation such as ' +
        "203.0.113.0/24 or 2001:db8::/32, do write the address and its prefix length",
      '  gcp-stack.inboundCidrs[1]: given "::/000", allowed an address range in CIDR notation such as ' +
        "203.0.113.0/24 or 2001:db8::/32, do write the address and its prefix length",
      '  gcp-stack.inboundCidrs[2]: given "203.0.113.0/024", allowed an address range in CIDR notation such as ' +
        "203.0.113.0/24 or 2001:db8::/32, do write the address and its prefix length",
    ],
  },
  {
    broken: "a public Milvus that nobody has said is meant",
    text: committedWith({ inboundCidrs: undefined }),
    says: [
      "milvus-l7.yaml: 1 problem",
      "  gcp-stack.inboundCidrs: given nothing, which admits every address, allowed the networks of the clients, " +
        "unless authorizationEnabled: true states that Milvus asks for a password, or acceptPublicUnauthenticated: true " +
        "that everybody may read and drop every collection, do list the networks that clients connect from",
    ],
  },
  {
    broken: "a public Milvus by a range that is everybody",
    text: committedWith({ inboundCidrs: ["203.0.113.0/24", "::/0"] }),
    says: [
      "milvus-l7.yaml: 1 problem",
      "  gcp-stack.inboundCidrs: given ranges that add up to more than a /7 of the public IPv6 addresses, which is no allow-list, allowed the networks of the clients, " +
        "unless authorizationEnabled: true states that Milvus asks for a password, or acceptPublicUnauthenticated: true " +
        "that everybody may read and drop every collection, do list the networks that clients connect from",
    ],
  },
  {
    broken: "an allow-list with nothing in it",
    text: committedWith({ inboundCidrs: [] }),
    says: ["milvus-l7.yaml: 1 problem", "  gcp-stack.inboundCidrs: given [], allowed at least one entry, do add one"],
  },
  {
    broken: "a project's name for its id",
    text: committedWith({ project: "Milvus Testing" }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  gcp-stack.project: given "Milvus Testing", allowed a Google Cloud project\'s id: 6 to 30 lower-case letters, ' +
        "digits and '-', with a letter first, do write the id, not the name or the number, " +
        "as 'gcloud projects list' prints it",
    ],
  },
  {
    broken: "a location that is none",
    text: committedWith({ "cluster.location": "Oregon" }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  gcp-stack.cluster.location: given "Oregon", allowed a region or zone such as us-west1 or us-west1-a, ' +
        "do write the location as 'gcloud container clusters list' prints it",
    ],
  },
  {
    broken: "a release that is left alone and speaks no TLS",
    text: committedWith({
      release: {
        ownership: "leave-alone",
        releaseName: "my-release",
        namespace: "default",
        mode: "cluster",
        tlsInPod: false,
      },
    }),
    says: [
      "milvus-l7.yaml: 1 problem",
      "  gcp-stack.release.tlsInPod: given false, allowed a Milvus whose pods speak TLS: GKE speaks HTTP/2 to a backend " +
        "over TLS only, do adopt the release, which turns it on, or turn on common.security.tlsMode yourself and then " +
        "say tlsInPod: true",
    ],
  },
  {
    broken: "a release name with characters that Helm doesn't take",
    text: committedWith({ "release.releaseName": "My_Release" }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  gcp-stack.release.releaseName: given "My_Release", allowed a Helm release name: lower-case letters, digits, ' +
        "'-' and '.', at most 53 characters, do write the name as 'helm list' prints it",
    ],
  },
  {
    broken: "a release name that is too long for Helm",
    text: committedWith({ "release.releaseName": "the-vector-database-of-the-recommendation-service-milvus" }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  gcp-stack.release.releaseName: given "the-vector-database-of-the-recommendation-service-milvus", ' +
        "allowed a Helm release name: lower-case letters, digits, '-' and '.', at most 53 characters, do write the name as 'helm list' prints it",
    ],
  },
  {
    broken: "REST on the port of the health checks",
    text: committedWith({ "release.restPort": 9091 }),
    says: [
      "milvus-l7.yaml: 1 problem",
      "  gcp-stack.release.restPort: given 9091, allowed a port from 1024 to 65535 other than 19530, 19529 and 9091, " +
        "which Milvus uses itself, do leave it out for 8080",
    ],
  },
  {
    broken: "an upgrade with too little time",
    text: committedWith({ "release.timeoutSec": 300 }),
    says: [
      "milvus-l7.yaml: 1 problem",
      "  gcp-stack.release.timeoutSec: given 300, allowed a whole number from 1200 to 86400, do write a number in that range",
    ],
  },
  {
    broken: "a lifetime of DNS records without a zone",
    text: committedWith({ dnsTtlSec: 60 }),
    says: [
      "milvus-l7.yaml: 1 problem",
      "  gcp-stack.dnsTtlSec: given 60, allowed only together with dnsZone, do add dnsZone, or remove it",
    ],
  },
  {
    broken: "a DNS zone's domain for its name",
    text: committedWith({ dnsZone: "example.com." }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  gcp-stack.dnsZone: given "example.com.", allowed the name of a Cloud DNS zone: lower-case letters, digits and ' +
        "'-', with a letter first, do write the zone's name, not its domain, as 'gcloud dns managed-zones list' prints it",
    ],
  },
  {
    broken: "a share of more than everything",
    text: committedWith({ logSampleRate: 50 }),
    says: [
      "milvus-l7.yaml: 1 problem",
      "  gcp-stack.logSampleRate: given 50, allowed a number from 0 to 1, do write a number in that range",
    ],
  },
  {
    broken: "a line break in a text",
    text: committedWith({ backend: { kind: "gcs", bucket: "states\n" } }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  gcp-stack.backend.bucket: given "states\\n", allowed a line of text, ' +
        "do remove line breaks, control characters and '{TfToken['",
    ],
  },
];

/** A config file's text with the committed AWS stack, some of its settings changed. */
function awsWith(changes: Record<string, unknown>): string {
  return committedWith(changes, "aws-stack");
}

const REGIONAL_CERTIFICATE = {
  kind: "arn",
  arn: "arn:aws:acm:us-east-2:123456789012:certificate/01234567-89ab-cdef",
};

const RELEASE = { releaseName: "search", namespace: "vector-db", mode: "cluster" };

const PUBLIC_RULE =
  "allowed the networks of the clients, unless authorizationEnabled: true states that Milvus asks for a password, " +
  "or acceptPublicUnauthenticated: true that everybody may read and drop every collection, " +
  "do list the networks that clients connect from";

const ZONE_RULE =
  "allowed the id of a Route 53 hosted zone, such as Z0123456789ABCDEFGHIJ, do write the zone's id, not its domain, " +
  "as 'aws route53 list-hosted-zones' prints it, without /hostedzone/";

const awsShapes: BrokenFile[] = [
  {
    broken: "an unknown key at the top of a stack: another cloud's",
    text: awsWith({ project: "milvus-testing" }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  aws-stack.project: given "milvus-testing", allowed the keys cloud, region, account, profile, cluster, release, ' +
        "hosts, certificate, adoptExisting, inboundCidrs, authorizationEnabled, acceptPublicUnauthenticated, " +
        "denyUnauthorizedStreams, rest, annotations, name, scheme, ipAddressType, ingressClassName, sslPolicy, " +
        "httpsRedirect, additionalCertificates, mutualTls, prefixLists, securityGroups, subnets, group, loadBalancerName, " +
        "tags, dnsZone, dnsLogin, idleTimeoutSec, deregistrationDelaySec, algorithm, slowStartSec, healthCheck, " +
        "podReadinessGate, webAcl, logs, shieldAdvanced, deletionProtection, addressWaitSec, labels, backend, " +
        "do remove it, or correct the key",
    ],
  },
  {
    broken: "an unknown key in cluster: another cloud's",
    text: awsWith({ "cluster.location": "us-east-2" }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  aws-stack.cluster.location: given "us-east-2", allowed the keys access, name, roleArn, ' +
        "do remove it, or correct the key",
    ],
  },
  {
    broken: "the Service's type of a release that is left alone, since nothing is said of its ownership",
    text: awsWith({ release: { ...RELEASE, serviceType: "ClusterIP" } }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  aws-stack.release.serviceType: given "ClusterIP", allowed the keys ownership, releaseName, namespace, mode, ' +
        "nameOverride, fullnameOverride, renderedBy, tlsInPod, do remove it, or correct the key",
    ],
  },
  {
    broken: "what the pods speak, of a release that is adopted",
    text: awsWith({ "release.tlsInPod": true }),
    says: [
      "milvus-l7.yaml: 1 problem",
      "  aws-stack.release.tlsInPod: given true, allowed the keys ownership, releaseName, namespace, mode, nameOverride, " +
        "fullnameOverride, acceptPlaintextClientsCutOff, podCertificate, userYaml, stack, restPort, serviceType, acceptLayer4LoadBalancerDeleted, " +
        "repository, chart, timeoutSec, tls, do remove it, or correct the key",
    ],
  },
  {
    broken: "a release without its name",
    text: awsWith({ "release.releaseName": undefined }),
    says: [
      "milvus-l7.yaml: 1 problem",
      "  aws-stack.release.releaseName: given nothing, allowed text: the release's name, as 'helm list' prints it, " +
        "do add it",
    ],
  },
  {
    broken: "a missing region",
    text: awsWith({ region: undefined }),
    says: ["milvus-l7.yaml: 1 problem", "  aws-stack.region: given nothing, allowed text: the AWS region, do add it"],
  },
  {
    broken: "an account that YAML takes for a number",
    text: awsWith({ account: 123456789012 }),
    says: [
      "milvus-l7.yaml: 1 problem",
      "  aws-stack.account: given 123456789012, allowed text: the id of the AWS account, do put it in quotes",
    ],
  },
  {
    broken: "a status code that YAML takes for a number",
    text: awsWith({ healthCheck: { kind: "custom", path: "/a.B/C", successCodes: 12 } }),
    says: [
      "milvus-l7.yaml: 1 problem",
      "  aws-stack.healthCheck.successCodes: given 12, allowed text: the gRPC status codes of a healthy pod, do put it in quotes",
    ],
  },
  {
    broken: "a wrong kind of certificate: another cloud's",
    text: awsWith({ certificate: { kind: "managed" } }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  aws-stack.certificate.kind: given "managed", allowed self-signed, pem, acm, arn, do write one of these',
    ],
  },
  {
    broken: "a certificate of kind arn without its ARN",
    text: awsWith({ certificate: { kind: "arn" } }),
    says: [
      "milvus-l7.yaml: 1 problem",
      "  aws-stack.certificate.arn: given nothing, allowed text: the certificate's ARN, do add it",
    ],
  },
  {
    broken: "a wrong way to reach the cluster",
    text: awsWith({ cluster: { access: "token", name: "vectors" } }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  aws-stack.cluster.access: given "token", allowed exec, kubeconfig, do write one of these',
    ],
  },
  {
    broken: "something to adopt that only another cloud has",
    text: awsWith({ adoptExisting: ["ingress", "backend-config"] }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  aws-stack.adoptExisting[1]: given "backend-config", allowed ingress, do write one of these',
    ],
  },
  {
    broken: "a wrong scheme",
    text: awsWith({ scheme: "public" }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  aws-stack.scheme: given "public", allowed internet-facing, internal, do write one of these',
    ],
  },
  {
    broken: "a wrong kind of addresses",
    text: awsWith({ ipAddressType: "ipv6" }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  aws-stack.ipAddressType: given "ipv6", allowed ipv4, dualstack, dualstack-without-public-ipv4, ' +
        "do write one of these",
    ],
  },
  {
    broken: "wrong kinds of what has kinds on AWS",
    text: awsWith({
      healthCheck: { kind: "http", path: "/healthz" },
      webAcl: "none",
      logs: { kind: "cloudwatch" },
      mutualTls: { kind: "passthrough" },
      dnsLogin: { kind: "user" },
    }),
    says: [
      "milvus-l7.yaml: 5 problems",
      '  aws-stack.mutualTls.kind: given "passthrough", allowed existing, created, leave-alone, do write one of these',
      '  aws-stack.dnsLogin.kind: given "user", allowed role, profile, do write one of these',
      '  aws-stack.healthCheck.kind: given "http", allowed grpc-server, grpc-health, custom, do write one of these',
      '  aws-stack.webAcl: given "none", allowed settings (key: value): the web ACL of AWS WAF, do write it in this form',
      '  aws-stack.logs.kind: given "cloudwatch", allowed existing, created, do write one of these',
    ],
  },
  {
    broken: "parts that say too little, too much, or in the wrong form",
    text: awsWith({
      inboundCidrs: undefined,
      securityGroups: { ids: "sg-0123456789abcdef0" },
      group: { order: "first" },
      logs: { kind: "existing", expireAfterDays: 3 },
      webAcl: { kind: "existing", arn: "x" },
      tags: { cost: 5 },
      deletionProtection: "on",
    }),
    says: [
      "milvus-l7.yaml: 10 problems",
      '  aws-stack.securityGroups.ids: given "sg-0123456789abcdef0", allowed a list: ' +
        "a list of the security groups' ids or names, do write it as a list, in [ ]",
      "  aws-stack.securityGroups.restrictsClients: given nothing, allowed true or false: " +
        "whether their rules let only your clients in, do add it",
      "  aws-stack.group.name: given nothing, allowed text: the IngressGroup's name, do add it",
      "  aws-stack.group.order: given \"first\", allowed a number: the place of this Ingress' rules among the group's, " +
        "do write a number, with no quotes around it",
      "  aws-stack.tags.cost: given 5, allowed text, do put it in quotes",
      "  aws-stack.webAcl.restrictsClients: given nothing, allowed true or false: whether it lets only your clients in, " +
        "do add it",
      "  aws-stack.logs.bucket: given nothing, allowed text: the bucket's name, do add it",
      "  aws-stack.logs.expireAfterDays: given 3, allowed the keys kind, bucket, prefix, calls, connections, " +
        "do remove it, or correct the key",
      '  aws-stack.deletionProtection: given "on", allowed true or false: whether the load balancer can\'t be deleted, ' +
        "do write it in this form",
      '  aws-stack.webAcl.arn: given "x", allowed the ARN of a regional web ACL: ' +
        "arn:aws:wafv2:<region>:<account>:regional/webacl/<name>/<id>, " +
        "do write it as 'aws wafv2 list-web-acls --scope REGIONAL' prints it",
    ],
  },
];

const awsRules: BrokenFile[] = [
  {
    broken: "a region's name for its code",
    text: awsWith({ region: "Ohio" }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  aws-stack.region: given "Ohio", allowed an AWS region such as eu-west-1, ' +
        "do write the region's code, not its name",
    ],
  },
  {
    broken: "an availability zone for a region",
    text: awsWith({ region: "us-east-2a" }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  aws-stack.region: given "us-east-2a", allowed an AWS region such as eu-west-1, ' +
        "do write the region's code, not its name",
    ],
  },
  {
    broken: "an account as the console shows it",
    text: awsWith({ account: "1234-5678-9012" }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  aws-stack.account: given "1234-5678-9012", allowed an AWS account\'s id: twelve digits, ' +
        "do write it in quotes, as 'aws sts get-caller-identity' prints it",
    ],
  },
  {
    broken: "an EKS cluster's ARN for its name",
    text: awsWith({ "cluster.name": "arn:aws:eks:us-east-2:123456789012:cluster/vectors" }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  aws-stack.cluster.name: given "arn:aws:eks:us-east-2:123456789012:cluster/vectors", ' +
        "allowed an EKS cluster's name: letters, digits, '-' and '_', at most 100 characters, with a letter or digit first, " +
        "do write the name as 'aws eks list-clusters' prints it",
    ],
  },
  {
    broken: "a role's name for its ARN",
    text: awsWith({ "cluster.roleArn": "deployer" }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  aws-stack.cluster.roleArn: given "deployer", allowed the ARN of an IAM role: arn:aws:iam::<account>:role/<name>, ' +
        "do write it as 'aws iam get-role' prints it",
    ],
  },
  {
    broken: "a user's ARN for a role's",
    text: awsWith({ "cluster.roleArn": "arn:aws:iam::123456789012:user/deployer" }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  aws-stack.cluster.roleArn: given "arn:aws:iam::123456789012:user/deployer", ' +
        "allowed the ARN of an IAM role: arn:aws:iam::<account>:role/<name>, do write it as 'aws iam get-role' prints it",
    ],
  },
  {
    broken: "a certificate's id for its ARN",
    text: awsWith({ certificate: { kind: "arn", arn: "01234567-89ab-cdef-0123-456789abcdef" } }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  aws-stack.certificate.arn: given "01234567-89ab-cdef-0123-456789abcdef", ' +
        "allowed the ARN of an ACM certificate: arn:aws:acm:<region>:<account>:certificate/<id>, " +
        "do write it as 'aws acm list-certificates' prints it",
    ],
  },
  {
    broken: "the ARN of a certificate in another region",
    text: awsWith({
      certificate: { kind: "arn", arn: "arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef" },
    }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  aws-stack.certificate.arn: given "arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef", ' +
        "allowed a certificate of the stack's region, us-east-2, do import or request the certificate in that region",
    ],
  },
  {
    broken: "what is in another region than the load balancer",
    text: awsWith({
      additionalCertificates: ["arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef"],
      mutualTls: {
        kind: "existing",
        trustStore: "arn:aws:elasticloadbalancing:us-east-1:123456789012:truststore/a/0123",
      },
      webAcl: {
        kind: "existing",
        arn: "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/a/11111111-2222-3333-4444-555555555555",
        restrictsClients: true,
      },
    }),
    says: [
      "milvus-l7.yaml: 3 problems",
      '  aws-stack.additionalCertificates[0]: given "arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef", ' +
        "allowed a certificate of the stack's region, us-east-2, do import or request the certificate in that region",
      '  aws-stack.mutualTls.trustStore: given "arn:aws:elasticloadbalancing:us-east-1:123456789012:truststore/a/0123", ' +
        "allowed a trust store of the stack's region, us-east-2, do create the trust store in that region",
      '  aws-stack.webAcl.arn: given "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/a/11111111-2222-3333-4444-555555555555", ' +
        "allowed a web ACL of the stack's region, us-east-2, do create the web ACL in that region",
    ],
  },
  {
    broken: "a login for a zone that isn't there, by a role's name for its ARN",
    text: awsWith({ dnsLogin: { kind: "role", arn: "dns" } }),
    says: [
      "milvus-l7.yaml: 2 problems",
      '  aws-stack.dnsLogin.arn: given "dns", allowed the ARN of an IAM role: arn:aws:iam::<account>:role/<name>, ' +
        "do write it as 'aws iam get-role' prints it",
      '  aws-stack.dnsLogin: given {"kind":"role","arn":"dns"}, allowed only together with dnsZone, or with a certificate of ' +
        "kind acm and its zone, do add dnsZone, or remove it",
    ],
  },
  {
    broken: "settings of the load balancer that go against one another",
    text: awsWith({
      securityGroups: { ids: ["sg-0123456789abcdef0"], restrictsClients: true },
      algorithm: "weighted_random",
      slowStartSec: 60,
      scheme: "internal",
      ipAddressType: "dualstack-without-public-ipv4",
      annotations: { "alb.ingress.kubernetes.io/scheme": "internet-facing" },
    }),
    says: [
      "milvus-l7.yaml: 4 problems",
      '  aws-stack.ipAddressType: given "dualstack-without-public-ipv4", allowed ipv4 or dualstack, where scheme is internal: ' +
        "it has no public address, do set it to dualstack, or leave it out",
      '  aws-stack.inboundCidrs: given ["203.0.113.0/24"], allowed nothing beside securityGroups: the controller passes by it ' +
        "then, and their rules say who gets in, do remove it, or remove securityGroups",
      "  aws-stack.slowStartSec: given 60, allowed 0, as long as algorithm is another than round_robin, which alone takes " +
        "newcomers slowly, do remove it, or remove algorithm",
      '  aws-stack.annotations["alb.ingress.kubernetes.io/scheme"]: given "internet-facing", allowed an annotation that no ' +
        "setting writes: this one says what scheme says, do set scheme instead",
    ],
  },
  {
    broken: "a certificate validated in a zone's domain for its id",
    text: awsWith({ certificate: { kind: "acm", zone: "example.com" } }),
    says: ["milvus-l7.yaml: 1 problem", `  aws-stack.certificate.zone: given "example.com", ${ZONE_RULE}`],
  },
  {
    broken: "a DNS zone's domain for its id",
    text: awsWith({ dnsZone: "example.com" }),
    says: ["milvus-l7.yaml: 1 problem", `  aws-stack.dnsZone: given "example.com", ${ZONE_RULE}`],
  },
  {
    broken: "a DNS zone's domain for its id, where a certificate is validated in it too",
    text: awsWith({ dnsZone: "example.com", certificate: { kind: "acm" } }),
    says: ["milvus-l7.yaml: 1 problem", `  aws-stack.dnsZone: given "example.com", ${ZONE_RULE}`],
  },
  {
    broken: "a DNS zone's id as the API prints it",
    text: awsWith({ dnsZone: "/hostedzone/Z0123456789ABCDEFGHIJ" }),
    says: ["milvus-l7.yaml: 1 problem", `  aws-stack.dnsZone: given "/hostedzone/Z0123456789ABCDEFGHIJ", ${ZONE_RULE}`],
  },
  {
    broken: "a public Milvus that nobody has said is meant",
    text: awsWith({ inboundCidrs: undefined }),
    says: [
      "milvus-l7.yaml: 1 problem",
      `  aws-stack.inboundCidrs: given nothing, which admits every address, ${PUBLIC_RULE}`,
    ],
  },
  {
    broken: "a public Milvus by a range that is everybody",
    text: awsWith({ scheme: "internet-facing", inboundCidrs: ["0.0.0.0/0"] }),
    says: [
      "milvus-l7.yaml: 1 problem",
      `  aws-stack.inboundCidrs: given ranges that add up to more than a /4 of the public IPv4 addresses, which is no allow-list, ${PUBLIC_RULE}`,
    ],
  },
  {
    broken: "a TLS policy by the name of a version",
    text: awsWith({ sslPolicy: "TLS-1-2" }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  aws-stack.sslPolicy: given "TLS-1-2", allowed the name of a TLS policy of Elastic Load Balancing, such as ' +
        "ELBSecurityPolicy-TLS13-1-2-Res-2021-06, do write the name as 'aws elbv2 describe-ssl-policies' prints it",
    ],
  },
  {
    broken: "a health check of HTTP",
    text: awsWith({ healthCheck: { kind: "custom", path: "/healthz", successCodes: "0" } }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  aws-stack.healthCheck.path: given "/healthz", allowed the path of a gRPC method, such as /AWS.ALB/healthcheck or ' +
        "/grpc.health.v1.Health/Check, do write /package.Service/Method",
    ],
  },
  {
    broken: "a status code of HTTP",
    text: awsWith({ healthCheck: { kind: "custom", path: "/a.B/C", successCodes: "200" } }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  aws-stack.healthCheck.successCodes: given "200", allowed gRPC status codes from 0 to 99: one, a list such as 0,16 or ' +
        "a range such as 0-12, do write the codes of a healthy pod",
    ],
  },
  {
    broken: "a silence that is too long for the load balancer",
    text: awsWith({ idleTimeoutSec: 4001 }),
    says: [
      "milvus-l7.yaml: 1 problem",
      "  aws-stack.idleTimeoutSec: given 4001, allowed a whole number from 1 to 4000, do write a number in that range",
    ],
  },
  {
    broken: "times out of their ranges",
    text: awsWith({ deregistrationDelaySec: 3601, addressWaitSec: -1 }),
    says: [
      "milvus-l7.yaml: 2 problems",
      "  aws-stack.deregistrationDelaySec: given 3601, allowed a whole number from 0 to 3600, " +
        "do write a number in that range",
      "  aws-stack.addressWaitSec: given -1, allowed a whole number from 0 to 3600, do write a number in that range",
    ],
  },
  {
    broken: "names that Kubernetes doesn't take",
    text: awsWith({ name: "Front Door", ingressClassName: "ALB" }),
    says: [
      "milvus-l7.yaml: 2 problems",
      "  aws-stack.name: given \"Front Door\", allowed a Kubernetes name: lower-case letters, digits and '-', " +
        "at most 63 characters, with a letter or digit at each end, do write the name as kubectl prints it",
      "  aws-stack.ingressClassName: given \"ALB\", allowed a Kubernetes name: lower-case letters, digits, '-' and '.', " +
        "at most 253 characters, with a letter or digit at each end, do write the name as kubectl prints it",
    ],
  },
  {
    broken: "a release that is adopted for a Service's type that is none",
    text: awsWith({ release: { ...RELEASE, ownership: "adopt", serviceType: "ExternalName" } }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  aws-stack.release.serviceType: given "ExternalName", allowed ClusterIP, NodePort, LoadBalancer, ' +
        "do write one of these",
    ],
  },
  {
    broken: "a release name with characters that Helm doesn't take, of a release that is left alone",
    text: awsWith({ release: { ...RELEASE, releaseName: "My_Release" } }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  aws-stack.release.releaseName: given "My_Release", allowed a Helm release name: lower-case letters, digits, ' +
        "'-' and '.', at most 53 characters, do write the name as 'helm list' prints it",
    ],
  },
];

const certificates: BrokenFile[] = [
  {
    broken: "a certificate file that isn't there",
    text: committedWith({ certificate: { ...PEM_CERTIFICATE, certificate: { file: "certs/missing.crt" } } }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  gcp-stack.certificate.certificate.file: given "certs/missing.crt", allowed a file that can be read, ' +
        "do correct the path",
    ],
  },
  {
    broken: "a chain file that is a folder",
    text: committedWith({ certificate: { ...PEM_CERTIFICATE, certificate: undefined, chain: { file: "." } } }),
    says: [
      "milvus-l7.yaml: 2 problems",
      "  gcp-stack.certificate.certificate: given nothing, allowed the server's certificate: PEM text, or file: with its " +
        "path, do add it",
      '  gcp-stack.certificate.chain.file: given ".", allowed a file that can be read, do correct the path',
    ],
  },
  {
    broken: "a certificate that isn't PEM",
    text: committedWith({ certificate: PEM_CERTIFICATE }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  gcp-stack.certificate.certificate: given "not a certificate", allowed one certificate in PEM, ' +
        "do put the server's certificate here and the others into chain",
    ],
  },
  {
    broken: "a certificate whose PEM holds nothing of the kind",
    text: committedWith({
      certificate: {
        ...PEM_CERTIFICATE,
        certificate: "-----BEGIN CERTIFICATE-----\nbm90IGEgY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n",
      },
    }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  gcp-stack.certificate.certificate: given "-----BEGIN CERTIFICATE-----\\nbm90IGEgY2VydGlmaWNhdGU=\\n-----END ' +
        "CERTIFICATE-----\\n\", allowed one certificate in PEM, do put the server's certificate here and the others into chain",
    ],
  },
  {
    broken: "a private key where the certificate belongs",
    text: committedWith({ certificate: { ...PEM_CERTIFICATE, certificate: PASTED_KEY } }),
    says: [
      "milvus-l7.yaml: 1 problem",
      "  gcp-stack.certificate.certificate: given a private key (not shown), allowed one certificate in PEM, " +
        "do put the server's certificate here and the others into chain",
    ],
  },
  {
    broken: "a private key as text",
    text: committedWith({ certificate: { ...PEM_CERTIFICATE, certificate: undefined, privateKey: PASTED_KEY } }),
    says: [
      "milvus-l7.yaml: 2 problems",
      "  gcp-stack.certificate.certificate: given nothing, allowed the server's certificate: PEM text, or file: with its " +
        "path, do add it",
      "  gcp-stack.certificate.privateKey: given a private key (not shown), allowed where Terraform finds the key: file: " +
        "with a path, or variable: with a name, do write it in this form",
    ],
  },
  {
    broken: "a private key under a key of its own",
    text: committedWith({ key: PASTED_KEY, "certificate.key": PASTED_KEY }),
    says: [
      "milvus-l7.yaml: 2 problems",
      "  gcp-stack.certificate.key: given a private key (not shown), allowed the keys kind, validityDays, generation, " +
        "do remove it, or correct the key",
      `  gcp-stack.key: given a private key (not shown), allowed ${GCP_KEYS}, do remove it, or correct the key`,
    ],
  },
  {
    broken: "a private key's variable that Terraform doesn't take",
    text: committedWith({ certificate: { kind: "pem", certificate: "-", privateKey: { variable: "tls-key" } } }),
    says: [
      "milvus-l7.yaml: 2 problems",
      '  gcp-stack.certificate.certificate: given "-", allowed one certificate in PEM, ' +
        "do put the server's certificate here and the others into chain",
      '  gcp-stack.certificate.privateKey.variable: given "tls-key", allowed the name of a Terraform variable: letters, ' +
        "digits and '_', with a letter first, do name the variable, and give Terraform its value as TF_VAR_<name>",
    ],
  },
];

describe.each([
  { group: "a file that is no set of stacks", files: notYaml },
  { group: "a stack that is none", files: stacks },
  { group: "settings of another shape", files: shapes },
  { group: "settings against a rule", files: rules },
  { group: "settings of an aws stack of another shape", files: awsShapes },
  { group: "settings of an aws stack against a rule", files: awsRules },
  { group: "certificates and keys", files: certificates },
])("$group", ({ files }) => {
  test.each(files)("$broken", ({ text, says }) => {
    const error = refusal(writeConfig(folder, text));

    expect(error?.message).toBe(says.join("\n"));
  });
});

test.each([
  {
    right: "an internal load balancer without allow-list",
    text: awsWith({ scheme: "internal", inboundCidrs: undefined }),
  },
  {
    right: "a public load balancer without allow-list, for a Milvus that asks for a password",
    text: awsWith({ inboundCidrs: undefined, authorizationEnabled: true }),
  },
  { right: "an account in quotes", text: awsWith({}).replace("region:", 'account: "012345678901"\n  region:') },
  { right: "the ARN of a certificate in the stack's region", text: awsWith({ certificate: REGIONAL_CERTIFICATE }) },
  { right: "a region of the US government", text: awsWith({ region: "us-gov-west-1" }) },
  { right: "an aws release of which nothing is said but what it is", text: awsWith({ release: RELEASE }) },
  { right: "a gcp release of which nothing is said but what it is", text: committedWith({ release: RELEASE }) },
])("$right is taken", ({ text }) => {
  expect(refusal(writeConfig(folder, text))?.message).toBeUndefined();
});

test("a file that isn't there", () => {
  const error = refusal("no-such-folder/milvus-l7.yaml");

  expect(error?.message).toBe(
    "milvus-l7.yaml: 1 problem\n" +
      '  file: given "no-such-folder/milvus-l7.yaml", allowed a file that can be read, ' +
      "do create it, or set MILVUS_L7_CONFIG",
  );
});

test("a folder for a file", () => {
  const error = refusal(`${__dirname}/../../docs`);

  expect(error?.problems).toEqual([expect.objectContaining({ path: "file", allowed: "a file that can be read" })]);
});

test.each([
  { where: "the certificate", certificate: { ...PEM_CERTIFICATE, certificate: PASTED_KEY } },
  { where: "the chain", certificate: { ...PEM_CERTIFICATE, chain: PASTED_KEY } },
  { where: "the key", certificate: { ...PEM_CERTIFICATE, privateKey: PASTED_KEY } },
  { where: "the key's file", certificate: { ...PEM_CERTIFICATE, privateKey: { file: PASTED_KEY } } },
  { where: "the key's variable", certificate: { ...PEM_CERTIFICATE, privateKey: { variable: PASTED_KEY } } },
  { where: "the kind", certificate: { kind: PASTED_KEY } },
  { where: "the whole", certificate: PASTED_KEY },
])("a private key pasted into $where is never shown", ({ certificate }) => {
  const error = refusal(writeConfig(folder, committedWith({ certificate })));

  expect(error?.message).toContain("a private key (not shown)");
  expect(error?.message).not.toContain(KEY_BODY.slice(0, 8));
});

test.each([
  { where: "the region", changes: { region: PASTED_KEY } },
  { where: "the account", changes: { account: PASTED_KEY } },
  { where: "the profile", changes: { profile: PASTED_KEY } },
  { where: "the role", changes: { "cluster.roleArn": PASTED_KEY } },
  { where: "a certificate's ARN", changes: { certificate: { kind: "arn", arn: PASTED_KEY } } },
  { where: "a host", changes: { hosts: [PASTED_KEY] } },
  { where: "an address range", changes: { inboundCidrs: [PASTED_KEY] } },
])("a private key pasted into $where of an aws stack is never shown", ({ changes }) => {
  const error = refusal(writeConfig(folder, awsWith(changes)));

  expect(error?.message).toContain("a private key (not shown)");
  expect(error?.message).not.toContain(KEY_BODY.slice(0, 8));
});

test("a private key pasted without indentation is never shown", () => {
  const text = oneStack({ ...committed(), certificate: "here" }).replace("here", `\n${PASTED_KEY}`);

  const error = refusal(writeConfig(folder, text));

  expect(error?.problems).not.toHaveLength(0);
  expect(error?.message).not.toContain(KEY_BODY.slice(0, 8));
});

test("everything that is wrong with every stack comes at once: shape, files, texts and rules", () => {
  const settings = committed();
  const first = changed(settings, {
    project: 5,
    hosts: ["Milvus.example.com", "ok.example.com"],
    "release.restPort": 9091,
    "release.mode": "clustered",
    certificate: { kind: "pem", certificate: { file: "no.crt" }, privateKey: { variable: "1st" } },
    colour: "blue",
  });
  const second = changed(settings, {
    cluster: { access: "kubeconfig", context: "two\nlines" },
    inboundCidrs: undefined,
    "certificate.validityDays": 0,
    "certificate.generation": 0,
    backend: undefined,
  });
  const text = oneStack(first) + oneStack(second).replace("gcp-stack:", "second-stack:");

  const error = refusal(writeConfig(folder, text));

  expect(error?.message).toBe(
    [
      "milvus-l7.yaml: 12 problems",
      "  gcp-stack.project: given 5, allowed text: the Google Cloud project's id, do put it in quotes",
      '  gcp-stack.release.mode: given "clustered", allowed cluster, standalone, do write one of these',
      `  gcp-stack.colour: given "blue", allowed ${GCP_KEYS}, do remove it, or correct the key`,
      '  gcp-stack.certificate.certificate.file: given "no.crt", allowed a file that can be read, do correct the path',
      "  gcp-stack.release.restPort: given 9091, allowed a port from 1024 to 65535 other than 19530, 19529 and 9091, " +
        "which Milvus uses itself, do leave it out for 8080",
      `  gcp-stack.hosts[0]: given "Milvus.example.com", ${HOST_RULE}`,
      '  gcp-stack.certificate.privateKey.variable: given "1st", allowed the name of a Terraform variable: letters, ' +
        "digits and '_', with a letter first, do name the variable, and give Terraform its value as TF_VAR_<name>",
      "  second-stack.backend: given nothing, allowed settings (key: value): where Terraform keeps the stack's state, " +
        "do add it",
      '  second-stack.cluster.context: given "two\\nlines", allowed a line of text, ' +
        "do remove line breaks, control characters and '{TfToken['",
      "  second-stack.inboundCidrs: given nothing, which admits every address, allowed the networks of the clients, " +
        "unless authorizationEnabled: true states that Milvus asks for a password, or acceptPublicUnauthenticated: true " +
        "that everybody may read and drop every collection, do list the networks that clients connect from",
      "  second-stack.certificate.validityDays: given 0, allowed a whole number from 1 to 3650, " +
        "do write a number in that range",
      "  second-stack.certificate.generation: given 0, allowed a whole number from 1 to 1000000, " +
        "do write a number in that range",
    ].join("\n"),
  );
});

test("everything that is wrong with stacks of both clouds comes at once, in the order of the file", () => {
  const gcp = committedWith({ project: 5, hosts: ["milvus"], "cluster.location": "Oregon" });
  const aws = awsWith({
    region: "Ohio",
    account: 123456789012,
    cluster: { access: "exec", name: "vectors", roleArn: "deployer", location: "us-east-2" },
    release: { ...RELEASE, ownership: "adopt", tls: "enabled", restPort: 19530 },
    hosts: ["milvus.example.com:443"],
    certificate: { kind: "pem", certificate: { file: "no.crt" }, privateKey: { file: "two\nlines" } },
    inboundCidrs: undefined,
    sslPolicy: "TLS-1-2",
    idleTimeoutSec: "240",
    backend: { kind: "s3", bucket: "states", key: "milvus" },
  });

  const error = refusal(writeConfig(folder, gcp + aws));

  expect(error?.message).toBe(
    [
      "milvus-l7.yaml: 15 problems",
      "  gcp-stack.project: given 5, allowed text: the Google Cloud project's id, do put it in quotes",
      '  gcp-stack.cluster.location: given "Oregon", allowed a region or zone such as us-west1 or us-west1-a, ' +
        "do write the location as 'gcloud container clusters list' prints it",
      `  gcp-stack.hosts[0]: given "milvus", ${HOST_RULE}`,
      "  aws-stack.account: given 123456789012, allowed text: the id of the AWS account, do put it in quotes",
      '  aws-stack.cluster.location: given "us-east-2", allowed the keys access, name, roleArn, ' +
        "do remove it, or correct the key",
      '  aws-stack.idleTimeoutSec: given "240", allowed a number: how many seconds a connection may be silent, ' +
        "do write a number, with no quotes around it",
      "  aws-stack.backend.region: given nothing, allowed text: the bucket's region, do add it",
      '  aws-stack.certificate.certificate.file: given "no.crt", allowed a file that can be read, do correct the path',
      '  aws-stack.certificate.privateKey.file: given "two\\nlines", allowed a line of text, ' +
        "do remove line breaks, control characters and '{TfToken['",
      '  aws-stack.region: given "Ohio", allowed an AWS region such as eu-west-1, ' +
        "do write the region's code, not its name",
      '  aws-stack.cluster.roleArn: given "deployer", allowed the ARN of an IAM role: ' +
        "arn:aws:iam::<account>:role/<name>, do write it as 'aws iam get-role' prints it",
      "  aws-stack.release.restPort: given 19530, allowed a port from 1024 to 65535 other than 19530, 19529 and 9091, " +
        "which Milvus uses itself, do leave it out for 8080",
      `  aws-stack.hosts[0]: given "milvus.example.com:443", ${HOST_RULE}`,
      `  aws-stack.inboundCidrs: given nothing, which admits every address, ${PUBLIC_RULE}`,
      '  aws-stack.sslPolicy: given "TLS-1-2", allowed the name of a TLS policy of Elastic Load Balancing, such as ' +
        "ELBSecurityPolicy-TLS13-1-2-Res-2021-06, do write the name as 'aws elbv2 describe-ssl-policies' prints it",
    ].join("\n"),
  );
});
