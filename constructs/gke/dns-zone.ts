import { rule } from "../internal/rules";

/** @see https://cloud.google.com/dns/docs/reference/rest/v1/managedZones */
export const dnsZoneRule = rule<string>(
  "the name of a Cloud DNS zone: lower-case letters, digits and '-', with a letter first",
  "write the zone's name, not its domain, as 'gcloud dns managed-zones list' prints it",
  (name) => /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name),
);
