import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type CauseId, DIAGNOSES, diagnose } from "../../verify/diagnosis";
import { toJson, toText } from "../../verify/report";
import type { Walk } from "../../verify/walk";
import { ROOT, target } from "../processes/verify/support";

const GCP = target({
  address: "203.0.113.9",
  cloud: "gcp",
  stack: { id: "gcp-stack", namespace: "default", ingress: "my-release-milvus", authorizationEnabled: true },
  command: "npm run verify -- gcp-stack",
});

const PASSED: Walk = {
  passed: true,
  timedOut: false,
  address: "203.0.113.9",
  elapsedMs: 812,
  hops: [
    { hop: "dns", status: "passed", seen: "milvus.example.com is 203.0.113.9, the load balancer's" },
    { hop: "tcp", status: "passed", seen: "203.0.113.9:443 accepts connections" },
  ],
};

const FAILED: Walk = {
  passed: false,
  timedOut: false,
  address: "203.0.113.9",
  elapsedMs: 1234,
  hops: [
    { hop: "alpn", status: "passed", seen: "h2" },
    { hop: "grpc", status: "failed", cause: "no-backend", seen: "HTTP 503, content-type text/html: no" },
    { hop: "milvus", status: "skipped", seen: "not reached" },
  ],
};

const WARNED: Walk = {
  ...PASSED,
  hops: [
    {
      hop: "milvus",
      status: "warned",
      cause: "no-authorization",
      seen: "Milvus 2.5.9, asks for no token",
      more: [{ cause: "known-hole", seen: "Milvus 2.5.9 has a hole" }],
    },
  ],
};

describe("the report", () => {
  test("of a pass has a line for each hop", () => {
    expect(toText(GCP, PASSED)).toBe(
      [
        "verify: milvus.example.com:443 at 203.0.113.9",
        "  ok       dns        milvus.example.com is 203.0.113.9, the load balancer's",
        "  ok       tcp        203.0.113.9:443 accepts connections",
        "verify: passed (0.8 s)",
      ].join("\n"),
    );
  });

  test("of a failure says what was seen, what that means on this cloud, and what to run next", () => {
    expect(toText(GCP, FAILED)).toBe(
      [
        "verify: milvus.example.com:443 at 203.0.113.9",
        "  ok       alpn       h2",
        "  FAILED   grpc       HTTP 503, content-type text/html: no",
        "                      cause: no-backend",
        "                      means: No healthy pod is behind the load balancer. The health check has to be HTTP /healthz " +
          "on 9091: nothing of Milvus answers GET / on 19530.",
        "                      next:  kubectl describe ingress -n default my-release-milvus  # its events, and the health " +
          "of its backends",
        "  -        milvus     not reached",
        "verify: failed at grpc: no-backend (1.2 s)",
      ].join("\n"),
    );
  });

  test("of warnings has all of them, and passes", () => {
    const text = toText(GCP, WARNED);
    expect(text.split("\n").filter((line) => line.includes("cause:"))).toEqual([
      "                      cause: no-authorization",
      "                      cause: known-hole",
    ]);
    expect(text).toContain("The config says authorizationEnabled: Milvus doesn't do it.");
    expect(text).toMatch(/\nverify: passed, 1 warning \(0\.8 s\)$/);
  });

  test("as JSON has these keys and no others", () => {
    const explained = { seen: expect.any(String), means: expect.any(String), next: expect.any(String) };
    expect(toJson(GCP, FAILED)).toEqual({
      passed: false,
      host: "milvus.example.com",
      address: "203.0.113.9",
      port: 443,
      elapsedMs: 1234,
      hops: [
        { hop: "alpn", status: "passed", seen: "h2" },
        { hop: "grpc", status: "failed", cause: "no-backend", ...explained },
        { hop: "milvus", status: "skipped", seen: "not reached" },
      ],
    });
    expect(toJson(GCP, WARNED)).toMatchObject({
      passed: true,
      hops: [{ status: "warned", cause: "no-authorization", more: [{ cause: "known-hole", ...explained }] }],
    });
  });
});

describe("the diagnosis table", () => {
  const causes = Object.keys(DIAGNOSES) as CauseId[];
  const page = readFileSync(join(ROOT, "docs/verify.md"), "utf8");

  test.each(causes)("says something on every cloud, with and without a stack: %s", (cause) => {
    for (const one of [GCP, { ...GCP, cloud: "aws" as const }, target()]) {
      const { means, next } = diagnose(cause, one);
      expect(means).not.toMatch(/undefined|^$/);
      expect(next).not.toMatch(/undefined|^$/);
    }
  });

  test.each(causes)("is in the documentation: %s", (cause) => {
    expect(page).toContain(`| \`${cause}\` | ${DIAGNOSES[cause].when} |`);
  });

  test("has no deploy renew a certificate that clients hold: that is a higher generation, or a new PEM", () => {
    expect(diagnose("certificate-expires-soon", GCP)).toEqual({
      means:
        "Clients stop connecting on that day. No deploy renews a self-signed one or a PEM by itself: whoever was given it " +
        "has to be given the new one first.",
      next:
        `npx cdktf deploy ${GCP.stack?.id}  # with a new PEM in the config file, or a higher generation of a self-signed ` +
        "one; a managed one renews itself",
    });
  });

  test("says both where the cloud isn't known", () => {
    expect(diagnose("bad-gateway", target()).means).toMatch(/ On GKE: .* On EKS: /);
    expect(diagnose("bad-gateway", GCP).means).not.toContain("EKS");
  });

  test("goes by the address once the user has named it", () => {
    const unknown = target({ address: "203.0.113.9" });
    expect(diagnose("dns-unknown", unknown).next).toBe(
      "make an A record for milvus.example.com with 203.0.113.9; to go on without it: npm run verify -- --host " +
        "milvus.example.com --address 203.0.113.9",
    );
    expect(diagnose("dns-unknown", { ...unknown, goByAddress: true }).next).toBe(
      "make an A record for milvus.example.com with 203.0.113.9",
    );
  });
});
