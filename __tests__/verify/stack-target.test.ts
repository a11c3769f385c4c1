import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { factsOf } from "../../verify/stack-target";
import { awsStack } from "../support/aws";
import { gcpStack } from "../support/gcp";
import { synth } from "../support/synth";

const folder = mkdtempSync(join(tmpdir(), "milvus-l7-target-"));
afterAll(() => rmSync(folder, { recursive: true }));

const port80Of = (json: object) => {
  writeFileSync(join(folder, "cdk.tf.json"), JSON.stringify(json));
  return factsOf("stack", folder, "{}").names.httpsRedirect;
};

describe("a stack says of port 80", () => {
  test.each([
    ["GKE", (httpsRedirect?: boolean) => synth(gcpStack({ httpsRedirect }))],
    ["EKS", (httpsRedirect?: boolean) => synth(awsStack({ httpsRedirect }))],
  ])("whether it redirects, on %s", (_, stack) => {
    expect([port80Of(stack()), port80Of(stack(false)), port80Of(stack(true))]).toEqual([false, false, true]);
  });

  test("nothing where no Ingress is synthesised", () => {
    expect(port80Of({ resource: {} })).toBeUndefined();
  });
});
