import { annotations, ingress, isRefused, mapIn } from "./support";

const PREFIX = "alb.ingress.kubernetes.io";

describe("annotations of the user's", () => {
  test("stand beside ours, as they are", () => {
    const { manifest, json } = ingress({
      annotations: {
        "example.com/owner": "search ${team}",
        [`${PREFIX}/minimum-load-balancer-capacity`]: "CapacityUnits=100",
        [`${PREFIX}/conditions.milvus-demo-l7`]: '[{"field":"source-ip"}]',
      },
    });
    expect(manifest.metadata.annotations).toMatchObject({
      "example.com/owner": "search $${team}",
      [`${PREFIX}/minimum-load-balancer-capacity`]: "CapacityUnits=100",
      [`${PREFIX}/conditions.milvus-demo-l7`]: '[{"field":"source-ip"}]',
      [`${PREFIX}/scheme`]: "internet-facing",
    });
    const [ours] = Object.values(json.resource?.kubernetes_annotations ?? {});
    expect(ours.annotations).toEqual(manifest.metadata.annotations);
  });

  test.each(["constructor", "toString", "example.com/valueOf"])(
    "may be called like what every object has: %s",
    (key) => {
      const { manifest } = ingress({ annotations: { [key]: "ours" } });
      expect(Object.entries(manifest.metadata.annotations)).toContainEqual([key, "ours"]);
    },
  );

  test("are none by default", () => {
    expect(annotations({ annotations: {} })).toEqual(annotations());
  });

  test("add attributes to ours, one by one", () => {
    const written = annotations({
      annotations: {
        [`${PREFIX}/load-balancer-attributes`]: "client_keep_alive.seconds=600, waf.fail_open.enabled=true",
        [`${PREFIX}/target-group-attributes`]: "load_balancing.algorithm.anomaly_mitigation=on",
      },
    });
    expect(mapIn(written["load-balancer-attributes"])).toMatchObject({
      "idle_timeout.timeout_seconds": "240",
      "client_keep_alive.seconds": "600",
      "waf.fail_open.enabled": "true",
    });
    expect(mapIn(written["target-group-attributes"])).toMatchObject({
      "stickiness.enabled": "false",
      "load_balancing.algorithm.anomaly_mitigation": "on",
    });
  });

  test.each([
    ["scheme", "scheme"],
    ["ip-address-type", "ipAddressType"],
    ["listen-ports", "httpsRedirect"],
    ["ssl-redirect", "httpsRedirect"],
    ["certificate-arn", "certificate"],
    ["create-acm-cert", "certificate"],
    ["acm-pca-arn", "certificate"],
    ["ssl-policy", "sslPolicy"],
    ["mutual-authentication", "mutualTls"],
    ["inbound-cidrs", "inboundCidrs"],
    ["security-group-prefix-lists", "prefixLists"],
    ["security-groups", "securityGroups"],
    ["manage-backend-security-group-rules", "securityGroups"],
    ["subnets", "subnets"],
    ["group.name", "group"],
    ["group.order", "group"],
    ["load-balancer-name", "loadBalancerName"],
    ["tags", "tags"],
    ["backend-protocol", "tlsInPod"],
    ["healthcheck-protocol", "tlsInPod"],
    ["healthcheck-path", "healthCheck"],
    ["success-codes", "healthCheck"],
    ["healthcheck-interval-seconds", "healthCheck"],
    ["healthcheck-timeout-seconds", "healthCheck"],
    ["healthy-threshold-count", "healthCheck"],
    ["unhealthy-threshold-count", "healthCheck"],
    ["wafv2-acl-arn", "webAcl"],
    ["wafv2-acl-name", "webAcl"],
    ["waf-acl-id", "webAcl"],
    ["web-acl-id", "webAcl"],
    ["shield-advanced-protection", "shieldAdvanced"],
    ["actions.deny-unauthorized-streams", "denyUnauthorizedStreams"],
    ["conditions.deny-unauthorized-streams", "denyUnauthorizedStreams"],
    ["transforms.deny-unauthorized-streams", "denyUnauthorizedStreams"],
  ])("can't say %s: %s does", (suffix, prop) => {
    isRefused(
      { annotations: { [`${PREFIX}/${suffix}`]: "x" } },
      `annotations["${PREFIX}/${suffix}"]: given "x", allowed an annotation that no setting writes: this one says what ` +
        `${prop} says, do set ${prop} instead`,
    );
  });

  test("can't collide with any that is written here", () => {
    const everything = {
      httpsRedirect: true,
      subnets: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
      loadBalancerName: "edge",
    };
    const shared = annotations({ ...everything, group: { name: "shared" } });
    const groups = { ids: ["sg-0123456789abcdef0"], restrictsClients: true };
    const written = { ...shared, ...annotations({ ...everything, inboundCidrs: undefined, securityGroups: groups }) };
    const added = Object.keys(written).filter((key) => !/attributes$/.test(key));
    expect(added.length).toBeGreaterThan(25);
    for (const suffix of added) {
      expect(() => ingress({ annotations: { [`${PREFIX}/${suffix}`]: "x" } })).toThrow(
        `annotations["${PREFIX}/${suffix}"]`,
      );
    }
  });

  test.each<[string, string, string, string]>([
    [
      "the class by its old name",
      "kubernetes.io/ingress.class",
      "alb",
      "an annotation that no setting writes: this one says what ingressClassName says, do set ingressClassName instead",
    ],
    [
      "what the controller writes itself",
      "elbv2.k8s.aws/checkpoint",
      "x",
      "an annotation that is yours: the controller writes this one, do remove it",
    ],
    [
      "another kind of target",
      `${PREFIX}/target-type`,
      "instance",
      "an annotation that has an effect: it has one value here, which Milvus' gRPC needs, do remove it",
    ],
    [
      "nodes, which are no targets",
      `${PREFIX}/target-node-labels`,
      "a=b",
      "an annotation that has an effect: nodes are no targets here: pods are, do remove it",
    ],
    [
      "an action that no path leads to",
      `${PREFIX}/actions.redirect`,
      "{}",
      "an annotation that has an effect: no path of this Ingress leads to an action of yours, do remove it",
    ],
    [
      "what is read on a Service",
      "service.beta.kubernetes.io/aws-load-balancer-scheme",
      "internal",
      "an annotation that has an effect: it is read on a Service of type LoadBalancer, and this is an Ingress, " +
        "do remove it, or write what alb.ingress.kubernetes.io has for it",
    ],
    [
      "what another controller reads",
      "nginx.ingress.kubernetes.io/backend-protocol",
      "GRPC",
      "an annotation that has an effect: another controller would have to read it, and this Ingress is the AWS Load " +
        "Balancer Controller's, do remove it",
    ],
    [
      "a key that Kubernetes doesn't take",
      "Owner Name",
      "x",
      "under a key such as example.com/owner: a DNS name in lower case, '/', and at most 63 letters, digits, '-', '_' and " +
        "'.', do correct the key",
    ],
  ])("are refused: %s", (_, key, value, rule) => {
    const given = rule.startsWith("under") ? key : value;
    isRefused(
      { annotations: { [key]: value } },
      `annotations[${JSON.stringify(key)}]: given ${JSON.stringify(given)}, allowed ${rule}`,
    );
  });

  test.each<[string, string, string, string]>([
    [
      "of the load balancer's, which a setting writes",
      "load-balancer-attributes",
      "idle_timeout.timeout_seconds=30",
      "an attribute that no setting writes: this one says what idleTimeoutSec says, do set idleTimeoutSec instead",
    ],
    [
      "of the target group's, which a setting writes",
      "target-group-attributes",
      "slow_start.duration_seconds=30",
      "an attribute that no setting writes: this one says what slowStartSec says, do set slowStartSec instead",
    ],
    [
      "that gRPC needs as it is",
      "load-balancer-attributes",
      "routing.http2.enabled=false",
      "an attribute that is yours: it is always true, since gRPC is HTTP/2, do remove it",
    ],
    [
      "that clients of gRPC don't know",
      "target-group-attributes",
      "stickiness.enabled=true",
      "an attribute that is yours: it is always false, since clients of gRPC keep no cookies, do remove it",
    ],
    [
      "without a value",
      "load-balancer-attributes",
      "constructor",
      "attributes such as client_keep_alive.seconds=600, with ',' between them, do correct it",
    ],
  ])("are refused with an attribute %s", (_, suffix, attribute, rule) => {
    isRefused(
      { annotations: { [`${PREFIX}/${suffix}`]: `zonal_shift.config.enabled=true,${attribute}` } },
      `annotations["${PREFIX}/${suffix}"]: given "${attribute}", allowed ${rule}`,
    );
  });
});
