import type { Assertion } from "../internal/check-block";
import { hclExpression, literal } from "../internal/hcl";
import { component, deploymentName, type HelmReleaseRef, isChartPath, versionOfArchive } from "./chart";
import type { InstalledRelease } from "./installed-release";
import type { LiveMilvus } from "./live-milvus";
import { DEFAULT_REST_PORT, type IMilvusService } from "./milvus-service";
import { REST_PORT, TLS_MODE } from "./milvus-setting";
import type { MilvusTlsReleaseProps } from "./milvus-tls-release";
import { versionAssertions } from "./milvus-version";
import { hasMark, OTHER_OWNERS } from "./release-owners";
import { CERTIFICATE_VOLUME, ownInFile } from "./release-values";
import { apartFromOurs, isReadable, settingOf, settingsIn } from "./user-yaml";

/** What has to hold of a Deployment whose release is to be changed. */
export function isAdoptable(release: HelmReleaseRef): Assertion[] {
  const name = deploymentName(release);
  const container = component(release.mode);
  return [
    {
      condition: `\${contains(try(self.object.spec.template.spec.containers[*].name, []), ${hclExpression(container)})}`,
      errorMessage: literal(
        `The Deployment ${release.namespace}/${name} was not found, or has no container '${container}'. ` +
          "Its environment has to be read before the release may be changed, so that nothing of it is lost. " +
          "Check releaseName, namespace, mode, nameOverride and fullnameOverride against 'helm list -A' and " +
          "'kubectl get deployments -A'.",
      ),
    },
    ...OTHER_OWNERS.map(({ owner, marks }) => ({
      condition: `\${!(${hasMark(marks)})}`,
      errorMessage: literal(
        `The Deployment ${release.namespace}/${name} is rendered by ${owner}, which would undo a change of the Helm ` +
          "release, or be fought by it. Leave the release in its hands (ownership: elsewhere, or " +
          `MilvusReleaseElsewhere) and make the change where ${owner} takes its values from.`,
      ),
    })),
  ];
}

/** What refuses a plan that would change the release: something of the user's would be lost, or somebody cut off. */
export function refusals(props: MilvusTlsReleaseProps, live: LiveMilvus, installed: InstalledRelease): Assertion[] {
  const { tls = "enabled", serviceType } = props;
  const before = [
    settingFromElsewhere(live),
    fileIsReadable(props, live),
    ...installed.lastUpgradeWentWell,
    ...chartStays(props, live),
    ...(serviceType === undefined ? [] : installed.deletionRefused(serviceType, props.acceptLayer4LoadBalancerDeleted)),
  ];
  if (tls === "untouched") {
    return [...before, plaintextAlready(live)];
  }
  const always = [
    ...before,
    ...restPortIsKept(props, live),
    ...plaintextRestPortIsKept(props, live),
    ...volumesAreKept(props, live),
    ...userYamlIsKept(props, live),
  ];
  return tls === "enabled"
    ? [...always, notMutualTls(live), ...plaintextClientsAccepted(props, live, installed)]
    : [...always, ...fileTurnsTlsOff(props, live)];
}

/** What a plan warns of, and the apply after it. */
export function warnings(
  props: MilvusTlsReleaseProps,
  service: IMilvusService,
  { live, installed, after }: { live: LiveMilvus; installed: InstalledRelease; after: LiveMilvus },
): Assertion[] {
  const { serviceType } = props;
  return [
    ...(serviceType === undefined ? [] : installed.losses(serviceType, props.acceptLayer4LoadBalancerDeleted)),
    ...versionAssertions(live.version, live.image, service.tlsInPod),
    selectorFits(props, live),
    ...(props.tls === "untouched" ? [] : [settingsAreThere(props, service, after)]),
  ];
}

/** A setting by `valueFrom`: what it is can't be seen, so it is neither kept nor replaced. */
function settingFromElsewhere(live: LiveMilvus): Assertion {
  return {
    condition: `\${!(${live.env.hasSettingFromElsewhere([TLS_MODE.env, REST_PORT.env])})}`,
    errorMessage:
      `The pods take ${TLS_MODE.env} or ${REST_PORT.env} by valueFrom, and what that gives can't be seen here. ` +
      "Write it as a plain value in the release's extraEnv first, or take it out.",
  };
}

/** Of a file that can't be read, nobody would see that it asks for client certificates or has another REST port. */
function fileIsReadable({ namespace }: MilvusTlsReleaseProps, live: LiveMilvus): Assertion {
  return {
    condition: `\${${isReadable(live.userText)}}`,
    errorMessage:
      `The pods' settings, \${${live.userFile}} of the ConfigMap ${namespace}/\${${live.configMapName}}, are no YAML that ` +
      "Terraform reads, so that what they say of TLS and of the REST port can't be seen. Write them as one plain document: " +
      "no tags (!), no .inf or .nan.",
  };
}

