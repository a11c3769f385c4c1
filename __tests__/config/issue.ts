import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

const KEYS = {
  "EC P-256": () => generateKeyPairSync("ec", { namedCurve: "P-256" }),
  "EC P-384": () => generateKeyPairSync("ec", { namedCurve: "P-384" }),
  "EC P-521": () => generateKeyPairSync("ec", { namedCurve: "P-521" }),
  "RSA 1024": () => generateKeyPairSync("rsa", { modulusLength: 1024 }),
  "RSA 2048": () => generateKeyPairSync("rsa", { modulusLength: 2048 }),
  Ed25519: () => generateKeyPairSync("ed25519"),
};

export interface Wanted {
  readonly commonName?: string;
  /** The subject alternative names. */
  readonly hosts?: readonly string[];
  readonly key?: keyof typeof KEYS;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** Itself, where there is none. */
  readonly issuer?: Issued;
  readonly authority?: boolean;
}

export interface Issued {
  readonly pem: string;
  readonly commonName: string;
  readonly privateKey: KeyObject;
}

export const DAY = 24 * 60 * 60 * 1000;

/** A certificate as asked for, with a new key: from yesterday on for thirty days, unless it says otherwise. */
export async function issue(wanted: Wanted): Promise<Issued> {
  const { commonName = "server", hosts = [], authority = false } = wanted;
  const { publicKey, privateKey } = KEYS[wanted.key ?? "EC P-256"]();
  const issuer = wanted.issuer ?? { commonName, privateKey };
  const algorithm = signatureAlgorithm(issuer.privateKey);
  const extensions = [
    ...(authority ? [extension("551d13", Buffer.from("0101ff", "hex"), sequence(Buffer.from("0101ff", "hex")))] : []),
    ...(hosts.length > 0 ? [extension("551d11", sequence(...hosts.map((host) => der(0x82, Buffer.from(host)))))] : []),
  ];
  const content = sequence(
    der(0xa0, Buffer.from("020102", "hex")),
    der(0x02, Buffer.from([0x40]), randomBytes(15)),
    algorithm,
    nameOf(issuer.commonName),
    sequence(
      time(wanted.notBefore ?? new Date(Date.now() - DAY)),
      time(wanted.notAfter ?? new Date(Date.now() + 29 * DAY)),
    ),
    nameOf(commonName),
    publicKey.export({ type: "spki", format: "der" }),
    ...(extensions.length > 0 ? [der(0xa3, sequence(...extensions))] : []),
  );
  const hash = issuer.privateKey.asymmetricKeyType === "ed25519" ? null : "sha256";
  const signature = der(0x03, Buffer.from([0]), sign(hash, content, issuer.privateKey));
  const lines =
    sequence(content, algorithm, signature)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  const pem = `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
  return { pem, commonName, privateKey };
}

/** The key in PEM, as servers and clients read it. */
export function pemOf(privateKey: KeyObject): string {
  return String(privateKey.export({ type: "pkcs8", format: "pem" }));
}

/** One value of ASN.1. @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1 for what a certificate is made of */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const long = Buffer.alloc(2);
  long.writeUInt16BE(content.length);
  const size =
    content.length < 128 ? [content.length] : content.length < 256 ? [0x81, content.length] : [0x82, ...long];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: readonly Buffer[]) => der(0x30, ...parts);

/** An identifier, by its content in hexadecimal digits. */
const identifier = (hex: string) => der(0x06, Buffer.from(hex, "hex"));

const extension = (id: string, ...value: readonly Buffer[]) =>
  sequence(identifier(id), ...value.slice(0, -1), der(0x04, ...value.slice(-1)));

const nameOf = (commonName: string) =>
  sequence(der(0x31, sequence(identifier("550403"), der(0x0c, Buffer.from(commonName)))));

/** Of a year with two digits up to 2049, of one with four from then on. */
function time(date: Date): Buffer {
  const digits = date.toISOString().replaceAll(/[-:T]|\.\d+/g, "");
  return date.getUTCFullYear() < 2050 ? der(0x17, Buffer.from(digits.slice(2))) : der(0x18, Buffer.from(digits));
}

function signatureAlgorithm({ asymmetricKeyType }: KeyObject): Buffer {
  switch (asymmetricKeyType) {
    case "ec":
      return sequence(identifier("2a8648ce3d040302"));
    case "rsa":
      return sequence(identifier("2a864886f70d01010b"), Buffer.from("0500", "hex"));
    default:
      return sequence(identifier("2b6570"));
  }
}
