import { createECDH, createHash, createPrivateKey } from "node:crypto";

/** A certificate for the hosts of both guides, valid for twenty years. */
export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBzTCCAXOgAwIBAgIUbFNzZZ80LxUOf36mBORpgmZlpg0wCgYIKoZIzj0EAwIw
HzEdMBsGA1UEAwwUbXktcmVsZWFzZS5taWx2dXMuaW8wHhcNMjYxMTI4MDAzNzMy
WhcNNDYxMTIzMDAzNzMyWjAfMR0wGwYDVQQDDBRteS1yZWxlYXNlLm1pbHZ1cy5p
bzBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABL2+0NId3eQtYNBUaRVO43uxMCOk
orEeDXDRx8ZIBmdBAC2md1YfuJ8JRJaL7unpeBsbwutDC7lMm+C9FnnKIo2jgYww
gYkwHQYDVR0OBBYEFPAyMupORrA0D7QAxiyEcM86LjA3MB8GA1UdIwQYMBaAFPAy
MupORrA0D7QAxiyEcM86LjA3MA8GA1UdEwEB/wQFMAMBAf8wNgYDVR0RBC8wLYIU
bXktcmVsZWFzZS5taWx2dXMuaW+CFW1pbHZ1cy1kZW1vLm1pbHZ1cy5pbzAKBggq
hkjOPQQDAgNIADBFAiEAhgrnR39VEvl3h+Mx0OMruxDoqZfGl5nQrFbvaZeUYO8C
IAOkfzUJlOmiijFAaVd0M4P2PigpJaf/zl44bEhCUX6E
-----END CERTIFICATE-----
`;

const secret = createHash("sha256").update("the key of the tests' certificate, which is no secret").digest();

/** Its private key, in PEM: made of a text, so that no key stands in a file. */
export const KEY = pemOf(secret);

/** The private key of P-256 with this secret. */
function pemOf(secret: Buffer): string {
  const curve = createECDH("prime256v1");
  curve.setPrivateKey(secret);
  const point = curve.getPublicKey();
  const [x, y, d] = [point.subarray(1, 33), point.subarray(33), secret].map((part) => part.toString("base64url"));
  const key = createPrivateKey({ format: "jwk", key: { kty: "EC", crv: "P-256", x, y, d } });
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}
