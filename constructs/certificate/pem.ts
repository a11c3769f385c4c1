import { X509Certificate } from "node:crypto";
import { Token } from "cdktf";

/** PEM texts as Node reads them: apart from what the package exports, whose declarations need no types of Node. */

/** The certificates of a text; undefined where it has none, or one that can't be read, or a private key. */
export function parseAll(pem: string): X509Certificate[] | undefined {
  const blocks = blocksOf(pem);
  if (blocks.length === 0 || /PRIVATE KEY/.test(pem)) {
    return undefined;
  }
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    return undefined;
  }
}

/** The first certificate, a server's own; undefined where only Terraform knows it. */
export function leafOf(pem: string): X509Certificate | undefined {
  const [leaf] = isPlain(pem) ? (parseAll(pem) ?? []) : [];
  return leaf;
}

/** The certificates, without the text that openssl prints around them: it has a meaning in the client's snippet. */
export function blocksOf(pem: string): string[] {
  return pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
}

/** Whether a text is there, and known at synthesis. */
export function isPlain(text: string | undefined): text is string {
  return text !== undefined && !Token.isUnresolved(text);
}
