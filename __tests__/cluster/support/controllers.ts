import { createHash } from "node:crypto";
import type { Api, ApiObject } from "./api";

/** Which controllers the cluster lacks, so that they are stood in for. */
export interface Missing {
  /** Those of Deployments, StatefulSets and Jobs, and what binds volumes. */
  readonly workloads: boolean;
  readonly gke: boolean;
  readonly eks: boolean;
}

/** Label on each of the tier's namespaces, with the run's name as its value. */
export const RUN_LABEL = "cluster-test.milvus-l7/run";
/** Label on a namespace: whose cloud controllers look after it, `gke` or `eks`. */
export const CLOUD_LABEL = "cluster-test.milvus-l7/cloud";
/** Annotation on a namespace: its workloads do not become ready, so that an upgrade stays under way. */
export const HOLD_ANNOTATION = "cluster-test.milvus-l7/hold";

/**
 * Stands in for the controllers that a cluster lacks, in namespaces of one run: writes the status that they would write,
 * and takes their finalizers away again. It makes no pod and no load balancer.
 */
export class Controllers {
  private addresses = 0;

  constructor(
    private readonly api: Api,
    private readonly missing: Missing,
  ) {}

  /** One look at a namespace. */
  async reconcile(namespace: ApiObject): Promise<void> {
    const { name, labels = {}, annotations = {} } = namespace.metadata;
    const cloud = labels[CLOUD_LABEL];
    if (this.missing.workloads && annotations[HOLD_ANNOTATION] === undefined) {
      await this.deployments(name);
      await this.statefulSets(name);
      await this.jobs(name);
      await this.claims(name);
    }
    if (cloud === "gke" && this.missing.gke) {
      await this.services(name, GKE_SERVICES);
      await this.ingresses(name, GKE_INGRESSES);
    }
    if (cloud === "eks" && this.missing.eks) {
      await this.services(name, LBC_SERVICES);
      await this.ingresses(name, LBC_INGRESSES);
    }
  }

  /** The Helm library waits for the ReplicaSet of the newest template, and not for the Deployment's own status. */
  private async deployments(namespace: string): Promise<void> {
    const apps = `/apis/apps/v1/namespaces/${namespace}`;
    const sets = await this.api.list(`${apps}/replicasets`);
    for (const deployment of await this.api.list(`${apps}/deployments`)) {
      const { metadata, spec, status = {} } = deployment;
      const replicas = spec.replicas ?? 1;
      if (status.observedGeneration === metadata.generation && (status.readyReplicas ?? 0) === replicas) {
        continue;
      }
      const template = hash(spec.template);
      const name = `${metadata.name}-${template}`;
      const own = sets.filter((set) => set.metadata.ownerReferences?.[0]?.uid === metadata.uid);
      if (!own.some((set) => set.metadata.name === name)) {
        await this.api.create(`${apps}/replicasets`, replicaSet(deployment, name, template));
      }
      const set = await this.api.patch(`${apps}/replicasets/${name}`, { spec: { replicas } });
      await this.api.patch(`${apps}/replicasets/${name}/status`, {
        status: {
          observedGeneration: set.metadata.generation,
          replicas,
          readyReplicas: replicas,
          availableReplicas: replicas,
          fullyLabeledReplicas: replicas,
        },
      });
      for (const { metadata: old } of own.filter((set) => set.metadata.name !== name && set.spec.replicas !== 0)) {
        await this.api.patch(`${apps}/replicasets/${old.name}`, { spec: { replicas: 0 } });
      }
      await this.api.patch(`${apps}/deployments/${metadata.name}/status`, {
        status: {
          observedGeneration: metadata.generation,
          replicas,
          updatedReplicas: replicas,
          readyReplicas: replicas,
          availableReplicas: replicas,
          conditions: [
            condition("Available", "MinimumReplicasAvailable"),
            condition("Progressing", "NewReplicaSetAvailable"),
          ],
        },
      });
    }
  }

