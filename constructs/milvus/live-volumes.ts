import { HclCode, hclExpression } from "../internal/hcl";
import { CHART_VOLUMES, type MilvusMode } from "./chart";

/** The expressions of the lists that go into the release's values. */
export interface VolumeLists {
  readonly volumes: HclCode;
  readonly volumeMounts: HclCode;
}

/**
 * Expressions over the volumes of the pods that answer clients: Helm replaces these lists too.
 *
 * The chart adds its own volumes to the user's, and in a cluster the release's global `volumes` to the proxies' own.
 */
export class LiveVolumes {
  /**
   * @param volumes the expression of the pod's volumes
   * @param mounts the expression of the container's mounts
   */
  constructor(
    private readonly volumes: string,
    private readonly mounts: string,
    private readonly mode: MilvusMode,
  ) {}

  /**
   * The user's, then ours.
   *
   * @param elsewhere the names of volumes that stand somewhere else in the values
   * @param ours the volume of ours, which is replaced or taken out
   */
  lists(elsewhere: readonly string[], ours: { name: string; volume?: object; mount?: object }): VolumeLists {
    const not = hclExpression([...elsewhere, ours.name]);
    const list = (items: string, isCharts: string, own: object | undefined) => {
      const theirs = `[for item in ${items} : item if !contains(${not}, item.name) && !(${isCharts})]`;
      return new HclCode(
        `concat(${withoutNulls(theirs)}, ${hclExpression(own ? [own as Record<string, string>] : [])})`,
      );
    };
    return {
      volumes: list(this.volumes, this.isChartVolume, ours.volume),
      volumeMounts: list(this.mounts, this.isChartMount, ours.mount),
    };
  }

  /** The expression of the names of the user's volumes, less one of ours. */
  names(ours: string): string {
    const names = (items: string, isCharts: string) =>
      `[for item in ${items} : item.name if item.name != ${hclExpression(ours)} && !(${isCharts})]`;
    return `distinct(concat(${names(this.volumes, this.isChartVolume)}, ${names(this.mounts, this.isChartMount)}))`;
  }

  /** The expression of whether a volume of that name is there. */
  has(name: string): string {
    return `contains(${this.volumes}[*].name, ${hclExpression(name)})`;
  }

  private get isChartVolume(): string {
    return `contains(${hclExpression(this.chartVolumes.map(({ name }) => name))}, item.name)`;
  }

  private get isChartMount(): string {
    return this.chartVolumes
      .map(({ name, mountPaths }) => {
        const isIt = `item.name == ${hclExpression(name)}`;
        return mountPaths ? `(${isIt} && contains(${hclExpression(mountPaths)}, item.mountPath))` : `(${isIt})`;
      })
      .join(" || ");
  }

  private get chartVolumes() {
    return CHART_VOLUMES.filter(({ mode }) => mode === undefined || mode === this.mode);
  }
}

/** How deep a volume's source may be nested, e.g. `projected.sources[].downwardAPI.items[].fieldRef`. */
const DEEPEST = 5;

/**
 * A list without the nulls that the data source gives for every field that could be there, and without the objects that
 * are nothing but nulls. On the JSON, since an expression can't descend by itself. No text inside a string is touched: a
 * quote stands there only behind a backslash. An `emptyDir` that goes with them is what the API server makes of a volume
 * without a source.
 */
function withoutNulls(list: string): string {
  let json = `jsonencode(${list})`;
  for (let depth = 0; depth < DEEPEST; depth++) {
    json = `replace(${json}, "/\\"[^\\"\\\\\\\\]*\\":(null|{}),/", "")`;
    json = `replace(${json}, "/,?\\"[^\\"\\\\\\\\]*\\":(null|{})}/", "}")`;
  }
  return `jsondecode(${json})`;
}
