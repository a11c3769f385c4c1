import { TerraformStack, Testing } from "cdktf";
import { MilvusTlsRelease } from "../../../constructs/milvus";
import { picture } from "../../../diagram/diagram";
import { synthesised } from "../../../doctor/planned";
import { defaultAws } from "../../support/aws";
import { defaultGcp } from "../../support/gcp";
import { read } from "../../support/mermaid";
import { AWS_LEFT_ALONE, GCP_LEFT_ALONE } from "../../support/stacks-under-test";
import { aws, gcp } from "./support";

const boxes = async (picture: ReturnType<typeof gcp>) => Object.values((await picture).boxes);

describe("the committed gcp-stack", () => {
  test("is drawn from the client to the pods", async () => {
    expect(await gcp()).toEqual({
      boxes: {
        client: "Milvus client\ngRPC",
        address: "address\nmy-release-milvus-l7\nglobal IPv4\nreserved for it",
        balancer: "external load balancer\nHTTPS 443\nTLS policy: TLS 1.2 or newer, RESTRICTED",
        attached1: "certificate in Secret\nmy-release-milvus-tls\nself-signed, for 825 days",
        attached2:
          "Cloud Armor policy\nmy-release-milvus-l7\n" +
          "deny(403): streaming RPCs that pass by Milvus' authorization\n" +
          "allow: client networks 203.0.113.0/24\ndeny(403): everybody else",
        front1: "front Service\nmy-release-milvus-l7\ngRPC 19530\nendpoints by NEG",
        pods: "Milvus' proxy pods\nof my-release",
        release: "Helm release\ndefault/my-release\nadopted by Terraform\nnever destroyed, chart version kept",
      },
      frames: {
        "Google Cloud, project milvus-testing-nonprod": ["address", "balancer", "attached1", "attached2"],
        "GKE cluster your-gke-cluster, namespace default": ["front1", "pods"],
      },
      arrows: [
        "client > address: my-release.milvus.io\nDNS is yours",
        "address > balancer: HTTPS 443",
        "balancer > front1: gRPC\nHTTP/2 over TLS",
        "front1 > pods: 19530",
        "attached1 ..> balancer: certificate",
        "attached2 ..> balancer: asked about each call",
        "balancer ..> pods: health check\nHTTP 9091 /healthz\nevery 15 s",
        "release ..> pods: COMMON_SECURITY_TLSMODE=1\nPROXY_HTTP_PORT=8080\nits own Service: ClusterIP",
      ],
    });
  });
});

describe("the committed aws-stack", () => {
  test("is drawn from the client to the pods", async () => {
    const { boxes, arrows, frames } = await aws();
    expect(Object.keys(frames)).toEqual(["AWS, us-east-2", "EKS cluster your-eks-cluster, namespace milvus"]);
    expect(boxes).toMatchObject({
      address: "hostname that AWS gives it\nread from the Ingress after 60 s",
      balancer:
        "Application Load Balancer\ninternet-facing, ipv4\nHTTPS 443\n" +
        "TLS policy: ELBSecurityPolicy-TLS13-1-2-Res-2021-06\n" +
        "answers 403 itself: CreateReplicateStream, DumpMessages",
      attached1: "certificate imported into ACM\nmilvus-demo-tls\nself-signed, for 825 days",
      attached2: "security group by the controller\nlets in 203.0.113.0/24",
      front1: "front Service\nmilvus-demo-l7\ngRPC 19530\ntarget group of pod addresses",
    });
    expect(arrows).toEqual(
      expect.arrayContaining([
        "client > address: milvus-demo.milvus.io\nDNS is yours",
        "balancer > front1: gRPC\nHTTP/2 in plaintext",
        "balancer ..> pods: health check\ngRPC 19530 /AWS.ALB/healthcheck\nhealthy at 12, every 15 s",
        "release ..> pods: its own Service: ClusterIP",
      ]),
    );
  });
});

