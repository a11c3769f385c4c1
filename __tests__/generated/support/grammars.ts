import fc from "fast-check";
import type { Cloud } from "../../../config/schema";

/**
 * What a text or a number of a setting may be, and what it may not: written down a second time, from the pages that the
 * rules name and not from the rules. A setting that isn't here takes any line of text, or any number.
 */

export interface Grammar<T> {
  readonly of: fc.Arbitrary<T>;
  /** What is refused. */
  readonly outside: readonly T[];
}

export type Text = Grammar<string>;

/** What Terraform, HCL, YAML, JSON, a shell or cdktf gives a meaning. */
const PIECES = [
  ..."\"\\$%{}'#:~<>&,=/*!|-?@`()[]; aZ09_.\u00e9\u540d\u{1f600}\u00a0\u200b",
  '${file("/etc/passwd")}',
  "${",
  "%{if true}x%{endif}",
  "%{",
  "$${x}",
  "%%{x}",
  '\\${x}"',
  '"quoted"',
  "ünïcödé 名前",
  "${jsonencode(",
  "TfToken[",
  "<<EOT",
  "~> 1",
  "yes",
  "null",
];

const pieces = fc.array(fc.constantFrom(...PIECES), { maxLength: 6 }).map((list) => list.join(""));

/** Stands in most free texts, so that each can be followed to where Terraform reads it. Each file counts its own. */
const UNCOUNTED = "QzzQ";

export const MARK = /Qz\d+zQ/;

/** Of a text that is put into a file: those that are there are counted from 1. */
const HOSTILE_MARK = "Qz0zQ";

/** The same with a number in each mark. */
export function counted<T>(value: T): T {
  let count = 0;
  const inside = (inner: unknown): unknown => {
    if (typeof inner === "string") {
      return inner.replaceAll(UNCOUNTED, () => `Qz${++count}zQ`);
    }
    if (Array.isArray(inner)) {
      return inner.map(inside);
    }
    return typeof inner === "object" && inner !== null
      ? Object.fromEntries(Object.entries(inner).map(([key, item]) => [key, inside(item)]))
      : inner;
  };
  return inside(value) as T;
}

/** Without what looks like a token of cdktf's, which is refused wherever it stands. */
function withoutToken(text: string): string {
  return text.replaceAll("{TfToken[", "{ TfToken[");
}

/** What cdktf takes for a value of its own. */
export const TOKENS = ["#{TfToken[TOKEN.0]}", "${TfToken[TOKEN.0]}"];

/** Pieces in any order. */
export const hostileText = fc
  .tuple(
    pieces,
    fc.constantFrom(...PIECES.filter((piece) => /[$%"\\]./.test(piece))),
    pieces,
    fc.constantFrom(...TOKENS, "", "", "\n"),
  )
  .map(([before, piece, after, end]) => `${withoutToken(before + piece)}${HOSTILE_MARK}${withoutToken(after)}${end}`);

/** A line with a mark in it. */
export const markedLine = fc.tuple(pieces, pieces).map(([before, after]) => withoutToken(before + UNCOUNTED + after));

const NO_LINE = [
  "",
  "a\ud83d",
  "a\nb",
  "\u0000",
  "tab\tinside",
  "a\u2028b",
  "#{TfToken[TOKEN.0]}",
  "${TfToken[TOKEN.7]}",
];

/** What `.env` and JSON can't tell from a text, and what a text may be at most. */
const EDGES = [" ", "null", "true", "0", "~", "a".repeat(5000), "{", "\\", '"', "__proto__", "constructor"];

const line: Text = {
  of: fc.oneof({ weight: 4, arbitrary: markedLine }, { weight: 1, arbitrary: fc.constantFrom(...EDGES) }),
  outside: NO_LINE,
};

/** No name and no id has any of these in it. */
const NO_NAME = [...NO_LINE, "${x}", "%{x}", "with space", 'quo"ted', "back\\slash", "ünïcödé", " ", "{}"];

function form(form: RegExp, edges: readonly string[] = [], outside: readonly string[] = []): Text {
  const matching = fc.stringMatching(form, { size: "small" });
  return {
    of: edges.length === 0 ? matching : fc.oneof({ weight: 4, arbitrary: matching }, fc.constantFrom(...edges)),
    outside: [...NO_NAME, ...outside],
  };
}

function mayBeEmpty({ of, outside }: Text): Text {
  return { of, outside: outside.filter((text) => text !== "") };
}

/** What any object in JavaScript has by itself. */
const INHERITED = ["constructor", "toString", "hasOwnProperty", "valueOf"];

const kubernetesName = form(
  /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
  ["a", "0", "a".repeat(63), `a${"-".repeat(61)}z`, "constructor"],
  ["-a", "a-", "A", "a.b", "a_b", "a".repeat(64)],
);

const subdomain = form(
  /^[a-z0-9]([-a-z0-9]{0,10}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,10}[a-z0-9])?){0,3}$/,
  ["a", "0", "a".repeat(253), `${"a.".repeat(126)}a`, "constructor"],
  ["-a", "a-", "A", "a..b", ".a", "a.", "a_b", "a".repeat(254)],
);

const releaseName = form(
  /^[a-z0-9]([-a-z0-9]{0,10}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,10}[a-z0-9])?){0,2}$/,
  ["a", "0", "a".repeat(53), "my-milvus", "constructor"],
  ["-a", "a-", "A", "a..b", "a_b", "a".repeat(54)],
);

