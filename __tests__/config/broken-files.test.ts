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
    broken: "an unknown key at the top of a stack",
    text: committedWith({ region: "us-west1" }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  gcp-stack.region: given "us-west1", allowed the keys cloud, project, cluster, release, hosts, certificate, ' +
        "inboundCidrs, authorizationEnabled, acceptPublicUnauthenticated, denyUnauthorizedStreams, name, address, " +
        "dnsZone, dnsTtlSec, timeoutSec, connectionDrainingSec, logSampleRate, backend, do remove it, or correct the key",
    ],
  },
  {
    broken: "an unknown key in release",
    text: committedWith({ "release.version": "5.0.19" }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  gcp-stack.release.version: given "5.0.19", allowed the keys ownership, releaseName, namespace, mode, ' +
        "nameOverride, fullnameOverride, restPort, serviceType, repository, chart, timeoutSec, " +
        "do remove it, or correct the key",
    ],
  },
  {
    broken: "an unknown key in certificate",
    text: committedWith({ "certificate.days": 90 }),
    says: [
      "milvus-l7.yaml: 1 problem",
      "  gcp-stack.certificate.days: given 90, allowed the keys kind, validityDays, do remove it, or correct the key",
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
        "do write one of these",
    ],
  },
  {
    broken: "a certificate without kind",
    text: committedWith({ certificate: { validityDays: 90 } }),
    says: [
      "milvus-l7.yaml: 1 problem",
      "  gcp-stack.certificate.kind: given nothing, allowed self-signed, pem, managed, secret, do add it",
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
    broken: "a release whose ownership nobody knows",
    text: committedWith({ "release.ownership": "argocd" }),
    says: [
      "milvus-l7.yaml: 1 problem",
      '  gcp-stack.release.ownership: given "argocd", allowed adopt, leave-alone, do write one of these',
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
      "  gcp-stack.inboundCidrs: given a range that admits every address, allowed the networks of the clients, " +
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
      "  gcp-stack.certificate.key: given a private key (not shown), allowed the keys kind, validityDays, " +
        "do remove it, or correct the key",
      "  gcp-stack.key: given a private key (not shown), allowed the keys cloud, project, cluster, release, hosts, " +
        "certificate, inboundCidrs, authorizationEnabled, acceptPublicUnauthenticated, denyUnauthorizedStreams, name, " +
        "address, dnsZone, dnsTtlSec, timeoutSec, connectionDrainingSec, logSampleRate, backend, " +
        "do remove it, or correct the key",
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
  { group: "certificates and keys", files: certificates },
])("$group", ({ files }) => {
  test.each(files)("$broken", async ({ text, says }) => {
    const error = await refusal(writeConfig(folder, text));

    expect(error?.message).toBe(says.join("\n"));
  });
});

test("a file that isn't there", async () => {
  const error = await refusal("no-such-folder/milvus-l7.yaml");

  expect(error?.message).toBe(
    "milvus-l7.yaml: 1 problem\n" +
      '  file: given "no-such-folder/milvus-l7.yaml", allowed a file that can be read, ' +
      "do create it, or set MILVUS_L7_CONFIG",
  );
});

test("a folder for a file", async () => {
  const error = await refusal(`${__dirname}/../../docs`);

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
])("a private key pasted into $where is never shown", async ({ certificate }) => {
  const error = await refusal(writeConfig(folder, committedWith({ certificate })));

  expect(error?.message).toContain("a private key (not shown)");
  expect(error?.message).not.toContain(KEY_BODY.slice(0, 8));
});

test("a private key pasted without indentation is never shown", async () => {
  const text = oneStack({ ...committed(), certificate: "here" }).replace("here", `\n${PASTED_KEY}`);

  const error = await refusal(writeConfig(folder, text));

  expect(error?.problems).not.toHaveLength(0);
  expect(error?.message).not.toContain(KEY_BODY.slice(0, 8));
});

test("everything that is wrong with every stack comes at once: shape, files, texts and rules", async () => {
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
    backend: undefined,
  });
  const text = oneStack(first) + oneStack(second).replace("gcp-stack:", "second-stack:");

  const error = await refusal(writeConfig(folder, text));

  expect(error?.message).toBe(
    [
      "milvus-l7.yaml: 11 problems",
      "  gcp-stack.project: given 5, allowed text: the Google Cloud project's id, do put it in quotes",
      '  gcp-stack.release.mode: given "clustered", allowed cluster, standalone, do write one of these',
      '  gcp-stack.colour: given "blue", allowed the keys cloud, project, cluster, release, hosts, certificate, ' +
        "inboundCidrs, authorizationEnabled, acceptPublicUnauthenticated, denyUnauthorizedStreams, name, address, " +
        "dnsZone, dnsTtlSec, timeoutSec, connectionDrainingSec, logSampleRate, backend, do remove it, or correct the key",
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
      "  second-stack.certificate.validityDays: given 0, allowed a whole number from 1 to 3650, " +
        "do write a number in that range",
      "  second-stack.inboundCidrs: given nothing, which admits every address, allowed the networks of the clients, " +
        "unless authorizationEnabled: true states that Milvus asks for a password, or acceptPublicUnauthenticated: true " +
        "that everybody may read and drop every collection, do list the networks that clients connect from",
    ].join("\n"),
  );
});
