import type { StackConfig } from "../../config/types";
import { isAllowList } from "../../constructs/internal/public-exposure";
import { deploymentName, fullName, podSelector } from "../../constructs/milvus/chart";
import { UNFINISHED } from "../../constructs/milvus/installed-release";
import { isKeptByAnnotation, LOAD_BALANCER_TYPE } from "../../constructs/milvus/layer4-load-balancer";
import { DEFAULT_REST_PORT } from "../../constructs/milvus/milvus-service";
import { AUTHORIZATION, REST_PORT, TLS_MODE } from "../../constructs/milvus/milvus-setting";
import { cantRollWithTls, flawsOfImage } from "../../constructs/milvus/milvus-version";
import { otherOwnerOf } from "../../constructs/milvus/release-owners";
import type { HelmRevision, KubernetesObject } from "../cluster";
import { type Finding, Group, listed } from "../finding";
import { clientDeployment, imageOf, type LiveSetting, LiveSettings } from "../live-release";
import { shortened } from "../programs";
import { Reading } from "../reading";
import { isEks, isPublic, ownershipOf, type Subject } from "../subject";

/** What the cluster has of the release. */
export interface ReleaseFacts {
  /** The Deployments of the release, by its instance label. */
  readonly deployments: Reading<readonly KubernetesObject[]>;
  /** The chart's own Service. */
  readonly service: Reading<KubernetesObject | undefined>;
  /** The ConfigMap that the pods mount. */
  readonly configMap: Reading<KubernetesObject | undefined>;
  readonly revisions: Reading<readonly HelmRevision[]>;
  /** The Ingresses of the release's namespace. */
  readonly ingresses: Reading<readonly KubernetesObject[]>;
  /**
   * The names of the keys in the Secret of the pods' own certificate.
   *
   * @default - the pods have none of their own
   */
  readonly podCertificate?: Reading<readonly string[] | undefined>;
}

const release = new Group("release");

export function checkRelease(facts: ReleaseFacts, subject: Subject): Finding[] {
  return [
    ...release.of("service", facts.service, (service) => serviceFinding(service, subject)),
    ...release.of("deployment", facts.deployments, (all) => deploymentFindings(all, facts, subject)),
    ...(subject.adopted ? release.of("revision", facts.revisions, (all) => revisionFinding(all, subject)) : []),
    ...(facts.podCertificate
      ? release.of("pod certificate", facts.podCertificate, (keys) => podCertificateFinding(keys, subject))
      : []),
  ];
}

const COMPARE =
  "compare releaseName, namespace, mode, nameOverride and fullnameOverride with 'helm list -A' and 'kubectl get " +
  "deployments -A', and the cluster with the one that you mean";

function serviceFinding(service: KubernetesObject | undefined, { release: ref, adopted }: Subject): Finding {
  const name = `${ref.namespace}/${fullName(ref)}`;
  if (service !== undefined) {
    const type = service.spec?.type ?? "ClusterIP";
    // With a serviceType, interruptions says what becomes of it.
    const isLeftOver =
      type !== "LoadBalancer" && isKeptByAnnotation(service.metadata.annotations) && adopted?.serviceType === undefined;
    return isLeftOver
      ? release.warning("service", `${name}, ${type}, with the annotation ${LOAD_BALANCER_TYPE}`, {
          means:
            "AWS Load Balancer Controller keeps a Network Load Balancer for the Service whatever its type is: clients can " +
            "bypass this stack's load balancer",
          next:
            "adopt the release with serviceType: ClusterIP and acceptLayer4LoadBalancerDeleted: true, or empty the " +
            "annotation where the release's values are kept",
        })
      : release.ok("service", `${name}, ${type}`);
  }
  return adopted
    ? release.problem("service", `there is no Service ${name}`, {
        means: "the release isn't where the config file says, and a plan stops at it",
        next: COMPARE,
      })
    : release.skipped("service", `there is no Service ${name}; the load balancer gets one of its own`);
}

function deploymentFindings(all: readonly KubernetesObject[], facts: ReleaseFacts, subject: Subject): Finding[] {
  const { release: ref } = subject;
  const deployment = clientDeployment(ref, all);
  if (deployment === undefined) {
    return [noDeployment(all, subject)];
  }
  return [
    nameFinding(deployment, subject),
    ...ownerFinding(deployment, subject),
    ...chartFinding(deployment, subject),
    ...versionFindings(imageOf(deployment, ref), subject),
    ...release.of("settings", settingsOf(deployment, facts, subject), (settings) => [
      tlsFinding(settings, subject),
      ...restPortFinding(settings, subject),
      authorizationFinding(settings, subject),
    ]),
  ];
}

