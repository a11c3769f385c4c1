import type { Problem } from "./problem";
import { cidr, eachOf, notEmpty } from "./rules";

/** What makes a public load balancer in front of a database a decision and not an accident. */
export interface PublicExposureProps {
  /**
   * The networks that clients connect from, in CIDR notation. All others are refused.
   *
   * @default - every address, which `authorizationEnabled` or `acceptPublicUnauthenticated` has to account for
   */
  readonly inboundCidrs?: readonly string[];
  /**
   * States that Milvus asks for a user and a password (`common.security.authorizationEnabled`). It changes nothing in
   * Milvus, whose default is off.
   *
   * @default false
   */
  readonly authorizationEnabled?: boolean;
  /**
   * Accepts that anybody on the internet may read, change and drop every collection.
   *
   * @default false
   */
  readonly acceptPublicUnauthenticated?: boolean;
}

/**
 * One rule for both clouds.
 *
 * @param isPublic whether the load balancer is reached from the internet
 * @param restrictedElsewhere whether something else than `inboundCidrs` says who gets in
 */
export function validatePublicExposure(
  props: PublicExposureProps,
  isPublic: boolean,
  restrictedElsewhere = false,
): Problem[] {
  const { inboundCidrs, authorizationEnabled, acceptPublicUnauthenticated } = props;
  const problems = [...notEmpty("inboundCidrs", inboundCidrs), ...eachOf(cidr)("inboundCidrs", inboundCidrs)];
  const everyone = inboundCidrs === undefined || inboundCidrs.some((range) => range?.endsWith("/0"));
  if (isPublic && everyone && !restrictedElsewhere && !authorizationEnabled && !acceptPublicUnauthenticated) {
    problems.push({
      path: "inboundCidrs",
      given: inboundCidrs === undefined ? "nothing, which admits every address" : "a range that admits every address",
      allowed:
        "the networks of the clients, unless authorizationEnabled: true states that Milvus asks for a password, " +
        "or acceptPublicUnauthenticated: true that everybody may read and drop every collection",
      fix: "list the networks that clients connect from",
    });
  }
  return problems;
}
