import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { type Cloud, clouds } from "../../../config/schema";
import { issue } from "../../config/issue";
import type { Settings } from "../../config/support";
import { CERTIFIED } from "./certified";
import { ruled, type Spare, spare } from "./combinations";
import { counted, keyOf, markedLine, numberOf, stackId, textOf } from "./grammars";
import { type Shape, STACKS } from "./settings";

/** Config files as the schema has them: each setting there is, by itself and with what the rules ask for around it. */

/** Stacks by their ids. */
export type File = Record<string, Settings>;

/** Certificates and files that configs name, in the config files' folder. */
export interface Files {
  readonly servers: Readonly<Record<Cloud, readonly string[]>>;
  readonly authority: string;
}

/** A `user.yaml` that a config may name. */
const USER_YAML_FILE = "proxy:\n  http:\n    port: 8081\n";

export async function filesIn(folder: string): Promise<Files> {
  const authority = await issue({ commonName: "authority", authority: true });
  const server = async (key: "EC P-256" | "EC P-521" | "RSA 2048") =>
    (await issue({ hosts: [`*.${CERTIFIED}`], issuer: authority, key })).pem;
  const both = [await server("EC P-256"), await server("RSA 2048")];
  writeFileSync(join(folder, "server.crt"), both[0] as string);
  writeFileSync(join(folder, "chain.crt"), authority.pem);
  writeFileSync(join(folder, "user.yaml"), USER_YAML_FILE);
  return { servers: { gcp: both, aws: [...both, await server("EC P-521")] }, authority: authority.pem };
}

/** Config files of one stack for the most part, some of two or three, each of them right. */
export function configFiles(files: Files): fc.Arbitrary<File> {
  const stack = fc.oneof(...clouds.map((cloud) => stackOf(cloud, files)));
  const some = fc.array(fc.tuple(stackId.of, stack), { minLength: 1, maxLength: 1 });
  const more = fc.uniqueArray(fc.tuple(stackId.of, stack), { minLength: 2, maxLength: 3, selector: ([id]) => id });
  return fc.oneof({ weight: 9, arbitrary: some }, { weight: 1, arbitrary: more }).map(withIds);
}

/** The release's own stack takes an id beside that of its entry, in a way that no other has it. */
function withIds(stacks: readonly (readonly [string, Settings])[]): File {
  const ids = stacks.map(([id]) => id);
  const taken = new Set<unknown>();
  const apart = stacks.filter(([id, stack]) => {
    const values = mayClash(stack);
    const isFree = !ids.some((other) => id === `${other}-release`) && !values.some((value) => taken.has(value));
    for (const value of isFree ? values : []) {
      taken.add(value);
    }
    return isFree;
  });
  return counted(Object.fromEntries(apart));
}

/** What two stacks of a file may not share, at least on one cluster or in one account: here no two of a file have it. */
function mayClash(stack: any): unknown[] {
  const { release, name, backend, logs, loadBalancerName, address, securityPolicy, sslPolicy, webAcl, dnsZone } = stack;
  const parts = [logs?.bucket, address?.name, securityPolicy?.name, sslPolicy?.name, webAcl?.name];
  const place = [backend.bucket, backend.prefix ?? backend.key, backend.workspace, backend.path].join();
  return [...parts, loadBalancerName, dnsZone, name ?? release.releaseName, place.replaceAll(",", "") && place].filter(
    Boolean,
  );
}

function stackOf(cloud: Cloud, files: Files): fc.Arbitrary<Settings> {
  const raw = new Arbitraries(cloud, files).of(STACKS[cloud], "") as fc.Arbitrary<Settings>;
  return fc.tuple(raw, spare).map(([settings, spare]: [Settings, Spare]) => ruled(settings, spare));
}

class Arbitraries {
  constructor(
    private readonly cloud: Cloud,
    private readonly files: Files,
  ) {}

  /** @param kind the kind of what the setting belongs to */
  of(shape: Shape, setting: string, kind?: string): fc.Arbitrary<unknown> {
    switch (shape.type) {
      case "object": {
        const kind = kindOfSettings(shape);
        const entries = Object.entries(shape.settings).map(
          ([key, { shape: inner }]): [string, fc.Arbitrary<unknown>] => [
            key,
            this.of(inner, setting === "" ? key : `${setting}.${key}`, kind),
          ],
        );
        const requiredKeys = Object.entries(shape.settings).flatMap(([key, { isOptional }]) => (isOptional ? [] : key));
        return fc.record(Object.fromEntries(entries), { requiredKeys, noNullPrototype: true });
      }
      case "union":
        return fc.oneof(...shape.kinds.map((kind) => this.of(kind, setting)));
      case "list": {
        const minLength = AT_LEAST[setting] ?? 0;
        return fc.uniqueArray(this.of(shape.element, `${setting}[]`), { minLength, maxLength: minLength + 2 });
      }
      case "map": {
        const entry = fc.tuple(keyOf(this.cloud, setting).of, this.of(shape.value, `${setting}{}`));
        return fc.array(entry, { maxLength: 4 }).map((entries) => Object.fromEntries(entries));
      }
      case "choice":
        return fc.constantFrom(...shape.values);
      case "text":
        return this.texts(setting, kind);
      case "number":
        return numberOf(this.cloud, setting).of;
      case "flag":
        return fc.boolean();
    }
  }

  /** Certificates, and files that are read, are those that there are. */
  private texts(setting: string, kind: string | undefined): fc.Arbitrary<string> {
    const around = (pem: fc.Arbitrary<string>) =>
      fc.tuple(fc.option(markedLine), pem).map(([text, pem]) => (text === null ? pem : `${text}\n${pem}`));
    switch (setting.replace("certificate.meanwhile.", "certificate.")) {
      case "certificate.certificate":
        return around(fc.constantFrom(...this.files.servers[this.cloud]));
      case "certificate.chain":
        return around(fc.constant(this.files.authority));
      case "certificate.certificate.file":
        return fc.constant("server.crt");
      case "certificate.chain.file":
        return fc.constant("chain.crt");
      case "release.userYaml.file":
        return fc.constant("user.yaml");
      default:
        return textOf(this.cloud, setting, kind).of;
    }
  }
}

/** Of lists that may not be empty. */
export const AT_LEAST: Readonly<Record<string, number>> = {
  hosts: 1,
  inboundCidrs: 1,
  prefixLists: 1,
  "securityGroups.ids": 1,
  subnets: 2,
};

function kindOfSettings({ settings }: Extract<Shape, { type: "object" }>): string | undefined {
  const { shape } = settings.kind ?? settings.access ?? settings.ownership ?? {};
  return shape?.type === "choice" ? shape.values[0] : undefined;
}
