import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installed, MOVED, MovedProject, onNpm, PROVIDERS, synthesiseHere } from "./moved-project";

const ROOT = join(__dirname, "../..");

/** What Terraform JSON says otherwise with cdktn and its providers, and nothing else. */
const DIFFERENCES: Readonly<Record<string, object>> = {
  aws: { source: "hashicorp/aws", version: "6.66.0" },
};

const packages = installed();

describe("npm", () => {
  const rest = PROVIDERS.filter((name) => !(name in MOVED));

  for (const name of rest) {
    const there = onNpm(`@cdktn/provider-${name}`);
    if (there === "absent") {
      test(`has no @cdktn/provider-${name}: cdktf's runs on cdktn under cdktf's name`, () => {});
    } else if (there === "out of reach") {
      test.skip(`can't be reached: whether it has @cdktn/provider-${name} is not known`, () => {});
    } else {
      test.todo(`has @cdktn/provider-${name} ${there.version} by now: add it to MOVED, and look at ADR 27 again`);
    }
  }
});

if ("problem" in packages) {
  // Jest doesn't name the tests of a file that is skipped as a whole.
  console.warn(`The cdktn tier is skipped: npm gives no packages, ${packages.problem}.`);
  test.skip(`this project on cdktn: npm gives no packages, ${packages.problem}`, () => {});
} else {
  onCdktn(packages.folder);
}

function onCdktn(folder: string): void {
  describe(`this project on cdktn, with ${Object.keys(MOVED)} of cdktn's own providers`, () => {
    const files = mkdtempSync(join(tmpdir(), "milvus-l7-cdktn-"));
    let project: MovedProject;
    beforeAll(() => {
      project = new MovedProject(folder);
    });
    afterAll(() => {
      project.remove();
      rmSync(files, { recursive: true });
    });

    test("passes the type check, tests included", () => {
      expect(project.run("tsc", "-p", "tsconfig.all.json")).toEqual({ status: 0, output: "" });
    });

    test.each(configs())("synthesises the same: $name", ({ text }) => {
      const file = join(files, "milvus-l7.yaml");
      writeFileSync(file, text);
      const here = synthesiseHere(file);
      for (const json of Object.values(here)) {
        for (const [provider, difference] of Object.entries(DIFFERENCES)) {
          const required = json.terraform.required_providers;
          required[provider] &&= difference;
        }
      }
      expect(project.synthesise(file)).toEqual(here);
    });

    const passes = (config: string, ...tests: readonly string[]) => {
      const files = tests.map((one) => `__tests__/${one}`);
      const { status, output } = project.run("jest", "--ci", "--config", config, ...files);
      expect([status, status === 0 ? "" : output]).toEqual([0, ""]);
    };

    test("passes the tests of what is synthesised", () => {
      // The only difference again, in a snapshot.
      const snapshot = join(project.folder, "__tests__/aws/__snapshots__/aws-stack.test.ts.snap");
      writeFileSync(snapshot, readFileSync(snapshot, "utf8").replace('"source": "aws"', '"source": "hashicorp/aws"'));
      passes("jest.config.js", "aws", "gke", "milvus", "stacks");
      passes("jest.processes.config.js", "processes/diagram/stacks", "processes/internal/json");
    });
  });
}

/** The committed config, and each whole one of the documentation. */
function configs(): { name: string; text: string }[] {
  const committed = { name: "milvus-l7.yaml", text: readFileSync(join(ROOT, "milvus-l7.yaml"), "utf8") };
  const pages = ["README.md", ...readdirSync(join(ROOT, "docs")).map((file) => `docs/${file}`)];
  const shown = pages
    .filter((page) => page.endsWith(".md"))
    .flatMap((page) => {
      const text = readFileSync(join(ROOT, page), "utf8");
      return [...text.matchAll(/^```yaml\n(# yaml-language-server[\s\S]*?)^```/gm)].map(([, config = ""], index) => ({
        name: `${page}, config ${index + 1}`,
        text: config,
      }));
    });
  return [committed, ...shown];
}
