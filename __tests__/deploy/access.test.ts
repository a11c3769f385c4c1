import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, parseAllDocuments, stringify } from "yaml";
import { loadConfig } from "../../config/load";
import { plannedObjects, synthesised, type TerraformJson } from "../../doctor/planned";
import { DEFINITIONS, neededRights } from "../../doctor/rights";
import { doctorRights } from "../../doctor/ways-in/kinds";
import { stackOf } from "../../stacks/catalog";
import { everySettingIn } from "../config/every-setting";

/** The files in deploy/rbac and deploy/iam against what the stacks and the doctor read and write. */

type Cloud = "gcp" | "aws";
type Purpose = "plan" | "deploy";

const ROOT = join(__dirname, "../..");
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");

/** The stacks of config files with every setting: nothing that a stack can make is missing. */
const stacks: Record<Cloud, TerraformJson[]> = { gcp: [], aws: [] };
beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "milvus-l7-access-"));
  for (const settings of Object.values(await everySettingIn(folder))) {
    const file = join(folder, "milvus-l7.yaml");
    writeFileSync(file, stringify(settings));
    for (const { id, config } of loadConfig(file, stackOf)) {
      stacks[config.cloud].push(...synthesised(id, config));
      if (config.cloud === "gcp") {
        // An address of either kind, reserved here or there already.
        stacks.gcp.push(...synthesised(id, { ...config, address: undefined }));
        stacks.gcp.push(...synthesised(id, { ...config, address: { kind: "existing", name: "the-address" } }));
      }
    }
  }
  rmSync(folder, { recursive: true });
});

/**
 * Which permissions of a cloud each type needs. `undefined`: the provider asks its cloud nothing.
 *
 * @see https://cloud.google.com/iam/docs/permissions-reference
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
const PERMISSIONS: Record<Cloud, Record<string, RegExp | undefined>> = {
  gcp: {
    "data.google_container_cluster": /^container\.clusters\.get$/,
    google_compute_global_address: /^compute\.(globalAddresses|globalOperations)\./,
    "data.google_compute_global_address": /^compute\.globalAddresses\.get$/,
    google_compute_address: /^compute\.(addresses|subnetworks|regionOperations)\./,
    "data.google_compute_address": /^compute\.addresses\.get$/,
    google_compute_security_policy: /^compute\.(securityPolicies|globalOperations)\./,
    google_compute_ssl_policy: /^compute\.(sslPolicies|globalOperations)\./,
    google_dns_record_set: /^dns\.(resourceRecordSets|changes)\./,
    "backend.gcs": /^storage\.objects\./,
  },
  aws: {
    "data.aws_eks_cluster": /^eks:DescribeCluster$/,
    "data.aws_lb_hosted_zone_id": undefined,
    "data.aws_caller_identity": undefined,
    aws_acm_certificate: /^acm:/,
    aws_acm_certificate_validation: /^acm:DescribeCertificate$/,
    aws_route53_record: /^route53:/,
    aws_wafv2_web_acl: /^wafv2:(\w+WebACL|\w*[Tt]ag\w+)$/,
    aws_lb_trust_store: /^(elasticloadbalancing:\w*(TrustStore|Tag)\w*|s3:GetObject(Version)?)$/,
    aws_s3_bucket: /^s3:/,
    aws_s3_bucket_lifecycle_configuration: /^s3:\w+LifecycleConfiguration$/,
    aws_s3_bucket_policy: /^s3:\w+BucketPolicy$/,
    aws_s3_bucket_public_access_block: /^s3:\w+PublicAccessBlock$/,
    "backend.s3": /^s3:(\w+Object|ListBucket)$/,
  },
};

/** A type that only waits: a deploy of it needs no more than a plan. */
const READS_ONLY = ["aws_acm_certificate_validation"];

