import { perform } from "../../commands/release-command";
import { DETACH } from "../../commands/release-detach";
import { adopted, failsAt, guardOf, RELEASE_ID, stackWith } from "../support/state";

const RELEASE = `helm_release.${RELEASE_ID}`;
const GUARD = `terraform_data.${RELEASE_ID}`;
const FINDING = ["init -input=false -no-color", "show -json -no-color"];
const BACKUP =
  "  Terraform keeps the state from before as a *.backup file, passwords in it, in cdktf.out/stacks/gcp-stack";

describe("release:detach gives back", () => {
  test("the adopted release, then its guard", () => {
    const { stack, calls } = stackWith({ resources: [guardOf(), adopted()] }, [RELEASE]);
    expect(perform(DETACH, stack, [])).toEqual({
      status: 0,
      lines: [
        "release-detach: given back: default/my-release. Milvus runs on as it is",
        `  out of the state: ${RELEASE}`,
        `  out of the state: ${GUARD}`,
        BACKUP,
        "  next: the configuration still adopts default/my-release, and a deploy would do it again. So either",
        "    leave it alone: ownership: leave-alone in the config file, MilvusTlsRelease.leaveAlone in a program, or delete",
        "    its lines there; then npx cdktf deploy gcp-stack",
        "    or take everything else away, and leave Milvus: npx cdktf destroy gcp-stack",
      ],
    });
    expect(calls).toEqual([...FINDING, `state rm -no-color ${RELEASE}`, `state rm -no-color ${GUARD}`]);
  });

  test("a release that the configuration no longer adopts, and says what comes next", () => {
    const { stack } = stackWith({ resources: [guardOf(), adopted()] }, ["helm_release.milvus_default_other"]);
    expect(perform(DETACH, stack, []).lines.slice(4)).toEqual([
      "  next: npx cdktf deploy gcp-stack, whose configuration doesn't adopt it",
    ]);
  });

  test.each<[string, string[], string]>([
    [
      "its own stack",
      [],
      "    (ownership, or stack, in the config file); there is nothing else in this stack to deploy or to destroy",
    ],
    [
      "the load balancer's stack",
      ["kubernetes_manifest"],
      "    leave it alone: ownership: leave-alone in the config file,",
    ],
  ])("a release in %s, and says what comes next", (_, others, next) => {
    const { stack } = stackWith({ resources: [guardOf(), adopted()] }, [RELEASE]);
    const resource = Object.fromEntries(["helm_release", "terraform_data", ...others].map((type) => [type, {}]));
    const { lines } = perform(DETACH, { ...stack, configuration: { ...stack.configuration, resource } }, []);
    expect(lines[5]).toContain(next.trim());
  });

  test("the guard alone, where it was interrupted", () => {
    const { stack, calls } = stackWith({ resources: [guardOf()] }, [RELEASE]);
    const { status, lines } = perform(DETACH, stack, []);
    expect([status, ...lines.slice(0, 3)]).toEqual([
      0,
      "release-detach: given back: default/my-release. Milvus runs on as it is",
      `  out of the state: ${GUARD}`,
      BACKUP,
    ]);
    expect(lines[3]).toContain("next: the configuration still adopts default/my-release");
    expect(calls).toEqual([...FINDING, `state rm -no-color ${GUARD}`]);
  });

  test("a release without a guard, as older versions adopted it", () => {
    const { stack, calls } = stackWith({ resources: [adopted()] });
    expect(perform(DETACH, stack, []).status).toBe(0);
    expect(calls).toEqual([...FINDING, `state rm -no-color ${RELEASE}`]);
  });

  test("a release in a module", () => {
    const module = { address: "module.platform", resources: [adopted(), guardOf()] };
    const { stack, calls } = stackWith({ child_modules: [module] });
    expect(perform(DETACH, stack, []).status).toBe(0);
    expect(calls.slice(2)).toEqual([
      `state rm -no-color module.platform.${RELEASE}`,
      `state rm -no-color module.platform.${GUARD}`,
    ]);
  });
});