describe("on GKE, what is switched on shows", () => {
  test("DNS records", async () => {
    const { boxes, arrows } = await gcp({
      dnsZone: "a-zone",
      dnsTtlSec: 60,
      hosts: ["a.example.com", "b.example.com"],
    });
    expect(boxes.dns).toBe("Cloud DNS zone\na-zone\nA a.example.com, 60 s\nA b.example.com, 60 s");
    expect(arrows).toEqual(expect.arrayContaining(["client > dns: a.example.com, b.example.com", "dns > address: "]));
  });

  test("as many hosts as there is room for", async () => {
    const hosts = [1, 2, 3, 4, 5, 6].map((number) => `host${number}.example.com`);
    const { boxes, arrows } = await gcp({ dnsZone: "a-zone", hosts });
    expect(boxes.dns).toMatch(/A host4.example.com, 300 s\nand 2 more$/);
    expect(arrows[0]).toMatch(/, host4.example.com and 2 more$/);
  });

  test("an internal load balancer with an address that is there", async () => {
    const { boxes } = await gcp({
      scheme: "internal",
      region: "us-west1",
      address: { kind: "existing", name: "an-address" },
      inboundCidrs: undefined,
      denyUnauthorizedStreams: false,
    });
    expect(boxes.address).toBe("address\nan-address\ninternal IPv4 in us-west1\nthere already");
    expect(boxes.balancer).toBe("internal load balancer\nHTTPS 443\nTLS policy: Google's default");
    expect(Object.values(boxes).join()).not.toContain("Cloud Armor");
  });

  test.each([
    [{ sslPolicy: { kind: "existing", name: "a-policy" } }, "TLS policy a-policy, there already"],
    [{ sslPolicy: { kind: "google-default" } }, "TLS policy: Google's default"],
    [
      { sslPolicy: { kind: "created", minTlsVersion: "TLS_1_0", profile: "MODERN" } },
      "TLS policy: TLS 1.0 or newer, MODERN",
    ],
    [{ httpsRedirect: true }, "HTTP 80: redirect 301 to HTTPS"],
    [{ httpsRedirect: true, httpsRedirectCode: "PERMANENT_REDIRECT" }, "HTTP 80: redirect 308 to HTTPS"],
  ])("%o", async (change, line) => {
    expect((await gcp(change)).boxes.balancer?.split("\n")).toContain(line);
  });

  test("managed certificates, and the one meanwhile", async () => {
    const hosts = ["a.example.com", "b.example.com"];
    const { boxes, arrows } = await gcp({
      hosts,
      certificate: { kind: "managed", meanwhile: { kind: "self-signed" } },
    });
    expect(boxes.attached1).toBe("certificate managed by Google\nmy-release-milvus-tls\nfor a.example.com");
    expect(boxes.attached2).toMatch(/^certificate managed by Google\nmy-release-milvus-tls-\w+\nfor b.example.com$/);
    expect(boxes.attached3).toBe("certificate in Secret\nmy-release-milvus-tls\nself-signed, for 825 days");
    expect(arrows).toContain("attached3 ..> balancer: certificate meanwhile");
  });

  test.each([
    [{ kind: "secret", name: "a-secret" }, "certificate in Secret\na-secret\nthere already"],
    [{ kind: "pre-shared", name: "one", otherNames: ["two"] }, "certificate of Compute Engine\ntwo\nthere already"],
  ])("a certificate %o", async (certificate, text) => {
    expect(await boxes(gcp({ certificate }))).toContain(text);
  });

  test("REST, with one health check where both have the same", async () => {
    const { boxes, arrows } = await gcp({ rest: true });
    expect(boxes.client).toBe("Milvus client\ngRPC and REST");
    expect(boxes.front2).toBe("front Service\nmy-release-milvus-l7-rest\nREST 8080\nendpoints by NEG");
    expect(arrows).toEqual(expect.arrayContaining(["balancer > front2: REST /v1, /v2\nHTTPS", "front2 > pods: 8080"]));
    expect(arrows.filter((arrow) => arrow.includes("health check"))).toHaveLength(1);
  });

  test("a Cloud Armor policy that is there", async () => {
    const securityPolicy = { kind: "existing", name: "a-policy", restrictsClients: true };
    expect(await boxes(gcp({ securityPolicy, inboundCidrs: undefined }))).toContain(
      "Cloud Armor policy\na-policy\nthere already",
    );
  });

  test("the firewall of a Shared VPC", async () => {
    const sharedVpc = { hostProject: "host-project", network: "a-network" };
    expect(await boxes(gcp({ sharedVpc }))).toContain(
      "firewall of the Shared VPC\nopened by hand: output firewall_command",
    );
  });
});

