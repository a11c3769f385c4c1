import { writeFileSync } from "node:fs";
import { type Product, withProduct } from "./product";

const FILE = "sbom.cdx.json";

interface Bom {
  readonly components: readonly { readonly "bom-ref": string }[];
  readonly dependencies: readonly { readonly ref: string }[];
}

/** What a user of the package gets, as CycloneDX. npm 10 lists a package once for each copy, which CycloneDX forbids. */
export async function sbom({ npm }: Product): Promise<Bom> {
  const { status, stdout, stderr } = await npm("sbom", "--package-lock-only", "--sbom-format=cyclonedx");
  if (status !== 0) {
    throw new Error(stderr || stdout);
  }
  const bom: Bom = JSON.parse(stdout);
  return {
    ...bom,
    components: firstOfEach(bom.components, (component) => component["bom-ref"]),
    dependencies: firstOfEach(bom.dependencies, ({ ref }) => ref),
  };
}

function firstOfEach<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...new Map(items.toReversed().map((item) => [key(item), item])).values()].reverse();
}

async function main(): Promise<void> {
  const file = process.argv[2] ?? FILE;
  const bom = await withProduct(sbom);
  writeFileSync(file, `${JSON.stringify(bom, null, 2)}\n`);
  console.log(`sbom: ${bom.components.length} packages written to ${file}`);
}

if (require.main === module) {
  main().catch((error) => {
    console.error(`sbom: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  });
}
