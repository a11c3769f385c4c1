import { fullName, PLAINTEXT_CLIENTS } from "../../constructs/milvus/chart";
import {
  deletesLoadBalancer,
  isDeletionProtected,
  isKeptByAnnotation,
  LOAD_BALANCER_ATTRIBUTES,
  LOAD_BALANCER_TYPE,
  losing,
} from "../../constructs/milvus/layer4-load-balancer";
import { REST_PORT, TLS_MODE } from "../../constructs/milvus/milvus-setting";
import type { KubernetesObject, Untyped } from "../cluster";
import { type Finding, Group, listed } from "../finding";
import { clientDeployment, type LiveSettings } from "../live-release";
import { shortened } from "../programs";
import { Reading } from "../reading";
import type { Subject } from "../subject";
import { type ReleaseFacts, settingsOf } from "./release";

const interruptions = new Group("interruptions");

/** What a deploy is going to interrupt. */
export function checkInterruptions(facts: ReleaseFacts, subject: Subject): Finding[] {
  if (subject.adopted === undefined) {
    return [interruptions.ok("release", "none: the release is left as it is, and the load balancer comes beside it")];
  }
  const findings = interruptions.of("pods", facts.deployments, (all) => {
    const deployment = clientDeployment(subject.release, all);
    return deployment === undefined
      ? interruptions.skipped("pods", "the pods that answer clients were not found")
      : interruptions.of("pods", settingsOf(deployment, facts, subject), (settings) => [
          ...clientsCutOff(settings, all, subject),
          ...restart(settings, deployment, subject),
        ]);
  });
  const entryPoint = interruptions.of(ENTRY_POINT, facts.service, (service) => entryPointLost(service, facts, subject));
  const all = [...findings, ...entryPoint];
  return all.length > 0 ? all : [interruptions.ok("release", "none: nothing that runs is changed")];
}

/** The user's applications can't be seen. */
function clientsCutOff(settings: LiveSettings, all: readonly KubernetesObject[], { adopted }: Subject): Finding[] {
  const mode = settings.of(TLS_MODE, "0")?.value;
  if (adopted?.tls === "disabled" && mode === "1") {
    return [
      interruptions.warning("clients", "port 19530 speaks TLS, and is to speak plaintext", {
        means: "every client that connects with TLS is cut off",
        next: "prepare them",
      }),
    ];
  }
  if ((adopted?.tls ?? "enabled") !== "enabled" || mode !== "0") {
    return [];
  }
  const clients = all
    .filter(({ metadata }) => PLAINTEXT_CLIENTS.includes(metadata.labels?.component ?? ""))
    .map(({ metadata }) => shortened(metadata.name));
  const seen = `port 19530 speaks plaintext, and is to speak TLS only; in this release: ${clients.length === 0 ? "neither Attu nor CDC" : listed(clients)}`;
  const means =
    "every client without TLS is cut off, inside the cluster too: Attu as the chart deploys it, Milvus CDC, " +
    "milvus-backup, your applications";
  return [
    adopted?.acceptPlaintextClientsCutOff
      ? interruptions.warning("clients", seen, { means, next: "prepare them; the config file accepts it already" })
      : interruptions.problem("clients", seen, {
          means: `${means}. A plan refuses that unless it is accepted`,
          next: "prepare them, then accept it: acceptPlaintextClientsCutOff: true",
        }),
  ];
}

function restart(settings: LiveSettings, { spec }: KubernetesObject, { adopted, milvus, release }: Subject): Finding[] {
  if (adopted === undefined || adopted.tls === "untouched") {
    return [];
  }
  const wanted = milvus.tlsInPod && adopted.tls !== "disabled" ? "1" : "0";
  const isSet =
    settings.of(TLS_MODE, "0")?.value === wanted &&
    (wanted === "0" || settings.of(REST_PORT, "")?.value === String(milvus.ports.rest));
  if (isSet) {
    return [];
  }
  if (adopted.userYaml !== undefined) {
    return [
      interruptions.warning("restart", "user.yaml is to be changed", {
        means: "every component of Milvus restarts, not the pods that answer clients alone",
        next: "choose a quiet hour, or leave userYaml out to have the setting made by the environment",
      }),
    ];
  }
  if (spec?.strategy?.type === "Recreate") {
    const delay = containerDelay(spec);
    return [
      interruptions.warning("restart", `the ${release.mode} pod restarts, with strategy Recreate`, {
        means: `no Milvus for at least ${delay} s: its readiness is first looked at then`,
        next: "choose a quiet hour",
      }),
    ];
  }
  const replicas = spec?.replicas ?? 1;
  return [
    interruptions.ok(
      "restart",
      `a rolling update of ${replicas} ${replicas === 1 ? "pod" : "pods"}: clients reconnect`,
    ),
  ];
}

