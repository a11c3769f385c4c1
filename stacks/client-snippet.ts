/** How a client reaches Milvus. */
export interface ClientConnection {
  /** The first host. */
  readonly host: string;
  /** The load balancer's address. */
  readonly address: string;
  /** What clients that don't know the issuer are given. */
  readonly certificatePem?: string;
  /** Whether DNS leads the host to the load balancer. */
  readonly dns: boolean;
  readonly authorizationEnabled: boolean;
  /**
   * Whether the load balancer asks clients for a certificate of their own.
   *
   * @default false
   */
  readonly mutualTls?: boolean;
}

/**
 * PyMilvus that connects through the load balancer, ready to run. Without DNS it dials the address and names the host, which
 * is also what the load balancer routes by.
 *
 * `server_pem_path` is where PyMilvus takes an authority for one-way TLS; `ca_pem_path` it reads with a certificate of the client
 * alone, which it doesn't use without.
 *
 * @see https://github.com/milvus-io/pymilvus/issues/2785
 */
export function clientSnippet(connection: ClientConnection): string {
  const { host, address, certificatePem, dns, authorizationEnabled, mutualTls } = connection;
  const authorities = certificatePem === undefined ? "certifi.where()" : "certificate.name";
  const options = [
    `uri="https://${dns ? host : address}:443"`,
    "secure=True",
    ...(dns ? [] : [`server_name="${host}"`]),
    ...(mutualTls
      ? ['client_pem_path="client.pem"', 'client_key_path="client.key"', `ca_pem_path=${authorities}`]
      : certificatePem === undefined
        ? []
        : [`server_pem_path=${authorities}`]),
    ...(authorizationEnabled ? ['token=os.environ["MILVUS_TOKEN"]'] : []),
  ];
  return [
    ...(authorizationEnabled ? ["import os  # MILVUS_TOKEN is user:password"] : []),
    ...(certificatePem === undefined ? [] : ["import tempfile", ""]),
    ...(mutualTls && certificatePem === undefined ? ["import certifi", ""] : []),
    "from pymilvus import MilvusClient",
    "",
    ...(certificatePem === undefined
      ? []
      : [
          'certificate = tempfile.NamedTemporaryFile("w", suffix=".pem", delete=False)',
          `certificate.write("""${certificatePem}""")`,
          "certificate.close()",
          "",
        ]),
    `client = MilvusClient(${options.join(", ")})`,
    "print(client.list_collections())",
    "",
  ].join("\n");
}
