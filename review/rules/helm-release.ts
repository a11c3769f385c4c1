import { compare, valid } from "semver";
import { parse } from "yaml";
import { parseReleaseId } from "../../commands/release-id";
import { isRelease, releaseOfGuard, resourcesOf, speaksTls } from "../../commands/release-state";
import { deletesLoadBalancer, LOAD_BALANCER_TYPE } from "../../constructs/milvus/layer4-load-balancer";
import type { Difference } from "../difference";
import { interrupted, listed, lost, opened, type Said, unknown, weakened } from "../finding";
import { always, byValue, harmless, isOn, protects, type Rules } from "../meaning";
import { isGone, type ResourceChange, type TerraformPlan } from "../plan";
import { newMark } from "./front-service";

/** A Helm release: nothing of its values is said but the names of what changes. */
export const HELM_RELEASE: Rules = {
  unknownToImport: ["name", "namespace", "repository"],
  attributes: {
    // The rules for the whole release say what these mean.
    chart: byValue(() => []),
    version,
    name: always("unknown", "calls the release otherwise"),
    namespace: always("unknown", "puts the release into another namespace"),
    repository: always("unknown", "takes the chart from another repository"),
    values: changedValues,
    set: (difference) => changedSettings(difference),
    "set.*": (difference) => changedSettings(difference),
    set_list: (difference) => changedSettings(difference),
    "set_list.*": (difference) => changedSettings(difference),
    set_sensitive: (difference) => changedSettings(difference),
    "set_sensitive.*": (difference) => changedSettings(difference),
    set_wo: (difference) => changedSettings(difference),
    set_wo_revision: (difference) => changedSettings(difference),
    reuse_values: protects("lost", "gives up the values that the release has, but for those that Terraform sends"),
    reset_values: byValue((_, after) =>
      isOn(after) ? [lost("gives up the values that the release has, but for those that Terraform sends")] : [],
    ),
    force_update: byValue((_, after) =>
      isOn(after) ? [interrupted("has Helm delete objects and make them anew where an update is refused")] : [],
    ),
    recreate_pods: byValue((_, after) => (isOn(after) ? [interrupted("restarts every pod of the release")] : [])),
    atomic: protects("weakened", "leaves an upgrade that failed as it is, where it was rolled back before"),
    verify: protects("weakened", "no longer verifies who signed the chart"),
    disable_webhooks: byValue((_, after) => (isOn(after) ? [weakened("passes by the chart's hooks")] : [])),
    // How an upgrade is run, not what it makes; and what Helm reports of it.
    timeout: harmless,
    wait: harmless,
    wait_for_jobs: harmless,
    cleanup_on_fail: harmless,
    max_history: harmless,
    description: harmless,
    dependency_update: harmless,
    skip_crds: harmless,
    render_subchart_notes: harmless,
    upgrade_install: harmless,
    take_ownership: harmless,
    lint: harmless,
    replace: harmless,
    disable_crd_hooks: harmless,
    disable_openapi_validation: harmless,
    pass_credentials: harmless,
    create_namespace: harmless,
    id: harmless,
    status: harmless,
    manifest: harmless,
    resources: harmless,
    "resources.*": harmless,
    metadata: harmless,
    "metadata.*": harmless,
  },
  changed: (change) =>
    isGone(change)
      ? releaseGone(change)
      : [
          ...secondRelease(change),
          ...(otherChart(change) ?? downgrade(change)),
          ...tls(change),
          ...entryPoint(change),
          ...authorization(change),
        ],
  created: secondRelease,
  deleted: releaseGone,
};

/** The `terraform_data` beside an adopted release, and the one that marks a state. */
export const GUARD: Rules = {
  attributes: {
    input: harmless,
    "input.*": harmless,
    output: harmless,
    "output.*": harmless,
    triggers_replace: harmless,
    "triggers_replace.*": harmless,
    id: harmless,
  },
  changed: newMark,
  deleted: guardDropped,
};

function releaseGone({ address, name }: ResourceChange): Said[] {
  const back = parseReleaseId(name) ? "release:detach" : `terraform state rm '${address}'`;
  return [
    lost("uninstalls the Helm release, and Milvus with it", {
      fix: `put its lines back, or give the release back first: ${back}`,
      canBeAllowed: false,
    }),
  ];
}

/** An adopted release is there before, and is only ever imported. */
function secondRelease({ name, change }: ResourceChange): Said[] {
  const id = parseReleaseId(name);
  if (id === undefined || !change.actions.includes("create") || change.importing || !isRelease(change.after, id)) {
    return [];
  }
  return [
    interrupted(
      `installs a second Helm release ${id.namespace}/${id.releaseName}, or fails where it is there already`,
      {
        fix: "put the import block of the construct back, or allow it if this is to be a new Milvus",
        canBeAllowed: true,
      },
    ),
  ];
}

