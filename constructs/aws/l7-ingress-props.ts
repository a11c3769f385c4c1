import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { TimeProvider } from "@cdktf/provider-time/lib/provider";
import type { L7IngressProps } from "../kubernetes/l7-ingress-props";
import type { IMilvusService } from "../milvus/milvus-service";
import type { AlbHealthCheck } from "./health-check";
import type { AlbAlgorithm, AlbGroup, AlbIpAddressType, AlbScheme, AlbSecurityGroups } from "./load-balancer";
import type { AlbLogs } from "./logs";
import type { AwsCertificate } from "./managed-or-self-signed-cert";
import type { AlbMutualTls } from "./mutual-tls";
import type { AlbWebAcl } from "./web-acl";

/** What may be there already. A certificate that ACM has already is one of kind arn. */
export type AlbExisting = "ingress";

/** The props of `AlbL7Ingress`. */
export interface AlbL7IngressProps extends L7IngressProps {
  /** The Milvus behind it. The load balancer speaks TLS to its pods if they do. */
  readonly milvus: IMilvusService;
  /** What clients are shown, and where it comes from. */
  readonly certificate: AwsCertificate;
  readonly adoptExisting?: readonly AlbExisting[];
  /**
   * Who can reach the load balancer. A change makes a new one, with another address.
   *
   * @default "internet-facing"
   */
  readonly scheme?: AlbScheme;
  /**
   * The kinds of its addresses.
   *
   * @default "ipv4"
   */
  readonly ipAddressType?: AlbIpAddressType;
  /**
   * Whether the load balancer listens on port 80 too, and sends everybody there on to HTTPS.
   *
   * @default false: port 80 is closed
   */
  readonly httpsRedirect?: boolean;
  /**
   * Further certificates of ACM's, by their ARNs, for clients that name one of their hosts.
   *
   * @default - `certificate` alone
   */
  readonly additionalCertificates?: readonly string[];
  /**
   * Asks each client for a certificate of its own.
   *
   * @default - off: nobody is asked for one
   */
  readonly mutualTls?: AlbMutualTls;
  /**
   * Managed prefix lists, by their ids, that clients connect from, beside `inboundCidrs` or in its place. Each counts against
   * the quota of rules per security group as its maximum number of entries.
   *
   * @default - none
   * @see https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups
   */
  readonly prefixLists?: readonly string[];
  /**
   * Security groups of yours, in the place of `inboundCidrs` and `prefixLists`.
   *
   * @default - one that the controller makes
   */
  readonly securityGroups?: AlbSecurityGroups;
  /**
   * The subnets of the load balancer, by their ids or `Name` tags, two or more in different availability zones. Taken out, it
   * stays where it is.
   *
   * @default - those that are tagged for the controller
   */
  readonly subnets?: readonly string[];
  /**
   * The IngressGroup that shares the load balancer. A change leads to another load balancer, with another address.
   *
   * @default - none: the load balancer is this Ingress' own
   */
  readonly group?: AlbGroup;
  /**
   * The load balancer's name. It is read when a load balancer is made, and never again.
   *
   * @default - the controller names it after namespace and Ingress
   */
  readonly loadBalancerName?: string;
  /**
   * Tags of all that the controller makes: load balancer, listeners, rules, target groups and security groups.
   *
   * @default - none but the controller's own
   */
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * The IngressClass of the AWS Load Balancer Controller.
   *
   * @default "alb"
   */
  readonly ingressClassName?: string;
  /**
   * The TLS versions and ciphers that clients may use.
   *
   * @default "ELBSecurityPolicy-TLS13-1-2-Res-2021-06": TLS 1.2 and 1.3; the controller's own default still takes TLS 1.0
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
   */
  readonly sslPolicy?: string;
  /**
   * The Route 53 zone, by its id, that gets an alias for each host, after Milvus is ready for the traffic.
   *
   * @default - DNS is yours to change
   */
  readonly dnsZone?: string;
  /**
   * How long a connection may be silent, in seconds. Keep it below 300, where newer Milvus versions hang up themselves.
   *
   * @default 240
   */
  readonly idleTimeoutSec?: number;
  /**
   * How long a pod that goes away may finish its calls, in seconds.
   *
   * @default 30
   */
  readonly deregistrationDelaySec?: number;
  /**
   * How the load balancer chooses a pod for a call.
   *
   * @default "round_robin": by turns
   */
  readonly algorithm?: AlbAlgorithm;
  /**
   * How long a new pod gets less than its share of the calls, in seconds, with `round_robin`.
   *
   * @default 0, which turns it off
   */
  readonly slowStartSec?: number;
  /**
   * What each pod is asked, and what a healthy one answers.
   *
   * @default - of kind grpc-server, every 15 s
   */
  readonly healthCheck?: AlbHealthCheck;
  /**
   * Whether a pod that is made from then on counts as ready only once the load balancer has found it healthy. It is a label
   * of the namespace, and so for every pod behind a load balancer in it.
   *
   * @default false: the namespace keeps the label that it has or hasn't
   */
  readonly podReadinessGate?: boolean;
  /**
   * The web ACL of AWS WAF.
   *
   * @default - none: one that the load balancer has is taken away
   */
  readonly webAcl?: AlbWebAcl;
  /**
   * Logs in S3.
   *
   * @default - off
   */
  readonly logs?: AlbLogs;
  /**
   * Whether Shield Advanced protects the load balancer. The account has to be subscribed to it.
   *
   * @default false
   */
  readonly shieldAdvanced?: boolean;
  /**
   * Whether the load balancer can't be deleted, and Terraform refuses every plan that would delete the Ingress. To destroy it,
   * apply `false` first.
   *
   * @default false
   */
  readonly deletionProtection?: boolean;
  /**
   * How long the controller is given for the load balancer before its address is read, in seconds.
   *
   * @default 60
   */
  readonly addressWaitSec?: number;
  /**
   * The provider of the account and region that the cluster is in.
   *
   * @default - the stack's provider without alias
   */
  readonly awsProvider?: AwsProvider;
  /**
   * The provider of the DNS zone's account.
   *
   * @default - `awsProvider`
   */
  readonly dnsProvider?: AwsProvider;
  /**
   * The provider that waits for the load balancer's address.
   *
   * @default - the stack's provider without alias
   */
  readonly timeProvider?: TimeProvider;
}
