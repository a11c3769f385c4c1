import type { AwsStackConfig, BackendConfig, GcpStackConfig } from "../../config/types";
import { defaultAws } from "../support/aws";
import { defaultGcp } from "../support/gcp";
import { only } from "../support/synth";
import { build, leftAlone, notAsNeeded, SPEAK_PLAINTEXT, speakTls, stackIn, withoutHashes } from "./build";

/** A release in a stack of its own, beside the one with the load balancer. */

const GCP_RELEASE = { ownership: "adopt", releaseName: "search", namespace: "vector-db", mode: "cluster" } as const;
const AWS_RELEASE = { ...GCP_RELEASE, serviceType: "ClusterIP" } as const;

function gcp(release: object = {}, change: Partial<GcpStackConfig> = {}) {
  return build("gcp-stack", { ...defaultGcp(), ...change, release: { ...GCP_RELEASE, stack: "own", ...release } });
}

function aws(release: object = {}, change: Partial<AwsStackConfig> = {}) {
  return build("aws-stack", { ...defaultAws(), ...change, release: { ...AWS_RELEASE, stack: "own", ...release } });
}

const clouds = [
  { id: "gcp-stack", built: gcp },
  { id: "aws-stack", built: aws },
];

describe.each(clouds)("the two stacks of $id", ({ id, built }) => {
  test("are the load balancer's under the entry's id, and the release's beside it", () => {
    expect(Object.keys(built().stacks)).toEqual([id, `${id}-release`]);
  });

  test("know nothing of each other: each is deployed and destroyed by itself", () => {
    const { stacks } = built();
    expect(JSON.stringify(stacks)).not.toContain("terraform_remote_state");
    expect(JSON.stringify(stacks[id])).not.toContain("cross-stack-output");
  });

  test("reach the cluster in the same way", () => {
    const { stacks } = built();
    const [balancer, release] = [stacks[id], stacks[`${id}-release`]];
    expect(release?.provider?.kubernetes).toEqual(balancer?.provider?.kubernetes);
    expect(release?.provider?.helm).toEqual(balancer?.provider?.helm);
    const ofCloud = id === "gcp-stack" ? "google" : "aws";
    expect(release?.provider?.[ofCloud]).toEqual(balancer?.provider?.[ofCloud]);
  });

  test("both need a Terraform that keeps private keys out of the state", () => {
    for (const { terraform } of Object.values(built().stacks)) {
      expect(terraform.required_version).toBe(">= 1.11");
    }
  });

  test("both warn of a state on this machine", () => {
    expect(built().warnings).toEqual({
      [id]: [expect.stringMatching(/^the state stays in a file on this machine/)],
      [`${id}-release`]: [expect.stringMatching(/^the state stays in a file on this machine/)],
    });
  });
});

describe.each(clouds)("the states of the two stacks of $id are kept apart", ({ id, built }) => {
  test.each([
    {
      how: "local",
      backend: { kind: "local" },
      states: [
        { local: { path: expect.stringMatching(new RegExp(`/terraform\\.${id}\\.tfstate$`)) } },
        { local: { path: expect.stringMatching(new RegExp(`/terraform\\.${id}-release\\.tfstate$`)) } },
      ],
    },
    {
      how: "local, with a path",
      backend: { kind: "local", path: "/var/states.d/milvus.tfstate" },
      states: [
        { local: { path: "/var/states.d/milvus.tfstate" } },
        { local: { path: "/var/states.d/milvus-release.tfstate" } },
      ],
    },
    {
      how: "local, with a path that has no extension",
      backend: { kind: "local", path: "/var/states.d/milvus" },
      states: [{ local: { path: "/var/states.d/milvus" } }, { local: { path: "/var/states.d/milvus-release" } }],
    },
    {
      how: "gcs",
      backend: { kind: "gcs", bucket: "states" },
      states: [
        { gcs: { bucket: "states", prefix: `milvus-l7/${id}` } },
        { gcs: { bucket: "states", prefix: `milvus-l7/${id}-release` } },
      ],
    },
    {
      how: "gcs, with a prefix",
      backend: { kind: "gcs", bucket: "states", prefix: "teams/search" },
      states: [
        { gcs: { bucket: "states", prefix: "teams/search" } },
        { gcs: { bucket: "states", prefix: "teams/search-release" } },
      ],
    },
    {
      how: "s3",
      backend: { kind: "s3", bucket: "states", key: "milvus/prod.tfstate", region: "us-west-2" },
      states: ["milvus/prod.tfstate", "milvus/prod-release.tfstate"].map((key) => ({
        s3: { bucket: "states", key, region: "us-west-2", encrypt: true, use_lockfile: true },
      })),
    },
    {
      how: "remote",
      backend: { kind: "remote", organization: "search", workspace: "milvus" },
      states: ["milvus", "milvus-release"].map((name) => ({
        remote: { hostname: "app.terraform.io", organization: "search", workspaces: { name } },
      })),
    },
  ] as { how: string; backend: BackendConfig; states: object[] }[])("$how", ({ backend, states }) => {
    expect(Object.values(built({}, { backend }).stacks).map(({ terraform }) => terraform.backend)).toEqual(states);
  });
});

