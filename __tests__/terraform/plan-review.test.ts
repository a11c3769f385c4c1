import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Entry } from "../support/deployment";
import { answer, type StackUnderTest, workspace } from "../support/life";
import { KEY } from "../support/pem";
import { adoptingPlatform } from "../support/platform";
import { AWS, GCP } from "../support/stacks-under-test";
import { describeUnless, type Outcome, succeeded, type Workspace, whatIsMissing } from "../support/terraform";

/** What a pull request's jobs run, on plans of real terraform: the plan, its comment, the guard and the review. */

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

/** A comment without the plan that is folded up in it, by lines. */
function findingsIn(comment: string): string[] {
  return comment
    .replace(/<details><summary>The plan<[\s\S]*<\/details>/, "")
    .split("\n")
    .filter((line) => line !== "");
}

class PullRequest {
  readonly place: Workspace;
  private readonly folder = mkdtempSync(join(tmpdir(), "milvus-l7-pull-"));

  constructor(
    private readonly stack: StackUnderTest,
    liveEnv: readonly Entry[] | null,
  ) {
    this.place = workspace(stack);
    succeeded(this.place.terraform("init"));
    succeeded(this.place.terraform("apply", "-auto-approve"));
    answer(this.place, stack, liveEnv);
    succeeded(this.place.terraform("apply", "-auto-approve"));
  }

  /** The exit codes of plan, guard and review, and what the comment says. */
  proposes(change: object): { codes: (number | null)[]; comment: string; guard: string } {
    succeeded(this.place.synth({ ...this.stack.config(), ...change }));
    const plan = this.place.command("pipeline", "plan", this.stack.id, this.folder);
    return this.judged(plan);
  }

  judged(plan: Outcome): { codes: (number | null)[]; comment: string; guard: string } {
    const [json, text] = [join(this.folder, "plan.json"), join(this.folder, "plan.txt")];
    const comment = succeeded(
      this.place.command("plan-comment", "--stack", this.stack.id, "--plan", json, "--text", text),
    ).text;
    const guard = this.place.command("plan-guard", json);
    const review = this.place.command("plan-review", json);
    for (const said of [plan.text, comment, guard.text, review.text]) {
      // No key, no values: those of the release are in the plan.
      expect(said).not.toContain(KEY);
      expect(said).not.toContain('extraEnv"');
      expect(said).not.toContain("sim-private_key");
    }
    return { codes: [plan.status, guard.status, review.status], comment, guard: guard.text };
  }

  /** A plan with an option of terraform's. */
  plans(...options: string[]): void {
    writeFileSync(join(this.folder, "plan.json"), this.place.plan(...options));
    writeFileSync(join(this.folder, "plan.txt"), succeeded(this.place.terraform("show", "-no-color", "plan")).text);
  }

  files(): string[] {
    return readdirSync(this.folder).map(
      (file) => `${file} ${(statSync(join(this.folder, file)).mode & 0o777).toString(8)}`,
    );
  }

  read(file: string): string {
    return readFileSync(join(this.folder, file), "utf8");
  }

  remove(): void {
    this.place.remove();
    rmSync(this.folder, { recursive: true });
  }
}

const PLANNED = { status: 2, text: "" };

