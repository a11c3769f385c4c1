import { InvalidInputError, shown, within } from "../../constructs/internal/problem";

describe("a value in an error", () => {
  test.each([
    [undefined, "nothing"],
    ["a\nb", '"a\\nb"'],
    [5, "5"],
    ["x".repeat(200), `"${"x".repeat(96)}…`],
    ["-----BEGIN PRIVATE KEY-----\nabc", "a private key (not shown)"],
    [{ key: "-----BEGIN RSA PRIVATE KEY-----" }, "a private key (not shown)"],
  ])("%j is shown as %s", (value, expected) => {
    expect(shown(value)).toBe(expected);
  });
});

test("a problem of a part is seen from the whole", () => {
  const problem = { path: "", given: "1", allowed: "2", fix: "3" };
  const paths = ["", "[0]", "name"].map((path) => within("hosts", [{ ...problem, path }])[0]?.path);
  expect(paths).toEqual(["hosts", "hosts[0]", "hosts.name"]);
});

test("an error counts its problems and gives each a line", () => {
  const problem = { path: "a", given: "1", allowed: "2", fix: "3" };
  expect(new InvalidInputError("file", [problem, { ...problem, path: "b" }]).message).toBe(
    "file: 2 problems\n  a: given 1, allowed 2, do 3\n  b: given 1, allowed 2, do 3",
  );
});
