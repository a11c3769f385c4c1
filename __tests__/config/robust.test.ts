import { everyPlace, everySettingIn } from "./every-setting";
import { changed, oneStack, refusal, type Settings, synthesise, temporaryFolder, writeConfig } from "./support";

/** Whatever stands in the config file, its author reads a list of problems and never a stack trace. */

const folder = temporaryFolder();

let files: Record<string, Settings>;

beforeAll(async () => {
  files = await everySettingIn(folder);
});

function fileWith(of: string, changes: Record<string, unknown>): string {
  return writeConfig(folder, oneStack(changed(files[of] as Settings, changes)));
}

test.each([...new Set(everyPlace().map(({ of }) => of))])("every setting of '%s' is right as it stands", async (of) => {
  const file = fileWith(of, {});

  expect((await refusal(file))?.message).toBeUndefined();
  await synthesise(file, folder);
});

/** Values of every type; undefined is for a setting that is left out. */
const WRONG = [null, 5, "x", [], {}, true, undefined];

const settings = everyPlace().filter(({ path }) => !path.endsWith("]"));

test.each(settings)("$setting may be anything", async ({ path, of }) => {
  for (const value of WRONG) {
    await isTakenOrRefused(fileWith(of, { [path]: value }));
  }
});

test("a host may be anything", async () => {
  for (const value of WRONG) {
    await isTakenOrRefused(fileWith("self-signed, exec, adopt, local", { "hosts[1]": value }));
  }
});

async function isTakenOrRefused(file: string): Promise<void> {
  const error = await refusal(file);
  if (error === undefined) {
    await synthesise(file, folder);
    return;
  }
  expect(error.problems).not.toHaveLength(0);
  for (const problem of error.problems) {
    expect(problem).toEqual({
      path: expect.stringMatching(/^gcp-stack./),
      given: expect.stringMatching(/./),
      allowed: expect.stringMatching(/./),
      fix: expect.stringMatching(/./),
    });
  }
}
