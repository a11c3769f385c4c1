import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { targetOf } from "./cluster/support/target";
import { temporaryFolder } from "./config/support";

/** The cluster tier installs and deletes: which cluster it may touch is decided here, before anything is sent. */

const folder = temporaryFolder();

function kubeconfig(server: string, more: object = {}): string {
  const file = join(folder, "kubeconfig");
  writeFileSync(
    file,
    stringify({
      "current-context": "mine",
      contexts: [{ name: "mine", context: { cluster: "one" } }],
      clusters: [{ name: "one", cluster: { server, ...more } }],
    }),
  );
  return file;
}

function named(server: string, more: object = {}, env: object = {}) {
  return () => targetOf({ CLUSTER_TEST_KUBECONFIG: kubeconfig(server, more), CLUSTER_TEST_CONTEXT: "mine", ...env });
}

test("no cluster is taken where none is named, whatever KUBECONFIG and the current context say", () => {
  expect(targetOf({ KUBECONFIG: kubeconfig("https://127.0.0.1:6443") })).toBeUndefined();
});

test.each([
  { half: "the kubeconfig alone", env: { CLUSTER_TEST_KUBECONFIG: kubeconfig("https://127.0.0.1:6443") } },
  { half: "the context alone", env: { CLUSTER_TEST_CONTEXT: "mine" } },
])("$half is refused", ({ env }) => {
  expect(() => targetOf(env)).toThrow(/is not set: name both/);
});

test("a context that the kubeconfig does not have is refused, with those that it has", () => {
  const env = { CLUSTER_TEST_KUBECONFIG: kubeconfig("https://127.0.0.1:6443"), CLUSTER_TEST_CONTEXT: "other" };
  expect(() => targetOf(env)).toThrow(/has no context other with a server\. Its contexts: mine\./);
});

test.each(["https://127.0.0.1:6443", "https://127.8.9.10", "https://localhost:6443", "https://[::1]:6443"])(
  "a server on this machine is taken: %s",
  (server) => {
    expect(named(server)()).toMatchObject({ context: "mine", server });
  },
);

test.each([
  "https://10.0.0.1:6443",
  "https://127.0.0.1.example.com",
  "https://localhost.example.com",
  "https://ABCD.gr7.eu-west-1.eks.amazonaws.com",
  "https://[2001:db8::1]",
  "no address",
])("a server elsewhere is refused: %s", (server) => {
  expect(named(server)).toThrow(/not this machine\..*CLUSTER_TEST_ALLOW=/);
});

test("a server on this machine by a proxy elsewhere is refused", () => {
  expect(named("https://127.0.0.1:6443", { "proxy-url": "http://10.0.0.9:3128" })).toThrow(/not this machine/);
});

test("a server elsewhere is taken where that very server is allowed", () => {
  const allow = (server: string) => named("https://10.0.0.1:6443", {}, { CLUSTER_TEST_ALLOW: server });
  expect(allow("https://10.0.0.1:6443")()).toMatchObject({ server: "https://10.0.0.1:6443" });
  expect(allow("https://10.0.0.2:6443")).toThrow(/not this machine/);
  expect(allow("yes")).toThrow(/not this machine/);
});
