import { checkNames, type NameFacts } from "../../doctor/checks/names";
import type { KubernetesObject, Owners } from "../../doctor/cluster";
import type { Subject } from "../../doctor/subject";
import { aws, gcp, texts } from "./support";

const onGke = gcp();

/** Who has written to an object, or what its annotations say as well. */
type Live = string[] | Owners;

/** Whose the objects are, by their kinds; the others aren't there. */
function owners(subject: Subject, byKind: Record<string, Live>): NameFacts {
  const of = (live: Live | undefined) => (Array.isArray(live) ? { managers: live, marks: {} } : live);
  return { objects: subject.objects.map(({ kind }) => ({ value: of(byKind[kind]) })) };
}

const check = (subject: Subject, byKind: Record<string, Live>, services?: NameFacts["services"]) =>
  texts(checkNames({ ...owners(subject, byKind), ...(services ? { services } : {}) }, subject));

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
  const facts = { objects: onGke.objects.map(() => ({ unread: "forbidden" })) };
  expect(texts(checkNames(facts, onGke))).toEqual(
    onGke.objects.map(({ kind, name }) => `skipped ${kind} ${name}: forbidden`),
  );
});

const HELMS = {
  managers: ["helm", "cdktf-milvus-l7"],
  marks: { "meta.helm.sh/release-name": "my-release", "meta.helm.sh/release-namespace": "default" },
};

describe("what a Helm release renders is a problem, whether it is in the way, adopted or deployed", () => {
  test.each([{}, { adoptExisting: ["ingress"] }])("an Ingress: %j", (settings) => {
    for (const subject of [gcp(settings), aws(settings)]) {
      const found = check(subject, { Ingress: HELMS }).filter((text) => text.startsWith("problem"));
      expect(found).toEqual([
        "problem Ingress my-release-milvus: belongs to the Helm release default/my-release | means: an apply stops at it, or " +
          "a plan where adoptExisting names it: the release's next upgrade would overwrite or delete it, and what keeps " +
          "clients out with it | next: either set name, and everything here gets names of its own; or set ingress.enabled " +
          "to false in that release's values, upgrade it, which deletes the Ingress, and have adoptExisting name it no longer",
      ]);
    }
  });

  test.each(["Service", "Secret", "BackendConfig", "FrontendConfig"])("a %s", (kind) => {
    const [found, ...more] = check(onGke, { [kind]: HELMS }).filter((text) => text.startsWith("problem"));
    expect(found).toMatch(new RegExp(`^problem ${kind} \\S+: belongs to the Helm release default/my-release`));
    expect(found).toContain(`take the ${kind} out of that release's values`);
    expect(found).not.toContain("add ");
    expect(more).toEqual([]);
  });
});

describe("the stacks' marks", () => {
  const service = (name: string, stack: string, release?: string): KubernetesObject => ({
    metadata: {
      name,
      annotations: {
        "cdktf-milvus-l7/stack": stack,
        ...(release ? { "cdktf-milvus-l7/adopts": release } : {}),
      },
    },
  });
  const marked = (stack: string) => ({ managers: ["HashiCorp"], marks: { "cdktf-milvus-l7/stack": stack } });
  const OURS = { Ingress: ["cdktf-milvus-l7"] };

  test("a front Service of another stack is a problem, one of this stack isn't", () => {
    expect(check(onGke, { ...OURS, Service: marked("gcp-stack") }).filter((text) => !text.startsWith("ok"))).toEqual(
      [],
    );
    for (const subject of [onGke, aws()]) {
      const problems = check(subject, { ...OURS, Service: marked("theirs") }).filter((text) => !text.startsWith("ok"));
      expect(problems).toEqual([
        "problem Service my-release-milvus-l7: is in the state of the stack first deployed as theirs | means: a plan of " +
          `${subject.id} is refused, unless ${subject.id} is that stack with another name and has its state | next: to have a second ` +
          `load balancer, set name. If theirs was renamed to ${subject.id}, move its state, and give it a new mark: ` +
          "docs/rename-a-stack.md",
      ]);
    }
  });

  test("a release that another stack adopts is a problem, and none that this stack adopts under its first name", () => {
    const problems = (services: KubernetesObject[], live = {}) =>
      check(onGke, live, { value: services }).filter((text) => text.startsWith("problem Helm"));
    expect(problems([service("x-l7", "theirs", "my-release")])).toEqual([
      "problem Helm release default/my-release: is adopted by another stack, first deployed as theirs (Service x-l7) | means: " +
        "a plan is refused: two stacks that adopt one release undo each other's settings | next: set the release's " +
        "ownership to leave-alone or elsewhere in one of the two",
    ]);
    expect(problems([service("x-l7", "theirs", "another"), service("y-l7", "theirs")])).toEqual([]);
    expect(problems([service("x-l7", "gcp-stack", "my-release")])).toEqual([]);
    expect(problems([service("x-l7", "first", "my-release")], { Service: marked("first") })).toEqual([]);
  });

  test("no release is looked for where none is adopted", () => {
    expect(check(aws(), {}, { value: [service("x-l7", "theirs", "my-release")] })).toHaveLength(1);
  });
});
