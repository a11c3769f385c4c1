import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(__dirname, "..");
const LOCK = "package-lock.json";
/** Of package.json, what says which package it is and what its users install. */
const KEPT = [
  "name",
  "version",
  "description",
  "license",
  "repository",
  "dependencies",
  "peerDependencies",
  "overrides",
];

export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** Its folder, as the lock file and npm's audit name it. */
  readonly path: string;
  readonly licence?: string;
  /** Whether it comes with a peer: a user installs that one beside this package. */
  readonly peer: boolean;
}

/** What a user of the package gets, as npm can be asked about it. */
export interface Product {
  readonly packages: readonly LockedPackage[];
  npm(...args: string[]): Promise<Outcome>;
}

export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The dependencies and every peer, optional ones too, at the locked versions, in a folder without anything else. In the
 * project itself npm takes peers for development, since they are devDependencies too, and `npm sbom --omit dev` leaves
 * out whatever a devDependency shares.
 *
 * @see https://github.com/npm/cli/issues/7909
 */
export async function withProduct<T>(use: (product: Product) => Promise<T> | T): Promise<T> {
  const temporary = mkdtempSync(join(tmpdir(), "milvus-l7-product-"));
  try {
    const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    // npm calls what it looks at by its folder's name.
    const folder = join(temporary, manifest.name);
    mkdirSync(folder);
    writeFileSync(join(folder, "package.json"), JSON.stringify(productManifest(manifest)));
    copyFileSync(join(ROOT, LOCK), join(folder, LOCK));
    const npm = (...args: string[]) => npmIn(folder, args);
    const { status, stderr } = await npm("prune", "--package-lock-only", "--offline");
    if (status !== 0) {
      throw new Error(`npm can't take the development dependencies out of ${LOCK}: ${stderr}`);
    }
    return await use({ packages: lockedPackages(JSON.parse(readFileSync(join(folder, LOCK), "utf8"))), npm });
  } finally {
    rmSync(temporary, { recursive: true });
  }
}

/** Without peerDependenciesMeta: a peer that is optional would be pruned. */
export function productManifest(manifest: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(manifest).filter(([key]) => KEPT.includes(key)));
}

interface Lock {
  readonly packages: Record<string, { name?: string; version?: string; license?: string; peer?: boolean }>;
}

export function lockedPackages({ packages }: Lock): LockedPackage[] {
  return Object.entries(packages)
    .filter(([path]) => path !== "")
    .map(([path, { name, version = "", license, peer = false }]) => ({
      name: name ?? path.split("node_modules/").at(-1) ?? path,
      version,
      path,
      licence: license,
      peer,
    }));
}

function npmIn(folder: string, args: string[]): Promise<Outcome> {
  const options = { cwd: folder, maxBuffer: 64 * 1024 * 1024, shell: process.platform === "win32" };
  return new Promise((resolve) => {
    execFile("npm", args, options, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : 1, stdout, stderr: stderr || (error?.message ?? "") }),
    );
  });
}
