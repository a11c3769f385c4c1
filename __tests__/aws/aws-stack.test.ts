import type { AwsStackConfig } from "../../config/types";
import { AwsStack } from "../../stacks/aws-stack";
import { awsStack, defaultAws } from "../support/aws";
import { CERTIFICATE } from "../support/pem";
import { addresses, normalised, only, synth } from "../support/synth";

const ARN = "arn:aws:acm:us-east-2:123456789012:certificate/0a1b2c3d";
const LEFT_ALONE = { releaseName: "milvus-demo", namespace: "milvus", mode: "cluster" } as const;

const certificates: Record<string, AwsStackConfig["certificate"]> = {
  "self-signed": { kind: "self-signed" },
  pem: { kind: "pem", certificate: CERTIFICATE, privateKey: { file: "/keys/tls.key" } },
  acm: { kind: "acm" },
  arn: { kind: "arn", arn: ARN },
};

describe("the committed config holds every input of the guide", () => {
  const json = synth(awsStack());
  const ingress = only(json, "kubernetes_manifest", "Ingress").manifest;

  test("release milvus-demo in namespace milvus, with service.type ClusterIP", () => {
    const release = only(json, "helm_release");
    expect(release).toMatchObject({ name: "milvus-demo", namespace: "milvus", chart: "milvus" });
    expect(release.values).toEqual([
      expect.stringContaining('${yamlencode({ "service" = merge({ "type" = "ClusterIP" }, '),
    ]);
  });

  test("a certificate that is imported into ACM, whose ARN the Ingress names", () => {
    const id = Object.keys(json.resource?.aws_acm_certificate ?? {})[0];
    expect(ingress.metadata.annotations["alb.ingress.kubernetes.io/certificate-arn"]).toBe(
      `\${aws_acm_certificate.${id}.arn}`,
    );
    expect(
      only(synth(awsStack({ certificate: certificates.arn })), "kubernetes_manifest").manifest.metadata.annotations[
        "alb.ingress.kubernetes.io/certificate-arn"
      ],
    ).toBe(ARN);
  });

  test("a certificate with its chain and its key", () => {
    const pem = { kind: "pem", certificate: CERTIFICATE, chain: CERTIFICATE, privateKey: { file: "/k" } } as const;
    expect(() => synth(awsStack({ certificate: pem }))).not.toThrow();
  });

  test("Ingress milvus-demo of class alb: internet-facing, GRPC, target type ip, HTTPS on 443", () => {
    expect(ingress.metadata).toMatchObject({
      name: "milvus-demo",
      namespace: "milvus",
      annotations: {
        "alb.ingress.kubernetes.io/scheme": "internet-facing",
        "alb.ingress.kubernetes.io/backend-protocol-version": "GRPC",
        "alb.ingress.kubernetes.io/target-type": "ip",
        "alb.ingress.kubernetes.io/listen-ports": '[{"HTTPS":443}]',
      },
    });
    expect(ingress.spec.ingressClassName).toBe("alb");
  });

  test("host milvus-demo.milvus.io, path / by Prefix, port 19530", () => {
    expect(ingress.spec.rules).toHaveLength(1);
    expect(ingress.spec.rules[0].host).toBe("milvus-demo.milvus.io");
    expect(ingress.spec.rules[0].http.paths[0]).toMatchObject({
      path: "/",
      pathType: "Prefix",
      backend: { service: { port: { number: 19530 } } },
    });
  });

  test("the region of the guide's load balancer", () => {
    expect(json.provider?.aws).toEqual([{ region: "us-east-2" }]);
  });
});