describeUnless(whatIsMissing().apply, "a pull request for gcp-stack", () => {
  let pull: PullRequest;
  beforeAll(() => {
    pull = new PullRequest(GCP, TLS_IS_ON);
  });
  afterAll(() => pull.remove());

  test("that changes nothing", () => {
    const { codes, comment } = pull.proposes({});
    expect(codes).toEqual([0, 0, 0]);
    expect(findingsIn(comment)).toEqual(["<!-- milvus-l7-plan: gcp-stack -->", "### Plan of `gcp-stack`: no changes"]);
    expect(comment).toContain("No changes. Your infrastructure matches the configuration.");
    expect(pull.files().sort()).toEqual(["gcp-stack.status 644", "plan 600", "plan.json 600", "plan.txt 600"]);
  });

  test("that rotates the certificate", () => {
    const { codes, comment } = pull.proposes({ certificate: { kind: "self-signed", generation: 2 } });
    expect(codes).toEqual([2, 0, 1]);
    expect(findingsIn(comment).slice(1, 6)).toEqual([
      "### Plan of `gcp-stack`: needs review: 2 interrupted, 5 harmless",
      "| resource | | |",
      "|---|---|---|",
      `| Secret default/my-release-milvus-tls<br>\`${SECRET}\` | **interrupted** | this plan replaces what it holds: a certificate in it is served from then on |`,
      `| \`${SECOND_CERTIFICATE}\` | **interrupted** | this plan makes another certificate, which signs itself: clients that were given the one before don't trust it |`,
    ]);
  });

  test("that upgrades the release", () => {
    const { release } = GCP.config() as { release: object };
    const { codes, comment } = pull.proposes({ release: { ...release, serviceType: "NodePort" } });
    expect(codes).toEqual([2, 0, 1]);
    expect(findingsIn(comment).slice(1)).toEqual([
      "### Plan of `gcp-stack`: needs review: 1 newly public, 1 interrupted",
      "| resource | | |",
      "|---|---|---|",
      "| `helm_release.milvus_default_my-release` | **newly public** | this plan makes the release's Service a NodePort, which is reached from outside the cluster |",
      "|  | **interrupted** | this plan upgrades the Helm release: no pod restarts; it sets service.type |",
    ]);
    // The plan that Terraform prints has it in the clear.
    expect(pull.read("plan.txt")).toContain("extraEnv");
    expect(comment).not.toContain("extraEnv");
  });

  test("that replaces the Ingress", () => {
    succeeded(pull.place.synth(GCP.config()));
    pull.plans(`-replace=${INGRESS}`);
    const { codes, comment, guard } = pull.judged(PLANNED);
    expect(codes).toEqual([2, 1, 1]);
    expect(guard).toContain(`plan-guard: refused: ${INGRESS}`);
    const fix = "undo the change that does it, or allow it if the load balancer is to go";
    expect(findingsIn(comment).slice(1)).toEqual([
      "### Plan of `gcp-stack`: needs review: 1 interrupted, 1 replaced",
      `**The plan guard refuses this plan**: \`${INGRESS}\`. It can't be deployed like this.`,
      "| resource | | |",
      "|---|---|---|",
      `| Ingress default/my-release-milvus<br>\`${INGRESS}\` | **interrupted** | this plan deletes the Ingress, and the load balancer that clients use with it<br>The plan guard refuses that: ${fix} |`,
      "|  | **replaced** | this plan deletes it, and creates it anew: somebody asks for that |",
    ]);
  });

  test("that lets in more clients", () => {
    const { codes, comment } = pull.proposes({ inboundCidrs: ["203.0.113.0/24", "198.51.100.0/23"] });
    expect(codes).toEqual([2, 0, 1]);
    expect(findingsIn(comment).slice(1)).toEqual([
      "### Plan of `gcp-stack`: needs review: 1 newly public",
      "| resource | | |",
      "|---|---|---|",
      `| \`${ARMOR}\` | **newly public** | this plan lets in clients of 198.51.100.0/23 |`,
    ]);
  });

  test("that takes the allow-list and the denied streams away", () => {
    const { codes, comment } = pull.proposes({
      inboundCidrs: undefined,
      authorizationEnabled: true,
      denyUnauthorizedStreams: false,
    });
    expect(codes).toEqual([2, 0, 1]);
    expect(comment).toContain("### Plan of `gcp-stack`: needs review: 2 newly public, 1 harmless");
  });

  test("whose plan fails says why, without what the configuration holds", () => {
    const { release } = GCP.config() as { release: object };
    const secret = "minio:\n  secretAccessKey: correct-horse-battery\n";
    succeeded(pull.place.synth({ ...GCP.config(), release: { ...release, userYaml: secret } }));
    const failed = pull.place.command(
      "pipeline",
      "plan",
      "gcp-stack",
      pull.files().length > 0 ? mkdtempSync(join(tmpdir(), "milvus-l7-failed-")) : "",
    );
    expect(failed.status).toBe(1);
    expect(failed.text).toContain("pipeline plan: gcp-stack: Error: Resource precondition failed\n");
    expect(failed.text).toContain("The userYaml that is given and the user.yaml of default/my-release differ");
    expect(failed.text).not.toContain("correct-horse-battery");
  });
});

describeUnless(whatIsMissing().apply, "a right that is missing", () => {
  test.each([
    "kubernetes_manifest:read",
    "helm_release:read",
    "data.kubernetes_resource:read",
    "google_compute_security_policy:read",
  ])("fails the plan, and never looks like something to create: %s", (step) => {
    const place = workspace(GCP);
    succeeded(place.terraform("init"));
    succeeded(place.terraform("apply", "-auto-approve"));
    process.env.TFSIM_FAIL = step;
    const plan = place.command("pipeline", "plan", GCP.id, place.folder);
    delete process.env.TFSIM_FAIL;
    expect(plan.status).toBe(1);
    expect(readdirSync(place.folder)).not.toContain("plan.json");
    const comment = succeeded(place.command("plan-comment", "--stack", GCP.id, "--from", place.folder)).text;
    expect(comment).toContain("### Plan of `gcp-stack`: there is none");
    expect(comment).not.toContain("created");
    place.remove();
  });
});

