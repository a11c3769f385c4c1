import { X509Certificate } from "node:crypto";
import { issue } from "./issue";
test("x", async () => {
  const ca = await issue({ commonName: "root", authority: true });
  for (const key of ["EC P-256","EC P-521","RSA 1024","RSA 2048","Ed25519"] as const) {
    const t = Date.now();
    const c = await issue({ hosts: ["a.io"], key });
    const x = new X509Certificate(c.pem);
    const d = await issue({ hosts: ["a.io"], key, issuer: ca });
    console.log(key, x.subjectAltName, x.subject, x.publicKey.asymmetricKeyType, x.publicKey.asymmetricKeyDetails, new X509Certificate(d.pem).checkIssued(new X509Certificate(ca.pem)), Date.now()-t);
  }
});