const googleName = form(
  /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/,
  ["a", "a".repeat(63), "constructor"],
  ["0a", "-a", "a-", "A", "a.b", "a_b", "a".repeat(64)],
);

const project = form(
  /^([a-z0-9.-]{1,12}:)?[a-z][-a-z0-9]{4,28}[a-z0-9]$/,
  ["abcdef", `a${"-".repeat(28)}z`, "example.com:milvus-1"],
  ["abcde", "0abcdef", "abcdef-", "Abcdef", "a".repeat(31)],
);

const host: Text = {
  of: fc.oneof(
    {
      weight: 6,
      arbitrary: fc.stringMatching(/^([a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?\.){1,3}[a-z]([-a-z0-9]{0,8}[a-z0-9])?$/, {
        size: "small",
      }),
    },
    fc.constantFrom("a.b", "xn--mnchen-3ya.example", `${"a".repeat(63)}.${"b".repeat(63)}`, `${"a.".repeat(125)}abc`),
  ),
  outside: [
    ...NO_NAME,
    "localhost",
    "Milvus.example.com",
    "*.example.com",
    "milvus.example.com.",
    "https://milvus.example.com",
    "milvus.example.com:443",
    "10.0.0.1",
    "a..b",
    "-a.b",
    `${"a".repeat(64)}.b`,
    `${"a.".repeat(126)}abc`,
  ],
};

const cidr: Text = {
  of: fc.oneof(
    { weight: 3, arbitrary: fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })).map((parts) => parts.join("/")) },
    { weight: 2, arbitrary: fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 })).map((parts) => parts.join("/")) },
    fc.constantFrom("0.0.0.0/0", "::/0", "2001:DB8::/32", "203.0.113.7/32"),
  ),
  outside: [
    ...NO_NAME,
    "10.0.0.0",
    "10.0.0.0/33",
    "10.0.0.0/08",
    "10.0.0/8",
    "::/129",
    "fe80::1%eth0/64",
    "10.0.0.0/8/8",
    "10.0.0.0/-1",
    "10.0.0.0/+8",
    "10.0.0.0/1e1",
  ],
};

const region = form(
  /^[a-z]{2,4}(-[a-z]{1,8}){1,3}-\d$/,
  ["us-gov-west-1", "eu-west-1"],
  ["eu-west", "eu-west-1a", "EU-west-1", "Ireland"],
);

const PARTITION = "arn:aws(-cn|-us-gov)?";

/** The region is put in later: the stack's. */
const arn = (service: string, resource: string, edges: readonly string[] = []) =>
  form(new RegExp(`^${PARTITION}:${service}:eu-west-1:\\d{12}:${resource}$`), edges, [
    "arn",
    `arn:aws:${service}:eu-west-1:1234:x`,
    `arn:aws:other:eu-west-1:123456789012:${resource}`,
  ]);

const roleArn = form(
  new RegExp(`^${PARTITION}:iam::\\d{12}:role\\/[-+=,.@_/A-Za-z0-9]{1,30}$`),
  [],
  ["arn:aws:iam::123456789012:user/x", "role/x", "arn:aws:iam::123456789012:role/"],
);

