import { mkdirSync, writeFileSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import type { GcpStackConfig } from "../../config/types";
import { DAY, type Issued, issue, type Wanted } from "./issue";
import { committedWith, load, refusal, type Settings, synthesise, temporaryFolder, writeConfig } from "./support";

/** Certificates that users bring: what is wrong with them is said before anything is deployed. */

const folder = temporaryFolder();

const HOST = "milvus.example.com";

interface Around {
  readonly chain?: string;
  readonly hosts?: string[];
  /** The stack that has it. */
  readonly id?: string;
}

/** The error for a certificate in the config file; undefined where it is taken. */
function says(certificate: string, { chain, hosts = [HOST], id }: Around = {}) {
  const changes = {
    hosts,
    certificate: { kind: "pem", certificate, ...(chain ? { chain } : {}), privateKey: { variable: "tls_key" } },
  };
  return refusal(writeConfig(folder, committedWith(changes, id)))?.message;
}

async function saysOf(wanted: Wanted, hosts?: string[], id?: string) {
  return says((await issue(wanted)).pem, { hosts, id });
}

/** The day of a date, as errors write it. */
function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

describe("the time", () => {
  test("a certificate that has ended is refused", async () => {
    const notAfter = new Date(Date.now() - 2 * DAY);

    expect(await saysOf({ hosts: [HOST], notBefore: new Date(Date.now() - 9 * DAY), notAfter })).toBe(
      "milvus-l7.yaml: 1 problem\n" +
        `  gcp-stack.certificate.certificate: given one that ended on ${day(notAfter)}, ` +
        "allowed one that is valid today, do renew it",
    );
  });

  test("a certificate that has not begun is refused", async () => {
    const notBefore = new Date(Date.now() + 2 * DAY);

    expect(await saysOf({ hosts: [HOST], notBefore })).toBe(
      "milvus-l7.yaml: 1 problem\n" +
        `  gcp-stack.certificate.certificate: given one that begins on ${day(notBefore)}, ` +
        "allowed one that is valid today, do wait until then, or renew it",
    );
  });

  test("a certificate that ends in an hour is taken", async () => {
    expect(await saysOf({ hosts: [HOST], notAfter: new Date(Date.now() + DAY / 24) })).toBeUndefined();
  });
});

describe("the hosts", () => {
  test("a certificate for another host is refused, and says for which it is", async () => {
    expect(await saysOf({ hosts: ["a.example.com", "b.example.com"] })).toBe(
      "milvus-l7.yaml: 1 problem\n" +
        "  gcp-stack.certificate.certificate: given one for DNS:a.example.com, DNS:b.example.com, " +
        "allowed one whose SAN covers milvus.example.com, do issue it for every host",
    );
  });

  test("each host that it doesn't cover is named", async () => {
    expect(await saysOf({ hosts: [HOST] }, [HOST, "two.example.com", "three.example.com"])).toBe(
      "milvus-l7.yaml: 2 problems\n" +
        "  gcp-stack.certificate.certificate: given one for DNS:milvus.example.com, " +
        "allowed one whose SAN covers two.example.com, do issue it for every host\n" +
        "  gcp-stack.certificate.certificate: given one for DNS:milvus.example.com, " +
        "allowed one whose SAN covers three.example.com, do issue it for every host",
    );
  });

  test("a certificate with the host in its common name alone is refused: clients ignore that name", async () => {
    expect(await saysOf({ commonName: HOST })).toBe(
      "milvus-l7.yaml: 1 problem\n" +
        "  gcp-stack.certificate.certificate: given one for no subject alternative name at all, " +
        "allowed one whose SAN covers milvus.example.com, do issue it for every host",
    );
  });

  test("the common name doesn't help beside other names", async () => {
    expect(await saysOf({ commonName: HOST, hosts: ["a.example.com"] })).toBe(
      "milvus-l7.yaml: 1 problem\n" +
        "  gcp-stack.certificate.certificate: given one for DNS:a.example.com, " +
        "allowed one whose SAN covers milvus.example.com, do issue it for every host",
    );
  });

  test("a wildcard covers a host of its domain", async () => {
    expect(await saysOf({ hosts: ["*.example.com"] })).toBeUndefined();
  });

  test("a wildcard covers one label and not two", async () => {
    expect(await saysOf({ hosts: ["*.example.com"] }, ["a.milvus.example.com"])).toBe(
      "milvus-l7.yaml: 1 problem\n" +
        "  gcp-stack.certificate.certificate: given one for DNS:*.example.com, " +
        "allowed one whose SAN covers a.milvus.example.com, do issue it for every host",
    );
  });
});

describe("the key", () => {
  test.each(["EC P-256", "RSA 2048"] as const)("%s is taken", async (key) => {
    expect(await saysOf({ hosts: [HOST], key })).toBeUndefined();
  });

  test.each([
    { key: "RSA 1024", named: "RSA 1024" },
    { key: "EC P-521", named: "EC P-521" },
    { key: "Ed25519", named: "ed25519" },
  ] as const)("$key, which the load balancer doesn't take, is refused", async ({ key, named }) => {
    expect(await saysOf({ hosts: [HOST], key })).toBe(
      "milvus-l7.yaml: 1 problem\n" +
        `  gcp-stack.certificate.certificate: given one with a key of type ${named}, ` +
        "allowed RSA 2048, RSA 3072, RSA 4096, EC P-256, EC P-384, do issue it for a key of such a type",
    );
  });

  test.each(["EC P-256", "EC P-521", "RSA 2048"] as const)("%s is taken on AWS", async (key) => {
    expect(await saysOf({ hosts: [HOST], key }, [HOST], "aws-stack")).toBeUndefined();
  });

  test.each([
    { key: "RSA 1024", named: "RSA 1024" },
    { key: "Ed25519", named: "ed25519" },
  ] as const)("$key, which AWS' load balancer doesn't take, is refused", async ({ key, named }) => {
    expect(await saysOf({ hosts: [HOST], key }, [HOST], "aws-stack")).toBe(
      "milvus-l7.yaml: 1 problem\n" +
        `  aws-stack.certificate.certificate: given one with a key of type ${named}, ` +
        "allowed RSA 2048, RSA 3072, RSA 4096, EC P-256, EC P-384, EC P-521, do issue it for a key of such a type",
    );
  });

  test("everything that is wrong with a certificate comes at once", async () => {
    const notAfter = new Date(Date.now() - DAY / 2);

    expect(await saysOf({ hosts: ["a.example.com"], key: "Ed25519", notAfter })).toBe(
      "milvus-l7.yaml: 3 problems\n" +
        `  gcp-stack.certificate.certificate: given one that ended on ${day(notAfter)}, ` +
        "allowed one that is valid today, do renew it\n" +
        "  gcp-stack.certificate.certificate: given one with a key of type ed25519, " +
        "allowed RSA 2048, RSA 3072, RSA 4096, EC P-256, EC P-384, do issue it for a key of such a type\n" +
        "  gcp-stack.certificate.certificate: given one for DNS:a.example.com, " +
        "allowed one whose SAN covers milvus.example.com, do issue it for every host",
    );
  });
});

describe("the chain", () => {
  let root: Issued;
  let intermediate: Issued;
  let server: Issued;

  beforeAll(async () => {
    root = await issue({ commonName: "root", authority: true });
    intermediate = await issue({ commonName: "intermediate", authority: true, issuer: root });
    server = await issue({ hosts: [HOST], issuer: intermediate });
  });

  test("the issuers in their order are taken", () => {
    expect(says(server.pem, { chain: intermediate.pem + root.pem })).toBeUndefined();
  });

  test("the root may be left out", () => {
    expect(says(server.pem, { chain: intermediate.pem })).toBeUndefined();
  });

  test("no chain at all is taken: the clients may know the issuer", () => {
    expect(says(server.pem)).toBeUndefined();
  });

  test("the issuers in another order are refused", () => {
    expect(says(server.pem, { chain: root.pem + intermediate.pem })).toBe(
      "milvus-l7.yaml: 1 problem\n" +
        "  gcp-stack.certificate.chain: given CN=root after CN=server, allowed each certificate followed by its issuer, " +
        "do sort the chain: the issuer of the server's certificate first, and not that certificate itself",
    );
  });

  test("the server's certificate once more in the chain is refused", () => {
    expect(says(server.pem, { chain: server.pem + intermediate.pem })).toBe(
      "milvus-l7.yaml: 1 problem\n" +
        "  gcp-stack.certificate.chain: given CN=server after CN=server, allowed each certificate followed by its issuer, " +
        "do sort the chain: the issuer of the server's certificate first, and not that certificate itself",
    );
  });

  test("another authority of the issuer's name is refused", async () => {
    const impostor = await issue({ commonName: "intermediate", authority: true });

    expect(says(server.pem, { chain: impostor.pem })).toBe(
      "milvus-l7.yaml: 1 problem\n" +
        "  gcp-stack.certificate.chain: given CN=intermediate after CN=server, " +
        "allowed each certificate followed by its issuer, " +
        "do sort the chain: the issuer of the server's certificate first, and not that certificate itself",
    );
  });

  test("a chain that isn't PEM is refused", () => {
    expect(says(server.pem, { chain: "the usual" })).toBe(
      "milvus-l7.yaml: 1 problem\n" +
        '  gcp-stack.certificate.chain: given "the usual", allowed certificates in PEM, ' +
        "do put the intermediate certificates here, one after the other, or leave it out",
    );
  });

  test("the whole chain where the server's certificate belongs is refused", () => {
    const message = says(server.pem + intermediate.pem);

    expect(message).toContain("milvus-l7.yaml: 1 problem\n  gcp-stack.certificate.certificate: given ");
    expect(message).toContain(
      ", allowed one certificate in PEM, do put the server's certificate here and the others into chain",
    );
  });
});

describe("the private key's variable", () => {
  /** A config file with a certificate whose key comes from a variable of that name. */
  async function fileWith(variable: string, id: string) {
    const { pem } = await issue({ hosts: [HOST] });
    const certificate = { kind: "pem", certificate: pem, privateKey: { variable } };
    return writeConfig(folder, committedWith({ hosts: [HOST], certificate }, id));
  }

  test.each(["host", "url", "google", "tls", "release", "backend", "certificate_pem", "tls_key"])(
    "may be called %s, like something else of a gcp stack, and is ephemeral",
    async (variable) => {
      const { json } = synthesise(await fileWith(variable, "gcp-stack"), folder);

      expect(json.variable).toEqual({
        [variable]: {
          type: "string",
          description: "The private key of the load balancer's certificate, in PEM",
          sensitive: true,
          nullable: false,
          ephemeral: true,
        },
      });
      expect(JSON.stringify(json)).toContain(`"tls.key":"\${var.${variable}}"`);
    },
  );

  test.each(["host", "url", "aws", "tls", "time", "release", "backend", "cluster", "certificate_pem", "tls_key"])(
    "may be called %s, like something else of an aws stack, and is not ephemeral: ACM's resource keeps it",
    async (variable) => {
      const { json } = synthesise(await fileWith(variable, "aws-stack"), folder);

      expect(json.variable).toEqual({
        [variable]: {
          type: "string",
          description: "The private key of the load balancer's certificate, in PEM",
          sensitive: true,
          nullable: false,
        },
      });
      expect(JSON.stringify(json)).toContain(`"private_key":"\${var.${variable}}"`);
    },
  );

  test.each(["source", "version", "providers", "count", "for_each", "lifecycle", "depends_on", "locals"])(
    "is not called %s, which Terraform keeps for itself",
    async (variable) => {
      expect(refusal(await fileWith(variable, "gcp-stack"))?.message).toBe(
        "milvus-l7.yaml: 1 problem\n" +
          `  gcp-stack.certificate.privateKey.variable: given "${variable}", allowed the name of a Terraform variable: ` +
          "letters, digits and '_', with a letter first, " +
          "do name the variable, and give Terraform its value as TF_VAR_<name>",
      );
    },
  );
});

describe("files", () => {
  /** What the machine calls the user's home folder. */
  beforeEach(() => {
    jest.spyOn(os, "homedir").mockReturnValue("/home/somebody");
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  /** A config file in a folder of its own, with certificates beside it. */
  async function inFolder(name: string, certificate: (at: string) => object, cluster?: object) {
    const { pem } = await issue({ hosts: [HOST] });
    const at = join(folder, name);
    mkdirSync(join(at, "certs"), { recursive: true });
    writeFileSync(join(at, "certs/server.crt"), pem);
    const changes = {
      hosts: [HOST],
      certificate: { kind: "pem", ...certificate(at) },
      ...(cluster ? { cluster } : {}),
    };
    const [stack] = load(writeConfig(at, committedWith(changes)));
    return { pem, at, config: stack?.config as GcpStackConfig };
  }

  test("a relative path is seen from the config file's folder, not from where the command runs", async () => {
    const { pem, at, config } = await inFolder("relative", () => ({
      certificate: { file: "certs/server.crt" },
      privateKey: { file: "../keys/server.key" },
    }));

    expect(at).not.toBe(process.cwd());
    expect(config.certificate).toEqual({
      kind: "pem",
      certificate: pem,
      privateKey: { file: join(folder, "keys/server.key") },
    });
  });

  test("an absolute path stays", async () => {
    const { pem, config } = await inFolder("absolute", (at) => ({
      certificate: { file: join(at, "certs/server.crt") },
      privateKey: { file: "/etc/keys/server.key" },
    }));

    expect(config.certificate).toEqual({
      kind: "pem",
      certificate: pem,
      privateKey: { file: "/etc/keys/server.key" },
    });
  });

  test("a path in the home folder is absolute too", async () => {
    const { config } = await inFolder("home", () => ({
      certificate: { file: "certs/server.crt" },
      privateKey: { file: "~/keys/server.key" },
    }));

    expect(config.certificate).toMatchObject({ privateKey: { file: "/home/somebody/keys/server.key" } });
  });

  test("a certificate in the home folder is read", async () => {
    jest.spyOn(os, "homedir").mockReturnValue(join(folder, "certificate-home"));
    const { pem, config } = await inFolder("certificate-home", () => ({
      certificate: { file: "~/certs/server.crt" },
      privateKey: { variable: "tls_key" },
    }));

    expect(config.certificate).toMatchObject({ certificate: pem });
  });

  test("a state in the home folder is kept there", async () => {
    const text = committedWith({ backend: { kind: "local", path: "~/states/milvus.tfstate" } });
    const { json } = synthesise(writeConfig(folder, text), folder);

    expect(json.terraform.backend).toEqual({ local: { path: "/home/somebody/states/milvus.tfstate" } });
  });

  test("a folder whose name begins with a tilde is no home folder", async () => {
    const { config } = await inFolder("tilde", () => ({
      certificate: { file: "certs/server.crt" },
      privateKey: { file: "~keys/server.key" },
    }));

    expect(config.certificate).toMatchObject({ privateKey: { file: join(folder, "tilde/~keys/server.key") } });
  });

  test("the private key's file need not be there: Terraform reads it, on whatever machine it runs", async () => {
    const { config } = await inFolder("no-key", () => ({
      certificate: { file: "certs/server.crt" },
      privateKey: { file: "/no/such/folder/server.key" },
    }));

    expect(config.certificate).toMatchObject({ privateKey: { file: "/no/such/folder/server.key" } });
  });

  test.each([
    {
      given: "clusters/config",
      seen: "from the config file's folder",
      path: join(folder, "kubeconfig/clusters/config"),
    },
    { given: "/etc/kube/config", seen: "as it is", path: "/etc/kube/config" },
    { given: "~/.kube/other", seen: "in the home folder", path: "/home/somebody/.kube/other" },
    { given: undefined, seen: "as kubectl's own", path: "/home/somebody/.kube/config" },
  ])("the kubeconfig $given is seen $seen", async ({ given, path }) => {
    const { config } = await inFolder(
      "kubeconfig",
      () => ({ certificate: { file: "certs/server.crt" }, privateKey: { variable: "tls_key" } }),
      { access: "kubeconfig", context: "gke", ...(given ? { path: given } : {}) },
    );

    expect(config.cluster).toEqual({ access: "kubeconfig", context: "gke", path });
  });

  test("a certificate with a text around it, as openssl prints one, is taken", async () => {
    const { pem } = await issue({ hosts: [HOST] });

    expect(says(`Certificate:\n    Data:\n        Version: 3 (0x2)\n${pem}`)).toBeUndefined();
  });

  test.each(["gcp-stack", "aws-stack"])(
    "the text that openssl prints around a certificate stays away from the client's snippet: %s",
    async (id) => {
      const { pem } = await issue({ hosts: [HOST] });
      const certificate = `subject=O = "Müller \\C3 """\n${pem}issuer=O = "Müller \\C3 """\n`;
      const changes = {
        hosts: [HOST],
        certificate: { kind: "pem", certificate, privateKey: { variable: "tls_key" } },
      };
      const { json } = synthesise(writeConfig(folder, committedWith(changes, id)), folder);
      const { certificate_pem, client_snippet } = json.output as Record<string, Settings>;

      expect(certificate_pem?.value).toBe(pem);
      expect(client_snippet?.value).toContain(`"""${pem}"""`);
      expect(client_snippet?.value).not.toContain("Müller");
    },
  );
});
