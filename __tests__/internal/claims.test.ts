import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { TerraformStack, Testing } from "cdktf";
import { AlbL7Ingress } from "../../constructs/aws";
import { GkeL7Ingress } from "../../constructs/gke";
import type { InvalidInputError } from "../../constructs/internal/problem";
import { milvusOf } from "../../constructs/milvus";

/** Two load balancers in one stack that would have the same names. */

const milvus = milvusOf({ releaseName: "search", namespace: "vectors", mode: "cluster" }, { tlsInPod: true });
const PROPS = {
  milvus,
  hosts: ["milvus.example.com"],
  certificate: { kind: "self-signed" },
  inboundCidrs: ["203.0.113.0/24"],
} as const;

function problemsOf(make: () => unknown): string[] {
  try {
    make();
    return [];
  } catch (error) {
    return (error as InvalidInputError).problems.map(({ path, given }) => `${path}: ${given}`);
  }
}

describe.each([
  {
    name: "GkeL7Ingress",
    make: (stack: TerraformStack, id: string, more = {}) => new GkeL7Ingress(stack, id, { ...PROPS, ...more }),
  },
  {
    name: "AlbL7Ingress",
    make: (stack: TerraformStack, id: string, more = {}) => new AlbL7Ingress(stack, id, { ...PROPS, ...more }),
  },
])("a second $name of one Milvus in a stack", ({ make }) => {
  test("is one problem, with name as the way out", () => {
    const stack = new TerraformStack(Testing.app(), "stack");
    make(stack, "public");
    const [problem, ...more] = problemsOf(() => make(stack, "internal"));
    expect(problem).toMatch(
      /^name: Ingress vectors\/search-milvus, Service vectors\/search-milvus-l7.*, which stack\/public has too$/,
    );
    expect(more).toEqual([]);
  });

  test("is taken under a name of its own, on another cluster, or in another stack", () => {
    const app = Testing.app();
    const stack = new TerraformStack(app, "stack");
    const other = new TerraformStack(app, "other");
    const kubernetesProvider = new KubernetesProvider(stack, "kubernetes", { alias: "other" });
    expect(
      problemsOf(() => {
        make(stack, "public");
        make(stack, "internal", { name: "internal" });
        make(stack, "elsewhere", { kubernetesProvider, name: "elsewhere" });
        make(other, "public");
      }),
    ).toEqual([]);
  });

  test("is the same where the provider without alias is named", () => {
    const stack = new TerraformStack(Testing.app(), "stack");
    make(stack, "public");
    const kubernetesProvider = new KubernetesProvider(stack, "kubernetes");
    expect(problemsOf(() => make(stack, "internal", { kubernetesProvider }))).toHaveLength(1);
  });
});

test("two clusters of one project have other names for what is the project's", () => {
  const stack = new TerraformStack(Testing.app(), "stack");
  const kubernetesProvider = new KubernetesProvider(stack, "kubernetes", { alias: "other" });
  new GkeL7Ingress(stack, "one", PROPS);
  expect(problemsOf(() => new GkeL7Ingress(stack, "two", { ...PROPS, kubernetesProvider }))).toEqual([
    "name: the global address search-milvus-l7, the Cloud Armor policy search-milvus-l7, the TLS policy search-milvus-l7, " +
      "which stack/one has too",
  ]);
});
