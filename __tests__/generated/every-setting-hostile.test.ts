import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { InvalidInputError } from "../../constructs/internal/problem";
import { everyPlace, everySettingIn } from "../config/every-setting";
import {
  changed,
  refusal,
  type Settings,
  type Synthesised,
  synthesise,
  synthesiseOrRefusal,
  temporaryFolder,
  writeConfig,
} from "../config/support";
import { readTemplate } from "../config/terraform-text";
import { TOKENS } from "./support/grammars";

/** No text of a user's is ever an expression: it is refused, or Terraform reads it as it was written. */

const HOSTILE = [
  '"quoted"',
  "back\\slash",
  '${file("/etc/passwd")}',
  "%{if true}x%{endif}",
  "a\nb",
  "ünïcödé 名前",
  "$${x}",
  "%%{x}",
  '\\${x}"',
  "it's",
  "<&>",
  "x".repeat(5000),
];

/** A text that is taken wherever any free text is. */
const MARK = "plain-marker";

const folder = temporaryFolder();

let files: Record<string, Settings>;

beforeAll(async () => {
  files = await everySettingIn(folder);
});

/** JSON is YAML, and quicker to write. */
function fileWith(of: string, path: string, value: unknown): string {
  return writeConfig(folder, JSON.stringify(changed(files[of] as Settings, { [path]: value })));
}

const texts = everyPlace().filter(({ value }) => typeof value === "string");

test.each(texts)("$setting: a text is refused there, or arrives as it is", ({ path, of }) => {
  let marked: unknown;
  for (const text of HOSTILE) {
    const outcome = synthesiseOrRefusal(fileWith(of, path, text), folder);
    if (outcome instanceof InvalidInputError) {
      expect(outcome.problems.map((problem) => problem.path)).toContain(path);
    } else {
      marked ??= markedAt(of, path);
      expect(reading(terraformOf(outcome))).toEqual(replaced(marked, text));
    }
  }
});

/** What Terraform reads with the mark in a place. */
function markedAt(of: string, path: string): unknown {
  const marked = reading(terraformOf(synthesise(fileWith(of, path, MARK), folder)));
  expect(JSON.stringify(marked)).toContain(MARK);
  return marked;
}

test.each(texts)("$setting: a text that looks like a cdktf token is refused there", ({ path, of }) => {
  for (const text of TOKENS) {
    const error = refusal(fileWith(of, path, text));

    expect(error?.problems.map((problem) => problem.path)).toContain(path);
  }
});

const AROUND = ["gcp", "aws"].flatMap((cloud) => [
  { cloud, key: "certificate" },
  { cloud, key: "chain" },
]);

/** A PEM text of a config file, where it stands. */
function pemOf(cloud: string, key: string) {
  const of = `${cloud}: pem text and key file, kubeconfig, leave-alone, gcs`;
  const path = `${cloud}-stack.certificate.${key}`;
  const { certificate } = (files[of] as Settings)[`${cloud}-stack`] as { certificate: Record<string, string> };
  return { of, path, pem: certificate[key] as string };
}

test.each(AROUND)("a text around the $key is no expression: $cloud", ({ cloud, key }) => {
  const { of, path, pem } = pemOf(cloud, key);
  const marked = reading(synthesise(fileWith(of, path, `${MARK}\n${pem}`), folder).json);

  for (const text of HOSTILE) {
    const { json } = synthesise(fileWith(of, path, `${text}\n${pem}`), folder);
    expect(withoutRevision(reading(json))).toEqual(withoutRevision(replaced(marked, text)));
  }
});

test.each(AROUND)("a text around the $key that looks like a cdktf token is refused: $cloud", ({ cloud, key }) => {
  const { of, path, pem } = pemOf(cloud, key);
  for (const text of TOKENS) {
    const error = refusal(fileWith(of, path, `${text}\n${pem}`));

    expect(error?.problems.map((problem) => problem.path)).toEqual([path]);
  }
});

test.each(AROUND)("a file with the $key and what looks like a cdktf token is refused: $cloud", ({ cloud, key }) => {
  const { of, path, pem } = pemOf(cloud, key);
  writeFileSync(join(folder, "with-token.crt"), `\${TfToken[TOKEN.0]}\n${pem}`);
  const error = refusal(fileWith(of, path, { file: "with-token.crt" }));

  expect(error?.problems.map((problem) => problem.path)).toEqual([`${path}.file`]);
});