/** What the pods are set to, once their ConfigMap has been read. */
export function settingsOf(
  deployment: KubernetesObject,
  { configMap }: ReleaseFacts,
  { release: ref }: Subject,
): Reading<LiveSettings> {
  return Reading.map(configMap, (found) => new LiveSettings(deployment, ref, found?.data ?? {}));
}

function noDeployment(all: readonly KubernetesObject[], { release: ref }: Subject): Finding {
  const other = ref.mode === "cluster" ? "standalone" : "cluster";
  if (clientDeployment({ ...ref, mode: other }, all) !== undefined) {
    return release.problem("deployment", `${ref.namespace}/${ref.releaseName} runs as ${other}, not as ${ref.mode}`, {
      means: "the load balancer would look for pods that aren't there",
      next: `set release.mode to ${other}`,
    });
  }
  const labels = Object.entries(podSelector(ref)).map(([label, value]) => `${label}=${value}`);
  return release.problem(
    "deployment",
    `no Deployment in ${ref.namespace} has pods labelled ${labels.join(",")}; of the release: ` +
      listed(all.map(({ metadata }) => shortened(metadata.name))),
    { means: "the load balancer would have no pods to send calls to, and a plan stops at it", next: COMPARE },
  );
}

/** A plan that adopts reads the Deployment by its name. */
function nameFinding({ metadata, status, spec }: KubernetesObject, { release: ref, adopted }: Subject): Finding {
  const expected = deploymentName(ref);
  if (adopted && metadata.name !== expected) {
    return release.problem("deployment", `it is called ${metadata.name}, and is looked for as ${expected}`, {
      means: "a plan doesn't find it, and stops",
      next: "set release.nameOverride or release.fullnameOverride to what 'helm get values' shows",
    });
  }
  const ready = `${status?.readyReplicas ?? 0} of ${spec?.replicas ?? 1} ready`;
  const seen = `${ref.namespace}/${metadata.name} (${ref.mode}), ${ready}`;
  return (status?.readyReplicas ?? 0) > 0
    ? release.ok("deployment", seen)
    : release.warning("deployment", seen, {
        means: "Milvus answers nobody, and an upgrade that waits for its pods runs into its timeout",
        next: `look at 'kubectl describe deployment ${metadata.name} -n ${ref.namespace}'`,
      });
}

function ownerFinding({ metadata }: KubernetesObject, { adopted, release: ref }: Subject): Finding[] {
  const owner = otherOwnerOf(metadata);
  if (!adopted || owner === undefined) {
    return [release.ok("owner", owner ?? "Helm alone, as far as labels tell")];
  }
  return [
    release.problem("owner", `${ref.namespace}/${metadata.name} is rendered by ${owner}`, {
      means: `${owner} would undo a change of the Helm release, or be fought by it; a plan refuses it`,
      next: `set ownership: elsewhere, and make the change where ${owner} takes its values from`,
    }),
  ];
}

function chartFinding({ metadata }: KubernetesObject, { adopted }: Subject): Finding[] {
  const chart = metadata.labels?.["helm.sh/chart"];
  if (chart !== undefined) {
    return [release.ok("chart", shortened(chart))];
  }
  return adopted
    ? [
        release.warning("chart", "the Deployment doesn't say its chart's version (label helm.sh/chart)", {
          means: "which environment entries are the chart's own is judged without it",
          next: "look at 'helm list', and read extraEnv in the plan with care",
        }),
      ]
    : [];
}

function versionFindings(image: string, { milvus }: Subject): Finding[] {
  const shownImage = shortened(image);
  const flaws = flawsOfImage(image).map(({ name, effect, fixedIn }) =>
    release.warning("version", `${shownImage} has ${name}`, {
      means: effect,
      next: `upgrade Milvus: it is fixed in ${fixedIn.join(" and ")}`,
    }),
  );
  if (flaws.length > 0) {
    return flaws;
  }
  if (!/:v?\d+\.\d+\.\d+/.test(image)) {
    return [release.skipped("version", `${shownImage || "the container's image"} doesn't say Milvus' version`)];
  }
  return milvus.tlsInPod && cantRollWithTls(image)
    ? [
        release.warning("version", shownImage, {
          means:
            "it can't be upgraded to Milvus 2.6 by a rolling upgrade while TLS is on: the old and the new proxies forward " +
            "to each other in plaintext",
          next: "upgrade before TLS is turned on, or turn it off for the upgrade (tls: disabled)",
        }),
      ]
    : [release.ok("version", `${shownImage}, no hole of it known here`)];
}

