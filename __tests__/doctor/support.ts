import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AwsStackConfig, GcpStackConfig } from "../../config/types";
import type { KubernetesObject } from "../../doctor/cluster";
import type { Finding } from "../../doctor/finding";
import { type Subject, subjectOf } from "../../doctor/subject";

const GCP: any = {
  cloud: "gcp",
  project: "milvus-testing",
  cluster: { access: "kubeconfig", path: "/home/me/.kube/config", context: "mine" },
  release: { releaseName: "my-release", namespace: "default", mode: "cluster" },
  hosts: ["milvus.example.com"],
  certificate: { kind: "self-signed" },
  inboundCidrs: ["203.0.113.0/24"],
  backend: { kind: "local" },
};

const AWS: any = {
  cloud: "aws",
  region: "us-east-2",
  cluster: { access: "exec", name: "my-cluster" },
  release: { releaseName: "my-release", namespace: "default", mode: "cluster" },
  hosts: ["milvus.example.com"],
  certificate: { kind: "self-signed" },
  inboundCidrs: ["203.0.113.0/24"],
  backend: { kind: "local" },
};

export function gcpConfig({ release, ...rest }: any = {}): GcpStackConfig {
  return { ...GCP, ...rest, release: { ...GCP.release, ...release } };
}

export function awsConfig({ release, ...rest }: any = {}): AwsStackConfig {
  return { ...AWS, ...rest, release: { ...AWS.release, ...release } };
}

export function gcp(settings: any = {}): Subject {
  return subjectOf("gcp-stack", gcpConfig(settings));
}

export function aws(settings: any = {}): Subject {
  return subjectOf("aws-stack", awsConfig(settings));
}

export interface DeploymentDetails {
  readonly mode?: "cluster" | "standalone";
  readonly env?: readonly object[];
  readonly image?: string;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly spec?: object;
  readonly name?: string;
  readonly ready?: number;
}

/** The Deployment of the pods that answer clients, as the API server gives it. */
export function deployment(details: DeploymentDetails = {}): KubernetesObject {
  const { mode = "cluster", env, image = "milvusdb/milvus:v2.6.15", labels, annotations, spec, ready = 1 } = details;
  const component = mode === "cluster" ? "proxy" : "standalone";
  return {
    metadata: {
      name: details.name ?? `my-release-milvus-${component}`,
      labels: { "helm.sh/chart": "milvus-5.0.19", component, ...labels },
      annotations,
    },
    spec: {
      replicas: 1,
      ...spec,
      template: {
        metadata: {
          labels: {
            "app.kubernetes.io/name": "milvus",
            "app.kubernetes.io/instance": "my-release",
            component,
          },
        },
        spec: {
          containers: [
            { name: "sidecar", env: [{ name: "COMMON_SECURITY_TLSMODE", value: "2" }] },
            { name: component, image, env, readinessProbe: { initialDelaySeconds: 90 } },
          ],
          volumes: [{ name: "milvus-config", configMap: { name: "my-release-milvus" } }],
        },
      },
    },
    status: { readyReplicas: ready },
  };
}

/** A finding in one line, for a test to compare. */
export function texts(findings: readonly Finding[], check?: string): string[] {
  return findings
    .filter((finding) => check === undefined || finding.check === check)
    .map(({ state, check: name, seen, means, next }) =>
      [`${state} ${name}: ${seen}`, ...(means ? [`means: ${means}`] : []), ...(next ? [`next: ${next}`] : [])].join(
        " | ",
      ),
    );
}

/** What a program on the path is to say: for arguments that begin so, this text, with this status. */
export type Answer = readonly [args: string, stdout: string, status?: number, stderr?: string];

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** A folder with programs that say what a test has them say, and write down what they were asked. */
export class FakePath {
  readonly folder = mkdtempSync(join(tmpdir(), "milvus-l7-doctor-test-"));
  private readonly log = join(this.folder, "calls");

  constructor() {
    folders.push(this.folder);
    writeFileSync(this.log, "");
  }

  program(name: string, answers: readonly Answer[]): this {
    const cases = answers.map(([args, stdout, status = 0, stderr = ""], index) => {
      const file = join(this.folder, `${name}.${index}`);
      writeFileSync(`${file}.out`, stdout);
      writeFileSync(`${file}.err`, stderr);
      return `"${args}"*) /bin/cat ${file}.out; /bin/cat ${file}.err >&2; exit ${status};;`;
    });
    return this.script(name, `case "$*" in\n${cases.join("\n")}\nesac\necho "error: unexpected $*" >&2\nexit 1`);
  }

  /** One that does what a shell script says. */
  script(name: string, script: string): this {
    const file = join(this.folder, name);
    writeFileSync(file, `#!/bin/sh\nprintf '%s\\n' "${name} $*" >> ${this.log}\n${script}\n`);
    chmodSync(file, 0o755);
    return this;
  }

  /** Every call, with its arguments. */
  get calls(): string[] {
    return readFileSync(this.log, "utf8").split("\n").filter(Boolean);
  }
}
