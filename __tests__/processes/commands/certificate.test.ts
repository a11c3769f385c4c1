import { spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, createServer } from "node:tls";
import { parse } from "yaml";
import { inTheWay, placeOf, writePair } from "../../../commands/certificate-files";
import { KEY_NAMES, newPair } from "../../../commands/certificate-pair";
import { ManagedOrSelfSignedCert as AwsCert } from "../../../constructs/aws";
import { ManagedOrSelfSignedCert as GkeCert } from "../../../constructs/gke";

const ROOT = join(__dirname, "../../..");
const HOST = "milvus.example.com";
const HOSTS = [HOST, "vectors.example.com"];
const DAY = 24 * 60 * 60 * 1000;

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) {
    rmSync(folder, { recursive: true });
  }
});

/** An empty folder, and the command in it. */
function workplace(env: NodeJS.ProcessEnv = { MILVUS_L7_CONFIG: "" }) {
  const folder = mkdtempSync(join(tmpdir(), "milvus-l7-certificate-"));
  folders.push(folder);
  const command = [process.execPath, "--require", join(ROOT, "node_modules/tsx/dist/cjs/index.cjs")];
  const certificate = (...args: string[]) =>
    spawnSync("sh", ["-c", 'umask 000; exec "$@"', "sh", ...command, join(ROOT, "commands/certificate.ts"), ...args], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, ...env },
    });
  const read = (path: string) => readFileSync(join(folder, path), "utf8");
  const mode = (path: string) => (statSync(join(folder, path)).mode & 0o777).toString(8);
  return { folder, certificate, read, mode };
}

const hosts = (names: readonly string[] = HOSTS) => names.flatMap((name) => ["--host", name]);

