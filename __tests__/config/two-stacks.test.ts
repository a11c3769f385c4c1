import { stringify } from "yaml";
import { changed, committed, refusal, type Settings, temporaryFolder, writeConfig } from "./support";

/** Two stacks of one file that would have the same thing. */

const folder = temporaryFolder();

const problems = (stacks: Record<string, Settings>) => refusal(writeConfig(folder, stringify(stacks)))?.problems ?? [];
const paths = (stacks: Record<string, Settings>) => problems(stacks).map(({ path }) => path);

const gcp = (changes: Record<string, unknown> = {}) => changed(committed(), changes);
const aws = (changes: Record<string, unknown> = {}) => changed(committed("aws-stack"), changes);

/** The same Milvus, with nothing of its own but a state. */
const GCP_ALONE = {
  release: {
    ownership: "leave-alone",
    releaseName: "my-release",
    namespace: "default",
    mode: "cluster",
    tlsInPod: true,
  },
};
const AWS_ALONE = { release: { releaseName: "milvus-demo", namespace: "milvus", mode: "cluster" } };

describe("the place of a state", () => {
  const apart = { project: "another-project" };
  const pair = (first: object, second: object) => ({
    first: gcp({ backend: first }),
    second: gcp({ ...apart, backend: second }),
  });
  const s3 = { kind: "s3", bucket: "states", key: "a.tfstate", region: "us-east-2" };
  const gcs = { kind: "gcs", bucket: "states", prefix: "a/b" };
  const remote = { kind: "remote", organization: "acme", workspace: "milvus" };
  const local = { kind: "local", path: "a.tfstate" };

  test("one problem names both stacks, what they share, and the way out", () => {
    const error = refusal(writeConfig(folder, stringify(pair(s3, s3))));
    expect(error?.message).toBe(
      "milvus-l7.yaml: 1 problem\n  second.backend.key: given the state s3://states/a.tfstate, which first has too, allowed a " +
        "state of its own: each stack would destroy what the other has made, do set another key in one of the two",
    );
  });

  test.each([
    { first: gcs, second: gcs, path: "prefix" },
    { first: gcs, second: { ...gcs, prefix: "/a//b/" }, path: "prefix" },
    { first: { kind: "gcs", bucket: "states" }, second: { ...gcs, prefix: "milvus-l7/first" }, path: "prefix" },
    { first: s3, second: { ...s3, region: "eu-west-1" }, path: "key" },
    { first: s3, second: { ...s3, key: "/a.tfstate" }, path: "key" },
    { first: remote, second: remote, path: "workspace" },
    { first: remote, second: { ...remote, hostname: "App.Terraform.io" }, path: "workspace" },
    { first: local, second: local, path: "path" },
    { first: local, second: { kind: "local", path: "./x/../a.tfstate" }, path: "path" },
    {
      first: { kind: "local" },
      second: { kind: "local", path: `${process.cwd()}/terraform.first.tfstate` },
      path: "path",
    },
  ])("is the same: $first, $second", ({ first, second, path }) => {
    expect(paths(pair(first, second))).toEqual([`second.backend.${path}`]);
  });

  test.each([
    { first: gcs, second: { ...gcs, bucket: "others" } },
    { first: gcs, second: { ...gcs, prefix: "a/c" } },
    { first: s3, second: { ...s3, key: "b.tfstate" } },
    { first: remote, second: { ...remote, organization: "others" } },
    { first: remote, second: { ...remote, hostname: "tfe.example.com" } },
    { first: local, second: { kind: "local" } },
    { first: s3, second: { kind: "gcs", bucket: "states", prefix: "a.tfstate" } },
  ])("is another: $first, $second", ({ first, second }) => {
    expect(paths(pair(first, second))).toEqual([]);
  });

  test("may be that of a release's own stack", () => {
    const own = { "release.stack": "own" };
    const first = { "release.stack": "own", backend: s3 };
    const second = { ...apart, backend: { ...s3, key: "a-release.tfstate" } };
    expect(paths({ first: gcp(first), second: gcp(second) })).toEqual(["second.backend.key"]);
    expect(paths({ first: gcp({ ...own, backend: gcs }), second: aws({ ...own, backend: gcs }) })).toEqual([
      "second.backend.prefix",
    ]);
  });

  test("is said once for each pair of stacks", () => {
    const stacks = Object.fromEntries(
      ["a", "b", "c"].map((id) => [id, gcp({ project: `project-${id}`, backend: s3 })]),
    );
    expect(problems(stacks).map(({ path, given }) => `${path}: ${given}`)).toEqual([
      "b.backend.key: the state s3://states/a.tfstate, which a has too",
      "c.backend.key: the state s3://states/a.tfstate, which a has too",
      "c.backend.key: the state s3://states/a.tfstate, which b has too",
    ]);
  });
});

