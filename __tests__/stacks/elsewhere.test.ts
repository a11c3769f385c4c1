import type { AwsStackConfig, GcpStackConfig } from "../../config/types";
import { defaultAws } from "../support/aws";
import { defaultGcp } from "../support/gcp";
import { only } from "../support/synth";
import { build, leftAlone, notAsNeeded, SPEAK_PLAINTEXT, speakTls, stackIn, withoutHashes } from "./build";

/** A release whose values are kept somewhere else: its owner is told what to merge, and the plan looks whether it is so. */

const ELSEWHERE = { ownership: "elsewhere", releaseName: "search", namespace: "vector-db", mode: "cluster" } as const;

const WITH_TLS = "common.security.tlsMode 1 and proxy.http.port 8080";
const merge = (restPort = 8080) =>
  `Where the release takes its values from, add COMMON_SECURITY_TLSMODE=1 and PROXY_HTTP_PORT=${restPort} to ` +
  "proxy.extraEnv (valuesToMerge has it as YAML).";

function gcp(release: object = {}, change: Partial<GcpStackConfig> = {}) {
  const built = build("gcp-stack", { ...defaultGcp(), ...change, release: { ...ELSEWHERE, ...release } });
  return stackIn(built, "gcp-stack");
}

function aws(release: object = {}, change: Partial<AwsStackConfig> = {}) {
  const built = build("aws-stack", { ...defaultAws(), ...change, release: { ...ELSEWHERE, ...release } });
  return stackIn(built, "aws-stack");
}

describe("the values to merge", () => {
  const valuesOf = ({ output }: ReturnType<typeof gcp>) => output?.values_to_merge;

  test("of a cluster by the chart are two entries of the proxies' environment", () => {
    expect(valuesOf(gcp())).toEqual({
      value:
        "# Append to the entries that extraEnv has: Helm replaces a list.\n" +
        "proxy:\n" +
        "  extraEnv:\n" +
        "    - name: COMMON_SECURITY_TLSMODE\n" +
        '      value: "1"\n' +
        "    - name: PROXY_HTTP_PORT\n" +
        '      value: "8080"\n',
      description: "What the release's owner has to add to its values",
    });
  });

  test("of a standalone by the chart are two entries of its environment, with the port that is given", () => {
    expect(valuesOf(gcp({ mode: "standalone", restPort: 8081 })).value).toBe(
      "# Append to the entries that extraEnv has: Helm replaces a list.\n" +
        "standalone:\n" +
        "  extraEnv:\n" +
        "    - name: COMMON_SECURITY_TLSMODE\n" +
        '      value: "1"\n' +
        "    - name: PROXY_HTTP_PORT\n" +
        '      value: "8081"\n',
    );
  });

  test("by the operator are settings of Milvus", () => {
    expect(valuesOf(gcp({ renderedBy: "milvus-operator" })).value).toBe(
      "spec:\n" +
        "  config:\n" +
        "    common:\n" +
        "      security:\n" +
        "        tlsMode: 1\n" +
        "    proxy:\n" +
        "      http:\n" +
        "        port: 8080\n",
    );
  });

  test("are the same on EKS where the pods are to speak TLS", () => {
    expect(valuesOf(aws({ tlsInPod: true }))).toEqual(valuesOf(gcp()));
  });

  test.each([{}, { tlsInPod: false }])("are none on EKS where they are not: %j", (release) => {
    expect(aws(release).output).not.toHaveProperty("values_to_merge");
  });
});

describe("the plan looks at the pods, and says what to do:", () => {
  const answers = ({ check }: ReturnType<typeof gcp>) => withoutHashes(check?.release_check_61B94AA1.assert[0]);

  test("on GKE they are to speak TLS", () => {
    expect(answers(gcp())).toEqual({
      condition: speakTls(8080),
      error_message: notAsNeeded("vector-db/search", WITH_TLS, merge()),
    });
  });

  test("on EKS they are to speak plaintext, unless it is said that they speak TLS", () => {
    expect(answers(aws())).toEqual({
      condition: SPEAK_PLAINTEXT,
      error_message: notAsNeeded(
        "vector-db/search",
        "common.security.tlsMode 0",
        "Take the setting out where the release takes its values from, or say tlsInPod: true.",
      ),
    });
    expect(answers(aws({ tlsInPod: true }))).toEqual({
      condition: speakTls(8080),
      error_message: notAsNeeded("vector-db/search", WITH_TLS, merge()),
    });
  });

  test("REST is to be on the port that is given", () => {
    expect(answers(gcp({ restPort: 8081 }))).toEqual({
      condition: speakTls(8081),
      error_message: notAsNeeded("vector-db/search", "common.security.tlsMode 1 and proxy.http.port 8081", merge(8081)),
    });
  });
});

test.each([
  { by: "the chart", release: {}, labels: "component=proxy", configMap: "search-milvus" },
  {
    by: "the operator",
    release: { renderedBy: "milvus-operator" },
    labels: "app.kubernetes.io/component=proxy",
    configMap: "search",
  },
])("the pods are found by the labels of $by", ({ release, labels, configMap }) => {
  const { data, locals } = gcp(release);
  const [deployments] = Object.values(data?.kubernetes_resources ?? {});
  expect(deployments.label_selector).toBe(`app.kubernetes.io/name=milvus,app.kubernetes.io/instance=search,${labels}`);
  const [config] = Object.values(data?.kubernetes_config_map_v1 ?? {});
  expect(config.metadata.namespace).toBe("vector-db");
  expect(JSON.stringify(locals)).toContain(`volume.configMap.name if`);
  expect(JSON.stringify(locals)).toContain(`[0]), \\"${configMap}\\")`);
});

describe.each([
  { id: "gcp-stack", elsewhere: gcp, record: "google_dns_record_set", dnsZone: "zone" },
  { id: "aws-stack", elsewhere: aws, record: "aws_route53_record", dnsZone: "Z1" },
])("a release elsewhere, on $id", ({ elsewhere, record, dnsZone }) => {
  test("is not imported, and one that was adopted before is not destroyed", () => {
    const json = elsewhere();
    expect(json.import).toBeUndefined();
    expect(json.resource?.helm_release).toEqual({ "milvus_vector-db_search": leftAlone("search", "vector-db") });
    expect(json.resource?.terraform_data).not.toHaveProperty("milvus_vector-db_search");
  });

  test("gets DNS pointed at the load balancer only when its pods answer behind it", () => {
    const json = elsewhere({}, { dnsZone });
    expect(only(json, record).lifecycle).toEqual({ precondition: [json.check?.release_check_61B94AA1.assert[0]] });
  });

  test("gets no other outputs than these", () => {
    const five = ["address", "certificate_pem", "client_snippet", "host", "url"];
    const names = Object.keys(elsewhere().output ?? {}).filter((name) => name !== "values_to_merge");
    expect(names.sort()).toEqual(five);
  });
});

test.each([
  { release: {}, protocol: "HTTP" },
  { release: { tlsInPod: true }, protocol: "HTTPS" },
])("an ALB speaks $protocol to pods elsewhere: $release", ({ release, protocol }) => {
  expect(only(aws(release), "kubernetes_manifest").manifest.metadata.annotations).toMatchObject({
    "alb.ingress.kubernetes.io/backend-protocol": protocol,
  });
});