describe("aws-stack differs from the guide on purpose:", () => {
  const json = synth(awsStack());
  const ingress = only(json, "kubernetes_manifest", "Ingress").manifest;
  const annotation = (name: string) => ingress.metadata.annotations[`alb.ingress.kubernetes.io/${name}`];

  test("the Ingress points at a Service of its own, not at the chart's", () => {
    expect(ingress.spec.rules[0].http.paths[0].backend.service.name).toBe("milvus-demo-l7");
    expect(only(json, "kubernetes_service_v1").metadata.name).toBe("milvus-demo-l7");
  });

  test("the release is imported with its values instead of upgraded without them, and last instead of first", () => {
    expect(json.import).toEqual([{ to: "helm_release.milvus_milvus_milvus-demo", id: "milvus/milvus-demo" }]);
    expect(only(json, "helm_release")).toMatchObject({
      reuse_values: true,
      depends_on: [
        "terraform_data.milvus_milvus_milvus-demo",
        "data.kubernetes_ingress_v1.ingress_hostname_status_D2356CF2",
      ],
    });
  });

  test("a current TLS policy instead of the controller's of 2016", () => {
    expect(annotation("ssl-policy")).toBe("ELBSecurityPolicy-TLS13-1-2-Res-2021-06");
  });

  test("a connection may be silent for four minutes instead of one", () => {
    expect(annotation("load-balancer-attributes")).toContain("idle_timeout.timeout_seconds=240");
  });

  test("the health check is written out, with a number for its port", () => {
    expect([annotation("healthcheck-path"), annotation("success-codes"), annotation("healthcheck-port")]).toEqual([
      "/AWS.ALB/healthcheck",
      "12",
      "19530",
    ]);
  });

  test("only the client networks are let in, and the streaming RPCs that need no password are denied", () => {
    expect(annotation("inbound-cidrs")).toBe("203.0.113.0/24");
    expect(annotation("actions.deny-unauthorized-streams")).toContain('"statusCode":"403"');
  });
});

describe("aws-stack", () => {
  test.each(Object.keys(certificates))("with a certificate of kind %s has these addresses", (kind) => {
    expect(addresses(synth(awsStack({ certificate: certificates[kind], dnsZone: "Z1" })))).toMatchSnapshot();
  });

  test("of the committed config is this Terraform JSON", () => {
    expect(normalised(synth(awsStack()))).toMatchSnapshot();
  });

  test.each([LEFT_ALONE, { ...LEFT_ALONE, ownership: "leave-alone" as const }])(
    "leaves the release alone unless it is told to adopt it: %j",
    (release) => {
      const json = synth(awsStack({ release }));
      expect(json.resource?.helm_release).toEqual({
        "milvus_milvus_milvus-demo": expect.objectContaining({ count: 0 }),
      });
      expect(json.import).toBeUndefined();
      expect(json.data).not.toHaveProperty("kubernetes_resource");
    },
  );

  test("leaves the environment of the pods alone when it adopts a release for its Service's type", () => {
    const release = only(synth(awsStack()), "helm_release");
    expect(release.values).toEqual([
      expect.stringContaining('${yamlencode({ "service" = merge({ "type" = "ClusterIP" }, '),
    ]);
    expect(release.lifecycle.precondition).toEqual([
      expect.objectContaining({ error_message: expect.stringContaining("by valueFrom") }),
      expect.objectContaining({ error_message: expect.stringContaining("no YAML that Terraform reads") }),
      expect.objectContaining({ error_message: expect.stringContaining("in the middle of a change") }),
      expect.objectContaining({ error_message: expect.stringContaining("The last change of") }),
      expect.objectContaining({ error_message: expect.stringContaining("would not delete the load balancer") }),
      expect.objectContaining({ error_message: expect.stringContaining("and tls is untouched here") }),
    ]);
  });

  test("speaks TLS to the pods where an adopted release gets it", () => {
    const json = synth(awsStack({ release: { ...LEFT_ALONE, ownership: "adopt", tls: "enabled" } }));
    expect(only(json, "helm_release").values[0]).toContain("COMMON_SECURITY_TLSMODE");
    expect(only(json, "kubernetes_manifest").manifest.metadata.annotations).toMatchObject({
      "alb.ingress.kubernetes.io/backend-protocol": "HTTPS",
    });
  });

  test("points DNS at the load balancer before the Layer-4 entrance is taken away", () => {
    const json = synth(awsStack({ dnsZone: "Z1" }));
    expect(only(json, "aws_route53_record").depends_on).toEqual(["kubernetes_manifest.ingress_DF2C2AE3"]);
    const [record] = Object.keys(json.resource?.aws_route53_record ?? {});
    expect(only(json, "helm_release").depends_on).toEqual([
      "terraform_data.milvus_milvus_milvus-demo",
      "data.kubernetes_ingress_v1.ingress_hostname_status_D2356CF2",
      `aws_route53_record.${record}`,
    ]);
  });

  test("points DNS at the load balancer only when the pods speak TLS, where they are to", () => {
    const release = { ...LEFT_ALONE, ownership: "adopt", tls: "enabled" } as const;
    expect(only(synth(awsStack({ dnsZone: "Z1", release })), "aws_route53_record").depends_on).toEqual([
      "kubernetes_manifest.ingress_DF2C2AE3",
      "helm_release.milvus_milvus_milvus-demo",
    ]);
  });

  test("stays within the account that it is told", () => {
    expect(synth(awsStack({ account: "123456789012" })).provider?.aws?.[0].allowed_account_ids).toEqual([
      "123456789012",
    ]);
  });

  test("refuses a certificate of another region", () => {
    const certificate = { kind: "arn", arn: ARN.replace("us-east-2", "eu-west-1") } as const;
    expect(AwsStack.validate({ ...defaultAws(), certificate })).toEqual([
      {
        path: "certificate.arn",
        given: '"arn:aws:acm:eu-west-1:123456789012:certificate/0a1b2c3d"',
        allowed: "a certificate of the stack's region, us-east-2",
        fix: "import or request the certificate in that region",
      },
    ]);
  });
});

