import { DataKubernetesConfigMapV1 } from "@cdktf/provider-kubernetes/lib/data-kubernetes-config-map-v1";
import { DataKubernetesResource } from "@cdktf/provider-kubernetes/lib/data-kubernetes-resource";
import { DataKubernetesResources } from "@cdktf/provider-kubernetes/lib/data-kubernetes-resources";
import type { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { type ITerraformDependable, TerraformLocal } from "cdktf";
import { Construct } from "constructs";
import type { Assertion } from "../internal/check-block";
import { hclExpression, literal } from "../internal/hcl";
import { component, configMapName, deploymentName, type HelmReleaseRef, podSelector, USER_FILES } from "./chart";
import { LiveEnv } from "./live-env";
import { LiveVolumes } from "./live-volumes";
import { type MilvusSetting, REST_PORT, TLS_MODE } from "./milvus-setting";
import { versionNumber } from "./milvus-version";
import { settingAmong, settingsIn } from "./user-yaml";

export interface LiveMilvusProps {
  readonly release: HelmReleaseRef;
  /**
   * `name`: the Deployment of this very name, which has to be there. `labels`: the running one with the pods' labels; where
   * there is none, everything here is empty.
   */
  readonly findBy: "name" | "labels";
  /**
   * What has to hold of the Deployment, as `self.object`, before anything else of the plan.
   *
   * @default - nothing
   */
  readonly postconditions?: readonly Assertion[];
  /** @default - it is read at once */
  readonly dependsOn?: ITerraformDependable[];
  /** @default - the stack's provider without alias */
  readonly kubernetesProvider?: KubernetesProvider;
}

/**
 * The pods that answer clients as they are now: expressions over their Deployment and their ConfigMap, which every plan
 * reads.
 */
export class LiveMilvus extends Construct {
  readonly env: LiveEnv;
  readonly volumes: LiveVolumes;
  /** The expression of the image's name. */
  readonly image: string;
  /** The expression of the installed chart's version; empty where the Deployment doesn't say it. */
  readonly chartVersion: string;
  /** The expression of Milvus' version as a number, 0 where the image doesn't say it. */
  readonly version: string;
  /** The expression of the TLS mode that the pods have: 0 is plaintext, 1 is TLS, 2 asks for client certificates. */
  readonly tlsMode: string;
  /** The expression of the REST port that they have been given; empty where REST shares the gRPC port. */
  readonly restPort: string;
  /** The expression of the name of the ConfigMap with the user's settings: the release's, or one that it names. */
  readonly configMapName: string;
  /** The expression of the name that the user's settings have in the ConfigMap. */
  readonly userFile: string;
  /** The expression of their text. */
  readonly userText: string;
  /** The expression of what they set. */
  readonly userSettings: string;
  private readonly deployment: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: LiveMilvusProps,
  ) {
    super(scope, id);
    const { mode } = props.release;
    this.deployment = props.findBy === "name" ? this.readByName() : this.readByLabels();

    const pod = `${this.deployment}.spec.template.spec`;
    const isContainer = `container.name == ${hclExpression(component(mode))}`;
    const ofContainer = (field: string) =>
      `[for list in [for container in ${pod}.containers : try(container.${field}, null) if ${isContainer}] : list if list != null]`;
    const chart = `try(${this.deployment}.metadata.labels["helm.sh/chart"], "")`;
    this.chartVersion = this.local("chart-version", `trimprefix(${chart}, "milvus-")`);
    this.env = new LiveEnv(this.local("entries", `flatten(${ofContainer("env")})`), this.chartVersion, mode);
    const volumes = `flatten([for list in [try(${pod}.volumes, null)] : list if list != null])`;
    const mounts = `flatten(${ofContainer("volumeMounts")})`;
    this.volumes = new LiveVolumes(volumes, mounts, mode);
    this.image = this.local("image", `try("\${${ofContainer("image")}[0]}", "")`);
    this.version = this.local("version", versionNumber(this.image));

    const isUserFile = `contains(${hclExpression(USER_FILES)}, mount.mountPath)`;
    const userMount = this.local(
      "user-mount",
      `try([for mount in ${mounts} : { volume = mount.name, file = mount.subPath } if ${isUserFile}][0], ` +
        '{ volume = "", file = "user.yaml" })',
    );
    const named = `[for volume in ${volumes} : volume.configMap.name if volume.name == ${userMount}.volume][0]`;
    this.configMapName = this.local(
      "config-map-name",
      `try(coalesce(${named}), ${hclExpression(configMapName(props.release))})`,
    );
    this.userFile = `${userMount}.file`;
    const configMap = this.readConfigMap();
    const fileOf = (name: string) => `try(coalesce(${configMap}.data[${name}]), "")`;
    this.userText = this.local("user-text", fileOf(this.userFile));
    this.userSettings = this.local("user-settings", settingsIn(this.userText));
    const defaults = this.local("default-settings", settingsIn(fileOf(hclExpression("default.yaml"))));
    const setting = (wanted: MilvusSetting) =>
      [this.env.setting(wanted.env), ...[this.userSettings, defaults].map((file) => settingAmong(file, wanted))].join(
        ", ",
      );
    this.tlsMode = this.local("tls-mode", `try(coalesce(${setting(TLS_MODE)}), "0")`);
    this.restPort = this.local("rest-port", `try(coalesce(${setting(REST_PORT)}), "")`);
  }

  /** The expression of the TLS mode that `user.yaml` asks for, for pods whose environment doesn't say it. */
  get tlsModeOfFile(): string {
    return settingAmong(this.userSettings, TLS_MODE);
  }

  /** The expression of whether the user's settings are the `user.yaml` of the release's values. */
  get readsUserYaml(): string {
    return `(${this.configMapName} == ${hclExpression(configMapName(this.props.release))} && ${this.userFile} == "user.yaml")`;
  }

  /** The expression of whether the pods have the labels that a load balancer's Service looks for. */
  get hasSelector(): string {
    return Object.entries(podSelector(this.props.release))
      .map(([label, value]) => {
        const labels = `${this.deployment}.spec.template.metadata.labels`;
        return `try(${labels}[${hclExpression(label)}], "") == ${hclExpression(value)}`;
      })
      .join(" && ");
  }

  private readByName(): string {
    const { release, kubernetesProvider, dependsOn, postconditions } = this.props;
    const deployment = new DataKubernetesResource(this, "deployment", {
      provider: kubernetesProvider,
      dependsOn,
      ...DEPLOYMENT,
      metadata: { name: literal(deploymentName(release)), namespace: literal(release.namespace) },
      ...(postconditions ? { lifecycle: { postcondition: [...postconditions] } } : {}),
    });
    return `data.${DataKubernetesResource.tfResourceType}.${deployment.friendlyUniqueId}.object`;
  }

  private readByLabels(): string {
    const { release, kubernetesProvider, dependsOn } = this.props;
    const selector = Object.entries(podSelector(release)).map(([label, value]) => `${label}=${value}`);
    const deployments = new DataKubernetesResources(this, "deployments", {
      provider: kubernetesProvider,
      dependsOn,
      ...DEPLOYMENT,
      namespace: literal(release.namespace),
      labelSelector: literal(selector.join(",")),
    });
    const objects = `data.${DataKubernetesResources.tfResourceType}.${deployments.friendlyUniqueId}.objects`;
    // A rolling upgrade by the operator leaves a second one with no replicas.
    const running = `[for one in ${objects} : one if try(one.spec.replicas, 1) != 0][0]`;
    return this.local("deployment", `try(${running}, { spec = { template = { spec = { containers = [] } } } })`);
  }

  /** By the typed data source: it gives no data where there is no such ConfigMap, and doesn't fail. */
  private readConfigMap(): string {
    const { release, kubernetesProvider, dependsOn } = this.props;
    const configMap = new DataKubernetesConfigMapV1(this, "config-map", {
      provider: kubernetesProvider,
      dependsOn,
      metadata: { name: `\${${this.configMapName}}`, namespace: literal(release.namespace) },
    });
    return `data.${DataKubernetesConfigMapV1.tfResourceType}.${configMap.friendlyUniqueId}`;
  }

  private local(id: string, expression: string): string {
    return `local.${new TerraformLocal(this, id, `\${${expression}}`).friendlyUniqueId}`;
  }
}

const DEPLOYMENT = { apiVersion: "apps/v1", kind: "Deployment" };
