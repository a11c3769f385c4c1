import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Entry } from "../support/deployment";
import { answer, made, type StackUnderTest, workspace } from "../support/life";
import { blocksIn } from "../support/pages";
import { CERTIFICATE, KEY } from "../support/pem";
import { adoptingPlatform } from "../support/platform";
import { AWS, GCP } from "../support/stacks-under-test";
import { describeUnless, ROOT, succeeded, type Workspace, whatIsMissing } from "../support/terraform";
import { type Ran, Runner } from "../support/workflow";

/** The workflows to copy, on plans of real terraform. */

const INGRESS = "kubernetes_manifest.ingress_DF2C2AE3";
const RELEASE = "helm_release.milvus_default_my-release";
const ARMOR = "google_compute_security_policy.ingress_security-policy_33135EC8";
const SECRET = "kubernetes_secret_v1.ingress_certificate_secret_85FEDFC6";
const SECOND_CERTIFICATE = "tls_self_signed_cert.ingress_certificate_self-signed_certificate-2_3096C613";

/** The live Milvus has what the release sets, so that no check of it fails. */
const TLS_IS_ON = [
  { name: "COMMON_SECURITY_TLSMODE", value: "1" },
  { name: "PROXY_HTTP_PORT", value: "8080" },
];

const DIGEST_KEY = { "secrets.PLAN_DIGEST_KEY": "a key that is long enough for a digest" };

/** What `gh` answers about the approvals of a run. */
function approvals(...environments: string[]): string {
  const answered = environments.map((name) => ({ state: "approved", environments: [{ name }] }));
  return `jq -r "$4" <<< '${JSON.stringify(answered)}'`;
}

/** A repository whose stack is deployed, and its workflows. */
class Repository {
  readonly place: Workspace;
  readonly runner: Runner;

  constructor(
    private readonly stack: StackUnderTest,
    liveEnv: readonly Entry[] | null = null,
    private readonly settings: object = {},
  ) {
    this.place = workspace(stack, settings, liveEnv);
    this.runner = new Runner(this.place.folder, this.place.env);
    this.runner.program("gh", approvals("deploy"));
  }

  deployed(): this {
    succeeded(this.place.terraform("init"));
    succeeded(this.place.terraform("apply", "-auto-approve"));
    return this;
  }

  answers(liveEnv: readonly Entry[]): this {
    answer(this.place, this.stack, liveEnv);
    succeeded(this.place.terraform("apply", "-auto-approve"));
    return this;
  }

  configured(change: object): this {
    succeeded(this.place.synth({ ...this.stack.config(), ...this.settings, ...change }));
    return this;
  }

  /** How the pull request's job ends, and what its comment says of the stack. */
  proposes(change: object): { status: number | null; comment: string[]; log: string } {
    const ran = silent(this.configured(change).runner.job("plan.yml", "plan"));
    expect(ran.summary).toBe(this.runner.read("comment.md"));
    return { status: ran.status, log: ran.log, comment: ran.summary.split("\n").filter(Boolean).slice(1) };
  }

  plans(): Ran & { changed: { stack: string; digest: string }[]; digest: string } {
    const ran = silent(this.runner.job("deploy.yml", "plan", DIGEST_KEY));
    const changed = JSON.parse(ran.outputs.changed ?? "[]");
    return { ...ran, changed, digest: changed[0]?.digest };
  }

  applies(digest: string): Ran {
    this.place.takeLog();
    const matrix = { "matrix.stack": this.stack.id, "matrix.digest": digest };
    return silent(this.runner.job("deploy.yml", "apply", { ...matrix, ...DIGEST_KEY }));
  }
}

/** No key and no values, those of the release among them: they are in the plan. */
function silent(ran: Ran): Ran {
  for (const said of [ran.log, ran.summary]) {
    expect(said).not.toContain(KEY);
    expect(said).not.toContain('extraEnv"');
    expect(said).not.toContain("sim-private_key");
  }
  return ran;
}

const planOf = (id: string) => `### Plan of \`cdktf.out/stacks/${id}/plan.json\``;

