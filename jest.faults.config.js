const unit = require("./jest.config.js");

/** The faults tier: real terraform, where each step fails in turn, and where it is killed. */
module.exports = {
  ...unit,
  testMatch: ["**/__tests__/faults/*.test.ts"],
  testPathIgnorePatterns: [],
  globalSetup: undefined,
  globalTeardown: undefined,
  testTimeout: 300_000,
  verbose: true,
};
