import type { z } from "zod";
import type { GkeCertificate } from "../constructs/gke";
import type { gcpStack } from "./schema";

/** What the config file says of a stack on Google Cloud, with the files that it names read or made absolute. */
export type GcpStackConfig = Omit<z.infer<typeof gcpStack>, "certificate"> & { readonly certificate: GkeCertificate };

export type StackConfig = GcpStackConfig;

export type GkeClusterConfig = GcpStackConfig["cluster"];

export type KubeconfigConfig = Extract<GkeClusterConfig, { access: "kubeconfig" }>;

export type BackendConfig = StackConfig["backend"];

export type ReleaseConfig = StackConfig["release"];