/** As the plan's checks see it. */
function revisionFinding(all: readonly HelmRevision[], { release: ref }: Subject): Finding {
  const { releaseName, namespace } = ref;
  const name = `${namespace}/${releaseName}`;
  const last = (status: (one: string) => boolean) =>
    Math.max(0, ...all.filter((one) => status(one.status)).map(({ revision }) => revision));
  const pending = all.filter(({ status }) => status !== "failed" && UNFINISHED.includes(status));
  const rollback = `'helm history ${releaseName} -n ${namespace}' tells which revision runs, 'helm rollback ${releaseName} <that revision> -n ${namespace}' goes back to it`;
  if (all.length === 0) {
    return release.problem("revision", `no revision of ${name} is kept as a Secret`, {
      means: "there is no Helm release to adopt, or Helm keeps it elsewhere (HELM_DRIVER)",
      next: "compare releaseName and namespace with 'helm list -A'; set ownership: elsewhere where Helm doesn't have it",
    });
  }
  if (pending.length > 0) {
    const seen = pending.map(({ revision, status }) => `revision ${revision} is ${status}`);
    return release.problem("revision", seen.join(", "), {
      means: "Helm is in the middle of a change, and refuses another",
      next: `if it is still at work, wait; if it was interrupted: ${rollback}`,
    });
  }
  const failed = last((status) => status === "failed");
  const deployed = last((status) => status === "deployed");
  return failed > deployed
    ? release.problem("revision", `revision ${failed} is failed`, {
        means: "the last change failed, the cluster may hold a part of it, and a plan refuses another",
        next: `${rollback}; or repeat the change by hand`,
      })
    : release.ok(
        "revision",
        deployed === 0 ? `${all.length}, none deployed or failed` : `revision ${deployed} is deployed`,
      );
}

function source(setting: LiveSetting): string {
  return setting.from === "Milvus' default" ? "by default" : `by ${setting.from}`;
}

function tlsFinding(settings: LiveSettings, subject: Subject): Finding {
  const { adopted, milvus } = subject;
  const mode = settings.of(TLS_MODE, "0");
  if (mode === undefined) {
    const seen = `the pods take ${TLS_MODE.env} by valueFrom, and what that gives can't be seen`;
    return adopted
      ? release.problem("TLS", seen, {
          means: "it could be neither kept nor replaced, and a plan refuses it",
          next: "write it as a plain value in the release's extraEnv first, or take it out",
        })
      : release.skipped("TLS", seen);
  }
  const speaks =
    mode.value === "0" ? "plaintext" : mode.value === "1" ? "TLS" : mode.value === "2" ? "mutual TLS" : "?";
  const seen = `port 19530 speaks ${speaks}: ${TLS_MODE.path} is ${shortened(mode.value)} ${source(mode)}`;
  if (mode.value === "2") {
    return release.problem("TLS", seen, {
      means: "the pods demand client certificates, which no load balancer presents",
      next: "take the setting out of the release's extraEnv or user.yaml; to keep it, stay with a Layer-4 entrance",
    });
  }
  if (!adopted) {
    return (mode.value === "1") === milvus.tlsInPod ? release.ok("TLS", seen) : tlsElsewhere(seen, subject);
  }
  if (adopted.tls === "untouched" && mode.value !== "0") {
    return release.problem("TLS", seen, {
      means: "tls is untouched in the config file, which leaves it so and tells the load balancer that it is plaintext",
      next: "set release.tls to enabled, or to disabled to turn it off",
    });
  }
  if (adopted.tls === "disabled" && mode.from === "user.yaml" && mode.value !== "0" && adopted.userYaml === undefined) {
    return release.problem("TLS", seen, {
      means: "TLS stays on without the environment's settings, and a plan refuses it",
      next: "take it out of the release's user.yaml, or give the whole text as release.userYaml",
    });
  }
  return release.ok("TLS", seen);
}

/** A release that somebody else changes, or nobody. */
function tlsElsewhere(seen: string, subject: Subject): Finding {
  const wanted = subject.milvus.tlsInPod ? "TLS" : "plaintext";
  return ownershipOf(subject) === "elsewhere"
    ? release.warning("TLS", `${seen}, and ${wanted} is wanted`, {
        means: "the load balancer gets no answer from such pods, and a plan warns; with dnsZone it is refused",
        next: "have the release's owner merge the output values_to_merge",
      })
    : release.problem("TLS", `${seen}, and the config file says ${wanted}`, {
        means: "the load balancer gets no answer from such pods",
        next: "correct release.tlsInPod, or change the pods",
      });
}

