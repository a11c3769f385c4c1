#!/usr/bin/env node
import { basename, delimiter, dirname, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { stringify } from "yaml";
import { DEFAULT_VALIDITY_DAYS, validityDays } from "../constructs/certificate/own-certificate";
import { InvalidInputError, type Problem, shown } from "../constructs/internal/problem";
import { eachOf, hostName, plainText, rule } from "../constructs/internal/rules";
import { inTheWay, type Place, placeOf, writePair } from "./certificate-files";
import { KEY_NAMES, type KeyName, newPair, type Pair } from "./certificate-pair";

const USAGE = `usage: certificate --host NAME [--host NAME]... [--days NUMBER] [--key KIND] [--out DIR]

Makes a private key and a certificate that it signs for itself, for a certificate of kind pem: two files that git
ignores, of which only you can read the key.

  --host NAME     a name that clients use; the files are called after the first one
  --days NUMBER   how long the certificate is valid: 1 to 3650 (${DEFAULT_VALIDITY_DAYS})
  --key KIND      ${KEY_NAMES.join(" or ")} (${KEY_NAMES[0]})
  --out DIR       a folder that is new, empty or made by this command (certs)

exit status: 0 written, 1 refused, 2 wrong use, or the files couldn't be written`;

interface Arguments {
  readonly hosts: readonly string[];
  readonly days: string;
  readonly key: string;
  readonly out: string;
  readonly help: boolean;
  /** What is no argument of this command's. */
  readonly problems: readonly Problem[];
}

const OPTIONS = {
  host: { type: "string", multiple: true },
  days: { type: "string" },
  key: { type: "string" },
  out: { type: "string" },
  help: { type: "boolean" },
} as const;

/** Not strict, which would end at the first thing that is wrong. */
function readArguments(args: string[]): Arguments {
  const { values, tokens } = parseArgs({ args, options: OPTIONS, strict: false, allowPositionals: true, tokens: true });
  const texts = (value: unknown) => [value].flat().filter((text) => typeof text === "string");
  const [days = String(DEFAULT_VALIDITY_DAYS)] = texts(values.days);
  const [key = KEY_NAMES[0] ?? ""] = texts(values.key);
  const [out = "certs"] = texts(values.out);
  return {
    hosts: texts(values.host),
    days,
    key,
    out,
    help: values.help !== undefined,
    problems: tokens.flatMap((token): Problem[] => {
      switch (token.kind) {
        case "option":
          return optionProblems(token.rawName, token.name, token.value);
        case "positional":
          return [
            {
              path: "argument",
              given: shown(token.value),
              allowed: "options alone",
              fix: "write a host as --host NAME, or remove it",
            },
          ];
        default:
          return [];
      }
    }),
  };
}

function optionProblems(path: string, name: string, value: string | undefined): Problem[] {
  if (!Object.hasOwn(OPTIONS, name)) {
    const allowed = Object.keys(OPTIONS).map((known) => `--${known}`);
    return [{ path, given: "an unknown option", allowed: allowed.join(", "), fix: "remove it, or correct it" }];
  }
  return OPTIONS[name as keyof typeof OPTIONS].type === "string" && value === undefined
    ? [{ path, given: "nothing", allowed: "a value", fix: "write one after it" }]
    : [];
}

function validate({ hosts, days, key, out, problems }: Arguments): Problem[] {
  return [
    ...problems,
    ...(hosts.length === 0 && !problems.some(({ path }) => path === "--host") ? [NO_HOST] : []),
    ...eachOf(hostName)("--host", hosts),
    ...validityDays("--days", /^\d+$/.test(days) ? Number(days) : Number.NaN).map((problem) => ({
      ...problem,
      given: shown(days),
    })),
    ...keyName("--key", key),
    ...plainText("--out", out),
  ];
}

const NO_HOST: Problem = {
  path: "--host",
  given: "nothing",
  allowed: "the names that clients use",
  fix: "name at least one, as --host milvus.example.com",
};

const keyName = rule<string>(KEY_NAMES.join(", "), "write one of these", (name) =>
  (KEY_NAMES as readonly string[]).includes(name),
);

function report(hosts: readonly string[], { notAfter }: Pair, place: Place): string {
  // Of several, the base: each file's paths are seen from its own folder.
  const [base = ""] = (process.env.MILVUS_L7_CONFIG || "milvus-l7.yaml").split(delimiter);
  const config = resolve(base);
  const file = (path: string) => ({ file: relative(dirname(config), path).replace(/^~/, "./~") });
  const yaml = stringify(
    { certificate: { kind: "pem", certificate: file(place.certificate), privateKey: file(place.key) } },
    { lineWidth: 0 },
  );
  return [
    `certificate: made for ${hosts.join(", ")}, valid until ${notAfter.toISOString().slice(0, 10)}`,
    `  key           ${place.key}  (you alone can read it, and git ignores it)`,
    `  certificate   ${place.certificate}  (for the clients)`,
    "",
    `For ${basename(config)}, below the stack's id; on EKS Terraform's state gets the key then:`,
    "",
    yaml.trimEnd().replaceAll(/^/gm, "  "),
  ].join("\n");
}

async function main(): Promise<void> {
  const args = readArguments(process.argv.slice(2));
  if (args.help) {
    console.log(USAGE);
    return;
  }
  const wrong = validate(args);
  if (wrong.length > 0) {
    fail(2, `${new InvalidInputError("certificate", wrong).message}\n\n${USAGE}`);
    return;
  }
  const place = placeOf(args.out, args.hosts[0] ?? "");
  const refused = inTheWay(place);
  if (refused.length > 0) {
    fail(1, new InvalidInputError("certificate", refused).message);
    return;
  }
  const pair = await newPair(args.hosts, args.key as KeyName, Number(args.days));
  writePair(place, pair);
  console.log(report(args.hosts, pair, place));
}

function fail(status: 1 | 2, text: string): void {
  console.error(text);
  process.exitCode = status;
}

if (require.main === module) {
  main().catch((error) => fail(2, `certificate: ${error instanceof Error ? error.message : error}`));
}
