import { stringify } from "yaml";
import { DEFINITIONS, type NeededRight } from "../doctor/rights";
import { AWS_RIGHTS, type CloudRights, GCP_RIGHTS, ROUTE53_CHANGES } from "./cloud-rights";

/** What somebody who plans or deploys may do, as files for a cluster and for a cloud. */

export type Purpose = "plan" | "deploy";

export interface Needed {
  readonly cloud: "gcp" | "aws";
  /** In the cluster, as the doctor asks about them. */
  readonly rights: readonly NeededRight[];
  /** The objects that a changed configuration may take away again, as kubectl calls their kinds. */
  readonly removable: readonly string[];
  /** Types that the cloud is asked about. */
  readonly types: readonly string[];
}

/** By their paths. */
export function accessFiles(needed: Needed): Record<string, string> {
  const cluster = needed.cloud === "gcp" ? "gke" : "eks";
  return {
    [`deploy/rbac/${cluster}-plan-role.yaml`]: rbacFile(needed, "plan"),
    [`deploy/rbac/${cluster}-deploy-role.yaml`]: rbacFile(needed, "deploy"),
    ...(needed.cloud === "gcp"
      ? {
          "deploy/iam/gcp-plan-role.yaml": gcpRole(needed, "plan"),
          "deploy/iam/gcp-deploy-role.yaml": gcpRole(needed, "deploy"),
        }
      : {
          "deploy/iam/aws-plan-policy.json": awsPolicy(needed, "plan"),
          "deploy/iam/aws-deploy-policy.json": awsPolicy(needed, "deploy"),
        }),
  };
}

/** Verbs by resource, such as `get` and `patch` by `deployments.apps`. */
export type Verbs = ReadonlyMap<string, readonly string[]>;

/** What Terraform refreshes, and Helm doesn't read in a plan. */
const REFRESHED = ["ingresses.networking.k8s.io", "secrets", "services"];

/** What an account needs in the release's namespace, and in the cluster. */
export function verbsFor({ rights: all, removable }: Needed, purpose: Purpose): Verbs {
  const rights = all.filter((right) => !isEverywhere(right));
  const isRead = ({ verb }: NeededRight) => verb === "get" || verb === "list";
  return byResource(
    purpose === "deploy"
      ? [...rights, ...removable.map((resource) => ({ verb: "delete", resource }))]
      : rights.filter((right) => right.by === "plan" || (isRead(right) && REFRESHED.includes(right.resource))),
  );
}

/** What an account may read in every namespace, or of what is in none. */
export function verbsEverywhere({ rights }: Needed): Verbs {
  return byResource(rights.filter(isEverywhere));
}

function isEverywhere({ by, resource }: NeededRight): boolean {
  return by === "doctor" || resource === DEFINITIONS;
}

function byResource(needed: readonly Pick<NeededRight, "verb" | "resource">[]): Verbs {
  const verbs = new Map<string, string[]>();
  for (const { resource, verb } of needed) {
    verbs.set(resource, [...new Set([...(verbs.get(resource) ?? []), verb])].sort());
  }
  return new Map([...verbs].sort(([a], [b]) => a.localeCompare(b)));
}

const HEADER = {
  plan: [
    "What a plan does in the cluster, in the release's namespace: put that in the place of YOUR_NAMESPACE.",
    "A plan of an object is a server-side apply as a dry run, for which Kubernetes wants the rights to create and to patch:",
    "the admission policy at the end holds this account to dry runs. Helm lists Secrets to find its releases, and there is",
    "no narrower right for that: this account reads every Secret of the namespace.",
  ],
  deploy: [
    "What a deploy does in the cluster, in the release's namespace: put that in the place of YOUR_NAMESPACE.",
    "It may not delete an Ingress: the plan guard refuses a plan that does. A 'terraform destroy' needs that as well.",
  ],
} as const;

const NAMESPACE = "YOUR_NAMESPACE";

function rbacFile(needed: Needed, purpose: Purpose): string {
  const name = `milvus-l7-${purpose}`;
  const verbs = verbsFor(needed, purpose);
  const subject = subjectOf(needed.cloud, name);
  const documents = [
    role("ClusterRole", { name }, [...verbsEverywhere(needed)]),
    binding("ClusterRoleBinding", { name }, "ClusterRole", subject),
    role("Role", { name, namespace: NAMESPACE }, [...verbs]),
    binding("RoleBinding", { name, namespace: NAMESPACE }, "Role", subject),
    ...(purpose === "plan" ? dryRunsOnly(name, subject, verbs) : []),
  ];
  const header = [...HEADER[purpose], subject.about, "Written by 'npm run access:files'."].map((line) => `# ${line}\n`);
  return `${header.join("")}${documents.map((one) => stringify(one, { lineWidth: 120 })).join("---\n")}`;
}

