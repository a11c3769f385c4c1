import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TlsProvider } from "@cdktf/provider-tls/lib/provider";
import { TerraformOutput, TerraformStack, Testing } from "cdktf";
import { type AwsCertificate, ManagedOrSelfSignedCert } from "../../constructs/aws";
import { problemLine } from "../../constructs/internal/problem";
import { CERTIFICATE } from "../support/pem";
import { addresses, only, synth } from "../support/synth";

const ARN = "arn:aws:acm:us-east-2:123456789012:certificate/0a1b2c3d";
const HOSTS = ["milvus-demo.milvus.io"];

function stack(): TerraformStack {
  const stack = new TerraformStack(Testing.app(), "platform");
  new AwsProvider(stack, "aws", { region: "us-east-2" });
  new TlsProvider(stack, "tls");
  return stack;
}

function cert(certificate: AwsCertificate, hosts = HOSTS, dnsZone?: string) {
  const scope = stack();
  const construct = new ManagedOrSelfSignedCert(scope, "cert", {
    certificate,
    hosts,
    dnsZone,
    name: "milvus-demo-tls",
  });
  new TerraformOutput(scope, "arn", { value: construct.arn });
  return { construct, json: synth(scope) };
}

const problems = (certificate: AwsCertificate, hosts = HOSTS, dnsZone?: string) =>
  ManagedOrSelfSignedCert.validate({ certificate, hosts, dnsZone, name: "tls" }).map(problemLine);

describe("a self-signed certificate", () => {
  test("names every host in its SAN and is imported into ACM before an older one goes", () => {
    const { json, construct } = cert({ kind: "self-signed" }, ["a.example.com", "b.example.com"]);
    expect(only(json, "tls_self_signed_cert").dns_names).toEqual(["a.example.com", "b.example.com"]);
    const imported = only(json, "aws_acm_certificate");
    expect(imported).toMatchObject({
      certificate_body: expect.stringMatching(/^\$\{tls_self_signed_cert\..+\.cert_pem\}$/),
      private_key: expect.stringMatching(/^\$\{tls_private_key\..+\.private_key_pem\}$/),
      tags: { Name: "milvus-demo-tls" },
      lifecycle: { create_before_destroy: true },
    });
    expect(imported).not.toHaveProperty("certificate_chain");
    expect(construct.certificatePem).toBeDefined();
    expect(construct.dependables).toHaveLength(1);
  });

  test.each([0, 3651, 1.5])("of %p days is refused", (validityDays) => {
    expect(problems({ kind: "self-signed", validityDays })).toEqual([
      `certificate.validityDays: given ${validityDays}, allowed a whole number from 1 to 3650, do write a number in that range`,
    ]);
  });
});

describe("a self-signed certificate of a higher generation", () => {
  test("has a key, an address and a subject of its own, and is imported under the same ARN", () => {
    const { json } = cert({ kind: "self-signed", generation: 2 });
    expect(addresses(json).filter((address) => address.startsWith("tls_"))).toEqual([
      expect.stringMatching(/^tls_private_key\.cert_self-signed_key-2_/),
      expect.stringMatching(/^tls_self_signed_cert\.cert_self-signed_certificate-2_/),
    ]);
    expect(only(json, "tls_self_signed_cert")).toMatchObject({
      subject: [{ common_name: HOSTS[0], serial_number: "2" }],
      early_renewal_hours: 0,
    });
    const imported = (certificate: AwsCertificate) =>
      Object.keys(cert(certificate).json.resource?.aws_acm_certificate ?? {});
    expect(imported({ kind: "self-signed", generation: 2 })).toEqual(imported({ kind: "self-signed" }));
  });

  test.each([0, 1_000_001, 1.5])("%p is refused", (generation) => {
    expect(problems({ kind: "self-signed", generation })).toEqual([
      `certificate.generation: given ${generation}, allowed a whole number from 1 to 1000000, do write a number in that range`,
    ]);
  });
});

describe("an own certificate in PEM", () => {
  const file = { kind: "pem", certificate: CERTIFICATE, privateKey: { file: "/keys/tls.key" } } as const;

  test("is imported into ACM with its chain and its key, which Terraform reads", () => {
    const { json, construct } = cert({ ...file, chain: CERTIFICATE });
    expect(only(json, "aws_acm_certificate")).toMatchObject({
      certificate_body: CERTIFICATE,
      certificate_chain: CERTIFICATE,
      private_key: '${file("/keys/tls.key")}',
      lifecycle: { create_before_destroy: true },
    });
    expect(construct.certificatePem).toBe(`${CERTIFICATE}${CERTIFICATE}`);
  });

  test("is another certificate of ACM's when its key is of another type, or it is self-signed", () => {
    const idOf = (certificate: AwsCertificate) =>
      Object.keys(cert(certificate).json.resource?.aws_acm_certificate ?? {})[0];
    expect(idOf(file)).toMatch(/^cert_pem-import-EC-P-256_/);
    expect(idOf({ kind: "self-signed" })).toMatch(/^cert_self-signed-import_/);
  });

  test("takes the key from a sensitive variable, which ACM's resource keeps in the state", () => {
    const { json } = cert({ ...file, privateKey: { variable: "tls_key" } });
    expect(json.variable?.tls_key).toMatchObject({ type: "string", sensitive: true, nullable: false });
    expect(json.variable?.tls_key).not.toHaveProperty("ephemeral");
    expect(only(json, "aws_acm_certificate").private_key).toBe("${var.tls_key}");
  });

  test("is refused where it does not name a host", () => {
    expect(problems(file, ["other.example.com"])).toEqual([
      "certificate.certificate: given one for DNS:my-release.milvus.io, DNS:milvus-demo.milvus.io, " +
        "allowed one whose SAN covers other.example.com, do issue it for every host",
    ]);
  });

  test("is refused where it is longer than ACM takes", () => {
    expect(problems({ ...file, certificate: `${CERTIFICATE}${"\n".repeat(40_000)}` })).toEqual([
      `certificate.certificate: given ${40_000 + CERTIFICATE.length} bytes, allowed at most 32768 bytes, ` +
        "do leave out what is no certificate",
    ]);
  });
});

