import { awsTags, googleLabels, kubernetesLabels, type Labels } from "../../constructs/internal/labels";
import { problemLine } from "../../constructs/internal/problem";

const NAME = "x".repeat(63);
const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`key-${index}`, "x"]));

const KUBERNETES_KEY =
  "allowed under a key such as team or example.com/team: at most 63 letters, digits, '-', '_' and '.', with a letter or " +
  "digit at each end, and before it a DNS name in lower case and '/' or nothing, do correct the key";
const RESERVED =
  "allowed under a key of your own: those of kubernetes.io, k8s.io, k8s.aws, gke.io, cloud.google.com, helm.sh, argoproj.io, " +
  "fluxcd.io, cdktf-milvus-l7 have readers, but for app.kubernetes.io/part-of, do take a key such as example.com/team";
const KUBERNETES_VALUE =
  "allowed at most 63 letters, digits, '-', '_' and '.', with a letter or digit at each end, do shorten or correct it, and " +
  "put it in quotes";
const GOOGLE_KEY =
  "allowed under a key that Google takes: at most 63 lower-case letters, digits, '-' and '_', with a letter first, and not " +
  "goog; on Kubernetes objects alone a key with a prefix, such as example.com/Team, do write it in lower case, or give it a " +
  "prefix";
const GOOGLE_VALUE =
  "allowed a value that Google takes: at most 63 lower-case letters, digits, '-' and '_', do write it in lower case, or give " +
  "the key a prefix such as example.com/: then it goes on Kubernetes objects alone";
const AWS_KEY =
  "allowed under a key of at most 128 letters, digits, spaces and '+-=._:/@', with no space at either end, and not aws: before " +
  "it, do rename it";
const AWS_VALUE =
  "allowed at most 256 letters, digits, spaces and '+-=._:/@', with no space at either end, do correct it, and put it in quotes";

const says = (problems: ReturnType<typeof kubernetesLabels>) => problems.map(problemLine);

describe("Kubernetes takes", () => {
  test.each<Labels>([
    { team: "search", Team: "Search.1_a", [NAME]: NAME, a: "" },
    { "example.com/owner": "x", "app.kubernetes.io/part-of": "search" },
  ])("%j", (labels) => {
    expect(kubernetesLabels("labels", labels)).toEqual([]);
  });

  test.each<[Labels, string]>([
    [{ "-a": "x" }, `labels["-a"]: given "-a", ${KUBERNETES_KEY}`],
    [{ [`${NAME}x`]: "x" }, `labels.${NAME}x: given "${NAME}x", ${KUBERNETES_KEY}`],
    [{ "Example.com/a": "x" }, `labels["Example.com/a"]: given "Example.com/a", ${KUBERNETES_KEY}`],
    [{ "": "x" }, `labels[""]: given "", ${KUBERNETES_KEY}`],
    [
      { "app.kubernetes.io/name": "x" },
      `labels["app.kubernetes.io/name"]: given "app.kubernetes.io/name", ${RESERVED}`,
    ],
    [
      { "argocd.argoproj.io/instance": "x" },
      `labels["argocd.argoproj.io/instance"]: given "argocd.argoproj.io/instance", ${RESERVED}`,
    ],
    [{ "cdktf-milvus-l7/stack": "x" }, `labels["cdktf-milvus-l7/stack"]: given "cdktf-milvus-l7/stack", ${RESERVED}`],
    [{ team: "a b" }, `labels.team: given "a b", ${KUBERNETES_VALUE}`],
    [{ team: `${NAME}x` }, `labels.team: given "${NAME}x", ${KUBERNETES_VALUE}`],
    [{ team: "x-" }, `labels.team: given "x-", ${KUBERNETES_VALUE}`],
  ])("not %j", (labels, expected) => {
    expect(says(kubernetesLabels("labels", labels))).toEqual([expected]);
  });
});

describe("Google takes", () => {
  test.each<Labels>([{ team: "search", "cost-center_1": "0-_a", [NAME]: NAME, a: "" }, many(63)])("%j", (labels) => {
    expect(googleLabels("labels", labels)).toEqual([]);
  });

  test.each<[Labels, string]>([
    [{ Team: "x" }, `labels.Team: given "Team", ${GOOGLE_KEY}`],
    [{ "1a": "x" }, `labels["1a"]: given "1a", ${GOOGLE_KEY}`],
    [{ "goog-x": "x" }, `labels.goog-x: given "goog-x", ${GOOGLE_KEY}`],
    [{ [`${NAME}x`]: "x" }, `labels.${NAME}x: given "${NAME}x", ${GOOGLE_KEY}`],
    [{ team: "Search" }, `labels.team: given "Search", ${GOOGLE_VALUE}`],
    [{ team: "a.b" }, `labels.team: given "a.b", ${GOOGLE_VALUE}`],
    [
      many(64),
      'labels: given "64 of them", allowed at most 63: a Google resource takes 64, and the google provider adds one, do ' +
        "remove some",
    ],
  ])("not %j", (labels, expected) => {
    expect(says(googleLabels("labels", labels))).toEqual([expected]);
  });
});

describe("AWS takes", () => {
  test.each<Labels>([{ "cost:center": "a=b", Name: "Søk 1", ["k".repeat(128)]: "v".repeat(256) }, many(50)])(
    "%j",
    (tags) => {
      expect(awsTags("tags", tags)).toEqual([]);
    },
  );

  test.each<[Labels, string]>([
    [{ "aws:x": "x" }, `tags["aws:x"]: given "aws:x", ${AWS_KEY}`],
    [{ " a": "x" }, `tags[" a"]: given " a", ${AWS_KEY}`],
    [{ "a*": "x" }, `tags["a*"]: given "a*", ${AWS_KEY}`],
    [{ ["__proto__"]: "x" }, `tags.__proto__: given "__proto__", ${AWS_KEY}`],
    [{ a: "x," }, `tags.a: given "x,", ${AWS_VALUE}`],
    [{ a: "x ".repeat(3) }, `tags.a: given "x x x ", ${AWS_VALUE}`],
    [many(51), 'tags: given "51 of them", allowed at most 50: an AWS resource takes no more, do remove some'],
  ])("not %j", (tags, expected) => {
    expect(says(awsTags("tags", tags))).toEqual([expected]);
  });
});