interface Subject {
  readonly kind: "User" | "Group";
  readonly name: string;
  readonly about: string;
}

function subjectOf(cloud: Needed["cloud"], name: string): Subject {
  return cloud === "gcp"
    ? {
        kind: "User",
        name: `${name}@YOUR_PROJECT.iam.gserviceaccount.com`,
        about: "The user is the service account that the workflow takes.",
      }
    : { kind: "Group", name, about: "The group is that of the EKS access entry of the role that the workflow takes." };
}

function role(
  kind: "Role" | "ClusterRole",
  metadata: object,
  verbs: readonly (readonly [string, readonly string[]])[],
) {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind,
    metadata,
    rules: verbs.map(([resource, allowed]) => {
      const [plural = "", ...group] = resource.split(".");
      return { apiGroups: [group.join(".")], resources: [plural], verbs: [...allowed] };
    }),
  };
}

function binding(
  kind: string,
  metadata: { readonly name: string; readonly namespace?: string },
  roleKind: string,
  { kind: subject, name }: Subject,
) {
  const apiGroup = "rbac.authorization.k8s.io";
  return {
    apiVersion: `${apiGroup}/v1`,
    kind,
    metadata,
    roleRef: { apiGroup, kind: roleKind, name: metadata.name },
    subjects: [{ apiGroup, kind: subject, name }],
  };
}

/** @see https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/ */
function dryRunsOnly(name: string, subject: Subject, verbs: Verbs): object[] {
  const written = [...verbs].filter(([, allowed]) => allowed.some((verb) => verb !== "get" && verb !== "list"));
  const groups = [...new Set(written.map(([resource]) => resource.split(".").slice(1).join(".")))];
  const isIt =
    subject.kind === "User"
      ? `request.userInfo.username == '${subject.name}'`
      : `'${subject.name}' in request.userInfo.groups`;
  const metadata = { name: `${name}-dry-run` };
  return [
    {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingAdmissionPolicy",
      metadata,
      spec: {
        failurePolicy: "Fail",
        matchConstraints: {
          resourceRules: [
            { apiGroups: groups, apiVersions: ["*"], operations: ["CREATE", "UPDATE", "DELETE"], resources: ["*"] },
          ],
        },
        matchConditions: [{ name: "plans", expression: isIt }],
        validations: [
          {
            expression: "has(request.dryRun) && request.dryRun",
            message: "this account plans: it may write as a dry run only",
          },
        ],
      },
    },
    {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingAdmissionPolicyBinding",
      metadata,
      spec: { policyName: metadata.name, validationActions: ["Deny"] },
    },
  ];
}

function rightsOf(table: Readonly<Record<string, CloudRights>>, types: readonly string[]): CloudRights[] {
  return types.map((type) => {
    const rights = table[type];
    if (rights === undefined) {
      throw new Error(`what Terraform asks a cloud for ${type} is not known: write it into access/cloud-rights.ts`);
    }
    return rights;
  });
}

function permissions(rights: readonly CloudRights[], purpose: Purpose): string[] {
  return [...new Set(rights.flatMap(({ read, write }) => [...read, ...(purpose === "deploy" ? write : [])]))].sort();
}

function gcpRole({ types }: Needed, purpose: Purpose): string {
  const header =
    "# gcloud iam roles create --file takes it. The rights on storage.objects are for the state's bucket alone: grant them there.\n";
  const includedPermissions = permissions(rightsOf(GCP_RIGHTS, types), purpose);
  const description = `What a ${purpose} of cdktf-milvus-l7 asks Google Cloud for`;
  return `${header}# Written by 'npm run access:files'.\n${stringify(
    { title: `Milvus L7 ${purpose}`, description, stage: "GA", includedPermissions },
    { lineWidth: 120 },
  )}`;
}

function awsPolicy({ types }: Needed, purpose: Purpose): string {
  const rights = [...rightsOf(AWS_RIGHTS, types), ...(types.includes("aws_route53_record") ? [ROUTE53_CHANGES] : [])];
  const places = [...new Set(rights.map(({ on = "*" }) => on))];
  const Statement = places.flatMap((place) => {
    const Action = permissions(
      rights.filter(({ on = "*" }) => on === place),
      purpose,
    );
    return Action.length === 0 ? [] : [{ Effect: "Allow", Action, Resource: place }];
  });
  return `${JSON.stringify({ Version: "2012-10-17", Statement }, null, 2)}\n`;
}
