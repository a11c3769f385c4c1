import { HclCode, hclExpression } from "../internal/hcl";
import { CHART_ENV, type ChartEnvEntry, type MilvusMode } from "./chart";

/** An environment entry with a plain value. */
export interface EnvEntry {
  readonly name: string;
  readonly value: string;
}

/**
 * Expressions over the environment of the pods that answer clients. It is what a change of the release's `extraEnv` starts
 * from: Helm replaces a list, it doesn't merge one.
 */
export class LiveEnv {
  /**
   * @param entries the expression of the entries
   * @param chartVersion the expression of the chart version that rendered them, empty where it isn't known
   */
  constructor(
    private readonly entries: string,
    private readonly chartVersion: string,
    private readonly mode: MilvusMode,
  ) {}

  /**
   * The expression of `extraEnv`: the user's entries as they are, then ours. The user's are the live ones, less ours
   * under whatever spelling Milvus takes for the same setting, and less what the chart renders by itself. It gives the
   * same before and after an apply.
   *
   * @param settings what is ours by its name, whether it is set or taken out
   * @param valuePrefix what is ours by the beginning of its value
   */
  extraEnv(ours: readonly EnvEntry[], settings: readonly string[], valuePrefix: string): HclCode {
    const isOurs = `(${isOneOfSettings(settings)} || startswith(try(coalesce(entry.value), ""), ${hclExpression(valuePrefix)}))`;
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
 * The name under which Milvus knows an environment variable: `COMMON_SECURITY_TLSMODE`, `common.security.tlsMode` and
 * `MILVUS_CONF_COMMON_SECURITY_TLSMODE` are one setting.
 *
 * @see https://github.com/milvus-io/milvus/blob/master/pkg/config/env_source.go
 */
export function milvusSetting(name: string): string {
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
