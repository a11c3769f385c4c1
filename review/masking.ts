import type { Review } from "./findings";

/** What nobody is to read in a pull request. */

const HIDDEN = "(hidden)";

/** A PEM block, one that is cut off too. */
const PEM = /-----BEGIN [A-Z0-9 ]+-----[\s\S]*?(-----END [A-Z0-9 ]+-----|$(?![\s\S]))/g;

/** As services print them: GitHub, AWS, Google, a JWT, a cluster's, Slack. */
const TOKENS = [
  /\bgh[pousr]_[A-Za-z0-9]{20,}/g,
  /\bgithub_pat_[A-Za-z0-9_]{20,}/g,
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bya29\.[\w.-]{10,}/g,
  /\bAIza[\w-]{30,}/g,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g,
  /\bk8s-aws-v1\.[\w-]{10,}/g,
  /\bxox[abprs]-[\w-]{10,}/g,
  /\bglpat-[\w-]{15,}/g,
];

/** The value of something that is called a secret. */
const NAMED =
  /\b([\w.-]*(?:password|passwd|secret_?(?:access_?)?key|access_?key|api_?key|token|private_?key(?:_pem)?|client_?secret|credentials)["']?\s*[:=]+\s*)(["'])(?:(?!\2)[^\\\n]|\\.)+\2/gi;

const AUTHORIZATION = /\b(Bearer|Basic) [\w.~+/=-]{8,}/g;

/** A line of a key or a certificate whose first line is not there. */
const BASE64_LINE = /^([ \t+~-]*)["']?[A-Za-z0-9+/]{56,}={0,2}["']?,?[ \t]*$/gm;

/** The same text without what a secret looks like, and without these secrets. */
export function masked(text: string, secrets: readonly string[]): string {
  const named = [...secrets]
    .sort((a, b) => b.length - a.length)
    .flatMap((secret) => [...new Set([secret, JSON.stringify(secret).slice(1, -1)])])
    .reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text);
  const known = TOKENS.reduce((rest, token) => rest.replaceAll(token, HIDDEN), named.replaceAll(PEM, HIDDEN));
  return known
    .replaceAll(AUTHORIZATION, (_, scheme) => `${scheme} ${HIDDEN}`)
    .replaceAll(NAMED, (_, name) => `${name}"${HIDDEN}"`)
    .replaceAll(BASE64_LINE, (_, indent) => `${indent}${HIDDEN}`);
}

/** A review of which no finding quotes a secret. Before it is printed: Markdown writes some of a secret's characters otherwise. */
export function maskedReview({ findings, harmless }: Review, secrets: readonly string[]): Review {
  return {
    findings: findings.map((one) => ({ ...one, effect: masked(one.effect, secrets) })),
    harmless: harmless.map((one) => ({ ...one, what: masked(one.what, secrets) })),
  };
}

const SECRET_NAME = /TOKEN|SECRET|PASSWORD|PASSWD|PRIVATE_KEY|API_KEY|CREDENTIALS/;

/**
 * The secrets that an environment holds: every variable of Terraform's, and what is called a secret. Shorter ones would
 * hide half a text: they are no secrets.
 */
export function secretsIn(environment: NodeJS.ProcessEnv): string[] {
  const values = Object.entries(environment).flatMap(([name, value = ""]) => {
    const isVariable = name.startsWith("TF_VAR_");
    return isVariable || SECRET_NAME.test(name) ? [...strings(value), ...lines(value)] : [];
  });
  return [...new Set(values.map((value) => value.trim()))].filter(
    (value) => value.length >= SHORTEST && !/^(true|false|null|[0-9]{1,5})$/.test(value),
  );
}

const SHORTEST = 4;

/** A variable that isn't a text is JSON. */
function strings(value: string): string[] {
  try {
    return [value, ...leaves(JSON.parse(value))];
  } catch {
    return [value];
  }
}

function leaves(value: unknown): string[] {
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(leaves) : [String(value)];
}

/** Terraform shows a text of several lines by lines. A short line may be any word. */
function lines(value: string): string[] {
  const all = value.split("\n");
  return all.length > 1 ? all.map((line) => line.trim()).filter((line) => line.length >= 8) : [];
}
