import type { GitHub } from "./github";

/** Comments and issues that are found again by a line that nobody sees, and changed instead of made anew. */

/** Whose they are, for whoever uses the token of a job. */
export const JOB_AUTHOR = "github-actions[bot]";

interface Post {
  readonly id: number;
  readonly number?: number;
  readonly state?: "open" | "closed";
  readonly body?: string | null;
  readonly user?: { readonly login: string } | null;
  readonly html_url?: string;
  readonly pull_request?: unknown;
}

export type Outcome = "made" | "changed" | "as it was" | "closed" | "not needed";

const MARKER = /^<!-- milvus-l7-[\w: .-]+ -->/;

/** The line that finds a text again, which is its first. */
export function markerIn(body: string): string {
  const marker = MARKER.exec(body)?.[0];
  if (marker === undefined) {
    throw new Error("the text has no marker in its first line: make it with plan-comment");
  }
  return marker;
}

/** Anybody may write a comment with our marker: only those of this author are ours. */
function ours(posts: readonly Post[], marker: string, author: string): Post | undefined {
  return posts.find(({ body, user }) => body?.startsWith(marker) && user?.login === author);
}

/** The one comment of a stack on a pull request. */
export async function putComment(github: GitHub, pull: number, body: string, author = JOB_AUTHOR): Promise<Outcome> {
  const marker = markerIn(body);
  return github.again(async () => {
    const before = ours(await github.all<Post>(`/issues/${pull}/comments`), marker, author);
    if (before?.body?.trimEnd() === body.trimEnd()) {
      return "as it was";
    }
    if (before) {
      await github.send("PATCH", `/issues/comments/${before.id}`, { body });
      return "changed";
    }
    await github.send("POST", `/issues/${pull}/comments`, { body });
    return "made";
  });
}

export interface Issue {
  readonly title: string;
  readonly body: string;
  /** Whether there is anything to be done: else it is closed. */
  readonly isNeeded: boolean;
}

/** The one issue. */
export async function putIssue(
  github: GitHub,
  { title, body, isNeeded }: Issue,
  author = JOB_AUTHOR,
): Promise<Outcome> {
  const marker = markerIn(body);
  return github.again(async () => {
    const open = await github.all<Post>(`/issues?state=open&creator=${encodeURIComponent(author)}`);
    const before = ours(
      open.filter(({ pull_request: pull }) => pull === undefined),
      marker,
      author,
    );
    if (before === undefined) {
      if (isNeeded) {
        await github.send("POST", "/issues", { title, body });
      }
      return isNeeded ? "made" : "not needed";
    }
    const change = isNeeded ? { title, body } : { body, state: "closed", state_reason: "completed" };
    if (isNeeded && before.body?.trimEnd() === body.trimEnd()) {
      return "as it was";
    }
    await github.send("PATCH", `/issues/${before.number}`, change);
    return isNeeded ? "changed" : "closed";
  });
}
