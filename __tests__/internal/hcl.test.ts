import { Token } from "cdktf";
import { HclCode, hclExpression, literal } from "../../constructs/internal/hcl";

describe("literal text", () => {
  test.each([
    ["plain", "plain"],
    ['"quoted" \\ text', '"quoted" \\ text'],
    ['${file("/etc/passwd")}', '$${file("/etc/passwd")}'],
    ["%{if true}", "%%{if true}"],
    ["$${x}", "$$${x}"],
    ["$ { % {", "$ { % {"],
    ["a\nb ünïcödé", "a\nb ünïcödé"],
  ])("%j is written %j", (text, expected) => {
    expect(literal(text)).toBe(expected);
  });

  test("a token passes as it is", () => {
    const token = Token.asString({ resolve: () => "x" });
    expect(literal(token)).toBe(token);
  });
});

describe("an HCL expression", () => {
  test.each([
    ["text", '"text"'],
    ['a "b" \\ c', '"a \\"b\\" \\\\ c"'],
    ["a\nb\tc\rd\u0001", '"a\\nb\\tc\\rd\\u0001"'],
    ["${x} %{y}", '"$${x} %%{y}"'],
    [1.5, "1.5"],
    [true, "true"],
    [["a", 1], '["a", 1]'],
    [{ "a b": { c: "d" } }, '{ "a b" = { "c" = "d" } }'],
    [{ code: new HclCode("local.x") }, '{ "code" = local.x }'],
  ])("of %j is %s", (value, expected) => {
    expect(hclExpression(value)).toBe(expected);
  });

  test("refuses a token, which cdktf would write without quotes", () => {
    expect(() => hclExpression(Token.asString({ resolve: () => "x" }))).toThrow("cannot stand inside an expression");
  });
});
