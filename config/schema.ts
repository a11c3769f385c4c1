import { z } from "zod";
import { SERVICE_TYPES } from "../constructs/milvus/chart";

/**
 * The shape of the config file: which keys there are, and of what type. What a value may be is a rule of the construct
 * that it goes to.
 */

const text = (meaning: string) => z.string().describe(meaning);
const integer = (meaning: string) => z.number().describe(meaning);
const flag = (meaning: string) => z.boolean().describe(meaning);

const textOrFile = (meaning: string, form = "text") =>
  z
    .union([z.string(), z.strictObject({ file: text("a file's path, from the config file's folder") })])
    .describe(`${meaning}: ${form}, or file: with its path`);

const pem = (meaning: string) => textOrFile(meaning, "PEM text");

const selfSignedCertificate = z.strictObject({
  kind: z.literal("self-signed"),
  validityDays: integer("how many days it is valid").optional(),
  generation: integer("which one it is: a higher number makes a new one").optional(),
});

const pemCertificate = z.strictObject({
  kind: z.literal("pem"),
  certificate: pem("the server's certificate"),
  chain: pem("the certificates between it and the root").optional(),
  privateKey: z
    .union([
      z.strictObject({ file: text("the key file's path, from the config file's folder") }),
      z.strictObject({ variable: text("the name of a Terraform variable") }),
    ])
    .describe("where Terraform finds the key: file: with a path, or variable: with a name"),
});

const secretCertificate = z.strictObject({ kind: z.literal("secret"), name: text("the Secret's name") });

const gkeCertificate = z
  .discriminatedUnion("kind", [
    selfSignedCertificate,
    pemCertificate,
    z.strictObject({
      kind: z.literal("managed"),
      meanwhile: z
        .discriminatedUnion("kind", [selfSignedCertificate, pemCertificate, secretCertificate])
        .describe("the certificate until Google has issued its own")
        .optional(),
    }),
    secretCertificate,
    z.strictObject({
      kind: z.literal("pre-shared"),
      name: text("the name of Compute Engine's certificate"),
      otherNames: z.array(z.string()).describe("a list of the names of further ones").optional(),
    }),
  ])
  .describe("the load balancer's certificate");

const releaseRef = {
  releaseName: text("the release's name, as 'helm list' prints it"),
  namespace: text("the release's namespace"),
  mode: z.enum(["cluster", "standalone"]).describe("how Milvus runs"),
  nameOverride: text("the release's value nameOverride").optional(),
  fullnameOverride: text("the release's value fullnameOverride").optional(),
};

/** A release in other hands may be the operator's. */
const foreignRef = {
  ...releaseRef,
  renderedBy: z.enum(["helm-chart", "milvus-operator"]).describe("what renders Milvus' objects").optional(),
};

const restPort = integer("the pods' port for REST").optional();

const globalVolumes = z
  .array(z.string())
  .describe("the names of the volumes that stand in the release's global values")
  .optional();

const adoptedRelease = {
  ...releaseRef,
  acceptPlaintextClientsCutOff: flag("accepts that clients without TLS are cut off when TLS is turned on").optional(),
  podCertificate: z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("secret"), name: text("the Secret's name"), globalVolumes }),
      z.strictObject({ kind: z.literal("image"), globalVolumes }),
    ])
    .describe("the certificate of the pods")
    .optional(),
  userYaml: textOrFile("the release's whole user.yaml, to set TLS in it").optional(),
  stack: z.enum(["same", "own"]).describe("whether the release has a stack of its own").optional(),
  restPort,
  serviceType: z.enum(SERVICE_TYPES).describe("the type of the chart's own Service").optional(),
  acceptLayer4LoadBalancerDeleted: flag("accepts that serviceType deletes a live Layer-4 load balancer").optional(),
  repository: text("the chart repository's address").optional(),
  chart: text("the chart's name").optional(),
  timeoutSec: integer("how many seconds a step of the upgrade may take").optional(),
};

/** On GKE a release is adopted unless the file says otherwise: its pods have to speak TLS. */
const gkeRelease = z
  .discriminatedUnion("ownership", [
    z.strictObject({
      ownership: z.literal("adopt").optional(),
      ...adoptedRelease,
      tls: z.enum(["enabled", "disabled"]).describe("what the pods' gRPC port is to speak").optional(),
    }),
    z.strictObject({
      ownership: z.literal("leave-alone"),
      ...foreignRef,
      tlsInPod: flag("whether the pods' gRPC port speaks TLS"),
    }),
    z.strictObject({ ownership: z.literal("elsewhere"), ...foreignRef, restPort }),
  ])
  .describe("the Milvus release");

