import {
  constants,
  createCipheriv,
  createDecipheriv,
  createHash,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
} from "node:crypto";
import { z } from "zod";

/** Whose plan it is, and what it was made of. */
export interface PlanOrigin {
  readonly stack: string;
  /** The git tree: the same content has the same one, whatever commit it is in. */
  readonly tree: string;
  /** Of the Terraform JSON that it was made of. */
  readonly configuration: string;
  /** ISO 8601. */
  readonly madeAt: string;
}

/** A saved plan with the lock file that belongs to it. */
export interface PlanFiles {
  readonly plan: Buffer;
  readonly lock: Buffer;
}

const BASE64 = z.base64();

const SEALED = z.strictObject({
  format: z.literal("milvus-l7-sealed-plan-1"),
  origin: z.strictObject({
    stack: z.string(),
    tree: z.string(),
    configuration: z.string(),
    madeAt: z.iso.datetime(),
  }),
  key: BASE64,
  iv: BASE64,
  tag: BASE64,
  content: BASE64,
});

const CIPHER = "aes-256-gcm";
const PADDING = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" };

export function digestOf(configuration: string): string {
  return createHash("sha256").update(configuration).digest("hex");
}

/** Readable by whoever has the private key: the content by a key of its own, and that one by the public key. */
export function seal({ plan, lock }: PlanFiles, origin: PlanOrigin, publicKey: string): string {
  const [key, iv] = [randomBytes(32), randomBytes(12)];
  const cipher = createCipheriv(CIPHER, key, iv);
  // The origin stays readable, and can't be changed.
  cipher.setAAD(Buffer.from(JSON.stringify(origin)));
  const files = JSON.stringify({ plan: plan.toString("base64"), lock: lock.toString("base64") });
  const content = Buffer.concat([cipher.update(files, "utf8"), cipher.final()]);
  return JSON.stringify({
    format: "milvus-l7-sealed-plan-1",
    origin,
    key: publicEncrypt({ key: publicKey, ...PADDING }, key).toString("base64"),
    iv: iv.toString("base64"),
    tag: cipher.getAuthTag().toString("base64"),
    content: content.toString("base64"),
  });
}

/** It throws, in words for a user, where it can't be opened. */
export function open(sealed: string, privateKey: string): { readonly origin: PlanOrigin; readonly files: PlanFiles } {
  const { origin, ...box } = parsed(sealed);
  const bytes = (text: string) => Buffer.from(text, "base64");
  try {
    const key = privateDecrypt({ key: privateKey, ...PADDING }, bytes(box.key));
    const decipher = createDecipheriv(CIPHER, key, bytes(box.iv), { authTagLength: 16 });
    decipher.setAAD(Buffer.from(JSON.stringify(origin)));
    decipher.setAuthTag(bytes(box.tag));
    const text = Buffer.concat([decipher.update(bytes(box.content)), decipher.final()]).toString("utf8");
    const { plan, lock } = JSON.parse(text) as { plan: string; lock: string };
    return { origin, files: { plan: bytes(plan), lock: bytes(lock) } };
  } catch {
    throw new Error("the sealed plan can't be opened: it is another key's, or somebody has changed it");
  }
}

function parsed(sealed: string): z.infer<typeof SEALED> {
  try {
    return SEALED.parse(JSON.parse(sealed));
  } catch {
    throw new Error("this is no sealed plan");
  }
}

/** Why a plan is not the one to deploy now, if it isn't. Terraform itself refuses one whose state has gone on. */
export function whyNot(
  origin: PlanOrigin,
  now: Omit<PlanOrigin, "madeAt"> & { readonly time: Date; readonly maxAgeMs: number },
): string[] {
  const age = now.time.getTime() - new Date(origin.madeAt).getTime();
  return [
    ...(origin.stack === now.stack ? [] : [`it is a plan of ${origin.stack}, not of ${now.stack}`]),
    ...(origin.tree === now.tree
      ? []
      : ["it was made of other files than this commit has: something was merged in between. Plan what is here now"]),
    ...(origin.configuration === now.configuration
      ? []
      : ["it was made of another Terraform configuration than is synthesised here"]),
    ...(age <= now.maxAgeMs ? [] : [`it was made at ${origin.madeAt}, which is too long ago`]),
    ...(age >= -CLOCKS_MS ? [] : [`it was made at ${origin.madeAt}, which is yet to come`]),
  ];
}

/** How far two machines' clocks may be apart. */
const CLOCKS_MS = 5 * 60_000;
