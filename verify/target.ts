/** What is to be reached. */
export interface Target {
  /** The name that clients use. */
  readonly host: string;
  readonly port: number;
  /** The load balancer's address or its name, where it is known. */
  readonly address?: string;
  /** Whether the user named the address: then the walk goes on by it, wherever DNS leads. */
  readonly goByAddress: boolean;
  /** Certificates of the authorities that clients are given, in PEM. */
  readonly authorities?: string;
  /** Whether clients know the public authorities beside these. */
  readonly publicAuthorities: boolean;
  /** `user:password`, or an API key. */
  readonly token?: string;
  readonly cloud?: Cloud;
  /** What commands that are to be run next are about. */
  readonly stack?: StackNames;
  /** The command that asks for this target again, without a token. */
  readonly command: string;
}

export type Cloud = "gcp" | "aws";

export interface StackNames {
  readonly id: string;
  readonly namespace?: string;
  readonly ingress?: string;
  /** Whether its config says that Milvus asks for a token. */
  readonly authorizationEnabled: boolean;
  /** Whether its config says that port 80 is open, and redirects. */
  readonly httpsRedirect?: boolean;
}

/** What HTTP calls the host: with its port where that is not the usual one. */
export function authorityOf({ host, port }: Target): string {
  return port === 443 ? host : `${host}:${port}`;
}
