import {
  chmodSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type Problem, shown } from "../constructs/internal/problem";
import type { Pair } from "./certificate-pair";

/** Where a pair goes. */
export interface Place {
  readonly folder: string;
  readonly key: string;
  readonly certificate: string;
}

export function placeOf(folder: string, host: string): Place {
  return { folder, key: join(folder, `${host}.key`), certificate: join(folder, `${host}.crt`) };
}

/** What a pair can't be written for: nothing that is there is overwritten, or hidden from git. */
export function inTheWay({ folder, key, certificate }: Place): Problem[] {
  const problem = (what: string, allowed: string): Problem[] => [
    { path: "--out", given: `${shown(folder)}, ${what}`, allowed, fix: "name another folder with --out" },
  ];
  if (!isThere(folder)) {
    return [];
  }
  if (!statSync(folder).isDirectory()) {
    return problem("which is no folder", "a folder");
  }
  if (!isEmpty(folder) && !isIgnored(folder)) {
    return problem(
      "which has files and no .gitignore of '*'",
      "a folder that is new, empty or made by this command: git sees none of its files",
    );
  }
  const there = [key, certificate].filter(isThere);
  return there.length === 0
    ? []
    : problem(
        `where ${there.join(" and ")} ${there.length === 1 ? "is" : "are"} already`,
        "files that aren't there yet",
      );
}

/** Writes both, or leaves everything as it was. */
export function writePair(place: Place, pair: Pair): void {
  const undo: (() => void)[] = [];
  try {
    makeFolder(place.folder, undo);
    if (!isIgnored(place.folder)) {
      create(join(place.folder, ".gitignore"), 0o644, "*\n", undo);
    }
    create(place.key, 0o600, pair.privateKey, undo);
    create(place.certificate, 0o644, pair.certificate, undo);
  } catch (error) {
    takeBack(undo);
    throw error;
  }
}

/** As far as it goes: what failed first is what has to be told. */
function takeBack(undo: (() => void)[]): void {
  for (const step of undo.reverse()) {
    try {
      step();
    } catch {}
  }
}

function makeFolder(folder: string, undo: (() => void)[]): void {
  const topmost = mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (topmost !== undefined) {
    const made = foldersBetween(resolve(topmost), resolve(folder));
    undo.push(...made.map((each) => () => rmdirSync(each)));
  } else if (isEmpty(folder)) {
    chmodSync(folder, 0o700);
  }
}

/** Both of them and all between, from the top. */
function foldersBetween(top: string, bottom: string): string[] {
  return top === bottom || dirname(bottom) === bottom ? [bottom] : [...foldersBetween(top, dirname(bottom)), bottom];
}

/** A file with this mode from its first moment, that wasn't there before. */
function create(file: string, mode: number, text: string, undo: (() => void)[]): void {
  const descriptor = openSync(file, "wx", mode);
  undo.push(() => rmSync(file));
  try {
    writeFileSync(descriptor, text);
  } finally {
    closeSync(descriptor);
  }
}

/** A link that leads nowhere is there too. */
function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function isEmpty(folder: string): boolean {
  return readdirSync(folder).length === 0;
}

function isIgnored(folder: string): boolean {
  const file = join(folder, ".gitignore");
  return isThere(file) && readFileSync(file, "utf8").trim() === "*";
}
