import { existsSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import type { InvalidInputError } from "../../constructs/internal/problem";
import { temporaryFolder } from "../config/support";
import { type Files, filesIn } from "./support/configs";
import { type Corruption, corruptions, WAYS } from "./support/corruptions";
import { runApart, runHere } from "./support/main-program";
import { Program } from "./support/program";
import { figure, holdsForAll, seed, share } from "./support/run";

/** Whatever is wrong with a config, its author reads where it is, and never a stack trace; nothing is written. */

const RUNS = 6000;

const THROUGH_MAIN = 300;

const APART = 5;

const folder = temporaryFolder();

let files: Files;

beforeAll(async () => {
  files = await filesIn(folder);
});

test("one thing that is wrong is refused where it stands, in words", () => {
  const program = new Program(folder);
  const counts = { refused: 0, right: 0, byChance: 0 };
  const ways = new Set<string>();
  holdsForAll(corruptions(files), { runs: share(RUNS), shownAs }, (corruption) => {
    const { config, paths, mayBeRight, way } = corruption;
    ways.add(way);
    const error = program.refusal(config);
    if (error !== undefined) {
      counts.refused += 1;
      isInWords(error);
      if (!mayBeRight) {
        names(error, paths);
      }
    } else if (mayBeRight) {
      counts.byChance += 1;
    } else if (paths.length === 0) {
      counts.right += 1;
    } else {
      throw new Error(`it is taken, and isn't right: ${paths}`);
    }
  });
  expect(existsSync(join(folder, "cdktf.out"))).toBe(false);
  const { refused, right, byChance } = counts;
  figure(
    `${refused + right + byChance} configs with one thing changed, in ${ways.size} ways: ${refused} refused where it is, ` +
      `${right} in another form and taken, ${byChance} still right by chance`,
  );
  if (share(RUNS) >= 1000) {
    expect(WAYS.filter((way) => !ways.has(way))).toEqual([]);
  }
});

test("main.ts says the same of them, and writes nothing; what is right it writes", () => {
  const program = new Program(folder);
  const counts = { refused: 0, written: 0 };
  holdsForAll(corruptions(files), { runs: share(THROUGH_MAIN), part: 1, shownAs }, ({ config }) => {
    const error = program.refusal(config);
    const { exitCode, stderr, wrote } = runHere(folder, config);
    if (error === undefined) {
      counts.written += 1;
      expect({ exitCode, wrote }).toEqual({ exitCode: 0, wrote: true });
    } else {
      counts.refused += 1;
      expect({ exitCode, wrote }).toEqual({ exitCode: 1, wrote: false });
      // Where a nest is too deep to be read depends on how deep the program is itself.
      if (!TOO_DEEP.test(error.message) || !TOO_DEEP.test(stderr)) {
        expect(stderr).toBe(`${error.message}\nNothing was written.\n`);
      }
    }
  });
  figure(
    `${counts.refused + counts.written} of such through main.ts: ${counts.refused} refused, ${counts.written} written`,
  );
});

const TOO_DEEP = /deeper than anything that there is/;

test("nor does the program by itself", async () => {
  const program = new Program(folder);
  const some = fc.sample(corruptions(files), { seed: seed() + 2, numRuns: 100 });
  const broken = some.filter(({ way }, index) => some.findIndex((other) => other.way === way) === index);
  const refused = broken.filter(({ config }) => program.refusal(config) !== undefined).slice(0, APART);
  expect(refused).toHaveLength(APART);
  for (const { config } of refused) {
    const { exitCode, stderr, wrote } = await runApart(folder, config);

    expect({ exitCode, wrote }).toEqual({ exitCode: 1, wrote: false });
    expect(stderr).toBe(`${program.refusal(config)?.message}\nNothing was written.\n`);
    expect(stderr).not.toMatch(/^ +at /m);
  }
  figure(`${APART} of such by the program in a process of its own`);
});

function shownAs({ how, config, paths }: Corruption): string {
  const text = typeof config === "string" ? config : Buffer.from(config).toString("latin1");
  return `${how}, expected at ${paths.join(" or ")}:\n${text.slice(0, 5000)}`;
}

/** One of these places, or something inside of it. */
function names({ problems, message }: InvalidInputError, paths: readonly string[]): void {
  const isNamed = problems.some(({ path }) =>
    paths.some(
      (place) =>
        path === place ||
        path.startsWith(`${place}.`) ||
        path.startsWith(`${place}[`) ||
        (place === "line" && /^line \d+$/.test(path)),
    ),
  );
  if (!isNamed) {
    throw new Error(`none of ${paths.join(", ")} is named in:\n${message}`);
  }
}

/** What a user would not understand. */
const NO_WORDS = /\[native code\]|\[object |\n {4}at |undefined|Maximum call stack/;

function isInWords({ problems, message }: InvalidInputError): void {
  const lines = problems.map(({ path, given, allowed, fix }) => {
    if (![path, given, allowed, fix].every((text) => typeof text === "string" && text !== "")) {
      throw new Error(`a problem isn't whole: ${JSON.stringify({ path, given, allowed, fix })}`);
    }
    return `  ${path}: given ${given}, allowed ${allowed}, do ${fix}`;
  });
  const title = `milvus-l7.yaml: ${problems.length === 1 ? "1 problem" : `${problems.length} problems`}`;
  if (lines.length === 0 || message !== [title, ...lines].join("\n")) {
    throw new Error(`not in the form of a problem:\n${message}`);
  }
  if (NO_WORDS.test(message)) {
    throw new Error(`not in a user's words:\n${message}`);
  }
}
