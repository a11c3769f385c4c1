import { DataKubernetesResource } from "@cdktf/provider-kubernetes/lib/data-kubernetes-resource";
import type { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { TerraformLocal } from "cdktf";
import { Construct } from "constructs";
import { HclCode, hclExpression, literal } from "../internal/hcl";
import {
  CHART_ENV,
  type ChartEnvEntry,
  component,
  deploymentName,
  type HelmReleaseRef,
  type MilvusMode,
} from "./chart";

export interface LiveEnvProps extends HelmReleaseRef {
  /** @default - the stack's provider without alias */
  readonly kubernetesProvider?: KubernetesProvider;
}

/** An environment entry with a plain value. */
export interface EnvEntry {
  readonly name: string;
  readonly value: string;
}

/**
 * The environment of the pods that answer clients, read from the live Deployment at plan time. It is what a change of the
 * release's `extraEnv` starts from: Helm replaces a list, it doesn't merge one.
 */
export class LiveEnv extends Construct {
  private readonly entries: string;
  private readonly chartVersion: string;
  private readonly mode: MilvusMode;

  constructor(scope: Construct, id: string, props: LiveEnvProps) {
    super(scope, id);
    this.mode = props.mode;
    const container = hclExpression(component(props.mode));
    const deployment = this.readDeployment(props);
    const containers = `${deployment}.object.spec.template.spec.containers`;
    const envs = `[for container in ${containers} : try(container.env, null) if container.name == ${container}]`;
    this.entries = this.local("entries", `flatten([for env in ${envs} : env if env != null])`);
    const label = `try(${deployment}.object.metadata.labels["helm.sh/chart"], "")`;
    this.chartVersion = this.local("chart-version", `trimprefix(${label}, "milvus-")`);
  }

  /**
   * The expression of `extraEnv`: the user's entries as they are, then ours. The user's are the live ones, less ours
   * under whatever spelling Milvus takes for the same setting, and less what the chart renders by itself. It gives the
   * same before and after an apply.
   */
  extraEnv(ours: readonly EnvEntry[]): HclCode {
    const isOurs = isOneOfSettings(ours.map(({ name }) => name));
    const isCharts = CHART_ENV.filter(({ mode }) => mode === undefined || mode === this.mode)
      .map((entry) => `(${this.isChartEntry(entry)})`)
      .join(" || ");
    const theirs = `[for entry in ${this.entries} : ${WITHOUT_NULLS} if !${isOurs} && !(${isCharts})]`;
    return new HclCode(`concat(${theirs}, ${hclExpression(ours.map(({ name, value }) => ({ name, value })))})`);
  }

  /** The expression of the value that one of Milvus' settings has by environment; empty where it has none. */
  setting(name: string): string {
    const isIt = `${MILVUS_SETTING_OF_ENTRY} == ${hclExpression(milvusSetting(name))}`;
    // The last one counts, as in a pod.
    return `try("\${reverse([for entry in ${this.entries} : entry.value if ${isIt}])[0]}", "")`;
  }

  /** The expression of whether one of these settings comes from elsewhere, so that nobody can tell what it is. */
  hasSettingFromElsewhere(names: readonly string[]): string {
    return `length([for entry in ${this.entries} : entry if ${isOneOfSettings(names)} && ${HAS_SOURCE}]) > 0`;
  }

  /** @returns the data source's address */
  private readDeployment(props: LiveEnvProps): string {
    const name = deploymentName(props);
    const container = component(props.mode);
    const deployment = new DataKubernetesResource(this, "deployment", {
      provider: props.kubernetesProvider,
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: literal(name), namespace: literal(props.namespace) },
      lifecycle: {
        postcondition: [
          {
            condition: `\${contains(try(self.object.spec.template.spec.containers[*].name, []), ${hclExpression(container)})}`,
            errorMessage: literal(
              `The Deployment ${props.namespace}/${name} was not found, or has no container '${container}'. ` +
                "Its environment has to be read before the release may be changed, so that nothing of it is lost. " +
                "Check releaseName, namespace, mode, nameOverride and fullnameOverride against 'helm list -A' and " +
                "'kubectl get deployments -A'.",
            ),
          },
          ...OTHER_OWNERS.map(({ owner, isOwner }) => ({
            condition: `\${!(${isOwner})}`,
            errorMessage: literal(
              `The Deployment ${props.namespace}/${name} is rendered by ${owner}, which would undo a change of the Helm ` +
                "release, or be fought by it. Leave the release alone here (ownership: leave-alone, or milvusOf) and " +
                `make the change where ${owner} takes its values from.`,
            ),
          })),
        ],
      },
    });
    return `data.${DataKubernetesResource.tfResourceType}.${deployment.friendlyUniqueId}`;
  }

  private local(id: string, expression: string): string {
    return `local.${new TerraformLocal(this, id, `\${${expression}}`).friendlyUniqueId}`;
  }

  private isChartEntry({ name, content, chartVersions }: ChartEnvEntry): string {
    const same =
      "value" in content
        ? `try(entry.value, null) == ${hclExpression(content.value)}`
        : `try(entry.valueFrom.resourceFieldRef.resource, null) == ${hclExpression(content.resource)}`;
    const rendered =
      chartVersions === undefined
        ? []
        : [`(${this.chartVersion} == "" || can(regex(${hclExpression(chartVersions)}, ${this.chartVersion})))`];
    return [`entry.name == ${hclExpression(name)}`, same, ...rendered].join(" && ");
  }
}

