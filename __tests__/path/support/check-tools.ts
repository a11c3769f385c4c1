import { makePythonEnvironment, whatIsMissing } from "./tools";

/** Makes what the tier needs. Fails without it; what only some tests need is named. */
const problem = makePythonEnvironment();
const { proxy, milvus, ...ofSomeTests } = whatIsMissing();
for (const missing of [problem, proxy ?? milvus, ...Object.values(ofSomeTests)]) {
  if (missing !== undefined) {
    console.error(`The path tier: ${missing}.`);
  }
}
process.exitCode = milvus === undefined ? 0 : 1;
