import { type Finding, failed, type Outcome, type Route, warned } from "../hop";
import { type Answer, request } from "../http2-request";
import { type PlainAnswer, plainGet } from "../plain-http";
import { listed } from "../text";

/** What 9091 has, and how Milvus answers there. `/expr` without a token and an expression only says so. */
const PATHS: readonly { readonly path: string; readonly isMilvus: RegExp }[] = [
  { path: "/metrics", isMilvus: /^# (HELP|TYPE) |\bmilvus_/m },
  { path: "/webui/", isMilvus: /milvus/i },
  { path: "/expr", isMilvus: /failed to execute expression|expr body|"output"/ },
];

/** Whether port 9091, which asks nobody for a password, can be reached through the load balancer, and what port 80 does. */
export async function exposure(route: Route, plainPort = 80): Promise<Outcome> {
  const plain = plainGet(route, plainPort);
  const answers = await Promise.all(
    PATHS.map(async ({ path, isMilvus }) => {
      const answer = await get(route, path);
      return { path, isOpen: answer !== undefined && isMilvusAnswer(answer, isMilvus), status: answer?.status };
    }),
  );
  const { seen, findings } = judgePlain(await plain, route);
  if (route.signal.aborted) {
    return failed("hang-exposure", "no answer in time");
  }
  const open = answers.filter(({ isOpen }) => isOpen).map(({ path }) => path);
  const statuses = listed(answers.map(({ path, status }) => `${path} ${status ?? "no answer"}`));
  return warned(`9091 is not reachable here: ${statuses}; ${seen}`, [
    ...(open.length === 0
      ? []
      : [{ cause: "port-9091-exposed", seen: `Milvus answers ${listed(open)} here` } as const]),
    ...findings,
  ]);
}

/** Port 80 is closed, or sends clients to HTTPS where the config says so. */
function judgePlain(
  answer: PlainAnswer | undefined,
  { target }: Route,
): { readonly seen: string; readonly findings: Finding[] } {
  if (answer === undefined) {
    return { seen: "port 80 is closed", findings: [] };
  }
  const { status, location } = answer;
  if (!(status >= 300 && status < 400 && location.startsWith("https://"))) {
    const seen = `port 80 answers HTTP ${status} without TLS`;
    return { seen, findings: [{ cause: "port-80-plaintext", seen }] };
  }
  const seen = `port 80 redirects to HTTPS (${status})`;
  return target.stack?.httpsRedirect === false
    ? { seen, findings: [{ cause: "port-80-open", seen: `${seen}, but httpsRedirect is off` }] }
    : { seen, findings: [] };
}

function isMilvusAnswer({ status, body }: Answer, isMilvus: RegExp): boolean {
  return status === 200 && isMilvus.test(body.toString("utf8"));
}

/** Nothing where there is no answer, which is as good as a refusal. */
async function get(route: Route, path: string): Promise<Answer | undefined> {
  try {
    return await request(route, { ":method": "GET", ":path": path });
  } catch {
    return undefined;
  }
}