const ADOPT = ["gcp", "aws"].map((cloud) => ({
  of: `${cloud}: self-signed, exec, adopt, local`,
  userYaml: `${cloud}-stack.release.userYaml`,
  chart: `${cloud}-stack.release.chart`,
}));

/** A user.yaml with a text wherever one can stand. */
function userYamlWith(text: string): string {
  const comment = text.replaceAll("\n", " ");
  // YAML takes keys of 1024 characters.
  return `# ${comment}\n${JSON.stringify(text.slice(0, 1000))}: ${JSON.stringify(text)} # ${comment}\n`;
}

test.each(ADOPT)("a text in a user.yaml is no expression: $of", ({ of, userYaml }) => {
  for (const text of HOSTILE) {
    const given = userYamlWith(text);
    const { json } = synthesise(fileWith(of, userYaml, given), folder);
    const [written] = quotedTexts(reading(json)).filter((quoted) => quoted.includes("tlsMode: 1"));

    expect(written?.slice(0, given.length)).toBe(given);
  }
});

test.each(ADOPT)("a user.yaml's file is read as the text would be: $of", ({ of, userYaml }) => {
  const given = userYamlWith('${file("/etc/passwd")}');
  writeFileSync(join(folder, "hostile.yaml"), given);
  const { json } = synthesise(fileWith(of, userYaml, { file: "hostile.yaml" }), folder);

  expect(json).toEqual(synthesise(fileWith(of, userYaml, given), folder).json);
});

test.each(ADOPT)(
  "a user.yaml, or a file of it, with what looks like a cdktf token is refused: $of",
  ({ of, userYaml }) => {
    for (const text of TOKENS) {
      const given = userYamlWith(text);
      writeFileSync(join(folder, "with-token.yaml"), given);

      expect(refusal(fileWith(of, userYaml, given))?.problems.map(({ path }) => path)).toEqual([userYaml]);
      expect(refusal(fileWith(of, userYaml, { file: "with-token.yaml" }))?.problems.map(({ path }) => path)).toEqual([
        `${userYaml}.file`,
      ]);
    }
  },
);

test.each(ADOPT)("a text in the path of a chart is no expression: $of", ({ of, chart }) => {
  const withChart = (text: string) => {
    const stacks = changed(files[of] as Settings, {
      [chart]: `./${text}`,
      [chart.replace("chart", "repository")]: undefined,
    });
    return synthesiseOrRefusal(writeConfig(folder, JSON.stringify(stacks)), folder);
  };
  const marked = withChart(MARK) as Synthesised;
  expect(JSON.stringify(marked.json)).toContain(join(folder, MARK));

  for (const text of HOSTILE.filter((hostile) => !hostile.includes("/"))) {
    const outcome = withChart(text);
    if (outcome instanceof InvalidInputError) {
      expect(outcome.problems.map(({ path }) => path)).toEqual([chart]);
    } else {
      expect(reading(outcome.json)).toEqual(replaced(reading(marked.json), text));
    }
  }
});

function terraformOf({ json, releaseJson }: Synthesised): unknown {
  return releaseJson === undefined ? json : [json, releaseJson];
}

/** A Terraform JSON with each string as Terraform reads it. */
function reading(json: unknown): unknown {
  return typeof json === "string" ? readTemplate(json) : mapped(json, reading);
}

/** The texts that stand in quotes in what Terraform reads. */
function quotedTexts(read: unknown): string[] {
  if (typeof read !== "object" || read === null) {
    return [];
  }
  const { quoted } = read as { quoted?: readonly unknown[] };
  const own = quoted?.length === 1 && typeof quoted[0] === "string" ? [quoted[0]] : [];
  return [...own, ...Object.values(read).flatMap(quotedTexts)];
}

/** The same with a text in the mark's place. */
function replaced(read: unknown, text: string): unknown {
  return typeof read === "string" ? read.replaceAll(MARK, () => text) : mapped(read, (inner) => replaced(inner, text));
}

/** The same without the number that changes with the certificate. */
function withoutRevision(read: unknown): unknown {
  return JSON.parse(JSON.stringify(read, (key, value) => (key === "data_wo_revision" ? undefined : value)));
}

function mapped(value: unknown, change: (inner: unknown) => unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(change);
  }
  return typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, change(inner)]))
    : value;
}