/** On EKS a release is left alone unless the file says otherwise: an ALB takes its pods as they are. */
const eksRelease = z
  .discriminatedUnion("ownership", [
    z.strictObject({
      ownership: z.literal("leave-alone").optional(),
      ...foreignRef,
      tlsInPod: flag("whether the pods' gRPC port speaks TLS").optional(),
    }),
    z.strictObject({
      ownership: z.literal("adopt"),
      ...adoptedRelease,
      tls: z.enum(["enabled", "disabled", "untouched"]).describe("what the pods' gRPC port is to speak").optional(),
    }),
    z.strictObject({
      ownership: z.literal("elsewhere"),
      ...foreignRef,
      tlsInPod: flag("whether the pods' gRPC port is to speak TLS").optional(),
      restPort,
    }),
  ])
  .describe("the Milvus release");

const kubeconfigAccess = z.strictObject({
  access: z.literal("kubeconfig"),
  path: text("the kubeconfig's path").optional(),
  context: text("the context to use"),
});

const gkeCluster = z
  .discriminatedUnion("access", [
    z.strictObject({
      access: z.literal("exec"),
      name: text("the GKE cluster's name"),
      location: text("the GKE cluster's region or zone"),
      applicationDefaultCredentials: flag("whether to log in with application default credentials").optional(),
    }),
    kubeconfigAccess,
  ])
  .describe("the cluster that Milvus runs on");

const eksCluster = z
  .discriminatedUnion("access", [
    z.strictObject({
      access: z.literal("exec"),
      name: text("the EKS cluster's name"),
      roleArn: text("the role to log in to the cluster with").optional(),
    }),
    kubeconfigAccess,
  ])
  .describe("the cluster that Milvus runs on");

const backend = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("local"), path: text("the state file's path").optional() }),
    z.strictObject({
      kind: z.literal("gcs"),
      bucket: text("the bucket's name"),
      prefix: text("the folder in the bucket").optional(),
    }),
    z.strictObject({
      kind: z.literal("s3"),
      bucket: text("the bucket's name"),
      key: text("the state's key in the bucket"),
      region: text("the bucket's region"),
    }),
    z.strictObject({
      kind: z.literal("remote"),
      organization: text("the organization's name"),
      workspace: text("the workspace's name"),
      hostname: text("the host of HCP Terraform or Terraform Enterprise").optional(),
    }),
  ])
  .describe("where Terraform keeps the stack's state");

const publicExposure = {
  inboundCidrs: z.array(z.string()).describe("a list of networks that clients connect from").optional(),
  authorizationEnabled: flag("states that Milvus asks for a user and a password").optional(),
  acceptPublicUnauthenticated: flag("accepts that everybody may read and drop every collection").optional(),
};

const everyIngress = {
  denyUnauthorizedStreams: flag("whether to deny the streaming RPCs that pass by Milvus' authorization").optional(),
  rest: flag("whether Milvus' REST API is served under the same hosts").optional(),
  annotations: z.record(z.string(), z.string()).describe("further annotations of the Ingress").optional(),
  name: text("the Ingress' name").optional(),
};

const labels = z.record(z.string(), z.string()).describe("labels of all that is made").optional();

