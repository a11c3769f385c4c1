import { HELM_MARKS, helmWayOut } from "../../constructs/kubernetes/helm-object";
import { RELEASE_MARK, STACK_MARK } from "../../constructs/kubernetes/stack-marker";
import type { KubernetesObject, Owners } from "../cluster";
import { type Finding, Group } from "../finding";
import type { PlannedObject } from "../planned";
import { shortened } from "../programs";
import { Reading } from "../reading";
import { isGke, type Subject } from "../subject";

export interface NameFacts {
  /** Whose each object is that is going to be made, in the same order; `undefined` where it isn't there. */
  readonly objects: readonly Reading<Owners | undefined>[];
  /** The Services beside an adopted release; none where none is adopted. */
  readonly services?: Reading<readonly KubernetesObject[]>;
}

/** The field manager of what is applied server-side here, and the one of the provider's own resources. */
const OURS = "cdktf-milvus-l7";
const TERRAFORMS = "HashiCorp";

const names = new Group("names");

export function checkNames(facts: NameFacts, subject: Subject): Finding[] {
  const objects = subject.objects.map((object, index) => ({
    object,
    owners: facts.objects[index] ?? { value: undefined },
  }));
  const isOurs = (owners: Owners | undefined) => owners?.managers.includes(OURS) ?? false;
  // The Ingress is ours: so is what has a name derived from its own.
  const deployed = objects.some(
    ({ object, owners }) => object.kind === "Ingress" && Reading.isRead(owners) && isOurs(owners.value),
  );
  const free: string[] = [];
  const ours: string[] = [];
  const findings = objects.flatMap(({ object, owners }) =>
    names.of(title(object), owners, (value) => {
      if (value === undefined && !object.adopted) {
        free.push(title(object));
        return [];
      }
      const elsewhere = value && (ofHelm(object, value) ?? ofAnotherStack(object, value, subject));
      if (elsewhere) {
        return elsewhere;
      }
      if (value !== undefined && (isOurs(value) || (deployed && value.managers.includes(TERRAFORMS)))) {
        ours.push(title(object));
        return [];
      }
      return finding(object, value?.managers, subject);
    }),
  );
  return [
    ...(ours.length > 0 ? [names.ok("deployed", ours.join(", "))] : []),
    ...(free.length > 0 ? [names.ok("free", free.join(", "))] : []),
    ...findings,
    ...adopters(facts, subject),
  ];
}

/** What a Helm release renders is the release's, whoever else has written to it. */
function ofHelm({ kind, ...object }: PlannedObject, { marks }: Owners): Finding | undefined {
  const release = marks[HELM_MARKS.release];
  return release === undefined
    ? undefined
    : names.problem(
        title({ kind, ...object }),
        `belongs to the Helm release ${marks[HELM_MARKS.namespace] ?? object.namespace}/${release}`,
        {
          means:
            "an apply stops at it, or a plan where adoptExisting names it: the release's next upgrade would overwrite or " +
            "delete it, and what keeps clients out with it",
          next: helmWayOut(kind),
        },
      );
}

/** Whose state the front Service is in; a stack that was renamed has its first name there. */
function ofAnotherStack(object: PlannedObject, { marks }: Owners, { id }: Subject): Finding | undefined {
  const mark = marks[STACK_MARK];
  return mark === undefined || mark === id
    ? undefined
    : names.problem(title(object), `is in the state of the stack first deployed as ${mark}`, {
        means: `a plan of ${id} is refused, unless ${id} is that stack with another name and has its state`,
        next:
          `to have a second load balancer, set name. If ${mark} was renamed to ${id}, move its state, and give it a new mark: ` +
          "docs/rename-a-stack.md",
      });
}

/** The same as the plan looks for: another stack that adopts the release. */
function adopters({ objects, services }: NameFacts, subject: Subject): Finding[] {
  const { id, adopted, objects: planned } = subject;
  if (adopted === undefined || services === undefined) {
    return [];
  }
  const own = planned.findIndex(({ stackMark }) => stackMark);
  const live = objects[own];
  const mark = (live && Reading.isRead(live) && live.value?.marks[STACK_MARK]) || id;
  const check = `Helm release ${adopted.namespace}/${adopted.releaseName}`;
  return names.of(check, services, (all) => {
    const others = all.filter(
      ({ metadata: { name, annotations = {} } }) =>
        annotations[RELEASE_MARK] === adopted.releaseName &&
        annotations[STACK_MARK] !== mark &&
        name !== planned[own]?.name,
    );
    return others.map(({ metadata: { name, annotations } }) =>
      names.problem(
        check,
        `is adopted by another stack, first deployed as ${annotations?.[STACK_MARK]} (Service ${name})`,
        {
          means: "a plan is refused: two stacks that adopt one release undo each other's settings",
          next: "set the release's ownership to leave-alone or elsewhere in one of the two",
        },
      ),
    );
  });
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
