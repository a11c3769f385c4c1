import { everyPlace, everySettingIn } from "./every-setting";
import { changed, oneStack, refusal, type Settings, synthesise, temporaryFolder, writeConfig } from "./support";
import { readTemplate } from "./terraform-text";

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

/** What cdktf takes for a value of its own. */
const TOKENS = ["#{TfToken[TOKEN.0]}"];

/** A text that is taken wherever any free text is. */
const MARK = "plain-marker";

const folder = temporaryFolder();

let files: Record<string, Settings>;

beforeAll(async () => {
  files = await everySettingIn(folder);
});

function fileWith(of: string, path: string, text: string): string {
  return writeConfig(folder, oneStack(changed(files[of] as Settings, { [path]: text })));
}

const texts = everyPlace().filter(({ value }) => typeof value === "string");

test.each(texts)("$setting: a text is refused there, or arrives as it is", async ({ path, of }) => {
  const taken: string[] = [];
  for (const text of HOSTILE) {
    const error = await refusal(fileWith(of, path, text));
    if (error === undefined) {
      taken.push(text);
    } else {
      expect(error.problems.map((problem) => problem.path)).toContain(`gcp-stack.${path}`);
    }
  }

  if (taken.length > 0) {
    const marked = reading((await synthesise(fileWith(of, path, MARK), folder)).json);
    expect(JSON.stringify(marked)).toContain(MARK);
    for (const text of taken) {
      const { json } = await synthesise(fileWith(of, path, text), folder);
      expect(reading(json)).toEqual(replaced(marked, text));
    }
  }
});

test.each(texts)("$setting: a text that looks like a cdktf token is refused there", async ({ path, of }) => {
  for (const text of TOKENS) {
    const error = await refusal(fileWith(of, path, text));

    expect(error?.problems.map((problem) => problem.path)).toContain(`gcp-stack.${path}`);
  }
});

test.each(["certificate", "chain"])("a text around the %s is no expression", async (key) => {
  const of = "pem text and key file, kubeconfig, leave-alone, gcs";
  const path = `certificate.${key}`;
  const { certificate } = files[of] as { certificate: Record<string, string> };
  const pem = certificate[key];
  const marked = reading((await synthesise(fileWith(of, path, `${MARK}\n${pem}`), folder)).json);

  for (const text of HOSTILE) {
    const { json } = await synthesise(fileWith(of, path, `${text}\n${pem}`), folder);
    expect(withoutRevision(reading(json))).toEqual(withoutRevision(replaced(marked, text)));
  }
});

/** A Terraform JSON with each string as Terraform reads it. */
function reading(json: unknown): unknown {
  return typeof json === "string" ? readTemplate(json) : mapped(json, reading);
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
