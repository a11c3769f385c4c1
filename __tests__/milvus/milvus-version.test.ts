import { KNOWN_FLAWS } from "../../constructs/milvus/known-flaws";
import { cantRollWithTls, flawsOfImage } from "../../constructs/milvus/milvus-version";

const names = (image: string) => flawsOfImage(image).map(({ name }) => name);
const [entrance, management] = KNOWN_FLAWS.map(({ name }) => name);

test.each([
  ["milvusdb/milvus:v2.3.5", [entrance, management]],
  ["milvusdb/milvus:v2.4.23", [entrance, management]],
  ["milvusdb/milvus:v2.4.24", [management]],
  ["milvusdb/milvus:v2.5.20-gpu", [entrance, management]],
  ["milvusdb/milvus:v2.5.27", []],
  ["registry:5000/milvus:2.6.9", [management]],
  ["milvusdb/milvus:v2.6.15", []],
  ["milvusdb/milvus:v3.0.0", []],
  ["milvusdb/milvus:latest", []],
  ["", []],
])("the flaws of %s", (image, expected) => {
  expect(names(image)).toEqual(expected);
});

test("an upgrade from 2.5 alone can't roll while TLS is on", () => {
  const images = ["v2.4.24", "v2.5.0", "v2.5.27", "v2.6.0", "latest"];
  expect(images.filter((tag) => cantRollWithTls(`milvusdb/milvus:${tag}`))).toEqual(["v2.5.0", "v2.5.27"]);
});