/**
 * An upgrade deletes what the release had and the new chart doesn't render. Where the release is imported, the chart
 * before is the one that is installed.
 *
 * @see https://github.com/helm/helm/blob/main/pkg/kube/client.go (update: originals.Difference(targets))
 * @see https://github.com/hashicorp/terraform-provider-helm/blob/main/helm/resource_helm_release.go (ImportState)
 */
function otherChart({ change }: ResourceChange): Said[] | undefined {
  const from = chartName(change.before?.chart);
  const to = chartName(change.after?.chart);
  if (from === undefined || to === undefined || from === to) {
    return undefined;
  }
  return [
    lost(`puts the chart ${to} in the place of ${from}, and deletes what only ${from} renders`, {
      fix: `set chart to ${from}, or allow it if ${to} is the same chart by another name`,
      canBeAllowed: true,
    }),
  ];
}

/** A chart may be given as a name, `repository/name`, a folder, an archive or a URL. */
function chartName(chart: unknown): string | undefined {
  return typeof chart === "string"
    ? chart
        .replace(/\/+$/, "")
        .replace(/^.*\//, "")
        .replace(/-\d+\.\d+\.\d+[^/]*\.tgz$/, "")
    : undefined;
}

function downgrade({ change }: ResourceChange): Said[] {
  const { from, to } = { from: String(change.before?.version ?? ""), to: String(change.after?.version ?? "") };
  return valid(from) && valid(to) && compare(to, from) < 0
    ? [
        lost(`downgrades the chart from ${from} to ${to}, which Milvus' metadata may not survive`, {
          fix: "leave the version out: the installed one stays",
          canBeAllowed: false,
        }),
      ]
    : [];
}

/** A downgrade is said above. */
function version(difference: Difference): Said[] {
  if (difference.isUnknown || difference.after === undefined) {
    return [unknown("takes a chart version that is known after the apply only, the newest perhaps")];
  }
  const { before, after } = difference;
  const isDowngrade = valid(String(before)) && valid(String(after)) && compare(String(after), String(before)) < 0;
  return isDowngrade || before === undefined
    ? []
    : [interrupted(`upgrades the chart from ${before} to ${after}: every pod of the release may restart`)];
}

function changedSettings({ name }: Difference): Said[] {
  return [interrupted(`upgrades the Helm release with other values (${name.split(".")[0]}): its pods may restart`)];
}

/** Values of the chart that belong to one component's pods. */
const COMPONENTS = [
  ..."proxy standalone mixCoordinator rootCoordinator queryCoordinator indexCoordinator dataCoordinator".split(" "),
  ..."queryNode indexNode dataNode streamingNode attu etcd minio pulsar pulsarv3 kafka".split(" "),
];

function changedValues(difference: Difference): Said[] {
  if (difference.isUnknown) {
    return [
      unknown(
        "upgrades the Helm release with values that are known after the apply only: which pods restart is unknown",
      ),
    ];
  }
  if (difference.isSensitive) {
    return [unknown("upgrades the Helm release with values that are sensitive: which pods restart is unknown")];
  }
  const names = changedNames(merged(difference.before), merged(difference.after));
  const parts = [...new Set(names.map((name) => name.split(/[. ]/)[0] ?? ""))];
  const components = parts.filter((part) => COMPONENTS.includes(part));
  const others = parts.filter((part) => ![...COMPONENTS, "service"].includes(part));
  const restart =
    names.length === 0
      ? "no setting differs, only how they are written"
      : others.length > 0
        ? "every pod of the release may restart"
        : components.length > 0
          ? `the pods of ${listed(components)} restart`
          : "no pod restarts";
  return [interrupted(`upgrades the Helm release: ${restart}${names.length > 0 ? `; it sets ${listed(names)}` : ""}`)];
}

/** The texts of `values`, the later ones over the earlier ones. */
function merged(texts: unknown): Record<string, unknown> {
  return Object.assign({}, ...[texts ?? []].flat().map((text) => leaves(parsed(text))));
}

function parsed(text: unknown): unknown {
  try {
    return parse(String(text), { logLevel: "error" });
  } catch {
    return { "values that can't be read": text };
  }
}

/** By a path for each: entries of an environment by their names, another list as a whole. */
function leaves(value: unknown, path = ""): Record<string, unknown> {
  if (Array.isArray(value) && value.length > 0 && value.every(isNamed)) {
    return Object.fromEntries(value.map((entry) => [`${path} ${entry.name}`, JSON.stringify(entry)]));
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return path === "" ? {} : { [path]: JSON.stringify(value) };
  }
  return Object.assign(
    {},
    ...Object.entries(value).map(([key, inner]) => leaves(inner, path === "" ? key : `${path}.${key}`)),
  );
}

function isNamed(entry: unknown): entry is { readonly name: string } {
  return typeof (entry as { name?: unknown } | null)?.name === "string";
}

function changedNames(before: Record<string, unknown>, after: Record<string, unknown>): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => before[name] !== after[name]);
}

