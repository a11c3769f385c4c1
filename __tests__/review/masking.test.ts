import { review } from "../../commands/plan-review";
import { masked, secretsIn } from "../../review/masking";
import { change, planText, updated } from "./support";

const PASSWORD = "correct-horse-battery";
const KEY_LINE = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";
const PEM = `-----BEGIN PRIVATE KEY-----\n${KEY_LINE}\n${KEY_LINE}\n-----END PRIVATE KEY-----`;
const USER_YAML = "minio:\n  secretAccessKey: correct-horse-battery\n";

/** A plan that holds every kind of secret, in every place that may hold one. */
const PLAN = planText(
  [
    updated(
      "helm_release.milvus_default_search",
      { values: ["a: 1"], metadata: [{ values: JSON.stringify({ password: PASSWORD }) }] },
      { values: [`extraConfigFiles:\n  user.yaml: |\n    minio:\n      secretAccessKey: ${PASSWORD}\n`], metadata: [] },
      { after_sensitive: { values: [false] } },
    ),
    updated(
      "kubernetes_secret_v1.tls",
      { metadata: [{ name: "tls", namespace: "default" }], data: { "tls.key": PEM } },
      { metadata: [{ name: "tls", namespace: "default" }], data: { "tls.key": PASSWORD } },
      { before_sensitive: { data: true }, after_sensitive: { data: true } },
    ),
    change("tls_private_key.key", ["delete", "create"], { private_key_pem: PEM }, {}),
    updated(
      "aws_acm_certificate.own",
      { private_key: PEM },
      { private_key: PASSWORD },
      {
        after_sensitive: { private_key: true },
      },
    ),
    updated("somebodys_thing.a", { config: PEM }, { config: PASSWORD }),
    updated("kubernetes_config_map_v1.user", { data: { "user.yaml": "a" } }, { data: { "user.yaml": USER_YAML } }),
  ],
  { output_changes: { key: { actions: ["delete"] } } },
);

const leaks = (text: string) =>
  [PASSWORD, KEY_LINE, "secretAccessKey:", "PRIVATE KEY"].filter((secret) => text.includes(secret));

test.each(["text", "json", "markdown"] as const)(
  "a review shows no value of a release, no key and no secret: %s",
  (format) => {
    expect(leaks(review([{ name: "plan.json", text: PLAN }], format).text)).toEqual([]);
  },
);

test("the secrets of an environment are every variable of Terraform's, and what is called a secret", () => {
  const secrets = secretsIn({
    TF_VAR_tls_key: PEM,
    TF_VAR_list: '["first-secret", {"a": "second-secret"}]',
    TF_VAR_enabled: "true",
    TF_VAR_count: "3",
    GITHUB_TOKEN: "the-token",
    AWS_SECRET_ACCESS_KEY: "the-key",
    GITHUB_REPOSITORY: "owner/name",
    PATH: "/usr/bin",
  });
  expect(secrets).toEqual(
    expect.arrayContaining([PEM, KEY_LINE, "first-secret", "second-secret", "the-token", "the-key"]),
  );
  for (const harmless of ["true", "3", "owner/name", "/usr/bin"]) {
    expect(secrets).not.toContain(harmless);
  }
});

test("a text with quotation marks is hidden as JSON too", () => {
  expect(masked('a "quoted\\"secret" b', ['quoted"secret'])).toBe('a "(hidden)" b');
});

test.each(["text", "json", "markdown"] as const)(
  "a variable's value is hidden in whichever way its characters are written: %s",
  (format) => {
    const value = "a_secret*with#marks";
    const plan = planText([updated("google_dns_record_set.a", { rrdatas: ["192.0.2.1"] }, { rrdatas: [value] })]);
    const printed = (secrets: string[]) => review([{ name: "plan.json", text: plan }], format, secrets).text;
    expect(printed([])).toMatch(/marks/);
    expect(printed([value])).not.toMatch(/marks/);
  },
);

test.each([
  `ghp_${"a1".repeat(18)}`,
  `github_pat_${"a1".repeat(20)}`,
  "AKIAIOSFODNN7EXAMPLE",
  "ya29.a0AfH6SMBexample-token",
  `eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl`,
  "k8s-aws-v1.aHR0cHM6Ly9zdHM",
])("a token is hidden: %s", (token) => {
  expect(masked(`before ${token} after`, [])).toBe("before (hidden) after");
  expect(masked(`Authorization: Bearer ${token}`, [])).not.toContain(token);
});

test("a block that is cut off is hidden to its end", () => {
  expect(masked(`a\n${PEM.slice(0, 60)}`, [])).toBe("a\n(hidden)");
  expect(masked(`  + ${KEY_LINE}\nb`, [])).toBe("  + (hidden)\nb");
});
