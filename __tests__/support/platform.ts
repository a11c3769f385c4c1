import { HelmProvider } from "@cdktf/provider-helm/lib/provider";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { LocalBackend, TerraformStack, Testing } from "cdktf";
import { type HelmReleaseRef, MilvusTlsRelease, type MilvusTlsReleaseProps } from "../../constructs/milvus";
import { liveDeployment } from "./deployment";
import { synth } from "./synth";
import { succeeded, Workspace } from "./terraform";

export const REF: HelmReleaseRef = { releaseName: "my-release", namespace: "default", mode: "cluster" };
export const ADOPTED: MilvusTlsReleaseProps = { ...REF, acceptPlaintextClientsCutOff: true };

/** A program of somebody's own, with Milvus as a part of it. */
export class Platform extends Workspace {
  constructor() {
    super("platform");
    this.dataSourcesAnswer({ "data.kubernetes_resource": liveDeployment("cluster", null) });
  }

  program(build: (stack: TerraformStack) => void): void {
    const stack = new TerraformStack(Testing.app(), "platform");
    new LocalBackend(stack, { path: this.statePath });
    new KubernetesProvider(stack, "kubernetes", {});
    new HelmProvider(stack, "helm", {});
    build(stack);
    this.write(synth(stack));
  }
}

export function adoptingPlatform(): Platform {
  const place = new Platform();
  place.program((stack) => new MilvusTlsRelease(stack, "release", ADOPTED));
  succeeded(place.terraform("init"));
  succeeded(place.terraform("apply", "-auto-approve"));
  return place;
}
