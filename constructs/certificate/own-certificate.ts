import type { X509Certificate } from "node:crypto";
import { type Problem, shown } from "../internal/problem";
import { hostName, integerBetween, plainText, rule } from "../internal/rules";
import { blocksOf, isPlain, leafOf, parseAll } from "./pem";

/**
 * A certificate that this project makes or that the user brings, the same on both clouds. Plain data, as it stands in
 * the config file.
 */
export type OwnCertificate = SelfSignedCertificate | PemCertificate;

/** Made by Terraform. Clients have to be given it: it is the stack's output `certificate_pem`. */
export interface SelfSignedCertificate {
  readonly kind: "self-signed";
  /**
   * How long it is valid, in days. No apply renews it before its end: each client that was given it would be cut off.
   *
   * @default 825
   */
  readonly validityDays?: number;
  /**
   * Which one it is. A higher number makes a new key and a new certificate, which every client needs then; a lower one too,
   * under the name of one that clients may still hold.
   *
   * @default 1
   */
  readonly generation?: number;
}

/** Brought by the user. The certificate is public and checked at synthesis; the key is read by Terraform alone. */
export interface PemCertificate {
  readonly kind: "pem";
  /** The server's certificate in PEM. */
  readonly certificate: string;
  /**
   * The certificates between it and the root, in PEM, the issuer of the server's first.
   *
   * @default - none: clients trust the certificate's issuer, or the certificate itself
   */
  readonly chain?: string;
  /** Its private key. */
  readonly privateKey: PrivateKeySource;
}

/** Where Terraform finds a private key. */
export type PrivateKeySource =
  /** In a file on the machine that Terraform runs on. */
  | {
      /** Its path, absolute or seen from the folder that Terraform runs in. */
      readonly file: string;
    }
  /** In an input variable, ephemeral where nothing has to keep the key. */
  | {
      /** The variable's name. It is made, unless the stack has one of that name. */
      readonly variable: string;
    };

/** A key that a load balancer takes: RSA by its length in bits, EC by its curve. */
export type KeyType = `RSA ${number}` | `EC ${"P-256" | "P-384" | "P-521"}`;

export interface OwnCertificateRules {
  readonly hosts: readonly string[];
  /** What the load balancer takes. */
  readonly keyTypes: readonly KeyType[];
  /**
   * How long a PEM text may be, in bytes.
   *
   * @default - as long as it is
   */
  readonly mostBytes?: { readonly certificate: number; readonly chain: number };
  readonly now: Date;
}

export const DEFAULT_VALIDITY_DAYS = 825;

/** How long a certificate that is made here may be valid, in days. */
const validityDays = integerBetween(1, 3650);

/** X.509 allows a common name 64 characters; where no host is that short, any name does, since SAN is what counts. */
export function commonName(hosts: readonly string[]): string {
  return hosts.find((host) => host.length <= 64) ?? "milvus";
}

/** Every problem of an own certificate, with paths inside of it. */
export function validateOwnCertificate(certificate: OwnCertificate, rules: OwnCertificateRules): Problem[] {
  if (certificate.kind === "self-signed") {
    return [
      ...validityDays("validityDays", certificate.validityDays),
      ...integerBetween(1, 1_000_000)("generation", certificate.generation),
    ];
  }
  return [
    ...validateLeaf(certificate.certificate, rules),
    ...atMost("certificate", certificate.certificate, rules.mostBytes?.certificate),
    ...atMost("chain", certificate.chain, rules.mostBytes?.chain),
    ...validateChain(certificate),
    ...validatePrivateKey(certificate.privateKey),
  ];
}

/** The type of a certificate's key, e.g. `RSA 2048`; nothing where only Terraform knows the certificate. */
export function keyTypeOf(certificate: PemCertificate): string | undefined {
  const leaf = leafOf(certificate.certificate);
  return leaf && keyType(leaf);
}

/** The certificate with its chain, as a server presents them. */
export function fullChain({ certificate, chain }: PemCertificate): string {
  return [certificate, ...(chain ? [chain] : [])].map(pemBlocks).join("");
}

/** The certificates of a PEM text, without what openssl prints around them. */
export function pemBlocks(pem: string): string {
  return isPlain(pem) ? `${blocksOf(pem).join("\n")}\n` : `${pem}\n`;
}