describe.each(clouds)("the load balancer's stack of $id", ({ id, built }) => {
  const json = stackIn(built(), id);

  test("adopts nothing, and would destroy nothing that it had adopted", () => {
    expect(json.resource?.helm_release).toEqual({ "milvus_vector-db_search": leftAlone("search", "vector-db") });
    expect(json.resource?.terraform_data).not.toHaveProperty("milvus_vector-db_search");
    expect(json.import).toBeUndefined();
  });

  test("has the Ingress and the same five outputs", () => {
    expect(only(json, "kubernetes_manifest", "Ingress").manifest.metadata.name).toBe("search-milvus");
    expect(Object.keys(json.output ?? {}).sort()).toEqual([
      "address",
      "certificate_pem",
      "client_snippet",
      "host",
      "url",
    ]);
  });
});

describe("the load balancer's stack looks at the pods, and says what to do:", () => {
  const answers = (json: ReturnType<typeof stackIn>) => withoutHashes(json.check?.release_check_61B94AA1.assert[0]);

  test("on GKE they are to speak TLS", () => {
    expect(answers(stackIn(gcp(), "gcp-stack"))).toEqual({
      condition: speakTls(8080),
      error_message: notAsNeeded(
        "vector-db/search",
        "common.security.tlsMode 1 and proxy.http.port 8080",
        "Deploy gcp-stack-release.",
      ),
    });
  });

  test("with TLS on EKS as well", () => {
    expect(answers(stackIn(aws({ tls: "enabled" }), "aws-stack"))).toEqual({
      condition: speakTls(8080),
      error_message: notAsNeeded(
        "vector-db/search",
        "common.security.tlsMode 1 and proxy.http.port 8080",
        "Deploy aws-stack-release.",
      ),
    });
  });

  test.each(["untouched", "disabled"])("on EKS they are to speak plaintext where tls is %s", (tls) => {
    expect(answers(stackIn(aws({ tls }), "aws-stack"))).toEqual({
      condition: SPEAK_PLAINTEXT,
      error_message: notAsNeeded("vector-db/search", "common.security.tlsMode 0", "Deploy aws-stack-release."),
    });
  });

  test.each([
    { from: "restPort", release: { restPort: 8081 } },
    { from: "the user.yaml", release: { userYaml: "proxy: { http: { port: 8081 } }\n" } },
  ])("REST is to be on the port of $from", ({ release }) => {
    expect(answers(stackIn(gcp(release), "gcp-stack")).condition).toBe(speakTls(8081));
  });
});

describe("DNS is pointed at the load balancer only when the pods answer behind it:", () => {
  test("on GKE", () => {
    const json = stackIn(gcp({}, { dnsZone: "zone" }), "gcp-stack");
    const record = only(json, "google_dns_record_set");
    expect(record.lifecycle).toEqual({ precondition: [json.check?.release_check_61B94AA1.assert[0]] });
    expect(record.depends_on).toEqual(["kubernetes_manifest.ingress_DF2C2AE3"]);
  });

  test("on EKS", () => {
    const json = stackIn(aws({}, { dnsZone: "Z1" }), "aws-stack");
    const record = only(json, "aws_route53_record");
    expect(record.lifecycle).toEqual({ precondition: [json.check?.release_check_61B94AA1.assert[0]] });
    expect(record.depends_on).toEqual(["kubernetes_manifest.ingress_DF2C2AE3"]);
  });
});

