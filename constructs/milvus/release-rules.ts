import { type Problem, shown } from "../internal/problem";
import { eachOf, integerBetween, kubernetesName, kubernetesSubdomain, plainText, rule } from "../internal/rules";
import { isWholeAddress, SERVICE_TYPES, versionOfArchive } from "./chart";
import { restPortRule, validateHelmReleaseRef } from "./milvus-service";
import { REST_PORT, TLS_MODE } from "./milvus-setting";
import type { MilvusServiceType, MilvusTls, MilvusTlsReleaseProps } from "./milvus-tls-release";
import { settingOf, validateUserYaml } from "./user-yaml";

/** Every problem of a release that is to be adopted, as far as its props tell; what a cluster tells is in release-checks. */
export function validateAdopted(props: MilvusTlsReleaseProps): Problem[] {
  return [
    ...validateHelmReleaseRef(props),
    ...helmRelease("renderedBy", props.renderedBy),
    ...tlsRule("tls", props.tls),
    ...serviceTypeRule("serviceType", props.serviceType),
    ...acceptsADeletion(props),
    ...restPortRule("restPort", props.restPort),
    ...validateUserYaml("userYaml", props.userYaml),
    ...kubernetesSubdomain("podCertificate.name", secretName(props)),
    ...globalVolumes(props),
    ...untouchedLeavesAlone(props),
    ...tlsOfUserYaml(props),
    ...certificateNeedsTls(props),
    ...plainText("repository", props.repository),
    ...plainText("chart", props.chart),
    ...chartPath("chart", props.chart),
    ...repositoryOfAddress(props),
    ...integerBetween(1200, 86_400)("timeoutSec", props.timeoutSec),
    ...clusterKeyRule("clusterKey", props.clusterKey),
  ];
}

/** To adopt a release and change nothing of it would only keep it from being destroyed. */
function untouchedLeavesAlone(props: MilvusTlsReleaseProps): Problem[] {
  const { tls, serviceType } = props;
  if (tls !== "untouched") {
    return [];
  }
  const settings = ["restPort", "podCertificate", "userYaml"] as const;
  const withoutEffect = settings
    .filter((setting) => props[setting] !== undefined)
    .map((setting) => ({
      path: setting,
      given: shown(props[setting]),
      allowed: "nothing, as long as tls is untouched: the pods are not changed",
      fix: "remove it, or set tls to enabled",
    }));
  return serviceType === undefined
    ? [
        ...withoutEffect,
        {
          path: "serviceType",
          given: shown(serviceType),
          allowed:
            "a type of the chart's own Service, as long as tls is untouched: there is nothing else to adopt it for",
          fix: "set it, set tls to enabled, or leave the release alone",
        },
      ]
    : withoutEffect;
}

/** Left standing, it would accept what a later change of `serviceType` deletes. */
function acceptsADeletion({ serviceType, acceptLayer4LoadBalancerDeleted }: MilvusTlsReleaseProps): Problem[] {
  return acceptLayer4LoadBalancerDeleted && (serviceType === undefined || serviceType === "LoadBalancer")
    ? [
        {
          path: "serviceType",
          given: shown(serviceType),
          allowed:
            "ClusterIP or NodePort, where acceptLayer4LoadBalancerDeleted is true: only these delete a load balancer",
          fix: "remove acceptLayer4LoadBalancerDeleted, or set one of these types",
        },
      ]
    : [];
}

