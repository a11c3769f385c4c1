import { driftIssue } from "../../../pipeline/drift";
import { GitHub } from "../../../pipeline/github";
import { JOB_AUTHOR, putComment, putIssue } from "../../../pipeline/posts";
import { reviewedRun } from "../../../pipeline/reviewed-run";
import { type Answer, type Asked, FakeGitHub } from "./fake-github";

let server: FakeGitHub | undefined;
afterEach(() => server?.stop());

async function github(answer: (asked: Asked, count: number) => Answer | undefined): Promise<GitHub> {
  server = await new FakeGitHub(answer).start();
  return new GitHub({ api: server.api, repository: "owner/name", token: "the-token", longestWaitMs: 5 });
}

const MARKER = "<!-- milvus-l7-plan: gcp-stack -->";
const BODY = `${MARKER}\n### Plan of \`gcp-stack\`: no changes\n`;
const ours = { id: 7, body: `${MARKER}\nan older one`, user: { login: JOB_AUTHOR } };

describe("the one comment", () => {
  test("is made where there is none", async () => {
    const hub = await github(({ method }) => (method === "GET" ? { body: [] } : { status: 201, body: {} }));
    expect(await putComment(hub, 12, BODY)).toBe("made");
    expect(server?.asked.at(-1)).toEqual({
      method: "POST",
      path: "/issues/12/comments",
      body: { body: BODY },
      authorization: "Bearer the-token",
    });
  });

  test("is changed where it is, on a later page too, and never somebody else's", async () => {
    const others = [
      { id: 1, body: "a comment", user: { login: "somebody" } },
      { id: 2, body: `${MARKER}\npretends to be ours`, user: { login: "somebody" } },
      { id: 3, body: "<!-- milvus-l7-plan: aws-stack -->", user: { login: JOB_AUTHOR } },
      { id: 4, body: null, user: null },
    ];
    const hub = await github(({ method, path }) =>
      method !== "GET"
        ? { body: {} }
        : path.includes("page=2")
          ? { body: [ours] }
          : {
              body: others,
              headers: { link: `<${server?.api}/repositories/1/issues/12/comments?per_page=100&page=2>; rel="next"` },
            },
    );
    expect(await putComment(hub, 12, BODY)).toBe("changed");
    expect(server?.written).toEqual(["PATCH /issues/comments/7"]);
  });

  test("stays as it is where it says the same", async () => {
    const hub = await github(() => ({ body: [{ ...ours, body: BODY.trimEnd() }] }));
    expect(await putComment(hub, 12, BODY)).toBe("as it was");
    expect(server?.written).toEqual([]);
  });

  test("has a marker", async () => {
    const hub = await github(() => undefined);
    await expect(putComment(hub, 12, "a text")).rejects.toThrow("the text has no marker in its first line");
  });

  test("isn't made twice where GitHub has made it and failed to say so", async () => {
    let made = false;
    const hub = await github(({ method }) => {
      if (method === "POST") {
        made = true;
        return { status: 502, body: "<html>bad gateway</html>" };
      }
      return { body: made ? [{ ...ours, body: BODY }] : [] };
    });
    expect(await putComment(hub, 12, BODY)).toBe("as it was");
    expect(server?.written).toEqual(["POST /issues/12/comments"]);
  });
});