describe("a zone of another account", () => {
  const DNS = { dnsZone: "Z1", certificate: { kind: "acm" } } as const;
  const role = "arn:aws:iam::210987654321:role/dns";
  const recordsBy = (stack: AwsStack) => {
    const records = Object.values(synth(stack).resource?.aws_route53_record ?? {});
    return [...new Set(records.map(({ provider }) => provider))];
  };

  test("is changed by the stack's own login unless another is named", () => {
    expect(synth(awsStack(DNS)).provider?.aws).toHaveLength(1);
    expect(recordsBy(awsStack(DNS))).toEqual([undefined]);
  });

  test("is changed in a role, which the stack's own login takes on; records that validate a certificate too", () => {
    const dnsLogin = { kind: "role", arn: role, externalId: "milvus" } as const;
    const stack = awsStack({ ...DNS, dnsLogin, profile: "prod" });
    expect(recordsBy(stack)).toEqual(["aws.dns"]);
    expect(synth(stack).provider?.aws).toEqual([
      { region: "us-east-2", profile: "prod" },
      {
        alias: "dns",
        region: "us-east-2",
        profile: "prod",
        assume_role: [{ role_arn: role, external_id: "milvus" }],
      },
    ]);
  });

  test("is changed by another profile", () => {
    const stack = awsStack({ ...DNS, dnsLogin: { kind: "profile", name: "dns" }, profile: "prod" });
    expect(recordsBy(stack)).toEqual(["aws.dns"]);
    expect(synth(stack).provider?.aws?.[1]).toEqual({ alias: "dns", region: "us-east-2", profile: "dns" });
  });

  test("needs a role's ARN, and a zone", () => {
    expect(AwsStack.validate({ ...defaultAws(), dnsLogin: { kind: "role", arn: "dns" } })).toEqual([
      {
        path: "dnsLogin.arn",
        given: '"dns"',
        allowed: "the ARN of an IAM role: arn:aws:iam::<account>:role/<name>",
        fix: "write it as 'aws iam get-role' prints it",
      },
      {
        path: "dnsLogin",
        given: '{"kind":"role","arn":"dns"}',
        allowed: "only together with dnsZone, or with a certificate of kind acm and its zone",
        fix: "add dnsZone, or remove it",
      },
    ]);
    const certificate = { kind: "acm", zone: "Z1" } as const;
    expect(AwsStack.validate({ ...defaultAws(), certificate, dnsLogin: { kind: "role", arn: role } })).toEqual([]);
  });
});

describe("tags", () => {
  test("are those of what Terraform makes, and of what the controller makes", () => {
    const json = synth(awsStack({ tags: { team: "search" } }));
    expect(json.provider?.aws).toEqual([{ region: "us-east-2", default_tags: [{ tags: { team: "search" } }] }]);
    expect(
      only(json, "kubernetes_manifest", "Ingress").manifest.metadata.annotations["alb.ingress.kubernetes.io/tags"],
    ).toBe("team=search");
  });

  test("are none by default", () => {
    expect(synth(awsStack()).provider?.aws).toEqual([{ region: "us-east-2" }]);
  });
});

