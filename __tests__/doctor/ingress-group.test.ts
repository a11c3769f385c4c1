import { checkLoadBalancer } from "../../doctor/checks/load-balancer";
import type { KubernetesObject } from "../../doctor/cluster";
import { awsConfig, texts } from "./support";

const ALB = "alb.ingress.kubernetes.io";
const GROUP = { name: "shared-edge" };

const ingress = (name: string, said: Record<string, string>, namespace = "other"): KubernetesObject => ({
  metadata: {
    name,
    namespace,
    annotations: {
      ...Object.fromEntries(
        Object.entries({ "group.name": GROUP.name, "listen-ports": '[{"HTTPS": 443}]', ...said }).map(
          ([key, value]) => [`${ALB}/${key}`, value],
        ),
      ),
    },
  },
});

const group = (ingresses: readonly KubernetesObject[], settings: object = {}) =>
  texts(checkLoadBalancer({ ingresses: { value: ingresses } }, awsConfig({ group: GROUP, ...settings })), "group");

const PREFIX_LISTS = { inboundCidrs: undefined, prefixLists: ["pl-0123456789abcdef0"] };

describe("a group's other Ingresses", () => {
  test("are fine where they say nothing of access, or the same", () => {
    const same = { scheme: "internet-facing", "inbound-cidrs": "203.0.113.0/24", "security-groups": "" };
    expect(group([ingress("a", {}), ingress("b", same)])).toEqual([
      "ok group: shared-edge: 2 other Ingresses, and none lets in other clients",
    ]);
  });

  test("are not those of another group, nor the one that is deployed here", () => {
    const open = { "inbound-cidrs": "0.0.0.0/0", "security-groups": "sg-1" };
    expect(
      group([
        ingress("a", { ...open, "group.name": "another" }),
        { metadata: { name: "b", namespace: "other" } },
        ingress("my-release-milvus", open, "default"),
      ]),
    ).toEqual(["ok group: shared-edge: 0 other Ingresses, and none lets in other clients"]);
    expect(group([ingress("my-release-milvus", open)])).toHaveLength(1);
  });

  test.each<[string, Record<string, string>, object, string]>([
    ["security groups", { "security-groups": "sg-1, sg-2" }, {}, "security-groups (sg-1, sg-2)"],
    [
      "other security groups",
      { "security-groups": "sg-1" },
      { inboundCidrs: undefined, securityGroups: { ids: ["sg-2"], restrictsClients: true } },
      "security-groups (sg-1)",
    ],
    ["wider ranges", { "inbound-cidrs": "0.0.0.0/0" }, {}, "inbound-cidrs (0.0.0.0/0)"],
    ["ranges beside prefix lists", { "inbound-cidrs": "0.0.0.0/0" }, PREFIX_LISTS, "inbound-cidrs (0.0.0.0/0)"],
    [
      "other prefix lists",
      { "security-group-prefix-lists": "pl-fff" },
      PREFIX_LISTS,
      "security-group-prefix-lists (pl-fff)",
    ],
    ["another scheme", { scheme: "internal" }, {}, "scheme (internal)"],
    ["another protocol", { "listen-ports": '[{"HTTP": 443}]' }, {}, "listen-ports (HTTP 443)"],
    [
      "two things",
      { scheme: "internal", "inbound-cidrs": "10.0.0.0/8" },
      {},
      "scheme (internal) and of inbound-cidrs (10.0.0.0/8)",
    ],
  ])("with %s make the controller refuse the group", (_, said, settings, what) => {
    expect(group([ingress("a", said)], settings)).toEqual([
      `problem group: Ingress other/a of the group shared-edge says otherwise of ${what} | means: the controller refuses the ` +
        "whole group and changes nothing more: its load balancer stays as open as it is. An Ingress that an older version has " +
        "deployed may be opened by the other one | next: look at 'kubectl get ingress a -n other -o yaml', and give both " +
        "Ingresses the same value or take one out of the group",
    ]);
  });

  test("add their prefix lists to ranges", () => {
    expect(group([ingress("a", { "security-group-prefix-lists": "pl-fff" })])).toEqual([
      expect.stringMatching(
        /^problem group: Ingress other\/a of the group shared-edge adds the prefix lists pl-fff \| means: the controller lets in their networks too, beside inboundCidrs/,
      ),
    ]);
  });

  test("replace a web ACL by one of a name", () => {
    const byName = ingress("a", { "wafv2-acl-name": "none" });
    const webAcl = { kind: "created" };
    expect(group([byName], { webAcl })).toEqual([
      expect.stringMatching(
        /^problem group: Ingress other\/a of the group shared-edge says wafv2-acl-name \(none\) \| means:/,
      ),
    ]);
    expect(group([byName])).toEqual([expect.stringMatching(/^ok group: /)]);
  });

  test("open other ports", () => {
    const elsewhere = { "inbound-cidrs": "0.0.0.0/0", "security-group-prefix-lists": "pl-fff" };
    expect(group([ingress("a", { "listen-ports": '[{"HTTP": 8080}]', ...elsewhere })])).toEqual([
      expect.stringMatching(
        /^warning group: Ingress other\/a of the group shared-edge listens on other ports too: 8080/,
      ),
    ]);
    expect(
      group([ingress("a", { "listen-ports": '[{"HTTP": 80}, {"HTTPS": 443}]' })], { httpsRedirect: true }),
    ).toEqual([expect.stringMatching(/^ok group: /)]);
  });

  test("that can't be read are skipped, with what to run", () => {
    const facts = { ingresses: { unread: "forbidden" } };
    expect(texts(checkLoadBalancer(facts, awsConfig({ group: GROUP })), "group")).toEqual([
      "skipped group: forbidden | next: run 'kubectl get ingresses --all-namespaces -o yaml' as somebody who may, and look for " +
        "other Ingresses with alb.ingress.kubernetes.io/group.name: shared-edge: they decide too who gets in",
    ]);
  });

  test("are no matter without a group", () => {
    expect(texts(checkLoadBalancer({ ingresses: { value: [ingress("a", {})] } }, awsConfig()), "group")).toEqual([]);
  });
});
