import { setTimeout } from "node:timers/promises";

export interface GitHubAccess {
  /** Without a slash at its end, as GITHUB_API_URL has it. */
  readonly api: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly token: string;
  /** How long to wait before another attempt, at the longest. */
  readonly longestWaitMs?: number;
}

/** What GitHub answers, in words for a user; the token is never in them. */
export class GitHubError extends Error {
  constructor(
    message: string,
    /** Whether the same may go well a little later. */
    readonly isPassing: boolean,
    /** When to try again, where GitHub says it. */
    readonly waitMs?: number,
  ) {
    super(message);
  }
}

const ATTEMPTS = 4;
const ANSWER_MS = 30_000;
/** Longer than any list that is asked for here. */
const MOST_PAGES = 50;

/** One repository, by GitHub's REST API. */
export class GitHub {
  constructor(private readonly access: GitHubAccess) {}

  /** One answer. */
  get<T>(path: string): Promise<T> {
    return this.again(async () => (await this.once("GET", path)).body as T);
  }

  /** All pages of a list. */
  async all<T>(path: string): Promise<T[]> {
    const found: T[] = [];
    let next: string | undefined = `${path}${path.includes("?") ? "&" : "?"}per_page=100`;
    for (let page = 0; next !== undefined && page < MOST_PAGES; page += 1) {
      const asked: string = next;
      const answer = await this.again(() => this.once("GET", asked));
      found.push(...(answer.body as T[]));
      next = answer.next;
    }
    return found;
  }

  /** Once: whoever makes something looks before another attempt whether it is made already. */
  async send(method: "POST" | "PATCH", path: string, body: object): Promise<void> {
    await this.once(method, path, body);
  }

  /** Repeats what fails in a way that passes. */
  async again<T>(attempt: () => Promise<T>): Promise<T> {
    for (let count = 1; ; count += 1) {
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof GitHubError) || !error.isPassing || count === ATTEMPTS) {
          throw error;
        }
        await setTimeout(Math.min(error.waitMs ?? 1000 * 2 ** (count - 1), this.access.longestWaitMs ?? 60_000));
      }
    }
  }

  private async once(method: string, path: string, body?: object): Promise<{ body: unknown; next?: string }> {
    const { api, repository, token } = this.access;
    const what = `${method} /repos/${repository}${path}`;
    let answer: Response;
    let text: string;
    try {
      answer = await fetch(`${api}/repos/${repository}${path}`, {
        method,
        headers: {
          accept: "application/vnd.github+json",
          authorization: `Bearer ${token}`,
          "content-type": "application/json",
          "user-agent": "cdktf-milvus-l7",
          "x-github-api-version": "2022-11-28",
        },
        body: body && JSON.stringify(body),
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      text = await answer.text();
    } catch (error) {
      const { message, cause } = error as Error & { cause?: { code?: string; message?: string } };
      const reason = cause?.code ?? cause?.message ?? message;
      throw new GitHubError(`GitHub doesn't answer ${what}: ${reason}`, true);
    }
    if (!answer.ok) {
      throw refusal(what, answer, text);
    }
    return { body: text === "" ? undefined : JSON.parse(text), next: nextPage(answer, `${api}/repos/${repository}`) };
  }
}

/** The rest of the path to the next page, if there is one of the same list. */
function nextPage({ headers }: Response, prefix: string): string | undefined {
  const url = /<([^>]+)>;\s*rel="next"/.exec(headers.get("link") ?? "")?.[1];
  // GitHub writes the repository by its number there: what counts is the page.
  const page = url && new URL(url).searchParams.get("page");
  return url?.startsWith(prefix)
    ? url.slice(prefix.length)
    : page
      ? `${new URL(url).pathname.replace(/^.*\/repositor(?:y|ies)\/\d+/, "")}${new URL(url).search}`
      : undefined;
}

const HINTS: Readonly<Record<number, string>> = {
  401: "the token is not valid: give GITHUB_TOKEN the job's own",
  403: "the job lacks a permission, such as 'pull-requests: write'; runs for a fork never have it",
  404: "there is no such thing, or the token may not see it",
  410: "issues are turned off in this repository",
};

/** @see https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api */
function refusal(what: string, { status, headers }: Response, text: string): GitHubError {
  const limited =
    status === 429 || (status === 403 && (headers.get("retry-after") || headers.get("x-ratelimit-remaining") === "0"));
  const after =
    Number(headers.get("retry-after")) * 1000 || Number(headers.get("x-ratelimit-reset")) * 1000 - Date.now();
  const hint = limited ? "too many requests" : HINTS[status];
  return new GitHubError(
    `GitHub answers ${status} to ${what}: ${messageIn(text)}${hint ? `; ${hint}` : ""}`,
    Boolean(limited) || status >= 500,
    limited && after > 0 ? after : undefined,
  );
}

function messageIn(text: string): string {
  try {
    const { message, errors } = JSON.parse(text) as { message?: unknown; errors?: unknown };
    return [message, errors && JSON.stringify(errors)].filter(Boolean).join(" ").slice(0, 300);
  } catch {
    return text.replaceAll(/\s+/g, " ").trim().slice(0, 100) || "no reason given";
  }
}
