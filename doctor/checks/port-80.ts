import { PREFIX as ALB } from "../../constructs/aws/load-balancer";
import { INGRESS_ANNOTATIONS } from "../../constructs/gke/load-balancer";
import type { KubernetesObject } from "../cluster";
import type { Finding, Group } from "../finding";
import { shortened } from "../programs";
import { Reading } from "../reading";
import { isGke, type Subject } from "../subject";
import { FRONTEND_CONFIGS, INGRESSES } from "../ways-in/kinds";
import { titleOf } from "../ways-in/milvus-pods";
import { annotationsOf, parsed } from "../ways-in/openness";
import type { WayFacts } from "../ways-in/read";

/** Whether the Ingress that is deployed here serves Milvus without TLS. */
export function checkPort80(group: Group, facts: WayFacts, subject: Subject): Finding[] {
  const found = facts.objects[INGRESSES]?.found;
  const planned = subject.objects.find(({ kind }) => kind === "Ingress");
  const ingress =
    found !== undefined && Reading.isRead(found)
      ? found.value.find(({ metadata }) => metadata.name === planned?.name && metadata.namespace === planned?.namespace)
      : undefined;
  if (ingress === undefined) {
    return [];
  }
  return isGke(subject.config) ? gkePort80(group, ingress, facts, subject) : albPort80(group, ingress, subject);
}

const PLAINTEXT = "the load balancer serves Milvus in plaintext: passwords and data can be read on their way";

/** @see https://github.com/kubernetes/ingress-gce/blob/master/pkg/controller/controller.go (toRuntimeInfo) */
function gkePort80(group: Group, ingress: KubernetesObject, facts: WayFacts, { id, config }: Subject): Finding[] {
  const annotations = annotationsOf(ingress);
  const name = annotations[INGRESS_ANNOTATIONS.frontendConfig];
  const isOpen = !/^(0|f|F|false|FALSE|False)$/.test(annotations[INGRESS_ANNOTATIONS.allowHttp] ?? "true");
  const rule = annotations[FORWARDING_RULE];
  const repair = `have it repaired: npx cdktf deploy ${id}`;
  const configs = name ? frontendConfigs(facts) : NONE;
  return group.of(CHECK, configs, (all) => {
    const frontendConfig = all.find(({ metadata }) => metadata.name === name);
    const isMissing = Boolean(name) && frontendConfig === undefined;
    const ingressName = `Ingress ${titleOf(ingress)}`;
    if (isOpen && frontendConfig?.spec?.redirectToHttps?.enabled === true) {
      return group.ok(CHECK, `${ingressName} redirects it to HTTPS`);
    }
    if (isOpen) {
      const why = isMissing
        ? `FrontendConfig ${shortened(String(name))}, which would redirect it, is missing`
        : name
          ? `FrontendConfig ${shortened(name)} does not redirect it`
          : "no FrontendConfig redirects it";
      return group.problem(CHECK, `${ingressName} opens port 80, and ${why}`, { means: PLAINTEXT, next: repair });
    }
    if (rule) {
      return group.problem(
        CHECK,
        `${ingressName} closes port 80, and forwarding rule ${shortened(rule)} is still there`,
        {
          means: PLAINTEXT,
          next:
            `if the last deploy was minutes ago, have GKE's controller delete the rule: set httpsRedirect: true, 'npx cdktf deploy ${id}', ` +
            `then set httpsRedirect: ${config.cloud === "gcp" && config.httpsRedirect ? "true" : "false"} and deploy again`,
        },
      );
    }
    return isMissing
      ? group.warning(
          CHECK,
          `closed; FrontendConfig ${shortened(String(name))}, which ${ingressName} names, is missing`,
          {
            means:
              "GKE's controller keeps the load balancer without the TLS policy, and would open port 80 without a redirect",
            next: repair,
          },
        )
      : group.ok(CHECK, `${ingressName} closes it`);
  });
}

const NONE: Reading<readonly KubernetesObject[]> = { value: [] };

/** Where the cluster's kinds could not be read, nobody knows whether there are any. */
function frontendConfigs({ definitions, objects }: WayFacts): Reading<readonly KubernetesObject[]> {
  return objects[FRONTEND_CONFIGS]?.found ?? (Reading.isRead(definitions) ? NONE : definitions);
}

const CHECK = "port 80";

/** The controller's own: the name of the rule for port 80. */
const FORWARDING_RULE = "ingress.kubernetes.io/forwarding-rule";

/** A listener for HTTP forwards what it gets, unless it redirects. */
function albPort80(group: Group, ingress: KubernetesObject, { id }: Subject): Finding[] {
  const annotations = annotationsOf(ingress);
  const listeners: readonly Record<string, number>[] = parsed(annotations[`${ALB}/listen-ports`]) ?? [];
  const ports = listeners.flatMap(({ HTTP }) => (HTTP === undefined ? [] : [HTTP]));
  const name = `Ingress ${titleOf(ingress)}`;
  if (ports.length === 0) {
    return [group.ok(CHECK, `${name} has no listener for HTTP`)];
  }
  return annotations[`${ALB}/ssl-redirect`]
    ? [group.ok(CHECK, `${name} redirects it to HTTPS`)]
    : [
        group.problem(CHECK, `${name} listens for HTTP on port ${ports.join(", ")}, and does not redirect`, {
          means: PLAINTEXT,
          next: `have it repaired: npx cdktf deploy ${id}`,
        }),
      ];
}
