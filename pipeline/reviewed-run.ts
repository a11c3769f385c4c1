import type { GitHub } from "./github";

/** The run of the pull-request workflow that has planned and reviewed what was merged. */
export interface ReviewedRun {
  readonly pull: number;
  readonly run: number;
}

interface Pull {
  readonly number: number;
  readonly merged_at: string | null;
  readonly base: { readonly ref: string };
  readonly head: { readonly sha: string; readonly repo: { readonly full_name: string } | null };
}

interface Run {
  readonly id: number;
  readonly conclusion: string | null;
  readonly created_at: string;
  readonly head_repository: { readonly full_name: string } | null;
}

/** It throws, in words for a user, where there is none: then nothing was reviewed. */
export async function reviewedRun(
  github: GitHub,
  { commit, branch, workflow, repository }: { commit: string; branch: string; workflow: string; repository: string },
): Promise<ReviewedRun> {
  const pulls = await github.all<Pull>(`/commits/${commit}/pulls`);
  const merged = pulls.find((one) => one.merged_at !== null && one.base.ref === branch);
  if (merged === undefined) {
    throw new Error(`${commit} came to ${branch} by no pull request, so that no plan of it was reviewed`);
  }
  const isOurs = (repo: { readonly full_name: string } | null) => repo?.full_name === repository;
  if (!isOurs(merged.head.repo)) {
    throw new Error(
      `pull request ${merged.number} came from a fork, for which no plan is made: merge it by a branch of this repository`,
    );
  }
  const { workflow_runs: runs } = await github.get<{ workflow_runs: Run[] }>(
    `/actions/workflows/${workflow}/runs?event=pull_request&status=success&per_page=100&head_sha=${merged.head.sha}`,
  );
  const latest = runs
    .filter(({ conclusion, head_repository: from }) => conclusion === "success" && isOurs(from))
    .sort((a, b) => b.created_at.localeCompare(a.created_at))[0];
  if (latest === undefined) {
    throw new Error(
      `no run of ${workflow} for pull request ${merged.number} has ended well: its plan was refused, or not reviewed`,
    );
  }
  return { pull: merged.number, run: latest.id };
}
