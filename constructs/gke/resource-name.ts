import { type Rule, rule } from "../internal/rules";

/**
 * The rule for the name of a Google Cloud resource.
 *
 * @param listedBy the command that prints the names of such resources
 * @see https://cloud.google.com/compute/docs/naming-resources#resource-name-format
 */
export function resourceName(listedBy: string): Rule<string> {
  return rule<string>(
    "a Google Cloud resource name: lower-case letters, digits and '-', at most 63 characters, with a letter first",
    `write the name as '${listedBy}' prints it`,
    isResourceName,
  );
}

/**
 * The rule for the name of a Google Cloud resource that lasts as long as its user wants: none that one of GKE's controllers
 * gives. A controller deletes what bears such a name.
 *
 * @param listedBy the command that prints the names of such resources
 * @param fix what to do instead
 */
export function ownResourceName(listedBy: string, fix: string): Rule<string> {
  const isName = resourceName(listedBy);
  const isOwn = rule<string>(
    "a name that none of GKE's controllers gives: the controller deletes the resource",
    fix,
    (name) => !CONTROLLERS_NAMES.some((pattern) => pattern.test(name)),
  );
  return (path, name) => [...isName(path, name), ...isOwn(path, name)];
}

/**
 * @see https://github.com/kubernetes/ingress-gce/tree/master/pkg/utils/namer for `k8s2-fr-…`, `k8s-fw-…` and `gk3-mt-…`
 * @see https://github.com/GoogleCloudPlatform/gke-managed-certs/blob/master/pkg/config/config.go for `mcrt-…`
 * @see https://github.com/kubernetes/cloud-provider/blob/master/cloud.go `DefaultLoadBalancerName`: `a` and a Service's uid
 */
const CONTROLLERS_NAMES: readonly RegExp[] = [
  /^k8s\d+-/,
  /^k8s-(be|fw|fws|ig|rm|ssl|tp|tps|um)-/,
  /^gk3-mt/,
  // The Gateway controller's, of one cluster and of several.
  /^gke(gw|mcg)\d+-/,
  /^mcrt-/,
  /^a[0-9a-f]{31}$/,
];

export function isResourceName(name: string): boolean {
  return /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name);
}

/** @see https://cloud.google.com/resource-manager/docs/creating-managing-projects#before_you_begin */
export const projectId = rule<string>(
  "a Google Cloud project's id: 6 to 30 lower-case letters, digits and '-', with a letter first",
  "write the id, not the name or the number, as 'gcloud projects list' prints it",
  (id) => /^([a-z0-9.-]+:)?[a-z][-a-z0-9]{4,28}[a-z0-9]$/.test(id),
);
