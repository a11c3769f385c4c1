import type { AwsStackConfig } from "../../config/types";
import {
  answer,
  deleted,
  expectOrder,
  isAdopted,
  isDeployed,
  isDeployedByCdktf,
  isMadeBeforeItIsServed,
  isProtectedUntilHandedBack,
  isRefusedADestroy,
  isRefusedADestroyByCdktf,
  isRefusedAnotherKey,
  isValid,
  KEY_TYPES,
  keepsTheKeyIn,
  made,
  workspace,
} from "../support/life";
import { CERTIFICATE } from "../support/pem";
import { AWS_WITH_ACM as AWS, AWS_LEFT_ALONE } from "../support/stacks-under-test";
import { describeUnless, succeeded, unwrapped, whatIsMissing } from "../support/terraform";

const ARN = "arn:aws:acm:us-east-2:123456789012:certificate/0a1b2c3d";
const certificates: [string, AwsStackConfig["certificate"]][] = [
  ["self-signed", { kind: "self-signed" }],
  ["pem with the key in a file", { kind: "pem", certificate: CERTIFICATE, privateKey: { file: "tls.key" } }],
  ["pem with the key in a variable", { kind: "pem", certificate: CERTIFICATE, privateKey: { variable: "tls_key" } }],
  ["acm", { kind: "acm", zone: "Z1" }],
  ["arn", { kind: "arn", arn: ARN }],
];
const NO_ADDRESS = { "data.kubernetes_ingress_v1": { status: [{ load_balancer: [{ ingress: [] }] }] } };

const missing = whatIsMissing();

describeUnless(missing.providers, "aws-stack before anything is planned", () => {
  test.each(certificates)("is valid with a certificate of kind %s", (_, certificate) => {
    const place = workspace(AWS, { certificate });
    isValid(place);
    place.remove();
  });
});

describeUnless(missing.apply, "aws-stack through terraform", () => {
  test.each(certificates)(
    "with a certificate of kind %s applies, plans no change, and can't be made to destroy an adopted Milvus",
    (_, certificate) => {
      const place = workspace(AWS, { certificate });
      isDeployed(place);
      isRefusedADestroy(place, AWS);
      place.remove();
    },
  );

  test.each(certificates)(
    "with a certificate of kind %s and a release left alone applies, plans no change, and is destroyed",
    (_, certificate) => {
      const place = workspace(AWS, { certificate, release: AWS_LEFT_ALONE, dnsZone: "Z1" });
      isDeployed(place);
      place.takeLog();
      succeeded(place.terraform("destroy", "-auto-approve"));
      const gone = deleted(place);
      expect(gone).not.toContain("helm_release");
      expectOrder(gone, "kubernetes_manifest", "kubernetes_service_v1");
      if (certificate.kind !== "arn") {
        expectOrder(gone, "kubernetes_manifest", "aws_acm_certificate");
      }
      place.remove();
    },
  );

  test("imports what the guide's reader has made, and destroys nothing", () => {
    const place = workspace(AWS, { adoptExisting: ["ingress"] });
    isAdopted(place, { imported: 2 });
    place.remove();
  });

  test.each(certificates.filter(([kind]) => /^(self-signed|pem)/.test(kind)))(
    "keeps the private key in the state and in saved plans, not in the Terraform JSON: %s",
    (_, certificate) => {
      expect(keepsTheKeyIn(AWS, certificate)).toEqual(["a saved plan", "the state"]);
    },
  );

  test.each(KEY_TYPES)("refuses at plan a key that isn't that of its certificate, which is %s", async (type) => {
    await isRefusedAnotherKey(AWS, type);
  });

  test("makes a self-signed certificate of the next generation before it is served", () => {
    isMadeBeforeItIsServed(AWS, "aws_acm_certificate");
  });

  test("creates the load balancer first, then DNS, and changes the Service's type last", () => {
    const place = workspace(AWS, { dnsZone: "Z1" });
    succeeded(place.terraform("init"));
    place.takeLog();
    succeeded(place.terraform("apply", "-auto-approve"));
    const done = made(place);
    expectOrder(done, "tls_self_signed_cert", "aws_acm_certificate", "kubernetes_manifest", "time_sleep");
    expectOrder(done, "kubernetes_service_v1", "kubernetes_manifest", "aws_route53_record", "helm_release");
    place.remove();
  });

  test("uses a certificate of ACM's only once it is issued", () => {
    const place = workspace(AWS, { certificate: { kind: "acm" }, dnsZone: "Z1" });
    succeeded(place.terraform("init"));
    place.takeLog();
    succeeded(place.terraform("apply", "-auto-approve"));
    expectOrder(made(place), "aws_acm_certificate", "aws_acm_certificate_validation", "kubernetes_manifest");
    place.remove();
  });

  test.each([
    ["with a Route 53 record", { dnsZone: "Z1", release: AWS_LEFT_ALONE }, ["aws_route53_record"]],
    ["without one", { release: AWS_LEFT_ALONE }, []],
    ["with an adopted release, which is not touched before", {}, ["helm_release"]],
  ])("%s, stops where the address comes late, loses nothing, and goes on with the next apply", (_, change, left) => {
    const place = workspace(AWS, change);
    answer(place, AWS, null, NO_ADDRESS);
    succeeded(place.terraform("init"));
    place.takeLog();
    const early = place.terraform("apply", "-auto-approve", "-no-color");
    expect(early.status).not.toBe(0);
    expect(unwrapped(early.text)).toContain(
      "The load balancer of Ingress milvus/milvus-demo has no address yet. Nothing is lost: apply again in a minute.",
    );
    const done = made(place);
    expect(done).toContain("kubernetes_manifest");
    expect(done).not.toContain("aws_route53_record");
    expect(done).not.toContain("helm_release");
    expect(JSON.stringify(place.state())).not.toContain("tainted");

    answer(place, AWS, null);
    succeeded(place.terraform("apply", "-auto-approve"));
    const then = place.takeLog().filter((line) => /:(create|update|delete):/.test(line));
    expect(then.map((line) => line.split(":")[0])).toEqual(left);
    expect(place.terraform("plan", "-detailed-exitcode").status).toBe(0);
    place.remove();
  });

  test("refuses to adopt a release as plaintext whose pods speak TLS", () => {
    const place = workspace(AWS, {}, [{ name: "COMMON_SECURITY_TLSMODE", value: "1" }]);
    succeeded(place.terraform("init"));
    const plan = place.terraform("plan", "-no-color");
    expect(plan.status).not.toBe(0);
    expect(unwrapped(plan.text)).toContain(
      "The pods speak TLS (common.security.tlsMode is 1), and tls is untouched here",
    );
    place.remove();
  });

  test("protects a release that was adopted and is to be left alone, until it is handed back", () => {
    const place = workspace(AWS);
    isProtectedUntilHandedBack(place, AWS, AWS_LEFT_ALONE);
    place.remove();
  });
});

describeUnless(missing.apply, "aws-stack through the cdktf command", () => {
  test("synthesises, diffs, deploys, deploys again with no change, and is refused a destroy", () => {
    const place = workspace(AWS);
    isDeployedByCdktf(place, AWS);
    isRefusedADestroyByCdktf(place, AWS);
    place.remove();
  });

  test("is destroyed where the release is left alone", () => {
    const place = workspace(AWS, { release: AWS_LEFT_ALONE });
    isDeployedByCdktf(place, AWS);
    succeeded(place.cdktf("destroy", AWS.id, "--auto-approve", "--skip-provider-lock"));
    place.remove();
  });
});
