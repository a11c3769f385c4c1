import { spawn } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { type Answer, awsConfig, deployment, FakePath, gcpConfig } from "../../doctor/support";

const ROOT = join(__dirname, "../../..");
jest.setTimeout(120_000);

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly took: number;
}

/** The command with the programs of a folder alone on its path. */
function doctor(path: FakePath, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const start = Date.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--require", "tsx/cjs", "commands/doctor.ts", ...args], {
      cwd: ROOT,
      env: { HOME: path.folder, PATH: path.folder, TMPDIR: path.folder, MILVUS_L7_CONFIG: configFile(path), ...env },
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk) => (stdout += chunk));
    child.stderr.on("data", (chunk) => (stderr += chunk));
    child.on("close", (status) => resolve({ status, stdout, stderr, took: Date.now() - start }));
  });
}

const configFile = (path: FakePath) => join(path.folder, "milvus-l7.yaml");

function pathWith(config: object): FakePath {
  const path = new FakePath();
  writeFileSync(configFile(path), stringify(config));
  path.program("terraform", [["version", '{"terraform_version":"1.11.4"}']]);
  path.program("helm", [["version", "v3.21.4+g0"]]);
  return path;
}

const KUBECONFIG = { cluster: { access: "kubeconfig", path: "kubeconfig", context: "mine" } };
const inDefault = "--namespace=default";

/** A cluster where all is well, but for authorization and what is cut off. */
const HEALTHY: readonly Answer[] = [
  ["version --client", '{"clientVersion":{"gitVersion":"v1.34.0"}}'],
  ["version", '{"serverVersion":{"gitVersion":"v1.34.1"}}'],
  ["config get-contexts", "mine\n"],
  ["get deployments.apps --all-namespaces", JSON.stringify({ items: [controller()] })],
  [`get deployments.apps ${inDefault}`, JSON.stringify({ items: [deployment()] })],
  [
    `get services my-release-milvus ${inDefault}`,
    '{"metadata":{"name":"my-release-milvus"},"spec":{"type":"LoadBalancer"}}',
  ],
  [
    `get configmaps my-release-milvus ${inDefault}`,
    '{"metadata":{"name":"my-release-milvus"},"data":{"user.yaml":"a: s3cret-in-a-file"}}',
  ],
  [
    `get secrets ${inDefault} --selector=owner=helm`,
    "sh.helm.release.v1.my-release.v1 helm.sh/release.v1 1 1s 1 deployed\n",
  ],
  [`get services ${inDefault}`, '{"items":[]}'],
  [`get ingresses.networking.k8s.io ${inDefault}`, '{"items":[]}'],
  ["get ingresses.networking.k8s.io --all-namespaces", '{"items":[]}'],
  ["get services --all-namespaces", '{"items":[]}'],
  [`get endpointslices.discovery.k8s.io ${inDefault}`, '{"items":[]}'],
  [`get backendconfigs.cloud.google.com ${inDefault}`, '{"items":[]}'],
  [`get frontendconfigs.networking.gke.io ${inDefault}`, '{"items":[]}'],
  [
    "get customresourcedefinitions",
    ["backendconfigs.cloud.google.com", "frontendconfigs.networking.gke.io", "managedcertificates.networking.gke.io"]
      .map((name) => `customresourcedefinition.apiextensions.k8s.io/${name}\n`)
      .join(""),
  ],
  ["get ingressclasses", '{"metadata":{"name":"alb"},"spec":{"controller":"ingress.k8s.aws/alb"}}'],
  ["auth can-i", "yes\n"],
  ["get", ""],
];

function controller() {
  const containers = [{ image: "public.ecr.aws/eks/aws-load-balancer-controller:v3.5.0" }];
  return {
    metadata: { name: "aws-load-balancer-controller", namespace: "kube-system" },
    spec: { template: { spec: { containers } } },
    status: { availableReplicas: 2 },
  };
}

const accepted = { acceptPlaintextClientsCutOff: true };
const gcp = { "gcp-stack": gcpConfig({ ...KUBECONFIG, release: accepted }) };
const healthy = (config: object = gcp, changed: readonly Answer[] = []) =>
  pathWith(config).program("kubectl", [...changed, ...HEALTHY]);

/** No trace of a program's inside, and nothing left in the folder for temporary files. */
function expectTidy({ stdout, stderr }: Ran, path: FakePath): void {
  expect(`${stdout}${stderr}`).not.toMatch(/\n\s+at |s3cret|TypeError|node:internal/);
  expect(readdirSync(path.folder).filter((name) => name.startsWith("milvus-l7-doctor-"))).toEqual([]);
}