const route53Zone = form(/^Z[A-Z0-9]{1,31}$/, ["Z1"], ["Z", "z123", "/hostedzone/Z123", "example.com"]);

const bucket = form(
  /^[a-z0-9][-a-z0-9]{1,30}(\.[a-z0-9]{1,8}){0,2}[a-z0-9]$/,
  ["abc", "a".repeat(63)],
  ["ab", "s3://abc", "a..b", "Abc", "-abc", "a".repeat(64)],
);

/** A name in a list with commas, or an id. */
const named = (prefix: string, id: RegExp): Text => ({
  of: fc.oneof(
    fc.stringMatching(id),
    markedLine.map((text) => `n${text.replaceAll(",", ";")}n`),
    fc.constantFrom("n", "public b", "n".repeat(255)),
  ),
  outside: [...NO_LINE, "a,b", " a", "a ", `${prefix}-xyz`, "n".repeat(256)],
});

/** A path that is made absolute. */
const path: Text = {
  of: fc.oneof(
    { weight: 4, arbitrary: markedLine },
    fc.constantFrom("a", "~/a", "~", "../a", "/a", "a.b/c", "./-a", "~a", "a.tfstate/"),
  ),
  outside: NO_LINE,
};

/** No form of an address of a chart, a path or an archive. */
const chartName = markedLine.map((text) => `c${text}c`);

const chart: Text = {
  of: fc.oneof(
    chartName,
    fc.constantFrom("milvus", "constructor"),
    markedLine.map((text) => `./${text}`),
    markedLine.map((text) => `/charts/${text}/milvus-5.0.19.tgz`),
    fc.constantFrom("charts/milvus-5.0.19.tgz", "~/milvus-4.2.8.tgz", "https://charts.example.com/milvus-5.0.19.tgz"),
    markedLine.map((text) => `oci://registry.example.com/${text}c`),
  ),
  outside: [...NO_LINE, "https://charts.example.com/milvus", "https://charts.example.com/milvus.tgz", "\\milvus"],
};

const subnetwork: Text = {
  of: fc.oneof(
    googleName.of,
    fc
      .tuple(markedLine, googleName.of)
      .map(([text, name]) => `projects/p${text.replaceAll("/", "")}/regions/us-west1/subnetworks/${name}`),
  ),
  outside: [...NO_NAME, "projects/a/regions/b/subnetworks/", "A", "regions/b/subnetworks/c"],
};

const userYaml: Text = {
  of: fc
    .tuple(
      markedLine,
      markedLine,
      fc.constantFrom("", "proxy:\n  http:\n    port: 8081\n", "proxy: {http: {port: '8443'}}\n"),
      fc.constantFrom("", "common:\n  security:\n    tlsMode: 1\n", "common: {security: {tlsMode: 0}}\n", "common:\n"),
      fc.constantFrom("log:\n  level: debug # as long as we look\n", "constructor: {toString: [1, ~]}\n", ""),
    )
    .map(([comment, text, ...sections]) => `# ${comment}\nm${JSON.stringify(text)}: 1\n${sections.join("")}`)
    // YAML takes no " in the middle of a plain key's start: the text is a quoted key and a quoted value.
    .map((given) => given.replace(/^m(".*"): 1$/m, "$1: $1")),
  outside: [
    "# #{TfToken[TOKEN.0]}",
    "# \ud83d",
    "- a",
    "a: [",
    "text",
    "a: *b",
    "common: [1]",
    "proxy: &p {http: &h {port: 1}}",
    "proxy: {http: {port: 9091}}",
  ],
};

const pem: Text = { of: fc.constant(""), outside: ["", "-----BEGIN CERTIFICATE-----", "a\nb", "#{TfToken[TOKEN.0]}"] };

/** Annotations may be of several lines, and empty. */
const annotation: Text = {
  of: fc.oneof(
    { weight: 4, arbitrary: fc.tuple(markedLine, fc.constantFrom("", "\n", "\r\n\t")).map((parts) => parts.join("")) },
    fc.constantFrom("", ...EDGES),
  ),
  outside: ["#{TfToken[TOKEN.0]}", "a ${TfToken[TOKEN.7]}", "a\ud83d"],
};

