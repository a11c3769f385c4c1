import { issue } from "./issue";
import { committedWith, refusal, synthesise, temporaryFolder, writeConfig } from "./support";

const folder = temporaryFolder();

function says(changes: Record<string, unknown>, id = "aws-stack") {
  return refusal(writeConfig(folder, committedWith(changes, id)))?.message;
}

test("a release whose ownership nobody knows", () => {
  expect(says({ "release.ownership": "argocd" }, "gcp-stack")).toBe(
    "milvus-l7.yaml: 1 problem\n" +
      '  gcp-stack.release.ownership: given "argocd", allowed adopt, leave-alone, elsewhere, do write one of these',
  );
});
test("a release of an aws stack whose ownership nobody knows", () => {
  expect(says({ "release.ownership": "argocd" })).toBe(
    "milvus-l7.yaml: 1 problem\n" +
      '  aws-stack.release.ownership: given "argocd", allowed leave-alone, adopt, elsewhere, do write one of these',
  );
});

const KEY_BODY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ";
const PASTED_KEY = `-----BEGIN PRIVATE KEY-----\n${KEY_BODY}\n-----END PRIVATE KEY-----\n`;
test.each(["gcp-stack", "aws-stack"])(
  "a private key pasted into a host beside a certificate is never shown: %s",
  async (id) => {
    const { pem } = await issue({ hosts: ["milvus.example.com"] });
    const certificate = { kind: "pem", certificate: pem, privateKey: { variable: "tls_key" } };
    const message = says({ hosts: [PASTED_KEY], certificate }, id);

    expect(message).toContain("a private key (not shown)");
    expect(message).not.toContain(KEY_BODY.slice(0, 8));
  },
);
test("a private key pasted into the region beside a certificate's ARN is never shown", () => {
  const certificate = { kind: "arn", arn: "arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef" };
  const message = says({ region: PASTED_KEY, certificate });

  expect(message).toContain("a private key (not shown)");
  expect(message).not.toContain(KEY_BODY.slice(0, 8));
});

test("what openssl prints around a certificate stays away from ACM", async () => {
  const authority = await issue({ commonName: "authority", authority: true });
  const { pem } = await issue({ hosts: ["milvus.example.com"], issuer: authority });
  const certificate = {
    kind: "pem",
    certificate: `subject=CN = server\n${pem}`,
    chain: `issuer=CN = authority\n${authority.pem}`,
    privateKey: { variable: "tls_key" },
  };
  const file = writeConfig(folder, committedWith({ hosts: ["milvus.example.com"], certificate }, "aws-stack"));
  const { json } = synthesise(file, folder);

  expect(JSON.stringify(json)).not.toContain("subject=CN");
  expect(JSON.stringify(json)).not.toContain("issuer=CN");
  expect(JSON.stringify(json)).toContain(`"certificate_body":${JSON.stringify(pem)}`);
  expect(JSON.stringify(json)).toContain(`"certificate_chain":${JSON.stringify(authority.pem)}`);
});

test("a certificate that is to be validated in no zone", () => {
  expect(says({ certificate: { kind: "acm" } })).toBe(
    "milvus-l7.yaml: 1 problem\n" +
      "  aws-stack.certificate.zone: given nothing, allowed a Route 53 zone to validate a certificate of kind acm in: " +
      "here, or in dnsZone, do add the zone's id, or take another kind of certificate",
  );
});

test("the ARN of a certificate that IAM keeps", () => {
  expect(says({ certificate: { kind: "arn", arn: "arn:aws:iam::123456789012:server-certificate/milvus" } })).toBe(
    "milvus-l7.yaml: 1 problem\n" +
      '  aws-stack.certificate.arn: given "arn:aws:iam::123456789012:server-certificate/milvus", ' +
      "allowed the ARN of an ACM certificate: arn:aws:acm:<region>:<account>:certificate/<id>, " +
      "do write it as 'aws acm list-certificates' prints it",
  );
});

test("the region of the European Sovereign Cloud is taken", () => {
  expect(says({ region: "eusc-de-east-1" })).toBeUndefined();
});
