import { spawnSync } from "node:child_process";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManagedOrSelfSignedCert as AwsCert } from "../../../constructs/aws";
import { ManagedOrSelfSignedCert as GkeCert } from "../../../constructs/gke";
import { blocksIn } from "../../support/pages";

const HOST = "milvus.example.com";
const DAY = 24 * 60 * 60 * 1000;

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) {
    rmSync(folder, { recursive: true });
  }
});

/** What the page's commands write into an empty folder, as somebody whose new files everybody may read. */
function written() {
  const folder = mkdtempSync(join(tmpdir(), "milvus-l7-openssl-"));
  folders.push(folder);
  const [block] = blocksIn("sh").filter(({ code }) => code.includes("openssl req"));
  const { status, stderr } = spawnSync("sh", ["-euc", `umask 022\n${block?.code}`], { cwd: folder, encoding: "utf8" });
  expect([status, status === 0 ? "" : stderr]).toEqual([0, ""]);
  const file = (kind: "key" | "crt") => join(folder, "certs", `${HOST}.${kind}`);
  return { folder, keyFile: file("key"), pem: readFileSync(file("crt"), "utf8") };
}

describe("the openssl commands of docs/certificates-and-keys.md", () => {
  let pair: ReturnType<typeof written>;
  beforeAll(() => {
    pair = written();
  });

  test("make a key that only its owner can read, and that git ignores", () => {
    const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
    expect([mode(join(pair.folder, "certs")), mode(pair.keyFile)]).toEqual(["700", "600"]);
    spawnSync("git", ["init", "--quiet"], { cwd: pair.folder });
    const { stdout } = spawnSync("git", ["status", "--short", "-uall"], { cwd: pair.folder, encoding: "utf8" });
    expect(stdout).toBe("");
  });

  test("make its certificate, for the host, for 825 days, and no authority", () => {
    const certificate = new X509Certificate(pair.pem);
    expect(certificate.checkPrivateKey(createPrivateKey(readFileSync(pair.keyFile)))).toBe(true);
    expect([certificate.checkHost(HOST), certificate.ca]).toEqual([HOST, false]);
    expect((Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)) / DAY).toBe(825);
  });

  test("give each certificate a subject of its own", () => {
    expect(new X509Certificate(written().pem).subject).not.toBe(new X509Certificate(pair.pem).subject);
  });

  test("make what both clouds accept as kind pem", () => {
    const certificate = { kind: "pem", certificate: pair.pem, privateKey: { file: pair.keyFile } } as const;
    expect(GkeCert.validate({ certificate, hosts: [HOST], namespace: "default", name: "cert" })).toEqual([]);
    expect(AwsCert.validate({ certificate, hosts: [HOST], name: "cert" })).toEqual([]);
  });
});
