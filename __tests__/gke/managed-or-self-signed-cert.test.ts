import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { TlsProvider } from "@cdktf/provider-tls/lib/provider";
import { TerraformStack, TerraformVariable, Testing } from "cdktf";
import { type GkeCertificate, ManagedOrSelfSignedCert, type ManagedOrSelfSignedCertProps } from "../../constructs/gke";
import { problemLine } from "../../constructs/internal/problem";
import { CERTIFICATE } from "../support/pem";
import { addresses, only, synth } from "../support/synth";

const HOSTS = ["my-release.milvus.io"];

function stack(): TerraformStack {
  const stack = new TerraformStack(Testing.app(), "platform");
  new KubernetesProvider(stack, "kubernetes", { configPath: "~/.kube/config" });
  new TlsProvider(stack, "tls");
  return stack;
}

function cert(certificate: GkeCertificate, hosts = HOSTS, scope = stack()) {
  const construct = new ManagedOrSelfSignedCert(scope, "cert", {
    certificate,
    hosts,
    namespace: "default",
    name: "my-release-milvus-tls",
  });
  return { construct, json: synth(scope) };
}

const problems = (certificate: GkeCertificate, hosts = HOSTS) =>
  ManagedOrSelfSignedCert.validate({ certificate, hosts, namespace: "default", name: "tls" }).map(problemLine);

