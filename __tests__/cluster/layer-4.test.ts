import { succeeded, unwrapped } from "../support/terraform";
import { Life } from "./support/life";
import { describeOnCluster, run, tools } from "./support/tier";

/** Milvus' own EKS guide puts these on the chart's Service: the controller goes by them, whatever the type is. */
const GUIDES = {
  "service.beta.kubernetes.io/aws-load-balancer-type": "external",
  "service.beta.kubernetes.io/aws-load-balancer-nlb-target-type": "ip",
  "service.beta.kubernetes.io/aws-load-balancer-scheme": "internet-facing",
};
const TYPE = "service.beta.kubernetes.io/aws-load-balancer-type";
const FORMER = "cdktf-milvus-l7/aws-load-balancer-type";
const OWNERS = { "example.com/owner": "search", ...GUIDES };

function begin(values: object): Promise<Life> {
  const { helms, charts } = tools();
  return Life.begin(run(), { cloud: "eks", helm: helms[0], chart: charts[0], mode: "standalone", values });
}

describeOnCluster("a Network Load Balancer that an annotation keeps", undefined, () => {
  let life: Life;
  let before: Record<string, unknown>;
  const service = () => life.get("Service", life.fullName);
  /** The stand-in for the controller has put its finalizer on the Service while it has a load balancer. */
  const hasLoadBalancer = async () => {
    const { metadata } = await service();
    return (metadata.finalizers ?? []).includes("service.k8s.aws/resources");
  };
  const withService = (type: string, annotations: object) => ({ ...before, service: { type, annotations } });
  const synth = (serviceType: string, more: object = {}) =>
    life.synth(life.adopted({ tls: "untouched", acceptPlaintextClientsCutOff: undefined, serviceType, ...more }));

  beforeAll(async () => {
    life = await begin({ service: { type: "LoadBalancer", annotations: OWNERS } });
    before = life.owner.values();
    await life.until("there is a load balancer", hasLoadBalancer);
    synth("ClusterIP");
    succeeded(life.terraform("init"));
  });

  test("is not deleted by a plan that nobody has accepted", () => {
    expect(life.refusal()).toContain("acceptLayer4LoadBalancerDeleted: true");
  });

  test("goes with the type and the annotation once it is accepted, and the next plan is empty", async () => {
    synth("ClusterIP", { acceptLayer4LoadBalancerDeleted: true });
    life.apply();
    const gone = withService("ClusterIP", { ...OWNERS, [TYPE]: "", [FORMER]: "external" });
    life.settled(gone);
    await life.until("the load balancer is gone", async () => !(await hasLoadBalancer()));
    life.apply();
    life.settled(gone);
    expect((await service()).spec.type).toBe("ClusterIP");
  });

  test("needs no acceptance any more", () => {
    synth("ClusterIP");
    life.settled(withService("ClusterIP", { ...OWNERS, [TYPE]: "", [FORMER]: "external" }));
  });

  test("comes back as another one with serviceType: LoadBalancer", async () => {
    synth("LoadBalancer");
    life.apply();
    life.settled(withService("LoadBalancer", { ...OWNERS, [FORMER]: "" }));
    await life.until("there is a load balancer again", hasLoadBalancer);
  });

  test("is not deleted again without that, as plan and doctor say alike", () => {
    synth("ClusterIP");
    expect(life.refusal()).toContain("acceptLayer4LoadBalancerDeleted: true");
    expect(life.command("doctor").text).toContain("acceptLayer4LoadBalancerDeleted: true");
  });
});

describeOnCluster("an Ingress that the release's chart renders", undefined, () => {
  let life: Life;
  beforeAll(async () => {
    life = await begin({ ingress: { enabled: true, hosts: ["milvus.example.com"] } });
  });

  test("is not adopted, and the way out is the chart's own setting", async () => {
    const uid = (await life.get("Ingress", life.fullName)).metadata.uid;
    life.synth(life.adopted(), { adoptExisting: ["ingress"] });
    succeeded(life.terraform("init"));
    expect(life.refusal()).toMatch(/belongs to the Helm release .*ingress\.enabled to false/);
    const doctor = unwrapped(life.command("doctor").text);
    expect(doctor).toMatch(/belongs to the Helm release .*ingress\.enabled/);
    expect((await life.get("Ingress", life.fullName)).metadata.uid).toBe(uid);
  });
});
