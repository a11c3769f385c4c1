import { ComputeSslPolicy } from "@cdktf/provider-google/lib/compute-ssl-policy";
import type { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import type { Construct } from "constructs";
import { literal } from "../internal/hcl";
import { type Problem, within } from "../internal/problem";
import { rule } from "../internal/rules";
import type { GkeScheme } from "./placement";
import { ownResourceName } from "./resource-name";

/** The TLS versions and ciphers that clients may use. */
export type GkeSslPolicy =
  | CreatedSslPolicy
  /** One that is there, as it is. */
  | {
      readonly kind: "existing";
      /** Its name, as 'gcloud compute ssl-policies list' prints it. */
      readonly name: string;
    }
  /** Google's own policy: every cipher that it knows, from TLS 1.0 on. */
  | { readonly kind: "google-default" };

/** One that is made here. */
export interface CreatedSslPolicy {
  readonly kind: "created";
  /**
   * The name that it gets in the project.
   *
   * @default - named like the Ingress with `-l7` after it
   */
  readonly name?: string;
  /**
   * The oldest TLS version that clients may use.
   *
   * @default "TLS_1_2"
   */
  readonly minTlsVersion?: MinTlsVersion;
  /**
   * The ciphers: `RESTRICTED` has those with forward secrecy and authenticated encryption, which gRPC's clients all know.
   *
   * @default "RESTRICTED"
   * @see https://cloud.google.com/load-balancing/docs/ssl-policies-concepts#defining_an_ssl_policy
   */
  readonly profile?: SslProfile;
}

const MIN_TLS_VERSIONS = ["TLS_1_0", "TLS_1_1", "TLS_1_2"] as const;

/** TLS 1.3 is always on beside it. */
export type MinTlsVersion = (typeof MIN_TLS_VERSIONS)[number];

const SSL_PROFILES = ["COMPATIBLE", "MODERN", "RESTRICTED"] as const;

/**
 * Google's sets of ciphers, from the widest to the narrowest.
 *
 * @see https://cloud.google.com/load-balancing/docs/ssl-policies-concepts#defining_an_ssl_policy
 */
export type SslProfile = (typeof SSL_PROFILES)[number];

/** The policy of a load balancer, with the default of its scheme. */
export function sslPolicyOf({ sslPolicy, scheme }: { sslPolicy?: GkeSslPolicy; scheme?: GkeScheme }): GkeSslPolicy {
  return sslPolicy ?? (scheme === "internal" ? { kind: "google-default" } : { kind: "created" });
}

/** The policy, where it is made here. */
export function sslPolicy(
  scope: Construct,
  id: string,
  { policy, name, googleProvider }: { policy: GkeSslPolicy; name: string; googleProvider?: GoogleProvider },
): ComputeSslPolicy | undefined {
  if (policy.kind !== "created") {
    return undefined;
  }
  return new ComputeSslPolicy(scope, id, {
    provider: googleProvider,
    name: literal(name),
    minTlsVersion: policy.minTlsVersion ?? "TLS_1_2",
    profile: policy.profile ?? "RESTRICTED",
    // Google refuses to delete one that a load balancer has.
    lifecycle: { createBeforeDestroy: true },
  });
}

/** Every problem of a TLS policy. */
export function validateSslPolicy(policy: GkeSslPolicy | undefined): Problem[] {
  if (policy === undefined || policy.kind === "google-default") {
    return [];
  }
  return within("sslPolicy", [
    ...policyName("name", policy.name),
    ...(policy.kind === "created"
      ? [...minTlsVersion("minTlsVersion", policy.minTlsVersion), ...profile("profile", policy.profile)]
      : []),
  ]);
}

const policyName = ownResourceName("gcloud compute ssl-policies list", "give it a name of your own");

const minTlsVersion = rule<MinTlsVersion>("TLS_1_0, TLS_1_1 or TLS_1_2", "leave it out for TLS_1_2", (version) =>
  MIN_TLS_VERSIONS.includes(version),
);

const profile = rule<SslProfile>(
  "COMPATIBLE, MODERN or RESTRICTED",
  "leave it out for RESTRICTED; a policy with ciphers of your own is one of kind existing",
  (name) => SSL_PROFILES.includes(name),
);