/** A chart that is no choice of a repository's version would be what the upgrade installs, whatever it is. */
function chartStays({ chart = "" }: MilvusTlsReleaseProps, live: LiveMilvus): Assertion[] {
  const archive = versionOfArchive(chart);
  if (archive === undefined && !isChartPath(chart)) {
    return [];
  }
  const version =
    archive === undefined
      ? `try("\${yamldecode(file(${hclExpression(`${chart}/Chart.yaml`)})).version}", "no version")`
      : hclExpression(archive);
  return [
    {
      condition: `\${${live.chartVersion} == ${version}}`,
      errorMessage:
        `${literal(`The chart at ${chart} is `)}\${${version}}, and \${${live.chartVersion} == "" ? "the installed version can't be seen" : ` +
        `"\${${live.chartVersion}} is installed"}. An upgrade of the chart is no business of this. Give it the installed one.`,
    },
  ];
}

function notMutualTls(live: LiveMilvus): Assertion {
  return {
    condition: `\${${live.tlsMode} != "2"}`,
    errorMessage:
      `The pods demand client certificates (${TLS_MODE.path} is 2), which no load balancer presents. ` +
      "To give that up, take the setting out of the release's extraEnv or user.yaml first; to keep it, stay with a " +
      "Layer-4 entrance.",
  };
}

/** A port that isn't the default is the user's choice. */
function restPortIsKept({ restPort, userYaml = "" }: MilvusTlsReleaseProps, live: LiveMilvus): Assertion[] {
  if (restPort !== undefined) {
    return [];
  }
  const ofText = settingOf(userYaml, REST_PORT);
  const port = ofText ?? DEFAULT_REST_PORT;
  return [
    {
      condition: `\${contains(${hclExpression(["", String(DEFAULT_REST_PORT), String(port)])}, ${live.restPort})}`,
      errorMessage:
        `The pods serve REST on port \${${live.restPort}}, and ${ofText === undefined ? "the default here is" : "userYaml has"} ` +
        `${port}. Set restPort to \${${live.restPort}} to keep it, or to ${port} to change it.`,
    },
  ];
}

/** Turning TLS off takes out the port that came with it. One beside plaintext didn't come with it. */
function plaintextRestPortIsKept({ tls, restPort }: MilvusTlsReleaseProps, live: LiveMilvus): Assertion[] {
  return tls !== "disabled" || restPort !== undefined
    ? []
    : [
        {
          condition: `\${!(${live.tlsMode} == "0" && ${live.env.setting(REST_PORT.env)} == "${DEFAULT_REST_PORT}")}`,
          errorMessage:
            `The pods speak plaintext already, and serve REST on port ${DEFAULT_REST_PORT}, which would go back to the gRPC ` +
            `port. Set restPort to ${DEFAULT_REST_PORT} to keep it, or take ${REST_PORT.env} out of the release's extraEnv first.`,
        },
      ];
}

/** Attu and CDC as the chart deploys them are seen; backups and applications of the user's are not. */
function plaintextClientsAccepted(
  { acceptPlaintextClientsCutOff, releaseName, namespace }: MilvusTlsReleaseProps,
  live: LiveMilvus,
  installed: InstalledRelease,
): Assertion[] {
  const clients = installed.plaintextClients;
  return acceptPlaintextClientsCutOff
    ? []
    : [
        {
          condition: `\${${live.tlsMode} != "0"}`,
          errorMessage:
            `${literal(`Port 19530 of ${namespace}/${releaseName} speaks plaintext, and is to speak TLS only. `)}` +
            "Every client that connects to it without TLS is cut off, inside the cluster too: Attu as the chart deploys " +
            "it, Milvus CDC, milvus-backup, your applications. In this release: " +
            `\${length(${clients}) == 0 ? "neither Attu nor CDC" : join(", ", ${clients})}. ` +
            "Prepare them, then accept it: acceptPlaintextClientsCutOff: true.",
        },
      ];
}

/** Pods whose environment says nothing follow their file. */
function fileTurnsTlsOff({ userYaml }: MilvusTlsReleaseProps, live: LiveMilvus): Assertion[] {
  return userYaml !== undefined
    ? []
    : [
        {
          condition: `\${contains(["", "0"], ${live.tlsModeOfFile})}`,
          errorMessage:
            `The release's user.yaml sets ${TLS_MODE.path} to \${${live.tlsModeOfFile}}, so that TLS stays on without the ` +
            "environment's settings. Take it out there, or give the whole text as userYaml.",
        },
      ];
}

