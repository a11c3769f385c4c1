import { isDeployed, workspace } from "../support/life";
import { AWS, AWS_LEFT_ALONE, GCP, GCP_LEFT_ALONE } from "../support/stacks-under-test";
import { describeUnless, succeeded, whatIsMissing } from "../support/terraform";
import { isApplied, plannedChanges } from "../support/variants";

const missing = whatIsMissing();

describeUnless(missing.apply, "labels through terraform", () => {
  test.each([
    { stack: GCP, release: GCP_LEFT_ALONE },
    { stack: AWS, release: AWS_LEFT_ALONE },
  ])("are taken by every resource, and changed in place: $stack.id", ({ stack, release }) => {
    const place = workspace(stack, { release, addressWaitSec: stack === AWS ? 0 : undefined });
    isDeployed(place);
    for (const labels of [{ team: "search", "example.com/owner": "Jane.Doe" }, { team: "vectors" }, {}]) {
      succeeded(place.synth({ ...stack.config(), release, labels, ...(stack === AWS ? { addressWaitSec: 0 } : {}) }));
      succeeded(place.terraform("validate"));
      const changes = plannedChanges(place);
      expect(new Set(Object.values(changes))).toEqual(new Set(["update"]));
      expect(Object.keys(changes).map((address) => address.split(".")[0])).toContain("kubernetes_service_v1");
      isApplied(place);
      expect(place.attributes("kubernetes_service_v1").metadata[0].labels ?? {}).toEqual(labels);
    }
    place.remove();
  });
});
