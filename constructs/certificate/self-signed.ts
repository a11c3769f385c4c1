import { PrivateKey } from "@cdktf/provider-tls/lib/private-key";
import type { TlsProvider } from "@cdktf/provider-tls/lib/provider";
import { SelfSignedCert } from "@cdktf/provider-tls/lib/self-signed-cert";
import { Construct } from "constructs";
import { literal } from "../internal/hcl";
import { DEFAULT_VALIDITY_DAYS } from "./own-certificate";

export interface SelfSignedProps {
  readonly hosts: readonly string[];
  /** @default 825 */
  readonly validityDays?: number;
  /** @default - the stack's provider without alias */
  readonly tlsProvider?: TlsProvider;
}

/**
 * A key and a certificate signed with it, whose SAN names every host: clients ignore the common name. Terraform keeps the
 * key in its state.
 */
export class SelfSigned extends Construct {
  readonly certificatePem: string;
  readonly privateKeyPem: string;

  constructor(scope: Construct, id: string, { hosts, validityDays, tlsProvider }: SelfSignedProps) {
    super(scope, id);
    const hours = (validityDays ?? DEFAULT_VALIDITY_DAYS) * 24;
    const key = new PrivateKey(this, "key", { provider: tlsProvider, algorithm: "RSA", rsaBits: 2048 });
    const certificate = new SelfSignedCert(this, "certificate", {
      provider: tlsProvider,
      privateKeyPem: key.privateKeyPem,
      subject: [{ commonName: literal(commonName(hosts)) }],
      dnsNames: hosts.map(literal),
      validityPeriodHours: hours,
      earlyRenewalHours: Math.min(30 * 24, Math.floor(hours / 3)),
      allowedUses: ["digital_signature", "key_encipherment", "server_auth"],
    });
    this.certificatePem = certificate.certPem;
    this.privateKeyPem = key.privateKeyPem;
  }
}

/** X.509 allows a common name 64 characters; where no host is that short, any name does, since SAN is what counts. */
function commonName(hosts: readonly string[]): string {
  return hosts.find((host) => host.length <= 64) ?? "milvus";
}
