import { committedWith, refusal, synthesise, temporaryFolder, writeConfig } from "./support";

/** No text of a user's is ever an expression: a few, with what stands in the JSON. The generated tier has all settings. */

const folder = temporaryFolder();

const TEXTS = [
  { text: '${file("/etc/passwd")}', written: '$${file("/etc/passwd")}' },
  { text: "%{if true}x%{endif}", written: "%%{if true}x%%{endif}" },
  { text: '"quoted" \\ ünïcödé 名前', written: '"quoted" \\ ünïcödé 名前' },
  { text: "$${x}", written: "$$${x}" },
];

test.each(TEXTS)("in a provider, a backend and an annotation it is escaped: $text", ({ text, written }) => {
  const changes = {
    cluster: { access: "kubeconfig", context: text },
    annotations: { "example.com/owner": text },
    backend: { kind: "gcs", bucket: "states", prefix: text },
  };
  const { json } = synthesise(writeConfig(folder, committedWith(changes)), folder) as { json: any };
  const [{ config_context }] = json.provider.kubernetes;
  const annotated: any[] = Object.values(json.resource.kubernetes_annotations);

  expect(config_context).toBe(written);
  expect(json.terraform.backend.gcs.prefix).toBe(written);
  expect(annotated.map(({ annotations }) => annotations["example.com/owner"])).toEqual([written]);
});

test.each(["#{TfToken[TOKEN.0]}", "${TfToken[TOKEN.0]}"])("what looks like a cdktf token is refused: %s", (text) => {
  const file = writeConfig(folder, committedWith({ "backend.path": text, "release.releaseName": text }));

  expect(refusal(file)?.problems.map(({ path, allowed }) => `${path}: ${allowed}`)).toEqual([
    "gcp-stack.release.releaseName: a value with no cdktf token in it",
    "gcp-stack.backend.path: a value with no cdktf token in it",
  ]);
});

test.each([
  { id: "gcp-stack", setting: "timeoutSec" },
  { id: "aws-stack", setting: "idleTimeoutSec" },
])("a number that cdktf takes for a token is refused: $id", ({ id, setting }) => {
  const file = writeConfig(folder, committedWith({ [setting]: -8.1095622125915255e298 }, id));

  expect(refusal(file)?.problems.map(({ path }) => path)).toEqual([`${id}.${setting}`]);
});
