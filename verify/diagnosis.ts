import type { HopName } from "./hop";
import type { Cloud, Target } from "./target";
import { shellWord } from "./text";

/** A row of the diagnosis table. */
interface Diagnosis {
  /** By what it is recognised. */
  readonly when: string;
  readonly means: (target: Target) => string;
  /** What to do or to run next. */
  readonly next: (target: Target) => string;
}

const onCloud = (target: Target, texts: Record<Cloud, string>): string =>
  target.cloud === undefined ? `On GKE: ${texts.gcp} On EKS: ${texts.aws}` : texts[target.cloud];

/** Commands, which are not to run into each other. */
const onEither = (target: Target, commands: Record<Cloud, string>): string =>
  target.cloud === undefined ? `GKE: ${commands.gcp} | EKS: ${commands.aws}` : commands[target.cloud];

const inNamespace = ({ stack }: Pick<Target, "stack">): string => `-n ${shellWord(stack?.namespace ?? "NAMESPACE")}`;

/** The Ingress as kubectl is told it. */
const ingressOf = ({ stack }: Target): string => `${inNamespace({ stack })} ${shellWord(stack?.ingress ?? "NAME")}`;

const describeIngress = (target: Target): string => `kubectl describe ingress ${ingressOf(target)}`;

const events = (target: Target): string => `${describeIngress(target)}  # its events, and the health of its backends`;

const targetHealth = (target: Target): string =>
  "aws elbv2 describe-target-health --target-group-arn $(kubectl get targetgroupbindings " +
  `${inNamespace(target)} -o jsonpath='{.items[0].spec.targetGroupARN}')`;

const backendHealth = (target: Target): string => onEither(target, { gcp: events(target), aws: targetHealth(target) });

const deploy = ({ stack }: Target): string => `npx cdktf deploy ${stack?.id ?? "STACK"}`;

const verify = ({ command }: Target, ...options: string[]): string => [command, ...options].join(" ");

const openssl = ({ host, port, address }: Target): string =>
  `openssl s_client -connect ${shellWord(address ?? host)}:${port} -servername ${shellWord(host)} </dev/null`;

const dnsRecord = ({ host, address }: Target): string => {
  const isName = address !== undefined && /[a-z]/i.test(address) && !address.includes(":");
  const kind = isName ? "an alias or a CNAME record" : "an A record";
  return `${kind} for ${host}${address === undefined ? "" : ` with ${address}`}`;
};

/** What to do about DNS, and how to go on before it is done. */
const mend = (target: Target, what: string): string =>
  target.goByAddress
    ? what
    : `${what}; to go on without it: ${verify(target, `--address ${shellWord(target.address ?? "ADDRESS")}`)}`;

const upgrade =
  "upgrade Milvus to a version that has the fix, and keep the load balancer to networks that you trust (inboundCidrs)";

