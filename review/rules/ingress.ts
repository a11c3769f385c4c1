import { EVERYBODY, NOBODY } from "../../constructs/internal/address-ranges";
import type { Difference } from "../difference";
import { interrupted, listed, lost, opened, type Said, shown, unknown, weakened } from "../finding";
import { always, blind, byValue, harmless, isOn, type Meaning, type Rules } from "../meaning";
import { otherNetworks, partOfTheInternet } from "../networks";
import { at, isGone, type ResourceChange } from "../plan";
import { BESIDE } from "./manifest";

const ALB = "alb.ingress.kubernetes.io";
const CLASS_ANNOTATION = "kubernetes.io/ingress.class";
const MANAGED_CERTIFICATES = "networking.gke.io/managed-certificates";
/** The annotation outranks it, on both clouds. */
const CLASS_FIELD = "spec.ingressClassName";

/**
 * What an Ingress says of where clients find it. A change of it gives the load balancer's address up, in place: Terraform
 * shows an update. `load-balancer-name` is not among them: a load balancer that is there is neither renamed nor replaced.
 */
const ENTRANCE: Readonly<Record<string, "load balancer" | "address">> = {
  /** @see https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/main/pkg/deploy/elbv2/load_balancer_synthesizer.go (isSDKLoadBalancerRequiresReplacement) */
  [`${ALB}/scheme`]: "load balancer",
  /** @see https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/main/pkg/ingress/group_loader.go (loadGroupID) */
  [`${ALB}/group.name`]: "load balancer",
  /** @see https://github.com/kubernetes/ingress-gce/blob/master/pkg/loadbalancers/forwarding_rules.go (checkForwardingRule) */
  "kubernetes.io/ingress.global-static-ip-name": "address",
  /**
   * @see https://github.com/kubernetes/ingress-gce/blob/master/pkg/utils/utils.go (IsGCEIngress, NeedsCleanup)
   * @see https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/main/pkg/ingress/group_loader.go (classifyIngress)
   */
  [CLASS_ANNOTATION]: "load balancer",
  [CLASS_FIELD]: "load balancer",
};

const SERVES_ANOTHER = "serves another certificate: clients that trust the one before alone are cut off";

const STREAMS_OPENED = opened("lets through the streaming RPCs that pass by Milvus' authorization");