  private async statefulSets(namespace: string): Promise<void> {
    const path = `/apis/apps/v1/namespaces/${namespace}/statefulsets`;
    for (const { metadata, spec, status = {} } of await this.api.list(path)) {
      const replicas = spec.replicas ?? 1;
      if (status.observedGeneration !== metadata.generation || (status.readyReplicas ?? 0) !== replicas) {
        const revision = `${metadata.name}-${hash(spec.template)}`;
        await this.api.patch(`${path}/${metadata.name}/status`, {
          status: {
            observedGeneration: metadata.generation,
            replicas,
            readyReplicas: replicas,
            availableReplicas: replicas,
            currentReplicas: replicas,
            updatedReplicas: replicas,
            currentRevision: revision,
            updateRevision: revision,
          },
        });
      }
    }
  }

  private async jobs(namespace: string): Promise<void> {
    const path = `/apis/batch/v1/namespaces/${namespace}/jobs`;
    for (const { metadata, status = {} } of await this.api.list(path)) {
      if (status.completionTime === undefined) {
        const now = new Date().toISOString().replace(/\.\d+/, "");
        await this.api.patch(`${path}/${metadata.name}/status`, {
          status: {
            startTime: now,
            completionTime: now,
            succeeded: 1,
            conditions: [
              condition("SuccessCriteriaMet", "CompletionsReached"),
              condition("Complete", "CompletionsReached"),
            ],
          },
        });
      }
    }
  }

  private async claims(namespace: string): Promise<void> {
    const path = `/api/v1/namespaces/${namespace}/persistentvolumeclaims`;
    for (const { metadata, status } of await this.api.list(path)) {
      if (status?.phase !== "Bound") {
        await this.api.patch(`${path}/${metadata.name}/status`, { status: { phase: "Bound" } });
      }
    }
  }

  private async services(namespace: string, controller: ServiceController): Promise<void> {
    const path = `/api/v1/namespaces/${namespace}/services`;
    for (const service of await this.api.list(path)) {
      const finalizer = controller.finalizerFor(service);
      const wanted = service.metadata.deletionTimestamp ? undefined : finalizer;
      await this.finalize(`${path}/${service.metadata.name}`, service, controller.finalizers, wanted);
      const ingress = service.status?.loadBalancer?.ingress ?? [];
      if (wanted !== undefined && service.spec.type === "LoadBalancer" && ingress.length === 0) {
        await this.giveAddress(`${path}/${service.metadata.name}`, controller);
      }
    }
  }

  private async ingresses(namespace: string, controller: IngressController): Promise<void> {
    const path = `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses`;
    for (const ingress of await this.api.list(path)) {
      const { metadata, status } = ingress;
      if (!controller.isOurs(ingress)) {
        continue;
      }
      const wanted = metadata.deletionTimestamp ? undefined : controller.finalizer;
      await this.finalize(`${path}/${metadata.name}`, ingress, [controller.finalizer], wanted);
      if (wanted !== undefined && (status?.loadBalancer?.ingress ?? []).length === 0) {
        await this.api.patch(`${path}/${metadata.name}`, { metadata: { annotations: controller.annotations } });
        await this.giveAddress(`${path}/${metadata.name}`, controller);
      }
    }
  }

  /** Of the controller's finalizers the object has the wanted one, and no other. */
  private async finalize(
    path: string,
    { metadata }: ApiObject,
    own: readonly string[],
    wanted: string | undefined,
  ): Promise<void> {
    const before: readonly string[] = metadata.finalizers ?? [];
    const after = [...before.filter((one) => !own.includes(one)), ...(wanted === undefined ? [] : [wanted])];
    if (before.join() !== after.join()) {
      await this.api.patch(path, { metadata: { finalizers: after } });
    }
  }

  /** Never the same twice: a load balancer that comes back has another. */
  private async giveAddress(
    path: string,
    { addressOf }: { readonly addressOf: (count: number) => object },
  ): Promise<void> {
    this.addresses += 1;
    await this.api.patch(`${path}/status`, { status: { loadBalancer: { ingress: [addressOf(this.addresses)] } } });
  }
}