describe("the exit status", () => {
  test("is 0 where nothing is wrong, and the calls read only", async () => {
    const path = healthy();
    const ran = await doctor(path, ["gcp-stack"]);
    expect([ran.status, ran.stderr]).toEqual([0, ""]);
    expect(ran.stdout).toContain("doctor: gcp-stack, release default/my-release\n\ntools\n  ok       node: v");
    expect(ran.stdout).toContain("  ok       API server: v1.34.1\n");
    expect(ran.stdout).toMatch(/\ndoctor: 0 problems, 3 warnings, 2 skipped, \d+ ok\n$/);
    expectTidy(ran, path);
    const verbs = path.calls.map(
      (call) => /^kubectl (auth can-i|config get-contexts|\S+)|^\S+ version/.exec(call)?.[0],
    );
    expect([...new Set(verbs)].sort()).toEqual([
      "helm version",
      "kubectl auth can-i",
      "kubectl config get-contexts",
      "kubectl get",
      "kubectl version",
      "terraform version",
    ]);
    const secrets = path.calls.filter((call) => call.startsWith("kubectl get secrets"));
    expect(secrets.every((call) => !/-o (json|yaml)|\.data\b(?!}})/.test(call))).toBe(true);
  });

  test("is 1 with a problem", async () => {
    const path = healthy(gcp, [["auth can-i list secrets", "no\n", 1]]);
    const ran = await doctor(path, ["gcp-stack"]);
    expect([ran.status, ran.stderr]).toEqual([1, ""]);
    expect(ran.stdout).toContain(
      "  problem  plan: not allowed: list secrets in default\n           means: a plan stops at it\n",
    );
    expectTidy(ran, path);
  });

  test("is 2 for wrong use", async () => {
    const path = healthy();
    const wrong: [string[], string][] = [
      [[], "error: missing required argument 'STACK'\n"],
      [["a", "b"], "error: too many arguments. Expected 1 argument but got 2.\n"],
      [["gcp-stack", "--what"], "error: unknown option '--what'\n"],
      [["no-stack"], "doctor: there is no stack no-stack in milvus-l7.yaml; there: gcp-stack\n"],
      [
        ["gcp-stack", "--timeout", "soon"],
        "error: option '--timeout <TIME>' argument 'soon' is invalid. Write a number with ms, s, m or h after it, such as " +
          "30s, up to 24h.\n",
      ],
    ];
    for (const [args, text] of wrong) {
      const { status, stdout, stderr } = await doctor(path, args);
      expect([status, stdout, stderr]).toEqual([2, "", text]);
    }
    expect(path.calls).toEqual([]);
  });

  test("is 2 for a broken config file, in the loader's words", async () => {
    const path = healthy();
    const file = join(path.folder, "broken.yaml");
    writeFileSync(file, stringify({ "gcp-stack": gcpConfig({ ...KUBECONFIG, hosts: [] }) }));
    for (const args of [["gcp-stack", "--config", file]]) {
      const { status, stdout, stderr } = await doctor(path, args);
      expect([status, stdout]).toEqual([2, ""]);
      expect(stderr).toMatch(/^broken\.yaml: 1 problem\n {2}gcp-stack\.hosts: given \[\], allowed /);
    }
    const { status, stderr } = await doctor(path, ["gcp-stack"], { MILVUS_L7_CONFIG: join(path.folder, "none.yaml") });
    expect([status, stderr]).toEqual([2, expect.stringContaining("none.yaml: 1 problem\n  file: given ")]);
  });

  test("is 3 where the cluster hangs, and within a second of the time", async () => {
    const path = pathWith(gcp).script(
      "kubectl",
      'case "$*" in *--client*) echo \'{"clientVersion":{"gitVersion":"v1"}}\';; config*) echo mine;; *) /bin/sleep 60;; esac',
    );
    const ran = await doctor(path, ["gcp-stack", "--timeout", "4s"]);
    expect([ran.status, ran.stderr]).toEqual([3, ""]);
    expect(ran.took).toBeLessThan(5000);
    expect(ran.stdout).toContain("  skipped  API server: 'kubectl version' gave no answer in time\n");
    expect(ran.stdout).toContain("  skipped  all: not checked: the cluster wasn't reached\n");
    expect(ran.stdout).toContain(". The time ran out before everything was looked at: --timeout\n");
    expectTidy(ran, path);
  });

  test("is 3 where one answer hangs, with all the others given", async () => {
    const path = healthy().script("helm", "/bin/sleep 60");
    const ran = await doctor(path, ["gcp-stack", "--timeout", "6s"]);
    expect(ran.status).toBe(3);
    expect(ran.stdout).toContain("  skipped  helm: helm gave no answer in time\n");
    expect(ran.stdout).toContain("  ok       revision: revision 1 is deployed\n");
  });
});

