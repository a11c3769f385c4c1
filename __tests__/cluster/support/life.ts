import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Outcome, succeeded, unwrapped, Workspace } from "../../support/terraform";
import { Api, type ApiObject } from "./api";
import type { Chart } from "./charts";
import { CLOUD_LABEL, HOLD_ANNOTATION, RUN_LABEL } from "./controllers";
import { type HelmBinary, HelmOwner } from "./helm";
import type { Run } from "./run";
import { ownersValues } from "./values";

export interface LifeProps {
  readonly cloud: "gke" | "eks";
  readonly helm: HelmBinary;
  readonly chart: Chart;
  readonly mode: "cluster" | "standalone";
  /** Of the release, as its values have it. */
  readonly fullnameOverride?: string;
  /** Beside those of many kinds. */
  readonly values?: object;
}

const IDS = { gke: "gcp-stack", eks: "aws-stack" } as const;

/**
 * A Milvus release of somebody else's in a namespace of its own, and a stack in front of it: real Helm, real Terraform, and the
 * project's own stacks and commands.
 */
export class Life {
  readonly owner: HelmOwner;
  readonly place: Workspace;
  readonly api: Api;
  readonly stackId: string;

  private constructor(
    readonly run: Run,
    readonly props: LifeProps,
    readonly namespace: string,
  ) {
    const { cloud, helm } = props;
    this.stackId = IDS[cloud];
    this.api = new Api(run.socket);
    this.owner = new HelmOwner(run, helm, RELEASE, namespace);
    this.place = new Workspace(this.stackId);
  }

  /** Installs the release by hand, and waits until its pods are ready. */
  static async begin(run: Run, props: LifeProps): Promise<Life> {
    const namespace = `${run.name}-${props.cloud}-${randomBytes(3).toString("hex")}`;
    const life = new Life(run, props, namespace);
    const labels = { [RUN_LABEL]: run.name, [CLOUD_LABEL]: props.cloud };
    await life.api.create("/api/v1/namespaces", { metadata: { name: namespace, labels } });
    life.owner.install(props.chart, life.installedValues);
    await life.isReady();
    return life;
  }

  /** The values that its owner installed it with. */
  get installedValues(): object {
    const { mode, fullnameOverride, values } = this.props;
    return ownersValues(mode, { ...(fullnameOverride ? { fullnameOverride } : {}), ...values });
  }

  get fullName(): string {
    return this.props.fullnameOverride ?? `${RELEASE}-milvus`;
  }

  get clientDeployment(): string {
    return `${this.fullName}-${this.component}`;
  }

  get component(): "proxy" | "standalone" {
    return this.props.mode === "cluster" ? "proxy" : "standalone";
  }

  /** The config's reference to the release. */
  get ref(): object {
    const { mode, fullnameOverride } = this.props;
    return { releaseName: RELEASE, namespace: this.namespace, mode, ...(fullnameOverride ? { fullnameOverride } : {}) };
  }

  /** The release as the stack adopts it. */
  adopted(more: object = {}): object {
    const { chart } = this.props;
    return {
      ownership: "adopt",
      ...this.ref,
      ...chart.source,
      tls: "enabled",
      acceptPlaintextClientsCutOff: true,
      ...more,
    };
  }

  /** Synthesises the stack with a release, and anything else of its config. */
  synth(release: object, more: object = {}): void {
    succeeded(this.place.synth(this.config(release, more)));
  }

  config(release: object, more: object = {}): object {
    const { kubeconfig, context } = this.run.target;
    const common = {
      cluster: { access: "kubeconfig", path: kubeconfig, context },
      release,
      hosts: ["milvus.example.com"],
      inboundCidrs: ["203.0.113.0/24"],
    };
    return this.props.cloud === "gke"
      ? { cloud: "gcp", project: "cluster-test", certificate: { kind: "self-signed" }, ...common, ...more }
      : {
          cloud: "aws",
          region: "eu-west-1",
          certificate: { kind: "arn", arn: CERTIFICATE_ARN },
          addressWaitSec: 2,
          ...common,
          ...more,
        };
  }

  terraform(...args: string[]): Outcome {
    return this.place.terraform(...args, "-no-color");
  }

  /** What a plan says, which must not fail. */
  planText(): string {
    return unwrapped(succeeded(this.terraform("plan", "-input=false")).text);
  }

  /** Why a plan is refused. */
  refusal(): string {
    const { status, text } = this.terraform("plan", "-input=false");
    expect([status, status === 1 ? "" : text]).toEqual([1, ""]);
    return unwrapped(text);
  }

