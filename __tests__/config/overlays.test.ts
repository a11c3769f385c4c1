import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { stringify } from "yaml";
import { issue } from "./issue";
import { changed, committed, load, refusal, type Settings, temporaryFolder } from "./support";

/** A base file, and a file over it for each environment. */

const folder = temporaryFolder();

/** Writes a file of the folder. @returns its path */
function file(name: string, content: unknown): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof content === "string" ? content : stringify(content));
  return path;
}

const together = (...files: string[]) => files.join(delimiter);

/** The settings of the one stack of a base with others over it. */
function merged(base: Settings, ...overlays: unknown[]): Settings {
  const files = overlays.map((settings, index) => file(`over-${index}.yaml`, { "gcp-stack": settings }));
  const [stack] = load(together(file("base.yaml", { "gcp-stack": base }), ...files));
  return stack?.config as unknown as Settings;
}

const BASE = committed();

describe("a later file wins:", () => {
  test("settings are merged key by key, as deep as they go", () => {
    expect(merged(BASE, { cluster: { name: "prod" }, release: { namespace: "vectors" } })).toEqual(
      changed(BASE, { "cluster.name": "prod", "release.namespace": "vectors" }),
    );
  });

  test("a list is replaced, not added to", () => {
    expect(merged(BASE, { hosts: ["a.example.com", "b.example.com"] }, { hosts: ["c.example.com"] })).toEqual(
      changed(BASE, { hosts: ["c.example.com"] }),
    );
  });

  test("null takes a setting out", () => {
    expect(merged(BASE, { release: { serviceType: null, acceptLayer4LoadBalancerDeleted: null } })).toEqual(
      changed(BASE, { "release.serviceType": undefined, "release.acceptLayer4LoadBalancerDeleted": undefined }),
    );
  });

  test("a setting that was taken out may come back", () => {
    expect(merged(BASE, { release: { serviceType: null } }, { release: { serviceType: "NodePort" } })).toEqual(
      changed(BASE, { "release.serviceType": "NodePort" }),
    );
  });

  test("annotations are merged by their keys, whatever these are called", () => {
    const before = { ...BASE, annotations: { kind: "a", "example.com/owner": "search" } };
    expect(merged(before, { annotations: { kind: "b" } }).annotations).toEqual({
      kind: "b",
      "example.com/owner": "search",
    });
  });
});

describe("what has kinds is replaced as a whole by another kind:", () => {
  test("a certificate, by its kind", () => {
    const before = { ...BASE, certificate: { kind: "self-signed", validityDays: 90 } };
    expect(merged(before, { certificate: { kind: "managed" } }).certificate).toEqual({ kind: "managed" });
  });

  test("a cluster, by its access", () => {
    expect(merged(BASE, { cluster: { access: "kubeconfig", path: "/k", context: "prod" } }).cluster).toEqual({
      access: "kubeconfig",
      path: "/k",
      context: "prod",
    });
  });

  test("a backend, so that a Google bucket is not taken for one of Amazon's", () => {
    const before = { ...BASE, backend: { kind: "gcs", bucket: "google", prefix: "p" } };
    file("s3.yaml", { "gcp-stack": { backend: { kind: "s3", key: "k", region: "eu-west-1" } } });
    const error = refusal(together(file("base.yaml", { "gcp-stack": before }), join(folder, "s3.yaml")));
    expect(error?.problems).toEqual([
      {
        path: `${join(folder, "s3.yaml")}: gcp-stack.backend.bucket`,
        given: "nothing",
        allowed: "text: the bucket's name",
        fix: "add it",
      },
    ]);
  });

  test("a release, by its ownership", () => {
    const other = { ownership: "leave-alone", releaseName: "r", namespace: "n", mode: "standalone", tlsInPod: true };
    expect(merged(BASE, { release: other }).release).toEqual(other);
  });

  test("but not by the ownership that it has by default", () => {
    const before = changed(BASE, { "release.ownership": undefined });
    expect(merged(before, { release: { ownership: "adopt", namespace: "n" } }).release).toEqual({
      ...(before.release as Settings),
      ownership: "adopt",
      namespace: "n",
    });
  });

  test("but not by the kind that it has", () => {
    const before = { ...BASE, certificate: { kind: "self-signed", validityDays: 90 } };
    expect(merged(before, { certificate: { kind: "self-signed", generation: 2 } }).certificate).toEqual({
      kind: "self-signed",
      validityDays: 90,
      generation: 2,
    });
  });

  test("a private key, by where it is", async () => {
    const { pem } = await issue({ hosts: ["my-release.milvus.io"] });
    const before = { ...BASE, certificate: { kind: "pem", certificate: pem, privateKey: { file: "tls.key" } } };
    expect(merged(before, { certificate: { privateKey: { variable: "key" } } }).certificate).toEqual({
      kind: "pem",
      certificate: pem,
      privateKey: { variable: "key" },
    });
  });

  test("a stack, by its cloud", () => {
    expect(merged(BASE, committed("aws-stack"))).toEqual(committed("aws-stack"));
  });
});

