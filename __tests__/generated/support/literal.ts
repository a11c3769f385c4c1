import { homedir } from "node:os";
import { resolve } from "node:path";
import { readTemplate, type Template } from "../../config/terraform-text";
import { MARK } from "./grammars";
import type { Place } from "./settings";

/** What Terraform reads in a Terraform JSON: plain texts, and the code of expressions. */
export interface Reading {
  /** Every text, with what no text has between two of them. */
  readonly texts: string;
  readonly code: string;
}

const BETWEEN = "\u0001";

export function readingOf(json: unknown): Reading {
  const texts: string[] = [];
  const code: string[] = [];
  const readParts = (template: Template) => {
    for (const part of template) {
      if (typeof part === "string") {
        texts.push(part);
        continue;
      }
      for (const piece of part.code) {
        if (typeof piece === "string") {
          code.push(piece);
        } else {
          readParts(piece.quoted);
        }
      }
    }
  };
  const read = (value: unknown): void => {
    if (typeof value === "string") {
      readParts(readTemplate(value));
    } else if (typeof value === "object" && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        read(key);
        read(inner);
      }
    }
  };
  read(json);
  return { texts: BETWEEN + texts.join(BETWEEN) + BETWEEN, code: code.join(BETWEEN) };
}

/** Where a text of a config is read, and where it is read as anything else than it is: nowhere, if all is well. */
interface Arrival {
  readonly places: number;
  readonly otherwise: readonly string[];
}

function arrivalOf(text: string, { texts, code }: Reading, folder: string): Arrival {
  const forms = formsOf(text, folder);
  const [mark] = MARK.exec(text) ?? [];
  if (mark === undefined) {
    return { places: forms.filter((form) => texts.includes(form)).length, otherwise: [] };
  }
  const otherwise = inCode(mark, code);
  let places = 0;
  for (let at = texts.indexOf(mark); at !== -1; at = texts.indexOf(mark, at + 1)) {
    if (forms.some((form) => texts.startsWith(form, at - form.indexOf(mark)))) {
      places += 1;
    } else {
      otherwise.push(around(texts, at));
    }
  }
  return { places, otherwise };
}

/** Fails where a text of a config is read as anything else than it is, or nowhere. */
export function arrives(place: Place, text: string, readings: readonly Reading[], folder: string): void {
  const found = readings.map((reading) => arrivalOf(text, reading, folder));
  // Settings of ours are put into a user.yaml: its marks are looked for one by one, and not with what is around them.
  const otherwise =
    place.setting === "release.userYaml"
      ? marksIn(text).flatMap((mark) => readings.flatMap(({ code }) => inCode(mark, code)))
      : found.flatMap(({ otherwise }) => otherwise);
  if (otherwise.length > 0) {
    throw new Error(`${place.path}: ${JSON.stringify(text)} is read as something else: ${otherwise[0]}`);
  }
  if (isWritten(place) && found.every(({ places }) => places === 0)) {
    throw new Error(`${place.path}: ${JSON.stringify(text)} is read nowhere`);
  }
}

function marksIn(text: string): string[] {
  return [...text.matchAll(new RegExp(MARK, "g"))].map(([mark]) => mark);
}

/** Where a mark stands in the code of an expression. */
function inCode(mark: string, code: string): string[] {
  return code.includes(mark) ? [`in code: ${around(code, code.indexOf(mark))}`] : [];
}

/** A path is made absolute; the state of a release's own stack has a name beside that of the other. */
function formsOf(text: string, folder: string): string[] {
  const path = resolve(folder, text.replace(/^~(?=\/|$)/, homedir()));
  const apart = (name: string) => name.replace(/(\.[^./\\]*)?$/, (extension) => `-release${extension}`);
  return [text, path, apart(text), apart(path)];
}

function around(text: string, at: number): string {
  return text.slice(Math.max(0, at - 60), at + 60);
}

/** Texts that may not be written as they are, and why. Whatever is written of them is still no expression. */
const NOT_WRITTEN: Readonly<Record<string, string>> = {
  "certificate.certificate": "only what is a certificate is written",
  "certificate.chain": "only what is a certificate is written",
  "certificate.certificate.file": "it is read",
  "certificate.chain.file": "it is read",
  "release.userYaml.file": "it is read",
  "release.userYaml": "settings of ours are put into it",
  "release.nameOverride": "fullnameOverride or the operator's naming may stand above it",
  "release.fullnameOverride": "the Ingress' name or the operator's naming may stand above it",
  subnetwork: "an address that exists has one",
  "securityPolicy.name": "a policy that lets everything through isn't made",
};

function isWritten({ setting }: Place): boolean {
  return !Object.hasOwn(NOT_WRITTEN, setting.replace("certificate.meanwhile.", "certificate."));
}
