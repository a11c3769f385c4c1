import { resourcesOf } from "../../commands/release-state";
import { interrupted, type Said, weakened } from "../finding";
import { harmless, type Rules } from "../meaning";
import { isGone, type ResourceChange, type TerraformPlan } from "../plan";

/** Keys and certificates that Terraform makes: whatever changes of one makes it another. */

const KEY: Rules = {
  attributes: { "*": harmless },
  // Of the certificate that is made of it, that is said.
  deleted: () => [],
};

const CERTIFICATE: Rules = {
  attributes: { "*": harmless },
  changed: () => [ANOTHER],
  created: comesIn,
  deleted: () => [],
};

const ANOTHER = interrupted(
  "makes another certificate, which signs itself: clients that were given the one before don't trust it",
);

/** Another generation of the same, or the first one beside a load balancer that has another kind. */
function comesIn(_: ResourceChange, plan: TerraformPlan): Said[] {
  const changes = plan.resource_changes ?? [];
  if (changes.some((other) => other.type === "tls_self_signed_cert" && isGone(other))) {
    return [ANOTHER];
  }
  const isInUse = resourcesOf(plan.prior_state?.values?.root_module).some(({ type }) => type === "kubernetes_manifest");
  return isInUse
    ? [weakened("brings a certificate that signs itself in: clients trust it only if they are given it")]
    : [];
}

export const CERTIFICATES: Readonly<Record<string, Rules>> = {
  tls_private_key: KEY,
  tls_self_signed_cert: CERTIFICATE,
};
