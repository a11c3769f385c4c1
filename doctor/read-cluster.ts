import { configMapName, fullName } from "../constructs/milvus/chart";
import type { CloudCluster } from "./checks/access";
import type { LoadBalancerFacts } from "./checks/load-balancer";
import type { NameFacts } from "./checks/names";
import type { AskedRight } from "./checks/permissions";
import type { ReleaseFacts } from "./checks/release";
import type { Cluster } from "./cluster";
import { clientDeployment, mountedConfigMap } from "./live-release";
import { resourceOf } from "./planned";
import { Reading } from "./reading";
import { DEFINITIONS } from "./rights";
import { isEks, isGke, type Subject } from "./subject";
import { readWaysIn, type WayFacts } from "./ways-in/read";

/** All that is read of a cluster. */
export interface ClusterFacts {
  readonly release: ReleaseFacts;
  readonly loadBalancer: LoadBalancerFacts;
  readonly names: NameFacts;
  readonly permissions: readonly AskedRight[];
  readonly waysIn: WayFacts;
}

export async function readCluster(
  cluster: Cluster,
  subject: Subject,
  described: Reading<CloudCluster> | undefined,
): Promise<ClusterFacts> {
  const definitions = cluster.names(DEFINITIONS);
  const [release, loadBalancer, waysIn, names, permissions] = await Promise.all([
    readRelease(cluster, subject),
    readLoadBalancer(cluster, subject, described, definitions),
    definitions.then((there) => readWaysIn(cluster, subject, there)),
    readNames(cluster, subject),
    Promise.all(subject.rights.map(async (right) => ({ right, allowed: await cluster.may(right) }))),
  ]);
  return { release, loadBalancer, waysIn, names, permissions };
}

async function readNames(cluster: Cluster, { objects, adopted }: Subject): Promise<NameFacts> {
  const [owners, services] = await Promise.all([
    Promise.all(objects.map(({ resource, name, namespace }) => cluster.owners(resource, name, namespace))),
    adopted && cluster.list(resourceOf("Service"), undefined, adopted.namespace),
  ]);
  return { objects: owners, ...(services ? { services } : {}) };
}

async function readRelease(cluster: Cluster, { release, adopted }: Subject): Promise<ReleaseFacts> {
  const { releaseName, namespace } = release;
  const certificate = adopted?.podCertificate;
  const [deployments, service, revisions, ingresses, podCertificate] = await Promise.all([
    cluster.list(resourceOf("Deployment"), `app.kubernetes.io/instance=${releaseName}`, namespace),
    cluster.get(resourceOf("Service"), fullName(release), namespace),
    cluster.helmRevisions(releaseName, namespace),
    cluster.list(resourceOf("Ingress"), undefined, namespace),
    certificate?.kind === "secret" ? cluster.secretKeys(certificate.name, namespace) : undefined,
  ]);
  const deployment = Reading.map(deployments, (all) => clientDeployment(release, all));
  const mounted = Reading.map(deployment, (found) => found && mountedConfigMap(found));
  const name = (Reading.isRead(mounted) ? mounted.value : undefined) ?? configMapName(release);
  const configMap = await cluster.get(resourceOf("ConfigMap"), name, namespace);
  return { deployments, service, configMap, revisions, ingresses, ...(podCertificate ? { podCertificate } : {}) };
}

async function readLoadBalancer(
  cluster: Cluster,
  { config }: Subject,
  described: Reading<CloudCluster> | undefined,
  definitions: Promise<Reading<string[]>>,
): Promise<LoadBalancerFacts> {
  if (isGke(config)) {
    return { cluster: described, definitions: await definitions };
  }
  const { ingressClassName: name = "alb", group } = isEks(config) ? config : {};
  const [ingressClass, controllers, ingresses] = await Promise.all([
    cluster.get("ingressclasses.networking.k8s.io", name),
    readControllers(cluster),
    group ? cluster.list(resourceOf("Ingress"), undefined) : undefined,
  ]);
  return { cluster: described, ingressClass, controllers, ...(ingresses ? { ingresses } : {}) };
}

/** In the whole cluster, or where it usually is if that is all that may be read. */
async function readControllers(cluster: Cluster) {
  const selector = "app.kubernetes.io/name=aws-load-balancer-controller";
  const everywhere = await cluster.list(resourceOf("Deployment"), selector);
  return Reading.isRead(everywhere) || everywhere.late
    ? everywhere
    : cluster.list(resourceOf("Deployment"), selector, "kube-system");
}
