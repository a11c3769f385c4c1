import { type Rule, rule } from "../internal/rules";

/**
 * The ARN of something regional.
 *
 * @param resource a regular expression for what stands after the account
 * @param seen how the resource reads, such as `certificate/<id>`
 * @param printedBy the command that prints it
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
 */
export function arnRule(
  what: string,
  service: string,
  resource: string,
  seen: string,
  printedBy: string,
): Rule<string> {
  const form = new RegExp(`^arn:aws(-[a-z]+)*:${service}:[a-z0-9-]+:\\d{12}:${resource}$`);
  return rule(
    `the ARN of ${what}: arn:aws:${service}:<region>:<account>:${seen}`,
    `write it as '${printedBy}' prints it`,
    (arn) => form.test(arn),
  );
}

export const certificateArnRule = arnRule(
  "an ACM certificate",
  "acm",
  "certificate\\/[-a-zA-Z0-9]+",
  "certificate/<id>",
  "aws acm list-certificates",
);

/** The region in an ARN. */
export function regionOf(arn: string): string | undefined {
  return /^arn:[^:]+:[^:]+:([^:]+):/.exec(arn)?.[1];
}