describe("a second load balancer of one Milvus", () => {
  test("needs a name of its own", () => {
    const error = refusal(writeConfig(folder, stringify({ public: gcp(), internal: gcp(GCP_ALONE) })));
    expect(error?.message).toBe(
      "milvus-l7.yaml: 1 problem\n  internal.name: given Ingress default/my-release-milvus, Service default/my-release-milvus-l7, " +
        "BackendConfig default/my-release-backendconfig and 5 more, which public has too, allowed names that nothing else has, " +
        "do set another name in one of the two: it is the name of the Ingress, and all other names begin with it",
    );
    expect(paths({ public: aws(), internal: aws({ ...AWS_ALONE, scheme: "internal" }) })).toEqual(["internal.name"]);
  });

  test.each([
    { public: gcp(), internal: gcp({ ...GCP_ALONE, name: "internal" }) },
    { public: aws(), internal: aws({ ...AWS_ALONE, name: "internal", scheme: "internal" }) },
  ])("is taken with one", (stacks) => {
    expect(paths(stacks)).toEqual([]);
  });

  test("leaves the release alone, or both adopt it", () => {
    const two = (settings: typeof gcp) => ({ public: settings(), internal: settings({ name: "internal" }) });
    expect(problems(two(gcp))).toEqual([
      {
        path: "internal.release.ownership",
        given: "the adopted Helm release default/my-release, which public has too",
        allowed: "a release that one stack adopts: each would undo the other's settings",
        fix: "set ownership to leave-alone or elsewhere in one of the two",
      },
    ]);
    expect(paths(two(aws))).toEqual(["internal.release.ownership"]);
    expect(paths({ public: gcp(), internal: gcp({ name: "internal", "release.stack": "own" }) })).toEqual([
      "internal.release.ownership",
    ]);
  });
});

describe("the cluster", () => {
  const kubeconfig = (path: string, context = "mine") => ({ cluster: { access: "kubeconfig", path, context } });

  test.each([
    ["another project", gcp(), gcp({ project: "another-project" })],
    [
      "another cluster of another name, and a release of another name",
      gcp(),
      gcp({ "cluster.name": "b", "release.releaseName": "b" }),
    ],
    ["another region", aws(), aws({ region: "eu-west-1" })],
    ["another account", aws({ account: "111111111111" }), aws({ account: "222222222222" })],
    ["another profile", aws({ profile: "a" }), aws({ profile: "b" })],
    ["another context", aws(kubeconfig("a")), aws(kubeconfig("a", "other"))],
    ["another namespace", aws(), aws({ "release.namespace": "other" })],
  ])("is another: %s", (_, first, second) => {
    expect(paths({ first, second })).toEqual([]);
  });

  test.each([
    [
      "of an account, by whichever profile",
      aws({ account: "111111111111" }),
      aws({ account: "111111111111", profile: "b" }),
    ],
    ["by two ways of writing its path", aws(kubeconfig("a")), aws(kubeconfig("./b/../a"))],
    [
      "by the default path",
      aws({ cluster: { access: "kubeconfig", context: "mine" } }),
      aws(kubeconfig("~/.kube/config")),
    ],
  ])("is the same: %s", (_, first, second) => {
    expect(paths({ first, second })).toEqual(["second.release.ownership", "second.name"]);
  });
});

