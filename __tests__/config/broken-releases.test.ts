import { changed, committed, committedWith, oneStack, refusal, temporaryFolder, writeConfig } from "./support";

/** Every broken release of a config file, with the whole of the error that its author reads. */

const folder = temporaryFolder();

interface BrokenRelease {
  readonly broken: string;
  readonly text: string;
  readonly says: readonly string[];
}

const RELEASE = { releaseName: "search", namespace: "vector-db", mode: "cluster" };

/** A config file's text with the committed stack on Google Cloud, whose release is adopted; some settings changed. */
function gcpWith(changes: Record<string, unknown>): string {
  return committedWith(inRelease(changes));
}

/** The same on AWS, where a release is adopted for its Service's type. */
function awsWith(changes: Record<string, unknown>): string {
  return committedWith(inRelease(changes), "aws-stack");
}

/** The same with another release. */
function awsRelease(settings: Record<string, unknown>): string {
  return committedWith({ release: { ...RELEASE, ...settings } }, "aws-stack");
}

function inRelease(changes: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(changes).map(([key, value]) => [`release.${key}`, value]));
}

const ADOPTED_KEYS =
  "allowed the keys ownership, releaseName, namespace, mode, nameOverride, fullnameOverride, " +
  "acceptPlaintextClientsCutOff, podCertificate, userYaml, stack, restPort, serviceType, " +
  "acceptLayer4LoadBalancerDeleted, repository, chart, timeoutSec, " +
  "tls, do remove it, or correct the key";

const NOTHING_DELETED =
  "allowed ClusterIP or NodePort, where acceptLayer4LoadBalancerDeleted is true: only these delete a load balancer, do " +
  "remove acceptLayer4LoadBalancerDeleted, or set one of these types";

const ELSEWHERE_KEYS =
  "allowed the keys ownership, releaseName, namespace, mode, nameOverride, fullnameOverride, renderedBy, restPort, " +
  "do remove it, or correct the key";

const NOTHING_TO_ADOPT_FOR =
  "given nothing, allowed a type of the chart's own Service, as long as tls is untouched: there is nothing else to adopt " +
  "it for, do set it, set tls to enabled, or leave the release alone";

const UNTOUCHED =
  "allowed nothing, as long as tls is untouched: the pods are not changed, do remove it, or set tls to enabled";

const tls: BrokenRelease[] = [
  {
    broken: "tls in the words of a flag",
    text: gcpWith({ tls: true }),
    says: ["gcp-stack.release.tls: given true, allowed enabled, disabled, do write one of these"],
  },
  {
    broken: "tls in the words of a flag, with settings that its default takes none of",
    text: awsRelease({ ownership: "adopt", tls: true, restPort: 8081 }),
    says: ["aws-stack.release.tls: given true, allowed enabled, disabled, untouched, do write one of these"],
  },
  {
    broken: "no tls in the words of a flag",
    text: awsWith({ tls: false }),
    says: ["aws-stack.release.tls: given false, allowed enabled, disabled, untouched, do write one of these"],
  },
  {
    broken: "tls by another word",
    text: awsWith({ tls: "on" }),
    says: ['aws-stack.release.tls: given "on", allowed enabled, disabled, untouched, do write one of these'],
  },
  {
    broken: "tls that is untouched, in front of which GKE's load balancer gets no answer",
    text: gcpWith({ tls: "untouched" }),
    says: ['gcp-stack.release.tls: given "untouched", allowed enabled, disabled, do write one of these'],
  },
  {
    broken: "what is wrong beside a wrong tls, whatever it is meant to be",
    text: awsWith({ tls: true, restPort: 9091 }),
    says: [
      "aws-stack.release.tls: given true, allowed enabled, disabled, untouched, do write one of these",
      "aws-stack.release.restPort: given 9091, allowed a port from 1024 to 65535 other than 19530, 19529 and 9091, " +
        "which Milvus uses itself, do leave it out for 8080",
    ],
  },
  {
    broken: "an untouched release with settings of its pods",
    text: awsWith({ tls: "untouched", restPort: 8081, podCertificate: { kind: "image" }, userYaml: "common: {}" }),
    says: [
      `aws-stack.release.restPort: given 8081, ${UNTOUCHED}`,
      `aws-stack.release.podCertificate: given {"kind":"image"}, ${UNTOUCHED}`,
      `aws-stack.release.userYaml: given "common: {}", ${UNTOUCHED}`,
    ],
  },
  {
    broken: "a release that is adopted for nothing: tls untouched, and no serviceType",
    text: awsRelease({ ownership: "adopt", tls: "untouched" }),
    says: [`aws-stack.release.serviceType: ${NOTHING_TO_ADOPT_FOR}`],
  },
  {
    broken: "a release that is adopted for nothing, since nothing is said of its tls",
    text: awsRelease({ ownership: "adopt" }),
    says: [`aws-stack.release.serviceType: ${NOTHING_TO_ADOPT_FOR}`],
  },
  {
    broken: "consent to a deletion that nothing asks for",
    text: gcpWith({ serviceType: undefined, acceptLayer4LoadBalancerDeleted: true }),
    says: [`gcp-stack.release.serviceType: given nothing, ${NOTHING_DELETED}`],
  },
  {
    broken: "consent to a deletion, and a load balancer that comes",
    text: awsWith({ serviceType: "LoadBalancer", acceptLayer4LoadBalancerDeleted: true }),
    says: [`aws-stack.release.serviceType: given "LoadBalancer", ${NOTHING_DELETED}`],
  },
  {
    broken: "consent in a word of YAML 1.1",
    text: gcpWith({ acceptPlaintextClientsCutOff: "yes" }),
    says: [
      'gcp-stack.release.acceptPlaintextClientsCutOff: given "yes", allowed true or false: accepts that clients without ' +
        "TLS are cut off when TLS is turned on, do write it in this form",
    ],
  },
];

