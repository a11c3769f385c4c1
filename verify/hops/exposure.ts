import { failed, type Outcome, passed, type Route, warned } from "../hop";
import { type Answer, request } from "../http2-request";
import { listed } from "../text";

/** What 9091 has, and how Milvus answers there. `/expr` without a token and an expression only says so. */
const PATHS: readonly { readonly path: string; readonly isMilvus: RegExp }[] = [
  { path: "/metrics", isMilvus: /^# (HELP|TYPE) |\bmilvus_/m },
  { path: "/webui/", isMilvus: /milvus/i },
  { path: "/expr", isMilvus: /failed to execute expression|expr body|"output"/ },
];

/** Whether port 9091, which asks nobody for a password, can be reached through the load balancer. */
export async function exposure(route: Route): Promise<Outcome> {
  const answers = await Promise.all(
    PATHS.map(async ({ path, isMilvus }) => {
      const answer = await get(route, path);
      return { path, isOpen: answer !== undefined && isMilvusAnswer(answer, isMilvus), status: answer?.status };
    }),
  );
  if (route.signal.aborted) {
    return failed("hang-exposure", "no answer in time");
  }
  const open = answers.filter(({ isOpen }) => isOpen).map(({ path }) => path);
  const statuses = listed(answers.map(({ path, status }) => `${path} ${status ?? "no answer"}`));
  return open.length === 0
    ? passed(`9091 is not reachable here: ${statuses}`)
    : warned("", [{ cause: "port-9091-exposed", seen: `Milvus answers ${listed(open)} here` }]);
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