test.each<[string, object | undefined, string[]]>([
  ["the local backend", { backend: { local: { path: "x" } } }, [BACKUP]],
  ["no backend", {}, [BACKUP]],
  ["a remote backend", { backend: { gcs: { bucket: "x" } } }, []],
  ["HCP Terraform", { cloud: {} }, []],
])("release:detach says where Terraform leaves a copy of the state, if it does: %s", (_, terraform, expected) => {
  const { stack } = stackWith({ resources: [adopted()] });
  const { lines } = perform(DETACH, { ...stack, configuration: { terraform } }, []);
  expect(lines.filter((line) => line.includes("backup"))).toEqual(expected);
});

describe("release:detach, where there are several releases,", () => {
  const ids = ["milvus_default_a", "milvus_east_default_a", "milvus_east_default_b", "milvus_west_default_b"];
  const several = { resources: ids.flatMap((id) => [adopted(id), guardOf(id)]) };

  test("names them and changes nothing until it is told which", () => {
    const { stack, calls } = stackWith(several);
    expect(perform(DETACH, stack, [])).toEqual({
      status: 1,
      lines: [
        "release-detach: refused: the state of gcp-stack holds more than one release",
        "  say which:",
        "    --release default/a   (helm_release.milvus_default_a)",
        "    --release east/default/a   (helm_release.milvus_east_default_a)",
        "    --release east/default/b   (helm_release.milvus_east_default_b)",
        "    --release west/default/b   (helm_release.milvus_west_default_b)",
        "  nothing has been changed",
      ],
    });
    expect(calls).toEqual(FINDING);
  });

  test.each([
    ["its name", ["default/a"], ["milvus_default_a"]],
    ["its cluster's key", ["west/default/b"], ["milvus_west_default_b"]],
    ["its address", ["helm_release.milvus_east_default_b"], ["milvus_east_default_b"]],
    ["several names", ["west/default/b", "default/a", "default/a"], ["milvus_west_default_b", "milvus_default_a"]],
  ])("takes the one that is told by %s", (_, wanted, expected) => {
    const { stack, calls } = stackWith(several);
    expect(perform(DETACH, stack, wanted).status).toBe(0);
    expect(calls.slice(2)).toEqual(
      expected.flatMap((id) => [`state rm -no-color helm_release.${id}`, `state rm -no-color terraform_data.${id}`]),
    );
  });

  test("refuses a name that two have", () => {
    const { stack, calls } = stackWith(several);
    expect(perform(DETACH, stack, ["default/b"])).toEqual({
      status: 1,
      lines: [
        "release-detach: refused: there is more than one release default/b",
        "  say which:",
        "    --release east/default/b   (helm_release.milvus_east_default_b)",
        "    --release west/default/b   (helm_release.milvus_west_default_b)",
        "  nothing has been changed",
      ],
    });
    expect(calls).toEqual(FINDING);
  });

  test("refuses a name that none has, whatever else is named", () => {
    const { stack, calls } = stackWith({ resources: [adopted()] });
    expect(perform(DETACH, stack, ["default/my-release", "default/c"])).toEqual({
      status: 1,
      lines: [
        "release-detach: refused: there is no release default/c",
        "  say which:",
        `    --release default/my-release   (${RELEASE})`,
        "  nothing has been changed",
      ],
    });
    expect(calls).toEqual(FINDING);
  });
});

describe("release:detach refuses where there is nothing to detach:", () => {
  test.each([
    ["an empty state", undefined, "it is empty"],
    [
      "a state without a release",
      { resources: [{ type: "tls_private_key", name: "key" }] },
      "it holds 1 resources, no Helm release among them",
    ],
    [
      "a release that is none of ours, a guard of something else, a release that is read",
      {
        resources: [
          { type: "helm_release", name: "attu", values: { namespace: "default", name: "attu" } },
          { type: "helm_release", name: "milvus_for_tests", values: { namespace: "ci", name: "milvus" } },
          { type: "terraform_data", name: "milvus_default_seed", values: { input: null } },
          { ...adopted(), mode: "data" },
        ],
      },
      "it holds 3 resources, helm_release.attu, helm_release.milvus_for_tests, terraform_data.milvus_default_seed among them",
    ],
  ])("%s", (_, module, whatIsThere) => {
    const { stack, calls } = stackWith(module);
    expect(perform(DETACH, stack, [])).toEqual({
      status: 1,
      lines: [
        "release-detach: refused: the state of gcp-stack holds no release that was adopted, and no guard of one: " +
          "there is nothing to detach",
        `  ${whatIsThere}`,
        "  nothing has been changed",
      ],
    });
    expect(calls).toEqual(FINDING);
  });
});