const podCertificate: BrokenRelease[] = [
  {
    broken: "a Secret for pods without TLS",
    text: gcpWith({ tls: "disabled", podCertificate: { kind: "secret", name: "pod-tls" } }),
    says: [
      'gcp-stack.release.podCertificate: given {"kind":"secret","name":"pod-tls"}, ' +
        "allowed kind: image, or nothing, as long as tls is disabled, do set kind to image, which takes the mount out",
    ],
  },
  {
    broken: "a Secret's name that Kubernetes doesn't take",
    text: gcpWith({ podCertificate: { kind: "secret", name: "Pod_TLS" } }),
    says: [
      "gcp-stack.release.podCertificate.name: given \"Pod_TLS\", allowed a Kubernetes name: lower-case letters, digits, '-' " +
        "and '.', at most 253 characters, with a letter or digit at each end, do write the name as kubectl prints it",
    ],
  },
  {
    broken: "a Secret without its name",
    text: gcpWith({ podCertificate: { kind: "secret" } }),
    says: ["gcp-stack.release.podCertificate.name: given nothing, allowed text: the Secret's name, do add it"],
  },
  {
    broken: "a certificate of the pods of an unknown kind",
    text: gcpWith({ podCertificate: { kind: "pem" } }),
    says: ['gcp-stack.release.podCertificate.kind: given "pem", allowed secret, image, do write one of these'],
  },
  {
    broken: "global volumes of a standalone",
    text: gcpWith({ mode: "standalone", podCertificate: { kind: "image", globalVolumes: ["audit"] } }),
    says: [
      'gcp-stack.release.podCertificate.globalVolumes: given ["audit"], allowed nothing of a standalone, ' +
        "which has no other volumes than the global ones, do remove it",
    ],
  },
  {
    broken: "a global volume twice",
    text: gcpWith({ podCertificate: { kind: "image", globalVolumes: ["audit", "plugins", "audit"] } }),
    says: ['gcp-stack.release.podCertificate.globalVolumes[2]: given "audit", allowed each value once, do remove it'],
  },
  {
    broken: "a global volume's name that Kubernetes doesn't take",
    text: gcpWith({ podCertificate: { kind: "secret", name: "pod-tls", globalVolumes: ["Audit_Log"] } }),
    says: [
      'gcp-stack.release.podCertificate.globalVolumes[0]: given "Audit_Log", allowed a Kubernetes name: lower-case ' +
        "letters, digits and '-', at most 63 characters, with a letter or digit at each end, " +
        "do write the name as kubectl prints it",
    ],
  },
];

const USER_YAML_RULE =
  "allowed the whole text of the release's user.yaml: a YAML mapping with Milvus' sections, " +
  "do take it from 'helm get values RELEASE -n NAMESPACE', under extraConfigFiles";