const TEXTS: Readonly<Record<Cloud, Readonly<Record<string, Text>>>> = (() => {
  const both = {
    "hosts[]": host,
    "inboundCidrs[]": cidr,
    name: kubernetesName,
    "annotations{}": annotation,
    "release.releaseName": releaseName,
    "release.namespace": kubernetesName,
    "release.nameOverride": kubernetesName,
    "release.fullnameOverride": kubernetesName,
    "release.podCertificate.name": subdomain,
    "release.podCertificate.globalVolumes[]": kubernetesName,
    "release.userYaml": userYaml,
    "release.chart": chart,
    "certificate.certificate": pem,
    "certificate.chain": pem,
    "certificate.privateKey.file": path,
    "certificate.privateKey.variable": form(
      /^[a-zA-Z][a-zA-Z0-9_]{0,20}$/,
      ["a", "a".repeat(64), ...INHERITED],
      ["0a", "_a", "a-b", "count", "for_each", "a".repeat(65)],
    ),
    "cluster.path": path,
    "backend.path": path,
  };
  const meanwhile = Object.entries(both).flatMap(([setting, text]): [string, Text][] =>
    setting.startsWith("certificate.") ? [[setting.replace("certificate.", "certificate.meanwhile."), text]] : [],
  );
  return {
    gcp: {
      ...both,
      ...Object.fromEntries(meanwhile),
      project,
      "cluster.name": form(/^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$/, ["a", "a".repeat(40)], ["0a", "A", "a".repeat(41)]),
      "cluster.location": form(/^[a-z]{2,12}(-[a-z0-9]{1,8}){1,2}$/, ["us-west1-a"], ["us", "US-west1", "us_west1"]),
      "certificate.name": googleName,
      "certificate.otherNames[]": googleName,
      "certificate.meanwhile.name": subdomain,
      "address.name": googleName,
      region: form(/^[a-z]{2,12}(-[a-z]{1,9}){1,2}\d{1,2}$/, ["us-west1"], ["us-west1-a", "us", "US-west1"]),
      subnetwork,
      "sslPolicy.name": googleName,
      "securityPolicy.name": googleName,
      "sharedVpc.hostProject": project,
      "sharedVpc.network": googleName,
      "sharedVpc.nodeTags[]": googleName,
      "sharedVpc.proxyOnlySubnetCidr": cidr,
      dnsZone: googleName,
      dnsProject: project,
      "labels{}": mayBeEmpty(
        form(/^([a-z0-9]([-_a-z0-9]{0,20}[a-z0-9])?)?$/, ["", "a".repeat(63)], ["a b", "a".repeat(64)]),
      ),
    },
    aws: {
      ...both,
      region,
      account: form(/^\d{12}$/, ["000000000000"], ["12345678901", "1234567890123", "12345678901x"]),
      "cluster.name": form(/^[0-9A-Za-z][-_0-9A-Za-z]{0,30}$/, ["a", "a".repeat(100)], ["-a", "a.b", "a".repeat(101)]),
      "cluster.roleArn": roleArn,
      "certificate.zone": route53Zone,
      "certificate.arn": arn("acm", "certificate\\/[-a-zA-Z0-9]{1,40}"),
      "additionalCertificates[]": arn("acm", "certificate\\/[-a-zA-Z0-9]{1,40}"),
      ingressClassName: subdomain,
      sslPolicy: form(
        /^ELBSecurityPolicy-[-A-Za-z0-9]{1,30}$/,
        ["ELBSecurityPolicy-2016-08"],
        ["TLS13", "ELBSecurityPolicy-"],
      ),
      "mutualTls.trustStore": arn("elasticloadbalancing", "truststore\\/[-A-Za-z0-9]{1,32}\\/[a-f0-9]{1,16}"),
      "mutualTls.bucket": bucket,
      "prefixLists[]": form(/^pl-[a-f0-9]{8,17}$/, [], ["pl-1", "0123456789", "pl-xyzxyzxyz"]),
      "securityGroups.ids[]": named("sg", /^sg-[a-f0-9]{8,17}$/),
      "subnets[]": named("subnet", /^subnet-[a-f0-9]{8,17}$/),
      "group.name": form(
        /^[a-z0-9]([-a-z0-9.]{0,30}[a-z0-9])?$/,
        ["a", "a".repeat(63), "constructor"],
        ["-a", "a.", "A", "a".repeat(64)],
      ),
      loadBalancerName: form(
        /^[A-HJ-Za-hj-z0-9]([-A-Za-z0-9]{0,30}[A-Za-z0-9])?$/,
        ["a", "a".repeat(32)],
        ["-a", "a-", "internal-a", "a.b", "a".repeat(33)],
      ),
      "tags{}": {
        of: fc.oneof(
          fc.stringMatching(/^([A-Za-z0-9éß名+\-=._:/@]([A-Za-z0-9éß名 +\-=._:/@]{0,20}[A-Za-z0-9+\-=._:/@])?)?$/),
          fc.constantFrom("", "a".repeat(256), "a=b", "名".repeat(256)),
        ),
        outside: [...NO_LINE.slice(1), "a,b", " a", "a ", "${x}", "a".repeat(257), 'a"b'],
      },
      dnsZone: route53Zone,
      "dnsLogin.arn": roleArn,
      "healthCheck.path": form(
        /^\/[A-Za-z0-9._]{1,30}\/[A-Za-z0-9_]{1,20}$/,
        [`/${"a".repeat(1000)}/b`],
        ["/healthz", "a/b", "/a/b/c", "/a/", `/${"a".repeat(1024)}/b`],
      ),
      "healthCheck.successCodes": form(
        /^\d{1,2}(,\d{1,2}){0,4}$/,
        ["0", "0-12", "5-5", "0-99"],
        ["200", "5-4", "0,", "-1"],
      ),
      "webAcl.name": form(/^[-_A-Za-z0-9]{1,40}$/, ["a".repeat(113)], ["a.b", "a".repeat(114)]),
      "webAcl.arn": arn("wafv2", "regional\\/webacl\\/[-_A-Za-z0-9]{1,30}\\/[-a-f0-9]{36}"),
      "logs.bucket": bucket,
      "logs.prefix": form(
        /^[-!_.a-z0-9]{1,12}(\/[-!_.a-z0-9]{1,12}){0,3}$/,
        ["a".repeat(512)],
        ["/a", "a/", "a//b", "AWSLogs", "a/AWSLogs", "a".repeat(513)],
      ),
      "labels{}": mayBeEmpty(
        form(/^([A-Za-z0-9]([-A-Za-z0-9_.]{0,20}[A-Za-z0-9])?)?$/, ["", "a".repeat(63)], ["-a", "a b"]),
      ),
    },
  };
})();