/** The chart's readiness delay of a standalone, where the Deployment says none. */
const READINESS_DELAY = 90;

function containerDelay(spec: Untyped): number {
  const containers: readonly Untyped[] = spec?.template?.spec?.containers ?? [];
  return (
    Math.max(0, ...containers.map((one) => Number(one?.readinessProbe?.initialDelaySeconds ?? 0))) || READINESS_DELAY
  );
}

const ENTRY_POINT = "Layer-4 entry point";

function entryPointLost(
  service: KubernetesObject | undefined,
  { ingresses }: ReleaseFacts,
  { adopted, release }: Subject,
): Finding[] {
  const wanted = adopted?.serviceType;
  if (wanted === undefined || service === undefined) {
    return [];
  }
  const type = service.spec?.type ?? "ClusterIP";
  const { annotations } = service.metadata;
  const addresses: readonly Untyped[] = service.status?.loadBalancer?.ingress ?? [];
  const isKept = isKeptByAnnotation(annotations);
  const isDeleted = deletesLoadBalancer(wanted) && (isKept || (type === "LoadBalancer" && addresses.length > 0));
  if (!isDeleted && !losing(wanted).includes(type)) {
    return [];
  }
  const name = fullName(release);
  const users = Reading.isRead(ingresses)
    ? listed(ingresses.value.filter((one) => leadsTo(one, name)).map(({ metadata }) => shortened(metadata.name)))
    : "unknown";
  const known = listed(addresses.map(({ hostname, ip }) => shortened(String(hostname ?? ip))));
  const seen =
    `the Service ${release.namespace}/${name} is a ${type}, and is to be a ${wanted}. ` +
    (isDeleted && isKept ? `The annotation ${LOAD_BALANCER_TYPE} keeps a Network Load Balancer. ` : "") +
    `Addresses in its status: ${known}. Ingresses that lead to it: ${users}`;
  if (!isDeleted) {
    return [
      interruptions.warning(ENTRY_POINT, seen, {
        means: "clients that reach Milvus by it from outside are cut off",
        next: "leave serviceType out until nobody uses them",
      }),
    ];
  }
  const means = "the deploy deletes the Layer-4 load balancer, and clients that still use it are cut off";
  return [
    adopted?.acceptLayer4LoadBalancerDeleted
      ? interruptions.warning(ENTRY_POINT, seen, { means, next: "move them; the config file accepts it already" })
      : interruptions.problem(ENTRY_POINT, seen, {
          means: `${means}. A plan refuses that unless it is accepted`,
          next: "move them, then accept it: acceptLayer4LoadBalancerDeleted: true; or leave serviceType out to keep it",
        }),
    ...(isDeletionProtected(annotations)
      ? [
          interruptions.problem(ENTRY_POINT, `${LOAD_BALANCER_ATTRIBUTES} sets deletion_protection.enabled`, {
            means: "AWS Load Balancer Controller would not delete the load balancer, and a plan refuses to try",
            next: "set it to false in the release's values with 'helm upgrade'",
          }),
        ]
      : []),
  ];
}

function leadsTo({ spec }: KubernetesObject, service: string): boolean {
  const rules: readonly Untyped[] = spec?.rules ?? [];
  const paths = rules.flatMap((rule) => rule?.http?.paths ?? []);
  return [spec?.defaultBackend, ...paths.map((path: Untyped) => path?.backend)].some(
    (one) => one?.service?.name === service,
  );
}
