import { literal } from "../internal/hcl";

export interface IngressSpecProps {
  readonly hosts: readonly string[];
  readonly service: { readonly name: string; readonly port: number };
  /**
   * The Secret with the certificate.
   *
   * @default - the certificate is no Secret: the cloud has it
   */
  readonly tlsSecretName?: string;
  /**
   * The controller, where the cloud reads it here.
   *
   * @default - none
   */
  readonly ingressClassName?: string;
}

/** An Ingress' spec: every call for one of the hosts goes to the one Service. */
export function ingressSpec(props: IngressSpecProps): Record<string, unknown> {
  const { service, tlsSecretName, ingressClassName } = props;
  const hosts = props.hosts.map(literal);
  const backend = { service: { name: literal(service.name), port: { number: service.port } } };
  return {
    ...(ingressClassName ? { ingressClassName } : {}),
    ...(tlsSecretName ? { tls: [{ hosts, secretName: literal(tlsSecretName) }] } : {}),
    rules: hosts.map((host) => ({ host, http: { paths: [{ path: "/", pathType: "Prefix", backend }] } })),
  };
}
