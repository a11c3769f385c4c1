import type { z } from "zod";
import type { AwsCertificate } from "../constructs/aws";
import type { GkeCertificate } from "../constructs/gke";
import type { awsStack, gcpStack } from "./schema";

/** What the config file says of a stack on Google Cloud, with the files that it names read or made absolute. */
export type GcpStackConfig = Omit<z.infer<typeof gcpStack>, "certificate"> & { readonly certificate: GkeCertificate };

/** The same of a stack on AWS. */
export type AwsStackConfig = Omit<z.infer<typeof awsStack>, "certificate"> & { readonly certificate: AwsCertificate };

export type StackConfig = GcpStackConfig | AwsStackConfig;

export type GkeClusterConfig = GcpStackConfig["cluster"];

export type EksClusterConfig = AwsStackConfig["cluster"];

export type KubeconfigConfig = Extract<StackConfig["cluster"], { access: "kubeconfig" }>;

export type BackendConfig = StackConfig["backend"];

export type ReleaseConfig = StackConfig["release"];