describe.each([
  ["gcp", "google", "gcs"],
  ["aws", "aws", "s3"],
] as const)("on the cloud of %s", (cloud, provider, backend) => {
  const permissions = (purpose: Purpose): string[] =>
    cloud === "gcp"
      ? parse(read(`deploy/iam/gcp-${purpose}-role.yaml`)).includedPermissions
      : JSON.parse(read(`deploy/iam/aws-${purpose}-policy.json`)).Statement.flatMap(({ Action }: any) => Action);

  /** Those of the cloud's own provider, and the backend. */
  function typesOfStacks(): string[] {
    const backends = ({ terraform }: { resource?: object; terraform?: { backend?: object } }) =>
      Object.keys(terraform?.backend ?? {}).filter((kind) => kind === backend);
    const ofProvider = (part: object = {}) => Object.keys(part).filter((type) => type.startsWith(`${provider}_`));
    return stacks[cloud].flatMap((json) => [
      ...ofProvider(json.resource),
      ...ofProvider(json.data).map((type) => `data.${type}`),
      ...backends(json).map((kind) => `backend.${kind}`),
    ]);
  }

  test("the permissions of every type that a stack makes or reads are known, and of no other", () => {
    expect(Object.keys(PERMISSIONS[cloud]).sort()).toEqual([...new Set(typesOfStacks())].sort());
    expect(typesOfStacks()).toEqual(expect.arrayContaining(importedTypes(provider)));
  });

  test("a plan may read each type, and a deploy may change it as well", () => {
    const [plan, deploy] = [permissions("plan"), permissions("deploy")];
    expect(deploy).toEqual(expect.arrayContaining(plan));
    for (const [type, pattern] of Object.entries(PERMISSIONS[cloud])) {
      const changes = deploy.filter((permission) => pattern?.test(permission) && !plan.includes(permission));
      const isChanged = pattern !== undefined && !type.startsWith("data.") && !READS_ONLY.includes(type);
      const allowed = {
        read: plan.some((permission) => pattern?.test(permission)),
        create: changes.some((permission) => /[.:](create|change|put|request)/i.test(permission)),
        delete: changes.some((permission) => /[.:](delete|change|put)/i.test(permission)),
      };
      expect([type, allowed]).toEqual([type, { read: pattern !== undefined, create: isChanged, delete: isChanged }]);
    }
  });

  test("neither may do anything else, nor anything by a pattern", () => {
    for (const permission of [...permissions("plan"), ...permissions("deploy")]) {
      const types = Object.entries(PERMISSIONS[cloud]).filter(([, pattern]) => pattern?.test(permission));
      expect([permission, types.length > 0 && !permission.includes("*")]).toEqual([permission, true]);
    }
  });

  test("a plan may change nothing", () => {
    for (const permission of permissions("plan")) {
      expect(permission).toMatch(/(\.(get|list)|:(Describe|Get|List)\w*)$/);
    }
  });
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

describe.each(["gcp", "aws"] as const)("in a cluster of %s", (cloud) => {
  type File = Purpose | "doctor";
  const file = (purpose: File) => `deploy/rbac/${cloud === "gcp" ? "gke" : "eks"}-${purpose}-role.yaml`;
  const documents = (purpose: File) => parseAllDocuments(read(file(purpose))).map((one) => one.toJS());
  /** As `get deployments.apps`. */
  const allowed = (purpose: File) =>
    new Set<string>(
      documents(purpose)
        .filter(({ kind }) => kind === "Role" || kind === "ClusterRole")
        .flatMap(({ rules }) => rules)
        .flatMap(({ apiGroups, resources, verbs }: any) =>
          verbs.map((verb: string) => `${verb} ${[...resources, ...apiGroups].filter(Boolean).join(".")}`),
        ),
    );

  /** What Terraform refreshes, and Helm doesn't read in a plan. */
  const REFRESHED = ["ingresses.networking.k8s.io", "secrets", "services"];

  test("a plan and a deploy may do what they do, delete what a changed config no longer has, and no more", () => {
    const rights = neededRights(stacks[cloud]);
    const named = (some: readonly { verb: string; resource: string }[]) =>
      new Set(some.map(({ verb, resource }) => `${verb} ${resource}`));
    const isRead = (verb: string) => verb === "get" || verb === "list";
    const ofPlan = rights.filter(
      ({ by, verb, resource }) => by === "plan" || (isRead(verb) && REFRESHED.includes(resource)),
    );
    const removable = plannedObjects(stacks[cloud])
      .map(({ resource }) => ({ verb: "delete", resource }))
      .filter(({ resource }) => resource !== "ingresses.networking.k8s.io");
    expect(allowed("plan")).toEqual(named(ofPlan));
    expect(allowed("deploy")).toEqual(named([...rights, ...removable]));
  });

  test("neither may do anything to everything, nor delete an Ingress", () => {
    for (const purpose of ["plan", "deploy"] as const) {
      expect([...allowed(purpose)].filter((right) => right.includes("*"))).toEqual([]);
      expect(allowed(purpose)).not.toContain("delete ingresses.networking.k8s.io");
    }
    expect([...allowed("plan")].filter((right) => /^(delete|update)/.test(right))).toEqual([]);
  });

  test("only definitions are looked at beyond the release's namespace", () => {
    for (const purpose of ["plan", "deploy"] as const) {
      const cluster = documents(purpose).filter(({ kind }) => kind === "ClusterRole");
      expect(cluster).toHaveLength(1);
      expect(cluster[0].rules).toEqual([
        { apiGroups: ["apiextensions.k8s.io"], resources: ["customresourcedefinitions"], verbs: ["list"] },
      ]);
    }
    expect(DEFINITIONS).toBe("customresourcedefinitions.apiextensions.k8s.io");
  });

  test("the doctor may read what it looks for in all namespaces, no Secret, and no more", () => {
    expect(allowed("doctor")).toEqual(new Set(doctorRights(cloud).map(({ verb, resource }) => `${verb} ${resource}`)));
    expect([...allowed("doctor")].filter((right) => !/^(get|list) /.test(right) || / secrets/.test(right))).toEqual([]);
    const binding = documents("doctor").find(({ kind }) => kind === "ClusterRoleBinding");
    expect(binding.subjects).toEqual(documents("plan").find(({ kind }) => kind === "ClusterRoleBinding").subjects);
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
