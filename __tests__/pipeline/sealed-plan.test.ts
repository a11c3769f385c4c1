import { generateKeyPairSync } from "node:crypto";
import { digestOf, open, type PlanOrigin, seal, whyNot } from "../../pipeline/sealed-plan";

const pair = () =>
  generateKeyPairSync("rsa", {
    modulusLength: 3072,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });

const { publicKey, privateKey } = pair();
const FILES = { plan: Buffer.from([0, 1, 2, 255]), lock: Buffer.from("provider {}") };
const ORIGIN: PlanOrigin = {
  stack: "gcp-stack",
  tree: "a".repeat(40),
  configuration: digestOf("{}"),
  madeAt: "2025-01-01T12:00:00.000Z",
};

test("a sealed plan is opened with the private key, and shows where it is from without", () => {
  const sealed = seal(FILES, ORIGIN, publicKey);
  expect(open(sealed, privateKey)).toEqual({ origin: ORIGIN, files: FILES });
  expect(JSON.parse(sealed).origin).toEqual(ORIGIN);
  expect(sealed).not.toContain(FILES.plan.toString("base64"));
  expect(sealed).not.toContain(FILES.lock.toString("base64"));
});

test("two seals of the same plan have nothing in common", () => {
  const [one, other] = [seal(FILES, ORIGIN, publicKey), seal(FILES, ORIGIN, publicKey)].map((text) => JSON.parse(text));
  for (const part of ["key", "iv", "content"]) {
    expect(one[part]).not.toBe(other[part]);
  }
});

test.each<[string, (box: any) => object]>([
  ["its content", (box) => ({ ...box, content: `${box.content.slice(0, -4)}AAA=` })],
  ["where it is from", (box) => ({ ...box, origin: { ...box.origin, tree: "b".repeat(40) } })],
  ["its tag", (box) => ({ ...box, tag: Buffer.alloc(16).toString("base64") })],
  [
    "the length of its tag",
    (box) => ({ ...box, tag: Buffer.from(box.tag, "base64").subarray(0, 4).toString("base64") }),
  ],
])("a plan of which somebody has changed %s is not opened", (_, change) => {
  const sealed = JSON.stringify(change(JSON.parse(seal(FILES, ORIGIN, publicKey))));
  expect(() => open(sealed, privateKey)).toThrow(
    "the sealed plan can't be opened: it is another key's, or somebody has changed it",
  );
});

test("another's key opens nothing, and another text is no sealed plan", () => {
  expect(() => open(seal(FILES, ORIGIN, publicKey), pair().privateKey)).toThrow("it is another key's");
  for (const text of ["", "{}", "[]", JSON.stringify({ format: "milvus-l7-sealed-plan-1" })]) {
    expect(() => open(text, privateKey)).toThrow("this is no sealed plan");
  }
});

test("a plan is deployed only if it is of this stack, these files and this configuration, and of today", () => {
  const now = { ...ORIGIN, time: new Date("2025-01-01T13:00:00Z"), maxAgeMs: 2 * 3_600_000 };
  expect(whyNot(ORIGIN, now)).toEqual([]);
  expect(whyNot(ORIGIN, { ...now, stack: "aws-stack" })).toEqual(["it is a plan of gcp-stack, not of aws-stack"]);
  expect(whyNot(ORIGIN, { ...now, tree: "b".repeat(40) })).toEqual([
    "it was made of other files than this commit has: something was merged in between. Plan what is here now",
  ]);
  expect(whyNot(ORIGIN, { ...now, configuration: digestOf("{ }") })).toEqual([
    "it was made of another Terraform configuration than is synthesised here",
  ]);
  expect(whyNot(ORIGIN, { ...now, time: new Date("2025-01-01T14:00:01Z") })).toEqual([
    "it was made at 2025-01-01T12:00:00.000Z, which is too long ago",
  ]);
  expect(whyNot(ORIGIN, { ...now, time: new Date("2025-01-01T11:00:00Z") })).toEqual([
    "it was made at 2025-01-01T12:00:00.000Z, which is yet to come",
  ]);
});