function restPortFinding(settings: LiveSettings, { adopted, milvus }: Subject): Finding[] {
  const port = settings.of(REST_PORT, "");
  if (!adopted || adopted.tls === "untouched") {
    return [];
  }
  if (port === undefined) {
    return [
      release.problem("REST port", `the pods take ${REST_PORT.env} by valueFrom, and what that gives can't be seen`, {
        means: "it could be neither kept nor replaced, and a plan refuses it",
        next: "write it as a plain value in the release's extraEnv first, or take it out",
      }),
    ];
  }
  const { value } = port;
  const seen = value === "" ? "REST shares port 19530" : `REST is on port ${shortened(value)}, ${source(port)}`;
  const isChoice = adopted.restPort === undefined && adopted.userYaml === undefined;
  return isChoice && !["", String(DEFAULT_REST_PORT)].includes(value)
    ? [
        release.problem("REST port", seen, {
          means: `the default here is ${DEFAULT_REST_PORT}, and a plan refuses to change it unsaid`,
          next: `set release.restPort to ${shortened(value)} to keep it, or to ${DEFAULT_REST_PORT} to change it`,
        }),
      ]
    : [
        release.ok(
          "REST port",
          milvus.tlsInPod && value !== String(milvus.ports.rest) ? `${seen}; it is to be ${milvus.ports.rest}` : seen,
        ),
      ];
}

function authorizationFinding(settings: LiveSettings, { config }: Subject): Finding {
  const authorization = settings.of(AUTHORIZATION, "false");
  if (authorization === undefined) {
    return release.skipped(
      "authorization",
      `the pods take ${AUTHORIZATION.env} by valueFrom, and what that gives can't be seen`,
    );
  }
  const isOn = /^(1|t|true)$/i.test(authorization.value);
  const seen = `${isOn ? "on" : "off"}, ${source(authorization)}`;
  if (isOn) {
    return release.ok("authorization", seen);
  }
  const turnOn = `turn it on in Milvus (${AUTHORIZATION.path}: true in user.yaml)`;
  if (config.authorizationEnabled) {
    return release.problem("authorization", seen, {
      means:
        "the config file states authorizationEnabled: true, and Milvus asks nobody for a password: whoever is admitted may read and drop every collection",
      next: `${turnOn}, or take the statement out of the config file and list inboundCidrs`,
    });
  }
  return release.warning("authorization", seen, {
    means: `${whoGetsIn(config)} may read and drop every collection without a password`,
    next: turnOn,
  });
}

/** What counts as no allow-list at synthesis counts as none here. */
function whoGetsIn(config: StackConfig): string {
  const { securityGroups, prefixLists = [] } = isEks(config) ? config : {};
  if (securityGroups !== undefined) {
    return "whoever the security groups let in";
  }
  const ranges = config.inboundCidrs ?? [];
  if (isPublic(config) && !isAllowList(prefixLists.length > 0 ? ranges : config.inboundCidrs)) {
    return "everybody on the internet";
  }
  const networks = [...ranges, ...prefixLists];
  return networks.length > 0 ? `whoever connects from ${listed(networks)}` : "everybody in the load balancer's network";
}

const CERTIFICATE_KEYS = ["tls.crt", "tls.key"];

function podCertificateFinding(
  keys: readonly string[] | undefined,
  { adopted, release: { namespace } }: Subject,
): Finding {
  const certificate = adopted?.podCertificate;
  const name = `${namespace}/${certificate?.kind === "secret" ? certificate.name : ""}`;
  const missing = CERTIFICATE_KEYS.filter((key) => !keys?.includes(key));
  if (keys !== undefined && missing.length === 0) {
    return release.ok("pod certificate", `Secret ${name} has ${CERTIFICATE_KEYS.join(" and ")}`);
  }
  const seen = keys === undefined ? `there is no Secret ${name}` : `Secret ${name} has no ${missing.join(" and no ")}`;
  return release.problem("pod certificate", seen, {
    means: "pods that mount it don't start, and the upgrade is rolled back",
    next: `create it: kubectl create secret tls ${name.split("/")[1]} -n ${namespace} --cert=FILE --key=FILE`,
  });
}
