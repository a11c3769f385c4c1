#!/usr/bin/env node
import { adopts, backupNote, main, type ReleaseCommand, refuse, takeOut, titles } from "./release-command";

/**
 * Makes the next deploy adopt releases anew. For values that a `helm upgrade` by somebody else dropped: Terraform compares
 * them with those that it sent last, and plans no change.
 */
export const REPAIR: ReleaseCommand = {
  name: "release-repair",
  usage: `usage: release-repair [--release NAMESPACE/NAME]... [--out DIR] STACK

For a release whose values somebody else's 'helm upgrade' dropped, while the plan says 'No changes': takes it out of
Terraform's state, so that the next deploy adopts it anew and sends the values again. The guard that refuses a destroy
stays. Nothing is deleted, and nothing in the cluster is touched.

  --release NAMESPACE/NAME   which one, where there are several; CLUSTERKEY/NAMESPACE/NAME where two have that name
  --out DIR                  where cdktf writes to (CDKTF_OUTDIR, or cdktf.out)

exit status: 0 done, 1 refused, 2 wrong use, or terraform failed`,
  concerns: ({ isInState }) => isInState,
  nothing: "no release that was adopted: there is nothing to repair, and a deploy adopts it",
  act: (stack, releases) => {
    const lost = releases.filter((release) => !adopts(stack, release));
    if (lost.length > 0) {
      refuse(
        `the configuration in ${stack.folder} doesn't adopt ${titles(lost)}, so that this would give it away`,
        "to give it away, use release:detach; to adopt it, say so in the config and run 'npx cdktf synth' first",
      );
    }
    const addresses = releases.map(({ address }) => address);
    takeOut(stack, addresses);
    const count = releases.length;
    return [
      `to be adopted anew: ${titles(releases)}. Milvus runs on as it is`,
      ...addresses.map((address) => `out of the state: ${address}`),
      ...releases.flatMap(({ guard }) => (guard === undefined ? [] : [`still in it, against a destroy: ${guard}`])),
      ...backupNote(stack),
      `next: npx cdktf diff ${stack.id}, which has to show ${count} to import, ${count} to change, 0 to destroy`,
      `then: npx cdktf deploy ${stack.id}, which is one helm upgrade with the config's values`,
    ];
  },
};

if (require.main === module) {
  main(REPAIR);
}
