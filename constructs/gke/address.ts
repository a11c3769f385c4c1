import { ComputeAddress } from "@cdktf/provider-google/lib/compute-address";
import { ComputeGlobalAddress } from "@cdktf/provider-google/lib/compute-global-address";
import { DataGoogleComputeAddress } from "@cdktf/provider-google/lib/data-google-compute-address";
import { DataGoogleComputeGlobalAddress } from "@cdktf/provider-google/lib/data-google-compute-global-address";
import type { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { literal } from "../internal/hcl";
import { type Problem, within } from "../internal/problem";
import type { Rule } from "../internal/rules";
import type { GkePlacement } from "./placement";
import { ownResourceName } from "./resource-name";

/** The load balancer's address: one that is reserved for it, or one that you have reserved. */
export type GkeAddress =
  /** Reserved here, and given back when the load balancer goes. */
  | {
      readonly kind: "reserved";
      /** The name that it gets in the project. */
      readonly name: string;
    }
  /** Reserved by you, and yours to keep. */
  | {
      readonly kind: "existing";
      /**
       * Its name, as 'gcloud compute addresses list' prints it. Not one that GKE's controller has reserved (`k8s2-fr-…`): the
       * controller deletes it.
       */
      readonly name: string;
    };

export interface AddressProps {
  readonly address?: GkeAddress;
  /** Its name, whoever reserves it. */
  readonly name: string;
  readonly placement: GkePlacement;
  readonly googleProvider?: GoogleProvider;
}

/** The address, by its name for the Ingress and by its value for DNS. */
export function loadBalancerAddress(
  scope: Construct,
  id: string,
  { address, name, placement, googleProvider }: AddressProps,
): ITerraformDependable & { readonly address: string } {
  const config = { provider: googleProvider, name: literal(name) };
  const exists = address?.kind === "existing";
  if (placement.scheme === "external") {
    return exists
      ? new DataGoogleComputeGlobalAddress(scope, id, config)
      : new ComputeGlobalAddress(scope, id, { ...config, addressType: "EXTERNAL", ipVersion: "IPV4", lifecycle: LAST });
  }
  const regional = { ...config, region: literal(placement.region) };
  return exists
    ? new DataGoogleComputeAddress(scope, id, regional)
    : new ComputeAddress(scope, id, {
        ...regional,
        addressType: "INTERNAL",
        purpose: "GCE_ENDPOINT",
        subnetwork: literal(placement.subnetwork ?? ""),
        lifecycle: LAST,
      });
}

/** Given back when the load balancer has another. */
const LAST = { createBeforeDestroy: true };

/** Every problem of an address, with paths inside of it. */
export function validateAddress(address: GkeAddress | undefined): Problem[] {
  return within("address", addressName("name", address?.name));
}

const addressName: Rule<string> = ownResourceName(
  "gcloud compute addresses list",
  "reserve an address of your own; to keep the IP of a load balancer that is there, see docs/gke-l7-ingress.md#keep-the-address",
);
