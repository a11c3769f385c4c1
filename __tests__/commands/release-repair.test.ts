import { perform } from "../../commands/release-command";
import { REPAIR } from "../../commands/release-repair";
import { adopted, failsAt, guardOf, RELEASE_ID, stackWith } from "../support/state";

const RELEASE = `helm_release.${RELEASE_ID}`;
const FINDING = ["init -input=false -no-color", "show -json -no-color"];

describe("release:repair", () => {
  test("takes the release out of the state, and leaves its guard", () => {
    const { stack, calls } = stackWith({ resources: [adopted(), guardOf()] }, [RELEASE]);
    expect(perform(REPAIR, stack, [])).toEqual({
      status: 0,
      lines: [
        "release-repair: to be adopted anew: default/my-release. Milvus runs on as it is",
        `  out of the state: ${RELEASE}`,
        `  still in it, against a destroy: terraform_data.${RELEASE_ID}`,
        "  Terraform keeps the state from before as a *.backup file, passwords in it, in cdktf.out/stacks/gcp-stack",
        "  next: npx cdktf diff gcp-stack, which has to show 1 to import, 1 to change, 0 to destroy",
        "  then: npx cdktf deploy gcp-stack, which is one helm upgrade with the config's values",
      ],
    });
    expect(calls).toEqual([...FINDING, `state rm -no-color ${RELEASE}`]);
  });

  test("takes several where they are named", () => {
    const ids = ["milvus_default_a", "milvus_east_default_a"];
    const { stack, calls } = stackWith(
      { resources: ids.map((id) => adopted(id)) },
      ids.map((id) => `helm_release.${id}`),
    );
    expect(perform(REPAIR, stack, []).status).toBe(1);
    const { lines } = perform(REPAIR, stack, ["default/a", "east/default/a"]);
    expect(lines).toContain(
      "  next: npx cdktf diff gcp-stack, which has to show 2 to import, 2 to change, 0 to destroy",
    );
    expect(calls.slice(-2)).toEqual(ids.map((id) => `state rm -no-color helm_release.${id}`));
  });

  test.each([
    ["an empty state", undefined, "it is empty"],
    [
      "a guard alone, as an interrupted detach leaves it",
      { resources: [guardOf()] },
      `it holds 1 resources, terraform_data.${RELEASE_ID} among them`,
    ],
  ])("refuses where there is nothing to repair: %s", (_, module, whatIsThere) => {
    const { stack, calls } = stackWith(module, [RELEASE]);
    expect(perform(REPAIR, stack, [])).toEqual({
      status: 1,
      lines: [
        "release-repair: refused: the state of gcp-stack holds no release that was adopted: there is nothing to repair, " +
          "and a deploy adopts it",
        `  ${whatIsThere}`,
        "  nothing has been changed",
      ],
    });
    expect(calls).toEqual(FINDING);
  });

  test("refuses a release that the configuration doesn't adopt, and takes none of those beside it", () => {
    const { stack, calls } = stackWith(
      { resources: [adopted(), adopted("milvus_default_b"), guardOf("milvus_default_b")] },
      [RELEASE],
    );
    expect(perform(REPAIR, stack, ["default/my-release", "default/b"])).toEqual({
      status: 1,
      lines: [
        "release-repair: refused: the configuration in cdktf.out/stacks/gcp-stack doesn't adopt default/b, so that this " +
          "would give it away",
        "  to give it away, use release:detach; to adopt it, say so in the config and run 'npx cdktf synth' first",
        "  nothing has been changed",
      ],
    });
    expect(calls).toEqual(FINDING);
  });

  test("shows what terraform says, where it fails", () => {
    const { stack } = stackWith({ resources: [adopted()] }, [RELEASE], failsAt("state rm", "Error: state is locked"));
    expect(perform(REPAIR, stack, [])).toEqual({
      status: 2,
      lines: [`release-repair: 'terraform state rm ${RELEASE}' failed`, "  Error: state is locked"],
    });
  });
});