/** What the user's own text says of TLS must not contradict what is asked for. */
function tlsOfUserYaml({ tls = "enabled", userYaml, restPort }: MilvusTlsReleaseProps): Problem[] {
  if (userYaml === undefined || validateUserYaml("", userYaml).length > 0) {
    return [];
  }
  const mode = settingOf(userYaml, TLS_MODE) ?? "0";
  const port = settingOf(userYaml, REST_PORT);
  const allowedModes = tls === "disabled" ? ["0"] : ["0", "1"];
  return [
    ...(allowedModes.includes(mode)
      ? []
      : [
          {
            path: "userYaml",
            given: `${TLS_MODE.path}: ${mode}`,
            allowed:
              tls === "disabled"
                ? "0 or nothing, since tls is disabled"
                : "1, 0 or nothing: no load balancer presents a client certificate",
            fix: "take it out of the text, and out of the release",
          },
        ]),
    ...(restPort === undefined || port === undefined || port === String(restPort)
      ? []
      : [
          {
            path: "restPort",
            given: shown(restPort),
            allowed: `the port that userYaml has, ${port}`,
            fix: "remove it, or change the text",
          },
        ]),
    ...restPortOfUserYaml(port),
  ];
}

function restPortOfUserYaml(port: string | undefined): Problem[] {
  return restPortRule("userYaml", port === undefined ? undefined : Number(port)).map((problem) => ({
    ...problem,
    given: `${REST_PORT.path}: ${shown(port)}`,
    fix: "change it in the text and in the release, or leave it out of both",
  }));
}

function certificateNeedsTls({ tls = "enabled", podCertificate }: MilvusTlsReleaseProps): Problem[] {
  return tls === "disabled" && podCertificate?.kind === "secret"
    ? [
        {
          path: "podCertificate",
          given: shown(podCertificate),
          allowed: "kind: image, or nothing, as long as tls is disabled",
          fix: "set kind to image, which takes the mount out",
        },
      ]
    : [];
}

function globalVolumes({ podCertificate, mode }: MilvusTlsReleaseProps): Problem[] {
  const path = "podCertificate.globalVolumes";
  const names = podCertificate?.globalVolumes;
  return names !== undefined && mode === "standalone"
    ? [
        {
          path,
          given: shown(names),
          allowed: "nothing of a standalone, which has no other volumes than the global ones",
          fix: "remove it",
        },
      ]
    : eachOf(kubernetesName)(path, names);
}

function secretName({ podCertificate }: MilvusTlsReleaseProps): string | undefined {
  return podCertificate?.kind === "secret" ? podCertificate.name : undefined;
}

const helmRelease = rule<string>(
  "helm-chart: there is no Helm release behind what the operator renders",
  "set ownership to elsewhere, or use MilvusReleaseElsewhere",
  (renderer) => renderer === "helm-chart",
);

const tlsRule = rule<MilvusTls>("enabled, disabled or untouched", "leave it out for enabled", (tls) =>
  ["enabled", "disabled", "untouched"].includes(tls),
);

const chartPath = rule<string>(
  "a chart's name, an oci:// address, the absolute path of a folder, or the absolute path or URL of an archive that is " +
    "named like milvus-5.0.19.tgz",
  "name the archive as 'helm package' does, and a path from the root: Terraform runs in another folder",
  (chart) =>
    !/^[.~\\]/.test(chart) &&
    (!/\.tgz$|^https?:/.test(chart) || (isWholeAddress(chart) && versionOfArchive(chart) !== undefined)),
);

function repositoryOfAddress({ repository, chart }: MilvusTlsReleaseProps): Problem[] {
  return repository !== undefined && chart !== undefined && isWholeAddress(chart)
    ? [
        {
          path: "repository",
          given: shown(repository),
          allowed: "nothing, as long as chart is a whole address",
          fix: "remove it, or write the chart's name in it",
        },
      ]
    : [];
}

const serviceTypeRule = rule<MilvusServiceType>(
  "ClusterIP, NodePort or LoadBalancer",
  "leave it out to keep the Service's type",
  (type) => SERVICE_TYPES.includes(type),
);

const clusterKeyRule = rule<string>(
  "letters, digits and '-', at most 40 characters, with a letter first",
  "write a short name for the cluster",
  (key) => /^[a-zA-Z][-a-zA-Z0-9]{0,39}$/.test(key),
);