describe("a request", () => {
  test.each<[string, Answer]>([
    ["an error of the server's", { status: 503, body: { message: "unavailable" } }],
    ["too many requests", { status: 429, body: {}, headers: { "retry-after": "1" } }],
    [
      "the limit of an hour",
      { status: 403, body: {}, headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1" } },
    ],
    ["a connection that breaks", { hangsUp: true }],
  ])("is repeated after %s", async (_, first) => {
    const hub = await github((_asked, count) => (count === 1 ? first : { body: ["found"] }));
    expect(await hub.all("/issues")).toEqual(["found"]);
    expect(server?.asked).toHaveLength(2);
  });

  test.each<[number, unknown, string]>([
    [401, { message: "Bad credentials" }, "Bad credentials; the token is not valid: give GITHUB_TOKEN the job's own"],
    [
      403,
      { message: "Resource not accessible by integration" },
      "Resource not accessible by integration; the job lacks a permission, such as 'pull-requests: write'; runs for a fork never have it",
    ],
    [404, { message: "Not Found" }, "Not Found; there is no such thing, or the token may not see it"],
    [422, { message: "Validation Failed", errors: [{ field: "body" }] }, 'Validation Failed [{"field":"body"}]'],
    [400, "", "no reason given"],
  ])("isn't repeated after %i, which says why", async (status, body, reason) => {
    const hub = await github(() => ({ status, body }));
    await expect(hub.all("/issues/1/comments")).rejects.toThrow(
      `GitHub answers ${status} to GET /repos/owner/name/issues/1/comments?per_page=100: ${reason}`,
    );
    expect(server?.asked).toHaveLength(1);
  });

  test("is given up after four attempts, and the token is in no message", async () => {
    const hub = await github(() => ({ status: 500, body: { message: "the-server" } }));
    const error = await hub.all("/issues").catch((thrown) => thrown);
    expect(error.message).toBe("GitHub answers 500 to GET /repos/owner/name/issues?per_page=100: the-server");
    expect(server?.asked).toHaveLength(4);
    const { api } = server as FakeGitHub;
    await server?.stop();
    const nobody = new GitHub({ api, repository: "owner/name", token: "the-token", longestWaitMs: 1 });
    const refused = await nobody.all("/issues").catch((thrown) => thrown);
    expect(refused.message).toMatch(
      /^GitHub doesn't answer GET \/repos\/owner\/name\/issues\?per_page=100: .*ECONNREFUSED/,
    );
    expect(refused.message).not.toContain("the-token");
  });
});

describe("the one issue about drift", () => {
  const drift = (...statuses: number[]) =>
    driftIssue(
      statuses.map((status, index) => ({
        stack: `stack-${index}`,
        status,
        markdown: `<!-- milvus-l7-plan: stack-${index} -->\n### Plan ${index}\n`,
      })),
      "https://github.com/owner/name/actions/runs/1",
    );

  test("says of each stack how it is, and of those that differ what", () => {
    expect(drift(0, 2, 1)).toEqual({
      title: "Drift: stack-1, stack-2",
      isNeeded: true,
      body: [
        "<!-- milvus-l7-drift -->",
        "| stack | |",
        "|---|---|",
        "| `stack-0` | as it is configured |",
        "| `stack-1` | **differs from its configuration** |",
        "| `stack-2` | **no plan could be made** |",
        "",
        "### Plan 1",
        "",
        "",
        "### Plan 2",
        "",
        "<sub>[the last run](https://github.com/owner/name/actions/runs/1)</sub>",
        "",
      ].join("\n"),
    });
  });

  test.each<[string, number[], object[], string, string[]]>([
    ["made", [2], [], "made", ["POST /issues"]],
    ["not made where nothing differs", [0], [], "not needed", []],
    [
      "changed",
      [2],
      [{ number: 5, body: "<!-- milvus-l7-drift -->\nolder", user: { login: JOB_AUTHOR } }],
      "changed",
      ["PATCH /issues/5"],
    ],
    [
      "closed",
      [0],
      [{ number: 5, body: "<!-- milvus-l7-drift -->\nolder", user: { login: JOB_AUTHOR } }],
      "closed",
      ["PATCH /issues/5"],
    ],
    [
      "made beside a pull request and somebody else's",
      [2],
      [
        { number: 5, body: "<!-- milvus-l7-drift -->", user: { login: "somebody" } },
        { number: 6, body: "<!-- milvus-l7-drift -->", user: { login: JOB_AUTHOR }, pull_request: {} },
      ],
      "made",
      ["POST /issues"],
    ],
  ])("is %s", async (_, statuses, open, outcome, written) => {
    const hub = await github(({ method }) => (method === "GET" ? { body: open } : { body: {} }));
    expect(await putIssue(hub, drift(...statuses))).toBe(outcome);
    expect(server?.written).toEqual(written);
  });

  test("is closed as completed", async () => {
    const hub = await github(({ method }) =>
      method === "GET"
        ? { body: [{ number: 5, body: "<!-- milvus-l7-drift -->", user: { login: JOB_AUTHOR } }] }
        : { body: {} },
    );
    await putIssue(hub, drift(0));
    expect(server?.asked.at(-1)?.body).toMatchObject({ state: "closed", state_reason: "completed" });
  });
});

describe("the run that has reviewed what was merged", () => {
  const pull = {
    number: 12,
    merged_at: "2025-01-01T00:00:00Z",
    base: { ref: "main" },
    head: { sha: "abc", repo: { full_name: "owner/name" } },
  };
  const run = (id: number, created_at: string, conclusion = "success", full_name = "owner/name") => ({
    id,
    created_at,
    conclusion,
    head_repository: { full_name },
  });
  const asked = { commit: "fedcba", branch: "main", workflow: "pull-request.yml", repository: "owner/name" };
  const find = async (pulls: object[], runs: object[]) =>
    reviewedRun(
      await github(({ path }) => (path.includes("/pulls") ? { body: pulls } : { body: { workflow_runs: runs } })),
      asked,
    );

  test("is the latest that ended well", async () => {
    const runs = [
      run(1, "2025-01-01"),
      run(3, "2025-01-03", "failure"),
      run(2, "2025-01-02"),
      run(4, "2025-01-04", "success", "fork/name"),
    ];
    expect(await find([{ ...pull, number: 11, merged_at: null }, pull], runs)).toEqual({ pull: 12, run: 2 });
    expect(server?.asked.at(-1)?.path).toBe(
      "/actions/workflows/pull-request.yml/runs?event=pull_request&status=success&per_page=100&head_sha=abc",
    );
  });

  test.each<[string, object[], object[]]>([
    ["fedcba came to main by no pull request, so that no plan of it was reviewed", [], []],
    [
      "fedcba came to main by no pull request, so that no plan of it was reviewed",
      [{ ...pull, base: { ref: "other" } }],
      [],
    ],
    [
      "pull request 12 came from a fork, for which no plan is made: merge it by a branch of this repository",
      [{ ...pull, head: { sha: "abc", repo: { full_name: "fork/name" } } }],
      [],
    ],
    [
      "no run of pull-request.yml for pull request 12 has ended well: its plan was refused, or not reviewed",
      [pull],
      [run(1, "2025", "failure")],
    ],
  ])("is refused: %s", async (message, pulls, runs) => {
    await expect(find(pulls, runs)).rejects.toThrow(message);
  });
});