/** What the two controllers make of an Ingress' annotations. */
const ANNOTATIONS: Readonly<Record<string, Meaning>> = {
  // Another load balancer or address is said of the whole Ingress; here is who reaches it then.
  ...Object.fromEntries(Object.keys(ENTRANCE).map((name) => [name, byValue(() => [])])),
  [`${ALB}/scheme`]: byValue((_, after) =>
    after === "internet-facing" ? [opened("puts the load balancer on the internet")] : [],
  ),
  [CLASS_ANNOTATION]: byValue((before, after) =>
    before === "gce-internal" && after === "gce" ? [opened("puts the load balancer on the internet")] : [],
  ),
  "kubernetes.io/ingress.regional-static-ip-name": byValue((before, after) => [
    interrupted(`moves clients to another address: from ${shown(before)} to ${shown(after)}`),
  ]),

  [`${ALB}/inbound-cidrs`]: byValue((_before, _after, { change }) =>
    otherNetworks(networks(change.before), networks(change.after)),
  ),
  [`${ALB}/security-group-prefix-lists`]: byValue((_before, _after, { change }) =>
    otherNetworks(prefixLists(change.before), prefixLists(change.after)),
  ),
  [`${ALB}/wafv2-acl-arn`]: filter,
  [`${ALB}/waf-acl-id`]: filter,
  [`${ALB}/web-acl-id`]: filter,
  [`${ALB}/wafv2-acl-name`]: filter,
  [`${ALB}/shield-advanced-protection`]: byValue((before, after) =>
    isOn(before) && !isOn(after) ? [weakened("takes Shield Advanced away from the load balancer")] : [],
  ),
  [`${ALB}/security-groups`]: always(
    "unknown",
    "gives the load balancer other security groups, whose rules are not in this plan",
  ),
  [`${ALB}/auth-type`]: byValue((before, after) =>
    (before ?? "none") !== "none" && (after ?? "none") === "none"
      ? [opened("no longer has clients log in at the load balancer")]
      : [interrupted("has clients log in at the load balancer in another way")],
  ),
  [`${ALB}/mutual-authentication`]: byValue((_, after) =>
    /"mode":\s*"(verify|passthrough)"/.test(String(after))
      ? [interrupted("asks clients for certificates in another way")]
      : [opened("no longer asks clients for a certificate")],
  ),
  [`${ALB}/actions.deny-unauthorized-streams`]: byValue((_, after) => (denies(after) ? [] : [STREAMS_OPENED])),
  [`${ALB}/actions.*`]: byValue((before, after) =>
    denies(before) && !denies(after)
      ? [opened("answers what was denied")]
      : [interrupted("changes what the load balancer answers on a path of its own")],
  ),
  [`${ALB}/ip-address-type`]: byValue((before, after) =>
    after === "ipv4"
      ? [interrupted("takes IPv6 away")]
      : [opened(`is reached in another way: ${shown(before)} becomes ${shown(after)}`)],
  ),
  [`${ALB}/listen-ports`]: byValue((before, after) => otherPorts(listeners(before), listeners(after))),
  "kubernetes.io/ingress.allow-http": byValue((_, after) =>
    isOn(after) ? [opened("opens port 80")] : [interrupted("closes port 80")],
  ),
  [`${ALB}/ssl-redirect`]: byValue((_, after) =>
    after === undefined ? [weakened("no longer redirects plain HTTP to HTTPS")] : [],
  ),

  [`${ALB}/certificate-arn`]: always("interrupted", SERVES_ANOTHER),
  "ingress.gcp.kubernetes.io/pre-shared-cert": byValue(otherNames),
  [MANAGED_CERTIFICATES]: byValue(otherNames),
  // It changes with the Secret, of which that is said.
  "cdktf-milvus-l7/secret-version": harmless,
  [`${ALB}/ssl-policy`]: byValue(otherTlsPolicy),
  "networking.gke.io/v1beta1.FrontendConfig": byValue((_, after) =>
    after === undefined ? [weakened("leaves the TLS policy and the redirect to whatever they were")] : [],
  ),

  [`${ALB}/backend-protocol`]: byValue((_, after) =>
    after === "HTTP"
      ? [weakened("has the load balancer speak plaintext to the pods")]
      : [interrupted(`has the load balancer speak ${shown(after)} to the pods`)],
  ),
  [`${ALB}/backend-protocol-version`]: byValue((_, after) => [
    interrupted(`has the load balancer speak ${shown(after)} to the pods: gRPC needs "GRPC"`),
  ]),
  [`${ALB}/target-type`]: always("interrupted", "makes the target groups anew: no calls get through meanwhile"),
  [`${ALB}/subnets`]: always("interrupted", "puts the load balancer into other subnets"),
  [`${ALB}/success-codes`]: healthCheck,
  [`${ALB}/healthcheck-port`]: healthCheck,
  [`${ALB}/healthcheck-path`]: healthCheck,
  [`${ALB}/healthcheck-protocol`]: healthCheck,
  [`${ALB}/healthcheck-*`]: harmless,
  [`${ALB}/healthy-threshold-count`]: harmless,
  [`${ALB}/unhealthy-threshold-count`]: harmless,
  [`${ALB}/load-balancer-attributes`]: byValue(otherAttributes),
  [`${ALB}/target-group-attributes`]: harmless,
  [`${ALB}/tags`]: harmless,
  [`${ALB}/load-balancer-name`]: harmless,
  [`${ALB}/group.order`]: always("interrupted", "changes which Ingress of the group answers first"),
  "networking.gke.io/suppress-firewall-xpn-error": harmless,
};

export const INGRESS: Rules = {
  attributes: {
    ...prefixed("manifest.metadata.annotations.", ANNOTATIONS),
    // It moves to `kubernetes_annotations`, of which a change is said.
    [`manifest.metadata.annotations.${MANAGED_CERTIFICATES}`]: harmless,
    [`manifest.${CLASS_FIELD}`]: byValue(() => []),
    "manifest.spec.rules.*": (difference) => blind(difference) ?? [],
    "manifest.spec.rules": (difference) => blind(difference) ?? [],
    "manifest.spec.tls.*": (difference) => blind(difference) ?? [],
    "manifest.spec.tls": (difference) => blind(difference) ?? [],
    "manifest.spec.defaultBackend.*": always(
      "public",
      "leads calls for any other host or path to a backend of its own",
    ),
    ...BESIDE,
  },
  changed: (change) =>
    isGone(change)
      ? ingressGone(change)
      : [...otherLoadBalancer(change), ...otherPaths(change), ...otherCertificate(change)],
  created: publicFromNowOn,
  deleted: ingressGone,
};

