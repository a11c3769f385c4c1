import { constants, privateDecrypt } from "node:crypto";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { TerraformStack, TerraformVariable, Testing } from "cdktf";
import { keyFits } from "../../constructs/certificate/key-fits";
import type { PemCertificate } from "../../constructs/certificate/own-certificate";
import { ManagedOrSelfSignedCert } from "../../constructs/gke";
import { issue } from "../config/issue";
import { CERTIFICATE } from "../support/pem";
import { only, synth } from "../support/synth";

/** What decides, and what is said where it is false: as synthesised with the Secret of a load balancer on GKE. */
const checkOf = (certificate: string, privateKey: PemCertificate["privateKey"] = { variable: "tls_key" }) => {
  const stack = new TerraformStack(Testing.app(), "stack");
  new KubernetesProvider(stack, "kubernetes", {});
  new ManagedOrSelfSignedCert(stack, "cert", {
    certificate: { kind: "pem", certificate, privateKey },
    hosts: ["my-release.milvus.io"],
    namespace: "default",
    name: "tls",
  });
  const json = synth(stack);
  const [{ condition, error_message }] = only(json, "kubernetes_secret_v1").lifecycle.precondition;
  const [[name, decides]] = Object.entries(json.locals ?? {}) as [[string, string]];
  expect(condition).toBe(`\${local.${name}}`);
  return { decides, says: error_message };
};

// What Terraform makes of these conditions is tested in the terraform tier.
describe("the check that a key fits its certificate", () => {
  test("reads the key where Terraform finds it, and says what to do", () => {
    expect(checkOf(CERTIFICATE).decides).toContain("var.tls_key");
    expect(checkOf(CERTIFICATE, { file: 'a "b" ${c}.key' })).toEqual({
      decides: expect.stringContaining('file("a \\"b\\" $${c}.key")'),
      says:
        'certificate.privateKey: the private key in file a "b" $${c}.key does not fit the certificate. Give the key that ' +
        "the certificate was issued for, unencrypted and in PEM, or the certificate of this key.",
    });
  });

  const rsa = () => issue({ key: "RSA 2048", hosts: ["my-release.milvus.io"] });

  test("is the same at every synthesis", async () => {
    const { pem } = await rsa();
    expect(checkOf(pem)).toEqual(checkOf(pem));
  });

  test("asks an RSA key to decrypt what its certificate's key has encrypted", async () => {
    const { pem, privateKey } = await rsa();
    const [, encrypted = ""] = /rsadecrypt\("([^"]+)", var\.tls_key\)/.exec(checkOf(pem).decides) ?? [];
    const block = privateDecrypt(
      { key: privateKey, padding: constants.RSA_NO_PADDING },
      Buffer.from(encrypted, "base64"),
    );
    expect(block.subarray(0, 2)).toEqual(Buffer.from([0, 2]));
    expect(block.indexOf(0, 2)).toBe(block.length - "fits".length - 1);
    expect(block.subarray(-4).toString()).toBe("fits");
  });

  test("is none where only Terraform knows the certificate", () => {
    const stack = new TerraformStack(Testing.app(), "stack");
    const certificate = new TerraformVariable(stack, "certificate", {}).stringValue;
    expect(keyFits(stack, { kind: "pem", certificate, privateKey: { variable: "tls_key" } })).toBeUndefined();
  });
});