/** A Secret's name is Kubernetes', a pre-shared certificate's Google's. */
const BY_KIND: Readonly<Record<string, Text>> = { "certificate.name (secret)": subdomain };

export function textOf(cloud: Cloud, setting: string, kind?: string): Text {
  return BY_KIND[`${setting} (${kind})`] ?? TEXTS[cloud][setting] ?? line;
}

const GOOGLE_KEY = fc.oneof(
  fc.stringMatching(/^[a-fh-z]([-_a-z0-9]{0,20}[a-z0-9])?$/),
  fc.constantFrom("team", "constructor", "a".repeat(63)),
);

const KUBERNETES_NAME = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,20}[A-Za-z0-9])?$/),
  fc.constantFrom(...INHERITED, "a".repeat(63), "0"),
);

const PREFIXED = fc
  .tuple(
    fc.oneof(fc.constantFrom("example.com", "a", "0.x", "a".repeat(253)), fc.stringMatching(/^[a-z]{1,8}\.example$/)),
    KUBERNETES_NAME,
  )
  .map((parts) => parts.join("/"));

const NO_KEY = [
  "",
  " ",
  "a b",
  "a/b/c",
  "-a",
  "/a",
  "a/",
  "${x}",
  "%{x}",
  'a"b',
  "a\nb",
  "#{TfToken[TOKEN.0]}",
  "${TfToken[TOKEN.7]}",
  "ü",
  "__proto__",
];

