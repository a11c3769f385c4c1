import type { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { Construct } from "constructs";
import { stringify } from "yaml";
import { type Assertion, CheckBlock } from "../internal/check-block";
import { literal } from "../internal/hcl";
import { type Problem, shown, throwIfAny } from "../internal/problem";
import { plainText } from "../internal/rules";
import { component, type HelmReleaseRef } from "./chart";
import type { EnvEntry } from "./live-env";
import { LiveMilvus } from "./live-milvus";
import { describeMilvus, type IMilvusService, restPortRule, validateHelmReleaseRef } from "./milvus-service";
import { REST_PORT, TLS_MODE } from "./milvus-setting";
import { versionAssertions } from "./milvus-version";
import { entries, tlsSettings } from "./release-values";

/** The props of `MilvusReleaseElsewhere`. */
export interface MilvusReleaseElsewhereProps extends HelmReleaseRef {
  /**
   * Whether the pods' gRPC port is to speak TLS. Whoever owns the release makes it so.
   *
   * @default true
   */
  readonly tlsInPod?: boolean;
  /**
   * The pods' port for REST.
   *
   * @default - 8080 with TLS in the pod, where REST can't share the gRPC port; else the gRPC port
   */
  readonly restPort?: number;
  /**
   * What to do where the live pods don't have the values, as a sentence.
   *
   * @default - to merge them where the release takes its values from
   */
  readonly remedy?: string;
  /**
   * The provider of the cluster that Milvus runs on.
   *
   * @default - the stack's provider without alias
   */
  readonly kubernetesProvider?: KubernetesProvider;
}

/**
 * A Milvus whose values are kept somewhere else: by Argo CD, Flux, the Milvus operator, another Terraform. Nothing of it is
 * changed. What its owner has to merge is printed, and every plan looks whether the live pods have it.
 *
 * @example
 * const milvus = new MilvusReleaseElsewhere(this, "milvus", {
 *   releaseName: "my-release",
 *   namespace: "default",
 *   mode: "cluster",
 * });
 * new TerraformOutput(this, "values_to_merge", { value: milvus.valuesToMerge });
 */
export class MilvusReleaseElsewhere extends Construct {
  /** What an ingress needs to know. DNS is not pointed at it before the pods have the values. */
  readonly service: IMilvusService;
  /** YAML for whoever owns the release; empty where there is nothing to merge. */
  readonly valuesToMerge: string;

  /** Every problem of these props, at once. */
  static validate(props: MilvusReleaseElsewhereProps): Problem[] {
    return [
      ...validateHelmReleaseRef(props),
      ...restPortRule("restPort", props.restPort),
      ...restPortNeedsTls(props),
      ...plainText("remedy", props.remedy),
    ];
  }

  /** @throws InvalidInputError with every problem of the props at once */
  constructor(scope: Construct, id: string, props: MilvusReleaseElsewhereProps) {
    super(scope, id);
    throwIfAny(this.node.path, MilvusReleaseElsewhere.validate(props));

    const service = describeElsewhere(props);
    const { kubernetesProvider } = props;
    const live = new LiveMilvus(this, "live", { release: props, findBy: "labels", kubernetesProvider });
    const answers = hasValues(props, service, live);
    new CheckBlock(this, "check", [answers, ...versionAssertions(live.version, live.image, service.tlsInPod)]);
    this.service = { ...service, answersWhen: answers };
    this.valuesToMerge = service.tlsInPod ? valuesToMerge(props, service) : "";
  }
}

/** What an ingress will know of it. */
export function describeElsewhere(props: MilvusReleaseElsewhereProps): IMilvusService {
  return describeMilvus(props, { tlsInPod: props.tlsInPod ?? true, restPort: props.restPort });
}

function restPortNeedsTls({ tlsInPod, restPort }: MilvusReleaseElsewhereProps): Problem[] {
  return tlsInPod === false && restPort !== undefined
    ? [
        {
          path: "restPort",
          given: shown(restPort),
          allowed: "a port of its own only where the gRPC port is to speak TLS: it is not looked at without",
          fix: "remove it, or set tlsInPod to true",
        },
      ]
    : [];
}

function hasValues(
  props: MilvusReleaseElsewhereProps,
  { tlsInPod, ports }: IMilvusService,
  live: LiveMilvus,
): Assertion {
  const { releaseName, namespace, remedy } = props;
  const wanted = tlsInPod
    ? `\${${live.image} != "" && ${live.tlsMode} == "1" && ${live.restPort} == "${ports.rest}"}`
    : `\${${live.image} != "" && ${live.tlsMode} == "0"}`;
  const merge = tlsInPod
    ? `Where the release takes its values from, ${shortly(props, ports.rest)} (valuesToMerge has it as YAML).`
    : "Take the setting out where the release takes its values from, or say tlsInPod: true.";
  return {
    condition: wanted,
    errorMessage:
      `${literal(`The live pods of ${namespace}/${releaseName} are not as the load balancer needs them: `)}` +
      `\${${live.image} == "" ? "no Deployment has their labels" : "${TLS_MODE.path} is \${${live.tlsMode}}, ` +
      `${REST_PORT.path} is \${${live.restPort} == "" ? "not set" : ${live.restPort}}"}; wanted is ` +
      `${tlsInPod ? `${TLS_MODE.path} 1 and ${REST_PORT.path} ${ports.rest}` : `${TLS_MODE.path} 0`}. ${literal(remedy ?? merge)} ` +
      "DNS is not pointed at pods that don't answer: a first deploy goes without dnsZone.",
  };
}

function shortly({ mode, renderedBy }: MilvusReleaseElsewhereProps, restPort: number): string {
  return renderedBy === "milvus-operator"
    ? `set spec.config.${TLS_MODE.path} to 1 and spec.config.${REST_PORT.path} to ${restPort}`
    : `add ${wantedEntries(restPort)
        .map(({ name, value }) => `${name}=${value}`)
        .join(" and ")} to ${component(mode)}.extraEnv`;
}

function wantedEntries(restPort: number): EnvEntry[] {
  return entries(tlsSettings(restPort));
}

/** The operator takes Milvus' own settings, the chart takes them by environment beside the user's `user.yaml`. */
function valuesToMerge({ mode, renderedBy }: MilvusReleaseElsewhereProps, { ports }: IMilvusService): string {
  if (renderedBy === "milvus-operator") {
    const config = { common: { security: { tlsMode: 1 } }, proxy: { http: { port: ports.rest } } };
    return stringify({ spec: { config } });
  }
  const extraEnv = wantedEntries(ports.rest);
  return `# Append to the entries that extraEnv has: Helm replaces a list.\n${stringify({ [component(mode)]: { extraEnv } })}`;
}