describe("the command certificate", () => {
  const place = workplace();
  let stdout: string;
  beforeAll(() => {
    const run = place.certificate(...hosts());
    expect([run.status, run.stderr]).toEqual([0, ""]);
    stdout = run.stdout;
  });
  const leaf = () => new X509Certificate(place.read(`certs/${HOST}.crt`));

  test("writes a key that its owner alone can read, and a certificate, whatever the umask", () => {
    expect(readdirSync(join(place.folder, "certs")).sort()).toEqual([".gitignore", `${HOST}.crt`, `${HOST}.key`]);
    expect([place.mode("certs"), place.mode(`certs/${HOST}.key`), place.mode(`certs/${HOST}.crt`)]).toEqual([
      "700",
      "600",
      "644",
    ]);
    expect(place.read(`certs/${HOST}.key`)).toMatch(
      /^-----BEGIN PRIVATE KEY-----\n[^-]+\n-----END PRIVATE KEY-----\n$/,
    );
    expect(place.read(`certs/${HOST}.crt`)).toMatch(
      /^-----BEGIN CERTIFICATE-----\n[^-]+\n-----END CERTIFICATE-----\n$/,
    );
  });

  test("hides them from git", () => {
    expect(place.read("certs/.gitignore")).toBe("*\n");
    spawnSync("git", ["init", "--quiet"], { cwd: place.folder });
    const { stdout } = spawnSync("git", ["status", "--porcelain", "-uall"], { cwd: place.folder, encoding: "utf8" });
    expect(stdout).toBe("");
  });

  test("says where they are and what goes into the config file, and never the key", () => {
    expect(stdout).toBe(
      [
        `certificate: made for ${HOSTS.join(", ")}, valid until ${new Date(leaf().validTo).toISOString().slice(0, 10)}`,
        `  key           certs/${HOST}.key  (you alone can read it, and git ignores it)`,
        `  certificate   certs/${HOST}.crt  (for the clients)`,
        "",
        "For milvus-l7.yaml, below the stack's id; on EKS Terraform's state gets the key then:",
        "",
        "  certificate:",
        "    kind: pem",
        "    certificate:",
        `      file: certs/${HOST}.crt`,
        "    privateKey:",
        `      file: certs/${HOST}.key`,
        "",
      ].join("\n"),
    );
    for (const line of place.read(`certs/${HOST}.key`).split("\n").slice(1, -2)) {
      expect(stdout).not.toContain(line);
    }
  });

  test("makes what both clouds' load balancers take", () => {
    const certificate = {
      kind: "pem",
      certificate: place.read(`certs/${HOST}.crt`),
      privateKey: { file: "tls.key" },
    } as const;
    expect(GkeCert.validate({ certificate, hosts: HOSTS, namespace: "default", name: "tls" })).toEqual([]);
    expect(AwsCert.validate({ certificate, hosts: HOSTS, name: "tls" })).toEqual([]);
  });

  test("makes an RSA key of 2048 bits and a certificate of 825 days unless told otherwise", () => {
    expect(leaf().publicKey.asymmetricKeyDetails).toMatchObject({ modulusLength: 2048 });
    expect(Date.parse(leaf().validTo) - Date.parse(leaf().validFrom)).toBe(825 * DAY);
  });

  test("makes a certificate for a server alone, as kind self-signed does, with a random positive number", () => {
    const certificate = leaf();
    expect(certificate.ca).toBe(false);
    expect(certificate.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
    expect(certificate.subjectAltName).toBe("DNS:milvus.example.com, DNS:vectors.example.com");
    expect(certificate.subject).toMatch(/^CN=milvus\.example\.com\nserialNumber=[0-9a-f]{16}$/);
    expect(certificate.issuer).toBe(certificate.subject);
    expect(certificate.serialNumber).toMatch(/^[4-7][0-9A-F]{31}$/);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
  });

  test("takes another key, another time and another folder", () => {
    const { status } = place.certificate(...hosts([HOST]), "--key", "ec-p256", "--days", "90", "--out", "keys/of 2027");
    expect(status).toBe(0);
    const other = new X509Certificate(place.read(`keys/of 2027/${HOST}.crt`));
    expect(other.publicKey.asymmetricKeyDetails).toMatchObject({ namedCurve: "prime256v1" });
    expect(Date.parse(other.validTo) - Date.parse(other.validFrom)).toBe(90 * DAY);
    expect(place.mode("keys/of 2027")).toBe("700");
  });

  test("names the files as the config file sees them", () => {
    const elsewhere = workplace();
    const outside = join(elsewhere.folder, "out side", "~certs");
    const printed = place.certificate(...hosts([HOST]), "--key", "ec-p256", "--out", outside).stdout;
    const yaml = parse(printed.slice(printed.indexOf("  certificate:\n")));
    expect(join(place.folder, yaml.certificate.privateKey.file)).toBe(join(outside, `${HOST}.key`));
    const inHome = place.certificate(...hosts([HOST]), "--key", "ec-p256", "--out", "~certs").stdout;
    expect(inHome).toContain(`file: ./~certs/${HOST}.key\n`);
    const another = workplace({ MILVUS_L7_CONFIG: "configs/all.yaml" }).certificate(...hosts([HOST]));
    expect(another.stdout).toContain("For all.yaml, below");
    expect(another.stdout).toContain(`file: ../certs/${HOST}.key\n`);
  });

  test("overwrites nothing", () => {
    const before = place.read(`certs/${HOST}.key`);
    const both = place.certificate(...hosts());
    expect([both.status, both.stdout, both.stderr]).toEqual([
      1,
      "",
      "certificate: 1 problem\n" +
        `  --out: given "certs", where certs/${HOST}.key and certs/${HOST}.crt are already, ` +
        "allowed files that aren't there yet, do name another folder with --out\n",
    ]);
    expect(place.read(`certs/${HOST}.key`)).toBe(before);
    expect(place.certificate(...hosts(["second.example.com"]), "--key", "ec-p256").status).toBe(0);
    rmSync(join(place.folder, "certs/second.example.com.key"));
    expect(place.certificate(...hosts(["second.example.com"])).stderr).toContain(
      'given "certs", where certs/second.example.com.crt is already, allowed',
    );
    expect(existsSync(join(place.folder, "certs/second.example.com.key"))).toBe(false);
  });

  test("hides no files of the user's from git", () => {
    const { folder, certificate } = workplace();
    for (const ignored of [undefined, "*.key\n"]) {
      mkdirSync(join(folder, "src"), { recursive: true });
      writeFileSync(join(folder, "src", ignored === undefined ? "main.ts" : ".gitignore"), ignored ?? "");
      const { status, stderr } = certificate(...hosts(), "--out", "src");
      expect([status, stderr]).toEqual([
        1,
        "certificate: 1 problem\n  --out: given \"src\", which has files and no .gitignore of '*', allowed a folder that " +
          "is new, empty or made by this command: git sees none of its files, do name another folder with --out\n",
      ]);
    }
    expect(readdirSync(join(folder, "src")).sort()).toEqual([".gitignore", "main.ts"]);
  });

  test("takes an empty folder, and closes it to others", () => {
    const { folder, certificate, mode } = workplace();
    mkdirSync(join(folder, "empty"), { mode: 0o755 });
    expect(certificate(...hosts(), "--key", "ec-p256", "--out", "empty").status).toBe(0);
    expect(mode("empty")).toBe("700");
  });

  test("wants a folder", () => {
    const { folder, certificate } = workplace();
    writeFileSync(join(folder, "file"), "");
    const { status, stderr } = certificate(...hosts(), "--out", "file");
    expect([status, stderr]).toEqual([
      1,
      'certificate: 1 problem\n  --out: given "file", which is no folder, allowed a folder, do name another folder with ' +
        "--out\n",
    ]);
  });

  test("leaves nothing where the system refuses a file", () => {
    const { folder, certificate } = workplace();
    const tooLong = `${"a".repeat(61)}.${"b".repeat(61)}.${"c".repeat(60)}.${"d".repeat(60)}.example`;
    const { status, stderr } = certificate("--host", tooLong, "--key", "ec-p256", "--out", "a/b");
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^certificate: ENAMETOOLONG: name too long, /)]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("says all that is wrong with its arguments, and exits with 2", () => {
    const { folder, certificate } = workplace();
    const args = ["--host", "Milvus", "--host", "a.example.com", "--host", "a.example.com", "--days", "0x10"];
    const run = certificate(...args, "--key", "dsa", "--out", "a\nb", "--force", "extra");
    expect([run.status, run.stdout]).toEqual([2, ""]);
    expect(run.stderr.split("\n\n")[0]).toBe(
      [
        "certificate: 7 problems",
        "  --force: given an unknown option, allowed --host, --days, --key, --out, --help, do remove it, or correct it",
        '  argument: given "extra", allowed options alone, do write a host as --host NAME, or remove it',
        '  --host[0]: given "Milvus", allowed a DNS name such as milvus.example.com, in lower case, with no wildcard, ' +
          "do write the name alone: no scheme, port, path or trailing dot, and a name in another script in its xn-- form",
        '  --host[2]: given "a.example.com", allowed each value once, do remove it',
        '  --days: given "0x10", allowed a whole number from 1 to 3650, do write a number in that range',
        '  --key: given "dsa", allowed rsa-2048, ec-p256, do write one of these',
        "  --out: given \"a\\nb\", allowed a line of text, do remove line breaks, control characters and '{TfToken['",
      ].join("\n"),
    );
    expect(run.stderr).toContain("usage: certificate --host NAME");
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([
    [
      [],
      "--host: given nothing, allowed the names that clients use, do name at least one, as --host milvus.example.com",
    ],
    [["--host"], "--host: given nothing, allowed a value, do write one after it"],
    [["--host", HOST, "--days", "3651"], '--days: given "3651", allowed a whole number from 1 to 3650, do write'],
    [["--host", HOST, "--days", "0"], '--days: given "0", allowed a whole number from 1 to 3650, do write'],
  ])("refuses %j", (args, problem) => {
    const { status, stderr } = workplace().certificate(...args);
    expect([status, stderr]).toEqual([2, expect.stringContaining(`certificate: 1 problem\n  ${problem}`)]);
  });

  test("explains itself", () => {
    const { status, stdout } = workplace().certificate("--help");
    expect([status, stdout]).toEqual([0, expect.stringContaining("usage: certificate --host NAME [--host NAME]...")]);
  });
});

describe("a pair that is written", () => {
  const pair = { privateKey: "key\n", certificate: "certificate\n", notAfter: new Date() };

  test("is taken back where a step fails, with the folders that it was to be in", () => {
    const { folder } = workplace();
    const place = placeOf(join(folder, "a/b"), HOST);
    expect(() => writePair({ ...place, certificate: join(folder, "no/such/folder") }, pair)).toThrow("ENOENT");
    expect(readdirSync(folder)).toEqual([]);
  });

  test("takes no file's place that came in between", () => {
    const { folder } = workplace();
    const place = placeOf(folder, HOST);
    expect(inTheWay(place)).toEqual([]);
    writeFileSync(place.certificate, "theirs");
    expect(() => writePair(place, pair)).toThrow("EEXIST");
    expect(readdirSync(folder)).toEqual([`${HOST}.crt`]);
    expect(readFileSync(place.certificate, "utf8")).toBe("theirs");
  });
});

describe.each(KEY_NAMES)("a pair with a key of kind %s", (keyName) => {
  /** How a client ends that trusts these certificates and looks for a host. */
  async function connected(server: { privateKey: string; certificate: string }, ca: string, host: string) {
    const listening = createServer({ key: server.privateKey, cert: server.certificate }).listen(0, "127.0.0.1");
    await new Promise((resolve) => listening.once("listening", resolve));
    const { port } = listening.address() as AddressInfo;
    const how = await new Promise<string>((resolve) => {
      const socket = connect({ host: "127.0.0.1", port, servername: host, ca });
      socket.once("secureConnect", () => resolve("connected"));
      socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      socket.once("close", () => socket.destroy());
      socket.once("secureConnect", () => socket.end());
    });
    await new Promise((resolve) => listening.close(resolve));
    return how;
  }

  test("is trusted by clients that were given the certificate, for each host and for no other", async () => {
    const pair = await newPair(HOSTS, keyName, 90);
    for (const host of HOSTS) {
      expect(await connected(pair, pair.certificate, host)).toBe("connected");
    }
    expect(await connected(pair, pair.certificate, "other.example.com")).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
    const stranger = await newPair(HOSTS, keyName, 90);
    expect(await connected(pair, stranger.certificate, HOST)).toBe("DEPTH_ZERO_SELF_SIGNED_CERT");
  });

  test("and the next one for the same hosts are both trusted by who has both, in either order", async () => {
    const [first, second] = [await newPair(HOSTS, keyName, 90), await newPair(HOSTS, keyName, 90)];
    for (const server of [first, second]) {
      for (const [one, other] of [
        [first, second],
        [second, first],
      ]) {
        expect(await connected(server, `${one?.certificate}${other?.certificate}`, HOST)).toBe("connected");
      }
    }
  });

  const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;
  (hasOpenssl ? test : test.skip)("is taken by openssl for a server's, and its key fits", async () => {
    const { folder } = workplace();
    const [first, second] = [await newPair(HOSTS, keyName, 90), await newPair(HOSTS, keyName, 90)];
    writePair(placeOf(folder, "first"), first);
    writePair(placeOf(folder, "second"), second);
    writeFileSync(join(folder, "both.pem"), first.certificate + second.certificate);
    const openssl = (...args: string[]) => spawnSync("openssl", args, { cwd: folder, encoding: "utf8" }).stdout;
    for (const name of ["first", "second"]) {
      const verified = ["-CAfile", "both.pem", "-purpose", "sslserver", "-x509_strict", "-verify_hostname", HOST];
      expect(openssl("verify", ...verified, `${name}.crt`)).toBe(`${name}.crt: OK\n`);
      expect(openssl("pkey", "-in", `${name}.key`, "-pubout")).toBe(
        openssl("x509", "-in", `${name}.crt`, "-noout", "-pubkey"),
      );
    }
    const text = openssl("x509", "-in", "first.crt", "-noout", "-ext", "keyUsage,basicConstraints");
    expect(text).toContain("X509v3 Basic Constraints: critical\n    CA:FALSE\n");
    expect(text).toContain(
      `X509v3 Key Usage: critical\n    Digital Signature${keyName === "rsa-2048" ? ", Key Encipherment" : ""}\n`,
    );
  });

  test("begins a few minutes ago, for clients whose clock is behind, and has the common name of a host that fits", async () => {
    const long = `${"a".repeat(60)}.example.com`;
    const now = new Date("2027-01-02T03:04:05.678Z");
    const { certificate, notAfter } = await newPair([long, HOST], keyName, 1, now);
    const leaf = new X509Certificate(certificate);
    expect(new Date(leaf.validFrom).toISOString()).toBe("2027-01-02T02:59:05.000Z");
    expect(new Date(leaf.validTo)).toEqual(notAfter);
    expect(leaf.subject).toMatch(/^CN=milvus\.example\.com\n/);
    expect(new X509Certificate((await newPair([long], keyName, 1)).certificate).subject).toMatch(/^CN=milvus\n/);
  });
});
