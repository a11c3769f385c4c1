import { Token } from "cdktf";
import { type Family, familiesBeyond, familyOf, MUCH, moreThan, TOO_MUCH } from "./address-ranges";
import { type Problem, shown } from "./problem";
import { cidr, eachOf, notEmpty } from "./rules";

/** What makes a public load balancer in front of a database a decision and not an accident. */
export interface PublicExposureProps {
  /**
   * The networks that clients connect from, in CIDR notation. All others are refused.
   *
   * The public addresses of all ranges are added up. More than a /4 of the public IPv4 addresses, or a /7 of the public IPv6
   * addresses, is no allow-list: then `authorizationEnabled` or `acceptPublicUnauthenticated` is required. Synthesis warns of
   * more than a /8, or a /11. Private and other addresses that are not on the internet do not count.
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

/** Who reaches a load balancer, apart from what `PublicExposureProps` say. */
export interface Reach {
  /** Whether the load balancer is reached from the internet. */
  readonly isPublic: boolean;
  /** Whether something else than `inboundCidrs` says who gets in. */
  readonly restrictedElsewhere: boolean;
  /** The families of the addresses that clients reach it by. */
  readonly families: readonly Family[];
}

/** Whether these ranges are an allow-list, and not so much of the internet that they count as every address. */
export function isAllowList(ranges: readonly string[] | undefined): ranges is readonly string[] {
  return ranges !== undefined && familiesBeyond(TOO_MUCH, ranges).length === 0;
}

/** One rule for both clouds. */
export function validatePublicExposure(props: PublicExposureProps, reach: Reach): Problem[] {
  const { inboundCidrs } = props;
  const problems = [...notEmpty("inboundCidrs", inboundCidrs), ...eachOf(cidr)("inboundCidrs", inboundCidrs)];
  if (problems.length === 0) {
    problems.push(...noRangeOfUse(inboundCidrs, reach.families));
  }
  if (isOpen(props, reach) && !isAllowList(inboundCidrs)) {
    problems.push({
      path: "inboundCidrs",
      given:
        inboundCidrs === undefined
          ? "nothing, which admits every address"
          : `ranges that add up to ${moreThan(TOO_MUCH, familiesBeyond(TOO_MUCH, inboundCidrs))}, which is no allow-list`,
      allowed:
        "the networks of the clients, unless authorizationEnabled: true states that Milvus asks for a password, " +
        "or acceptPublicUnauthenticated: true that everybody may read and drop every collection",
      fix: "list the networks that clients connect from",
    });
  }
  return problems;
}

/** What is allowed, and probably not meant. */
export function exposureWarnings(props: PublicExposureProps, reach: Reach): string[] {
  const { inboundCidrs = [] } = props;
  const wide = isOpen(props, reach) ? familiesBeyond(MUCH, inboundCidrs) : [];
  const useless = inboundCidrs.filter((range) => isUseless(range, reach.families));
  return [
    ...(wide.length > 0
      ? [
          `inboundCidrs lets in ${moreThan(MUCH, wide)}. List only the networks that your clients connect from, or set ` +
            "authorizationEnabled: true if Milvus asks for a password.",
        ]
      : []),
    ...(useless.length > 0
      ? [
          `${useless.length} of the ${inboundCidrs.length} ranges in inboundCidrs have no effect (the first is ${useless[0]}): ` +
            `clients reach this load balancer by ${reach.families.join(" and ")} only. Remove these ranges.`,
        ]
      : []),
  ];
}

/** Whether `inboundCidrs` alone decides who on the internet reaches a Milvus that may ask nobody for a password. */
function isOpen(props: PublicExposureProps, { isPublic, restrictedElsewhere }: Reach): boolean {
  return isPublic && !restrictedElsewhere && !props.authorizationEnabled && !props.acceptPublicUnauthenticated;
}

function noRangeOfUse(ranges: readonly string[] | undefined, families: readonly Family[]): Problem[] {
  return ranges?.every((range) => isUseless(range, families))
    ? [
        {
          path: "inboundCidrs",
          given: shown(ranges),
          allowed: `at least one ${families.join(" or ")} range: clients reach this load balancer by ${families.join(" and ")} only`,
          fix: `list the ${families.join(" or ")} addresses that clients connect from`,
        },
      ]
    : [];
}

/** Of a value that only Terraform knows nothing is said. */
function isUseless(range: string, families: readonly Family[]): boolean {
  const family = Token.isUnresolved(range) ? undefined : familyOf(range);
  return family !== undefined && !families.includes(family);
}
