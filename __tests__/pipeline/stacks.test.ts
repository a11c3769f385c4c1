import { pipelineStacks } from "../../pipeline/stacks";
import { diagnostics, withoutConfiguration } from "../../pipeline/terraform-plan";

const stack = (id: string, configuration: object = {}, ...dependencies: string[]) => ({
  id,
  dependencies,
  configuration,
});

test("stacks come after those that they depend on", () => {
  expect(pipelineStacks([stack("c", {}, "b"), stack("b", {}, "a"), stack("a")]).map((one) => one.stack)).toEqual([
    "a",
    "b",
    "c",
  ]);
  expect(() => pipelineStacks([stack("a", {}, "b"), stack("b", {}, "a")])).toThrow(
    "the stacks depend on each other in a circle: a, b, a",
  );
});

test.each([
  ["gcp", { provider: { google: [{}] } }],
  ["aws", { provider: { aws: [{}], kubernetes: [{}] } }],
  ["gcp", { provider: { kubernetes: [{ exec: { command: "gke-gcloud-auth-plugin" } }] } }],
  ["aws", { provider: { helm: [{ kubernetes: { exec: { command: "aws" } } }] } }],
  ["gcp", { terraform: { backend: { gcs: {} } } }],
  ["aws", { terraform: { backend: { s3: {} } } }],
  ["none", { provider: { kubernetes: [{ config_path: "~/.kube/config" }] } }],
])("a stack's cloud is found: %s %j", (cloud, configuration) => {
  expect(pipelineStacks([stack("a", configuration)])).toEqual([{ stack: "a", cloud }]);
});

test("an error of terraform's is told without the configuration's values", () => {
  const error = {
    diagnostic: {
      severity: "error",
      summary: "Resource precondition failed",
      detail: "The pods speak TLS.",
      address: "helm_release.milvus",
      snippet: { code: 'yamldecode("password: hunter-two")', values: [{ statement: "is hunter-two" }] },
    },
  };
  const lines = [{ "@level": "info" }, error, { diagnostic: { severity: "warning", summary: "a warning" } }];
  expect(diagnostics(["no JSON", ...lines.map((line) => JSON.stringify(line))].join("\n"))).toBe(
    "Error: Resource precondition failed (helm_release.milvus)\nThe pods speak TLS.",
  );
  expect(
    withoutConfiguration(
      '╷\n│ Error: Invalid backend\n│ \n│   on cdk.tf.json line 3, in terraform:\n│    3:   "password": "hunter-two",\n│     ├────────────────\n│     │ local.a is "hunter-two"\n│ \n│ It is wrong.\n╵',
    ),
  ).toBe("╷\n│ Error: Invalid backend\n│ \n│   on cdk.tf.json line 3, in terraform:\n│ \n│ It is wrong.\n╵");
});
