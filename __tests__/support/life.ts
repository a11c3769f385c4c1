import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { issue, pemOf } from "../config/issue";
import type { Entry } from "./deployment";
import { liveDeployment } from "./deployment";
import { KEY } from "./pem";
import { addresses } from "./synth";
import { succeeded, unwrapped, Workspace } from "./terraform";

/** A cloud's stack, as the terraform tier lets it live. */
export interface StackUnderTest {
  readonly id: string;
  /** The committed config's settings. */
  readonly config: () => object;
  readonly releaseAddress: string;
  /** Further answers of data sources, and attributes that providers compute. */
  readonly answers?: Record<string, unknown>;
}

/** A workspace with the committed config, changed; the live Milvus is a cluster with these environment entries. */
export function workspace(
  stack: StackUnderTest,
  change: object = {},
  liveEnv: readonly Entry[] | null = null,
): Workspace {
  const place = new Workspace(stack.id, { tls_key: KEY });
  answer(place, stack, liveEnv);
  writeFileSync(join(place.folder, "tls.key"), KEY);
  succeeded(place.synth({ ...stack.config(), ...change }));
  return place;
}

/** Sets what the live Deployment looks like from now on. */
export function answer(
  place: Workspace,
  stack: StackUnderTest,
  liveEnv: readonly Entry[] | null,
  more: Record<string, unknown> = {},
): void {
  place.dataSourcesAnswer({
    "data.kubernetes_resource": liveDeployment("cluster", liveEnv),
    ...stack.answers,
    ...more,
  });
}

/** A fresh clone is valid to Terraform. */
export function isValid(place: Workspace): void {
  succeeded(place.terraform("init", "-backend=false"));
  succeeded(place.terraform("validate"));
}

/** validate, plan, apply, a second plan that is empty. */
export function isDeployed(place: Workspace): void {
  succeeded(place.terraform("init"));
  succeeded(place.terraform("validate"));
  succeeded(place.terraform("plan"));
  succeeded(place.terraform("apply", "-auto-approve"));
  expect(place.terraform("plan", "-detailed-exitcode").status).toBe(0);
}

/** What is there already is imported, nothing is destroyed, a second plan is empty. */
export function isAdopted(place: Workspace, { imported }: { readonly imported: number }): void {
  succeeded(place.terraform("init"));
  const plan = succeeded(place.terraform("plan", "-no-color")).text;
  expect(plan).toMatch(new RegExp(`${imported} to import, \\d+ to add, ${imported} to change, 0 to destroy`));
  succeeded(place.terraform("apply", "-auto-approve"));
  expect(place.terraform("plan", "-detailed-exitcode").status).toBe(0);
}

export function isRefusedADestroy(place: Workspace, { releaseAddress }: StackUnderTest): void {
  place.takeLog();
  const destroy = place.terraform("destroy", "-auto-approve", "-no-color");
  expect(destroy.status).not.toBe(0);
  expect(unwrapped(destroy.text)).toContain(`Resource ${releaseAddress} has lifecycle.prevent_destroy set`);
  expect(deleted(place)).toEqual([]);
}

/** A release that was adopted and is to be left alone is destroyed by nothing, and its stack goes on once it is handed back. */
export function isProtectedUntilHandedBack(place: Workspace, stack: StackUnderTest, leftAlone: object): void {
  succeeded(place.terraform("init"));
  succeeded(place.terraform("apply", "-auto-approve"));
  succeeded(place.synth({ ...stack.config(), release: leftAlone }));
  place.takeLog();
  for (const command of ["apply", "destroy"]) {
    const refused = place.terraform(command, "-auto-approve", "-no-color");
    expect(refused.status).not.toBe(0);
    expect(unwrapped(refused.text)).toContain(`Resource ${stack.releaseAddress}[0] has lifecycle.prevent_destroy set`);
  }
  expect(deleted(place)).toEqual([]);

  succeeded(place.terraform("state", "rm", stack.releaseAddress));
  succeeded(place.terraform("apply", "-auto-approve"));
  expect(place.terraform("plan", "-detailed-exitcode").status).toBe(0);
  succeeded(place.terraform("destroy", "-auto-approve"));
  expect(deleted(place)).not.toContain("helm_release");
}

/**
 * A self-signed certificate of the next generation can be made before it is served: clients are given it in between. The
 * types are those of the resources that serve it.
 */
export function isMadeBeforeItIsServed(stack: StackUnderTest, ...servedBy: readonly string[]): void {
  const place = workspace(stack, { certificate: { kind: "self-signed" } });
  succeeded(place.terraform("init"));
  succeeded(place.terraform("apply", "-auto-approve"));
  succeeded(place.synth({ ...stack.config(), certificate: { kind: "self-signed", generation: 2 } }));
  const [second] = addresses(place.json()).filter((address) => address.startsWith("tls_self_signed_cert."));
  const output = () => succeeded(place.terraform("output", "-raw", "certificate_pem")).text;
  const before = output();

  answer(place, stack, null, { tls_self_signed_cert: { cert_pem: "the second" } });
  place.takeLog();
  succeeded(place.terraform("apply", "-auto-approve", `-target=${second}`));
  const log = place.takeLog();
  expect(log.filter((line) => /:(create|update|delete):/.test(line)).map((line) => line.split(":", 2))).toEqual([
    ["tls_private_key", "create"],
    ["tls_self_signed_cert", "create"],
  ]);
  expect(output()).not.toBe(before);

  const served = output();
  succeeded(place.terraform("apply", "-auto-approve"));
  const after = place.takeLog().filter((line) => /:(create|update|delete):/.test(line));
  expect(after.map((line) => line.split(":", 2).join(" ")).sort()).toEqual([
    ...servedBy.map((type) => `${type} update`),
    "tls_private_key delete",
    "tls_self_signed_cert delete",
  ]);
  expect(output()).toBe(served);
  place.remove();
}

