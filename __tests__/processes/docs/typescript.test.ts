import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Block, blocksIn } from "../../support/pages";

const ROOT = join(__dirname, "../../..");

const folder = mkdtempSync(join(tmpdir(), "milvus-l7-fragments-"));
symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A part of a program: whole ones are run in docs.test.ts. */
const fragments = blocksIn("ts").filter(
  ({ code, page }) => !code.includes("new App(") && !page.startsWith("examples/"),
);

/** `key: value` at the start: props of a load balancer, each line in the place of another of the same key. */
const isProps = ({ code }: Block) => /^\w+: /.test(code);

const isOfAws = ({ page }: Block) => /aws|alb|eks/.test(page);

/** Where each name comes from that a fragment may leave to be imported. */
const EXPORTED: readonly { readonly name: string; readonly module: string }[] = [
  { name: "TerraformOutput", module: "cdktf" },
  ...["aws", "google", "kubernetes", "helm", "time", "tls"].map((name) => ({
    name: `${name.charAt(0).toUpperCase()}${name.slice(1)}Provider`,
    module: `@cdktf/provider-${name}/lib/provider`,
  })),
  ...["milvus", "gke", "aws"].flatMap((entry) =>
    exportsOf(entry).map((name) => ({ name, module: `cdktf-milvus-l7/${entry}` })),
  ),
];

/** What an entry of the package exports, types too. */
function exportsOf(entry: string): string[] {
  const text = readFileSync(join(ROOT, `constructs/${entry}/index.ts`), "utf8");
  return [...text.matchAll(/export (?:type )?\{([^}]*)\}/g)].flatMap(
    ([, names = ""]) => names.match(/\b(?!type\b)\w+/g) ?? [],
  );
}

function importsFor(block: Block): string {
  const cloud = isOfAws(block) ? "cdktf-milvus-l7/aws" : "cdktf-milvus-l7/gke";
  const ofThisCloud = EXPORTED.filter(({ module }) => module === cloud);
  return [...ofThisCloud, ...EXPORTED]
    .filter(({ name }, index, all) => all.findIndex((other) => other.name === name) === index)
    .filter(({ name }) => new RegExp(`\\b${name}\\b`).test(block.code))
    .filter(({ name }) => !new RegExp(`import[^;]*\\b${name}\\b`).test(block.code))
    .map(({ name, module }) => `import { ${name} } from "${module}";`)
    .join("\n");
}

/** A whole module of it. `…` in an object stands for the other props. */
function moduleOf(block: Block): string {
  const code = block.code.replaceAll(/([{,]\s*)…/g, "$1...others");
  const imports = code.match(/^import .*;$/gm) ?? [];
  const body = code.replaceAll(/^import .*;$/gm, "");
  const props = isOfAws(block) ? "AlbL7IngressProps" : "GkeL7IngressProps";
  const statements = isProps(block)
    ? body
        .split(/^(?=\w+: )/m)
        .filter((line) => line.trim() !== "")
        .map((line) => `({ ${line} }) satisfies Partial<${props}>;`)
    : [body];
  return [
    'import { TerraformStack } from "cdktf";',
    'import type { Construct } from "constructs";',
    importsFor({ ...block, code: isProps(block) ? `${code} ${props}` : code }),
    ...imports,
    "declare const others: any;",
    "export class Fragment extends TerraformStack {",
    "  constructor(scope: Construct, id: string) {",
    "    super(scope, id);",
    ...statements,
    "  }",
    "}",
  ].join("\n");
}

test("every part of a program in the documentation passes the type check", () => {
  const files = fragments.map((block, index) => {
    const file = `${index}.ts`;
    writeFileSync(join(folder, file), moduleOf(block));
    return file;
  });
  expect(files.length).toBeGreaterThan(10);
  const options = {
    extends: join(ROOT, "tsconfig.json"),
    compilerOptions: {
      incremental: false,
      noUnusedLocals: false,
      noUnusedParameters: false,
      paths: { "cdktf-milvus-l7/*": [`${ROOT}/constructs/*/index.ts`] },
    },
    files,
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(options));
  const { stdout } = spawnSync(join(ROOT, "node_modules/.bin/tsc"), ["-p", "tsconfig.json"], {
    cwd: folder,
    encoding: "utf8",
  });
  const named = stdout.replaceAll(/^(\d+)\.ts/gm, (_, index) => fragments[Number(index)]?.name ?? "");
  expect(named).toBe("");
});

test.each(blocksIn("ts").filter(({ page }) => page.startsWith("examples/")))(
  "what an example's page quotes stands in its sources: $name",
  ({ page, code }) => {
    const sources = readdirSync(join(ROOT, dirname(page)))
      .filter((file) => file.endsWith(".ts"))
      .map((file) => readFileSync(join(ROOT, dirname(page), file), "utf8"));
    expect(sources.filter((source) => source.includes(code))).toHaveLength(1);
  },
);
