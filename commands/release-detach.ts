#!/usr/bin/env node
import { adopts, backupNote, main, type ReleaseCommand, type Stack, takeOut, titles } from "./release-command";
import { type AdoptedRelease, addressesOf } from "./release-state";

/** Gives adopted releases back: Terraform forgets them, and Milvus runs on. */
export const DETACH: ReleaseCommand = {
  name: "release-detach",
  usage: `usage: release-detach [--release NAMESPACE/NAME]... [--out DIR] STACK

Gives a release that STACK adopted back: takes it out of Terraform's state, then the guard that refuses a destroy
beside it. Nothing is deleted, and nothing in the cluster is touched.

  --release NAMESPACE/NAME   which one, where there are several; CLUSTERKEY/NAMESPACE/NAME where two have that name
  --out DIR                  where cdktf writes to (CDKTF_OUTDIR, or cdktf.out)

exit status: 0 done, 1 refused, 2 wrong use, or terraform failed`,
  concerns: () => true,
  nothing: "no release that was adopted, and no guard of one: there is nothing to detach",
  act: (stack, releases) => {
    const addresses = releases.flatMap(addressesOf);
    takeOut(stack, addresses);
    return [
      `given back: ${titles(releases)}. Milvus runs on as it is`,
      ...addresses.map((address) => `out of the state: ${address}`),
      ...backupNote(stack),
      ...releases.filter(({ speaksTls }) => speaksTls).map(tlsNote),
      ...nextSteps(stack, releases),
    ];
  },
};

function tlsNote({ title }: AdoptedRelease): string {
  return (
    `note: the pods of ${title} go on speaking TLS. To have plaintext again, put TLS off in the config (tls: disabled) ` +
    "and deploy BEFORE a detach: a deploy now adopts it again for that"
  );
}

function nextSteps(stack: Stack, releases: readonly AdoptedRelease[]): string[] {
  const stillAdopted = releases.filter((release) => adopts(stack, release));
  if (stillAdopted.length === 0) {
    return [`next: npx cdktf deploy ${stack.id}, whose configuration doesn't adopt it`];
  }
  return isOfReleasesOnly(stack)
    ? [
        `next: the configuration still adopts ${titles(stillAdopted)}, and a deploy would do it again. Change it there`,
        "(ownership, or stack, in the config file); there is nothing else in this stack to deploy or to destroy",
      ]
    : [
        `next: the configuration still adopts ${titles(stillAdopted)}, and a deploy would do it again. So either`,
        "  leave it alone: ownership: leave-alone in the config file, MilvusTlsRelease.leaveAlone in a program, or delete",
        `  its lines there; then npx cdktf deploy ${stack.id}`,
        `  or take everything else away, and leave Milvus: npx cdktf destroy ${stack.id}`,
      ];
}

/** A release's own stack: without the release it isn't synthesised. */
function isOfReleasesOnly({ configuration: { resource } }: Stack): boolean {
  return (
    resource !== undefined && Object.keys(resource).every((type) => ["helm_release", "terraform_data"].includes(type))
  );
}

if (require.main === module) {
  main(DETACH);
}