/** `kubernetes_annotations` on the same Ingress, which also undoes what somebody has changed by hand. */
export const ANNOTATIONS_OF_INGRESS: Rules = {
  attributes: {
    ...prefixed("annotations.", ANNOTATIONS),
    "template_annotations.*": harmless,
    force: harmless,
    field_manager: harmless,
    id: harmless,
  },
  changed: (change) => entranceMoved(change).map((effect) => interrupted(effect)),
  deleted: () => [],
};

function prefixed(prefix: string, meanings: Readonly<Record<string, Meaning>>): Record<string, Meaning> {
  return Object.fromEntries(Object.entries(meanings).map(([name, meaning]) => [`${prefix}${name}`, meaning]));
}

/** A list without order; none is written as empty or not at all. */
function otherNames(before: unknown, after: unknown): Said[] {
  const [old, next] = [before, after].map((names) =>
    String(names ?? "")
      .split(",")
      .sort()
      .join(),
  );
  return old === next ? [] : [interrupted(SERVES_ANOTHER)];
}

function denies(action: unknown): boolean {
  return /"statusCode":\s*"4\d\d"/.test(String(action));
}

function filter(difference: Difference): Said[] {
  return (
    blind(difference) ?? [
      difference.after === undefined
        ? opened("takes the web application firewall away from the load balancer")
        : unknown(
            `has calls pass ${difference.before === undefined ? "a" : "another"} web application firewall, whose rules may not be in this plan`,
          ),
    ]
  );
}

function healthCheck(difference: Difference): Said[] {
  return (
    blind(difference) ?? [
      interrupted(
        `checks the pods' health in another way (${difference.name.split("/").at(-1)} from ${shown(difference.before)} to ${shown(difference.after)}): a pod that fails gets no calls`,
      ),
    ]
  );
}

/** Everybody, where there is neither a range nor a prefix list: the controller's default. */
function networks(ingress: unknown): readonly string[] {
  const ranges = elements(at(annotationsIn(ingress), `${ALB}/inbound-cidrs`));
  return ranges.length > 0 || prefixLists(ingress).length > 0 ? ranges.filter((range) => range !== NOBODY) : EVERYBODY;
}

function prefixLists(ingress: unknown): string[] {
  return elements(at(annotationsIn(ingress), `${ALB}/security-group-prefix-lists`));
}

function elements(list: unknown): string[] {
  return String(list ?? "")
    .split(",")
    .map((element) => element.trim())
    .filter(Boolean);
}

/** As `HTTPS 443`. */
function listeners(json: unknown): string[] {
  try {
    const list = JSON.parse(String(json)) as Record<string, unknown>[];
    return list.flatMap((one) => Object.entries(one).map(([protocol, port]) => `${protocol} ${port}`));
  } catch {
    return [];
  }
}

function otherPorts(before: readonly string[], after: readonly string[]): Said[] {
  const more = after.filter((one) => !before.includes(one));
  const fewer = before.filter((one) => !after.includes(one));
  return [
    ...(more.length > 0 ? [opened(`opens ${listed(more)}`)] : []),
    ...(fewer.length > 0 ? [interrupted(`closes ${listed(fewer)}`)] : []),
  ];
}

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html */
function otherTlsPolicy(before: unknown, after: unknown): Said[] {
  const [from, to] = [oldestTls(before), oldestTls(after)];
  const change = `from ${shown(before)} to ${shown(after)}`;
  if (from === undefined || to === undefined) {
    return [unknown(`takes another TLS policy, ${change}, which can't be compared`)];
  }
  return to < from
    ? [weakened(`takes a TLS policy with older TLS, ${change}`)]
    : to > from
      ? [interrupted(`takes a TLS policy without older TLS, ${change}: clients that need it are cut off`)]
      : [unknown(`takes a TLS policy with other ciphers, ${change}`)];
}

/** A policy without a version in its name goes back to TLS 1.0. */
function oldestTls(policy: unknown): number | undefined {
  const name = typeof policy === "string" ? policy : "ELBSecurityPolicy-2016-08";
  const version = /-TLS13-1-([0-3])-|-TLS-?1-([0-3])-/.exec(name);
  return version
    ? Number(version[1] ?? version[2])
    : /^ELBSecurityPolicy-(2016-08|FS-2018-06)$/.test(name)
      ? 0
      : undefined;
}

