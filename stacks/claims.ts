import { releaseStackId, type StackConfig } from "../config/types";
import type { Claim } from "../constructs/internal/claims";
import { statePlace } from "./backend";
import { adoptedRelease, type ReleaseDefaults, releaseOfOwnStack } from "./release";

/** What a stack of either cloud takes for itself beside what its load balancer takes: its states, and the release that it adopts. */
export function claimsOfStack(
  id: string,
  { backend, release }: StackConfig,
  defaults: ReleaseDefaults,
  cluster: string,
): Claim[] {
  const places = [
    statePlace(id, backend),
    ...(releaseOfOwnStack(release, defaults) ? [statePlace(releaseStackId(id), backend, "-release")] : []),
  ];
  const adopted = adoptedRelease(release, defaults);
  return [
    ...places.map(
      ({ setting, place }): Claim => ({
        path: `backend.${setting}`,
        what: `the state ${place}`,
        where: backend.kind,
        allowed: "a state of its own: each stack would destroy what the other has made",
        fix: `set another ${setting} in one of the two`,
      }),
    ),
    ...(adopted
      ? [
          {
            path: "release.ownership",
            what: `the adopted Helm release ${adopted.namespace}/${adopted.releaseName}`,
            where: cluster,
            allowed: "a release that one stack adopts: each would undo the other's settings",
            fix: "set ownership to leave-alone or elsewhere in one of the two",
          },
        ]
      : []),
  ];
}
