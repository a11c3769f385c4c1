import { HELM_MARKS } from "../constructs/kubernetes/helm-object";
import { STACK_MARK } from "../constructs/kubernetes/stack-marker";
import { type Outcome, type Run, shortened } from "./programs";
import { Reading } from "./reading";

/** A part of what a cluster or a synthesis holds, which has no type here. */
// biome-ignore lint/suspicious/noExplicitAny: whoever reads it looks for what isn't there
export type Untyped = any;

/** An object of Kubernetes, as far as it is looked at. */
export interface KubernetesObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly finalizers?: readonly string[];
  };
  readonly spec?: Untyped;
  readonly status?: Untyped;
  readonly data?: Readonly<Record<string, string>>;
}

/** Whose an object is, as its metadata tells it. */
export interface Owners {
  /** Who has written to its fields. */
  readonly managers: readonly string[];
  /** Those of its annotations that name an owner. */
  readonly marks: Readonly<Record<string, string>>;
}

/** The annotations by which a Helm release and a stack mark what is theirs. */
const OWNER_MARKS = [HELM_MARKS.release, HELM_MARKS.namespace, STACK_MARK];

export interface HelmRevision {
  readonly revision: number;
  readonly status: string;
}

/** One thing that an account may be allowed to do. */
export interface Right {
  readonly verb: string;
  /** The plural, with the group after it: `ingresses.networking.k8s.io`. */
  readonly resource: string;
  /** @default - the whole cluster */
  readonly namespace?: string;
}

/** What is read of a cluster. `undefined` is what isn't there. */
export interface Cluster {
  version(): Promise<Reading<string>>;
  /** An object that is no Secret. */
  get(resource: string, name: string, namespace?: string): Promise<Reading<KubernetesObject | undefined>>;
  /** Objects that are no Secrets. */
  list(resource: string, selector: string | undefined, namespace?: string): Promise<Reading<KubernetesObject[]>>;
  /** The names of all objects of a kind that is no namespace's. */
  names(resource: string): Promise<Reading<string[]>>;
  /** The names of a Secret's keys. */
  secretKeys(name: string, namespace: string): Promise<Reading<string[] | undefined>>;
  /** Whose an object is, whatever its kind. */
  owners(resource: string, name: string, namespace: string): Promise<Reading<Owners | undefined>>;
  helmRevisions(releaseName: string, namespace: string): Promise<Reading<HelmRevision[]>>;
  may(right: Right): Promise<Reading<boolean>>;
}

/** By kubectl, which logs in as the user has set it up. */
export class KubectlCluster implements Cluster {
  /**
   * @param options the cluster to take
   * @param env the environment that it needs
   */
  constructor(
    private readonly run: Run,
    private readonly options: readonly string[],
    private readonly env: Readonly<Record<string, string>> = {},
  ) {}

  async version(): Promise<Reading<string>> {
    const answer = await this.kubectl("version", "-o", "json");
    return Reading.map(answer, (text) => textOf(JSON.parse(text).serverVersion.gitVersion));
  }

  async get(resource: string, name: string, namespace?: string): Promise<Reading<KubernetesObject | undefined>> {
    const answer = await this.kubectl(
      "get",
      noSecret(resource),
      name,
      ...inNamespace(namespace),
      ...QUIETLY,
      "-o",
      "json",
    );
    return Reading.map(answer, (text) => (text.trim() === "" ? undefined : objectOf(JSON.parse(text))));
  }

  async list(resource: string, selector: string | undefined, namespace?: string): Promise<Reading<KubernetesObject[]>> {
    const where = namespace === undefined ? ["--all-namespaces"] : inNamespace(namespace);
    const which = selector === undefined ? [] : [`--selector=${selector}`];
    const answer = await this.kubectl("get", noSecret(resource), ...where, ...which, "-o", "json");
    return Reading.map(answer, (text) => (JSON.parse(text).items as unknown[]).map(objectOf));
  }

  async names(resource: string): Promise<Reading<string[]>> {
    const answer = await this.kubectl("get", noSecret(resource), "--output=name");
    return Reading.map(answer, (text) =>
      linesOf(text).map((line) => {
        const [, name] = /^[^/\s]+\/(\S+)$/.exec(line) ?? [];
        return textOf(name);
      }),
    );
  }

  async secretKeys(name: string, namespace: string): Promise<Reading<string[] | undefined>> {
    const keys = '{{.metadata.name}}{{"\\n"}}{{range $key, $value := .data}}{{$key}}{{"\\n"}}{{end}}';
    return this.linesAfterName(name, ["secrets", name, ...inNamespace(namespace), `--output=go-template=${keys}`]);
  }