describe("names of a project or an account", () => {
  const other = { "cluster.name": "another-cluster" };

  test("are those of two clusters with the same release", () => {
    expect(problems({ first: gcp(), second: gcp(other) }).map(({ path, given }) => `${path}: ${given}`)).toEqual([
      "second.name: the global address my-release-milvus-l7, the Cloud Armor policy my-release-milvus-l7, the TLS policy " +
        "my-release-milvus-l7, which first has too",
    ]);
    expect(paths({ first: aws(), second: aws(other) })).toEqual([]);
  });

  test.each([
    ["an address that is reserved", { address: { kind: "reserved", name: "front" } }, ["second.address.name"]],
    [
      "an address that exists: port 443 of it leads to one load balancer",
      { address: { kind: "existing", name: "front" } },
      ["second.address.name"],
    ],
    ["a Cloud Armor policy", { securityPolicy: { kind: "created", name: "front" } }, ["second.securityPolicy.name"]],
    ["a TLS policy", { sslPolicy: { kind: "created", name: "front" } }, ["second.sslPolicy.name"]],
    ["a host in a zone", { dnsZone: "zone" }, ["second.hosts[0]"]],
  ])("on Google Cloud: %s", (_, settings, expected) => {
    expect(
      paths({ first: gcp({ ...settings, name: "a" }), second: gcp({ ...other, ...settings, name: "b" }) }),
    ).toEqual(expected);
  });

  test.each([
    [
      "a Cloud Armor policy that exists",
      { securityPolicy: { kind: "existing", name: "p", restrictsClients: true }, inboundCidrs: undefined },
    ],
    ["a TLS policy that exists", { sslPolicy: { kind: "existing", name: "p" } }],
    ["a Secret that exists", { certificate: { kind: "secret", name: "tls" } }],
    ["a certificate of Compute Engine", { certificate: { kind: "pre-shared", name: "tls" } }],
  ])("are not those of what two may share: %s", (_, settings) => {
    expect(
      paths({ first: gcp({ ...settings, name: "a" }), second: gcp({ ...GCP_ALONE, ...settings, name: "b" }) }),
    ).toEqual([]);
  });

  test.each([
    ["a load balancer's name", { loadBalancerName: "front" }, ["second.loadBalancerName"]],
    ["a web ACL", { webAcl: { kind: "created", name: "front" } }, ["second.webAcl.name"]],
    ["a bucket for logs", { logs: { kind: "created", bucket: "logs-of-acme" } }, ["second.logs.bucket"]],
    ["the namespace's readiness gate", { podReadinessGate: true }, ["second.podReadinessGate"]],
    ["a host in a zone", { dnsZone: "Z0123456789ABCDEFGHIJ" }, ["second.hosts[0]"]],
  ])("on AWS: %s", (_, settings, expected) => {
    const second = aws({ ...AWS_ALONE, ...settings, name: "b" });
    expect(paths({ first: aws({ ...settings, name: "a" }), second })).toEqual(expected);
  });

  test("are shared by the Ingresses of a group, which have one load balancer", () => {
    const shared = { loadBalancerName: "front", group: { name: "vectors" } };
    expect(
      paths({ first: aws({ ...shared, name: "a" }), second: aws({ ...AWS_ALONE, ...shared, name: "b" }) }),
    ).toEqual([]);
    const elsewhere = aws({ ...AWS_ALONE, ...shared, name: "b", "cluster.name": "another-cluster" });
    expect(paths({ first: aws({ ...shared, name: "a" }), second: elsewhere })).toEqual(["second.loadBalancerName"]);
  });
});

test("what is wrong with the settings themselves comes beside it, and a stack of another shape claims nothing", () => {
  expect(paths({ first: gcp({ hosts: ["milvus"] }), second: gcp({ ...GCP_ALONE }) })).toEqual([
    "first.hosts[0]",
    "second.name",
  ]);
  expect(paths({ first: gcp({ hosts: "milvus" }), second: gcp(GCP_ALONE) })).toEqual(["first.hosts"]);
});