/** Which of the attributes are no mere tuning: what protects, and what gRPC needs. */
const LOAD_BALANCER_ATTRIBUTES: Readonly<Record<string, (isOnNow: boolean) => Said[]>> = {
  "deletion_protection.enabled": (on) => (on ? [] : [weakened("takes the load balancer's deletion protection away")]),
  "access_logs.s3.enabled": (on) => (on ? [] : [weakened("keeps no log of who calls any longer")]),
  "connection_logs.s3.enabled": (on) => (on ? [] : [weakened("keeps no log of who connects any longer")]),
  "routing.http.drop_invalid_header_fields.enabled": (on) =>
    on ? [] : [weakened("lets headers through that are no valid ones")],
  "waf.fail_open.enabled": (on) =>
    on ? [weakened("lets calls through while the web application firewall doesn't answer")] : [],
  "routing.http2.enabled": (on) => (on ? [] : [interrupted("turns HTTP/2 off: no gRPC call gets through")]),
};

function otherAttributes(before: unknown, after: unknown): Said[] {
  const [from, to] = [attributes(before), attributes(after)];
  return Object.entries(LOAD_BALANCER_ATTRIBUTES).flatMap(([name, meaning]) =>
    from[name] === to[name] || (from[name] === undefined && to[name] === "false") || to[name] === undefined
      ? []
      : meaning(to[name] === "true"),
  );
}

function attributes(text: unknown): Record<string, string | undefined> {
  return Object.fromEntries(
    String(text ?? "")
      .split(",")
      .map((pair) => pair.split("=").map((part) => part.trim()))
      .filter(([name]) => name),
  );
}

function ingressGone(change: ResourceChange): Said[] {
  const say = change.change.actions.includes("create") ? interrupted : lost;
  return [
    say("deletes the Ingress, and the load balancer that clients use with it", {
      fix: "undo the change that does it, or allow it if the load balancer is to go",
      canBeAllowed: true,
    }),
  ];
}

function otherLoadBalancer(change: ResourceChange): Said[] {
  return entranceMoved(change).map((effect) =>
    interrupted(effect, {
      fix: "undo the change that does it, or allow it if clients are to move",
      canBeAllowed: true,
    }),
  );
}

function entranceMoved({ change }: ResourceChange): string[] {
  const [before, after, unknown] = [change.before, change.after, change.after_unknown].map(entrance);
  const changed = Object.keys(ENTRANCE).filter(
    (setting) => !unknown?.[setting] && before?.[setting] !== after?.[setting],
  );
  const counts = changed.filter((setting) => setting !== CLASS_FIELD || after?.[CLASS_ANNOTATION] === undefined);
  if (!change.before || !change.after || counts.length === 0) {
    return [];
  }
  const moved = counts.some((setting) => ENTRANCE[setting] === "load balancer") ? "load balancer" : "address";
  const changes = counts.map((setting) => `${setting} from ${shown(before?.[setting])} to ${shown(after?.[setting])}`);
  return [`moves clients to another ${moved}: ${changes.join(", ")}`];
}

/** The settings of ENTRANCE in a resource; in `after_unknown`, whether they are known after apply only. */
function entrance(values: unknown): Record<string, unknown> {
  const annotations = annotationsIn(values);
  return Object.fromEntries(
    Object.keys(ENTRANCE).map((setting) => [
      setting,
      (setting === CLASS_FIELD ? at(values, "manifest", "spec", "ingressClassName") : at(annotations, setting)) ??
        undefined,
    ]),
  );
}

/** Of the Ingress, or of the resource that holds its annotations alone. */
function annotationsIn(values: unknown): unknown {
  return at(values, "manifest", "metadata", "annotations") ?? at(values, "annotations");
}

/** A first one, or one that comes in the place of another. */
function publicFromNowOn({ change }: ResourceChange): Said[] {
  const annotations = annotationsIn(change.after);
  const unknownScheme = [CLASS_ANNOTATION, `${ALB}/scheme`].some(
    (name) => at(annotationsIn(change.after_unknown), name) === true,
  );
  if (unknownScheme) {
    return [unknown("makes a load balancer of which it is known after the apply only whether it is on the internet")];
  }
  const isAlb = at(annotations, `${ALB}/scheme`) === "internet-facing";
  if (!isAlb && at(annotations, CLASS_ANNOTATION) !== "gce") {
    return [];
  }
  const http = isOn(at(annotations, "kubernetes.io/ingress.allow-http")) ? ", with port 80 open" : "";
  const clients = isAlb ? clientsOf(change.after) : "";
  return [opened(`makes a load balancer on the internet${clients}${http}`)];
}

function clientsOf(ingress: unknown): string {
  if (elements(at(annotationsIn(ingress), `${ALB}/security-groups`)).length > 0) {
    return " for the clients that its security groups let in";
  }
  const clients = [...networks(ingress), ...prefixLists(ingress)];
  return ` for clients of ${listed(clients)}${partOfTheInternet(clients)}`;
}

interface Path {
  readonly where: string;
  readonly service: string;
  readonly isDenied: boolean;
  readonly isStream: boolean;
}