  async owners(resource: string, name: string, namespace: string): Promise<Reading<Owners | undefined>> {
    const isMark = OWNER_MARKS.map((mark) => `(eq $key "${mark}")`).join(" ");
    const template =
      '{{.metadata.name}}{{"\\n"}}{{range .metadata.managedFields}}manager={{.manager}}{{"\\n"}}{{end}}' +
      `{{range $key, $value := .metadata.annotations}}{{if or ${isMark}}}{{$key}}={{$value}}{{"\\n"}}{{end}}{{end}}`;
    const lines = await this.linesAfterName(name, [
      resource,
      name,
      ...inNamespace(namespace),
      "--show-managed-fields",
      `--output=go-template=${template}`,
    ]);
    return Reading.map(lines, (all) => {
      const pairs = all?.map((line) => {
        const at = line.indexOf("=");
        return [line.slice(0, at), shortened(line.slice(at + 1))] as const;
      });
      return (
        pairs && {
          managers: pairs.filter(([key]) => key === "manager").map(([, manager]) => manager),
          marks: Object.fromEntries(pairs.filter(([key]) => key !== "manager")),
        }
      );
    });
  }

  /** As a table: for that the API server sends a Secret's metadata alone, and none of the release's values. */
  async helmRevisions(releaseName: string, namespace: string): Promise<Reading<HelmRevision[]>> {
    const answer = await this.kubectl(
      "get",
      "secrets",
      ...inNamespace(namespace),
      `--selector=owner=helm,name=${releaseName}`,
      "--label-columns=version,status",
      "--no-headers",
      ...QUIETLY,
    );
    return Reading.map(answer, (text) =>
      linesOf(text).map((line) => {
        const [revision, status = ""] = line.trim().split(/\s+/).slice(-2);
        if (!/^\d+$/.test(revision ?? "")) {
          throw new Error("no revision");
        }
        return { revision: Number(revision), status };
      }),
    );
  }

  /** A SelfSubjectAccessReview. The list of all rights at once leaves out what IAM grants. */
  async may({ verb, resource, namespace }: Right): Promise<Reading<boolean>> {
    const where = namespace === undefined ? ["--all-namespaces"] : inNamespace(namespace);
    const outcome = await this.call("auth", "can-i", verb, resource, ...where);
    const answer = outcome.stdout.trim().split(/\s/)[0];
    return answer === "yes" || answer === "no" ? { value: answer === "yes" } : unread(outcome, "kubectl auth can-i");
  }

  /** A first line with the name tells an object with nothing to list from none. */
  private async linesAfterName(name: string, args: string[]): Promise<Reading<string[] | undefined>> {
    const answer = await this.kubectl("get", ...args, ...QUIETLY);
    return Reading.map(answer, (text) => {
      const [first, ...lines] = linesOf(text);
      if (first !== undefined && first !== name) {
        throw new Error("another object");
      }
      return first === undefined ? undefined : lines;
    });
  }

  private async kubectl(...args: string[]): Promise<Reading<string>> {
    const outcome = await this.call(...args);
    return outcome.status === 0 ? { value: outcome.stdout } : unread(outcome, `kubectl ${wordsOf(args)}`);
  }

  private call(...args: string[]): Promise<Outcome> {
    return this.run("kubectl", [...args, ...this.options], this.env);
  }
}

const QUIETLY = ["--ignore-not-found"];

function inNamespace(namespace: string | undefined): string[] {
  return namespace === undefined ? [] : [`--namespace=${namespace}`];
}

/** Whole Secrets are not read. */
function noSecret(resource: string): string {
  if (/^secrets?\b/i.test(resource)) {
    throw new Error("a Secret is never read whole");
  }
  return resource;
}

/** What a call is about, without its options. */
function wordsOf(args: readonly string[]): string {
  return args
    .slice(0, 2)
    .filter((word) => !word.startsWith("-"))
    .join(" ");
}

function linesOf(text: string): string[] {
  return text.split("\n").filter((line) => line.trim() !== "");
}

function textOf(value: unknown): string {
  if (typeof value !== "string") {
    throw new Error("no text");
  }
  return shortened(value);
}

function objectOf(value: unknown): KubernetesObject {
  textOf((value as KubernetesObject).metadata.name);
  return value as KubernetesObject;
}

/** Why a program gave no answer. */
export function unread({ stopped, error }: Outcome, command: string): { unread: string; late?: true } {
  switch (stopped) {
    case "missing":
      return { unread: `${command.split(" ")[0]} is not on the path` };
    case "late":
      return { unread: `'${command}' gave no answer in time`, late: true };
    case "too large":
      return { unread: `'${command}' printed more than can be an answer` };
    default:
      return { unread: `'${command}' failed: ${error}` };
  }
}