/** An ingress is told that the pods speak plaintext; it would get no answer from pods that don't. */
function plaintextAlready(live: LiveMilvus): Assertion {
  return {
    condition: `\${${live.tlsMode} == "0"}`,
    errorMessage:
      `The pods speak TLS (${TLS_MODE.path} is \${${live.tlsMode}}), and tls is untouched here, which leaves it so. ` +
      "Set tls to enabled, or to disabled to turn it off.",
  };
}

function volumesAreKept({ podCertificate, mode }: MilvusTlsReleaseProps, live: LiveMilvus): Assertion[] {
  if (podCertificate === undefined) {
    return [
      {
        condition: `\${!${live.volumes.has(CERTIFICATE_VOLUME)}}`,
        errorMessage:
          "The pods still mount the certificate that podCertificate gave them. Put it back, or set " +
          "podCertificate to kind: image, which takes it out.",
      },
    ];
  }
  const names = live.volumes.names(CERTIFICATE_VOLUME);
  const { globalVolumes } = podCertificate;
  if (mode === "standalone") {
    return [];
  }
  return globalVolumes !== undefined
    ? globalVolumes.map((name) => ({
        condition: `\${contains(${names}, ${hclExpression(name)})}`,
        errorMessage:
          `podCertificate.globalVolumes names ${name}, and the proxies have no such volume. Theirs: ` +
          `\${length(${names}) == 0 ? "none" : join(", ", ${names})}. Correct the name, or remove it.`,
      }))
    : [
        {
          condition: `\${length(${names}) == 0}`,
          errorMessage:
            `The proxies have volumes of yours: \${join(", ", ${names})}. Which of them stand in the release's global ` +
            "values 'volumes' and 'volumeMounts', and which under 'proxy', can't be seen here. Look at 'helm get values' " +
            "and list the global ones as podCertificate.globalVolumes, [] if there are none.",
        },
      ];
}

/** The text that is given replaces the release's: it has to be the same but for our settings. */
function userYamlIsKept(props: MilvusTlsReleaseProps, live: LiveMilvus): Assertion[] {
  const { userYaml, releaseName, namespace } = props;
  if (userYaml === undefined) {
    return [];
  }
  const ours = ownInFile(props);
  const [ofRelease, given] = [live.userSettings, settingsIn(hclExpression(userYaml))].map((settings) =>
    apartFromOurs(settings, ours),
  );
  return [
    {
      condition: `\${${live.readsUserYaml}}`,
      errorMessage:
        `${literal(`The pods of ${namespace}/${releaseName} don't read the user.yaml of the release's values, but `)}` +
        `\${${live.userFile}} of the ConfigMap \${${live.configMapName}}: userYaml would change nothing. Leave it out, and ` +
        "TLS is set by environment, which outranks the file.",
    },
    {
      condition: `\${!${live.readsUserYaml} || ${ofRelease} == ${given}}`,
      errorMessage: literal(
        `The userYaml that is given and the user.yaml of ${namespace}/${releaseName} differ in more than the TLS ` +
          "settings, and the first would replace the second. Take the text from 'helm get values " +
          `${releaseName} -n ${namespace}', extraConfigFiles.`,
      ),
    },
  ];
}

/** What the pods have after the apply, and at every plan that follows. */
function settingsAreThere(
  { releaseName, namespace }: MilvusTlsReleaseProps,
  { tlsInPod, ports }: IMilvusService,
  after: LiveMilvus,
): Assertion {
  const mode = tlsInPod ? "1" : "0";
  const restPort = tlsInPod ? ` && ${after.restPort} == "${ports.rest}"` : "";
  return {
    condition: `\${${after.tlsMode} == "${mode}"${restPort}}`,
    errorMessage:
      `${literal(`The pods of ${namespace}/${releaseName} have lost settings: `)}` +
      `${TLS_MODE.path} is \${${after.tlsMode}} where ${mode} is wanted, ${REST_PORT.path} is ` +
      `\${${after.restPort} == "" ? "not set" : ${after.restPort}}${tlsInPod ? ` where ${ports.rest} is wanted` : ""}. ` +
      "A 'helm upgrade' by somebody else may have dropped them, which Terraform doesn't show as a change: " +
      "'npm run release:repair' has the next deploy put them back.",
  };
}

function selectorFits({ releaseName, namespace }: MilvusTlsReleaseProps, live: LiveMilvus): Assertion {
  return {
    condition: `\${${live.hasSelector}}`,
    errorMessage: literal(
      `The pods of ${namespace}/${releaseName} don't have the labels that the load balancer's Service selects them by, so ` +
        "that it leads to nobody. Compare nameOverride and mode with 'helm get values'.",
    ),
  };
}
