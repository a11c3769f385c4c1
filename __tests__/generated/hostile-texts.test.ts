import fc from "fast-check";
import { pathTo } from "../../constructs/internal/problem";
import { temporaryFolder } from "../config/support";
import { configFiles, type File, type Files, filesIn } from "./support/configs";
import { hostileText, MARK, TOKENS } from "./support/grammars";
import { arrives, readingOf } from "./support/literal";
import { Program, stacksOf } from "./support/program";
import { figure, holdsForAll, share } from "./support/run";
import { isText, type Place, placesOf, withValue } from "./support/settings";

/** A text that Terraform, a shell or cdktf would read something into is refused where it stands, or arrives as it is. */

const RUNS = 2000;

const folder = temporaryFolder();

let files: Files;

beforeAll(async () => {
  files = await filesIn(folder);
});

/** A config with one text of it replaced, or one key more. */
interface Hostile {
  readonly text: string;
  readonly place: Place;
  readonly isKey: boolean;
  readonly file: File;
}

function hostiles(): fc.Arbitrary<Hostile> {
  return fc.tuple(configFiles(files), hostileText, fc.nat()).map(([file, text, number]) => {
    const places = placesOf(file).filter((place) => isText(place) || place.shape.type === "map");
    // Most settings take a few characters alone: every other time it is one of free text.
    const free = places.filter(({ value }) => typeof value === "string" && MARK.test(value));
    const some = number % 2 === 0 && free.length > 0 ? free : places;
    const place = some[Math.floor(number / 2) % some.length] as Place;
    const isKey = place.shape.type === "map";
    const changed = isKey ? withValue(file, [...place.keys, text], "x") : withValue(file, place.keys, text);
    return { text, place, isKey, file: changed as File };
  });
}

test("in every setting, and in every key of a map", () => {
  const program = new Program(folder);
  const counts = { refused: 0, arrived: 0 };
  const settings = { all: new Set<string>(), free: new Set<string>() };
  holdsForAll(hostiles(), { runs: share(RUNS), shownAs: ({ file }) => file }, ({ text, place, isKey, file }) => {
    const config = JSON.stringify(file);
    const path = isKey ? pathTo(place.path, text) : place.path;
    settings.all.add(`${place.cloud} ${place.setting}`);
    const error = program.refusal(config);
    if (error !== undefined) {
      counts.refused += 1;
      // Beside the address of a chart a repository is what is wrong.
      const paths = [path, ...(place.setting === "release.chart" ? [path.replace(/chart$/, "repository")] : [])];
      if (!error.problems.some((problem) => paths.includes(problem.path))) {
        throw new Error(`${path} isn't named in:\n${error.message}`);
      }
      return;
    }
    if (isKey || TOKENS.some((token) => text.includes(token))) {
      throw new Error(`${path} is taken`);
    }
    counts.arrived += 1;
    settings.free.add(`${place.cloud} ${place.setting}`);
    isLiteral(place, text, stacksOf(program.synthesise(config)));
  });
  const { refused, arrived } = counts;
  figure(
    `${refused + arrived} hostile texts in ${settings.all.size} settings: ${refused} refused where they stand, ${arrived} in ` +
      `${settings.free.size} settings of free text read by Terraform as they are`,
  );
});

function isLiteral(place: Place, text: string, stacks: Record<string, unknown>): void {
  const [id] = place.keys;
  const own = [stacks[id as string], stacks[`${id}-release`]].filter((stack) => stack !== undefined);
  arrives(place, text, own.map(readingOf), folder);
}
