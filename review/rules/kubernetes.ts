import { EVERYBODY } from "../../constructs/internal/address-ranges";
import { interrupted, listed, lost, opened, type Said, shown, unknown, weakened } from "../finding";
import { always, byValue, harmless, protects, type Rules } from "../meaning";
import { otherNetworks } from "../networks";
import { at, isGone, kindOf, type ResourceChange, type TerraformPlan } from "../plan";
import { frontServiceMoves } from "./front-service";
import { ANNOTATIONS_OF_INGRESS, INGRESS } from "./ingress";
import { BESIDE } from "./manifest";

const HEALTH_CHECK = always("interrupted", "checks the pods' health in another way: a pod that fails gets no calls");

/** @see https://github.com/kubernetes/ingress-gce/blob/master/pkg/apis/backendconfig/v1/types.go */
const BACKEND_CONFIG: Rules = {
  attributes: {
    ...BESIDE,
    "manifest.spec.securityPolicy.name": byValue((before, after) =>
      after === undefined
        ? [opened("takes the Cloud Armor policy away: nobody is kept out by address or path any longer")]
        : [
            unknown(
              `has calls pass ${before === undefined ? "a" : "another"} Cloud Armor policy, ${shown(after)}: its rules may not be in this plan`,
            ),
          ],
    ),
    "manifest.spec.iap.enabled": protects("public", "no longer has clients log in at the load balancer"),
    "manifest.spec.iap.*": always("interrupted", "has clients log in at the load balancer in another way"),
    "manifest.spec.healthCheck.checkIntervalSec": harmless,
    "manifest.spec.healthCheck.timeoutSec": harmless,
    "manifest.spec.healthCheck.healthyThreshold": harmless,
    "manifest.spec.healthCheck.unhealthyThreshold": harmless,
    "manifest.spec.healthCheck.*": HEALTH_CHECK,
    "manifest.spec.logging.enable": protects("weakened", "keeps no log of who calls any longer"),
    "manifest.spec.logging.sampleRate": harmless,
    "manifest.spec.timeoutSec": byValue((before, after) => [
      interrupted(`ends a call after ${shown(after)} s, where that was ${shown(before)} s`),
    ]),
    "manifest.spec.connectionDraining.drainingTimeoutSec": harmless,
    "manifest.spec.sessionAffinity.*": harmless,
  },
};

/** @see https://github.com/kubernetes/ingress-gce/blob/master/pkg/apis/frontendconfig/v1beta1/types.go */
const FRONTEND_CONFIG: Rules = {
  attributes: {
    ...BESIDE,
    "manifest.spec.sslPolicy": byValue((before, after) =>
      after === undefined
        ? [weakened("takes the TLS policy away: Google's own takes TLS 1.0 and every cipher")]
        : [
            before === undefined
              ? interrupted(`takes the TLS policy ${shown(after)}: clients that it refuses are cut off`)
              : unknown(`takes another TLS policy, ${shown(after)}: what it allows may not be in this plan`),
          ],
    ),
    "manifest.spec.redirectToHttps.enabled": protects(
      "public",
      "no longer redirects plain HTTP to HTTPS: if port 80 stays open, it serves Milvus in plaintext",
    ),
    "manifest.spec.redirectToHttps.responseCodeName": harmless,
    // One for each state of port 80 is made under a name of its own.
    "manifest.metadata.name": harmless,
  },
  created: (change, plan) => insteadOf(change, plan).flatMap((before) => tlsPolicyOf(change, before)),
  deleted: (change, plan) =>
    isReplacedByAnother(change, plan)
      ? []
      : [weakened("takes the TLS policy and the redirect of the load balancer away")],
};

/** A FrontendConfig that goes when another comes. */
function insteadOf({ address, change }: ResourceChange, plan: TerraformPlan): ResourceChange[] {
  const namespace = at(change.after ?? change.before, "manifest", "metadata", "namespace");
  return (plan.resource_changes ?? []).filter(
    (other) =>
      other.address !== address &&
      kindOf(other) === "FrontendConfig" &&
      isGone(other) &&
      at(other.change.before, "manifest", "metadata", "namespace") === namespace,
  );
}

function isReplacedByAnother({ address }: ResourceChange, plan: TerraformPlan): boolean {
  return (plan.resource_changes ?? []).some(
    (other) =>
      other.address !== address && kindOf(other) === "FrontendConfig" && other.change.actions.includes("create"),
  );
}