describe.each(clouds)("the release's stack of $id", ({ id, built }) => {
  const json = stackIn(built(), `${id}-release`);
  const release = only(json, "helm_release");

  test("imports the release, and guards it", () => {
    expect(json.import).toEqual([{ to: "helm_release.milvus_vector-db_search", id: "vector-db/search" }]);
    expect(release).toMatchObject({ name: "search", namespace: "vector-db", reuse_values: true });
    expect(release.lifecycle.prevent_destroy).toBe(true);
    expect(only(json, "terraform_data").lifecycle.prevent_destroy).toBe(true);
  });

  test("changes it after nothing but its guard", () => {
    expect(release.depends_on).toEqual(["terraform_data.milvus_vector-db_search"]);
  });

  test("refuses to lose what one stack would refuse to lose", () => {
    const { stacks } = built({ stack: "same" });
    const { precondition } = only(stacks[id] ?? json, "helm_release").lifecycle;
    expect(release.lifecycle.precondition.slice(0, -1)).toEqual(precondition);
    expect(release.lifecycle.precondition.length).toBeGreaterThan(3);
  });

  test("refuses to adopt a release that another stack has adopted, by the mark of either stack's front Service", () => {
    const [adopters] = Object.values(json.locals ?? {}).filter((text) =>
      String(text).includes("cdktf-milvus-l7/adopts"),
    );
    expect(release.lifecycle.precondition.at(-1).condition).toBe("${length(local.other-adopters) == 0}");
    expect(adopters).toContain(`!= "${id}" && one.metadata.name != "search-milvus-l7"`);
  });

  test("has no load balancer and no outputs", () => {
    expect(Object.keys(json.resource ?? {}).sort()).toEqual(["helm_release", "terraform_data"]);
    expect(json).not.toHaveProperty("output");
  });

  test("looks whether the load balancer is there", () => {
    expect(json.data?.kubernetes_ingress_v1).toEqual({
      ingress: expect.objectContaining({ metadata: { name: "search-milvus", namespace: "vector-db" } }),
    });
    expect(json.check?.["load-balancer"]).toEqual({
      assert: [
        {
          condition: "${try(length(data.kubernetes_ingress_v1.ingress.status[0].load_balancer[0].ingress) > 0, false)}",
          error_message:
            "The Ingress vector-db/search-milvus has no load balancer yet: clients that this stack cuts off have nowhere " +
            `to go. Deploy ${id} first.`,
        },
      ],
    });
  });

  test("looks for it by the Ingress' own name", () => {
    const named = stackIn(built({}, { name: "front-door" }), `${id}-release`);
    expect(named.data?.kubernetes_ingress_v1?.ingress.metadata.name).toBe("front-door");
    expect(named.check?.["load-balancer"].assert[0].error_message).toContain("The Ingress vector-db/front-door has no");
  });

  test.each([
    { tls: "disabled", serviceType: undefined, looks: false },
    { tls: "disabled", serviceType: "LoadBalancer", looks: false },
    { tls: "disabled", serviceType: "ClusterIP", looks: true },
    { tls: "enabled", serviceType: undefined, looks: true },
  ])("looks for it where somebody is cut off: tls $tls, serviceType $serviceType", ({ tls, serviceType, looks }) => {
    const { check = {}, data = {} } = stackIn(built({ tls, serviceType }), `${id}-release`);
    expect(["load-balancer" in check, "kubernetes_ingress_v1" in data]).toEqual([looks, looks]);
  });
});

describe("a release in the load balancer's stack", () => {
  test.each(clouds)("is what is made where nothing is said of it: $id", ({ built }) => {
    const left = built({ stack: undefined });
    expect(built({ stack: "same" })).toEqual(left);
    expect(Object.keys(left.stacks)).toHaveLength(1);
  });

  test.each(clouds)("leaves the rest of the stack as it is beside one of its own: $id", ({ id, built }) => {
    const [own, same] = [stackIn(built(), id), stackIn(built({ stack: "same" }), id)];
    expect(only(own, "kubernetes_manifest", "Ingress").manifest).toEqual(
      only(same, "kubernetes_manifest", "Ingress").manifest,
    );
    expect(only(own, "kubernetes_service_v1").spec).toEqual(only(same, "kubernetes_service_v1").spec);
    expect(own.output).toEqual(same.output);
  });
});