describeUnless(whatIsMissing().apply, "a pull request for a platform of one's own", () => {
  test("that deletes the release's line", () => {
    const place = adoptingPlatform();
    place.program(() => {});
    const plan = place.command("pipeline", "plan", "platform", place.folder);
    const [json, text] = [join(place.folder, "plan.json"), join(place.folder, "plan.txt")];
    const comment = place.command("plan-comment", "--stack", "platform", "--plan", json, "--text", text);
    const codes = [plan, comment, place.command("plan-guard", json), place.command("plan-review", json)];
    expect(codes.map(({ status }) => status)).toEqual([2, 0, 1, 1]);
    expect(findingsIn(comment.text)).toEqual([
      "<!-- milvus-l7-plan: platform -->",
      "### Plan of `platform`: needs review: 1 lost, 1 harmless",
      `**The plan guard refuses this plan**: \`${RELEASE}\`. It can't be deployed like this.`,
      "| resource | | |",
      "|---|---|---|",
      `| \`${RELEASE}\` | **lost** | this plan uninstalls the Helm release, and Milvus with it<br>The plan guard refuses that: put its lines back, or give the release back first: release:detach |`,
      "<details><summary>1 harmless</summary>",
      `- \`${RELEASE.replace("helm_release", "terraform_data")}\`: is deleted`,
      "</details>",
    ]);
    expect(comment.text).not.toContain("COMMON_SECURITY_TLSMODE");
    place.remove();
  });
});

describeUnless(whatIsMissing().apply, "a deploy", () => {
  test("applies the sealed plan, tells no value, and refuses it once the state has gone on", () => {
    const { publicKey, privateKey } = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
    const place = adoptingPlatform();
    const json = place.json();
    json.resource.terraform_data.mine = { input: "a value" };
    place.write({ ...json, output: { text: { value: "another value" } } });
    process.env.PLAN_PUBLIC_KEY = publicKey;
    process.env.PLAN_PRIVATE_KEY = privateKey;
    const [folder, opened] = [join(place.folder, "plans"), join(place.folder, "opened")];
    expect(place.command("pipeline", "plan", "platform", folder).status).toBe(2);
    succeeded(place.command("pipeline", "seal", "platform", folder));
    succeeded(place.command("pipeline", "open", "platform", join(folder, "platform.sealed"), opened));
    succeeded(place.command("pipeline", "show", "platform", opened));
    expect(JSON.parse(readFileSync(join(opened, "plan.json"), "utf8")).resource_changes).toEqual(
      JSON.parse(readFileSync(join(folder, "plan.json"), "utf8")).resource_changes,
    );

    const applied = place.command("pipeline", "apply", "platform", opened);
    expect(applied.status).toBe(0);
    expect(applied.text).toContain("terraform_data.mine: Creating...");
    expect(applied.text).toContain("Apply complete! Resources: 1 added");
    expect(applied.text).not.toContain("value");
    expect(place.terraform("plan", "-detailed-exitcode").status).toBe(0);

    const again = place.command("pipeline", "apply", "platform", opened);
    expect([again.status, again.text]).toEqual([1, expect.stringContaining("Error: Saved plan is stale")]);
    delete process.env.PLAN_PUBLIC_KEY;
    delete process.env.PLAN_PRIVATE_KEY;
    place.remove();
  });
});

describeUnless(whatIsMissing().apply, "a pull request for aws-stack", () => {
  test("that lets in more clients, and rotates the certificate", () => {
    const pull = new PullRequest(AWS, null);
    const { codes, comment } = pull.proposes({
      inboundCidrs: ["203.0.113.0/24", "198.51.100.0/24"],
      certificate: { kind: "self-signed", generation: 2 },
    });
    expect(codes).toEqual([2, 0, 1]);
    expect(comment).toContain(
      `| Ingress milvus/milvus-demo<br>\`${INGRESS}\` | **newly public** | this plan lets in clients of 198.51.100.0/24 |`,
    );
    expect(comment).toContain("serves another certificate: clients that trust the one before alone are cut off");
    pull.remove();
  });
});
