import { PrivateKey } from "@cdktf/provider-tls/lib/private-key";
import type { TlsProvider } from "@cdktf/provider-tls/lib/provider";
import { SelfSignedCert } from "@cdktf/provider-tls/lib/self-signed-cert";
import { Construct } from "constructs";
import { literal } from "../internal/hcl";
import { commonName, DEFAULT_VALIDITY_DAYS } from "./own-certificate";

export interface SelfSignedProps {
  readonly hosts: readonly string[];
  /** @default 825 */
  readonly validityDays?: number;
  /** @default 1 */
  readonly generation?: number;
  /** @default - the stack's provider without alias */
  readonly tlsProvider?: TlsProvider;
}

/**
 * A key and a certificate signed with it, whose SAN names every host: clients ignore the common name. Terraform keeps the
 * key in its state.
 *
 * Clients hold the certificate itself, so it isn't renewed while it is valid: an apply after its end makes another of the
 * same key, a higher generation one of a new key.
 *
 * @see https://github.com/hashicorp/terraform-provider-tls/blob/v4.1.0/internal/provider/common_cert.go
 */
export class SelfSigned extends Construct {
  readonly certificatePem: string;
  readonly privateKeyPem: string;

  constructor(scope: Construct, id: string, { hosts, validityDays, generation = 1, tlsProvider }: SelfSignedProps) {
    super(scope, id);
    // The addresses of the first one are in users' states.
    const suffix = generation === 1 ? "" : `-${generation}`;
    const key = new PrivateKey(this, `key${suffix}`, { provider: tlsProvider, algorithm: "RSA", rsaBits: 2048 });
    const certificate = new SelfSignedCert(this, `certificate${suffix}`, {
      provider: tlsProvider,
      privateKeyPem: key.privateKeyPem,
      subject: [
        { commonName: literal(commonName(hosts)), ...(generation > 1 && { serialNumber: String(generation) }) },
      ],
      dnsNames: hosts.map(literal),
      validityPeriodHours: (validityDays ?? DEFAULT_VALIDITY_DAYS) * 24,
      earlyRenewalHours: 0,
      allowedUses: ["digital_signature", "key_encipherment", "server_auth"],
    });
    this.certificatePem = certificate.certPem;
    this.privateKeyPem = key.privateKeyPem;
  }
}
