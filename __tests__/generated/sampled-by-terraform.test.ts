import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import fc from "fast-check";
import { type Cloud, clouds } from "../../config/schema";
import { temporaryFolder } from "../config/support";
import { describeUnless, succeeded, Workspace, whatIsMissing } from "../support/terraform";
import { configFiles, type File, type Files, filesIn } from "./support/configs";
import { everyFeature, featuresOf } from "./support/coverage";
import { Program, stacksOf } from "./support/program";
import { figure, seed } from "./support/run";
import { placesOf } from "./support/settings";

/** Real Terraform takes what is synthesised: of a few configs that together have everything that one can have. */

/** Of so many each few are chosen. */
const TO_CHOOSE_FROM = 1500;

/** At least so many of each cloud, and no more of both than is worth its seconds. */
const AT_LEAST = 12;
const AT_MOST = 45;

describeUnless(whatIsMissing().providers, "Terraform takes", () => {
  const folder = temporaryFolder();
  let chosen: Record<Cloud, File[]>;
  let files: Files;

  beforeAll(async () => {
    files = await filesIn(folder);
    const all = fc
      .sample(configFiles(files), { seed: seed() + 3, numRuns: TO_CHOOSE_FROM })
      .filter((file) => keysAreThere(file, folder));
    chosen = Object.fromEntries(clouds.map((cloud) => [cloud, few(cloud, all)])) as Record<Cloud, File[]>;
  });

  test("configs that together have every setting, every kind and every choice", () => {
    const both = Object.values(chosen).flat();
    const seen = new Set(both.flatMap(featuresOf));

    expect(everyFeature().filter((one) => !seen.has(one))).toEqual([]);
    expect(both.length).toBeLessThanOrEqual(AT_MOST);
  });

  test.each(clouds)("what is synthesised of each: %s", (cloud) => {
    const program = new Program(folder);
    const place = new Workspace(cloud);
    const stacks = chosen[cloud].flatMap((file) => Object.values(stacksOf(program.synthesise(JSON.stringify(file)))));
    place.write(withProvidersOf(stacks));
    succeeded(place.terraform("init", "-backend=false", "-no-color"));
    for (const stack of stacks) {
      place.write(stack as object);
      const { status, text } = place.terraform("validate", "-no-color");
      if (status !== 0) {
        throw new Error(`${JSON.stringify(stack, null, 2)}\n${text}`);
      }
    }
    place.remove();
    figure(`${chosen[cloud].length} configs, ${stacks.length} stacks, through terraform validate: ${cloud}`);
  });
});

/** Terraform reads a key's file where it validates what names it. None is made outside of the tests' folder. */
function keysAreThere(file: File, folder: string): boolean {
  return placesOf(file)
    .filter(({ setting }) => setting.endsWith("privateKey.file"))
    .every(({ value }) => {
      const path = resolve(folder, value as string);
      if (!path.startsWith(`${folder}/`) || path.length > 200 || (value as string).startsWith("~")) {
        return false;
      }
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, "a key");
      return true;
    });
}

/** Of a cloud's single stacks those that have the most of what none before them has, until nothing is left. */
function few(cloud: Cloud, all: readonly File[]): File[] {
  const single = all
    .filter((file) => Object.values(file).length === 1 && Object.values(file)[0]?.cloud === cloud)
    .map((file) => ({ file, features: [...new Set(featuresOf(file))] }));
  const missing = new Set(single.flatMap(({ features }) => features));
  const chosen: File[] = [];
  while (missing.size > 0 || chosen.length < AT_LEAST) {
    const news = single.map(({ features }) => features.filter((feature) => missing.has(feature)).length);
    const best = news.indexOf(Math.max(...news));
    const [{ file, features }] = single.splice(best, 1) as [(typeof single)[number]];
    for (const feature of features) {
      missing.delete(feature);
    }
    chosen.push(file);
  }
  return chosen;
}

/** One initialisation for all of them: with every provider that one of them has. */
function withProvidersOf(stacks: readonly unknown[]): object {
  const providers = stacks.map(
    (stack) => (stack as { terraform: { required_providers: object } }).terraform.required_providers,
  );
  return { terraform: { required_providers: Object.assign({}, ...providers) } };
}
