import { type StackUnderTest, workspace } from "../__tests__/support/life";
import { AWS_WITH_ACM, GCP } from "../__tests__/support/stacks-under-test";
import { succeeded, type Workspace, whatIsMissing } from "../__tests__/support/terraform";
import { atMost, type Figure, type Part } from "./figure";

/**
 * How long a deploy takes by what it waits for: real terraform applies each cloud's stack with stand-in providers that take as
 * long for each creation as a cloud does, scaled down, against the longest chain of steps that must not be shortened.
 */
const MS_PER_SECOND = 50;
const LIMIT = 1.05;

/** Seconds that a creation takes. */
export const TAKES = {
  address: 20,
  object: 5,
  acmValidation: 120,
  dnsRecord: 60,
  helm: 180,
  /** The wait for a load balancer's name, which AWS gives after the Ingress is there. */
  nameOfLoadBalancer: 60,
} as const;

interface Deployment {
  readonly cloud: string;
  readonly stack: StackUnderTest;
  readonly settings: object;
  readonly seconds: Readonly<Record<string, number>>;
  /** Each step waits for the one before, with the reason. */
  readonly chain: readonly { readonly step: string; readonly seconds: number; readonly because: string }[];
}

export const DEPLOYMENTS: readonly Deployment[] = [
  {
    cloud: "GKE",
    stack: GCP,
    settings: { certificate: { kind: "managed" }, dnsZone: "milvus" },
    seconds: {
      google_compute_global_address: TAKES.address,
      kubernetes_manifest: TAKES.object,
      helm_release: TAKES.helm,
      google_dns_record_set: TAKES.dnsRecord,
    },
    chain: [
      { step: "address", seconds: TAKES.address, because: "the Ingress names it" },
      { step: "Ingress", seconds: TAKES.object, because: "clients of Layer 4 keep their way until Layer 7 stands" },
      { step: "release: TLS in the pods", seconds: TAKES.helm, because: "no name points at pods that don't answer" },
      { step: "DNS record", seconds: TAKES.dnsRecord, because: "" },
    ],
  },
  {
    cloud: "EKS",
    stack: AWS_WITH_ACM,
    settings: { certificate: { kind: "acm" }, dnsZone: "Z0123456789ABCDEFGHIJ" },
    seconds: {
      kubernetes_manifest: TAKES.object,
      helm_release: TAKES.helm,
      aws_route53_record: TAKES.dnsRecord,
      aws_acm_certificate_validation: TAKES.acmValidation,
      time_sleep: TAKES.nameOfLoadBalancer,
    },
    chain: [
      { step: "record that ACM asks for", seconds: TAKES.dnsRecord, because: "ACM looks it up" },
      {
        step: "ACM's validation",
        seconds: TAKES.acmValidation,
        because: "an ALB takes no certificate that isn't issued",
      },
      { step: "Ingress", seconds: TAKES.object, because: "AWS names a load balancer once it is there" },
      { step: "wait for the load balancer's name", seconds: TAKES.nameOfLoadBalancer, because: "the record holds it" },
      {
        step: "DNS record",
        seconds: TAKES.dnsRecord,
        because: "the way by Layer 4 is closed after the other is known",
      },
      { step: "release: its Service loses the Layer-4 load balancer", seconds: TAKES.helm, because: "" },
    ],
  },
];

export function measureDeployment(): Part {
  const { apply: missing } = whatIsMissing();
  return missing === undefined ? { figures: DEPLOYMENTS.flatMap(figuresOf) } : { skipped: missing };
}

function figuresOf(deployment: Deployment): Figure[] {
  const { cloud, chain } = deployment;
  const demanded = chain.reduce((sum, { seconds }) => sum + seconds, 0);
  const measured = secondsOf(deployment);
  return [
    {
      name: `first deploy on ${cloud}, from the first creation to the end`,
      measured: `${measured.toFixed(0)} s, the longest chain that safety demands ${demanded} s`,
    },
    atMost(`first deploy on ${cloud} / that chain`, measured / demanded, LIMIT, "", 3),
  ];
}

/** From the first creation's start to the last one's end, in seconds of the clouds. */
function secondsOf({ stack, settings, seconds }: Deployment): number {
  const place = workspace(stack, settings);
  withoutImports(place);
  succeeded(place.terraform("init"));
  const latency = Object.entries(seconds).map(([type, each]) => [type, each * MS_PER_SECOND]);
  succeeded(place.slow(Object.fromEntries(latency)).terraform("apply", "-auto-approve"));
  const created = place.takeDone().filter(({ action }) => action === "create");
  place.remove();
  const start = Math.min(...created.map(({ start_ms }) => start_ms));
  const end = Math.max(...created.map(({ end_ms }) => end_ms));
  return (end - start) / MS_PER_SECOND;
}

/** Stand-ins take their time to create alone, so that the release is created here, not adopted. */
function withoutImports(place: Workspace): void {
  const { import: _, ...json } = place.json();
  place.write(json);
}
