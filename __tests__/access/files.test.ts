import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import { AWS_RIGHTS, GCP_RIGHTS } from "../../access/cloud-rights";
import { neededByEveryStack } from "../../access/every-stack";
import { accessFiles, type Needed, type Purpose, verbsEverywhere, verbsFor } from "../../access/files";
import { DEFINITIONS } from "../../doctor/rights";

const ROOT = join(__dirname, "../..");
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");

let needed: Needed[];
beforeAll(async () => {
  needed = await neededByEveryStack();
});

const of = (cloud: string) => needed.find((one) => one.cloud === cloud) as Needed;

test("the files are what 'npm run access:files' writes, and no others", () => {
  const files: Record<string, string> = Object.assign({}, ...needed.map(accessFiles));
  for (const [file, text] of Object.entries(files)) {
    expect([file, existsSync(join(ROOT, file)) && read(file)]).toEqual([file, text]);
  }
  const there = ["deploy/rbac", "deploy/iam"].flatMap((folder) =>
    readdirSync(join(ROOT, folder)).map((file) => `${folder}/${file}`),
  );
  expect(there.sort()).toEqual(Object.keys(files).sort());
});

/** The class of each resource and data source that the sources import from a cloud's provider. */
function importedTypes(provider: "aws" | "google"): string[] {
  const sources = ["constructs", "stacks"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => read(join(folder, file))),
  );
  const modules = sources.flatMap((text) => [
    ...text.matchAll(new RegExp(`@cdktf/provider-${provider}/lib/([a-z0-9-]+)"`, "g")),
  ]);
  return [...new Set(modules.map(([, module]) => module as string))]
    .filter((module) => module !== "provider")
    .map((module) => {
      const exported = Object.values(require(`@cdktf/provider-${provider}/lib/${module}`)) as {
        tfResourceType?: string;
      }[];
      const type = exported.find(({ tfResourceType }) => tfResourceType)?.tfResourceType ?? module;
      return module.startsWith("data-") ? `data.${type}` : type;
    });
}

test.each([
  ["gcp", "google", GCP_RIGHTS],
  ["aws", "aws", AWS_RIGHTS],
] as const)("what %s is asked for each type that a stack makes or reads is known", (cloud, provider, table) => {
  const { types } = of(cloud);
  for (const type of [...types, ...importedTypes(provider)]) {
    expect(Object.keys(table)).toContain(type);
  }
  expect(types).toEqual(expect.arrayContaining(importedTypes(provider)));
  expect(types).toContain(cloud === "gcp" ? "backend.gcs" : "backend.s3");
});

test("a plan's account of a cloud has nothing that changes anything", () => {
  const permissions = [
    ...parse(read("deploy/iam/gcp-plan-role.yaml")).includedPermissions,
    ...JSON.parse(read("deploy/iam/aws-plan-policy.json")).Statement.flatMap(({ Action }: any) => Action),
  ];
  for (const permission of permissions) {
    expect(permission).toMatch(/(\.(get|list)|:(Describe|Get|List)\w*)$/);
  }
});

test.each([...Object.entries(GCP_RIGHTS), ...Object.entries(AWS_RIGHTS)])(
  "nothing is asked for by a pattern, nor twice: %s",
  (_, rights) => {
    const all = [...rights.read, ...rights.write];
    expect(all.filter((permission) => permission.includes("*"))).toEqual([]);
    expect(new Set(all).size).toBe(all.length);
  },
);

describe.each(["gcp", "aws"])("in a cluster of %s", (cloud) => {
  const file = (purpose: Purpose) => `deploy/rbac/${cloud === "gcp" ? "gke" : "eks"}-${purpose}-role.yaml`;
  const documents = (purpose: Purpose) => parseAllDocuments(read(file(purpose))).map((one) => one.toJS());
  /** As `get deployments.apps`. */
  const allowed = (purpose: Purpose) =>
    new Set<string>(
      documents(purpose)
        .filter(({ kind }) => kind === "Role" || kind === "ClusterRole")
        .flatMap(({ rules }) => rules)
        .flatMap(({ apiGroups, resources, verbs }: any) =>
          verbs.map((verb: string) => `${verb} ${[...resources, ...apiGroups].filter(Boolean).join(".")}`),
        ),
    );

  test("a plan may do all that a plan does, and a deploy all that the two do", () => {
    const { rights } = of(cloud);
    for (const { by, verb, resource } of rights) {
      expect(allowed("deploy")).toContain(`${verb} ${resource}`);
      if (by === "plan") {
        expect(allowed("plan")).toContain(`${verb} ${resource}`);
      }
    }
  });

  test("neither may do anything to everything, nor delete an Ingress", () => {
    for (const purpose of ["plan", "deploy"] as const) {
      expect([...allowed(purpose)].filter((right) => right.includes("*"))).toEqual([]);
      expect(allowed(purpose)).not.toContain("delete ingresses.networking.k8s.io");
    }
    expect([...allowed("plan")].filter((right) => /^(delete|update)/.test(right))).toEqual([]);
  });

  test("only definitions, and on EKS the Ingresses of a group, are looked at beyond the release's namespace", () => {
    const ingresses = { apiGroups: ["networking.k8s.io"], resources: ["ingresses"], verbs: ["list"] };
    for (const purpose of ["plan", "deploy"] as const) {
      const cluster = documents(purpose).filter(({ kind }) => kind === "ClusterRole");
      expect(cluster).toHaveLength(1);
      expect(cluster[0].rules).toEqual([
        { apiGroups: ["apiextensions.k8s.io"], resources: ["customresourcedefinitions"], verbs: ["list"] },
        ...(cloud === "aws" ? [ingresses] : []),
      ]);
      expect([...verbsFor(of(cloud), purpose).keys()]).not.toContain(DEFINITIONS);
    }
    expect(verbsEverywhere(of(cloud)).get(DEFINITIONS)).toEqual(["list"]);
  });

  test("a plan's account is held to dry runs of all that it may write", () => {
    const policy = documents("plan").find(({ kind }) => kind === "ValidatingAdmissionPolicy");
    const groups = policy.spec.matchConstraints.resourceRules[0].apiGroups;
    const written = [...allowed("plan")].filter((right) => /^(create|patch) /.test(right));
    expect(written.length).toBeGreaterThan(0);
    for (const right of written) {
      expect(groups).toContain(right.split(".").slice(1).join("."));
    }
    const binding = documents("plan").find(({ kind }) => kind === "RoleBinding");
    expect(policy.spec.matchConditions[0].expression).toContain(`'${binding.subjects[0].name}'`);
    expect(policy.spec.validations[0].expression).toBe("has(request.dryRun) && request.dryRun");
  });
});

test("a type that nobody knows is refused by name", () => {
  expect(() => accessFiles({ ...of("aws"), types: ["aws_new_thing"] })).toThrow(
    "what Terraform asks a cloud for aws_new_thing is not known: write it into access/cloud-rights.ts",
  );
});
