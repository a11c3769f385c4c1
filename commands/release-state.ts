import { parseReleaseId, releaseTitle } from "./release-id";

/** A module in what `terraform show -json` prints, of a state or of a plan. */
export interface StateModule {
  readonly address?: string;
  readonly resources?: readonly StateResource[];
  readonly child_modules?: readonly StateModule[];
}

export interface StateResource {
  readonly mode?: string;
  readonly type: string;
  readonly name: string;
  readonly values?: Record<string, unknown>;
}

/** A resource with its address, module included, key of an instance not. */
export interface PlacedResource extends StateResource {
  readonly address: string;
}

/** A release that a stack adopted, as its state holds it. */
export interface AdoptedRelease {
  /** `namespace/name`, with `clusterKey/` before it where it was adopted with one. */
  readonly title: string;
  /** The release's address. */
  readonly address: string;
  /** Whether the state holds it: one that was given back half-way has left only its guard there. */
  readonly isInState: boolean;
  /** The address of the guard beside it, which refuses a destroy, where the state holds one. */
  readonly guard?: string;
  readonly speaksTls: boolean;
}

/** What the state holds of a release. The guard is last: what takes them out and is interrupted leaves it standing. */
export function addressesOf({ address, isInState, guard }: AdoptedRelease): string[] {
  return [...(isInState ? [address] : []), ...(guard === undefined ? [] : [guard])];
}

/** The resources of a module and of those inside it. */
export function resourcesOf(module: StateModule | undefined): PlacedResource[] {
  const prefix = module?.address === undefined ? "" : `${module.address}.`;
  return [
    ...(module?.resources ?? [])
      .filter(({ mode }) => mode !== "data")
      .map((resource) => ({ ...resource, address: `${prefix}${resource.type}.${resource.name}` })),
    ...(module?.child_modules ?? []).flatMap(resourcesOf),
  ];
}

/** The adopted releases among these resources, and those of which only the guard is left. */
export function adoptedReleases(resources: readonly PlacedResource[]): AdoptedRelease[] {
  const releases = resources.filter(isAdopted);
  const guards = resources.filter(isGuard);
  const addresses = [...releases.map(({ address }) => address), ...guards.map(releaseOfGuard)];
  return [...new Set(addresses)].map((address) => {
    const release = releases.find((other) => other.address === address);
    const guard = guards.find((other) => releaseOfGuard(other) === address);
    return {
      title: titleOf(release ?? guard),
      address,
      isInState: release !== undefined,
      guard: guard?.address,
      speaksTls: release !== undefined && speaksTls(release),
    };
  });
}

/** The address of the release that a guard stands beside. */
export function releaseOfGuard({ address }: { readonly address: string }): string {
  return address.replace(/terraform_data\.(?=milvus_)/, "helm_release.");
}

/** Somebody's own release may have an id of that form by chance; an adopted one is what its id says. */
function isAdopted({ type, name, values }: PlacedResource): boolean {
  const id = parseReleaseId(name);
  return type === "helm_release" && id !== undefined && isRelease(values, id);
}

/** Whether these are the attributes of the release that an id names. */
export function isRelease(
  attributes: Record<string, unknown> | null | undefined,
  { namespace, releaseName }: { readonly namespace: string; readonly releaseName: string },
): boolean {
  return attributes?.namespace === namespace && attributes.name === releaseName;
}

function isGuard({ type, name, values }: PlacedResource): boolean {
  const input = values?.input as { readonly purpose?: unknown } | null | undefined;
  return type === "terraform_data" && parseReleaseId(name) !== undefined && typeof input?.purpose === "string";
}

function titleOf(resource: PlacedResource | undefined): string {
  const id = parseReleaseId(resource?.name ?? "");
  return id === undefined ? "" : releaseTitle(id);
}

/**
 * Whether a release's values turn on TLS in its pods: by environment, which outranks Milvus' files, or by one of these.
 * `metadata.values` are those of the whole release, as JSON; `values` are those that Terraform sent, as YAML.
 */
export function speaksTls({ values }: StateResource): boolean {
  const metadata = [values?.metadata].flat()[0] as { readonly values?: unknown } | null | undefined;
  const texts = [metadata?.values, values?.values].flat().filter((text) => typeof text === "string");
  const modes = [TLS_BY_ENVIRONMENT, TLS_BY_FILE].flatMap((mode) =>
    texts.flatMap((text) => mode.exec(text)?.[1] ?? []),
  );
  return (modes[0] ?? "0") !== "0";
}

const TLS_BY_ENVIRONMENT = /"?name"?:\s*"?(?:MILVUS_CONF_)?COMMON_SECURITY_TLSMODE"?,?\s*"?value"?:\s*["']?(\d)/i;
const TLS_BY_FILE = /(?:^|\\n)\s*tlsMode:\s*(\d)/m;
