import { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import { TimeProvider } from "@cdktf/provider-time/lib/provider";
import { TlsProvider } from "@cdktf/provider-tls/lib/provider";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { GcpStackConfig } from "../config/types";
import { GkeL7Ingress, type GkeL7IngressProps } from "../constructs/gke";
import { claimsOf } from "../constructs/gke/names";
import { projectId } from "../constructs/gke/resource-name";
import type { Claim } from "../constructs/internal/claims";
import { literal } from "../constructs/internal/hcl";
import { type Problem, within } from "../constructs/internal/problem";
import { configureBackend } from "./backend";
import { claimsOfStack } from "./claims";
import { gkeClusterKey, gkeProviders, validateGkeCluster } from "./gke-cluster";
import { labelEverything, validateLabels } from "./labels";
import { addOutputs } from "./outputs";
import { milvusBehind, milvusOfRelease, RELEASE_DEFAULTS, validateRelease } from "./release";
import { buildReleaseStack } from "./release-stack";
import { requireTerraform } from "./terraform-version";

/** HTTPS on Google Cloud's load balancer for a Milvus that runs on GKE. */
export class GcpStack extends TerraformStack {
  /** Every problem of a stack's settings, with paths as in the config file. */
  static validate(config: GcpStackConfig): Problem[] {
    return [
      ...projectId("project", config.project),
      ...within("cluster", validateGkeCluster(config.cluster)),
      ...validateRelease(config.release, RELEASE_DEFAULTS.gcp, (milvus) =>
        GkeL7Ingress.validate({ ...config, milvus } as GkeL7IngressProps),
      ),
      ...validateLabels(config),
    ];
  }

  /** What no other stack can have, with paths as in the config file. */
  static claims(id: string, config: GcpStackConfig): Claim[] {
    const cluster = gkeClusterKey(config);
    const milvus = milvusBehind(config.release, RELEASE_DEFAULTS.gcp);
    return [
      ...claimsOfStack(id, config, RELEASE_DEFAULTS.gcp, cluster),
      ...claimsOf({ ...config, milvus } as GkeL7IngressProps, {
        cluster,
        project: config.project,
        dnsProject: config.project,
      }),
    ];
  }

  /** The stack, and the one of its release where that has its own. */
  static build(scope: Construct, id: string, config: GcpStackConfig): void {
    new GcpStack(scope, id, config);
    buildReleaseStack(scope, id, config, RELEASE_DEFAULTS.gcp, (stack) => connect(stack, config));
  }

  constructor(scope: Construct, id: string, config: GcpStackConfig) {
    super(scope, id);
    requireTerraform(this);
    configureBackend(this, config.backend);
    connect(this, config);
    new TlsProvider(this, "tls");
    new TimeProvider(this, "time");

    const { milvus, release, valuesToMerge } = milvusOfRelease(this, config.release, RELEASE_DEFAULTS.gcp);
    const { cloud, project, cluster, release: _release, labels, backend, ...settings } = config;
    const ingress = new GkeL7Ingress(this, "ingress", { ...settings, milvus });
    release?.applyAfter(...ingress.ready);

    labelEverything(this, config);
    addOutputs(this, config, { ...ingress, valuesToMerge });
  }
}

function connect(stack: TerraformStack, { project, cluster }: GcpStackConfig): void {
  gkeProviders(stack, cluster, new GoogleProvider(stack, "google", { project: literal(project) }));
}