describe("on EKS, what is switched on shows", () => {
  test("DNS records", async () => {
    const { boxes } = await aws({ dnsZone: "Z0123456789ABCDEFGHIJ", ipAddressType: "dualstack" });
    expect(boxes.dns).toBe("Route 53 zone\nZ0123456789ABCDEFGHIJ\nalias A and AAAA milvus-demo.milvus.io");
    expect(boxes.balancer).toContain("internet-facing, dualstack");
  });

  test.each([
    [
      { certificate: { kind: "acm", zone: "Z0123456789ABCDEFGHIJ" }, hosts: ["a.example.com", "b.example.com"] },
      "certificate that ACM issues\nfor a.example.com, b.example.com",
    ],
    [
      {
        certificate: {
          kind: "arn",
          arn: "arn:aws:acm:us-east-2:123456789012:certificate/12345678-1234-1234-1234-123456789012",
        },
      },
      "certificate in ACM\n" +
        "arn:aws:acm:us-east-2:123456789012:certificate/12345678-1234-1234-1234-123456789012\nthere already",
    ],
  ])("a certificate of %o", async (change, text) => {
    expect(await boxes(aws(change))).toContain(text);
  });

  test("TLS in the pods", async () => {
    const { arrows } = await aws({
      release: {
        ownership: "adopt",
        releaseName: "milvus-demo",
        namespace: "milvus",
        mode: "cluster",
        tls: "enabled",
        acceptPlaintextClientsCutOff: true,
      },
    });
    expect(arrows).toContain("balancer > front1: gRPC\nHTTP/2 over TLS");
    expect(arrows).toContain("release ..> pods: COMMON_SECURITY_TLSMODE=1\nPROXY_HTTP_PORT=8080");
  });
});

describe("what Terraform does with a release", () => {
  const release = defaultGcp().release;

  test.each([
    ["left alone", { ...GCP_LEFT_ALONE }, "left alone"],
    [
      "elsewhere",
      { ownership: "elsewhere", releaseName: "my-release", namespace: "default", mode: "cluster" },
      "owned elsewhere: plans look at its pods",
    ],
    [
      "in a stack of its own",
      { ...release, stack: "own" },
      "adopted by the stack gcp-stack-release\nnever destroyed, chart version kept",
    ],
  ])("%s", async (_, change, text) => {
    expect((await gcp({ release: change })).boxes.release).toBe(`Helm release\ndefault/my-release\n${text}`);
  });

  test("left alone on EKS it changes nothing of the pods", async () => {
    expect((await aws({ release: AWS_LEFT_ALONE })).arrows).toContain("release ..> pods: ");
  });

  test.each([
    [{ tls: "disabled" }, "no environment entries for TLS"],
    [{ podCertificate: { kind: "secret", name: "pod-tls" } }, "certificate of Secret pod-tls"],
    [{ userYaml: "common:\n  security:\n    tlsMode: 0\n" }, "user.yaml"],
  ])("%o", async (change, text) => {
    const { arrows } = await gcp({ release: { ...release, ...change } });
    expect(arrows.at(-1)).toContain(text);
  });

  test("a stack of its own is drawn by itself", async () => {
    const json = new TerraformStack(Testing.app(), "a-stack");
    MilvusTlsRelease.forget(json, { releaseName: "my-release", namespace: "default", mode: "cluster" });
    const text = picture({ stack: { id: "a-stack", json: json.toTerraform() } });
    expect((await read(text ?? "")).boxes).toEqual({
      release: "Helm release\nhelm_release.milvus_default_my-release\nTerraform forgets it, and it stays",
      pods_of_release: "Milvus' pods",
    });
  });
});