/** What an Ingress leads to, and what it denies, before and after. */
function otherPaths({ change }: ResourceChange): Said[] {
  const [before, after] = [change.before, change.after].map(pathsIn);
  if (before === undefined || after === undefined || at(change.after_unknown, "manifest", "spec", "rules") === true) {
    return [];
  }
  const find = (paths: readonly Path[], { where }: Path) => paths.find((path) => path.where === where);
  const opens = before.filter((path) => path.isDenied && !find(after, path)?.isDenied);
  const gone = before.filter((path) => !path.isDenied && find(after, path) === undefined);
  const moved = after.filter(
    (path) => !path.isDenied && (find(before, path) ?? path).service !== path.service && !find(before, path)?.isDenied,
  );
  const denied = after.filter((path) => path.isDenied && !find(before, path)?.isDenied);
  const anyHost = after.filter(
    (path) => path.where.startsWith("*") && find(before, path) === undefined && !path.isDenied,
  );
  return [
    ...(opens.some(({ isStream }) => isStream) ? [STREAMS_OPENED] : []),
    ...(opens.some(({ isStream }) => !isStream)
      ? [opened(`answers what was denied: ${listed(opens.map(({ where }) => where))}`)]
      : []),
    ...(anyHost.length > 0 ? [opened(`answers under any name: ${listed(anyHost.map(({ where }) => where))}`)] : []),
    ...(gone.length > 0 ? [lost(`no longer answers for ${listed(gone.map(({ where }) => where))}`)] : []),
    ...moved.map(({ where, service }) => interrupted(`leads ${where} to another Service, ${service}`)),
    ...(denied.length > 0 ? [interrupted(`denies ${listed(denied.map(({ where }) => where))}`)] : []),
  ];
}

function pathsIn(values: unknown): Path[] | undefined {
  const rules = at(values, "manifest", "spec", "rules");
  return Array.isArray(rules)
    ? rules.flatMap((rule) =>
        [at(rule, "http", "paths") ?? []].flat().map((path) => {
          const service = String(at(path, "backend", "service", "name"));
          const isDenied =
            service.startsWith("deny-") && at(path, "backend", "service", "port", "name") === "use-annotation";
          const where = `${at(rule, "host") ?? "*"}${at(path, "path") ?? "/"}`;
          return { where, service, isDenied, isStream: service === "deny-unauthorized-streams" };
        }),
      )
    : undefined;
}

/** What kind of certificate an Ingress names, by where. */
function certificates(values: unknown): { readonly kind: string; readonly name: string }[] {
  const annotations = annotationsIn(values);
  const named = (kind: string, name: unknown) => (typeof name === "string" && name !== "" ? [{ kind, name }] : []);
  const all = [
    ...[at(values, "manifest", "spec", "tls") ?? []]
      .flat()
      .flatMap((one) => named("of a Secret", at(one, "secretName"))),
    ...named("managed by Google", at(annotations, MANAGED_CERTIFICATES)),
    ...named("of Compute Engine", at(annotations, "ingress.gcp.kubernetes.io/pre-shared-cert")),
    ...named("of ACM", at(annotations, `${ALB}/certificate-arn`)),
  ];
  // The names of managed ones may stand in `kubernetes_annotations` alone.
  const isGke = /^gce\b/.test(String(at(annotations, CLASS_ANNOTATION)));
  return all.length === 0 && isGke ? [{ kind: "managed by Google", name: "" }] : all;
}

function otherCertificate({ change }: ResourceChange): Said[] {
  const [before = [], after = []] = [change.before, change.after].map(certificates);
  const kinds = (all: typeof before) => [...new Set(all.map(({ kind }) => kind))];
  const secret = (all: typeof before) => all.find(({ kind }) => kind === "of a Secret")?.name;
  const someUnknown = JSON.stringify(annotationsIn(change.after_unknown) ?? "").includes("true");
  if (before.length > 0 && after.length === 0) {
    return someUnknown || change.after === null ? [] : [lost("serves no certificate any longer")];
  }
  const gone = kinds(before).filter((kind) => !kinds(after).includes(kind));
  const come = kinds(after).filter((kind) => !kinds(before).includes(kind));
  return [
    ...(gone.length > 0 && come.length > 0
      ? [weakened(`serves a certificate of another kind: ${listed(come)}, in the place of one ${listed(gone)}`)]
      : []),
    ...(secret(before) && secret(after) && secret(before) !== secret(after)
      ? [interrupted(`serves the certificate of another Secret, ${secret(after)}`)]
      : []),
  ];
}
