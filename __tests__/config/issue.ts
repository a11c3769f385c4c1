import "reflect-metadata";
import { webcrypto } from "node:crypto";
import {
  BasicConstraintsExtension,
  cryptoProvider,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";

cryptoProvider.set(webcrypto);

const KEY_KINDS = {
  "EC P-256": { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
  "EC P-384": { name: "ECDSA", namedCurve: "P-384", hash: "SHA-384" },
  "EC P-521": { name: "ECDSA", namedCurve: "P-521", hash: "SHA-256" },
  "RSA 1024": {
    name: "RSASSA-PKCS1-v1_5",
    modulusLength: 1024,
    publicExponent: new Uint8Array([1, 0, 1]),
    hash: "SHA-256",
  },
  "RSA 2048": {
    name: "RSASSA-PKCS1-v1_5",
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
    hash: "SHA-256",
  },
  Ed25519: { name: "Ed25519" },
};

export interface Wanted {
  readonly commonName?: string;
  /** The subject alternative names. */
  readonly hosts?: readonly string[];
  readonly key?: keyof typeof KEY_KINDS;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** Itself, where there is none. */
  readonly issuer?: Issued;
  readonly authority?: boolean;
}

export interface Issued {
  readonly pem: string;
  readonly subject: string;
  readonly keys: webcrypto.CryptoKeyPair;
}

export const DAY = 24 * 60 * 60 * 1000;

/** A certificate as asked for, with a new key: from yesterday on for thirty days, unless it says otherwise. */
export async function issue(wanted: Wanted): Promise<Issued> {
  const algorithm = KEY_KINDS[wanted.key ?? "EC P-256"];
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"])) as webcrypto.CryptoKeyPair;
  const subject = `CN=${wanted.commonName ?? "server"}`;
  const { hosts = [], issuer } = wanted;
  const certificate = await X509CertificateGenerator.create({
    subject,
    issuer: issuer?.subject ?? subject,
    notBefore: wanted.notBefore ?? new Date(Date.now() - DAY),
    notAfter: wanted.notAfter ?? new Date(Date.now() + 29 * DAY),
    publicKey: keys.publicKey,
    signingKey: (issuer?.keys ?? keys).privateKey,
    signingAlgorithm: issuer ? KEY_KINDS["EC P-256"] : algorithm,
    extensions: [
      ...(wanted.authority ? [new BasicConstraintsExtension(true, undefined, true)] : []),
      ...(hosts.length > 0
        ? [new SubjectAlternativeNameExtension(hosts.map((value) => ({ type: "dns" as const, value })))]
        : []),
    ],
  });
  return { pem: `${certificate.toString("pem")}\n`, subject, keys };
}