/** The keys of a map, for which there is no default: a new map says here what it takes. */
const KEYS: Readonly<Record<Cloud, Readonly<Record<string, Grammar<string>>>>> = {
  gcp: {
    annotations: {
      of: fc.oneof(PREFIXED, KUBERNETES_NAME),
      outside: [...NO_KEY, "cloud.google.com/neg", "kubernetes.io/ingress.class"],
    },
    labels: {
      of: fc.oneof(PREFIXED, GOOGLE_KEY),
      outside: [...NO_KEY, "Team", "goog", "example.com/a b", "app.kubernetes.io/name"],
    },
  },
  aws: {
    annotations: {
      of: fc.oneof(PREFIXED, KUBERNETES_NAME),
      outside: [...NO_KEY, "alb.ingress.kubernetes.io/scheme", "kubernetes.io/ingress.class"],
    },
    labels: { of: fc.oneof(PREFIXED, KUBERNETES_NAME), outside: [...NO_KEY, "app.kubernetes.io/name", "a".repeat(64)] },
    tags: {
      of: fc.oneof(
        fc.stringMatching(/^[b-zA-Zéß名+\-._:/@]([A-Za-z0-9éß名 +\-._:/@]{0,20}[A-Za-z0-9+\-._:/@])?$/),
        fc.constantFrom(...INHERITED, "a".repeat(128), "constructor.prototype"),
      ),
      outside: [
        "",
        " a",
        "a ",
        "a=b",
        "a,b",
        "aws:a",
        "AWS:a",
        "${x}",
        'a"b',
        "a\nb",
        "#{TfToken[TOKEN.0]}",
        "${TfToken[TOKEN.7]}",
        "a".repeat(129),
        "__proto__",
      ],
    },
  },
};

export function keyOf(cloud: Cloud, setting: string): Grammar<string> {
  const keys = KEYS[cloud][setting];
  if (keys === undefined) {
    throw new Error(`${cloud}: say in ${__filename} which keys ${setting} takes`);
  }
  return keys;
}

function integers(min: number, max: number, more: readonly number[] = []): Grammar<number> {
  return {
    of: fc.oneof({ weight: 3, arbitrary: fc.integer({ min, max }) }, fc.constantFrom(min, max)),
    outside: [
      min - 1,
      max + 1,
      min + 0.5,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      -8.1095622125915255e298,
      1e21,
      ...more,
    ],
  };
}

const restPort: Grammar<number> = {
  of: fc.oneof(integers(1024, 9090).of, integers(9092, 19_528).of, integers(19_531, 65_535).of),
  outside: [0, 80, 1023, 65_536, 9091, 19_529, 19_530, 8080.5],
};

const NUMBERS: Readonly<Record<Cloud, Readonly<Record<string, Grammar<number>>>>> = (() => {
  const both = {
    "certificate.validityDays": integers(1, 3650),
    "certificate.generation": integers(1, 1_000_000),
    "release.restPort": restPort,
    "release.timeoutSec": integers(1200, 86_400),
  };
  return {
    gcp: {
      ...both,
      "certificate.meanwhile.validityDays": integers(1, 3650),
      "certificate.meanwhile.generation": integers(1, 1_000_000),
      dnsTtlSec: integers(1, 86_400),
      timeoutSec: integers(1, 2_147_483_647),
      connectionDrainingSec: integers(0, 3600),
      "healthCheck.intervalSec": integers(1, 300),
      "healthCheck.timeoutSec": integers(1, 300),
      "healthCheck.healthyThreshold": integers(1, 10),
      "healthCheck.unhealthyThreshold": integers(1, 10),
      "sessionAffinity.ttlSec": integers(0, 86_400),
      logSampleRate: {
        of: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1, 0.5, 1e-7)),
        outside: [-0.1, 1.1, Number.NaN, Number.POSITIVE_INFINITY],
      },
    },
    aws: {
      ...both,
      "group.order": integers(-1000, 1000),
      idleTimeoutSec: integers(1, 4000),
      deregistrationDelaySec: integers(0, 3600),
      slowStartSec: { of: fc.oneof(fc.constant(0), integers(30, 900).of), outside: [-1, 1, 29, 901, 30.5, Number.NaN] },
      "healthCheck.intervalSec": integers(5, 300),
      "healthCheck.timeoutSec": integers(2, 120),
      "healthCheck.healthyThreshold": integers(2, 10),
      "healthCheck.unhealthyThreshold": integers(2, 10),
      addressWaitSec: integers(0, 3600),
      "logs.expireAfterDays": integers(1, 36_500),
    },
  };
})();

export function numberOf(cloud: Cloud, setting: string): Grammar<number> {
  return NUMBERS[cloud][setting] ?? { of: fc.integer(), outside: [] };
}

export const stackId: Text = form(
  /^[A-Za-z][-A-Za-z0-9]{0,20}$/,
  ["a", "a".repeat(63), "gcp-stack", "aws-stack"],
  ["0a", "-a", "a_b", "a.b", "a".repeat(64), "__proto__", ...INHERITED],
);