function validateLeaf(pem: string | undefined, { hosts, keyTypes, now }: OwnCertificateRules): Problem[] {
  if (!isPlain(pem)) {
    return [];
  }
  const [certificate, ...rest] = parseAll(pem) ?? [];
  if (certificate === undefined || rest.length > 0) {
    return [
      {
        path: "certificate",
        given: shown(pem),
        allowed: "one certificate in PEM",
        fix: "put the server's certificate here and the others into chain",
      },
    ];
  }
  const problem = (given: string, allowed: string, fix: string): Problem => ({
    path: "certificate",
    given,
    allowed,
    fix,
  });
  const problems: Problem[] = [];
  if (now >= new Date(certificate.validTo)) {
    problems.push(
      problem(`one that ended on ${day(new Date(certificate.validTo))}`, "one that is valid today", "renew it"),
    );
  }
  if (now < new Date(certificate.validFrom)) {
    const start = day(new Date(certificate.validFrom));
    problems.push(problem(`one that begins on ${start}`, "one that is valid today", "wait until then, or renew it"));
  }
  const key = keyType(certificate);
  if (!(keyTypes as readonly string[]).includes(key)) {
    problems.push(problem(`one with a key of type ${key}`, keyTypes.join(", "), "issue it for a key of such a type"));
  }
  for (const host of hosts) {
    // What is no host name is refused where it stands, and nothing that a user wrote is shown but through `shown`.
    if (
      isPlain(host) &&
      hostName("", host).length === 0 &&
      !certificate.checkHost(host, { subject: "never", partialWildcards: false })
    ) {
      const names = certificate.subjectAltName ?? "no subject alternative name at all";
      problems.push(problem(`one for ${names}`, `one whose SAN covers ${host}`, "issue it for every host"));
    }
  }
  return problems;
}

function validateChain({ certificate, chain }: PemCertificate): Problem[] {
  if (!isPlain(chain) || !isPlain(certificate)) {
    return [];
  }
  const links = parseAll(chain);
  if (!links) {
    const fix = "put the intermediate certificates here, one after the other, or leave it out";
    return [{ path: "chain", given: shown(chain), allowed: "certificates in PEM", fix }];
  }
  const all = [...(parseAll(certificate) ?? []).slice(0, 1), ...links];
  const broken = all.findIndex((link, index) => index > 0 && !isIssuedBy(all[index - 1], link));
  return broken === -1
    ? []
    : [
        {
          path: "chain",
          given: `${oneLine(all[broken]?.subject)} after ${oneLine(all[broken - 1]?.subject)}`,
          allowed: "each certificate followed by its issuer",
          fix: "sort the chain: the issuer of the server's certificate first, and not that certificate itself",
        },
      ];
}

/** By name, which is all that `checkIssued` compares where there is no key identifier, and by signature. */
function isIssuedBy(certificate: X509Certificate | undefined, issuer: X509Certificate): boolean {
  return certificate?.checkIssued(issuer) === true && certificate.verify(issuer.publicKey);
}

function validatePrivateKey(source: PrivateKeySource | undefined): Problem[] {
  if (source === undefined) {
    return [];
  }
  return "file" in source
    ? plainText("privateKey.file", source.file)
    : variableRule("privateKey.variable", source.variable);
}

function atMost(path: string, pem: string | undefined, most: number | undefined): Problem[] {
  const bytes = Buffer.byteLength(pem ?? "");
  return most === undefined || bytes <= most
    ? []
    : [{ path, given: `${bytes} bytes`, allowed: `at most ${most} bytes`, fix: "leave out what is no certificate" }];
}

/** @see https://developer.hashicorp.com/terraform/language/values/variables#declaring-an-input-variable */
const RESERVED_VARIABLES = "source version providers count for_each lifecycle depends_on locals".split(" ");

const variableRule = rule<string>(
  "the name of a Terraform variable: letters, digits and '_', with a letter first",
  "name the variable, and give Terraform its value as TF_VAR_<name>",
  (name) => /^[a-zA-Z][a-zA-Z0-9_]{0,63}$/.test(name) && !RESERVED_VARIABLES.includes(name),
);

function keyType({ publicKey }: X509Certificate): string {
  const { modulusLength, namedCurve } = publicKey.asymmetricKeyDetails ?? {};
  const curves: Record<string, string> = { prime256v1: "P-256", secp384r1: "P-384", secp521r1: "P-521" };
  switch (publicKey.asymmetricKeyType) {
    case "rsa":
      return `RSA ${modulusLength}`;
    case "ec":
      return `EC ${curves[namedCurve ?? ""] ?? namedCurve}`;
    default:
      return String(publicKey.asymmetricKeyType);
  }
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function oneLine(subject: string | undefined): string {
  return (subject ?? "").replaceAll("\n", ", ");
}