/**
 * Who else may render a Milvus Deployment, and how it is seen on the Deployment.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/
 * @see https://github.com/fluxcd/helm-controller/blob/main/internal/postrender/origin_labels.go
 * @see https://github.com/zilliztech/milvus-operator/blob/main/pkg/controllers/utils.go
 */
const OTHER_OWNERS = [
  { owner: "Argo CD", isOwner: hasKey("argocd.argoproj.io/tracking-id", "argocd.argoproj.io/instance") },
  { owner: "Flux", isOwner: hasKey("helm.toolkit.fluxcd.io/name", "kustomize.toolkit.fluxcd.io/name") },
  {
    owner: "the Milvus operator",
    isOwner: 'try(self.object.metadata.labels["app.kubernetes.io/managed-by"], "") == "milvus-operator"',
  },
];

/** Whether the Deployment has a label or an annotation of one of these names. */
function hasKey(...names: string[]): string {
  const places = ["self.object.metadata.labels", "self.object.metadata.annotations"];
  return places
    .flatMap((place) => names.map((name) => `try(${place}[${hclExpression(name)}], null) != null`))
    .join(" || ");
}

/**
 * The name under which Milvus knows an environment variable: `COMMON_SECURITY_TLSMODE`, `common.security.tlsMode` and
 * `MILVUS_CONF_COMMON_SECURITY_TLSMODE` are one setting.
 *
 * @see https://github.com/milvus-io/milvus/blob/master/pkg/config/env_source.go
 */
function milvusSetting(name: string): string {
  return name.toLowerCase().replace(/^milvus_conf_|[/_.]/g, "");
}

/** The same in HCL. */
const MILVUS_SETTING_OF_ENTRY = 'replace(lower(entry.name), "/^milvus_conf_|[/_.]/", "")';

/** Whether `entry` is one of these settings, under any spelling. */
function isOneOfSettings(names: readonly string[]): string {
  return `contains(${hclExpression(names.map(milvusSetting))}, ${MILVUS_SETTING_OF_ENTRY})`;
}

/**
 * An entry as a user would write it. The data source gives every field that an entry could have, down to each field of
 * each source of a value, as null; rendered, they make an invalid Deployment, and Helm fails half-way.
 */
const IS_GIVEN = "length(try([for field in ref : field if field != null], [])) > 0";
const HAS_SOURCE = `length(try([for ref in entry.valueFrom : ref if ${IS_GIVEN}], [])) > 0`;
const WITHOUT_NULLS =
  "merge(" +
  '{ for key, value in entry : key => value if value != null && key != "valueFrom" }, ' +
  "{ for key, source in entry : key => { for kind, ref in source : kind => " +
  `{ for field, value in ref : field => value if value != null } if ${IS_GIVEN} } ` +
  `if key == "valueFrom" && ${HAS_SOURCE} }, ` +
  // The API server drops an empty value.
  `{ for key in ["value"] : key => "" if try(entry.value, null) == null && !(${HAS_SOURCE}) })`;