  apply(): string {
    return unwrapped(succeeded(this.terraform("apply", "-auto-approve", "-input=false")).text);
  }

  /** Does what is advised where a load balancer has no address yet: applies again. */
  applyUntilThereIsAnAddress(): void {
    const { status, text } = this.terraform("apply", "-auto-approve", "-input=false");
    if (status !== 0) {
      expect(unwrapped(text)).toContain("has no address yet. Nothing is lost: apply again in a minute");
      this.apply();
    }
  }

  /** The next plan is empty, and the release has just these values. */
  settled(values: object): void {
    expect(this.owner.values()).toEqual(values);
    const again = this.terraform("plan", "-detailed-exitcode", "-input=false");
    expect([again.status, again.status === 0 ? "" : again.text]).toEqual([0, ""]);
  }

  /** One of the project's commands on the stack. */
  command(name: string, ...args: string[]): Outcome {
    return this.place.command(name, this.stackId, ...args);
  }

  path(kind: keyof typeof PATHS, name?: string): string {
    const [prefix, plural] = PATHS[kind];
    return `${prefix}/namespaces/${this.namespace}/${plural}${name === undefined ? "" : `/${name}`}`;
  }

  get(kind: keyof typeof PATHS, name: string): Promise<ApiObject> {
    return this.api.get(this.path(kind, name));
  }

  /** The environment of the pods that answer clients, as it is live. */
  async env(): Promise<readonly ApiObject[]> {
    const { spec } = await this.get("Deployment", this.clientDeployment);
    const containers = spec.template.spec.containers as readonly ApiObject[];
    return containers.find(({ name }) => name === this.component)?.env ?? [];
  }

  /** What the pods are told of TLS, as it is live; undefined where they are told nothing. */
  async tlsMode(): Promise<string | undefined> {
    return (await this.env()).find(({ name }) => name === "COMMON_SECURITY_TLSMODE")?.value;
  }

  /** What Helm renders of the release, each object's own part as text by `kind/name`. */
  async rendered(): Promise<Record<string, string>> {
    const objects: Record<string, string> = {};
    for (const kind of ["Deployment", "StatefulSet", "ConfigMap", "Secret", "Service", "Job"] as const) {
      for (const { metadata, spec, data } of await this.api.list(this.path(kind))) {
        if (metadata.annotations?.["meta.helm.sh/release-name"] === RELEASE) {
          objects[`${kind}/${metadata.name}`] = JSON.stringify([metadata.uid, spec, data]);
        }
      }
    }
    return objects;
  }

  /** Until every workload's status is that of its newest spec. */
  async isReady(): Promise<void> {
    await this.until("the release's pods are ready", async () => {
      const [deployments, sets] = [
        await this.api.list(this.path("Deployment")),
        await this.api.list(this.path("StatefulSet")),
      ];
      return [...deployments, ...sets].every(
        ({ metadata, spec, status }) =>
          status?.observedGeneration === metadata.generation && (status.readyReplicas ?? 0) === (spec.replicas ?? 1),
      );
    });
  }

  async until(what: string, holds: () => Promise<boolean>, seconds = 60): Promise<void> {
    if (!(await this.comesTrue(holds, seconds))) {
      throw new Error(`waited ${seconds} s in vain until ${what}`);
    }
  }

  async comesTrue(holds: () => Promise<boolean>, seconds: number): Promise<boolean> {
    const end = Date.now() + seconds * 1000;
    while (!(await holds())) {
      if (Date.now() > end) {
        return false;
      }
      await sleep(100);
    }
    return true;
  }

  /** Its workloads don't become ready any more: an upgrade stays under way. */
  async hold(held: boolean): Promise<void> {
    const annotations = { [HOLD_ANNOTATION]: held ? "true" : null };
    await this.api.patch(`/api/v1/namespaces/${this.namespace}`, { metadata: { annotations } });
  }
}

/** The release's name in each namespace. */
export const RELEASE = "my-release";

const CERTIFICATE_ARN = "arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012";

const PATHS = {
  BackendConfig: ["/apis/cloud.google.com/v1", "backendconfigs"],
  ConfigMap: ["/api/v1", "configmaps"],
  Deployment: ["/apis/apps/v1", "deployments"],
  FrontendConfig: ["/apis/networking.gke.io/v1beta1", "frontendconfigs"],
  Ingress: ["/apis/networking.k8s.io/v1", "ingresses"],
  Job: ["/apis/batch/v1", "jobs"],
  Secret: ["/api/v1", "secrets"],
  Service: ["/api/v1", "services"],
  StatefulSet: ["/apis/apps/v1", "statefulsets"],
} as const;