export const gcpStack = z.strictObject({
  cloud: z.literal("gcp"),
  project: text("the Google Cloud project's id"),
  cluster: gkeCluster,
  release: gkeRelease,
  hosts: z.array(z.string()).describe("a list of the names that clients use"),
  certificate: gkeCertificate,
  adoptExisting: z
    .array(z.enum(["ingress", "backend-config", "tls-secret", "managed-certificate"]))
    .describe("a list of what is in the cluster already")
    .optional(),
  ...publicExposure,
  ...everyIngress,
  address: z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("reserved"), name: text("the address' name") }),
      z.strictObject({ kind: z.literal("existing"), name: text("the address' name") }),
    ])
    .describe("the load balancer's global address")
    .optional(),
  scheme: z.enum(["external", "internal"]).describe("who can reach the load balancer").optional(),
  region: text("an internal load balancer's region").optional(),
  subnetwork: text("the subnetwork of an internal load balancer's address").optional(),
  sslPolicy: z
    .discriminatedUnion("kind", [
      z.strictObject({
        kind: z.literal("created"),
        name: text("the policy's name").optional(),
        minTlsVersion: z.enum(["TLS_1_0", "TLS_1_1", "TLS_1_2"]).describe("the oldest TLS version").optional(),
        profile: z.enum(["COMPATIBLE", "MODERN", "RESTRICTED"]).describe("which ciphers").optional(),
      }),
      z.strictObject({ kind: z.literal("existing"), name: text("the policy's name") }),
      z.strictObject({ kind: z.literal("google-default") }),
    ])
    .describe("the TLS versions and ciphers that clients may use")
    .optional(),
  httpsRedirect: flag("whether port 80 is open and sends every call to HTTPS").optional(),
  httpsRedirectCode: z
    .enum(["MOVED_PERMANENTLY_DEFAULT", "FOUND", "TEMPORARY_REDIRECT", "PERMANENT_REDIRECT"])
    .describe("how a redirect answers")
    .optional(),
  securityPolicy: z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("created"), name: text("the policy's name").optional() }),
      z.strictObject({
        kind: z.literal("existing"),
        name: text("the policy's name"),
        restrictsClients: flag("whether it lets in the networks of the clients alone"),
      }),
    ])
    .describe("the Cloud Armor policy that every call passes")
    .optional(),
  sharedVpc: z
    .strictObject({
      hostProject: text("the host project's id"),
      network: text("the network's name"),
      nodeTags: z.array(z.string()).describe("a list of the network tags of the cluster's nodes").optional(),
      proxyOnlySubnetCidr: text("the range of the region's proxy-only subnet").optional(),
    })
    .describe("the Shared VPC that the cluster is in")
    .optional(),
  dnsZone: text("the Cloud DNS zone's name").optional(),
  dnsProject: text("the id of the zone's project").optional(),
  dnsTtlSec: integer("how many seconds resolvers keep the records").optional(),
  timeoutSec: integer("how many seconds a call may take").optional(),
  connectionDrainingSec: integer("how many seconds a pod that goes away may finish its calls").optional(),
  healthCheck: z
    .strictObject({
      intervalSec: integer("how many seconds from one question to the next").optional(),
      timeoutSec: integer("how many seconds an answer may take").optional(),
      healthyThreshold: integer("after how many good answers a pod gets calls").optional(),
      unhealthyThreshold: integer("after how many bad answers it gets no more").optional(),
    })
    .describe("how often and how patiently each pod is asked whether it is well")
    .optional(),
  sessionAffinity: z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("none") }),
      z.strictObject({ kind: z.literal("client-ip") }),
      z.strictObject({
        kind: z.literal("generated-cookie"),
        ttlSec: integer("how many seconds the cookie lives").optional(),
      }),
    ])
    .describe("whether calls of one client go to one pod")
    .optional(),
  logSampleRate: z.number().describe("the share of the calls that is logged").optional(),
  labels,
  backend,
});

const awsCertificate = z
  .discriminatedUnion("kind", [
    selfSignedCertificate,
    pemCertificate,
    z.strictObject({ kind: z.literal("acm"), zone: text("the id of the Route 53 zone to validate in").optional() }),
    z.strictObject({ kind: z.literal("arn"), arn: text("the certificate's ARN") }),
  ])
  .describe("the load balancer's certificate");

/** Of the health check of an ALB, whatever it calls. */
const albHealthCheckTimes = {
  intervalSec: integer("how many seconds lie between two calls").optional(),
  timeoutSec: integer("how many seconds an answer may take").optional(),
  healthyThreshold: integer("how many good answers make a pod healthy").optional(),
  unhealthyThreshold: integer("how many bad answers make a pod unhealthy").optional(),
};

const albHealthCheck = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("grpc-server"), ...albHealthCheckTimes }),
    z.strictObject({ kind: z.literal("grpc-health"), ...albHealthCheckTimes }),
    z.strictObject({
      kind: z.literal("custom"),
      path: text("the gRPC method that is called"),
      successCodes: text("the gRPC status codes of a healthy pod"),
      ...albHealthCheckTimes,
    }),
  ])
  .describe("how the load balancer finds out which pods are healthy");

const albWebAcl = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("created"),
      name: text("the web ACL's name").optional(),
      action: z.enum(["block", "count"]).describe("what is done with a call that it finds").optional(),
    }),
    z.strictObject({
      kind: z.literal("existing"),
      arn: text("the web ACL's ARN"),
      restrictsClients: flag("whether it lets only your clients in"),
    }),
    z.strictObject({ kind: z.literal("leave-alone") }),
  ])
  .describe("the web ACL of AWS WAF");

const loggedToS3 = {
  bucket: text("the bucket's name"),
  prefix: text("the folder in the bucket").optional(),
  calls: flag("whether each call is logged").optional(),
  connections: flag("whether each connection is logged").optional(),
};

const albLogs = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("existing"), ...loggedToS3 }),
    z.strictObject({
      kind: z.literal("created"),
      ...loggedToS3,
      expireAfterDays: integer("after how many days a log is deleted").optional(),
      destroyWithLogs: flag("whether a destroy deletes the bucket with logs in it").optional(),
    }),
  ])
  .describe("the load balancer's logs in S3");

