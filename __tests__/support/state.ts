import type { Stack, Terraform } from "../../commands/release-command";
import type { StateModule, StateResource } from "../../commands/release-state";

export const RELEASE_ID = "milvus_default_my-release";

/** A release that was adopted, as `terraform show -json` prints it. */
export function adopted(id = RELEASE_ID, values: object = {}): StateResource {
  const [name, namespace] = id.replaceAll("__", ".").split("_").reverse();
  return { mode: "managed", type: "helm_release", name: id, values: { namespace, name, ...values } };
}

/** The guard beside it. */
export function guardOf(id = RELEASE_ID): StateResource {
  return { mode: "managed", type: "terraform_data", name: id, values: { input: { purpose: "guards a release" } } };
}

/** A stack with this state, whose configuration adopts these addresses, and what terraform is asked for. */
export function stackWith(
  module: StateModule | undefined,
  adopts: readonly string[] = [],
  answer: Terraform = () => ({ status: 0, stdout: "", stderr: "" }),
): { stack: Stack; calls: string[] } {
  const calls: string[] = [];
  return {
    calls,
    stack: {
      id: "gcp-stack",
      folder: "cdktf.out/stacks/gcp-stack",
      configuration: { import: adopts.map((to) => ({ to })) },
      terraform: (...args) => {
        calls.push(args.join(" "));
        const { status, stdout, stderr } = answer(...args);
        const state = JSON.stringify({ format_version: "1.0", values: module && { root_module: module } });
        return { status, stdout: args[0] === "show" ? stdout || state : stdout, stderr };
      },
    },
  };
}

/** Terraform fails at the call that begins with these words. */
export function failsAt(words: string, stderr: string): Terraform {
  return (...args) => ({ status: args.join(" ").startsWith(words) ? 1 : 0, stdout: "", stderr });
}
