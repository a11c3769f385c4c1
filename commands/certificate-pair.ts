// What @peculiar/x509 is built on looks for it when it is loaded.
import "reflect-metadata";
import { randomBytes, webcrypto } from "node:crypto";
import {
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { commonName } from "../constructs/certificate/own-certificate";

cryptoProvider.set(webcrypto);

/** A private key and the certificate that it signed for itself, in PEM. */
export interface Pair {
  readonly privateKey: string;
  readonly certificate: string;
  readonly notAfter: Date;
}

/** The keys that both clouds' load balancers take from here, and what a certificate says that they are for. */
const KEYS = {
  "rsa-2048": {
    algorithm: {
      name: "RSASSA-PKCS1-v1_5",
      modulusLength: 2048,
      publicExponent: new Uint8Array([1, 0, 1]),
      hash: "SHA-256",
    },
    usages: KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment,
  },
  /** @see https://www.rfc-editor.org/rfc/rfc8813#section-3 for why it enciphers no keys */
  "ec-p256": {
    algorithm: { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
    usages: KeyUsageFlags.digitalSignature,
  },
} as const;

export type KeyName = keyof typeof KEYS;

export const KEY_NAMES = Object.keys(KEYS) as readonly KeyName[];

const DAY_MS = 24 * 60 * 60 * 1000;

/** A client's clock may be behind. */
const HEAD_START_MS = 5 * 60 * 1000;

/** A new key, and a certificate as the kind self-signed has it. */
export async function newPair(
  hosts: readonly string[],
  keyName: KeyName,
  validityDays: number,
  now = new Date(),
): Promise<Pair> {
  const { algorithm, usages } = KEYS[keyName];
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"])) as webcrypto.CryptoKeyPair;
  const notBefore = new Date(Math.floor((now.getTime() - HEAD_START_MS) / 1000) * 1000);
  const notAfter = new Date(notBefore.getTime() + validityDays * DAY_MS);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    // Clients look for what they trust by its subject: a second pair for the same hosts needs one of its own.
    name: [{ CN: [commonName(hosts)] }, { [SUBJECT_SERIAL_NUMBER]: [randomBytes(8).toString("hex")] }],
    notBefore,
    notAfter,
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new KeyUsagesExtension(usages, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new BasicConstraintsExtension(false, undefined, true),
      new SubjectAlternativeNameExtension(hosts.map((value) => ({ type: "dns", value }))),
    ],
  });
  const privateKey = PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY");
  return { privateKey: `${privateKey.trim()}\n`, certificate: `${certificate.toString("pem").trim()}\n`, notAfter };
}

/** The attribute that tells subjects of the same name apart. */
const SUBJECT_SERIAL_NUMBER = "2.5.4.5";

/** Of 16 bytes, positive, and no byte of it a zero in front. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x3f) | 0x40, 0);
  return bytes.toString("hex");
}
