import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Target } from "./target";

/** What is read of a stack: its outputs and its synthesised folder. */
export interface StackFacts {
  readonly host?: string;
  readonly address?: string;
  readonly certificatePem?: string;
  readonly cloud?: "gcp" | "aws";
  readonly names: NonNullable<Target["stack"]>;
}

/** As far as it is looked at. */
interface Configuration {
  readonly provider?: Record<string, unknown>;
  readonly resource?: { readonly kubernetes_manifest?: Record<string, { readonly manifest?: Manifest }> };
}

interface Manifest {
  readonly kind?: string;
  readonly metadata?: {
    readonly name?: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/** What a stack says of itself. `outputs` is what `terraform output -json` prints. */
export function factsOf(id: string, folder: string, outputs: string): StackFacts {
  const configuration = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")) as Configuration;
  const values = JSON.parse(outputs) as Record<string, { readonly value?: unknown }>;
  const output = (name: string) => {
    const value = values[name]?.value;
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const manifests = Object.values(configuration.resource?.kubernetes_manifest ?? {});
  const ingress = manifests.map(({ manifest }) => manifest).find((manifest) => manifest?.kind === "Ingress");
  const { google, aws } = configuration.provider ?? {};
  return {
    host: output("host"),
    address: output("address"),
    certificatePem: output("certificate_pem"),
    cloud: google ? "gcp" : aws ? "aws" : undefined,
    names: {
      id,
      namespace: ingress?.metadata?.namespace,
      ingress: ingress?.metadata?.name,
      authorizationEnabled: output("client_snippet")?.includes("MILVUS_TOKEN") ?? false,
      httpsRedirect: redirects(ingress),
    },
  };
}

/** What the Ingress says of port 80, to the controller of either cloud. */
function redirects(ingress: Manifest | undefined): boolean | undefined {
  const annotations = ingress?.metadata?.annotations;
  return (
    annotations &&
    (annotations["kubernetes.io/ingress.allow-http"] === "true" ||
      annotations["alb.ingress.kubernetes.io/ssl-redirect"] !== undefined)
  );
}