describe("stacks", () => {
  const ids = (...overlays: unknown[]) =>
    load(
      together(
        file("base.yaml", { "gcp-stack": BASE, "aws-stack": committed("aws-stack") }),
        ...overlays.map((content, index) => file(`over-${index}.yaml`, content)),
      ),
    ).map(({ id }) => id);

  test("are added by a later file, and taken out by null", () => {
    expect(ids({ third: { ...BASE, project: "another-project" } })).toEqual(["gcp-stack", "aws-stack", "third"]);
    expect(ids({ "aws-stack": null })).toEqual(["gcp-stack"]);
  });

  test("stay as they are beside a file that says nothing yet", () => {
    expect(ids("# nothing yet\n")).toEqual(["gcp-stack", "aws-stack"]);
  });

  test("may be none in the base", () => {
    expect(load(together(file("base.yaml", {}), file("over.yaml", { only: BASE }))).map(({ id }) => id)).toEqual([
      "only",
    ]);
  });

  test("have to be there when all are read", () => {
    const over = file("over.yaml", { "gcp-stack": null });
    expect(refusal(together(file("base.yaml", { "gcp-stack": BASE }), over))?.message).toBe(
      `${join(folder, "base.yaml")}, ${over}: 1 problem\n` +
        "  file: given {}, allowed at least one stack: its id as a key, its settings below, do add a stack",
    );
  });
});

describe("a path is seen from the folder of the file that says it:", () => {
  test.each([
    ["backend.path", { kind: "local", path: "p.tfstate" }],
    ["cluster.path", { access: "kubeconfig", path: "config", context: "c" }],
  ])("%s", (setting, value) => {
    const [key = "", inner = ""] = setting.split(".");
    const over = file("envs/prod/over.yaml", { "gcp-stack": { [key]: value } });
    const [stack] = load(together(file("base.yaml", { "gcp-stack": BASE }), over));
    const settings = stack?.config as Record<string, any> | undefined;
    expect(settings?.[key][inner]).toBe(join(folder, "envs/prod", value.path));
  });

  test("a user.yaml of the base beside a chart of the environment", () => {
    file("user.yaml", "common:\n  security:\n    authorizationEnabled: true\n");
    const base = changed(BASE, { "release.userYaml": { file: "user.yaml" } });
    const over = file("envs/prod/over.yaml", { "gcp-stack": { release: { chart: "./milvus" } } });
    const [stack] = load(together(file("base.yaml", { "gcp-stack": base }), over));
    expect(stack?.config.release).toMatchObject({
      userYaml: "common:\n  security:\n    authorizationEnabled: true\n",
      chart: join(folder, "envs/prod/milvus"),
    });
  });
});

describe("what is wrong", () => {
  test("is told of all files at once, each with the file that says it", () => {
    const base = file("base.yaml", { "gcp-stack": { ...BASE, project: "X" } });
    const over = file("over.yaml", {
      "gcp-stack": { hosts: ["Milvus.example.com"], dnsZon: null, release: { restPort: 9091 } },
    });
    expect(refusal(together(base, over))?.message).toBe(
      `${base}, ${over}: 4 problems\n` +
        `  ${over}: gcp-stack.dnsZon: given null, allowed null for a setting that a file before this one has: it takes that ` +
        "out, do remove it, or correct the key\n" +
        `  ${base}: gcp-stack.project: given "X", allowed a Google Cloud project's id: 6 to 30 lower-case letters, digits and ` +
        "'-', with a letter first, do write the id, not the name or the number, as 'gcloud projects list' prints it\n" +
        `  ${over}: gcp-stack.release.restPort: given 9091, allowed a port from 1024 to 65535 other than 19530, 19529 and ` +
        "9091, which Milvus uses itself, do leave it out for 8080\n" +
        `  ${over}: gcp-stack.hosts[0]: given "Milvus.example.com", allowed a DNS name such as milvus.example.com, in ` +
        "lower case, with no wildcard, do write the name alone: no scheme, port, path or trailing dot, and a name in another " +
        "script in its xn-- form",
    );
  });

  test("is told of every file that can't be read, at once", () => {
    const none = join(folder, "none.yaml");
    const broken = file("broken.yaml", "a: 1\na: 2\n");
    const list = file("list.yaml", "- 1\n");
    expect(refusal(together(none, broken, list))?.problems.map(({ path, given }) => [path, given])).toEqual([
      [`${none}: file`, JSON.stringify(none)],
      [`${broken}: line 2`, '"Map keys must be unique at line 2, column 1:"'],
      [`${list}: file`, "[1]"],
    ]);
  });

  test("is a separator with no file beside it: a variable that isn't set would give the base alone", () => {
    expect(refusal(`milvus-l7.yaml${delimiter}`)?.message).toBe(
      `config files: 1 problem\n  files: given "milvus-l7.yaml${delimiter}", allowed a file's path on each side of a ` +
        `'${delimiter}', do name a file there, or take the separator away`,
    );
  });
});