describe("a self-signed certificate", () => {
  test("names every host in its SAN and lives for 825 days", () => {
    const { json } = cert({ kind: "self-signed" }, ["a.example.com", "b.example.com"]);
    expect(only(json, "tls_private_key")).toMatchObject({ algorithm: "RSA", rsa_bits: 2048 });
    expect(only(json, "tls_self_signed_cert")).toMatchObject({
      subject: [{ common_name: "a.example.com" }],
      dns_names: ["a.example.com", "b.example.com"],
      validity_period_hours: 825 * 24,
      early_renewal_hours: 0,
      allowed_uses: ["digital_signature", "key_encipherment", "server_auth"],
    });
  });

  test("lives as long as it is told, and isn't renewed before its end", () => {
    const { json } = cert({ kind: "self-signed", validityDays: 30 });
    expect(only(json, "tls_self_signed_cert")).toMatchObject({ validity_period_hours: 720, early_renewal_hours: 0 });
  });

  test("is of generation 1 unless it is told", () => {
    expect(cert({ kind: "self-signed", generation: 1 }).json).toEqual(cert({ kind: "self-signed" }).json);
  });

  test("of a higher generation has a key, an address and a subject of its own, and stands in the same Secret", () => {
    const of = ({ json }: ReturnType<typeof cert>, type: string) =>
      addresses(json).filter((address) => address.startsWith(type));
    const tls = (made: ReturnType<typeof cert>) => of(made, "tls_");
    const first = cert({ kind: "self-signed" });
    const second = cert({ kind: "self-signed", generation: 2 });
    const third = cert({ kind: "self-signed", generation: 3 });
    expect(new Set([first, second, third].flatMap(tls)).size).toBe(6);
    expect(tls(second)).toEqual([
      expect.stringMatching(/^tls_private_key\.cert_self-signed_key-2_/),
      expect.stringMatching(/^tls_self_signed_cert\.cert_self-signed_certificate-2_/),
    ]);
    const certificates = [first, second, third].map(({ json }) => only(json, "tls_self_signed_cert"));
    expect(certificates.map(({ subject }) => subject)).toEqual([
      [{ common_name: "my-release.milvus.io" }],
      [{ common_name: "my-release.milvus.io", serial_number: "2" }],
      [{ common_name: "my-release.milvus.io", serial_number: "3" }],
    ]);
    expect(certificates[1].private_key_pem).toBe(`\${${tls(second)[0]}.private_key_pem}`);
    expect(only(second.json, "kubernetes_secret_v1").data_wo["tls.crt"]).toBe(`\${${tls(second)[1]}.cert_pem}`);
    expect(of(second, "kubernetes_secret_v1")).toEqual(of(first, "kubernetes_secret_v1"));
  });

  test.each([0, 1_000_001, 1.5])("of generation %p is refused", (generation) => {
    expect(problems({ kind: "self-signed", generation })).toEqual([
      `certificate.generation: given ${generation}, allowed a whole number from 1 to 1000000, do write a number in that range`,
    ]);
  });

  test("has a common name that X.509 takes, however long the host", () => {
    const long = `${"a".repeat(60)}.example.com`;
    expect(only(cert({ kind: "self-signed" }, [long]).json, "tls_self_signed_cert").subject).toEqual([
      { common_name: "milvus" },
    ]);
  });

  test("stands in a write-only Secret whose revision follows it", () => {
    const { json, construct } = cert({ kind: "self-signed" });
    const secret = only(json, "kubernetes_secret_v1");
    expect(secret).toMatchObject({
      metadata: { name: "my-release-milvus-tls", namespace: "default" },
      type: "kubernetes.io/tls",
      data_wo_revision: expect.stringMatching(/^\$\{\(parseint\(substr\(sha256\(tls_self_signed_cert\..+\) \+ 1\)\}$/),
    });
    expect(secret).not.toHaveProperty("data");
    expect(secret.data_wo["tls.crt"]).toMatch(/^\$\{tls_self_signed_cert\..+\.cert_pem\}$/);
    expect(secret.data_wo["tls.key"]).toMatch(/^\$\{tls_private_key\..+\.private_key_pem\}$/);
    expect(construct.secretName).toBe("my-release-milvus-tls");
    expect(construct.certificatePem).toBeDefined();
  });

  test.each([0, 3651, 1.5])("of %p days is refused", (validityDays) => {
    expect(problems({ kind: "self-signed", validityDays })).toEqual([
      `certificate.validityDays: given ${validityDays}, allowed a whole number from 1 to 3650, do write a number in that range`,
    ]);
  });
});

describe("an own certificate in PEM", () => {
  const file = { kind: "pem", certificate: CERTIFICATE, privateKey: { file: '/keys/a "b" ${c}.key' } } as const;

  test("is read with its key by Terraform, and its revision follows the certificate", () => {
    const { json, construct } = cert(file);
    const secret = only(json, "kubernetes_secret_v1");
    expect(secret.data_wo).toEqual({
      "tls.crt": CERTIFICATE,
      "tls.key": '${file("/keys/a \\"b\\" $${c}.key")}',
    });
    const [, hash] =
      /^\$\{parseint\(substr\(sha256\("(\S+) \$\{filesha256\(.+\)\}"\), 0, 7\), 16\) \+ 1\}$/.exec(
        secret.data_wo_revision,
      ) ?? [];
    expect(hash).toMatch(/^[0-9a-f]{8}$/);
    expect(construct.certificatePem).toBe(CERTIFICATE);
    expect(construct.secretName).toBe("my-release-milvus-tls");
    const chained = { ...file, certificate: `${CERTIFICATE}\n\n` };
    expect(only(cert(chained).json, "kubernetes_secret_v1").data_wo_revision).toBe(secret.data_wo_revision);
    const byVariable = cert({ ...file, privateKey: { variable: "tls_key" } }).json;
    expect(only(byVariable, "kubernetes_secret_v1").data_wo_revision).toBeGreaterThanOrEqual(1);
  });

  test("takes the key from an ephemeral variable", () => {
    const { json } = cert({ ...file, privateKey: { variable: "tls_key" } });
    expect(json.variable).toEqual({
      tls_key: expect.objectContaining({ type: "string", sensitive: true, ephemeral: true, nullable: false }),
    });
    expect(only(json, "kubernetes_secret_v1").data_wo["tls.key"]).toBe("${var.tls_key}");
  });

  test("takes a variable that the stack has already, as it is", () => {
    const scope = stack();
    new TerraformVariable(scope, "tls_key", { type: "string", description: "ours" });
    const { json } = cert({ ...file, privateKey: { variable: "tls_key" } }, HOSTS, scope);
    expect(json.variable?.tls_key).toEqual(expect.not.objectContaining({ ephemeral: true }));
    expect(json.variable?.tls_key.description).toBe("ours");
  });

  test("is refused where it does not name a host", () => {
    expect(problems(file, ["other.example.com"])).toEqual([
      "certificate.certificate: given one for DNS:my-release.milvus.io, DNS:milvus-demo.milvus.io, " +
        "allowed one whose SAN covers other.example.com, do issue it for every host",
    ]);
  });
});

describe("a managed certificate", () => {
  test("is one for each host, the first under the guide's name", () => {
    const { json, construct } = cert({ kind: "managed" }, ["a.example.com", "b.example.com"]);
    const manifests = Object.values(json.resource?.kubernetes_manifest ?? {}).map(({ manifest }) => manifest);
    expect(manifests).toHaveLength(2);
    for (const [index, host] of ["a.example.com", "b.example.com"].entries()) {
      expect(manifests).toContainEqual({
        apiVersion: "networking.gke.io/v1",
        kind: "ManagedCertificate",
        metadata: { name: construct.managedCertificates[index], namespace: "default" },
        spec: { domains: [host] },
      });
    }
    expect(construct.managedCertificates).toEqual(["my-release-milvus-tls", "my-release-milvus-tls-cd59d56f"]);
    expect(construct.secretName).toBeUndefined();
    expect(construct.certificatePem).toBeUndefined();
  });

  test("keeps the others' names when a host is added at the end or taken away", () => {
    const names = (...hosts: string[]) => cert({ kind: "managed" }, hosts).construct.managedCertificates;
    const [, second] = names("a.example.com", "b.example.com");
    expect(names("a.example.com", "c.example.com", "b.example.com")[2]).toBe(second);
  });

  test("is refused for a host that is too long, and for more hosts than an Ingress takes certificates", () => {
    const long = `${"a".repeat(53)}.example.com`;
    expect(problems({ kind: "managed" }, [long])).toEqual([
      `hosts[0]: given "${long}", allowed a host of at most 63 characters for a managed certificate, ` +
        "do take a shorter name, or another kind of certificate",
    ]);
    const many = Array.from({ length: 16 }, (_, index) => `h${index}.example.com`);
    expect(problems({ kind: "managed" }, many)).toEqual([
      'hosts: given "16 hosts", allowed at most 15 hosts with managed certificates: an Ingress takes no more, ' +
        "do split the hosts over two load balancers, or take another kind of certificate",
    ]);
  });
});

describe("a certificate beside a managed one, until Google has issued its own", () => {
  const pem = { kind: "pem", certificate: CERTIFICATE, privateKey: { file: "/keys/tls.key" } } as const;

  test("is a Secret for the same Ingress, of a certificate that is brought", () => {
    const { json, construct } = cert({ kind: "managed", meanwhile: pem });
    expect(construct.managedCertificates).toEqual(["my-release-milvus-tls"]);
    expect(construct.secretName).toBe("my-release-milvus-tls");
    expect(construct.certificatePem).toContain("BEGIN CERTIFICATE");
    expect(construct.dependables).toHaveLength(2);
    expect(only(json, "kubernetes_secret_v1").metadata.name).toBe("my-release-milvus-tls");
    expect(only(json, "kubernetes_manifest", "ManagedCertificate").manifest.spec.domains).toEqual(HOSTS);
  });

  test("is a Secret of a certificate that is made", () => {
    const { json, construct } = cert({ kind: "managed", meanwhile: { kind: "self-signed", validityDays: 30 } });
    expect(construct.secretName).toBe("my-release-milvus-tls");
    expect(only(json, "tls_self_signed_cert").validity_period_hours).toBe(720);
  });

  test("is a Secret that exists", () => {
    const { json, construct } = cert({ kind: "managed", meanwhile: { kind: "secret", name: "my-tls" } });
    expect(construct.secretName).toBe("my-tls");
    expect(json.resource).not.toHaveProperty("kubernetes_secret_v1");
  });

  test("has the rules of its kind", () => {
    expect(problems({ kind: "managed", meanwhile: pem }, ["other.example.com"])).toEqual([
      "certificate.meanwhile.certificate: given one for DNS:my-release.milvus.io, DNS:milvus-demo.milvus.io, allowed one " +
        "whose SAN covers other.example.com, do issue it for every host",
    ]);
    expect(problems({ kind: "managed", meanwhile: { kind: "secret", name: "My TLS" } })).toEqual([
      "certificate.meanwhile.name: given \"My TLS\", allowed a Kubernetes name: lower-case letters, digits, '-' and '.', " +
        "at most 253 characters, with a letter or digit at each end, do write the name as kubectl prints it",
    ]);
  });

  test("takes the place of one of the certificates that an Ingress takes", () => {
    const many = Array.from({ length: 15 }, (_, index) => `h${index}.example.com`);
    expect(problems({ kind: "managed" }, many)).toEqual([]);
    expect(problems({ kind: "managed", meanwhile: { kind: "secret", name: "my-tls" } }, many)).toEqual([
      'hosts: given "15 hosts", allowed at most 14 hosts with managed certificates and another meanwhile: an Ingress takes ' +
        "no more, do split the hosts over two load balancers, or take another kind of certificate",
    ]);
  });
});

describe("the version of a Secret's certificate, for a controller that doesn't watch Secrets", () => {
  const versionOf = (certificate: GkeCertificate, hosts = HOSTS) => cert(certificate, hosts).construct.secretVersion;
  const pem = { kind: "pem", certificate: CERTIFICATE, privateKey: { file: "/keys/tls.key" } } as const;

  test("changes with what a self-signed one is made of, and with nothing else", () => {
    const version = versionOf({ kind: "self-signed" });
    expect(versionOf({ kind: "self-signed", validityDays: 825, generation: 1 })).toBe(version);
    expect(versionOf({ kind: "self-signed", generation: 2 })).not.toBe(version);
    expect(versionOf({ kind: "self-signed", validityDays: 90 })).not.toBe(version);
    expect(versionOf({ kind: "self-signed" }, ["other.example.com"])).not.toBe(version);
  });

  test("changes with the text of one that is brought, beside a managed one too", () => {
    const version = versionOf(pem);
    expect(versionOf({ kind: "managed", meanwhile: pem })).toBe(version);
    expect(versionOf({ ...pem, privateKey: { variable: "tls_key" } })).toBe(version);
    expect(versionOf({ ...pem, chain: CERTIFICATE })).not.toBe(version);
  });

  test("is none of ours for the others", () => {
    expect(versionOf({ kind: "secret", name: "my-tls" })).toBeUndefined();
    expect(versionOf({ kind: "managed" })).toBeUndefined();
    expect(versionOf({ kind: "pre-shared", name: "one" })).toBeUndefined();
  });
});

describe("a pre-shared certificate", () => {
  test("is named and nothing else", () => {
    const { json, construct } = cert({ kind: "pre-shared", name: "corporate" });
    expect(json.resource).toBeUndefined();
    expect(construct.preSharedCertificates).toEqual(["corporate"]);
    expect(construct.secretName).toBeUndefined();
    expect(construct.dependables).toEqual([]);
  });

  test("stands sorted with the others that are named with it, as GKE's controller keeps them", () => {
    const { construct } = cert({ kind: "pre-shared", name: "two", otherNames: ["three", "one"] });
    expect(construct.preSharedCertificates).toEqual(["one", "three", "two"]);
  });

  test("is not named a second time among the others", () => {
    expect(problems({ kind: "pre-shared", name: "one", otherNames: ["two", "one"] })).toEqual([
      'certificate.otherNames[1]: given "one", allowed each value once, do remove it',
    ]);
  });

  test.each([
    "mcrt-34446a53-d639-4764-8438-346d7871a76e",
    "k8s2-cr-bwgu80sk-6eme3uvzqun75khg-9c0abe51c6e6655d",
    "k8s-ssl-1",
  ])("is none that a controller of GKE makes and deletes: %s", (name) => {
    expect(
      ManagedOrSelfSignedCert.validate({
        certificate: { kind: "pre-shared", name: "mine", otherNames: [name] },
        hosts: HOSTS,
        namespace: "default",
        name: "tls",
      }).map(({ path }) => path),
    ).toEqual(["certificate.otherNames[0]"]);
  });

  const RULE =
    "allowed a Google Cloud resource name: lower-case letters, digits and '-', at most 63 characters, with a letter first, " +
    "do write the name as 'gcloud compute ssl-certificates list' prints it";

  test("has a name that Google takes, and is named once", () => {
    expect(problems({ kind: "pre-shared", name: "Corporate" })).toEqual([
      `certificate.name: given "Corporate", ${RULE}`,
    ]);
    expect(problems({ kind: "pre-shared", name: "one", otherNames: ["2nd", "two", "two"] })).toEqual([
      `certificate.otherNames[0]: given "2nd", ${RULE}`,
      'certificate.otherNames[2]: given "two", allowed each value once, do remove it',
    ]);
  });

  test("has no more beside it than a load balancer takes", () => {
    const otherNames = Array.from({ length: 15 }, (_, index) => `cert-${index}`);
    expect(problems({ kind: "pre-shared", name: "one", otherNames })).toEqual([
      "certificate.otherNames: given 15 names, allowed at most 14 beside the first: a load balancer takes no more, do take " +
        "certificates for several hosts each, or split the hosts over two load balancers",
    ]);
  });

  test("makes nothing that could be adopted", () => {
    const certificate = { kind: "pre-shared", name: "one" } as const;
    const props = { certificate, hosts: HOSTS, namespace: "default", name: "tls", adoptExisting: true };
    expect(ManagedOrSelfSignedCert.validate(props).map(problemLine)).toEqual([
      "adoptExisting: given true, allowed only with a certificate of kind self-signed, pem or managed: kind pre-shared makes " +
        "nothing, do remove it",
    ]);
  });
});

describe("what the Ingress names", () => {
  test.each<[string, GkeCertificate, string]>([
    ["a Secret", { kind: "self-signed" }, "kubernetes_secret_v1"],
    ["a ManagedCertificate", { kind: "managed" }, "kubernetes_manifest"],
  ])("stays until it names another: %s", (_, certificate, type) => {
    expect(only(cert(certificate).json, type).lifecycle).toEqual({ create_before_destroy: true });
  });
});

describe("a Secret that exists", () => {
  test("is named and nothing else", () => {
    const { json, construct } = cert({ kind: "secret", name: "my-tls" });
    expect(json.resource).toBeUndefined();
    expect(construct.secretName).toBe("my-tls");
    expect(construct.dependables).toEqual([]);
  });

  test("has a Kubernetes name", () => {
    expect(problems({ kind: "secret", name: "My TLS" })).toEqual([
      "certificate.name: given \"My TLS\", allowed a Kubernetes name: lower-case letters, digits, '-' and '.', " +
        "at most 253 characters, with a letter or digit at each end, do write the name as kubectl prints it",
    ]);
  });
});

describe("a certificate's object that exists already", () => {
  const PROPS = { hosts: HOSTS, namespace: "default", name: "my-release-milvus-tls", adoptExisting: true } as const;
  const adopted = (certificate: GkeCertificate, change: Partial<ManagedOrSelfSignedCertProps> = {}) => {
    const scope = stack();
    const { node } = new ManagedOrSelfSignedCert(scope, "cert", { ...PROPS, certificate, ...change });
    return { json: synth(scope), warnings: node.metadata.map(({ data }) => data) };
  };

  test("is imported: the Secret, with a warning that its key goes into the state", () => {
    const { json, warnings } = adopted({ kind: "self-signed" });
    const [id] = Object.keys(json.resource?.kubernetes_secret_v1 ?? {});
    expect(json.import).toEqual([{ to: `kubernetes_secret_v1.${id}`, id: "default/my-release-milvus-tls" }]);
    expect(warnings).toEqual([
      "the private key that Secret default/my-release-milvus-tls has now goes into the state when it is adopted. To keep " +
        "it out, replace the Secret in the apply that imports it: " +
        `terraform apply -replace=kubernetes_secret_v1.${id}`,
    ]);
  });

  test("is imported with no warning: a ManagedCertificate has no key", () => {
    const { json, warnings } = adopted({ kind: "managed" });
    expect(json.import).toHaveLength(1);
    expect(warnings).toEqual([]);
  });

  test("is named as it stands, whatever it holds", () => {
    const name = { namespace: "a${b}", name: "c%{d}" };
    expect(adopted({ kind: "self-signed" }, name).json.import?.[0].id).toBe("a$${b}/c%%{d}");
    expect(adopted({ kind: "managed" }, name).json.import?.[0].id).toBe(
      "apiVersion=networking.gke.io/v1,kind=ManagedCertificate,namespace=a$${b},name=c%%{d}",
    );
  });

  test("is none where the certificate is a Secret of somebody else's", () => {
    const certificate = { kind: "secret", name: "my-tls" } as const;
    expect(ManagedOrSelfSignedCert.validate({ ...PROPS, certificate }).map(problemLine)).toEqual([
      "adoptExisting: given true, allowed only with a certificate of kind self-signed, pem or managed: kind secret makes " +
        "nothing, do remove it",
    ]);
  });
});