/** Where Terraform keeps the private key of a certificate once it is applied: one of its own making, or `KEY`. */
export function keepsTheKeyIn(stack: StackUnderTest, certificate: object): string[] {
  const place = workspace(stack, { certificate });
  succeeded(place.terraform("init"));
  succeeded(place.terraform("apply", "-auto-approve"));
  const made = place.state().resources.filter(({ type }: { type: string }) => type === "tls_private_key");
  const keys: string[] = [KEY, ...made.map(({ instances }: any) => instances[0].attributes.private_key_pem)];
  const texts = {
    "Terraform's JSON": JSON.stringify(place.json()),
    "a saved plan": place.plan(),
    "the state": JSON.stringify(place.state()),
  };
  place.remove();
  return Object.entries(texts)
    .filter(([, text]) => keys.some((key) => text.includes(JSON.stringify(key).slice(1, -1))))
    .map(([where]) => where);
}

/** Keys whose certificates Terraform has to tell apart in different ways. */
export const KEY_TYPES = ["RSA 2048", "EC P-256", "EC P-384"] as const;

/** A plan takes the key of the certificate, from a file and from a variable, and no other; it shows none. */
export async function isRefusedAnotherKey(stack: StackUnderTest, key: (typeof KEY_TYPES)[number]): Promise<void> {
  const { hosts } = stack.config() as { readonly hosts: readonly string[] };
  const { pem: certificate, privateKey: itsKey } = await issue({ hosts, key });
  const others = {
    "another of its type": pemOf((await issue({ key })).privateKey),
    "one of another type": pemOf((await issue({ key: key === "EC P-256" ? "EC P-384" : "EC P-256" })).privateKey),
    "no key": "the key is on its way",
  };
  for (const privateKey of [{ file: "tls.key" }, { variable: "tls_key" }]) {
    const place = workspace(stack, { certificate: { kind: "pem", certificate, privateKey } });
    succeeded(place.terraform("init"));
    const planWith = (text: string) => {
      writeFileSync(join(place.folder, "tls.key"), text);
      place.variables.tls_key = text;
      return place.terraform("plan", "-no-color");
    };
    succeeded(planWith(pemOf(itsKey)));
    for (const [what, other] of Object.entries(others)) {
      const { status, text } = planWith(other);
      const saysWhy = unwrapped(text).includes("does not fit the certificate");
      const tellsTheKey = text.includes(other.split("\n")[1] ?? other);
      expect({ what, status, saysWhy, tellsTheKey }).toEqual({ what, status: 1, saysWhy: true, tellsTheKey: false });
    }
    place.remove();
  }
}

/** The types of what has been created or changed since the last look, in order. */
export function made(place: Workspace): string[] {
  return typesOf(place.takeLog().filter((line) => /:(create|update):/.test(line)));
}

/** The types of what has been deleted since the last look, in order. */
export function deleted(place: Workspace): string[] {
  return typesOf(place.takeLog().filter((line) => line.includes(":delete:")));
}

function typesOf(lines: string[]): string[] {
  return lines.map((line) => line.split(":")[0] ?? "");
}

/** Each of the types is there, and the last of each comes before the first of the next. */
export function expectOrder(done: readonly string[], ...types: readonly string[]): void {
  for (const type of types) {
    expect(done).toContain(type);
  }
  for (const [index, type] of types.slice(1).entries()) {
    expect([type, done.lastIndexOf(types[index] ?? "") < done.indexOf(type)]).toEqual([type, true]);
  }
}

/** synth, diff, deploy, a diff with no change, all by the cdktf command. */
export function isDeployedByCdktf(place: Workspace, { id }: StackUnderTest): void {
  succeeded(place.cdktf("synth"));
  expect(unwrapped(succeeded(place.cdktf("diff", id, "--skip-provider-lock")).text)).toContain("to add");
  succeeded(place.cdktf("deploy", id, "--auto-approve", "--skip-provider-lock"));
  const again = succeeded(place.cdktf("diff", id, "--skip-provider-lock"));
  expect(unwrapped(again.text)).toContain("No changes. Your infrastructure matches the configuration.");
}

/** The command doesn't always print all that Terraform said before it ends; what was done is what counts. */
export function isRefusedADestroyByCdktf(place: Workspace, { id }: StackUnderTest): void {
  const before = place.state().resources.length;
  place.takeLog();
  expect(place.cdktf("destroy", id, "--auto-approve", "--skip-provider-lock").status).not.toBe(0);
  expect(deleted(place)).toEqual([]);
  expect(place.state().resources).toHaveLength(before);
}
