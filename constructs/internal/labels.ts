import { type Problem, pathTo, shown } from "./problem";
import { type Rule, rule } from "./rules";

/** Labels or tags: texts by their keys. */
export type Labels = Readonly<Record<string, string>>;

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
export function kubernetesLabels(path: string, labels: Labels | undefined): Problem[] {
  return eachLabel(labels, (key, value) => [
    ...kubernetesKey(pathTo(path, key), key),
    ...kubernetesReserved(pathTo(path, key), key),
    ...kubernetesValue(pathTo(path, key), value),
  ]);
}

/** @see https://cloud.google.com/compute/docs/labeling-resources#requirements */
export function googleLabels(path: string, labels: Labels | undefined): Problem[] {
  return [
    ...atMost(GOOGLE_MOST, "a Google resource takes 64, and the google provider adds one")(path, labels),
    ...eachLabel(labels, (key, value) => [
      ...googleKey(pathTo(path, key), key),
      ...googleValue(pathTo(path, key), value),
    ]),
  ];
}

/** @see https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html#id_tags_naming_best_practices */
export function awsTags(path: string, tags: Labels | undefined): Problem[] {
  return [
    ...atMost(50, "an AWS resource takes no more")(path, tags),
    ...eachLabel(tags, (key, value) => [...awsKey(pathTo(path, key), key), ...awsValue(pathTo(path, key), value)]),
  ];
}

/** Whether a key has a prefix, as Kubernetes' alone may have one. */
export function hasPrefix(key: string): boolean {
  return key.includes("/");
}

/** The 64th is `goog-terraform-provisioned`. */
const GOOGLE_MOST = 63;

/** The first problem of each: a key that is no label of any kind needs no second one. */
function eachLabel(labels: Labels = {}, problemsOf: (key: string, value: string) => Problem[]): Problem[] {
  return Object.entries(labels).flatMap(([key, value]) => problemsOf(key, value).slice(0, 1));
}

function atMost(most: number, because: string): Rule<Labels> {
  return (path, labels = {}) => {
    const count = Object.keys(labels).length;
    return count > most
      ? [{ path, given: shown(`${count} of them`), allowed: `at most ${most}: ${because}`, fix: "remove some" }]
      : [];
  };
}

const kubernetesKey = rule<string>(
  "under a key such as team or example.com/team: at most 63 letters, digits, '-', '_' and '.', with a letter or digit at " +
    "each end, and before it a DNS name in lower case and '/' or nothing",
  "correct the key",
  (key) => /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/.test(key),
);

/** Whose objects are whose is read from these: a label of theirs would hand ours over, to be pruned for instance. */
const READ_BY_OTHERS = [
  "kubernetes.io",
  "k8s.io",
  "k8s.aws",
  "gke.io",
  "cloud.google.com",
  "helm.sh",
  "argoproj.io",
  "fluxcd.io",
  "cdktf-milvus-l7",
];

const kubernetesReserved = rule<string>(
  `under a key of your own: those of ${READ_BY_OTHERS.join(", ")} have readers, but for app.kubernetes.io/part-of`,
  "take a key such as example.com/team",
  (key) => {
    const [domain = ""] = key.split("/");
    const isTheirs = READ_BY_OTHERS.some((theirs) => domain === theirs || domain.endsWith(`.${theirs}`));
    return !hasPrefix(key) || !isTheirs || key === "app.kubernetes.io/part-of";
  },
);

const kubernetesValue = rule<string>(
  "at most 63 letters, digits, '-', '_' and '.', with a letter or digit at each end",
  "shorten or correct it, and put it in quotes",
  (value) => typeof value === "string" && /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/.test(value),
);

const googleKey = rule<string>(
  "under a key that Google takes: at most 63 lower-case letters, digits, '-' and '_', with a letter first, and not goog; on " +
    "Kubernetes objects alone a key with a prefix, such as example.com/Team",
  "write it in lower case, or give it a prefix",
  (key) => /^[a-z][-_a-z0-9]{0,62}$/.test(key) && !key.startsWith("goog"),
);

const googleValue = rule<string>(
  "a value that Google takes: at most 63 lower-case letters, digits, '-' and '_'",
  "write it in lower case, or give the key a prefix such as example.com/: then it goes on Kubernetes objects alone",
  (value) => typeof value === "string" && /^[-_a-z0-9]{0,63}$/.test(value),
);

const awsKey = rule<string>(
  "under a key of at most 128 letters, digits, spaces and '+-=._:/@', with no space at either end, and not aws: before it",
  "rename it",
  (key) => /^[\p{L}\p{N} +\-=._:/@]{1,128}$/u.test(key) && key.trim() === key && !/^aws:/i.test(key) && !isLost(key),
);

/** cdktf copies a map key by key, and with this key it sets something else. */
export function isLost(key: string): boolean {
  return key === "__proto__";
}

const awsValue = rule<string>(
  "at most 256 letters, digits, spaces and '+-=._:/@', with no space at either end",
  "correct it, and put it in quotes",
  (value) => typeof value === "string" && /^[\p{L}\p{N} +\-=._:/@]{0,256}$/u.test(value) && value.trim() === value,
);
