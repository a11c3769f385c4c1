import { rule } from "../internal/rules";

/** @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_HostedZone.html */
export const dnsZoneRule = rule<string>(
  "the id of a Route 53 hosted zone, such as Z0123456789ABCDEFGHIJ",
  "write the zone's id, not its domain, as 'aws route53 list-hosted-zones' prints it, without /hostedzone/",
  (id) => /^Z[A-Z0-9]{1,31}$/.test(id),
);
