import type { z } from "zod";
import type { AwsCertificate } from "../constructs/aws";
import type { GkeCertificate } from "../constructs/gke";
import type { awsStack, gcpStack } from "./schema";

/** What the config file says of a stack on Google Cloud, with the files that it names read or made absolute. */
export type GcpStackConfig = Read<z.infer<typeof gcpStack>, GkeCertificate>;

/** The same of a stack on AWS. */
export type AwsStackConfig = Read<z.infer<typeof awsStack>, AwsCertificate>;

/** With the text of the files that the config names. */
type Read<Config extends { release: object }, Certificate> = Omit<Config, "certificate" | "release"> & {
  readonly certificate: Certificate;
  readonly release: WithUserYaml<Config["release"]>;
};

type WithUserYaml<Release> = Release extends { userYaml?: unknown }
  ? Omit<Release, "userYaml"> & { userYaml?: string }
  : Release;

/** The id of the stack that a release has to itself. */
export function releaseStackId(id: string): string {
  return `${id}-release`;
}

export type StackConfig = GcpStackConfig | AwsStackConfig;

export type GkeClusterConfig = GcpStackConfig["cluster"];

export type EksClusterConfig = AwsStackConfig["cluster"];

export type KubeconfigConfig = Extract<StackConfig["cluster"], { access: "kubeconfig" }>;

export type BackendConfig = StackConfig["backend"];

export type ReleaseConfig = StackConfig["release"];
