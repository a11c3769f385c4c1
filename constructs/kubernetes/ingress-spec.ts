import { literal } from "../internal/hcl";

export interface ServicePort {
  readonly name: string;
  readonly port: number;
}

export interface IngressSpecProps {
  readonly hosts: readonly string[];
  readonly service: ServicePort;
  /**
   * The Service of Milvus' REST API.
   *
   * @default - no call goes to it
   */
  readonly restService?: ServicePort;
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
 * An Ingress' spec: every other call for one of the hosts goes to the one Service, which is gRPC's.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/ingress/#multiple-matches
 * @see https://github.com/kubernetes-sigs/aws-load-balancer-controller/pull/2409 for v2.4 and later of that controller
 */
export function ingressSpec(props: IngressSpecProps): Record<string, unknown> {
  const { service, restService, tlsSecretName, ingressClassName, otherPaths = [] } = props;
  const hosts = props.hosts.map(literal);
  // First what the guides' Ingress has first: the kubernetes provider fills in each place of a list what stands there in the
  // cluster, and a port can't have both a number and a name.
  const paths = [
    pathsTo(service, "/"),
    ...(restService ? REST_PATHS.map((path) => pathsTo(restService, path)) : []),
    ...otherPaths,
  ];
  return {
    ...(ingressClassName ? { ingressClassName } : {}),
    ...(tlsSecretName ? { tls: [{ hosts, secretName: literal(tlsSecretName) }] } : {}),
    rules: hosts.map((host) => ({ host, http: { paths } })),
  };
}

/**
 * Where Milvus' REST API is; the paths of gRPC begin with /milvus.proto and /grpc.
 *
 * @see https://github.com/milvus-io/milvus/blob/master/internal/distributed/proxy/httpserver/constant.go
 */
export const REST_PATHS = ["/v1", "/v2"];

function pathsTo({ name, port }: ServicePort, path: string): Record<string, unknown> {
  return { path, pathType: "Prefix", backend: { service: { name: literal(name), port: { number: port } } } };
}
