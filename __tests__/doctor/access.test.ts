import { type AccessFacts, checkAccess } from "../../doctor/checks/access";
import { awsConfig, gcpConfig, texts } from "./support";

const reached: AccessFacts = {
  googleCredentials: "GOOGLE_CREDENTIALS",
  contexts: { value: ["mine", "other"] },
  api: { value: "v1.34.1" },
};
const exec = gcpConfig({ cluster: { access: "exec", name: "c", location: "us-west1" } });
const gke = (facts: Partial<AccessFacts>, check: string) =>
  texts(checkAccess({ ...reached, ...facts }, gcpConfig()), check);
const eks = (facts: Partial<AccessFacts>, check: string, settings = {}) =>
  texts(
    checkAccess({ api: { value: "v1" }, awsAccount: { value: "123456789012" }, ...facts }, awsConfig(settings)),
    check,
  );

test("a cluster that is reached by a kubeconfig", () => {
  expect(texts(checkAccess(reached, gcpConfig()))).toEqual([
    "ok Google credentials: GOOGLE_CREDENTIALS",
    "ok kubeconfig: context mine of /home/me/.kube/config",
    "ok API server: v1.34.1",
  ]);
});

test("no Google credentials are warned of", () => {
  expect(gke({ googleCredentials: undefined }, "Google credentials")).toEqual([
    "warning Google credentials: no application default credentials on this machine | means: Terraform's google provider " +
      "has none, unless this machine is Google's and has a service account | next: log in: gcloud auth " +
      "application-default login",
  ]);
});

test("a context that isn't in the kubeconfig", () => {
  expect(gke({ contexts: { value: ["other"] } }, "kubeconfig")).toEqual([
    "problem kubeconfig: no context mine in /home/me/.kube/config; there: other | means: neither this check nor Terraform " +
      "knows which cluster is meant | next: correct cluster.context in the config file",
  ]);
});

test("a kubeconfig that can't be read", () => {
  expect(gke({ contexts: { unread: "error: no such file" } }, "kubeconfig")).toEqual([
    "problem kubeconfig: error: no such file | means: Terraform's providers can't read it either | next: correct " +
      "cluster.path in the config file, or the kubeconfig itself",
  ]);
});

test("an API server that refuses", () => {
  expect(gke({ api: { unread: "'kubectl version' failed: the connection was refused" } }, "API server")).toEqual([
    "problem API server: 'kubectl version' failed: the connection was refused | means: a plan reads the cluster, and " +
      "can't | next: try 'kubectl version' with the same cluster: a private endpoint needs its VPN or a host inside, and " +
      "credentials run out",
  ]);
});

test("an API server that hangs has not been checked", () => {
  const findings = checkAccess({ ...reached, api: { unread: "no answer in time", late: true } }, gcpConfig());
  expect(findings.at(-1)).toMatchObject({ state: "skipped", late: true, seen: "no answer in time" });
});

test("the cloud knows the cluster", () => {
  const facts = { ...reached, contexts: undefined, cluster: { value: { status: "RUNNING" } } };
  expect(texts(checkAccess(facts, exec), "cluster")).toEqual(["ok cluster: c is RUNNING"]);
});

test("a cluster that is being changed is warned of", () => {
  const facts = { ...reached, contexts: undefined, cluster: { value: { status: "RECONCILING" } } };
  expect(texts(checkAccess(facts, exec), "cluster")).toEqual([
    "warning cluster: c is RECONCILING | means: it is being changed, or is broken, and a deploy may be interrupted | next: " +
      "wait until it is RUNNING (GKE) or ACTIVE (EKS)",
  ]);
});

test("a cluster that the cloud doesn't know", () => {
  const facts = { ...reached, contexts: undefined, cluster: { unread: "not found" } };
  expect(texts(checkAccess(facts, exec), "cluster")).toEqual([
    "problem cluster: not found | means: Terraform asks the same of the cloud, and nothing of the cluster can be checked " +
      "without the answer | next: log in (gcloud auth login), and compare project, cluster.name and cluster.location with " +
      "'gcloud container clusters list'",
  ]);
  expect(eks({ cluster: { unread: "not found" } }, "cluster")[0]).toContain(
    "next: log in, and compare region, profile and cluster.name with 'aws eks list-clusters'",
  );
});

test("what needs a program that isn't there is skipped: the tool has been reported", () => {
  expect(gke({ contexts: { unread: "kubectl is not on the path" } }, "kubeconfig")).toEqual([
    "skipped kubeconfig: kubectl is not on the path",
  ]);
});

test("the AWS account", () => {
  expect(eks({}, "AWS credentials")).toEqual(["ok AWS credentials: account 123456789012"]);
  expect(eks({}, "AWS credentials", { account: "123456789012" })).toEqual(["ok AWS credentials: account 123456789012"]);
});

test("another AWS account than the config file's", () => {
  expect(eks({}, "AWS credentials", { account: "999999999999" })).toEqual([
    "problem AWS credentials: account 123456789012, and the config file says 999999999999 | means: Terraform refuses " +
      "another account than that of the config file | next: log in to that account, or correct account",
  ]);
});

test("no AWS credentials", () => {
  expect(eks({ awsAccount: { unread: "Unable to locate credentials" } }, "AWS credentials")).toEqual([
    "problem AWS credentials: Unable to locate credentials | means: Terraform's aws provider gets the same answer | next: " +
      "log in (aws sso login, aws configure), or correct profile in the config file",
  ]);
});

test("a login that fails", () => {
  expect(eks({ login: { unread: "no" } }, "kubeconfig")).toEqual([
    "problem kubeconfig: no | means: nothing of the cluster can be checked | next: log in again, and compare the cluster's " +
      "settings in the config file with the cloud",
  ]);
});
