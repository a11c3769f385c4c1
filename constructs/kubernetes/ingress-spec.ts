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
  /**
   * Paths that go elsewhere, before the one to the Service.
   *
   * @default - none
   */
  readonly otherPaths?: readonly Record<string, unknown>[];
}

/** An Ingress' spec: every other call for one of the hosts goes to the one Service. */
export function ingressSpec(props: IngressSpecProps): Record<string, unknown> {
  const { service, tlsSecretName, ingressClassName, otherPaths = [] } = props;
  const hosts = props.hosts.map(literal);
  const backend = { service: { name: literal(service.name), port: { number: service.port } } };
  const paths = [...otherPaths, { path: "/", pathType: "Prefix", backend }];
  return {
    ...(ingressClassName ? { ingressClassName } : {}),
    ...(tlsSecretName ? { tls: [{ hosts, secretName: literal(tlsSecretName) }] } : {}),
    rules: hosts.map((host) => ({ host, http: { paths } })),
  };
}
