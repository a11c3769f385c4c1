import { constants, publicEncrypt, type X509Certificate } from "node:crypto";
import { TerraformLocal, type TerraformResourceLifecycle } from "cdktf";
import type { Construct } from "constructs";
import { hclExpression, literal } from "../internal/hcl";
import type { PemCertificate, PrivateKeySource } from "./own-certificate";
import { leafOf } from "./pem";

/**
 * Has a plan refuse a key that isn't the certificate's, before a load balancer is told of either: GKE's controller stops
 * half-way at such a pair, with port 80 open and no note of it. Nothing of the key is kept: Terraform keeps no value of a
 * condition, and takes an ephemeral one.
 *
 * @returns none where only Terraform knows the certificate
 */
export function keyFits(scope: Construct, certificate: PemCertificate): TerraformResourceLifecycle | undefined {
  const { privateKey } = certificate;
  const leaf = leafOf(certificate.certificate);
  const condition = leaf && conditionFor(leaf, hclOf(privateKey));
  if (condition === undefined) {
    return undefined;
  }
  const where = "file" in privateKey ? `file ${privateKey.file}` : `variable ${privateKey.variable}`;
  const errorMessage =
    `certificate.privateKey: the private key in ${where} does not fit the certificate. Give the key that the certificate ` +
    "was issued for, unencrypted and in PEM, or the certificate of this key.";
  // A condition has to name something, and an error shows all of it.
  const fits = new TerraformLocal(scope, "key-fits", `\${${condition}}`);
  return { precondition: [{ condition: fits.expression, errorMessage: literal(errorMessage) }] };
}

/** The HCL expression that reads a key. */
export function hclOf(source: PrivateKeySource): string {
  return "file" in source ? `file(${hclExpression(source.file)})` : `var.${source.variable}`;
}

function conditionFor({ publicKey }: X509Certificate, key: string): string | undefined {
  switch (publicKey.asymmetricKeyType) {
    case "rsa":
      return `try(rsadecrypt("${encrypted(publicKey)}", ${key}), "") == "${WORD}"`;
    case "ec":
      return `strcontains(${key}, "PRIVATE KEY") && ${endsInPublicKey(publicKey, key)}`;
    default:
      return undefined;
  }
}

type KeyObject = X509Certificate["publicKey"];

const WORD = "fits";

/**
 * A word that the certificate's key alone decrypts. Not padded at random as usual, which would make every synthesis another:
 * the word is no secret.
 *
 * @see https://developer.hashicorp.com/terraform/language/functions/rsadecrypt
 * @see https://datatracker.ietf.org/doc/html/rfc8017#section-7.2.1
 */
function encrypted(key: KeyObject): string {
  const { modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  const block = Buffer.alloc(modulusLength / 8, 0xff);
  block.set([0, 2]);
  block.set([0, ...Buffer.from(WORD)], block.length - WORD.length - 1);
  return publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, block).toString("base64");
}

/** One of P-256; the longest without a public key has 132 characters. */
const SHORTEST_WITH_PUBLIC_KEY = 148;

/**
 * Terraform can't calculate with an EC key, but one in PEM has its public key at its end. In base64 that end depends on the
 * bytes before it: there are three. A key that was written without its public key passes.
 *
 * @see https://datatracker.ietf.org/doc/html/rfc5915#section-3
 */
function endsInPublicKey(publicKey: KeyObject, key: string): string {
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  const coordinates = [x, y].map((part) => Buffer.from(part, "base64url"));
  const point = Buffer.concat([Buffer.from([4]), ...coordinates]);
  const ends = [0, 1, 2].map((skipped) => point.subarray(skipped).toString("base64"));
  const base64 = `replace(${key}, "/-----[^-]+-----|\\\\s/", "")`;
  return `(length(${base64}) < ${SHORTEST_WITH_PUBLIC_KEY} || anytrue([for end in ${hclExpression(ends)} : endswith(${base64}, end)]))`;
}
