import { HelmProvider } from "@cdktf/provider-helm/lib/provider";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { TerraformStack, Testing } from "cdktf";
import type { Construct } from "constructs";
import { parse } from "yaml";
import { MilvusReleaseElsewhere, MilvusTlsRelease, type MilvusTlsReleaseProps } from "../../constructs/milvus";
import { liveDeployment } from "./deployment";
import { synth } from "./synth";
import { succeeded, unwrapped, Workspace } from "./terraform";

/** What a cluster has of a release, as the data sources give it. */
export interface Cluster {
  readonly deployment?: object;
  /** The Deployment after the apply. By default as before. */
  readonly after?: object;
  readonly configMap?: Record<string, string>;
  readonly service?: object;
  /** The ConfigMap's user.yaml after the apply. By default as before. */
  readonly configMapAfter?: Record<string, string>;
  readonly revisions?: readonly { version: string; status: string }[];
  /** Names of Attu's and CDC's Deployments. */
  readonly clients?: readonly string[];
  readonly ingresses?: readonly object[];
}

/** What Terraform makes of a release: its values, or why the plan is refused; and what it warns of. */
export interface Evaluation {
  readonly values?: any;
  /** The ConfigMap that the pods' settings are read from. */
  readonly configMap?: string;
  readonly refused: string;
  readonly warned: string;
}

export const RELEASE: MilvusTlsReleaseProps = {
  releaseName: "my-release",
  namespace: "default",
  mode: "cluster",
  acceptPlaintextClientsCutOff: true,
};

/** Terraform's own evaluation of an adopted release, with no provider: the data sources are literals. */
export function evaluateRelease(props: Partial<MilvusTlsReleaseProps> = {}, cluster: Cluster = {}): Evaluation {
  const release = { ...RELEASE, ...props };
  return evaluate(release.mode, cluster, (scope) => {
    new MilvusTlsRelease(scope, "release", release);
  });
}

/** The same of one that is elsewhere. */
export function evaluateElsewhere(
  props: Partial<ConstructorParameters<typeof MilvusReleaseElsewhere>[2]> = {},
  cluster: Cluster = {},
): Evaluation {
  const { acceptPlaintextClientsCutOff, ...ref } = RELEASE;
  return evaluate(props.mode ?? ref.mode, cluster, (scope) => {
    new MilvusReleaseElsewhere(scope, "release", { ...ref, ...props });
  });
}

function evaluate(
  mode: MilvusTlsReleaseProps["mode"],
  cluster: Cluster,
  build: (scope: Construct) => void,
): Evaluation {
  const stack = new TerraformStack(Testing.app(), "platform");
  new KubernetesProvider(stack, "kubernetes", {});
  new HelmProvider(stack, "helm", {});
  build(stack);
  const json = synth(stack);
  const [release] = Object.values(json.resource?.helm_release ?? {});
  const sources = Object.entries(json.data ?? {}).flatMap(([type, named]) =>
    Object.entries(named).map(([name, source]) => ({ address: `data.${type}.${name}`, name, source: source as any })),
  );
  const configMap = sources.find(({ name }) => name.startsWith("release_live_config-map"));
  const answers = Object.fromEntries(sources.map(({ name }) => [`answer_${name}`, answerOf(name, mode, cluster)]));
  const conditions = sources.flatMap(({ name, source }) =>
    JSON.parse(JSON.stringify(source.lifecycle?.postcondition ?? []).replaceAll("self.", `local.answer_${name}.`)),
  );
  let text = JSON.stringify({
    locals: json.locals,
    check: json.check,
    output: {
      ...(release ? { values: { value: release.values[0] } } : {}),
      config_map: { value: configMap?.source.metadata.name },
    },
    resource: {
      terraform_data: {
        release: { lifecycle: { precondition: [...conditions, ...(release?.lifecycle.precondition ?? [])] } },
      },
    },
  });
  for (const { address, name } of sources) {
    text = text.replaceAll(address, `local.answer_${name}`);
  }
  const program = JSON.parse(text);
  const workspace = new Workspace("evaluation");
  try {
    workspace.write({ ...program, locals: { ...program.locals, ...(escaped(answers) as object) } });
    succeeded(workspace.terraform("init"));
    const applied = workspace.terraform("apply", "-auto-approve", "-no-color");
    const said = unwrapped(applied.text);
    return applied.status === 0
      ? {
          values: release && parse(JSON.parse(workspace.terraform("output", "-json", "values").text)),
          configMap: JSON.parse(workspace.terraform("output", "-json", "config_map").text),
          refused: "",
          warned: said,
        }
      : { refused: said, warned: "" };
  } finally {
    workspace.remove();
  }
}

function answerOf(name: string, mode: MilvusTlsReleaseProps["mode"], cluster: Cluster): unknown {
  const {
    deployment = liveDeployment(mode, null),
    configMap = {},
    revisions = [],
    clients = [],
    ingresses = [],
  } = cluster;
  const ofStatus = (isIt: (status: string) => boolean) =>
    revisions.filter(({ status }) => isIt(status)).map((labels) => ({ metadata: { labels } }));
  const component = mode === "cluster" ? "proxy" : "standalone";
  const answers: Record<string, unknown> = {
    live_deployment: deployment,
    live_deployments: { objects: Object.keys(deployment).length === 0 ? [] : [(deployment as any).object] },
    after_deployment: cluster.after ?? deployment,
    "live_config-map": { data: configMap },
    "after_config-map": { data: cluster.configMapAfter ?? configMap },
    installed_service: {
      metadata: [{ uid: "1" }],
      spec: [{ type: "ClusterIP", selector: { component } }],
      status: [{ load_balancer: [{ ingress: [] }] }],
      ...cluster.service,
    },
    "installed_unfinished-revisions": { objects: ofStatus((status) => status !== "deployed") },
    "installed_deployed-revision": [{ objects: ofStatus((status) => status === "deployed") }],
    "installed_plaintext-clients": { objects: clients.map((client) => ({ metadata: { name: client } })) },
    installed_ingresses: { objects: ingresses },
  };
  const [, key = ""] = /^release_(.*)_[0-9A-F]{8}$/.exec(name) ?? [];
  if (!(key in answers)) {
    throw new Error(`no answer for data source ${name}`);
  }
  return answers[key];
}

/** Text of a fixture, which Terraform must not take for a template. */
function escaped(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll(/([$%])\{/g, "$1$1{"));
}