describe("hostile answers", () => {
  test("garbage is skipped", async () => {
    const garbage: Answer[] = [["get", "\u001b[2Jgarbage \u0007{"]];
    const path = pathWith(gcp).program("kubectl", [...HEALTHY.slice(0, 3), ...garbage, ["auth can-i", "perhaps"]]);
    const ran = await doctor(path, ["gcp-stack"]);
    expect([ran.status, ran.stderr]).toEqual([0, ""]);
    expect(ran.stdout).toContain("  skipped  service: the answer has not the form that was expected\n");
    expectTidy(ran, path);
  });

  test("objects of another shape are skipped", async () => {
    const odd = (rest: object) => JSON.stringify({ items: [{ metadata: { name: "x", labels: 7 }, ...rest }] });
    const path = healthy(gcp, [
      [`get deployments.apps ${inDefault}`, odd({ spec: { template: { spec: { containers: 5 } } } })],
    ]);
    const ran = await doctor(path, ["gcp-stack"]);
    expect([ran.status === 0 || ran.status === 1, ran.stderr]).toEqual([true, ""]);
    expectTidy(ran, path);
  });

  test("escape sequences reach no terminal", async () => {
    const evil = deployment({
      image: "milvus\u001b]0;owned\u0007:v2.6.15",
      labels: { "helm.sh/chart": "\u001b[31mmilvus" },
    });
    const path = healthy(gcp, [[`get deployments.apps ${inDefault}`, JSON.stringify({ items: [evil] })]]);
    const ran = await doctor(path, ["gcp-stack"]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(ran.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
  });

  test("an endless answer is skipped", async () => {
    const path = pathWith(gcp).script(
      "kubectl",
      'case "$*" in *--client*) echo \'{"clientVersion":{"gitVersion":"v1"}}\';; config*) echo mine;; ' +
        'version*) echo \'{"serverVersion":{"gitVersion":"v1"}}\';; auth*) echo yes;; ' +
        `*services*) exec ${process.execPath} -e "for(;;)require('fs').writeSync(1,'x'.repeat(65536))";; *) ;; esac`,
    );
    const ran = await doctor(path, ["gcp-stack"]);
    expect(ran.stdout).toContain("  skipped  service: 'kubectl get services' printed more than can be an answer\n");
    expectTidy(ran, path);
  });

  test("an error with a token in it isn't shown", async () => {
    const path = healthy(gcp, [
      [`get services my-release-milvus ${inDefault}`, "", 1, "error: Bearer s3cret-token refused"],
    ]);
    const ran = await doctor(path, ["gcp-stack"]);
    expect(ran.stdout).toContain("'kubectl get services' failed: (a text that may hold a key or a token: not shown)");
    expectTidy(ran, path);
  });
});

test("a cluster that isn't reached is one problem, and what hangs on it is skipped", async () => {
  const refused = "The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?";
  const path = healthy(gcp, [[`version -o`, "", 1, `E1122 memcache.go:265] couldn't get\n${refused}\n`]]);
  const ran = await doctor(path, ["gcp-stack"]);
  expect(ran.status).toBe(1);
  expect(ran.stdout).toContain(`  problem  API server: 'kubectl version' failed: ${refused}\n`);
  expect(ran.stdout).toMatch(/\ndoctor: 1 problem, /);
});

test("interrupted, it leaves nothing behind: no folder, and no program that runs on", async () => {
  const path = pathWith(gcp).script("kubectl", "/bin/sleep 3; : > $0.survived");
  const args = ["--require", "tsx/cjs", "commands/doctor.ts", "gcp-stack", "--config", configFile(path)];
  const env = { HOME: path.folder, PATH: path.folder, TMPDIR: path.folder };
  const child = spawn(process.execPath, args, { cwd: ROOT, env });
  while (!path.calls.some((call) => call.startsWith("kubectl config"))) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.kill("SIGINT");
  expect(await new Promise((resolve) => child.on("close", resolve))).toBe(130);
  await new Promise((resolve) => setTimeout(resolve, 3500));
  const left = readdirSync(path.folder).filter((name) => /^milvus-l7-doctor-|survived$/.test(name));
  expect(left).toEqual([]);
});

test("--json gives the same to a program", async () => {
  const ran = await doctor(healthy(), ["gcp-stack", "--json"]);
  const report = JSON.parse(ran.stdout);
  expect([ran.status, report.status, report.stack]).toEqual([0, 0, "gcp-stack"]);
  expect(report.summary).toMatchObject({ problem: 0, warning: 3, skipped: 2 });
  expect(report.findings).toContainEqual({ group: "access", check: "API server", state: "ok", seen: "v1.34.1" });
});

test("--help explains it", async () => {
  const { status, stdout } = await doctor(new FakePath(), ["--help"]);
  expect(status).toBe(0);
  expect(stdout).toContain("Usage: doctor [options] <STACK>");
  expect(stdout).toContain("exit status: 0 no problem, 1 a problem, 2 wrong use");
});

describe("with access: exec", () => {
  test("GKE is described, and logged in to with a kubeconfig that goes away", async () => {
    const cluster = { access: "exec", name: "c", location: "us-west1" };
    const path = healthy({ "gcp-stack": gcpConfig({ cluster, release: accepted }) })
      .program("gcloud", [
        ["version", '{"Google Cloud SDK":"528.0.0"}'],
        [
          "container clusters describe",
          '{"status":"RUNNING","ipAllocationPolicy":{"useIpAliases":true},"addonsConfig":{}}',
        ],
        ["container clusters get-credentials", ""],
      ])
      .program("gke-gcloud-auth-plugin", [["--version", "Kubernetes v1.30.0"]]);
    const ran = await doctor(path, ["gcp-stack"]);
    expect([ran.status, ran.stderr]).toEqual([0, ""]);
    for (const text of ["cluster: c is RUNNING", "add-on: HTTP load balancing is on", "network: VPC-native"]) {
      expect(ran.stdout).toContain(`  ok       ${text}\n`);
    }
    expect(path.calls).toContain(
      "gcloud container clusters get-credentials c --location=us-west1 --project=milvus-testing",
    );
    const ofCluster = path.calls.filter((call) => /^kubectl (get|auth|version -o)/.test(call));
    expect(ofCluster.every((call) => /--kubeconfig=\S+milvus-l7-doctor-\w+\/kubeconfig$/.test(call))).toBe(true);
    expectTidy(ran, path);
  });

  test("EKS is described, and logged in to as the config file says", async () => {
    const path = healthy({
      "aws-stack": awsConfig({ profile: "prod", cluster: { access: "exec", name: "c", roleArn: ROLE } }),
    }).program("aws", [
      ["--version", "aws-cli/2.30.0 Python/3.13"],
      ["sts get-caller-identity", '"123456789012"'],
      ["eks describe-cluster", '{"status":"ACTIVE","autoMode":null,"compute":null}'],
      ["eks update-kubeconfig", ""],
    ]);
    const ran = await doctor(path, ["aws-stack"]);
    expect([ran.status, ran.stderr]).toEqual([0, ""]);
    for (const text of [
      "AWS credentials: account 123456789012",
      "cluster: c is ACTIVE",
      "controller: AWS Load Balancer Controller v3.5.0",
    ]) {
      expect(ran.stdout).toContain(`  ok       ${text}\n`);
    }
    const login = path.calls.find((call) => call.startsWith("aws eks update-kubeconfig"));
    expect(login).toMatch(
      new RegExp(
        `--name c --role-arn ${ROLE} --kubeconfig \\S+/kubeconfig --region us-east-2 --profile prod --output json$`,
      ),
    );
    expectTidy(ran, path);
  });

  test.each<[string, Answer, string]>([
    [
      "are looked at in every namespace",
      [
        "get ingresses.networking.k8s.io --all-namespaces",
        JSON.stringify({
          items: [
            {
              metadata: {
                name: "api",
                namespace: "other",
                annotations: {
                  "alb.ingress.kubernetes.io/group.name": "shared",
                  "alb.ingress.kubernetes.io/security-groups": "sg-1",
                },
              },
            },
          ],
        }),
      ],
      "  problem  group: Ingress other/api of the group shared says otherwise of security-groups (sg-1)\n",
    ],
    [
      "are skipped where they may not be read",
      ["get ingresses.networking.k8s.io --all-namespaces", "", 1, "Error from server (Forbidden): forbidden"],
      "  skipped  group: 'kubectl get ingresses.networking.k8s.io' failed: Error from server (Forbidden): forbidden\n" +
        "           next: run 'kubectl get ingresses --all-namespaces -o yaml' as somebody who may,",
    ],
  ])("a group's other Ingresses %s", async (_, answer, said) => {
    const path = healthy({ "aws-stack": awsConfig({ ...KUBECONFIG, group: { name: "shared" } }) }, [answer]);
    const ran = await doctor(path, ["aws-stack"]);
    expect(ran.stdout).toContain(said);
    expectTidy(ran, path);
  });

  test("without the cloud's command the cluster isn't reached, and that is said once", async () => {
    const path = healthy({ "aws-stack": awsConfig() });
    const ran = await doctor(path, ["aws-stack"]);
    expect(ran.status).toBe(1);
    expect(ran.stdout.match(/^ {2}problem .*$/gm)).toEqual(["  problem  aws: aws is not on the path"]);
  });

  const ROLE = "arn:aws:iam::123456789012:role/deploy";
});
