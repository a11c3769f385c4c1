import { makePythonEnvironment } from "./tools";

/** Before all tests of the tier. What can't be had is no failure: the tests that need it are skipped, and say so. */
export default function setup(): void {
  const problem = makePythonEnvironment();
  if (problem !== undefined) {
    console.warn(`\nThe path tier has no Python environment. ${problem}`);
  }
}