describe("a certificate that ACM issues", () => {
  test("is validated by a record for its host, and used only once it is issued", () => {
    const { json, construct } = cert({ kind: "acm", zone: "Z1" });
    expect(only(json, "aws_acm_certificate")).toMatchObject({
      domain_name: "milvus-demo.milvus.io",
      subject_alternative_names: [],
      validation_method: "DNS",
      tags: { Name: "milvus-demo-tls" },
      lifecycle: { create_before_destroy: true },
    });
    const option = `one(aws_acm_certificate.${Object.keys(json.resource?.aws_acm_certificate ?? {})[0]}.domain_validation_options)`;
    expect(only(json, "aws_route53_record")).toMatchObject({
      zone_id: "Z1",
      name: `\${${option}.resource_record_name}`,
      type: `\${${option}.resource_record_type}`,
      records: [`\${${option}.resource_record_value}`],
      ttl: 60,
      allow_overwrite: true,
    });
    const [[id, validation] = []] = Object.entries(json.resource?.aws_acm_certificate_validation ?? {});
    expect(validation.validation_record_fqdns).toEqual([expect.stringMatching(/^\$\{aws_route53_record\..+\.fqdn\}$/)]);
    const [[, output] = []] = Object.entries(json.output ?? {});
    expect(output.value).toBe(`\${aws_acm_certificate_validation.${id}.certificate_arn}`);
    expect(construct.certificatePem).toBeUndefined();
  });

  test("has a record for each of several hosts, found by its name", () => {
    const { json } = cert({ kind: "acm" }, ["a.example.com", "b.example.com"], "Z2");
    expect(only(json, "aws_acm_certificate").subject_alternative_names).toEqual(["b.example.com"]);
    const records = Object.values(json.resource?.aws_route53_record ?? {});
    expect(records.map(({ zone_id }) => zone_id)).toEqual(["Z2", "Z2"]);
    for (const [index, host] of ["a.example.com", "b.example.com"].entries()) {
      expect(records[index].name).toMatch(
        new RegExp(`one\\(\\[for option in aws_acm_certificate\\..+ : option if option.domain_name == "${host}"\\]\\)`),
      );
    }
  });

  test("is refused without a zone to validate it in, and with what is no zone", () => {
    expect(problems({ kind: "acm" })).toEqual([
      "certificate.zone: given nothing, allowed a Route 53 zone to validate a certificate of kind acm in: here, or in dnsZone, " +
        "do add the zone's id, or take another kind of certificate",
    ]);
    expect(problems({ kind: "acm", zone: "example.com" })).toEqual([
      'certificate.zone: given "example.com", allowed the id of a Route 53 hosted zone, such as Z0123456789ABCDEFGHIJ, ' +
        "do write the zone's id, not its domain, as 'aws route53 list-hosted-zones' prints it, without /hostedzone/",
    ]);
    expect(problems({ kind: "acm" }, HOSTS, "Z1")).toEqual([]);
  });

  test("is refused for a first host that is longer than ACM takes, and not for another", () => {
    const long = `${"a".repeat(60)}.example.com`;
    expect(problems({ kind: "acm", zone: "Z1" }, [long, "a.example.com"])).toEqual([
      `hosts[0]: given "${long}", allowed at most 64 characters for the first host of a certificate that ACM issues, ` +
        "do put a shorter host first",
    ]);
    expect(problems({ kind: "acm", zone: "Z1" }, ["a.example.com", long])).toEqual([]);
  });
});

describe("a certificate that ACM has already", () => {
  test("is named and nothing else", () => {
    const { json, construct } = cert({ kind: "arn", arn: ARN });
    expect(addresses(json)).toEqual([]);
    expect(construct.arn).toBe(ARN);
    expect(construct.dependables).toEqual([]);
  });

  test("has an ARN of ACM", () => {
    expect(problems({ kind: "arn", arn: "arn:aws:iam::123456789012:server-certificate/x" })).toEqual([
      'certificate.arn: given "arn:aws:iam::123456789012:server-certificate/x", allowed the ARN of an ACM certificate: ' +
        "arn:aws:acm:<region>:<account>:certificate/<id>, do write it as 'aws acm list-certificates' prints it",
    ]);
  });
});
