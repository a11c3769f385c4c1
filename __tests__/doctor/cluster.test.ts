import { KubectlCluster } from "../../doctor/cluster";
import type { Outcome } from "../../doctor/programs";

const answered = (stdout: string): Outcome => ({ status: 0, stdout, error: "" });

function cluster(outcome: Outcome) {
  const calls: (readonly string[])[] = [];
  const run = async (_: string, args: readonly string[]) => {
    calls.push(args);
    return outcome;
  };
  return { calls, kubectl: new KubectlCluster(run, ["--context=mine"]) };
}

const ask = (outcome: Outcome) => cluster(outcome).kubectl;

test("a Secret is never read whole", async () => {
  await expect(ask(answered("{}")).get("secrets", "x", "default")).rejects.toThrow("a Secret is never read whole");
  await expect(ask(answered("{}")).list("secret", undefined)).rejects.toThrow("a Secret is never read whole");
});

test("of a Secret the names of its keys are printed, not the values", async () => {
  const { calls, kubectl } = cluster(answered("pods\ntls.crt\ntls.key\n"));
  expect(await kubectl.secretKeys("pods", "default")).toEqual({ value: ["tls.crt", "tls.key"] });
  expect(calls).toEqual([
    [
      "get",
      "secrets",
      "pods",
      "--namespace=default",
      '--output=go-template={{.metadata.name}}{{"\\n"}}{{range $key, $value := .data}}{{$key}}{{"\\n"}}{{end}}',
      "--ignore-not-found",
      "--context=mine",
    ],
  ]);
});

test("revisions come as a table: without output in JSON the server sends metadata alone", async () => {
  const { calls, kubectl } = cluster(
    answered(
      "sh.helm.release.v1.m.v9   helm.sh/release.v1   1   2d   9   superseded\nsh.helm.release.v1.m.v10   helm.sh/release.v1   1   1d   10   deployed\n",
    ),
  );
  expect(await kubectl.helmRevisions("m", "default")).toEqual({
    value: [
      { revision: 9, status: "superseded" },
      { revision: 10, status: "deployed" },
    ],
  });
  expect(calls[0]?.join(" ")).not.toMatch(/-o\b|--output/);
});

test("of an object's annotations those are printed that name an owner, and of a Secret nothing else", async () => {
  const { calls, kubectl } = cluster(
    answered("x\nmanager=Go-http-client\nmanager=helm\nmeta.helm.sh/release-name=a=b\ncdktf-milvus-l7/stack=mine\n"),
  );
  expect(await kubectl.owners("secrets", "x", "default")).toEqual({
    value: {
      managers: ["Go-http-client", "helm"],
      marks: { "meta.helm.sh/release-name": "a=b", "cdktf-milvus-l7/stack": "mine" },
    },
  });
  const template = calls[0]?.find((arg) => arg.startsWith("--output=go-template="));
  expect(template).not.toContain(".data");
  expect(template?.match(/eq \$key "[^"]+"/g)).toEqual(
    ["meta.helm.sh/release-name", "meta.helm.sh/release-namespace", "cdktf-milvus-l7/stack"].map(
      (key) => `eq $key "${key}"`,
    ),
  );
});

test("what isn't there is nothing", async () => {
  expect(await ask(answered("")).get("services", "x", "default")).toEqual({ value: undefined });
  expect(await ask(answered("")).secretKeys("x", "default")).toEqual({ value: undefined });
  expect(await ask(answered("")).owners("services", "x", "default")).toEqual({ value: undefined });
  expect(await ask(answered("")).helmRevisions("x", "default")).toEqual({ value: [] });
});

test("names come without their kind", async () => {
  const text =
    "customresourcedefinition.apiextensions.k8s.io/a.b.c\ncustomresourcedefinition.apiextensions.k8s.io/d.e\n";
  expect(await ask(answered(text)).names("customresourcedefinitions")).toEqual({ value: ["a.b.c", "d.e"] });
});

test("a right is yes or no", async () => {
  const right = { verb: "list", resource: "secrets", namespace: "default" };
  expect(await ask(answered("yes\n")).may(right)).toEqual({ value: true });
  expect(await ask({ status: 1, stdout: "no\n", error: "it ended with status 1" }).may(right)).toEqual({
    value: false,
  });
  expect(await ask({ status: 1, stdout: "no - RBAC: clusterrole not found\n", error: "x" }).may(right)).toEqual({
    value: false,
  });
  expect(await ask({ status: 1, stdout: "", error: "forbidden" }).may(right)).toEqual({
    unread: "'kubectl auth can-i' failed: forbidden",
  });
});

const UNREADABLE = { unread: "the answer has not the form that was expected" };

test.each(["garbage", "null", "[]", "{}", '{"items":[null]}', '{"items":[{"metadata":{}}]}', "\u0000\u0001"])(
  "an answer that no API server gives is unread: %j",
  async (text) => {
    expect(await ask(answered(text)).version()).toEqual(UNREADABLE);
    expect(await ask(answered(text)).get("services", "x", "default")).toEqual(UNREADABLE);
    expect(await ask(answered(text)).list("services", "a=b", "default")).toEqual(UNREADABLE);
    expect(await ask(answered(text)).names("services")).toEqual(UNREADABLE);
    expect(await ask(answered(text)).helmRevisions("x", "default")).toEqual(UNREADABLE);
    expect(await ask(answered(text)).owners("services", "x", "default")).toEqual(UNREADABLE);
  },
);

test.each<[Outcome, object]>([
  [{ stdout: "", error: "", stopped: "missing" }, { unread: "kubectl is not on the path" }],
  [
    { stdout: "", error: "", stopped: "late" },
    { unread: "'kubectl get services' gave no answer in time", late: true },
  ],
  [
    { stdout: "", error: "", stopped: "too large" },
    { unread: "'kubectl get services' printed more than can be an answer" },
  ],
  [{ status: 1, stdout: "", error: "Error: forbidden" }, { unread: "'kubectl get services' failed: Error: forbidden" }],
])("a call that fails is unread: %j", async (outcome, expected) => {
  expect(await ask(outcome).get("services", "x", "default")).toEqual(expected);
});