/** One for each thing that is known to go wrong between a client and Milvus. */
export const DIAGNOSES = {
  "dns-unknown": {
    when: "the name doesn't resolve",
    means: () =>
      "There is no such DNS record as far as this machine can see: it isn't made yet, is in a private zone, or the " +
      "resolver doesn't answer. A managed certificate isn't issued before it is there.",
    next: (target) => mend(target, `make ${dnsRecord(target)}`),
  },
  "dns-elsewhere": {
    when: "the name resolves, but not to the load balancer (alone)",
    means: () =>
      "Clients reach something else by this name: the Layer-4 load balancer of before, or what a cache still holds. A " +
      "managed certificate stays in provisioning until every A and AAAA record leads here.",
    next: (target) => mend(target, `set ${dnsRecord(target)} and no other`),
  },
  "tcp-refused": {
    when: "the connection is refused",
    means: (target) =>
      `Something has this address, but nothing listens on ${target.port} there. ` +
      onCloud(target, {
        gcp: "The load balancer isn't built yet (that takes 5 to 10 minutes), or the name leads to a Layer-4 one.",
        aws: "The listener isn't there yet, or the name leads to a Layer-4 one.",
      }),
    next: events,
  },
  "tcp-timeout": {
    when: "no answer to a connection",
    means: (target) =>
      onCloud(target, {
        gcp: "The address is reserved, but no load balancer stands at it yet; or a firewall on the way drops the packets.",
        aws:
          "The security group drops whoever isn't in inboundCidrs; or the load balancer is internal, and this machine is " +
          "outside of its network.",
      }),
    next: (target) =>
      `curl -s https://checkip.amazonaws.com  # this machine's address: is it in inboundCidrs? Then: ${events(target)}`,
  },
  "tcp-unreachable": {
    when: "no route to the address",
    means: () =>
      "This machine has no way to that network: an IPv6 address without IPv6, a VPN that is off, a private address.",
    next: (target) => `ip route get ${shellWord(target.address ?? "ADDRESS")}`,
  },
  "tls-plaintext-port": {
    when: "the server speaks plaintext where TLS is expected",
    means: () =>
      "This is no HTTPS listener: Milvus itself or a Layer-4 load balancer in front of it, or a port without TLS.",
    next: (target) =>
      `${describeIngress(target)}  # is ${target.address ?? target.host} its address, and ${target.port} its port?`,
  },
  "tls-not-ready": {
    when: "the handshake is refused or reset",
    means: (target) =>
      onCloud(target, {
        gcp:
          "The load balancer has no certificate to show yet: a managed one takes 15 to 60 minutes once DNS leads here, and " +
          "a new front end a few more.",
        aws: "The listener isn't ready, or a client certificate or a cipher is asked for that there isn't.",
      }),
    next: (target) =>
      `${onEither(target, {
        gcp: `kubectl describe managedcertificate ${inNamespace(target)}`,
        aws: "aws acm describe-certificate --certificate-arn ARN",
      })}; to wait for it: ${verify(target, "--wait 60m")}`,
  },
  "tls-untrusted": {
    when: "the certificate's issuer isn't known",
    means: () =>
      "It is self-signed or from a private authority, and clients haven't been given it; or the server doesn't send the " +
      "certificates between it and its root. Or it isn't ours: something else answers.",
    next: (target) =>
      target.stack === undefined
        ? `${verify(target, "--ca FILE")}  # the certificate of the authority, in PEM`
        : `${openssl(target)}; with another authority: ${verify(target, "--ca FILE")}`,
  },
  "tls-wrong-name": {
    when: "the certificate is for other names",
    means: () =>
      "Another server answers, or the load balancer shows another host's certificate: the name isn't in the certificate, or " +
      "the right one isn't attached.",
    next: (target) => openssl(target),
  },
  "tls-expired": {
    when: "the certificate has ended, or hasn't begun",
    means: () => "No client takes it. Or the clock of this machine is wrong.",
    next: (target) =>
      `${deploy(target)}  # renews a self-signed one that has ended; a PEM is renewed in the config file first`,
  },
  "tls-old-version": {
    when: "the server has no TLS 1.2",
    means: () => "gRPC clients speak TLS 1.2 and newer only: an old server or a TLS-inspecting proxy answers.",
    next: (target) => `${openssl(target)}  # who is it?`,
  },
  "tls-client-certificate": {
    when: "the server asks for a client certificate",
    means: () => "Mutual TLS is on at the load balancer, or at a Milvus that is reached directly (tlsMode 2).",
    next: (target) => onEither(target, { gcp: openssl(target), aws: events(target) }),
  },
  "http1-only": {
    when: "the server doesn't offer HTTP/2 (ALPN h2)",
    means: (target) =>
      `gRPC is HTTP/2 only. ${onCloud(target, {
        gcp: "Google's load balancer always offers it: something else answers.",
        aws: "routing.http2.enabled is off at the load balancer, or something else answers.",
      })}`,
    next: (target) => onEither(target, { gcp: openssl(target), aws: events(target) }),
  },
  "wrong-host": {
    when: "404 that isn't from Milvus",
    means: (target) =>
      `No rule of the load balancer is for this host and path: ${onCloud(target, {
        gcp: "unknown hosts go to the cluster's default backend, and a new rule takes some minutes.",
        aws: "its default action answers 404.",
      })}`,
    next: (target) => `${describeIngress(target)}  # is ${target.host} among its hosts?`,
  },
  forbidden: {
    when: "403",
    means: (target) =>
      onCloud(target, {
        gcp: "Cloud Armor refuses this machine's address: it isn't in inboundCidrs.",
        aws: "A web ACL or a fixed response of the load balancer refuses it.",
      }),
    next: (target) => `curl -s https://checkip.amazonaws.com  # put it into inboundCidrs, then ${deploy(target)}`,
  },
  "bad-gateway": {
    when: "502",
    means: (target) =>
      `The load balancer can't talk to the pods. ${onCloud(target, {
        gcp:
          "It speaks HTTP/2 with TLS: the pods still speak plaintext (the release without TLS), the Service's app protocol " +
          "names another port, the firewall lacks the port, or no backend is healthy.",
        aws:
          "It speaks plaintext HTTP/2 unless told otherwise: the pods speak TLS already, or close connections before the " +
          "load balancer's idle timeout does.",
      })}`,
    next: backendHealth,
  },
  "no-backend": {
    when: "503",
    means: (target) =>
      `No healthy pod is behind the load balancer. ${onCloud(target, {
        gcp: "The health check has to be HTTP /healthz on 9091: nothing of Milvus answers GET / on 19530.",
        aws: "The health check has to be /AWS.ALB/healthcheck with code 12, on 19530; or no pod is ready, or none is selected.",
      })}`,
    next: backendHealth,
  },
  "gateway-timeout": {
    when: "504",
    means: (target) =>
      `The pods don't answer the load balancer in time. ${onCloud(target, {
        gcp: "They hang, or the backend's timeout (timeoutSec) is too short.",
        aws: "The nodes' security group keeps the load balancer out, they hang, or the idle timeout is too short.",
      })}`,
    next: backendHealth,
  },
  "http1-request-to-grpc": {
    when: "464 (ALB)",
    means: () =>
      "The target group's protocol version doesn't fit the request: it isn't GRPC, or something before the load balancer " +
      "turned the request into HTTP/1.",
    next: (target) => `${describeIngress(target)}  # backend-protocol-version has to be GRPC`,
  },
  payload: {
    when: "another HTTP status, or an answer that is no gRPC",
    means: () => "Something answers that is no gRPC server: another backend, a portal, a redirect, a login page.",
    next: (target) => `curl -sv https://${target.host}:${target.port}/ -o /dev/null  # who is it?`,
  },
  "spoke-http1-to-milvus": {
    when: "404 with the page of Milvus' REST server",
    means: (target) =>
      `A proxy spoke HTTP/1 to Milvus, and its REST server doesn't know the path. ${onCloud(target, {
        gcp: "The Service's app protocol for the port has to be HTTP2.",
        aws: "The Ingress' backend-protocol-version has to be GRPC.",
      })}`,
    next: (target) =>
      onEither(target, {
        gcp: `kubectl get service ${inNamespace(target)} -o yaml | grep app-protocols`,
        aws: describeIngress(target),
      }),
  },
  "grpc-unimplemented": {
    when: "gRPC status 12 to a call of Milvus'",
    means: () => "A gRPC server answers, but it isn't Milvus, or one that is too old for this client.",
    next: (target) => events(target),
  },
  "grpc-unavailable": {
    when: "gRPC status 14, or a connection that ends without an answer",
    means: (target) =>
      `A proxy or Milvus gives up on the call. ${onCloud(target, {
        gcp: "Mostly no pod is ready, or the pods speak plaintext still.",
        aws: "Mostly no pod is ready, or the pods speak TLS while the load balancer doesn't.",
      })}`,
    next: (target) => `kubectl get pods ${inNamespace(target)} -l app.kubernetes.io/name=milvus`,
  },
  "grpc-unauthenticated": {
    when: "gRPC status 16",
    means: () => "Milvus asks for a token, and there is none, or a wrong one. The way to it is fine.",
    next: (target) => `MILVUS_TOKEN=user:password ${verify(target)}`,
  },
  "grpc-other": {
    when: "another gRPC status, or a complaint of Milvus'",
    means: () => "Milvus, or a proxy in its name, refuses the call. What it says is above; its log says more.",
    next: (target) => `kubectl logs ${inNamespace(target)} -l app.kubernetes.io/name=milvus --tail 50`,
  },
  garbage: {
    when: "bytes that are no TLS, or no HTTP/2",
    means: () => "Something answers that is no HTTPS server: another service's port, or a broken proxy.",
    next: (target) => `${openssl(target)}  # who is it?`,
  },
  "no-client": {
    when: "the package that speaks to Milvus can't be loaded",
    means: () =>
      "Nothing is known of Milvus: @zilliz/milvus2-sdk-node doesn't work here. It needs Node 20.19 or newer.",
    next: (target) =>
      `npm install @zilliz/milvus2-sdk-node with a newer Node; to stop before it: ${verify(target, "--until grpc")}`,
  },
  "milvus-unhealthy": {
    when: "Milvus says that it isn't healthy or ready",
    means: () =>
      "The way to it is fine. Its proxy runs, but something that it needs doesn't: a coordinator, etcd, storage.",
    next: (target) => `kubectl get pods ${inNamespace(target)}`,
  },
  "write-test-failed": {
    when: "a step of the write test is refused",
    means: () =>
      "Milvus answers, but doesn't take, find or drop the data: the user's rights, a quota, or nodes that are missing.",
    next: (target) => `kubectl logs ${inNamespace(target)} -l app.kubernetes.io/name=milvus --tail 50`,
  },
  "certificate-expires-soon": {
    when: "less than 30 days are left",
    means: () =>
      "Clients stop connecting on that day. No deploy renews a self-signed one or a PEM by itself: whoever was given it has " +
      "to be given the new one first.",
    next: (target) =>
      `${deploy(target)}  # with a new PEM in the config file, or a higher generation of a self-signed one; a managed one ` +
      "renews itself",
  },
  "certificate-common-name": {
    when: "the certificate has its name as common name only",
    means: () => "PyMilvus takes it; Go's clients and others don't: they look at the subject alternative names alone.",
    next: (target) => `make one with the name as DNS entry, as kind self-signed does; then ${deploy(target)}`,
  },
  "no-authorization": {
    when: "Milvus answers without a token",
    means: ({ stack }) =>
      `Whoever reaches the load balancer may read and delete everything.${
        stack?.authorizationEnabled ? " The config says authorizationEnabled: Milvus doesn't do it." : ""
      }`,
    next: (target) =>
      `set common.security.authorizationEnabled: true in Milvus' user.yaml, or keep inboundCidrs narrow; then ${verify(target)}`,
  },
  "known-hole": {
    when: "Milvus' version has a known hole",
    means: () => "The hole is public, and so is how to use it.",
    next: () => upgrade,
  },
  "port-9091-exposed": {
    when: "/metrics, /webui/ or /expr of port 9091 is answered",
    means: () => "Port 9091 asks nobody for a password, and can stop Milvus: it must not be behind the load balancer.",
    next: (target) => `${describeIngress(target)}  # no rule may lead to 9091`,
  },
  "port-80-plaintext": {
    when: "port 80 answers, and not by a redirect to HTTPS",
    means: (target) =>
      `Whoever uses http:// sends passwords and data without encryption. ${onCloud(target, {
        gcp:
          "The FrontendConfig that redirects is missing, or another Ingress has this address. With 403 the Cloud Armor policy " +
          "still denies such calls.",
        aws: "Another Ingress of the ALB's group, or somebody by hand, has made a listener on port 80.",
      })}`,
    next: (target) =>
      onEither(target, {
        gcp: `kubectl get frontendconfig,ingress ${inNamespace(target)}; then ${deploy(target)}  # makes a missing one anew`,
        aws: `kubectl get ingress --all-namespaces; then ${deploy(target)}`,
      }),
  },
  "port-80-open": {
    when: "port 80 redirects, and httpsRedirect is off",
    means: (target) =>
      onCloud(target, {
        gcp:
          "The controller has lost track of port 80: a sync failed after it opened the port, and it closes only what it has " +
          "noted. The next plan is empty.",
        aws: "Another Ingress of the ALB's group redirects, or the controller hasn't applied the last change.",
      }),
    next: (target) =>
      onEither(target, {
        gcp: `set httpsRedirect: true, ${deploy(target)}, set it to false, ${deploy(target)}`,
        aws: events(target),
      }),
  },
  "hang-dns": {
    when: "no answer of the resolver in time",
    means: () => "The resolver of this machine doesn't answer, or not in time.",
    next: (target) => `getent hosts ${target.host}`,
  },
  "hang-tls": {
    when: "no end of the TLS handshake in time",
    means: () =>
      "Something accepts the connection and says nothing: a load balancer without its back end, or a firewall.",
    next: (target) => openssl(target),
  },
  "hang-alpn": {
    when: "no choice of a protocol in time",
    means: () => "The server didn't end the handshake.",
    next: (target) => openssl(target),
  },
  "hang-grpc": {
    when: "no answer to a gRPC health check in time",
    means: () => "The load balancer takes the request and nothing comes back: the pods hang, or can't be reached.",
    next: backendHealth,
  },
  "hang-milvus": {
    when: "no answer of Milvus in time",
    means: () => "gRPC answers, Milvus doesn't: it waits for a coordinator, etcd or storage.",
    next: (target) => `kubectl get pods ${inNamespace(target)}`,
  },
  "hang-write-test": {
    when: "no end of the write test in time",
    means: () =>
      "Milvus answers, but doesn't get the data written, loaded or searched: nodes are missing, or it needs longer.",
    next: (target) => verify(target, "--write-test", "--timeout 120s"),
  },
  "hang-exposure": {
    when: "no answer to a GET in time",
    means: () => "Something takes a plain request and says nothing. Whether 9091 can be reached isn't known.",
    next: (target) => `curl -sv --max-time 10 https://${target.host}:${target.port}/metrics -o /dev/null`,
  },
} as const satisfies Record<string, Diagnosis>;

export type CauseId = keyof typeof DIAGNOSES;

/** What a cause means for a target, and what to run next. */
export function diagnose(cause: CauseId, target: Target): { readonly means: string; readonly next: string } {
  const { means, next }: Diagnosis = DIAGNOSES[cause];
  return { means: means(target), next: next(target) };
}

/** The row of a hop in which nothing came. */
export function hangOf(hop: HopName): CauseId {
  return hop === "tcp" ? "tcp-timeout" : `hang-${hop}`;
}