describeUnless(whatIsMissing().apply, "a pull request for gcp-stack", () => {
  let repository: Repository;
  beforeAll(() => {
    repository = new Repository(GCP).deployed().answers(TLS_IS_ON);
  });
  afterAll(() => repository.place.remove());

  test("that changes nothing", () => {
    const { status, comment } = repository.proposes({});
    expect([status, comment]).toEqual([0, [`${planOf("gcp-stack")}: no changes`]]);
    // A plan holds the values of a release.
    const { stackFolder } = repository.place;
    for (const file of ["plan", "plan.json"]) {
      expect([file, (statSync(join(stackFolder, file)).mode & 0o777).toString(8)]).toEqual([file, "600"]);
    }
  });

  test("that rotates the certificate", () => {
    const { status, comment } = repository.proposes({ certificate: { kind: "self-signed", generation: 2 } });
    expect(status).toBe(0);
    expect(comment.slice(0, 5)).toEqual([
      `${planOf("gcp-stack")}: needs review: 2 interrupted, 5 harmless`,
      "| resource | | |",
      "|---|---|---|",
      `| Secret default/my-release-milvus-tls<br>\`${SECRET}\` | **interrupted** | this plan replaces what it holds: a certificate in it is served from then on |`,
      `| \`${SECOND_CERTIFICATE}\` | **interrupted** | this plan makes another certificate, which signs itself: clients that were given the one before don't trust it |`,
    ]);
  });

  test("that upgrades the release", () => {
    const { release } = GCP.config() as { release: object };
    const { status, comment } = repository.proposes({ release: { ...release, serviceType: "NodePort" } });
    expect(status).toBe(0);
    expect(comment).toEqual([
      `${planOf("gcp-stack")}: needs review: 1 newly public, 1 interrupted`,
      "| resource | | |",
      "|---|---|---|",
      "| `helm_release.milvus_default_my-release` | **newly public** | this plan makes the release's Service a NodePort, which is reached from outside the cluster |",
      "|  | **interrupted** | this plan upgrades the Helm release: no pod restarts; it sets service.type |",
    ]);
  });

  test("that lets in more clients", () => {
    const { status, comment } = repository.proposes({ inboundCidrs: ["203.0.113.0/24", "198.51.100.0/23"] });
    expect(status).toBe(0);
    expect(comment).toEqual([
      `${planOf("gcp-stack")}: needs review: 1 newly public`,
      "| resource | | |",
      "|---|---|---|",
      `| \`${ARMOR}\` | **newly public** | this plan lets in clients of 198.51.100.0/23 |`,
    ]);
  });

  test("that takes the allow-list and the denied streams away", () => {
    const { status, comment } = repository.proposes({
      inboundCidrs: undefined,
      authorizationEnabled: true,
      denyUnauthorizedStreams: false,
    });
    expect(status).toBe(0);
    expect(comment[0]).toBe(`${planOf("gcp-stack")}: needs review: 2 newly public, 1 harmless`);
  });

  test("that moves clients to another address fails, and its comment says why", () => {
    const { status, comment, log } = repository.proposes({ address: { kind: "existing", name: "another" } });
    expect(status).toBe(1);
    expect(log).toContain("plan-guard: refused: google_compute_global_address.ingress_address_B9E164D1");
    expect(comment.join("\n")).toContain("The plan guard refuses that");
  });

  test("whose plan fails says why, without what the configuration holds", () => {
    const { release } = GCP.config() as { release: object };
    const secret = "minio:\n  secretAccessKey: correct-horse-battery\n";
    const { status, comment, log } = repository.proposes({ release: { ...release, userYaml: secret } });
    expect(status).toBe(1);
    expect(log).toContain("Error: Resource precondition failed");
    expect(log).toContain("The userYaml that is given and the user.yaml of default/my-release differ");
    expect(log).not.toContain("correct-horse-battery");
    expect(comment).toEqual(["### No plan of `gcp-stack`", "Terraform failed: see the run."]);
  });

  test("that replaces the Ingress is refused by the guard", () => {
    const { place } = repository.configured({});
    writeFileSync(join(place.folder, "replace.json"), place.plan(`-replace=${INGRESS}`));
    const guard = place.command("plan-guard", join(place.folder, "replace.json"));
    expect([guard.status, guard.text]).toEqual([1, expect.stringContaining(`plan-guard: refused: ${INGRESS}`)]);
    const { text } = place.command("plan-review", join(place.folder, "replace.json"));
    expect(text).toContain("replaced: this plan deletes it, and creates it anew: somebody asks for that");
  });
});

describeUnless(whatIsMissing().apply, "a right that is missing", () => {
  test.each([
    "kubernetes_manifest:read",
    "helm_release:read",
    "data.kubernetes_resource:read",
    "google_compute_security_policy:read",
  ])("fails the plan, and never looks like something to create: %s", (step) => {
    const { place } = new Repository(GCP).deployed();
    const ran = new Runner(place.folder, { ...place.env, TFSIM_FAIL: step }).job("plan.yml", "plan");
    expect(ran.status).toBe(1);
    expect(readdirSync(place.stackFolder)).not.toContain("plan.json");
    expect(ran.summary).toContain("### No plan of `gcp-stack`");
    expect(ran.summary).not.toContain("created");
    place.remove();
  });
});