interface ServiceController {
  /** Those that it may put on a Service. */
  readonly finalizers: readonly string[];
  /** The one that a Service has while it has a load balancer; undefined where it is to have none. */
  readonly finalizerFor: (service: ApiObject) => string | undefined;
  readonly addressOf: (count: number) => object;
}

interface IngressController {
  readonly isOurs: (ingress: ApiObject) => boolean;
  readonly finalizer: string;
  /** What it writes on an Ingress that it has built. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly addressOf: (count: number) => object;
}

const ipAddress = (count: number) => ({ ip: `198.51.100.${count % 250}` });
const hostname = (count: number) => ({ hostname: `k8s-test-${count}.eu-west-1.elb.amazonaws.com` });

/** @see https://github.com/kubernetes/cloud-provider/blob/master/service/helpers/helper.go */
const CLEANUP = "service.kubernetes.io/load-balancer-cleanup";

function typeAlone(service: ApiObject): string | undefined {
  return service.spec.type === "LoadBalancer" ? CLEANUP : undefined;
}

const GKE_SERVICES: ServiceController = { finalizers: [CLEANUP], finalizerFor: typeAlone, addressOf: ipAddress };

/** The AWS Load Balancer Controller's own, whatever the Service's type. */
const LBC_FINALIZER = "service.k8s.aws/resources";

/**
 * The AWS Load Balancer Controller keeps a load balancer for a Service that asks for it by annotation, whatever its type;
 * others are the business of the cloud provider, which goes by the type.
 *
 * @see https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/main/pkg/k8s/service_utils.go
 */
const LBC_SERVICES: ServiceController = {
  finalizers: [LBC_FINALIZER, CLEANUP],
  finalizerFor: (service) => (isOfLbc(service) ? LBC_FINALIZER : typeAlone(service)),
  addressOf: hostname,
};

function isOfLbc({ metadata, spec }: ApiObject): boolean {
  if (spec.loadBalancerClass !== undefined) {
    return spec.loadBalancerClass === "service.k8s.aws/nlb";
  }
  const annotation = (name: string) => metadata.annotations?.[`service.beta.kubernetes.io/aws-load-balancer-${name}`];
  return (
    annotation("type") === "nlb-ip" ||
    (annotation("type") === "external" && ["ip", "instance"].includes(annotation("nlb-target-type")))
  );
}

const GKE_INGRESSES: IngressController = {
  isOurs: ({ metadata }) => ["gce", "gce-internal"].includes(metadata.annotations?.["kubernetes.io/ingress.class"]),
  finalizer: "networking.gke.io/ingress-finalizer-V2",
  annotations: {
    "ingress.kubernetes.io/backends": '{"k8s1-backend":"HEALTHY"}',
    "ingress.kubernetes.io/url-map": "k8s2-um-test",
  },
  addressOf: ipAddress,
};

const LBC_INGRESSES: IngressController = {
  isOurs: ({ spec }) => spec.ingressClassName === "alb",
  finalizer: "ingress.k8s.aws/resources",
  annotations: {},
  addressOf: hostname,
};

function condition(type: string, reason: string): object {
  const now = new Date().toISOString().replace(/\.\d+/, "");
  return { type, status: "True", reason, message: reason, lastTransitionTime: now, lastUpdateTime: now };
}

function hash(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 10);
}

function replicaSet({ metadata, spec }: ApiObject, name: string, template: string): object {
  const label = { "pod-template-hash": template };
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name,
      labels: { ...spec.template.metadata.labels, ...label },
      ownerReferences: [
        { apiVersion: "apps/v1", kind: "Deployment", name: metadata.name, uid: metadata.uid, controller: true },
      ],
    },
    spec: {
      replicas: spec.replicas ?? 1,
      selector: { matchLabels: { ...spec.selector.matchLabels, ...label } },
      template: {
        ...spec.template,
        metadata: { ...spec.template.metadata, labels: { ...spec.template.metadata.labels, ...label } },
      },
    },
  };
}
