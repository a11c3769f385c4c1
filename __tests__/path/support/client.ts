import type { ClientConnection } from "../../../stacks/client-snippet";
import { clientSnippet } from "../../../stacks/client-snippet";
import { venv } from "./tools";
import { outcome } from "./verify";

interface Surroundings {
  readonly env?: NodeJS.ProcessEnv;
  readonly before?: readonly string[];
}

/** What a call of PyMilvus straight to Milvus returns, printed. */
export function pymilvus(port: number, call: string, options = `uri="http://127.0.0.1:${port}"`): Promise<string> {
  return python(`from pymilvus import MilvusClient\nprint(MilvusClient(${options}).${call})`);
}

/** Runs what a stack gives to PyMilvus users, as it is. Its output. */
export function runSnippet(connection: ClientConnection, surroundings?: Surroundings): Promise<string> {
  return python(clientSnippet(connection), surroundings);
}

async function python(code: string, { env, before = [] }: Surroundings = {}): Promise<string> {
  const { exit, stdout, stderr } = await outcome([...before, venv("python"), "-c", code], env);
  return exit === 0 ? stdout : `exit code ${exit}: ${stdout}${stderr}`;
}
