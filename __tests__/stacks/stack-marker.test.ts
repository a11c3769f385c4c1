import { awsStack } from "../support/aws";
import { gcpStack } from "../support/gcp";
import { only, synth, type TerraformJson } from "../support/synth";

/** Whose state the front Service is in. */

const marks = ({ resource = {} }: TerraformJson) =>
  Object.values(resource.kubernetes_service_v1 ?? {}).map(({ metadata, lifecycle }) => [
    metadata.name,
    metadata.annotations?.["cdktf-milvus-l7/stack"],
    lifecycle.precondition?.length,
  ]);

const OURS = "terraform_data.ingress_service_stack_752A5DAD.input";
const MARKED =
  'try(data.kubernetes_service_v1.ingress_service_stack_live_3A7A3D2C.metadata[0].annotations["cdktf-milvus-l7/stack"], "")';

test.each([
  { json: synth(gcpStack({ rest: true })), id: "gcp-stack", name: "my-release-milvus-l7", rest: true },
  { json: synth(awsStack()), id: "aws-stack", name: "milvus-demo-l7", rest: false },
])("is written on the main one by its first name: $id", ({ json, id, name, rest }) => {
  expect(marks(json).sort()).toEqual([
    [name, `\${${OURS}}`, 1],
    ...(rest ? [[`${name}-rest`, undefined, undefined]] : []),
  ]);
  expect(json.resource?.terraform_data?.ingress_service_stack_752A5DAD).toMatchObject({
    input: id,
    lifecycle: { ignore_changes: ["input"] },
  });
});

test("refuses a plan of another stack with the way to move its state", () => {
  const [precondition] = only(synth(gcpStack()), "kubernetes_service_v1").lifecycle.precondition;
  expect(precondition).toEqual({
    condition: `\${coalesce(${MARKED}, ${OURS}) == ${OURS}}`,
    error_message:
      `The Service default/my-release-milvus-l7 is in the state of another stack, first deployed as \${${MARKED}}: this is ` +
      "gcp-stack, and its state doesn't have it. Where that stack was renamed to gcp-stack, move its state before the first " +
      `apply, or everything is made a second time. Backend local: cp terraform.\${${MARKED}}.tfstate ` +
      `terraform.gcp-stack.tfstate. Backend gcs: gcloud storage cp gs://BUCKET/milvus-l7/\${${MARKED}}/default.tfstate ` +
      "gs://BUCKET/milvus-l7/gcp-stack/default.tfstate. Or leave it where it is, and say where that is in the stack's " +
      "backend: path, prefix, key or workspace. docs/rename-a-stack.md has each step. If that stack and its state are gone " +
      "for good: kubectl annotate service my-release-milvus-l7 -n default cdktf-milvus-l7/stack-",
  });
});