describeUnless(whatIsMissing().apply, "a pull request for a platform of one's own", () => {
  test("that deletes the release's line", () => {
    const place = adoptingPlatform();
    place.program(() => {});
    const json = join(place.folder, "plan.json");
    writeFileSync(json, place.plan());
    const [guard, review] = [place.command("plan-guard", json), place.command("plan-review", json)];
    expect([guard.status, review.status]).toEqual([1, 1]);
    expect(guard.text).toContain(`plan-guard: refused: ${RELEASE}`);
    expect(review.text).toContain("lost: this plan uninstalls the Helm release, and Milvus with it");
    expect(review.text).toContain(`${RELEASE.replace("helm_release", "terraform_data")} is deleted`);
    expect(review.text).not.toContain("COMMON_SECURITY_TLSMODE");
    place.remove();
  });
});

describeUnless(whatIsMissing().apply, "a pull request for aws-stack", () => {
  test("that lets in more clients, and rotates the certificate", () => {
    const repository = new Repository(AWS).deployed();
    const { status, comment } = repository.proposes({
      inboundCidrs: ["203.0.113.0/24", "198.51.100.0/24"],
      certificate: { kind: "self-signed", generation: 2 },
    });
    expect(status).toBe(0);
    expect(comment.join("\n")).toContain(
      `| Ingress milvus/milvus-demo<br>\`${INGRESS}\` | **newly public** | this plan lets in clients of 198.51.100.0/24 |`,
    );
    expect(comment.join("\n")).toContain(
      "serves another certificate: clients that trust the one before alone are cut off",
    );
    repository.place.remove();
  });
});

