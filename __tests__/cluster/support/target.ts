import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { resolve } from "node:path";
import { parse } from "yaml";

/** The cluster that the tier may write to. */
export interface Target {
  readonly kubeconfig: string;
  readonly context: string;
  readonly server: string;
}

/** What is said where no cluster is named. */
export const NOTHING_NAMED = "CLUSTER_TEST_KUBECONFIG and CLUSTER_TEST_CONTEXT name no cluster";

interface Kubeconfig {
  readonly contexts?: readonly { readonly name: string; readonly context: { readonly cluster: string } }[];
  readonly clusters?: readonly {
    readonly name: string;
    readonly cluster: { readonly server?: string; readonly "proxy-url"?: string };
  }[];
}

/**
 * The cluster that the environment names; undefined where it names none. Nothing is taken from a default kubeconfig or a
 * current context: the tier installs and deletes releases.
 *
 * @throws Error where only half is named, where the context is unknown, and where its server is not this machine
 */
export function targetOf(env: NodeJS.ProcessEnv): Target | undefined {
  const { CLUSTER_TEST_KUBECONFIG: file, CLUSTER_TEST_CONTEXT: context, CLUSTER_TEST_ALLOW: allowed } = env;
  if (!file && !context) {
    return undefined;
  }
  if (!file || !context) {
    const missing = file ? "CLUSTER_TEST_CONTEXT" : "CLUSTER_TEST_KUBECONFIG";
    throw new Error(`${missing} is not set: name both the kubeconfig and the context, no default is taken.`);
  }
  const kubeconfig = resolve(file);
  const { contexts = [], clusters = [] } = (parse(readFileSync(kubeconfig, "utf8")) ?? {}) as Kubeconfig;
  const found = contexts.find(({ name }) => name === context);
  const cluster = clusters.find(({ name }) => name === found?.context.cluster)?.cluster;
  const server = cluster?.server;
  if (server === undefined) {
    const names = contexts.map(({ name }) => name).join(", ") || "none";
    throw new Error(`${kubeconfig} has no context ${context} with a server. Its contexts: ${names}.`);
  }
  const elsewhere = [server, cluster?.["proxy-url"]].filter((url) => url !== undefined && !isLoopback(url));
  if (elsewhere.length > 0 && allowed !== server) {
    throw new Error(
      `The server of context ${context} is ${elsewhere.join(" by ")}, which is not this machine. The tier installs and ` +
        `deletes releases: set CLUSTER_TEST_ALLOW=${server} if that cluster is meant.`,
    );
  }
  return { kubeconfig, context, server };
}

function isLoopback(url: string): boolean {
  try {
    const host = new URL(url).hostname.replace(/^\[|\]$/g, "");
    return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
  } catch {
    return false;
  }
}
