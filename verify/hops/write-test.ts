import { randomBytes } from "node:crypto";
import type { MilvusClient } from "@zilliz/milvus2-sdk-node";
import { onAbort } from "../abort";
import { failed, type Outcome, passed, type Route } from "../hop";
import { complaint, expectSuccess, loadSdk, openMilvus } from "../milvus-client";

const PREFIX = "milvus_l7_verify_";
const DIMENSION = 4;
const ROWS = [
  { id: 1, vector: [1, 0, 0, 0] },
  { id: 2, vector: [0, 1, 0, 0] },
  { id: 3, vector: [0, 0, 1, 0] },
];

/** How long is kept back for taking the collection away again, in milliseconds. */
const RESERVE = 3000;
/** How long it may take once time is up: a run overruns by less than a second. */
const GRACE = 700;

/** Writes, searches and drops a collection of its own. Whatever ends the test, the drop is tried. */
export async function writeTest(route: Route): Promise<Outcome> {
  const { token } = route.target;
  const name = `${PREFIX}${randomBytes(6).toString("hex")}`;
  const client = route.client ?? (await openMilvus(route, token));
  const time = new AbortController();
  const timer = setTimeout(() => time.abort(), Math.max(0, route.timeLeft() - Math.min(RESERVE, route.timeLeft() / 4)));
  let step = "connecting";
  let created = false;
  let outcome: Outcome;
  try {
    await until(AbortSignal.any([time.signal, route.signal]), async () => {
      for (const [what, act] of STEPS) {
        step = what;
        created ||= what === STEPS[0]?.[0];
        await act(client, name);
      }
    });
    outcome = passed(`${ROWS.length} rows written to ${name}, found by a search, dropped`);
  } catch (error) {
    const stopped = error instanceof Stopped;
    const { seen } = complaint(error, token);
    outcome = stopped
      ? failed("hang-write-test", `no answer to ${step} in time`)
      : failed("write-test-failed", `${step}: ${seen}`);
  } finally {
    clearTimeout(timer);
  }
  const left = created ? await dropped(client, name, route, token) : undefined;
  if (left === undefined) {
    return outcome;
  }
  const seen = `the collection ${name} may be left behind (${left}): drop it`;
  return failed(
    outcome.status === "failed" ? outcome.cause : "write-test-failed",
    outcome.status === "failed" ? `${outcome.seen}; ${seen}` : seen,
  );
}

const STEPS: readonly (readonly [string, (client: MilvusClient, name: string) => Promise<void>])[] = [
  [
    "CreateCollection",
    async (client, collection_name) => {
      const { DataType } = await loadSdk();
      expectSuccess(
        await client.createCollection({
          collection_name,
          description: "made by verify, which drops it",
          fields: [
            { name: "id", data_type: DataType.Int64, is_primary_key: true },
            { name: "vector", data_type: DataType.FloatVector, dim: DIMENSION },
          ],
          consistency_level: "Strong",
        }),
      );
    },
  ],
  [
    "Insert",
    async (client, collection_name) => {
      expectSuccess(await client.insert({ collection_name, data: ROWS.map((row) => ({ ...row })) }));
    },
  ],
  [
    "CreateIndex",
    async (client, collection_name) => {
      expectSuccess(
        await client.createIndex({ collection_name, field_name: "vector", index_type: "FLAT", metric_type: "L2" }),
      );
    },
  ],
  [
    "LoadCollection",
    async (client, collection_name) => {
      expectSuccess(await client.loadCollectionSync({ collection_name }));
    },
  ],
  [
    "Search",
    async (client, collection_name) => {
      const [wanted] = ROWS;
      const { results } = expectSuccess(
        await client.search({ collection_name, data: [...(wanted?.vector ?? [])], limit: 1, output_fields: ["id"] }),
      );
      const found = results.map(({ id }) => String(id)).join(", ");
      if (found !== String(wanted?.id)) {
        throw new Error(`it found ${found || "nothing"}, not the row that was written`);
      }
    },
  ],
];

/** Nothing where the collection is gone, or what was said to that. */
async function dropped(
  client: MilvusClient,
  collection_name: string,
  route: Route,
  token: string | undefined,
): Promise<string | undefined> {
  const limit = AbortSignal.timeout(Math.max(GRACE, Math.min(RESERVE, route.timeLeft())));
  try {
    await until(limit, async () => expectSuccess(await client.dropCollection({ collection_name, timeout: RESERVE })));
    return undefined;
  } catch (error) {
    return error instanceof Stopped ? "no answer to DropCollection" : complaint(error, token).seen;
  }
}

class Stopped extends Error {}

function until<T>(signal: AbortSignal, act: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const forget = onAbort(signal, () => reject(new Stopped()));
    act().then(resolve, reject).finally(forget);
  });
}