const clientCertificates = {
  ignoreExpiry: flag("whether a client's certificate may have expired").optional(),
  advertiseAuthorities: flag("whether clients are told which authorities are trusted").optional(),
};

const albMutualTls = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("existing"),
      trustStore: text("the trust store's ARN"),
      ...clientCertificates,
    }),
    z.strictObject({
      kind: z.literal("created"),
      bucket: text("the bucket with the authorities' certificates"),
      key: text("their key in the bucket"),
      version: text("the version of that object").optional(),
      ...clientCertificates,
    }),
    z.strictObject({ kind: z.literal("leave-alone") }),
  ])
  .describe("which clients' certificates are taken");

const albSecurityGroups = z
  .strictObject({
    ids: z.array(z.string()).describe("a list of the security groups' ids or names"),
    restrictsClients: flag("whether their rules let only your clients in"),
    backendRules: flag("whether the controller opens the pods' ports to the load balancer").optional(),
  })
  .describe("security groups of yours");

const albGroup = z
  .strictObject({
    name: text("the IngressGroup's name"),
    order: integer("the place of this Ingress' rules among the group's").optional(),
  })
  .describe("the IngressGroup that shares the load balancer");

const dnsLogin = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("role"),
      arn: text("the role's ARN"),
      externalId: text("the external id that the role asks for").optional(),
    }),
    z.strictObject({ kind: z.literal("profile"), name: text("the profile of the AWS configuration") }),
  ])
  .describe("as whom to change a DNS zone of another account");

export const awsStack = z.strictObject({
  cloud: z.literal("aws"),
  region: text("the AWS region"),
  account: text("the id of the AWS account").optional(),
  profile: text("the profile of the AWS configuration to log in with").optional(),
  cluster: eksCluster,
  release: eksRelease,
  hosts: z.array(z.string()).describe("a list of the names that clients use"),
  certificate: awsCertificate,
  adoptExisting: z
    .array(z.enum(["ingress"]))
    .describe("a list of what is in the cluster already")
    .optional(),
  ...publicExposure,
  ...everyIngress,
  scheme: z.enum(["internet-facing", "internal"]).describe("who can reach the load balancer").optional(),
  ipAddressType: z
    .enum(["ipv4", "dualstack", "dualstack-without-public-ipv4"])
    .describe("the kinds of the load balancer's addresses")
    .optional(),
  ingressClassName: text("the IngressClass of the AWS Load Balancer Controller").optional(),
  sslPolicy: text("the name of the TLS policy").optional(),
  httpsRedirect: flag("whether port 80 is open, and sends everybody on to HTTPS").optional(),
  additionalCertificates: z.array(z.string()).describe("a list of further certificates' ARNs").optional(),
  mutualTls: albMutualTls.optional(),
  prefixLists: z.array(z.string()).describe("a list of the ids of prefix lists that clients connect from").optional(),
  securityGroups: albSecurityGroups.optional(),
  subnets: z.array(z.string()).describe("a list of the subnets' ids or names").optional(),
  group: albGroup.optional(),
  loadBalancerName: text("the load balancer's name").optional(),
  tags: z.record(z.string(), z.string()).describe("tags of all that is made on AWS").optional(),
  dnsZone: text("the Route 53 zone's id").optional(),
  dnsLogin: dnsLogin.optional(),
  idleTimeoutSec: integer("how many seconds a connection may be silent").optional(),
  deregistrationDelaySec: integer("how many seconds a pod that goes away may finish its calls").optional(),
  algorithm: z
    .enum(["round_robin", "least_outstanding_requests", "weighted_random"])
    .describe("how a pod is chosen for a call")
    .optional(),
  slowStartSec: integer("how many seconds a new pod gets less than its share of the calls").optional(),
  healthCheck: albHealthCheck.optional(),
  podReadinessGate: flag("whether a new pod counts as ready only once the load balancer finds it healthy").optional(),
  webAcl: albWebAcl.optional(),
  logs: albLogs.optional(),
  shieldAdvanced: flag("whether Shield Advanced protects the load balancer").optional(),
  deletionProtection: flag("whether the load balancer can't be deleted").optional(),
  addressWaitSec: integer("how many seconds the controller is given before the address is read").optional(),
  labels,
  backend,
});

/** The shape of each cloud's stack. */
export const stackShapes = { gcp: gcpStack, aws: awsStack };

export type Cloud = keyof typeof stackShapes;

export const clouds = Object.keys(stackShapes) as Cloud[];

/** The whole file: stacks by their id. */
export const configFile = z
  .record(z.string(), z.discriminatedUnion("cloud", [gcpStack, awsStack]))
  .describe("The stacks of cdktf-milvus-l7, by the id that cdktf deploys them under");
