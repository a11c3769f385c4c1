import { isMap, parse, parseDocument, stringify } from "yaml";
import { temporaryFolder } from "../../config/support";
import { configFiles, type File, type Files, filesIn } from "./configs";
import { everyFeature, everySettingOfTheOtherTests, featuresOf } from "./coverage";
import { arrives, type Reading, readingOf } from "./literal";
import { Program, stacksOf } from "./program";
import { figure, holdsForAll, share } from "./run";
import { isText, type Place, placesOf } from "./settings";

/** Half of the configs, so that two processes have one each. */
const HALF = 5000;

/** A second synthesis takes as long as the first: one in so many has one. */
const TWICE = 8;

/** Below this many, chance may leave something out. */
const ENOUGH = 4000;

/** The tests of one half. */
export function validConfigs(part: number): void {
  const folder = temporaryFolder();
  const seen = new Set<string>();
  const counts = { configs: 0, stacks: 0, twice: 0, texts: 0 };
  let files: Files;

  beforeAll(async () => {
    files = await filesIn(folder);
  });

  test("a config of settings that are right is taken, gives the same Terraform JSON each time, and its texts arrive", () => {
    const program = new Program(folder);
    holdsForAll(configFiles(files), { runs: share(HALF), part, shownAs: (file) => file }, (file) => {
      const output = program.synthesise(JSON.stringify(file));
      counts.configs += 1;
      if (counts.configs % TWICE === 0) {
        isTheSame(output, program.synthesise(stringify(file, { lineWidth: 0 })));
        counts.twice += 1;
      }
      const stacks = stacksOf(output);
      counts.stacks += Object.keys(stacks).length;
      counts.texts += textsArrive(file, stacks, folder);
      for (const feature of featuresOf(file)) {
        seen.add(feature);
      }
    });
    const { configs, stacks, twice, texts } = counts;
    figure(
      `${configs} configs that are right: ${stacks} stacks synthesised, ${twice} of the configs twice, ${texts} texts followed`,
    );
  });

  test("every setting, every kind of it, every choice and everything left out has been generated", () => {
    expect(everyFeature().filter((one) => counts.configs >= ENOUGH && !seen.has(one))).toEqual([]);
  });

  test("every setting of the tests of every setting is among those", () => {
    expect(everySettingOfTheOtherTests().filter((one) => !everyFeature().includes(one))).toEqual([]);
  });
}

/** @returns how many texts have been followed */
function textsArrive(file: File, stacks: Record<string, unknown>, folder: string): number {
  const readings = Object.fromEntries(Object.entries(stacks).map(([id, json]) => [id, readingOf(json)]));
  const texts = placesOf(file).filter(isText);
  for (const place of texts) {
    const [id] = place.keys;
    const own = [readings[id as string], readings[`${id}-release`]].filter((reading) => reading !== undefined);
    arrives(place, place.value as string, own, folder);
    if (place.setting === "release.userYaml") {
      userYamlArrives(place, own);
    }
  }
  return texts.length;
}

/** Beside settings of ours, the text that a release gets says what the user's says. */
function userYamlArrives({ path, value }: Place, readings: readonly Reading[]): void {
  const [first = ""] = (value as string).split("\n");
  const written = readings
    .flatMap(({ texts }) => texts.split("\u0001"))
    .filter((text) => text.startsWith(first) && isMap(parseDocument(text).contents));
  const users = JSON.stringify(withoutOurs(parse(value as string)));
  if (written.length === 0 || written.some((text) => JSON.stringify(withoutOurs(parse(text))) !== users)) {
    throw new Error(`${path}: read as ${written.join("\nand as ")}`);
  }
}

const OURS = ["common", "proxy", "tls"];

function withoutOurs(settings: Record<string, unknown>): unknown {
  return Object.entries(settings).filter(([key]) => !OURS.includes(key));
}

function isTheSame(first: Readonly<Record<string, string>>, second: Readonly<Record<string, string>>): void {
  for (const [file, text] of Object.entries(first)) {
    if (second[file] !== text) {
      throw new Error(`${file} is not the same the second time, read from YAML`);
    }
  }
  if (Object.keys(second).length !== Object.keys(first).length) {
    throw new Error(`the second time these files are written: ${Object.keys(second)}`);
  }
}
