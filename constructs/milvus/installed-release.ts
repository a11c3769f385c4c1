import { DataKubernetesResources } from "@cdktf/provider-kubernetes/lib/data-kubernetes-resources";
import { DataKubernetesServiceV1 } from "@cdktf/provider-kubernetes/lib/data-kubernetes-service-v1";
import type { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { type ITerraformDependable, TerraformLocal } from "cdktf";
import { Construct } from "constructs";
import type { Assertion } from "../internal/check-block";
import { type HclCode, hclExpression, literal } from "../internal/hcl";
import { component, fullName, type HelmReleaseRef, PLAINTEXT_CLIENTS } from "./chart";
import {
  deletesLoadBalancer,
  isDeletionProtectedIn,
  isKeptByAnnotationIn,
  LOAD_BALANCER_ATTRIBUTES,
  LOAD_BALANCER_TYPE,
  losing,
  serviceValue,
} from "./layer4-load-balancer";
import type { MilvusServiceType } from "./milvus-tls-release";

export interface InstalledReleaseProps {
  readonly release: HelmReleaseRef;
  /** @default - the stack's provider without alias */
  readonly kubernetesProvider?: KubernetesProvider;
}

/** What the cluster knows of a Helm release beside the pods that answer clients; every plan reads it. */
export class InstalledRelease extends Construct {
  /** The chart's own Service: it is there, and it belongs to a Milvus of that mode. */
  readonly service: ITerraformDependable;
  private readonly serviceAddress: string;
  private readonly unfinished: string;
  private readonly deployed: string;
  private readonly clients: string;
  private readonly ingresses: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: InstalledReleaseProps,
  ) {
    super(scope, id);
    const { releaseName } = props.release;
    const service = this.readService();
    this.service = service;
    this.serviceAddress = `data.${DataKubernetesServiceV1.tfResourceType}.${service.friendlyUniqueId}`;

    // A revision's Secret holds the release's values: none is read of a release whose last upgrade went well.
    const revisions = `owner=helm,name=${releaseName}`;
    this.unfinished = this.list("unfinished-revisions", SECRET, `${revisions},status in (${UNFINISHED.join(",")})`);
    this.deployed = this.list(
      "deployed-revision",
      SECRET,
      `${revisions},status=deployed`,
      `length(${this.unfinished}) > 0`,
    );
    const instance = `app.kubernetes.io/instance=${releaseName}`;
    this.clients = this.list(
      "plaintext-clients",
      DEPLOYMENT,
      `${instance},component in (${PLAINTEXT_CLIENTS.join(",")})`,
    );
    this.ingresses = this.list("ingresses", INGRESS);
  }

  /** No upgrade is under way, and the last one didn't fail. */
  get lastUpgradeWentWell(): Assertion[] {
    const { releaseName, namespace } = this.props.release;
    const describe = (list: string) =>
      `join(", ", [for one in ${list} : "revision \${one.metadata.labels.version} is \${one.metadata.labels.status}"])`;
    const versions = (list: string) => `[for one in ${list} : tonumber(one.metadata.labels.version)]`;
    const last = (list: string) => `max(0, ${versions(list)}...)`;
    // What was interrupted stays pending in the history after a rollback, and Helm looks at the last revision only.
    const isAfter = (list: string, ...others: string[]) => `${last(list)} > max(${others.map(last).join(", ")})`;
    const { failed, pending, deployed } = this;
    const rollback =
      `'helm history ${releaseName} -n ${namespace}' tells which revision runs; ` +
      `'helm rollback ${releaseName} <that revision> -n ${namespace}' goes back to it`;
    return [
      {
        condition: `\${!(${isAfter(pending, failed, deployed)})}`,
        errorMessage:
          `Helm is in the middle of a change of ${namespace}/${releaseName} (\${${describe(pending)}}), and refuses ` +
          `another. If it is still at work, wait; if it was interrupted: ${rollback}. Then plan again.`,
      },
      {
        condition: `\${!(${isAfter(failed, pending, deployed)})}`,
        errorMessage:
          `The last change of ${namespace}/${releaseName} failed (\${${describe(failed)}}), and the cluster may hold ` +
          `a part of it. ${rollback}, or repeat the change by hand. Then plan again.`,
      },
    ];
  }

  /** The expression of the names of the release's Deployments that speak plaintext to port 19530: Attu and CDC. */
  get plaintextClients(): string {
    return `[for one in ${this.clients} : one.metadata.name]`;
  }

  /** What the release's value `service` is to be. */
  serviceValue(serviceType: MilvusServiceType): HclCode {
    return serviceValue(serviceType, this.serviceAnnotations, this.isKept);
  }

  /** What refuses a plan that would delete the Service's load balancer, or that would leave it open. */
  deletionRefused(serviceType: MilvusServiceType, accepted = false): Assertion[] {
    if (!deletesLoadBalancer(serviceType)) {
      return [];
    }
    const name = `${this.props.release.namespace}/${fullName(this.props.release)}`;
    const isProtected = isDeletionProtectedIn(this.serviceAnnotations);
    return [
      ...(accepted
        ? []
        : [
            {
              condition: `\${!${this.hasLoadBalancer}}`,
              errorMessage:
                `${this.deletion(serviceType)} Move the clients, then accept it: acceptLayer4LoadBalancerDeleted: true. ` +
                "Leave serviceType out to keep the load balancer.",
            },
          ]),
      {
        condition: `\${!((${this.type} == "LoadBalancer" || ${this.isKept}) && ${isProtected})}`,
        errorMessage: literal(
          `AWS Load Balancer Controller would not delete the load balancer of the Service ${name}: the annotation ` +
            `${LOAD_BALANCER_ATTRIBUTES} sets deletion_protection.enabled. Set it to false in the release's values with ` +
            "'helm upgrade', then plan again.",
        ),
      },
    ];
  }

  /** What clients lose with the type that the Service has. */
  losses(serviceType: MilvusServiceType, accepted = false): Assertion[] {
    const { release } = this.props;
    const lost = `contains(${hclExpression(losing(serviceType))}, ${this.type})`;
    return [
      ...(accepted && deletesLoadBalancer(serviceType)
        ? [
            {
              condition: `\${!${this.hasLoadBalancer}}`,
              errorMessage:
                `${this.deletion(serviceType)} acceptLayer4LoadBalancerDeleted accepts it. If the plan doesn't change the ` +
                "release, somebody else has brought the load balancer back, which Terraform doesn't show as a change: " +
                "'npm run release:repair' has the next deploy delete it.",
            },
          ]
        : []),
      {
        condition: `\${${this.hasLoadBalancer} || !${lost}}`,
        errorMessage:
          `The Service ${release.namespace}/${fullName(release)} is a \${${this.type}}, and is to be a ` +
          `${serviceType}. Clients that reach Milvus by it from outside are cut off. ${this.waysIn} ` +
          "Leave serviceType out until nobody uses them.",
      },
    ];
  }

  /** Whether clients may use a load balancer of the Service. The status of one that an annotation keeps may be empty. */
  private get hasLoadBalancer(): string {
    const hasAddress = `(${this.type} == "LoadBalancer" && length(${this.addresses}) > 0)`;
    return this.local("has-load-balancer", `${hasAddress} || ${this.isKept}`);
  }

  private get isKept(): string {
    return this.local("is-kept-by-annotation", isKeptByAnnotationIn(this.serviceAnnotations));
  }

  private get type(): string {
    return `try(${this.serviceAddress}.spec[0].type, "")`;
  }

  private get addresses(): string {
    const ingresses = `${this.serviceAddress}.status[0].load_balancer[0].ingress`;
    return this.local("addresses", `try([for one in ${ingresses} : coalesce(one.hostname, one.ip)], [])`);
  }

  private get serviceAnnotations(): string {
    return `${this.serviceAddress}.metadata[0].annotations`;
  }

  /** Made when it is first used: most releases keep their Service's type. */
  private local(id: string, expression: string): string {
    const made = this.node.tryFindChild(id) as TerraformLocal | undefined;
    return `local.${(made ?? new TerraformLocal(this, id, `\${${expression}}`)).friendlyUniqueId}`;
  }

  private deletion(serviceType: MilvusServiceType): string {
    const { release } = this.props;
    const kept =
      `The annotation ${LOAD_BALANCER_TYPE} keeps a Network Load Balancer whatever the type is, so Terraform empties the ` +
      "annotation, too. ";
    return (
      `serviceType: ${serviceType} deletes the Layer-4 load balancer of the Service ` +
      `${release.namespace}/${fullName(release)}, a \${${this.type}}. Clients that still use it are cut off. ` +
      `\${${this.isKept} ? ${hclExpression(kept)} : ""}${this.waysIn}`
    );
  }

  private get waysIn(): string {
    const name = hclExpression(fullName(this.props.release));
    const ofRules = "flatten([for rule in one.spec.rules : rule.http.paths[*].backend.service.name])";
    const leadsHere = `contains(try(${ofRules}, []), ${name}) || try(one.spec.defaultBackend.service.name, "") == ${name}`;
    const users = `[for one in ${this.ingresses} : one.metadata.name if ${leadsHere}]`;
    const named = (list: string) => `\${length(${list}) == 0 ? "none" : join(", ", ${list})}`;
    return `Addresses in its status: ${named(this.addresses)}. Ingresses that lead to it: ${named(users)}.`;
  }

  private readService(): DataKubernetesServiceV1 {
    const { release, kubernetesProvider } = this.props;
    const { releaseName, namespace, mode } = release;
    const name = fullName(release);
    const found = 'try(self.spec[0].selector["component"], "")';
    return new DataKubernetesServiceV1(this, "service", {
      provider: kubernetesProvider,
      metadata: { name: literal(name), namespace: literal(namespace) },
      lifecycle: {
        postcondition: [
          {
            condition: "${try(length(self.metadata[0].uid) > 0, false)}",
            errorMessage: literal(
              `There is no Service ${namespace}/${name}, which the Milvus chart makes for release ${releaseName}. Compare ` +
                "releaseName, namespace, nameOverride and fullnameOverride with 'helm list -A' and 'kubectl get services " +
                "-A', and the cluster with the one that you mean.",
            ),
          },
          {
            condition: `\${contains(["", ${hclExpression(component(mode))}], ${found})}`,
            errorMessage:
              `${literal(`The release ${namespace}/${releaseName} doesn't run as ${mode}: `)}` +
              `its Service leads to the component \${${found}}. ` +
              `Set mode to \${${found} == "proxy" ? "cluster" : "standalone"}.`,
          },
        ],
      },
    });
  }

  private get failed(): string {
    return `[for one in ${this.unfinished} : one if one.metadata.labels.status == "failed"]`;
  }

  private get pending(): string {
    return `[for one in ${this.unfinished} : one if one.metadata.labels.status != "failed"]`;
  }

  /** @returns the expression of the objects in the release's namespace */
  private list(id: string, kind: Kind, labelSelector?: string, condition?: string): string {
    const { release, kubernetesProvider } = this.props;
    const data = new DataKubernetesResources(this, id, {
      provider: kubernetesProvider,
      ...kind,
      namespace: literal(release.namespace),
      ...(labelSelector ? { labelSelector: literal(labelSelector) } : {}),
      // A plan says what isn't there by this one.
      dependsOn: [this.service],
    });
    if (condition !== undefined) {
      data.addOverride("count", `\${${condition} ? 1 : 0}`);
    }
    const address = `data.${DataKubernetesResources.tfResourceType}.${data.friendlyUniqueId}`;
    const objects = condition === undefined ? `${address}.objects` : `${address}[0].objects`;
    return `try([for one in ${objects} : one], [])`;
  }
}

interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
}

const SECRET: Kind = { apiVersion: "v1", kind: "Secret" };
const DEPLOYMENT: Kind = { apiVersion: "apps/v1", kind: "Deployment" };
const INGRESS: Kind = { apiVersion: "networking.k8s.io/v1", kind: "Ingress" };

/** @see https://github.com/helm/helm/blob/main/pkg/release/v1/status.go */
export const UNFINISHED = ["failed", "pending-install", "pending-upgrade", "pending-rollback", "uninstalling"];