test("users' texts are shown as they are", async () => {
  const [json = {}] = synthesised("gcp-stack", defaultGcp());
  const name = 'a "b" [c] <d> ${e} %{f}';
  const escaped = JSON.stringify(name.replace(/([$%])\{/g, "$1$1{")).slice(1, -1);
  const changed = JSON.stringify(json).replaceAll("my-release-milvus-tls", () => escaped);
  const text = picture({ stack: { id: "gcp-stack", json: JSON.parse(changed) } });
  expect((await read(text ?? "")).boxes.attached1).toBe(`certificate in Secret\n${name}\nself-signed, for 825 days`);
});

test("what Terraform works out is said to be so", async () => {
  const { boxes } = await withAnnotations({ "ssl-policy": "${local.policy}" });
  expect(boxes.balancer).toContain("TLS policy: known after apply");
});

describe("annotations of an ALB", () => {
  test.each([
    [{ "group.name": "platform", "group.order": "10" }, "balancer", "IngressGroup platform, order 10"],
    [{ "load-balancer-name": "my-alb" }, "balancer", "name my-alb"],
    [
      { "listen-ports": '[{"HTTP":80},{"HTTPS":443}]', "ssl-redirect": "443" },
      "balancer",
      "HTTP 80: redirect to HTTPS 443",
    ],
    [
      { "mutual-authentication": '[{"port":443,"mode":"verify"}]' },
      "balancer",
      "asks clients for a certificate: verify",
    ],
    [{ "security-group-prefix-lists": "pl-1" }, "attached2", "lets in 203.0.113.0/24, pl-1"],
    [{ "security-groups": "sg-1,sg-2" }, "attached2", "security groups sg-1, sg-2"],
    [{ "wafv2-acl-arn": "arn:aws:wafv2:x" }, "attached3", "web ACL of AWS WAF\narn:aws:wafv2:x\nthere already"],
    [
      { "load-balancer-attributes": "access_logs.s3.enabled=true,access_logs.s3.bucket=my-logs" },
      "attached3",
      "bucket of S3\nmy-logs",
    ],
  ])("%o", async (annotations, box, text) => {
    expect((await withAnnotations(annotations)).boxes[box]).toContain(text);
  });

  test.each([
    [{ "mutual-authentication": '[{"port":443,"mode":"off"}]' }, "asks clients"],
    [{ "wafv2-acl-arn": "none" }, "web ACL"],
  ])("%o is off, and not there", async (annotations, text) => {
    expect(Object.values((await withAnnotations(annotations)).boxes).join()).not.toContain(text);
  });

  test("a further certificate", async () => {
    const arn = "${aws_acm_certificate.ingress_certificate_self-signed-import_95D885C4.arn}";
    const { arrows } = await withAnnotations({ "certificate-arn": `${arn},arn:aws:acm:x` });
    expect(arrows).toContain("attached2 ..> balancer: further certificate");
  });
});

/** The committed aws-stack, with other annotations of its Ingress. */
async function withAnnotations(annotations: Record<string, string>) {
  const [json = {}] = synthesised("aws-stack", defaultAws());
  const ingress: any = Object.values(json.resource?.kubernetes_manifest ?? {})[0];
  for (const [key, value] of Object.entries(annotations)) {
    ingress.manifest.metadata.annotations[`alb.ingress.kubernetes.io/${key}`] = value;
  }
  return read(picture({ stack: { id: "aws-stack", json } }) ?? "");
}

test("a stack with nothing of this project is no picture", () => {
  const foreign = { kubernetes_manifest: { other: { manifest: { kind: "Ingress", metadata: {}, spec: {} } } } };
  expect(picture({ stack: { id: "a-stack", json: { resource: foreign } } })).toBeUndefined();
});
