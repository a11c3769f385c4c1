import { harmless, type Meaning } from "../meaning";

/** What a `kubernetes_manifest` has beside the object itself. */
export const BESIDE: Readonly<Record<string, Meaning>> = {
  "manifest.metadata.labels.*": harmless,
  object: harmless,
  "object.*": harmless,
  "field_manager.*": harmless,
  "timeouts.*": harmless,
  "wait.*": harmless,
  computed_fields: harmless,
};
