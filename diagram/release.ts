import { plainText, type TerraformJson, type Untyped } from "./terraform-json";

/** What a picture shows of a Helm release: what Terraform does with it. */
export interface PicturedRelease {
  /** Where it is known: a `removed` block names an address alone. */
  readonly namespace?: string;
  readonly name?: string;
  readonly lines: readonly string[];
  /** What of the pods and Services is changed by it. */
  readonly changes: readonly string[];
}

/** A stack by its id. */
export interface StackJson {
  readonly id: string;
  readonly json: TerraformJson;
}

/**
 * The Helm releases that a stack knows of.
 *
 * @param releaseStack the stack of its release, where that has its own
 */
export function releasesOf({ json }: StackJson, releaseStack: StackJson | undefined): PicturedRelease[] {
  const here = Object.entries(json.resource?.helm_release ?? {}).map(([id, release]) =>
    release.count === 0 ? notAdopted(json, release, id, releaseStack) : adopted(release, "adopted by Terraform"),
  );
  const forgotten = (json.removed ?? []).flatMap(({ from }) =>
    from.startsWith("helm_release.")
      ? [{ lines: ["Helm release", from, "Terraform forgets it, and it stays"], changes: [] }]
      : [],
  );
  return [...here, ...forgotten];
}

function adopted(release: Untyped, how: string): PicturedRelease {
  return {
    ...called(release),
    lines: ["Helm release", title(release), how, "never destroyed, chart version kept"],
    changes: changesIn((release.values ?? []).join("\n")),
  };
}

/** What a block with `count = 0` stands for: it protects what may have been adopted before. */
function notAdopted(
  json: TerraformJson,
  release: Untyped,
  id: string,
  releaseStack: StackJson | undefined,
): PicturedRelease {
  const own = releaseStack?.json.resource?.helm_release?.[id];
  if (own !== undefined && own.count !== 0) {
    return adopted(own, `adopted by the stack ${releaseStack?.id}`);
  }
  // Only of a release in somebody else's hands is anything looked at.
  const elsewhere = Object.keys(json.check ?? {}).length > 0;
  return {
    ...called(release),
    lines: ["Helm release", title(release), elsewhere ? "owned elsewhere: plans look at its pods" : "left alone"],
    changes: [],
  };
}

function called({ namespace, name }: Untyped) {
  return { namespace, name };
}

function title({ namespace, name }: Untyped): string {
  return `${plainText(namespace)}/${plainText(name)}`;
}

/** What the values of a release set, from the expression that Terraform works them out by. */
function changesIn(values: string): string[] {
  const entries = [...values.matchAll(/\{ "name" = "([A-Z_]+)", "value" = "([^"\\]*)" \}/g)];
  const secret = /"secretName" = "([^"\\]+)"/.exec(values)?.[1];
  const serviceType = /"service" = merge\(\{ "type" = "(\w+)" \}/.exec(values)?.[1];
  return [
    ...entries.map(([, name, value]) => `${name}=${value}`),
    ...(values.includes('"extraEnv" =') && entries.length === 0 ? ["no environment entries for TLS"] : []),
    ...(values.includes('"extraConfigFiles" =') ? ["user.yaml"] : []),
    ...(secret ? [`certificate of Secret ${secret}`] : []),
    ...(serviceType ? [`its own Service: ${serviceType}`] : []),
  ];
}