describe("release:detach, where the pods speak TLS,", () => {
  const note =
    "  note: the pods of default/my-release go on speaking TLS. To have plaintext again, put TLS off in the config " +
    "(tls: disabled) and deploy BEFORE a detach: a deploy now adopts it again for that";
  const notes = (values: object) =>
    perform(DETACH, stackWith({ resources: [adopted(RELEASE_ID, values)] }).stack, []).lines.filter((line) =>
      line.includes("note"),
    );
  const json = (values: object) => ({ metadata: { values: JSON.stringify(values) } });
  const env = (name: string, value: string) => ({
    proxy: {
      extraEnv: [
        { name: "A", value: "0" },
        { name, value },
      ],
    },
  });

  test.each<[string, object]>([
    ["the values that were sent", { values: ['"extraEnv":\n- "name": "COMMON_SECURITY_TLSMODE"\n  "value": "1"\n'] }],
    ["the release's values", json(env("COMMON_SECURITY_TLSMODE", "1"))],
    [
      "the release's values, as provider 2 has them",
      { metadata: [json(env("COMMON_SECURITY_TLSMODE", "2")).metadata] },
    ],
    ["another spelling", json(env("MILVUS_CONF_COMMON_SECURITY_TLSMODE", "1"))],
    ["a file of Milvus'", json({ extraConfigFiles: { "user.yaml": "common:\n  security:\n    tlsMode: 1\n" } })],
    ["a file of Milvus' that was sent", { values: ["extraConfigFiles:\n  user.yaml: |\n    tlsMode: 1\n"] }],
  ])("says so by %s", (_, values) => {
    expect(notes(values)).toEqual([note]);
  });

  test.each<[string, object]>([
    ["no values at all", { values: null, metadata: null }],
    [
      "TLS off by environment, which outranks a file",
      json({ ...env("COMMON_SECURITY_TLSMODE", "0"), "user.yaml": "\ntlsMode: 1" }),
    ],
    ["a comment in a file", json({ extraConfigFiles: { "user.yaml": "security:\n  # tlsMode: 1\n" } })],
    ["values that can't be read", { values: ["sim-values"], metadata: { values: "sim-values" } }],
  ])("says nothing of it with %s", (_, values) => {
    expect(notes(values)).toEqual([]);
  });

  test("prints no value of it", () => {
    const { stack } = stackWith({ resources: [adopted(RELEASE_ID, json({ password: "s3cret" })), guardOf()] });
    expect(JSON.stringify(perform(DETACH, stack, []))).not.toContain("s3cret");
  });
});

describe("release:detach shows what terraform says, where it fails", () => {
  const state = { resources: [adopted(), guardOf()] };

  test.each([
    ["init", "init -input=false"],
    ["show", "show -json"],
    ["state rm -no-color helm_release", `state rm ${RELEASE}`],
  ])("at %s", (words, command) => {
    const { stack } = stackWith(state, [], failsAt(words, "\nError: Error acquiring the state lock\n\nLock Info:\n"));
    expect(perform(DETACH, stack, [])).toEqual({
      status: 2,
      lines: [
        `release-detach: 'terraform ${command}' failed`,
        "  Error: Error acquiring the state lock",
        "  ",
        "  Lock Info:",
      ],
    });
  });

  test("between the release and its guard, and says how to finish", () => {
    const { stack } = stackWith(state, [], failsAt("state rm -no-color terraform_data", "Error: no"));
    expect(perform(DETACH, stack, [])).toEqual({
      status: 2,
      lines: [
        `release-detach: 'terraform state rm ${GUARD}' failed`,
        "  Error: no",
        `  out of the state before that: ${RELEASE}`,
        "  run this again to finish",
      ],
    });
  });

  test("or prints something that is no state", () => {
    const { stack } = stackWith(state, [], () => ({ status: 0, stdout: "Terraform will…", stderr: "" }));
    expect(perform(DETACH, stack, [])).toEqual({
      status: 2,
      lines: ["release-detach: 'terraform show -json' printed no state that can be read"],
    });
  });
});