test.each([
  [
    "webAcl.arn",
    {
      webAcl: {
        kind: "existing",
        arn: "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/a/11111111-2222-3333-4444-555555555555",
        restrictsClients: true,
      },
    },
  ],
  [
    "mutualTls.trustStore",
    {
      mutualTls: {
        kind: "existing",
        trustStore: "arn:aws:elasticloadbalancing:eu-west-1:123456789012:truststore/a/0123",
      },
    },
  ],
  ["additionalCertificates[0]", { additionalCertificates: [ARN.replace("us-east-2", "eu-west-1")] }],
] as [string, Partial<AwsStackConfig>][])(
  "%s is refused where it is of another region, and taken of this one",
  (path, change) => {
    const config = { ...defaultAws(), ...change };
    expect(AwsStack.validate(config).map((problem) => problem.path)).toEqual([path]);
    expect(AwsStack.validate({ ...config, region: "eu-west-1" })).toEqual([]);
  },
);

describe("the providers of aws-stack reach the cluster", () => {
  test("by the aws command", () => {
    const { provider } = synth(awsStack());
    const exec = {
      api_version: "client.authentication.k8s.io/v1beta1",
      command: "aws",
      args: ["eks", "get-token", "--cluster-name", "your-eks-cluster", "--region", "us-east-2"],
    };
    const place = {
      host: "${data.aws_eks_cluster.cluster.endpoint}",
      cluster_ca_certificate: "${try(base64decode(data.aws_eks_cluster.cluster.certificate_authority[0].data), null)}",
    };
    expect(provider?.kubernetes).toEqual([{ ...place, exec: [exec] }]);
    expect(provider?.helm).toEqual([{ kubernetes: { ...place, exec } }]);
  });

  test("by that command with a profile and a role", () => {
    const roleArn = "arn:aws:iam::123456789012:role/deployer";
    const cluster = { access: "exec", name: "c", roleArn } as const;
    const { provider } = synth(awsStack({ cluster, profile: "prod" }));
    expect(provider?.aws).toEqual([{ region: "us-east-2", profile: "prod" }]);
    expect(provider?.kubernetes?.[0].exec[0].args.slice(6)).toEqual(["--profile", "prod", "--role-arn", roleArn]);
  });

  test("by a kubeconfig, and then ask AWS nothing about it", () => {
    const cluster = { access: "kubeconfig", path: "/home/me/.kube/config", context: "prod" } as const;
    const { provider, data } = synth(awsStack({ cluster }));
    const place = { config_path: "/home/me/.kube/config", config_context: "prod" };
    expect(provider?.kubernetes).toEqual([place]);
    expect(provider?.helm).toEqual([{ kubernetes: place }]);
    expect(data).not.toHaveProperty("aws_eks_cluster");
  });
});

describe("the client snippet of aws-stack", () => {
  const snippet = (change: Partial<AwsStackConfig>) => synth(awsStack(change)).output?.client_snippet.value;
  const mutualTls = { kind: "created", bucket: "authorities", key: "ca.pem" } as const;

  test("gives PyMilvus the load balancer's certificate, and none of its own", () => {
    expect(snippet({})).toContain("server_pem_path=certificate.name");
    expect(snippet({})).not.toContain("client_pem_path");
    expect(snippet({ mutualTls: { kind: "leave-alone" } })).toBe(snippet({}));
  });

  test("gives it a certificate of its own where the load balancer asks for one, and the authorities then", () => {
    const own = 'client_pem_path="client.pem", client_key_path="client.key", ca_pem_path=';
    expect(snippet({ mutualTls })).toContain(`${own}certificate.name)`);
    expect(snippet({ mutualTls })).not.toContain("server_pem_path");
    const issued = snippet({ mutualTls, certificate: certificates.acm, dnsZone: "Z1" });
    expect(issued).toContain(`${own}certifi.where())`);
    expect(issued).toContain("import certifi\n");
  });
});

describe("the outputs of aws-stack", () => {
  test("are the same five under fixed names", () => {
    const { output } = synth(awsStack());
    expect(Object.keys(output ?? {}).sort()).toEqual(["address", "certificate_pem", "client_snippet", "host", "url"]);
    expect(output?.host.value).toBe("milvus-demo.milvus.io");
    expect(output?.url.value).toBe("https://milvus-demo.milvus.io");
  });

  test.each(["acm", "arn"])("hold no certificate with one of kind %s", (kind) => {
    const stack = awsStack({ certificate: certificates[kind], dnsZone: "Z1" });
    expect(synth(stack).output).not.toHaveProperty("certificate_pem");
  });
});
