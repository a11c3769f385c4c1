import { jsonAnnotation, listAnnotation, mapAnnotation } from "../../constructs/internal/annotations";

test("a list is written with commas", () => {
  expect(listAnnotation([])).toBe("");
  expect(listAnnotation(["a"])).toBe("a");
  expect(listAnnotation(["a", "${b}"])).toBe("a,$${b}");
});

test("a map is written as key=value, in the order given", () => {
  expect(mapAnnotation({})).toBe("");
  expect(mapAnnotation({ "b.c": 1, a: true, d: "e" })).toBe("b.c=1,a=true,d=e");
});

test("JSON is written without spaces, and starts no template", () => {
  expect(jsonAnnotation([{ HTTPS: 443 }])).toBe('[{"HTTPS":443}]');
  expect(jsonAnnotation({ a: '${b} %{c} "d"' })).toBe('{"a":"$${b} %%{c} \\"d\\""}');
});
