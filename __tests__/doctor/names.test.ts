import { checkNames, type NameFacts } from "../../doctor/checks/names";
import type { Subject } from "../../doctor/subject";
import { aws, gcp, texts } from "./support";

const onGke = gcp();

/** Who has written to the objects, by their kinds; the others aren't there. */
function managers(subject: Subject, byKind: Record<string, string[]>): NameFacts {
  return subject.objects.map(({ kind }) => ({ value: byKind[kind] }));
}

const check = (subject: Subject, byKind: Record<string, string[]>) =>
  texts(checkNames(managers(subject, byKind), subject));

test("the names are those that the deploy gives", () => {
  const of = ({ objects }: Subject) =>
    objects.map(({ resource, namespace, name }) => `${resource} ${namespace}/${name}`).sort();
  expect(of(onGke)).toEqual([
    "backendconfigs.cloud.google.com default/my-release-backendconfig",
    "frontendconfigs.networking.gke.io default/my-release-frontendconfig",
    "ingresses.networking.k8s.io default/my-release-milvus",
    "secrets default/my-release-milvus-tls",
    "services default/my-release-milvus-l7",
  ]);
  expect(of(gcp({ certificate: { kind: "managed" }, name: "vec" }))).toEqual([
    "backendconfigs.cloud.google.com default/vec-backendconfig",
    "frontendconfigs.networking.gke.io default/vec-frontendconfig",
    "ingresses.networking.k8s.io default/vec",
    "managedcertificates.networking.gke.io default/vec-tls",
    "services default/vec-l7",
  ]);
  expect(of(aws())).toEqual([
    "ingresses.networking.k8s.io default/my-release-milvus",
    "services default/my-release-milvus-l7",
  ]);
});

test("all of them are free", () => {
  expect(check(onGke, {})).toEqual([
    "ok free: Secret my-release-milvus-tls, FrontendConfig my-release-frontendconfig, BackendConfig " +
      "my-release-backendconfig, Ingress my-release-milvus, Service my-release-milvus-l7",
  ]);
});

test("what was deployed before is ours, what Terraform made beside our Ingress too", () => {
  const ours = {
    Ingress: ["cdktf-milvus-l7", "glbc"],
    BackendConfig: ["cdktf-milvus-l7"],
    FrontendConfig: ["cdktf-milvus-l7"],
    Service: ["HashiCorp"],
    Secret: ["HashiCorp"],
  };
  expect(check(onGke, ours)).toEqual([
    "ok deployed: Secret my-release-milvus-tls, FrontendConfig my-release-frontendconfig, BackendConfig " +
      "my-release-backendconfig, Ingress my-release-milvus, Service my-release-milvus-l7",
  ]);
});

test("what was made by hand can be adopted, but for the Service", () => {
  const byHand = { Ingress: ["kubectl-client-side-apply", "glbc", "glbc"], Service: ["kubectl-create"] };
  expect(check(onGke, byHand).slice(1)).toEqual([
    "problem Ingress my-release-milvus: there already in default, written by kubectl-client-side-apply, glbc | means: an " +
      "apply stops at what exists already, unless it is in this stack's state | next: add ingress to adoptExisting to have " +
      "it changed to what is deployed here, or set another name",
    "problem Service my-release-milvus-l7: there already in default, written by kubectl-create | means: an apply stops at " +
      "what exists already, unless it is in this stack's state | next: set another name in the config file, or delete it if " +
      "nobody needs it",
  ]);
});

test("what adoptExisting names is fine where it is there", () => {
  const subject = gcp({ adoptExisting: ["ingress", "backend-config", "tls-secret"] });
  const byHand = { Ingress: ["kubectl"], BackendConfig: ["kubectl"], Secret: ["kubectl"] };
  expect(check(subject, byHand)).toEqual([
    "ok free: FrontendConfig my-release-frontendconfig, Service my-release-milvus-l7",
    "ok Secret my-release-milvus-tls: there, and adopted by the first deploy (adoptExisting)",
    "ok BackendConfig my-release-backendconfig: there, and adopted by the first deploy (adoptExisting)",
    "ok Ingress my-release-milvus: there, and adopted by the first deploy (adoptExisting)",
  ]);
});

test("what adoptExisting names has to be there", () => {
  expect(check(aws({ adoptExisting: ["ingress"] }), {})[1]).toBe(
    "problem Ingress my-release-milvus: there is none in default, and adoptExisting names it | means: Terraform can't import " +
      "what isn't there, and a plan stops at it | next: take ingress out of adoptExisting",
  );
});

test("what some Terraform made may be another's", () => {
  expect(check(aws(), { Service: ["HashiCorp"] })[1]).toBe(
    "warning Service my-release-milvus-l7: there already in default, written by HashiCorp | means: a Terraform made it: by " +
      "this stack all is well, by another an apply stops at it | next: see whether 'terraform state list' of this stack has " +
      "it; if not, set another name in the config file",
  );
});

test("of ManagedCertificates only the first host's can be adopted", () => {
  const subject = gcp({ certificate: { kind: "managed" }, hosts: ["a.example.com", "b.example.com"] });
  const found = check(subject, { ManagedCertificate: ["kubectl"] }).filter((text) => text.startsWith("problem"));
  expect(found).toHaveLength(2);
  expect(found[0]).toContain("ManagedCertificate my-release-milvus-tls: ");
  expect(found[0]).toContain("next: add managed-certificate to adoptExisting");
  expect(found[1]).toContain("next: set another name in the config file");
});

test("what can't be read is skipped", () => {
  const facts = onGke.objects.map(() => ({ unread: "forbidden" }));
  expect(texts(checkNames(facts, onGke))).toEqual(
    onGke.objects.map(({ kind, name }) => `skipped ${kind} ${name}: forbidden`),
  );
});