function tlsPolicyOf(to: ResourceChange, from: ResourceChange): Said[] {
  const policy = (values: unknown) => at(values, "manifest", "spec", "sslPolicy") || undefined;
  const [before, after] = [policy(from.change.before), policy(to.change.after)];
  return before !== undefined && after === undefined && policy(to.change.after_unknown) !== true
    ? [weakened("takes the TLS policy away: Google's own takes TLS 1.0 and every cipher")]
    : [];
}

const MANAGED_CERTIFICATE: Rules = {
  attributes: {
    ...BESIDE,
    "manifest.spec.domains": always(
      "interrupted",
      "has Google issue the certificate anew: no HTTPS for its hosts until then",
    ),
  },
  deleted: ({ change }) => [lost(`gives the certificate of Google's for ${domains(change.before)} up`)],
};

function domains(values: unknown): string {
  return listed([at(values, "manifest", "spec", "domains") ?? []].flat().map(String));
}

/** What is changed of an object of another kind is named. */
const ANY_MANIFEST: Rules = { attributes: BESIDE };

const MANIFESTS: Readonly<Record<string, Rules>> = {
  Ingress: INGRESS,
  BackendConfig: BACKEND_CONFIG,
  FrontendConfig: FRONTEND_CONFIG,
  ManagedCertificate: MANAGED_CERTIFICATE,
};

export function manifestRules(change: ResourceChange): Rules {
  return MANIFESTS[kindOf(change) ?? ""] ?? ANY_MANIFEST;
}

/** The older resource of the same provider, of somebody's own. */
const TYPED_INGRESS: Rules = {
  attributes: { id: harmless, "status.*": harmless, status: harmless, wait_for_load_balancer: harmless },
  changed: (change) => (isGone(change) ? (INGRESS.deleted?.(change, {}) ?? []) : []),
  deleted: (change) => INGRESS.deleted?.(change, {}) ?? [],
};

const SERVICE: Rules = {
  attributes: {
    "spec.selector.*": always("interrupted", "leads calls to other pods"),
    "spec.selector": always("interrupted", "leads calls to other pods"),
    "spec.port.*": always("interrupted", "leads calls to other ports"),
    "spec.port": always("interrupted", "leads calls to other ports"),
    "spec.type": byValue((before, after) =>
      after === "ClusterIP" || after === undefined
        ? [interrupted(`is reached inside the cluster only, where it was a ${before}`)]
        : [opened(`becomes a ${after}, which is reached from outside the cluster`)],
    ),
    "spec.load_balancer_source_ranges": byValue((before, after) => otherNetworks(ranges(before), ranges(after))),
    "metadata.annotations.cloud.google.com/neg-status": harmless,
    "metadata.annotations.*": always("interrupted", "has the load balancer reach the pods in another way"),
    "metadata.labels.*": harmless,
    "metadata.generation": harmless,
    "metadata.resource_version": harmless,
    "metadata.uid": harmless,
    wait_for_load_balancer: harmless,
    id: harmless,
    status: harmless,
    "status.*": harmless,
  },
  changed: frontServiceMoves,
  deleted: (change, plan) => {
    const moved = frontServiceMoves(change, plan);
    return moved.length > 0 ? moved : [lost("deletes it")];
  },
  created: ({ change }) => {
    const type = at([at(change.after, "spec")].flat()[0], "type");
    return type === "LoadBalancer" || type === "NodePort"
      ? [opened(`makes a ${type}, which is reached from outside the cluster`)]
      : [];
  },
};

function ranges(list: unknown): readonly string[] {
  return Array.isArray(list) && list.length > 0 ? list.map(String) : EVERYBODY;
}

const CONTENT = always("interrupted", "replaces what it holds: a certificate in it is served from then on");

/** Nothing of its content is ever looked at. */
const SECRET: Rules = {
  attributes: {
    data: CONTENT,
    "data.*": CONTENT,
    binary_data: CONTENT,
    "binary_data.*": CONTENT,
    data_wo: CONTENT,
    "data_wo.*": CONTENT,
    data_wo_revision: CONTENT,
    binary_data_wo_revision: CONTENT,
    "metadata.labels.*": harmless,
    "metadata.annotations.*": harmless,
    "metadata.generation": harmless,
    "metadata.resource_version": harmless,
    "metadata.uid": harmless,
    wait_for_service_account_token: harmless,
    id: harmless,
  },
  deleted: () => [lost("deletes the Secret, and the certificate and key in it")],
};

export const KUBERNETES: Readonly<Record<string, Rules>> = {
  kubernetes_ingress_v1: TYPED_INGRESS,
  kubernetes_annotations: ANNOTATIONS_OF_INGRESS,
  kubernetes_service_v1: SERVICE,
  kubernetes_secret_v1: SECRET,
};