/** What Terraform doesn't send, `reuse_values` keeps. */
function tls({ type, name, change }: ResourceChange): Said[] {
  const speaks = (values: Record<string, unknown> | null | undefined) =>
    speaksTls({ type, name, values: values ?? {} });
  const [before, after] = [speaks(change.before), speaks({ values: change.after?.values })];
  return after && !before
    ? [interrupted("has the pods speak TLS: clients that connect to port 19530 without it are cut off")]
    : before && !after && mentions(change.after?.values, /tlsMode/i)
      ? [weakened("has the pods speak plaintext: clients that connect to port 19530 with TLS are cut off")]
      : [];
}

/**
 * The Layer-4 entry point. What the Service was before is seen as far as Terraform sent it: an import finds no values, and
 * the release's own checks say what is live.
 */
function entryPoint({ change }: ResourceChange): Said[] {
  const [before, after] = [sent(change.before), sent(change.after)];
  const changed = (name: string) => (after[name] === before[name] ? undefined : textOfJson(after[name]));
  const type = changed("service.type");
  const annotation = changed(`service.annotations.${LOAD_BALANCER_TYPE}`);
  const said = [
    ...(deletesLoadBalancer(type) && !deletesLoadBalancer(textOfJson(before["service.type"]))
      ? [deletes(`makes the release's Service a ${type}, which deletes its Layer-4 load balancer if it has one`)]
      : []),
    ...(annotation === ""
      ? [
          deletes(
            `empties the annotation ${LOAD_BALANCER_TYPE}: AWS Load Balancer Controller deletes its load balancer`,
          ),
        ]
      : []),
    ...(type === "LoadBalancer" || type === "NodePort"
      ? [opened(`makes the release's Service a ${type}, which is reached from outside the cluster`)]
      : []),
    ...(annotation
      ? [opened(`sets the annotation ${LOAD_BALANCER_TYPE}: AWS Load Balancer Controller makes a load balancer`)]
      : []),
  ];
  const isChanged = changedNames(before, after).some((name) => name.startsWith("service."));
  return said.length > 0 || !isChanged
    ? said
    : [
        interrupted(
          "changes the Service that the release has: whoever reaches Milvus by its address or port may be cut off",
        ),
      ];
}

function deletes(effect: string): Said {
  return interrupted(`${effect}; its address is lost, and clients that still use it are cut off`);
}

/** What a change sends of the values, by `values` or by `set`, by a path for each. */
function sent(settings: Record<string, unknown> | null | undefined): Record<string, unknown> {
  const single = [settings?.set ?? []]
    .flat()
    .filter(isNamed)
    .map(({ name, ...rest }) => [name.replaceAll("\\.", "."), JSON.stringify((rest as { value?: unknown }).value)]);
  return { ...merged(settings?.values), ...Object.fromEntries(single) };
}

function textOfJson(json: unknown): string | undefined {
  return json === undefined ? undefined : String(JSON.parse(String(json)) ?? "");
}

const AUTHORIZATION =
  /authorizationEnabled["']?\s*:\s*["']?(true|false)|COMMON_SECURITY_AUTHORIZATIONENABLED"?,?\s*"?value"?:\s*["']?(true|false)/i;

function authorization({ change }: ResourceChange): Said[] {
  const stated = (values: unknown) => {
    const found = AUTHORIZATION.exec(textOf(values));
    return (found?.[1] ?? found?.[2])?.toLowerCase();
  };
  const { before, after } = change;
  const sentBefore = stated(before?.values);
  const isOnBefore = (sentBefore ?? stated([before?.metadata].flat().map((one) => JSON.stringify(one)))) === "true";
  const now = stated(after?.values);
  return isOnBefore && now === "false"
    ? [weakened("turns Milvus' authorization off: whoever reaches it may read and drop every collection")]
    : sentBefore === "true" && now === undefined
      ? [weakened("no longer turns Milvus' authorization on")]
      : [];
}

function mentions(values: unknown, words: RegExp): boolean {
  return words.test(textOf(values));
}

function textOf(values: unknown): string {
  return [values ?? []].flat().join("\n");
}

/** `terraform destroy` passes by a `removed` block: the guard has to outlive the release in the state. */
function guardDropped(change: ResourceChange, plan: TerraformPlan): Said[] {
  const { actions } = change.change;
  const goes = (actions.includes("delete") && !actions.includes("create")) || actions.includes("forget");
  const release = releaseOfGuard(change);
  const isThere = resourcesOf(plan.prior_state?.values?.root_module).some(({ address }) => address === release);
  const isUninstalled = plan.resource_changes?.some((other) => withoutKey(other.address) === release && isGone(other));
  if (!goes || parseReleaseId(change.name) === undefined || !isThere || isUninstalled) {
    return [];
  }
  return [
    weakened(
      "drops the guard of a Helm release that the state still holds: a destroy before this is applied may uninstall it",
      {
        fix: "keep MilvusTlsRelease, or forget in its place, until an apply has taken the release out; or use release:detach",
        canBeAllowed: true,
      },
    ),
  ];
}

function withoutKey(address: string): string {
  return address.replace(/\[[^\]]*\]$/, "");
}
