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
   * Exact paths that go elsewhere. They outrank the one to the Service wherever they stand.
   *
   * @default - none
   */
  readonly otherPaths?: readonly Record<string, unknown>[];
}

/**
 * An Ingress' spec: every other call for one of the hosts goes to the one Service.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/ingress/#multiple-matches
 * @see https://github.com/kubernetes-sigs/aws-load-balancer-controller/pull/2409 for v2.4 and later of that controller
 */
export function ingressSpec(props: IngressSpecProps): Record<string, unknown> {
  const { service, tlsSecretName, ingressClassName, otherPaths = [] } = props;
  const hosts = props.hosts.map(literal);
  const backend = { service: { name: literal(service.name), port: { number: service.port } } };
  // First what the guides' Ingress has first: the kubernetes provider fills in each place of a list what stands there in the
  // cluster, and a port can't have both a number and a name.
  const paths = [{ path: "/", pathType: "Prefix", backend }, ...otherPaths];
  return {
    ...(ingressClassName ? { ingressClassName } : {}),
    ...(tlsSecretName ? { tls: [{ hosts, secretName: literal(tlsSecretName) }] } : {}),
    rules: hosts.map((host) => ({ host, http: { paths } })),
  };
}
