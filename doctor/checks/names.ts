import { type Finding, Group } from "../finding";
import type { PlannedObject } from "../planned";
import { shortened } from "../programs";
import { Reading } from "../reading";
import { isGke, type Subject } from "../subject";

/** Who has written to each object that is going to be made, in the same order; `undefined` where it isn't there. */
export type NameFacts = readonly Reading<readonly string[] | undefined>[];

/** The field manager of what is applied server-side here, and the one of the provider's own resources. */
const OURS = "cdktf-milvus-l7";
const TERRAFORMS = "HashiCorp";

const names = new Group("names");

export function checkNames(facts: NameFacts, subject: Subject): Finding[] {
  const objects = subject.objects.map((object, index) => ({ object, managers: facts[index] ?? { value: undefined } }));
  const isOurs = (managers: readonly string[] | undefined) => managers?.includes(OURS) ?? false;
  // The Ingress is ours: so is what has a name derived from its own.
  const deployed = objects.some(
    ({ object, managers }) => object.kind === "Ingress" && Reading.isRead(managers) && isOurs(managers.value),
  );
  const free: string[] = [];
  const ours: string[] = [];
  const findings = objects.flatMap(({ object, managers }) =>
    names.of(title(object), managers, (value) => {
      if (value === undefined && !object.adopted) {
        free.push(title(object));
        return [];
      }
      if (value !== undefined && (isOurs(value) || (deployed && value.includes(TERRAFORMS)))) {
        ours.push(title(object));
        return [];
      }
      return finding(object, value, subject);
    }),
  );
  return [
    ...(ours.length > 0 ? [names.ok("deployed", ours.join(", "))] : []),
    ...(free.length > 0 ? [names.ok("free", free.join(", "))] : []),
    ...findings,
  ];
}

function title({ kind, name }: PlannedObject): string {
  return `${kind} ${name}`;
}

/** What of them a config file can have adopted. */
const ADOPTABLE: Readonly<Record<string, string>> = {
  BackendConfig: "backend-config",
  Ingress: "ingress",
  ManagedCertificate: "managed-certificate",
  Secret: "tls-secret",
};

function finding(object: PlannedObject, managers: readonly string[] | undefined, subject: Subject): Finding {
  const { kind, namespace, adopted } = object;
  const name = title(object);
  const key = adoptKey(object, subject);
  if (managers === undefined) {
    return names.problem(name, `there is none in ${namespace}, and adoptExisting names it`, {
      means: "Terraform can't import what isn't there, and a plan stops at it",
      next: `take ${key} out of adoptExisting`,
    });
  }
  if (adopted) {
    return names.ok(name, "there, and adopted by the first deploy (adoptExisting)");
  }
  const by =
    managers.length === 0 ? "" : `, written by ${[...new Set(managers)].map((one) => shortened(one, 60)).join(", ")}`;
  const seen = `there already in ${namespace}${by}`;
  if (managers.includes(TERRAFORMS) && (kind === "Service" || kind === "Secret")) {
    return names.warning(name, seen, {
      means: "a Terraform made it: by this stack all is well, by another an apply stops at it",
      next: "see whether 'terraform state list' of this stack has it; if not, set another name in the config file",
    });
  }
  return names.problem(name, seen, {
    means: "an apply stops at what exists already, unless it is in this stack's state",
    next:
      key === undefined
        ? "set another name in the config file, or delete it if nobody needs it"
        : `add ${key} to adoptExisting to have it changed to what is deployed here, or set another name`,
  });
}

/** Of ManagedCertificates only the first host's can be adopted. */
function adoptKey({ kind, name }: PlannedObject, { config, objects }: Subject): string | undefined {
  const key = ADOPTABLE[kind];
  const isFirst = objects.find((object) => object.kind === kind)?.name === name;
  return key !== undefined && isFirst && (isGke(config) || kind === "Ingress") ? key : undefined;
}