const userYaml: BrokenRelease[] = [
  {
    broken: "a user.yaml that is no YAML",
    text: gcpWith({ userYaml: "common: [1\nproxy: 2\n" }),
    says: [
      "gcp-stack.release.userYaml: given Flow sequence in block collection must be sufficiently indented and end with a " +
        `] at line 2, column 1:, ${USER_YAML_RULE}`,
    ],
  },
  {
    broken: "a user.yaml that is no mapping",
    text: gcpWith({ userYaml: "- common\n" }),
    says: [`gcp-stack.release.userYaml: given something else than a mapping, ${USER_YAML_RULE}`],
  },
  {
    broken: "a user.yaml that is a file's name",
    text: gcpWith({ userYaml: "user.yaml" }),
    says: [`gcp-stack.release.userYaml: given something else than a mapping, ${USER_YAML_RULE}`],
  },
  {
    broken: "a user.yaml whose section is no mapping",
    text: gcpWith({ userYaml: "common:\n  security: true\n" }),
    says: [
      `gcp-stack.release.userYaml: given a section common.security that is no mapping of its own, ${USER_YAML_RULE}`,
    ],
  },
  {
    broken: "a user.yaml that is written as settings",
    text: gcpWith({ userYaml: { common: {} } }),
    says: [
      'gcp-stack.release.userYaml: given {"common":{}}, allowed the release\'s whole user.yaml, to set TLS in it: text, ' +
        "or file: with its path, do write it in this form",
    ],
  },
  {
    broken: "a user.yaml that asks for client certificates",
    text: gcpWith({ userYaml: "common:\n  security:\n    tlsMode: 2\n" }),
    says: [
      "gcp-stack.release.userYaml: given common.security.tlsMode: 2, allowed 1, 0 or nothing: no load balancer presents a " +
        "client certificate, do take it out of the text, and out of the release",
    ],
  },
  {
    broken: "a user.yaml with TLS, where TLS is disabled",
    text: awsWith({ tls: "disabled", userYaml: "common:\n  security:\n    tlsMode: 1\n" }),
    says: [
      "aws-stack.release.userYaml: given common.security.tlsMode: 1, allowed 0 or nothing, since tls is disabled, " +
        "do take it out of the text, and out of the release",
    ],
  },
  {
    broken: "a port for REST beside another one in the user.yaml",
    text: gcpWith({ restPort: 8082, userYaml: "proxy: { http: { port: 8081 } }\n" }),
    says: [
      "gcp-stack.release.restPort: given 8082, allowed the port that userYaml has, 8081, do remove it, or change the text",
    ],
  },
  {
    broken: "a port for REST in the user.yaml that Milvus uses itself",
    text: gcpWith({ userYaml: "proxy: { http: { port: 9091 } }\n" }),
    says: [
      'gcp-stack.release.userYaml: given proxy.http.port: "9091", allowed a port from 1024 to 65535 other than 19530, ' +
        "19529 and 9091, which Milvus uses itself, do change it in the text and in the release, or leave it out of both",
    ],
  },
  {
    broken: "a user.yaml in a file that isn't there",
    text: gcpWith({ userYaml: { file: "milvus/user.yaml" } }),
    says: [
      'gcp-stack.release.userYaml.file: given "milvus/user.yaml", allowed a file that can be read, do correct the path',
    ],
  },
];

const CHART_RULE =
  "allowed a chart's name, an oci:// address, the absolute path of a folder, or the absolute path or URL of an archive " +
  "that is named like milvus-5.0.19.tgz, " +
  "do name the archive as 'helm package' does, and a path from the root: Terraform runs in another folder";

