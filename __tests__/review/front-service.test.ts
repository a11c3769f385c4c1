import { refusalsOf } from "../../review/findings";
import type { ResourceChange } from "../../review/plan";
import { change, planOf } from "./support";

/** A load balancer that a plan has lead to another Milvus, or takes away for another stack's. */

const SERVICE = "kubernetes_service_v1.ingress_service_EC40F8F0";
const MARKER = "terraform_data.ingress_service_stack_752A5DAD";

const service = (name: string, release = "search", namespace = "vectors", stack: string | undefined = "first") => ({
  metadata: [{ name, namespace, annotations: stack === undefined ? {} : { "cdktf-milvus-l7/stack": stack } }],
  spec: [{ selector: { "app.kubernetes.io/instance": release } }],
});

const refused = (changes: ResourceChange[], more = {}) =>
  refusalsOf(planOf(changes, more)).map(({ address, effect, refusal }) => [address, effect, refusal?.canBeAllowed]);

/** A state that this stack has marked, and what the configuration says. */
const marked = (input: unknown, stack: string) => ({
  prior_state: {
    values: {
      root_module: {
        resources: [
          { mode: "managed", type: "terraform_data", name: MARKER.split(".")[1] as string, values: { input } },
        ],
      },
    },
  },
  configuration: {
    root_module: {
      resources: [
        {
          type: "terraform_data",
          name: MARKER.split(".")[1] as string,
          expressions: { input: { constant_value: { stack, release: "vectors/search" } } },
        },
      ],
    },
  },
});

const TO_OTHER = "has the load balancer of the Helm release vectors/search lead to vectors/other, another Milvus";

test.each([
  { actions: ["update"], after: service("a-l7", "other"), effect: TO_OTHER },
  { actions: ["create", "delete"], after: service("b-l7", "other"), effect: TO_OTHER },
  {
    actions: ["delete", "create"],
    after: service("a-l7", "search", "elsewhere"),
    effect: TO_OTHER.replace("vectors/other", "elsewhere/search"),
  },
])("is refused where it goes over to another release: $actions", ({ actions, after, effect }) => {
  expect(refused([change(SERVICE, actions, service("a-l7"), after)])).toEqual([[SERVICE, effect, true]]);
});

test("is refused where it is deleted, and one of another release is created", () => {
  const created = change("kubernetes_service_v1.other", ["create"], null, service("b-l7", "other"));
  expect(refused([change(SERVICE, ["delete"], service("a-l7"), null), created])).toEqual([[SERVICE, TO_OTHER, true]]);
  expect(refused([change(SERVICE, ["delete"], service("a-l7"), null)])).toEqual([]);
});

describe("under another name", () => {
  const renamed = change(SERVICE, ["create", "delete"], service("a-l7"), service("b-l7"));

  test.each([{ input: "first" }, { input: { stack: "first", release: "vectors/search" } }])(
    "is refused where the state is another stack's: $input",
    ({ input }) => {
      expect(refused([renamed], marked(input, "second"))).toEqual([
        [
          SERVICE,
          "takes the front Service vectors/a-l7 away, made by the stack first deployed as first, for vectors/b-l7 of second",
          true,
        ],
      ]);
    },
  );

  test("is taken where the state is this stack's", () => {
    expect(refused([renamed], marked("second", "second"))).toEqual([]);
    expect(refused([renamed])).toEqual([]);
  });
});

test("a Service that is nobody's front is not looked at", () => {
  const [before, after] = [service("a", "search", "vectors", ""), service("a", "other")];
  before.metadata = [{ name: "a", namespace: "vectors", annotations: {} }];
  expect(refused([change(SERVICE, ["update"], before, after)])).toEqual([]);
});

describe("a new mark", () => {
  const mark = (before: unknown, after: unknown) =>
    refused([change(MARKER, ["delete", "create"], { input: before }, { input: after })]).map(([, effect]) => effect);

  test.each([
    ["first", { stack: "second", release: "a/b" }, "marks the state of the stack first as that of second (a/b)"],
    [
      { stack: "first", release: "a/b" },
      { stack: "first", release: "a/c" },
      "marks the state of the stack first (a/b) as that of first (a/c)",
    ],
  ])("is refused: %j", (before, after, effect) => {
    expect(mark(before, after)).toEqual([effect]);
  });

  test("is none where it says the same, nor where no stack is in it", () => {
    expect(mark("first", { stack: "first", release: "a/b" })).toEqual([]);
    expect(mark({ purpose: "x" }, { purpose: "y" })).toEqual([]);
  });
});