describeUnless(whatIsMissing().apply, "a deploy", () => {
  test.each([GCP, AWS])("of $id applies what was approved, and tells no value", (stack) => {
    const repository = new Repository(stack);
    const { status, summary, changed, digest } = repository.plans();
    expect(status).toBe(0);
    expect(changed).toEqual([{ stack: stack.id, digest: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
    expect(summary).toContain(`${planOf(stack.id)}: needs review`);
    expect(summary).toContain(`Digest: \`${digest}\``);

    const applied = repository.applies(digest);
    expect([applied.status, applied.log]).toEqual([0, expect.stringContaining("and it is the approved plan")]);
    expect(applied.log).toMatch(/Apply complete! Resources: 1 imported, \d+ added, 1 changed, 0 destroyed/);
    expect(applied.summary).toContain(`${planOf(stack.id)}: needs review`);
    expect(made(repository.place)).toContain("helm_release");
    expect(repository.place.terraform("plan", "-detailed-exitcode").status).toBe(0);
    expect(repository.plans().changed).toEqual([]);
    repository.place.remove();
  });

  test("of a change in place agrees with the plan before it", () => {
    const repository = new Repository(GCP).deployed().answers(TLS_IS_ON).configured({ timeoutSec: 1234 });
    const [first, second] = [repository.plans().changed, repository.plans().changed];
    expect(first).toHaveLength(1);
    expect(second).toEqual(first);
    repository.place.remove();
  });

  test.each<[string, (repository: Repository) => void]>([
    ["nobody approved the run", ({ runner }) => runner.program("gh", approvals())],
    ["somebody approved another environment alone", ({ runner }) => runner.program("gh", approvals("plan"))],
    ["somebody refused it", ({ runner }) => runner.program("gh", approvals("deploy").replace("approved", "rejected"))],
    ["GitHub doesn't say who approved", ({ runner }) => runner.program("gh", "exit 1")],
  ])("does not even plan where %s", (_, meanwhile) => {
    const repository = new Repository(GCP);
    const { digest } = repository.plans();
    meanwhile(repository);
    expect(repository.applies(digest).status).toBe(1);
    expect(repository.place.takeLog()).toEqual([]);
    repository.place.remove();
  });

  test.each<[string, (repository: Repository) => void]>([
    ["the configuration is another", (repository) => repository.configured({ timeoutSec: 1235 })],
    [
      "a value of the release is another, of which the review says nothing",
      ({ place }) => {
        const json = place.json();
        json.resource.helm_release["milvus_default_my-release"].timeout = 1234;
        place.write(json);
      },
    ],
    [
      "a value that is known after apply only is made otherwise",
      ({ place }) => {
        const json = place.json();
        json.output.address.value += " and more";
        place.write(json);
      },
    ],
    [
      "the live Milvus is another",
      (repository) => answer(repository.place, GCP, [{ name: "SOMEBODYS", value: "entry" }]),
    ],
  ])("changes nothing where %s", (_, meanwhile) => {
    const repository = new Repository(GCP);
    const { digest } = repository.plans();
    meanwhile(repository);
    const ran = repository.applies(digest);
    expect([ran.status, ran.log]).toEqual([1, expect.stringContaining("this plan is not the approved one")]);
    expect(made(repository.place)).toEqual([]);
    repository.place.remove();
  });

  // On GKE the variable is ephemeral: Terraform keeps it out of every plan.
  test("changes nothing where the secret of a variable is another in the deploy's environment", () => {
    const pem = { kind: "pem", certificate: CERTIFICATE, privateKey: { variable: "tls_key" } };
    const repository = new Repository(AWS, null, { certificate: pem });
    const { digest } = repository.plans();
    // It fits the certificate: with any other key there is no plan.
    const other = new Runner(repository.place.folder, { ...repository.place.env, TF_VAR_tls_key: `${KEY}\n` });
    other.program("gh", approvals("deploy"));
    repository.place.takeLog();
    const ran = other.job("deploy.yml", "apply", { "matrix.stack": AWS.id, "matrix.digest": digest, ...DIGEST_KEY });
    expect([ran.status, ran.log]).toEqual([1, expect.stringContaining("this plan is not the approved one")]);
    expect(`${ran.log}${ran.summary}`).not.toContain("PRIVATE KEY");
    expect(made(repository.place)).toEqual([]);
    repository.place.remove();
  });

  test("of a plan that the guard refuses ends before anybody is asked", () => {
    const repository = new Repository(GCP).deployed().configured({ address: { kind: "existing", name: "another" } });
    const { status, outputs } = repository.plans();
    expect([status, outputs]).toEqual([1, {}]);
    repository.place.remove();
  });
});

describeUnless(whatIsMissing().apply, "the drift workflow", () => {
  test("fails where a stack differs, and where it can't be planned", () => {
    const repository = new Repository(GCP).deployed().answers(TLS_IS_ON);
    const drift = () => silent(repository.runner.job("drift.yml", "drift"));
    expect(drift().status).toBe(0);
    const state = repository.place.stateText();
    succeeded(repository.place.terraform("state", "rm", ARMOR));
    const differs = drift();
    expect([differs.status, differs.summary]).toEqual([1, expect.stringContaining(ARMOR)]);
    writeFileSync(repository.place.statePath, state);
    const failing = new Runner(repository.place.folder, { ...repository.place.env, TFSIM_FAIL: "helm_release:read" });
    expect(failing.job("drift.yml", "drift").status).toBe(1);
    repository.place.remove();
  });
});

describeUnless(whatIsMissing().apply, "docs/pipelines.md", () => {
  const [copy = "", ...others] = blocksIn("sh")
    .filter(({ page, code }) => page === "docs/pipelines.md" && !/^(gcloud|aws) /.test(code))
    .map(({ code }) => code);

  test("has commands for other systems that plan, compare and apply", () => {
    const { place, runner } = new Repository(GCP);
    rmSync(join(place.folder, ".github"), { recursive: true });
    mkdirSync(join(place.folder, "node_modules"));
    symlinkSync(ROOT, join(place.folder, "node_modules/cdktf-milvus-l7"));
    expect(runner.run(["bash", "-ec", copy])).toEqual({ status: 0, log: "" });
    expect(readdirSync(join(place.folder, ".github/workflows"))).toEqual(["deploy.yml", "drift.yml", "plan.yml"]);

    expect(others).toHaveLength(1);
    const key = { PLAN_DIGEST_KEY: "a key that is long enough for a digest" };
    const ran = runner.run(["bash", "-c", others.join("\n")], key);
    expect([ran.status, ran.log]).toEqual([0, expect.stringContaining("Apply complete!")]);
    expect(ran.log).toContain("and it is the approved plan");
    place.remove();
  });
});

describeUnless(whatIsMissing().apply, "the script that runs terraform", () => {
  test("applies the plan that it made, and refuses it once the state has gone on", () => {
    const { place, runner } = new Repository(GCP);
    const stack = (...args: string[]) => runner.run(["bash", ".github/stack.sh", ...args]);
    expect(stack("plan", GCP.id).status).toBe(0);
    const planned = readFileSync(join(place.stackFolder, "plan.json"), "utf8");
    expect(JSON.parse(planned).applyable).toBe(true);
    expect(stack("apply", GCP.id).status).toBe(0);
    const again = stack("apply", GCP.id);
    expect([again.status, again.log]).toEqual([1, expect.stringContaining("Error: Saved plan is stale")]);
    expect(stack("destroy", GCP.id)).toMatchObject({ status: 2, log: "stack.sh: destroy: expected plan or apply\n" });
    place.remove();
  });
});