const chart: BrokenRelease[] = [
  {
    broken: "a repository beside a chart's whole address",
    text: gcpWith({ repository: "https://charts.example.com/", chart: "oci://registry.example.com/charts/milvus" }),
    says: [
      'gcp-stack.release.repository: given "https://charts.example.com/", allowed nothing, as long as chart is a whole ' +
        "address, do remove it, or write the chart's name in it",
    ],
  },
  {
    broken: "a repository beside a chart's path",
    text: gcpWith({ repository: "https://charts.example.com/", chart: "./charts/milvus" }),
    says: [
      'gcp-stack.release.repository: given "https://charts.example.com/", allowed nothing, as long as chart is a whole ' +
        "address, do remove it, or write the chart's name in it",
    ],
  },
  {
    broken: "an archive without its version in its name",
    text: gcpWith({ chart: "charts/milvus.tgz" }),
    says: [`gcp-stack.release.chart: given "${folder}/charts/milvus.tgz", ${CHART_RULE}`],
  },
  {
    broken: "an archive's URL without its version",
    text: gcpWith({ chart: "https://charts.example.com/milvus.tgz" }),
    says: [`gcp-stack.release.chart: given "https://charts.example.com/milvus.tgz", ${CHART_RULE}`],
  },
  {
    broken: "a chart's path in the way of another system",
    text: gcpWith({ chart: "\\\\server\\charts\\milvus" }),
    says: [`gcp-stack.release.chart: given "\\\\\\\\server\\\\charts\\\\milvus", ${CHART_RULE}`],
  },
];

const owner: BrokenRelease[] = [
  {
    broken: "what renders a release that is adopted: there is a Helm release behind it, or nothing to adopt",
    text: gcpWith({ renderedBy: "milvus-operator" }),
    says: [`gcp-stack.release.renderedBy: given "milvus-operator", ${ADOPTED_KEYS}`],
  },
  {
    broken: "an unknown renderer",
    text: awsRelease({ renderedBy: "operator" }),
    says: [
      'aws-stack.release.renderedBy: given "operator", allowed helm-chart, milvus-operator, do write one of these',
    ],
  },
  {
    broken: "settings of an adopted release where it is elsewhere",
    text: committedWith({ release: { ...RELEASE, ownership: "elsewhere", tls: "enabled", serviceType: "ClusterIP" } }),
    says: [
      `gcp-stack.release.tls: given "enabled", ${ELSEWHERE_KEYS}`,
      `gcp-stack.release.serviceType: given "ClusterIP", ${ELSEWHERE_KEYS}`,
    ],
  },
  {
    broken: "plaintext pods elsewhere, in front of which GKE's load balancer gets no answer",
    text: committedWith({ release: { ...RELEASE, ownership: "elsewhere", tlsInPod: false } }),
    says: [`gcp-stack.release.tlsInPod: given false, ${ELSEWHERE_KEYS}`],
  },
  {
    broken: "a port for REST elsewhere that Milvus uses itself",
    text: awsRelease({ ownership: "elsewhere", tlsInPod: true, restPort: 19530 }),
    says: [
      "aws-stack.release.restPort: given 19530, allowed a port from 1024 to 65535 other than 19530, 19529 and 9091, " +
        "which Milvus uses itself, do leave it out for 8080",
    ],
  },
];

/** Another entry, which shares nothing with the committed one. */
const anotherEntry = oneStack(
  changed(committed(), { project: "another-project", backend: { kind: "local", path: "another.tfstate" } }),
  "gcp-stack-release",
);

const stack: BrokenRelease[] = [
  {
    broken: "a release's own stack under the id of another entry",
    text: gcpWith({ stack: "own" }) + anotherEntry,
    says: [
      "gcp-stack-release: given a stack of that id, allowed another id: this is that of the release's own stack " +
        "(gcp-stack.release.stack: own), do rename one of the two stacks",
    ],
  },
  {
    broken: "the same, in the other order",
    text: anotherEntry + gcpWith({ stack: "own" }),
    says: [
      "gcp-stack-release: given a stack of that id, allowed another id: this is that of the release's own stack " +
        "(gcp-stack.release.stack: own), do rename one of the two stacks",
    ],
  },
  {
    broken: "a release's stack by another word",
    text: gcpWith({ stack: "separate" }),
    says: ['gcp-stack.release.stack: given "separate", allowed same, own, do write one of these'],
  },
  {
    broken: "a stack of its own for a release that is left alone",
    text: awsRelease({ stack: "own" }),
    says: [
      'aws-stack.release.stack: given "own", allowed the keys ownership, releaseName, namespace, mode, nameOverride, ' +
        "fullnameOverride, renderedBy, tlsInPod, do remove it, or correct the key",
    ],
  },
  {
    broken: "a stack of its own for a release of which nothing else is said",
    text: committedWith({ release: { stack: "own" } }),
    says: [
      "gcp-stack.release.releaseName: given nothing, allowed text: the release's name, as 'helm list' prints it, " +
        "do add it",
      "gcp-stack.release.namespace: given nothing, allowed text: the release's namespace, do add it",
      "gcp-stack.release.mode: given nothing, allowed cluster, standalone, do add it",
    ],
  },
  {
    broken: "releases of every kind in stacks of a cloud that nobody knows",
    text: "a: { cloud: azure, release: null }\nb: { cloud: azure, release: own }\nc: { release: { stack: own } }\n",
    says: [
      'a.cloud: given "azure", allowed one of gcp, aws, do say which cloud the stack is for',
      'b.cloud: given "azure", allowed one of gcp, aws, do say which cloud the stack is for',
      "c.cloud: given nothing, allowed one of gcp, aws, do say which cloud the stack is for",
    ],
  },
];

