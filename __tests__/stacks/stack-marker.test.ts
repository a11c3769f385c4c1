import { Testing } from "cdktf";
import { AwsStack } from "../../stacks/aws-stack";
import { GcpStack } from "../../stacks/gcp-stack";
import { awsStack, defaultAws } from "../support/aws";
import { defaultGcp, gcpStack } from "../support/gcp";
import { only, synth, type TerraformJson } from "../support/synth";

/** Whose state the front Service is in, and which release that stack adopts. */

const marks = ({ resource = {} }: TerraformJson) =>
  Object.values(resource.kubernetes_service_v1 ?? {}).map(({ metadata, lifecycle }) => [
    metadata.name,
    metadata.annotations?.["cdktf-milvus-l7/stack"],
    metadata.annotations?.["cdktf-milvus-l7/adopts"],
    lifecycle.precondition?.length,
  ]);

const MARKER = "terraform_data.ingress_service_stack_752A5DAD";

const conditions = (json: TerraformJson) =>
  Object.values(json.resource?.kubernetes_service_v1 ?? {}).flatMap(({ lifecycle }) =>
    (lifecycle.precondition ?? []).map(({ condition }: { condition: string }) => condition),
  );

test.each([
  {
    json: synth(gcpStack({ rest: true })),
    id: "gcp-stack",
    name: "my-release-milvus-l7",
    release: "default/my-release",
  },
  { json: synth(awsStack({ rest: true })), id: "aws-stack", name: "milvus-demo-l7", release: "milvus/milvus-demo" },
])("is written on the main one by its first name: $id", ({ json, id, name, release }) => {
  expect(marks(json).sort()).toEqual([
    [name, expect.stringMatching(/^\$\{local\.ingress_service_stack_ours_\w+\}$/), release.split("/")[1], 4],
    [`${name}-rest`, undefined, undefined, undefined],
  ]);
  expect(json.resource?.terraform_data?.ingress_service_stack_752A5DAD).toMatchObject({
    input: { stack: id, release },
    lifecycle: { ignore_changes: ["input"] },
  });
  expect(Object.values(json.locals ?? {})).toContain(`\${try(${MARKER}.input.stack, ${MARKER}.input)}`);
});

test.each([
  synth(gcpStack({ release: { ...defaultGcp().release, ownership: "leave-alone", tlsInPod: true } as any })),
  synth(awsStack({ release: { releaseName: "milvus-demo", namespace: "milvus", mode: "cluster" } })),
])("says of no release that it is adopted, where it is left alone, and lists no Services for it", (json) => {
  expect(marks(json).map(([, , adopts, conditions]) => [adopts, conditions])).toEqual([[undefined, 3]]);
  expect(JSON.stringify(json.data?.kubernetes_resources ?? {})).not.toContain('"Service"');
});

test("refuses a plan of another stack with name as the first way out", () => {
  const [precondition] = only(synth(gcpStack()), "kubernetes_service_v1").lifecycle.precondition;
  const marked = "local.ingress_service_stack_marked_CF8F9AB0";
  expect(precondition.condition).toMatch(
    /^\$\{coalesce\(local\.\w+_marked_\w+, local\.\w+_ours_\w+\) == local\.\w+_ours_\w+\}$/,
  );
  expect(precondition.error_message.replace(/local\.\w+_marked_\w+/, marked)).toBe(
    `The Service default/my-release-milvus-l7 is in the state of another stack, first deployed as \${${marked}}: this is ` +
      "gcp-stack, and its state doesn't have it. If gcp-stack is to be a second load balancer of the same Milvus, set name in " +
      "it: all names are made of that. Only if that stack was renamed to gcp-stack: move its state before the first apply, or " +
      "say in the stack's backend where the state is (path, prefix, key or workspace). docs/rename-a-stack.md has each step. " +
      "If that stack and its state are gone for good: kubectl annotate service my-release-milvus-l7 -n default " +
      "cdktf-milvus-l7/stack-",
  );
});

test("refuses the state of every other stack of the app, the later ones as well", () => {
  const app = Testing.app();
  const first = new GcpStack(app, "first", defaultGcp());
  const second = new AwsStack(app, "second", defaultAws());
  const third = new GcpStack(app, "third", { ...defaultGcp(), name: "third" });
  for (const stack of [first, second, third]) {
    const ours = "local.ingress_service_stack_ours_4E532119";
    expect(conditions(synth(stack))).toContain(
      `\${${ours} == "${stack.node.id}" || !contains(["first", "second", "third"], ${ours})}`,
    );
  }
});
