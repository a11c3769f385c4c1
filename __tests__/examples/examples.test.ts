import { readdirSync } from "node:fs";
import { join } from "node:path";
import { liveDeployment } from "../support/deployment";
import type { TerraformJson } from "../support/synth";
import { describeUnless, ROOT, succeeded, Workspace, whatIsMissing } from "../support/terraform";
import { isApplied } from "../support/variants";
import { Project } from "./support/packed";

interface Example {
  readonly stacks: readonly string[];
  /** Parts of names that no installed package may have. */
  readonly without: RegExp;
  /** The releases that are adopted: a destroy is refused until they have been given back. */
  readonly adopted?: readonly string[];
}

const EXAMPLES: Readonly<Record<string, Example>> = {
  "gke-platform": { stacks: ["platform"], without: /aws|amazon/, adopted: ["milvus/my-release"] },
  "eks-ingress-group": { stacks: ["vectors"], without: /google|gcp/ },
  "two-environments": { stacks: ["milvus-production", "milvus-staging"], without: /google|gcp/ },
  "two-clusters": {
    stacks: ["vectors"],
    without: /aws|amazon/,
    adopted: ["eu/milvus/my-release", "us/milvus/my-release"],
  },
};

/** What cluster and cloud would answer to this stack. */
function answers({ resource }: TerraformJson): Record<string, unknown> {
  const [certificate] = Object.values(resource?.aws_acm_certificate ?? {});
  const names: string[] = certificate?.domain_name
    ? [certificate.domain_name, ...(certificate.subject_alternative_names ?? [])]
    : [];
  return {
    "data.kubernetes_resource": liveDeployment("cluster", []),
    "data.google_container_cluster": {
      endpoint: "192.0.2.1",
      master_auth: [{ cluster_ca_certificate: Buffer.from("a certificate").toString("base64") }],
    },
    aws_acm_certificate: {
      domain_validation_options: [...new Set(names)].map((name) => ({
        domain_name: name,
        resource_record_name: `_a.${name}.`,
        resource_record_type: "CNAME",
        resource_record_value: "_b.acm-validations.aws.",
      })),
    },
  };
}

test("each example is tested here", () => {
  expect(
    readdirSync(join(ROOT, "examples"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort(),
  ).toEqual(Object.keys(EXAMPLES).sort());
});

const missing = whatIsMissing();

describe.each(Object.entries(EXAMPLES))("examples/%s", (name, { stacks, without, adopted = [] }) => {
  let project: Project;
  beforeAll(() => {
    project = Project.ofExample(name);
    project.install();
  });
  afterAll(() => project.remove());

  test("passes the type check and synthesises, from the tarball in an empty folder", () => {
    succeeded(project.run("npm", ["run", "--silent", "synth"]));
    expect(readdirSync(join(project.folder, "cdktf.out/stacks")).sort()).toEqual(stacks);
  });

  test("installs nothing of the other cloud", () => {
    expect(project.packages()).toContain("cdktf-milvus-l7");
    expect(project.packages().filter((installed) => without.test(installed))).toEqual([]);
  });

  describeUnless(missing.apply, "through terraform", () => {
    test.each(stacks)("%s: validate, plan, apply, an empty plan, destroy", (id) => {
      const place = new Workspace(id);
      const json = JSON.parse(project.read(`cdktf.out/stacks/${id}/cdk.tf.json`));
      json.terraform.backend = { local: { path: place.statePath } };
      place.write(json);
      place.dataSourcesAnswer(answers(json));
      succeeded(place.terraform("init"));
      succeeded(place.terraform("validate"));
      expect(JSON.parse(place.plan()).resource_changes).not.toEqual([]);
      isApplied(place);

      for (const release of adopted) {
        expect(place.terraform("destroy", "-auto-approve").text).toContain("prevent_destroy");
        const detach = [
          "--no-install",
          "milvus-l7-release-detach",
          "--out",
          place.outputFolder,
          "--release",
          release,
          id,
        ];
        succeeded(project.run("npx", detach, place.env));
      }
      succeeded(place.terraform("destroy", "-auto-approve"));
      expect(place.state().resources).toEqual([]);
      expect(place.takeLog().filter((line) => line.startsWith("helm_release:delete"))).toEqual([]);
      place.remove();
    });
  });
});