describe.each([
  { group: "what the pods are to speak", releases: tls },
  { group: "the certificate of the pods", releases: podCertificate },
  { group: "the user.yaml", releases: userYaml },
  { group: "the chart", releases: chart },
  { group: "the owner", releases: owner },
  { group: "the stack", releases: stack },
])("of a release, $group", ({ releases }) => {
  test.each(releases)("$broken", ({ text, says }) => {
    const count = says.length === 1 ? "1 problem" : `${says.length} problems`;
    const error = refusal(writeConfig(folder, text));

    expect(error?.message).toBe([`milvus-l7.yaml: ${count}`, ...says.map((line) => `  ${line}`)].join("\n"));
  });
});

test.each([
  { right: "tls that is untouched, where nothing is said of it", text: awsWith({ tls: undefined }) },
  { right: "a release with TLS for no other reason", text: awsRelease({ ownership: "adopt", tls: "enabled" }) },
  { right: "a release without TLS for no other reason", text: awsRelease({ ownership: "adopt", tls: "disabled" }) },
  { right: "the way back to plaintext, on GKE as well", text: gcpWith({ tls: "disabled" }) },
  {
    right: "the way back from a Secret",
    text: gcpWith({ tls: "disabled", podCertificate: { kind: "image", globalVolumes: [] } }),
  },
  {
    right: "the same port for REST twice",
    text: gcpWith({ restPort: 8081, userYaml: "proxy: { http: { port: 8081 } }\n" }),
  },
  { right: "a user.yaml with nothing in it", text: gcpWith({ userYaml: "" }) },
  { right: "a chart's archive beside the config file", text: gcpWith({ chart: "milvus-5.0.19.tgz" }) },
  { right: "a chart in a registry", text: gcpWith({ chart: "oci://registry.example.com/charts/milvus" }) },
  {
    right: "a release elsewhere of which nothing is said but what it is",
    text: awsRelease({ ownership: "elsewhere" }),
  },
  {
    right: "two releases in stacks of their own",
    text: gcpWith({ stack: "own" }) + oneStack({ ...committed(), release: { ...RELEASE, stack: "own" } }, "second"),
  },
  {
    right: "a stack of that id beside a release that stays in its stack",
    text: gcpWith({ stack: "same" }) + anotherEntry,
  },
])("$right is taken", ({ text }) => {
  expect(refusal(writeConfig(folder, text))?.message).toBeUndefined();
});

const KEY_BODY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ";
const PASTED_KEY = `-----BEGIN PRIVATE KEY-----\n${KEY_BODY}\n-----END PRIVATE KEY-----\n`;

test.each([
  { where: "the user.yaml", changes: { userYaml: PASTED_KEY } },
  { where: "the end of the user.yaml", changes: { userYaml: `common: {}\n${PASTED_KEY}` } },
  { where: "the user.yaml's file", changes: { userYaml: { file: PASTED_KEY } } },
  { where: "the Secret's name", changes: { podCertificate: { kind: "secret", name: PASTED_KEY } } },
  { where: "the pods' certificate", changes: { podCertificate: PASTED_KEY } },
  { where: "the chart", changes: { chart: PASTED_KEY } },
])("a private key pasted into $where is never shown", ({ changes }) => {
  const error = refusal(writeConfig(folder, gcpWith(changes)));

  expect(error?.problems).not.toHaveLength(0);
  expect(error?.message).not.toContain(KEY_BODY.slice(0, 8));
});
