import { readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { audit } from "../../../supply-chain/audit";
import { ALLOWED_LICENCES, licencePage, unknownLicences } from "../../../supply-chain/licences";
import { type LockedPackage, lockedPackages, type Product, withProduct } from "../../../supply-chain/product";
import { sbom } from "../../../supply-chain/sbom";

const ROOT = join(__dirname, "../../..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const manifest = JSON.parse(read("package.json"));
const lock = JSON.parse(read("package-lock.json"));
const label = ({ name, version }: LockedPackage) => `${name}@${version}`;

/** What npm itself marks in the project's lock file as production, and each peer. */
const expected = lockedPackages(lock)
  .filter(
    ({ path, name }) =>
      !lock.packages[path].dev || (name in manifest.peerDependencies && path === `node_modules/${name}`),
  )
  .map(label);

/** npm takes seconds: once for all tests. */
let product: Product;
let finish: () => void;
let finished: Promise<void>;
beforeAll(async () => {
  await new Promise<void>((ready, failed) => {
    finished = withProduct((made) => {
      product = made;
      ready();
      return new Promise<void>((resolve) => {
        finish = resolve;
      });
    });
    finished.catch(failed);
  });
}, 60_000);
afterAll(async () => {
  finish();
  await finished;
});

describe("what a user of the package gets", () => {
  test("is every dependency and every peer", () => {
    expect(product.packages.map(label)).toEqual(expect.arrayContaining(expected));
  });

  test("is nothing of the development tools", () => {
    const names = product.packages.map(({ name }) => name);
    // The Milvus SDK, an optional peer, brings gRPC, which tests use as well.
    const own = { ...manifest.dependencies, ...manifest.peerDependencies, "@grpc/grpc-js": "" };
    const tools = Object.keys(manifest.devDependencies).filter((name) => !(name in own));
    // Libraries bring the types of Node themselves.
    expect(names.filter((name) => tools.includes(name) && !name.startsWith("@types/"))).toEqual([]);
  });
});

describe("the SBOM", () => {
  let bom: any;
  beforeAll(async () => {
    bom = await sbom(product);
  }, 60_000);

  test("is CycloneDX 1.5 of this package", () => {
    expect([bom.bomFormat, bom.specVersion]).toEqual(["CycloneDX", "1.5"]);
    expect(bom.metadata.component).toMatchObject({ name: manifest.name, version: manifest.version });
  });

  test("has every package that a user gets, with its address, and its checksum unless it is bundled", () => {
    const components = bom.components as { purl: string; hashes?: object[] }[];
    // The address has a package's own name, under whichever other one it is installed.
    const named = ({ purl }: { purl: string }) => decodeURIComponent(purl).replace("pkg:npm/", "");
    expect(new Set(components.map(named))).toEqual(new Set(product.packages.map(label)));
    const bundled = product.packages.filter(({ path }) => lock.packages[path].inBundle).map(label);
    expect(bundled).toEqual(expect.arrayContaining(components.filter((each) => !each.hashes).map(named)));
  });

  test("has each package once", () => {
    const refs = bom.components.map((each: any) => each["bom-ref"]);
    expect(new Set(refs).size).toBe(refs.length);
  });

  test("names no dependency that it hasn't", () => {
    const known = new Set([bom.metadata.component, ...bom.components].map((each) => each["bom-ref"]));
    const named = bom.dependencies.flatMap((each: any) => [each.ref, ...(each.dependsOn ?? [])]);
    expect(named.filter((ref: string) => !known.has(ref))).toEqual([]);
  });
});

describe("licences", () => {
  const locked = (licence?: string): LockedPackage => ({
    name: "a",
    version: "1.0.0",
    path: "node_modules/a",
    licence,
    peer: false,
  });

  test("are all allowed, and docs/licences.md has them", () => {
    expect(unknownLicences(product.packages)).toEqual([]);
    expect(licencePage(product.packages)).toBe(read("docs/licences.md"));
  });

  test("that are allowed pass", () => {
    expect(ALLOWED_LICENCES.flatMap((licence) => unknownLicences([locked(licence)]))).toEqual([]);
  });

  test.each([[undefined], ["GPL-3.0-only"], ["SEE LICENSE IN LICENSE"]])("that are not fail: %s", (licence) => {
    expect(unknownLicences([locked(licence)])).toEqual([
      `licences: refused: a 1.0.0 has ${licence ?? "no licence in package-lock.json"} (node_modules/a)\n` +
        "  do: read its licence; take it up into supply-chain/licences.ts, or do without the package",
    ]);
  });

  test("that are an exception are one for their package and licence alone", () => {
    const memium = { ...locked("LGPL-3.0-or-later"), name: "memium" };
    expect(unknownLicences([memium])).toEqual([]);
    expect(
      unknownLicences([
        { ...memium, licence: "AGPL-3.0-only" },
        { ...memium, name: "a" },
      ]),
    ).toHaveLength(2);
  });
});

describe("the audit, against a registry of the test's own", () => {
  const semver = lock.packages["node_modules/semver"].version;
  let asked: Record<string, string[]>;
  let server: Server;
  let registry: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk) => chunks.push(chunk));
      request.on("end", () => {
        if (request.url !== "/-/npm/v1/security/advisories/bulk") {
          response.writeHead(404).end("{}");
          return;
        }
        const body = Buffer.concat(chunks);
        asked = JSON.parse((request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body).toString());
        const hole = {
          id: 1,
          url: "https://github.com/advisories/GHSA-aaaa-bbbb-cccc",
          title: "a hole",
          severity: "high",
        };
        response.end(
          JSON.stringify({ semver: [{ ...hole, vulnerable_versions: `<=${semver}`, cwe: [], cvss: { score: 7 } }] }),
        );
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    registry = `--registry=http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  test("asks for peers and what they bundle too, and refuses what isn't allowed", async () => {
    const { status, lines } = await audit(product, [], "2026-11-22", registry);
    expect(Object.keys(asked)).toEqual(expect.arrayContaining(["zod", "cdktf", "archiver", "@cdktf/provider-aws"]));
    expect(asked).not.toHaveProperty("jest");
    expect(status).toBe(1);
    expect(lines).toContain("audit: refused: semver, high: a hole");
    expect(lines).toContain(`  at node_modules/semver, version ${semver}, no version without it is known`);
  }, 60_000);

  test("lets pass what is", async () => {
    const why = "only versions that this program read itself are parsed";
    const entry = {
      advisory: "GHSA-aaaa-bbbb-cccc",
      package: "semver",
      why,
      reviewed: "2026-11-01",
      until: "2026-12-01",
    };
    const { status, lines } = await audit(product, [entry], "2026-11-22", registry);
    expect([status, lines]).toEqual([
      0,
      [expect.stringMatching(/^audit: nothing to refuse in \d+ packages, 1 allowed /)],
    ]);
  }, 60_000);

  test("says with a status of its own that nobody answers", async () => {
    const { status, lines } = await audit(
      product,
      [],
      "2026-11-22",
      "--registry=http://127.0.0.1:1",
      "--fetch-retries=0",
    );
    expect([status, lines[0]]).toEqual([2, "audit: not asked: the registry gave no advisories"]);
    expect(lines[1]).toContain("ECONNREFUSED");
  }, 60_000);
});

test("nothing makes an archive, which is why holes below archiver are allowed", () => {
  const sources = ["constructs", "stacks", "config", "commands"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => join(folder, file)),
  );
  expect(sources.filter((file) => /\bnew TerraformAsset\b|AssetType/.test(read(file)))).toEqual([]);
});
