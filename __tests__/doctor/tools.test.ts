import { checkTools, programsOf, type Tool, type ToolFacts } from "../../doctor/checks/tools";
import { awsConfig, gcpConfig, texts } from "./support";

const found: Record<string, Tool> = {
  terraform: { version: "1.11.4" },
  kubectl: { version: "v1.32.4" },
  helm: { version: "3.21.4" },
  gcloud: { version: "528.0.0" },
  "gke-gcloud-auth-plugin": { version: "v0.5" },
  aws: { version: "2.30.0" },
};

function facts(programs: Record<string, Tool | undefined> = {}, more: Partial<ToolFacts> = {}): ToolFacts {
  return {
    node: "v20.20.2",
    nodeVersions: ">=20.9",
    terraformBinary: "terraform",
    programs: { ...found, ...programs },
    ...more,
  };
}

const exec = { cluster: { access: "exec", name: "c", location: "us-west1" } };
const check = (programs: Record<string, Tool | undefined>, tool: string, config: any = gcpConfig(exec)) =>
  texts(checkTools(facts(programs), config), tool);

test("all of them are named with their versions", () => {
  expect(texts(checkTools(facts(), gcpConfig(exec)))).toEqual([
    "ok node: v20.20.2",
    "ok terraform: 1.11.4",
    "ok kubectl: v1.32.4",
    "ok gcloud: 528.0.0",
    "ok gke-gcloud-auth-plugin: v0.5",
    "ok helm: 3.21.4",
  ]);
});

test("each cloud and each access has tools of its own", () => {
  expect(programsOf(gcpConfig())).toEqual(["terraform", "kubectl", "helm"]);
  expect(programsOf(gcpConfig(exec))).toEqual(["terraform", "kubectl", "gcloud", "gke-gcloud-auth-plugin", "helm"]);
  expect(programsOf(awsConfig())).toEqual(["terraform", "kubectl", "aws", "helm"]);
});

test("a Node.js that is too old", () => {
  expect(texts(checkTools(facts({}, { node: "v18.19.0" }), gcpConfig()), "node")).toEqual([
    "problem node: v18.19.0, and >=20.9 is needed | means: the program isn't tried with it | next: install a newer Node.js",
  ]);
});

test("no Terraform, by the name that was asked for", () => {
  expect(
    texts(checkTools(facts({ terraform: undefined }, { terraformBinary: "tf" }), gcpConfig()), "terraform"),
  ).toEqual([
    "problem terraform: tf is not on the path | means: cdktf can't plan or deploy | next: install Terraform >= 1.11, or " +
      "name its binary by TERRAFORM_BINARY_NAME",
  ]);
});

test("a Terraform that is too old", () => {
  expect(check({ terraform: { version: "1.10.5" } }, "terraform")).toEqual([
    "problem terraform: 1.10.5, and >= 1.11 is needed | means: write-only arguments keep private keys out of the state, " +
      "and older versions don't know them | next: install a newer Terraform",
  ]);
});

test("a Terraform that doesn't tell its version is skipped", () => {
  expect(check({ terraform: { unread: "it is there, and doesn't tell its version" } }, "terraform")).toEqual([
    "skipped terraform: it is there, and doesn't tell its version",
  ]);
});

test.each([
  [
    "kubectl",
    "problem kubectl: kubectl is not on the path | means: nothing of the cluster can be checked; a deploy doesn't need it " +
      "| next: install kubectl (https://kubernetes.io/docs/tasks/tools/)",
  ],
  [
    "gcloud",
    "problem gcloud: gcloud is not on the path | means: nothing of the cluster can be checked with access: exec; a deploy " +
      "doesn't need it | next: install the Google Cloud CLI (https://cloud.google.com/sdk/docs/install)",
  ],
  [
    "gke-gcloud-auth-plugin",
    "problem gke-gcloud-auth-plugin: gke-gcloud-auth-plugin is not on the path | means: neither kubectl nor Terraform's " +
      "providers can log in to the cluster | next: install it: gcloud components install gke-gcloud-auth-plugin",
  ],
  [
    "helm",
    "skipped helm: helm is not on the path | next: a deploy doesn't need it; 'helm history' and 'helm rollback' do, should " +
      "an upgrade fail",
  ],
])("no %s", (tool, text) => {
  expect(check({ [tool]: undefined }, tool)).toEqual([text]);
});

test("no aws", () => {
  expect(check({ aws: undefined }, "aws", awsConfig())).toEqual([
    "problem aws: aws is not on the path | means: Terraform's providers log in to the cluster by 'aws eks get-token', and " +
      "nothing of it can be checked | next: install the AWS CLI " +
      "(https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html)",
  ]);
});

test("a tool that hangs is late", () => {
  const [finding] = checkTools(
    facts({ helm: { unread: "helm gave no answer in time", late: true } }),
    gcpConfig(),
  ).slice(-1);
  expect(finding).toMatchObject({ check: "helm", state: "skipped", late: true });
});
