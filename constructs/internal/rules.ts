import { Token } from "cdktf";
import { familyOf } from "./address-ranges";
import { type Problem, shown } from "./problem";

/** Says what is wrong with a value. Silent on what isn't there and on cdktf tokens, whose value nobody knows yet. */
export type Rule<T> = (path: string, value: T | undefined) => Problem[];

export function rule<T>(allowed: string, fix: string, holds: (value: T) => boolean): Rule<T> {
  return (path, value) =>
    value === undefined || Token.isUnresolved(value) || holds(value)
      ? []
      : [{ path, given: shown(value), allowed, fix }];
}

/** For what other names are made of, so that it has to be known at synthesis. */
export function known(path: string, value: string | undefined): Problem[] {
  return value !== undefined && Token.isUnresolved(value)
    ? [
        {
          path,
          given: "a value that only Terraform will know",
          allowed: "plain text: other names are made of it at synthesis",
          fix: "write the text itself",
        },
      ]
    : [];
}

/** The rule for each element of a list, and against the same element twice. */
export function eachOf(element: Rule<string>): Rule<readonly string[]> {
  return (path, list) =>
    (list ?? []).flatMap((value, index) => [
      ...element(`${path}[${index}]`, value),
      ...(list?.indexOf(value) === index
        ? []
        : [{ path: `${path}[${index}]`, given: shown(value), allowed: "each value once", fix: "remove it" }]),
    ]);
}

export const notEmpty: Rule<readonly unknown[]> = rule("at least one entry", "add one", (list) => list.length > 0);

export function integerBetween(least: number, most: number): Rule<number> {
  return rule(
    `a whole number from ${least} to ${most}`,
    "write a number in that range",
    (value) => Number.isInteger(value) && value >= least && value <= most,
  );
}

export function numberBetween(least: number, most: number): Rule<number> {
  return rule(
    `a number from ${least} to ${most}`,
    "write a number in that range",
    (value) => value >= least && value <= most,
  );
}

/**
 * The hosts that an Ingress rule takes and a certificate names.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-rules
 */
export const hostName = rule<string>(
  "a DNS name such as milvus.example.com, in lower case, with no wildcard",
  "write the name alone: no scheme, port, path or trailing dot, and a name in another script in its xn-- form",
  (value) =>
    value.length <= 253 && /^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(value),
);

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names */
export const kubernetesName = rule<string>(
  "a Kubernetes name: lower-case letters, digits and '-', at most 63 characters, with a letter or digit at each end",
  "write the name as kubectl prints it",
  (value) => value.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(value),
);

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names */
export const kubernetesSubdomain = rule<string>(
  "a Kubernetes name: lower-case letters, digits, '-' and '.', at most 253 characters, with a letter or digit at each end",
  "write the name as kubectl prints it",
  (value) => value.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(value),
);

/** @see https://github.com/helm/helm/blob/v3.18.4/pkg/chartutil/validate_name.go */
export const helmReleaseName = rule<string>(
  "a Helm release name: lower-case letters, digits, '-' and '.', at most 53 characters",
  "write the name as 'helm list' prints it",
  (value) => value.length <= 53 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(value),
);

export const cidr = rule<string>(
  "an address range in CIDR notation such as 203.0.113.0/24 or 2001:db8::/32",
  "write the address and its prefix length",
  (value) => value.includes("/") && familyOf(value) !== undefined,
);

/** Free text: it arrives as it stands, but nothing in it may break a line or look like a cdktf token. */
export const plainText = rule<string>(
  "a line of text",
  "remove line breaks, control characters and '{TfToken['",
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  (value) => value !== "" && !/[\u0000-\u001f\u007f\u2028\u2029]|\{TfToken\[/.test(value),
);
