import { rule } from "../internal/rules";
import { isResourceName } from "./resource-name";

/** @see https://cloud.google.com/dns/docs/reference/rest/v1/managedZones */
export const dnsZoneRule = rule<string>(
  "the name of a Cloud DNS zone: lower-case letters, digits and '-', with a letter first",
  "write the zone's name, not its domain, as 'gcloud dns managed-zones list' prints it",
  isResourceName,
);
