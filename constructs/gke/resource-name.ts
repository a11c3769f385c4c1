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

export function isResourceName(name: string): boolean {
  return /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name);
}

/** @see https://cloud.google.com/resource-manager/docs/creating-managing-projects#before_you_begin */
export const projectId = rule<string>(
  "a Google Cloud project's id: 6 to 30 lower-case letters, digits and '-', with a letter first",
  "write the id, not the name or the number, as 'gcloud projects list' prints it",
  (id) => /^([a-z0-9.-]+:)?[a-z][-a-z0-9]{4,28}[a-z0-9]$/.test(id),
);
